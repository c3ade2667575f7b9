/** Does what the counter's own intents want: keys, dialogs, renewals, finds, this desk's settings. */

import type {
  FormCheckView,
  FormView,
  ItemView,
  Page,
  PatronView,
  TransactionRow,
} from "../node/http/api.ts";
import { type Feed, goTo, refreshPatron, type Tools } from "./acts.ts";
import { type Counter, type CounterIntent, isUsedElsewhere } from "./counter.ts";
import { addDays, localToInstant, todayIn } from "./days.ts";
import { runDeskAct } from "./desk-acts.ts";
import type { ActionName } from "./keys.ts";
import { t } from "./language.ts";
import { PAGES } from "./routes.ts";
import type { Mode } from "./session.ts";
import { printReceipt, printSlip, reprintSlip } from "./slip-acts.ts";
import { runStaffAct } from "./staff-acts.ts";
import { timezoneOf } from "./store.ts";
import { patronToName } from "./words.ts";

/** Resolves when it is done. */
export async function runCounterAct(tools: Tools, feed: Feed, intent: CounterIntent): Promise<void> {
  switch (intent.kind) {
    case "act":
      return runAction(tools, feed, intent.action, intent.atMs);
    case "open-dialog":
      return setCounter(tools, { dialog: intent.dialog });
    case "close-dialog":
      return setCounter(tools, { dialog: undefined });
    case "set-due":
      return setDue(tools, feed, intent);
    case "set-return-day":
      return setReturnDay(tools, feed, intent.day);
    case "renew-loan":
      return renew(tools, feed, [intent.item], false);
    case "renew-all": {
      const loans = tools.store.get().session.patron?.loans ?? [];
      return renew(
        tools,
        feed,
        loans.map((loan) => loan.item),
        true,
      );
    }
    case "find-item":
      return findItems(tools, intent.query);
    case "enter-item": {
      const { barcode, mode, atMs } = intent;
      setCounter(tools, { dialog: undefined, items: { query: "", hits: [], isDone: false } });
      feed({
        kind: "scanned",
        scan: { kind: "scan", id: tools.createId(), barcode, mode, source: "typed" },
        atMs,
      });
      return;
    }
    case "add-title":
      return addTitle(tools, feed, intent.id, intent.title);
    case "who-had":
      return tellWhoHad(tools, intent.id, intent.item);
    case "peek":
      return peek(tools, intent.barcode);
    case "load-form": {
      setCounter(tools, { formCheck: undefined });
      const answer = await tools.connection.get("registration-form");
      if (answer?.status === 200) setCounter(tools, { form: answer.body as FormView });
      return;
    }
    case "check-form": {
      const { patron, fields } = intent;
      const body = { fields, ...(patron === undefined ? {} : { patron }) };
      const answer = await tools.connection.post("registrations/check", body);
      if (answer?.status === 200) setCounter(tools, { formCheck: answer.body as FormCheckView });
      return;
    }
    default:
      return runDeskAct(tools, intent);
  }
}

/** A change of `undefined` leaves the member out. */
export function setCounter(
  tools: Tools,
  change: { readonly [Name in keyof Counter]?: Counter[Name] | undefined },
): void {
  const model = tools.store.get();
  const counter = Object.fromEntries(
    Object.entries({ ...model.counter, ...change }).filter(([, value]) => value !== undefined),
  ) as unknown as Counter;
  tools.store.set({ ...model, counter });
}

async function runAction(tools: Tools, feed: Feed, action: ActionName, atMs: number): Promise<void> {
  const { route, session } = tools.store.get();
  const page = PAGES.find((each) => each.route === action);
  if (page !== undefined) return goTo(tools, page.route);
  switch (action) {
    case "finish":
      return feed({ kind: "finished", atMs, by: "button" });
    case "void-last":
      if (route === "out" || route === "in" || route === "renew") feed({ kind: "void-asked", mode: route });
      return;
    case "previous": {
      if (session.previous === undefined) {
        return feed({
          kind: "said",
          notice: { severity: "info", text: t`No patron was served before at this desk.` },
        });
      }
      return openPrevious(tools, feed, session.previous);
    }
    case "print":
      return route === "payment" ? printReceipt(tools) : printSlip(tools);
    case "reprint":
      return reprintSlip(tools, feed);
    case "due":
      if (route === "out") setCounter(tools, { dialog: { kind: "due" } });
      return;
    case "panel":
      if (route === "out") foldPanel(tools);
      return;
    case "help":
      return setCounter(tools, { dialog: { kind: "help" } });
    case "hide":
      return hide(tools, feed);
    case "change-staff":
      feed({ kind: "closed", isGone: true });
      await runStaffAct(tools, { kind: "change-staff" });
      return;
    default:
  }
}

function foldPanel(tools: Tools): void {
  const isPanelFolded = !tools.store.get().counter.settings.isPanelFolded;
  runDeskAct(tools, { kind: "change-desk", change: { isPanelFolded } });
}

/** At once, whatever is open: first the curtain, then what is behind it. */
export function hide(tools: Tools, feed: Feed): void {
  setCounter(tools, {
    isHidden: true,
    dialog: undefined,
    peek: undefined,
    hadBy: undefined,
    slip: undefined,
  });
  const { settings } = tools.store.get().counter;
  feed({ kind: "closed", ...(settings.reopen ? {} : { isGone: true as const }) });
  tools.print(undefined);
  void runStaffAct(tools, { kind: "hide" });
}

/** `id`: of the scan that is meant; left out: the newest that stands. */
export function voidLast(tools: Tools, feed: Feed, mode: Mode, id?: string): void {
  const { rows, session } = tools.store.get();
  const ids = id === undefined ? session.listed[mode] : [id];
  const row = ids.flatMap((each) => rows[each] ?? []).find((each) => each.voided === undefined);
  if (row === undefined) {
    feed({ kind: "said", notice: { severity: "info", text: t`There is nothing to void.` } });
  } else if (isUsedElsewhere(rows, row)) setCounter(tools, { dialog: { kind: "void", id: row.id } });
  else orderVoiding(tools, feed, row.id);
}

export function orderVoiding(tools: Tools, feed: Feed, voids: string, reason = "Scanned by mistake"): void {
  setCounter(tools, { dialog: undefined });
  feed({ kind: "ordered", command: { id: tools.createId(), kind: "voiding", voids, reason } });
}

async function openPrevious(
  tools: Tools,
  feed: Feed,
  { barcode, endedAt }: { readonly barcode: string; readonly endedAt: number },
): Promise<void> {
  const minutes = Math.round((tools.now() - endedAt) / 60_000);
  const ago = minutes < 1 ? t`just now` : minutes === 1 ? t`a minute ago` : t`${minutes} minutes ago`;
  goTo(tools, "out");
  const notice = { severity: "info", text: t`The patron before, finished ${ago}.` } as const;
  await refreshPatron(tools, feed, barcode, { isOpening: true, notice });
}

function setDue(
  tools: Tools,
  feed: Feed,
  { value, isSticky }: Extract<CounterIntent, { kind: "set-due" }>,
): void {
  const setOn = todayIn(timezoneOf(tools.store.get()), tools.now());
  setCounter(tools, { dialog: undefined });
  feed({ kind: "due-chosen", ...(value === undefined ? {} : { due: { value, isSticky, setOn } }) });
}

/** Returns of a book drop count as the end of that day. */
function setReturnDay(tools: Tools, feed: Feed, day: string | undefined): void {
  const zone = timezoneOf(tools.store.get());
  const setOn = todayIn(zone, tools.now());
  setCounter(tools, { dialog: undefined });
  // Never today, nor later: that is simply now.
  const effective =
    day === undefined || day > addDays(setOn, -1) ? undefined : localToInstant(day, "23:59:59", zone);
  feed({
    kind: "return-day-chosen",
    ...(day === undefined || effective === undefined ? {} : { returnDay: { day, effective, setOn } }),
  });
}

function renew(tools: Tools, feed: Feed, items: readonly string[], isAll: boolean): void {
  const patron = tools.store.get().session.patron?.barcode;
  const commands = items.map((item) => ({
    id: tools.createId(),
    kind: "renewal" as const,
    item,
    ...(patron === undefined ? {} : { patron }),
  }));
  const [first] = commands;
  if (isAll) feed({ kind: "ordered-many", commands });
  else if (first !== undefined) feed({ kind: "ordered", command: first });
}

async function findItems(tools: Tools, query: string): Promise<void> {
  setCounter(tools, { items: { query, hits: [], isDone: false } });
  if (query === "") return;
  const answer = await tools.connection.get(`items?q=${encodeURIComponent(query)}`);
  if (answer?.status !== 200 || tools.store.get().counter.items.query !== query) return;
  setCounter(tools, { items: { query, hits: answer.body as readonly ItemView[], isDone: true } });
}

/**
 * An entry is never changed: the loan is voided and made once more with its title, at the same time as before. Only
 * where nobody has used it since.
 */
function addTitle(tools: Tools, feed: Feed, id: string, title: string | undefined): void {
  const row = tools.store.get().rows[id];
  setCounter(tools, { dialog: title === undefined ? { kind: "title", id } : undefined });
  if (title === undefined) return;
  if (row?.patron === undefined || row.item === undefined || row.voided !== undefined) return;
  const { patron, item, due, at } = row;
  feed({
    kind: "ordered",
    command: { id: tools.createId(), kind: "voiding", voids: id, reason: "Title added" },
  });
  feed({
    kind: "ordered",
    mode: "out",
    command: {
      ...{
        id: tools.createId(),
        kind: "checkout",
        patron,
        item,
        note: title,
        effective: at,
        source: "typed",
      },
      ...(due === undefined ? {} : { due }),
    },
  });
}

/** Whose it was is asked of the node only when somebody wants to know. */
async function tellWhoHad(tools: Tools, id: string, item: string): Promise<void> {
  const answer = await tools.connection.get(
    `transactions?kind=checkout&limit=1&item=${encodeURIComponent(item)}`,
  );
  const patron = (answer?.body as Page<TransactionRow> | undefined)?.rows?.[0]?.patron;
  if (answer?.status !== 200 || patron === undefined) return;
  const found = await tools.connection.get(`patrons/${encodeURIComponent(patron)}`);
  if (found?.status === 200)
    setCounter(tools, { hadBy: { id, name: patronToName(found.body as PatronView) } });
}

async function peek(tools: Tools, barcode: string | undefined): Promise<void> {
  setCounter(tools, { peek: undefined });
  if (barcode === undefined) return;
  const answer = await tools.connection.get(`patrons/${encodeURIComponent(barcode)}`);
  if (answer?.status === 200) setCounter(tools, { peek: answer.body as PatronView });
}
