/**
 * What pages ask of the node beside scans: lists, searches, decisions, files. Each answer goes into the model.
 */

import type {
  Page,
  PatronView,
  PolicyView,
  Problem,
  ReadinessView,
  SettingsView,
  StaffView,
  StateView,
  TransactionRow,
  TryView,
} from "../node/http/api.ts";
import { loadPayments } from "./day-acts.ts";
import type { DeskSettings } from "./desk-settings.ts";
import type { Intent } from "./intent.ts";
import { isJoinIntent, runJoinIntent } from "./joining.ts";
import { type Language, t } from "./language.ts";
import { withoutOldWords } from "./moving.ts";
import { loadOffice, runOfficeAct } from "./office-acts.ts";
import { isOfficeIntent } from "./office-intent.ts";
import type { PrintJob } from "./printing.ts";
import { problemToText } from "./reply.ts";
import type { Connection, HttpAnswer } from "./request.ts";
import type { Route } from "./routes.ts";
import type { Input, Notice } from "./session.ts";
import type { Signing } from "./signing.ts";
import type { Family } from "./sounds.ts";
import { type ActivityFilter, addRows, isSupervisor, type Model, type Outcome } from "./store.ts";
import { loadUpdates } from "./update-acts.ts";

export interface Store {
  get(): Model;
  set(model: Model): void;
}

export interface Tools {
  readonly store: Store;
  /** Asks whoever is at the desk to sign in where the node wants that. */
  readonly connection: Connection;
  /** The same without asking. */
  readonly raw: Connection;
  readonly signing: Signing;
  readonly createId: () => string;
  readonly now: () => number;
  readonly keepStaff: (initials: string) => void;
  readonly saveFile: (file: Blob, name: string) => void;
  readonly sound: (family: Family) => void;
  readonly keepSettings: (settings: DeskSettings) => void;
  /** For this browser, from now on: the page is loaded anew. */
  readonly keepLanguage: (language: Language) => void;
  /** `undefined`: what was printed last goes from the page. */
  readonly print: (job: PrintJob | undefined) => void;
  /** Goes to the desk that only practises, or back. */
  readonly practise: (isOn: boolean) => void;
}

export type Feed = (input: Input) => void;

/** Does one thing that a page asked for. Resolves when its answer is shown. */
export async function runAct(tools: Tools, feed: Feed, intent: Intent): Promise<void> {
  const { store, connection } = tools;
  const model = store.get();
  if (isJoinIntent(intent))
    return runJoinIntent(tools, intent, (route, answer, good) => tell(tools, route, answer, good));
  if (isOfficeIntent(intent)) return runOfficeAct(tools, intent);
  if (intent.kind === "purge") return purge(tools, intent.outage, intent.reason);
  switch (intent.kind) {
    case "go":
      goTo(tools, intent.route);
      break;
    case "find":
      await findPatrons(tools, intent.query);
      break;
    case "open-patron":
      goTo(tools, "out");
      await refreshPatron(tools, feed, intent.barcode, { isOpening: true });
      break;
    case "note-test":
      tell(tools, "readiness", await connection.post("readiness/tests", { test: intent.test }), t`Noted.`);
      break;
    case "change-settings":
      await changeSettings(tools, intent.change);
      break;
    case "try-loan":
      await tryLoan(tools, intent.patron, intent.item);
      break;
    case "filter-activity":
      // Enter in a field is a key, a change and a submission: asked thrice, the row in hand would go from under it.
      if (isSameFilter(intent.filter, model.activity.filter)) break;
      store.set({ ...model, activity: { filter: intent.filter, ids: [], isLoaded: false } });
      await loadActivity(tools);
      break;
    case "more-activity":
      await loadActivity(tools, model.activity.next);
      break;
    case "settle": {
      const { id, decision, transaction, barcode, reason } = intent;
      const body = {
        ...{ decision, reason },
        ...(transaction === undefined ? {} : { transaction }),
        ...(barcode === undefined ? {} : { barcode }),
      };
      const answer = await connection.post(`exceptions/${encodeURIComponent(id)}`, body);
      tell(tools, "exceptions", answer, t`Decided. It is in the record, with its reason.`);
      break;
    }
    case "mark-batch": {
      const { id, state, job, byHand, isHelpdesk, note } = intent;
      const body = {
        ...(job === undefined ? {} : { job }),
        ...(byHand === undefined ? {} : { byHand }),
        ...(isHelpdesk ? { by: "helpdesk" } : {}),
        ...(note === undefined ? {} : { note }),
      };
      const answer = await connection.post(`batches/${encodeURIComponent(id)}/${state}`, body);
      tell(tools, store.get().route === "wizard" ? "wizard" : "batch", answer, t`Marked as ${state}.`);
      break;
    }
    case "move-outage": {
      const answer = await connection.post(`outage/${intent.move}`, {});
      tell(tools, "export", answer, t`Done. Every desk shows it.`);
      break;
    }
    case "create-branch":
      await createBranch(tools, intent.form);
      break;
  }
}

async function changeSettings(tools: Tools, change: Readonly<Record<string, unknown>>): Promise<void> {
  const none = Object.keys(change).length === 0;
  const answer = none ? { status: 200, body: undefined } : await tools.connection.post("settings", change);
  tell(tools, "settings", answer, none ? t`Nothing was changed.` : t`Saved. It counts at every desk.`);
}

async function createBranch(
  tools: Tools,
  form: Extract<Intent, { kind: "create-branch" }>["form"],
): Promise<void> {
  const { store } = tools;
  const { ilsProfile, ilsName, ...branch } = form;
  const answer = await tools.connection.post("branch", branch);
  if (answer?.status === 201 || answer?.status === 200) {
    const { recoveryCode, ...state } = answer.body as StateView & { recoveryCode: string };
    // Whoever made the branch is at the desk: the first scan asks nobody.
    const staff = form.supervisor;
    tools.keepStaff(staff);
    // The branch stands whatever becomes of this: Settings has it, too.
    const by = { user: form.supervisor, pin: form.pin };
    await tools.connection.post("settings", { ilsProfile, ilsName, by });
    if (state.branch !== undefined) store.set({ ...store.get(), state, staff, recoveryCode, link: "up" });
  }
  tell(tools, "first-run", answer, t`The branch is made. Scan a library card to begin.`);
}

async function purge(tools: Tools, outage: number, reason: string | undefined): Promise<void> {
  const body = reason === undefined ? {} : { reason };
  const answer = await tools.connection.post(`outages/${outage}/purge`, body);
  tell(tools, "purge", answer, t`Outage ${outage} is forgotten. The receipt is below.`);
}

async function findPatrons({ store, connection }: Tools, query: string): Promise<void> {
  store.set({ ...store.get(), find: { query, hits: [], isDone: false } });
  const answer = await connection.get(`patrons?q=${encodeURIComponent(query)}`);
  if (answer === undefined || store.get().find.query !== query) return;
  store.set({ ...store.get(), find: { query, hits: listOf(answer), isDone: true } });
}

/** Asks what a loan would come to, and shows it beside the rules. */
async function tryLoan(tools: Tools, patron: string, item: string): Promise<void> {
  const answer = await tools.connection.get(`policy/try?${new URLSearchParams({ patron, item })}`);
  const { outcome: _, tried: __, ...rest } = tools.store.get();
  tools.store.set(rest);
  if (answer?.status === 200) tools.store.set({ ...rest, tried: answer.body as TryView });
  else tell(tools, "rules", answer, "");
}

/** Reads a patron anew; `isOpening`: makes it the one at the desk, and says `notice`. */
export async function refreshPatron(
  tools: Tools,
  feed: Feed,
  barcode: string,
  { isOpening = false, notice }: { readonly isOpening?: boolean; readonly notice?: Notice } = {},
): Promise<void> {
  const answer = await tools.connection.get(`patrons/${encodeURIComponent(barcode)}`);
  if (answer?.status !== 200) return;
  const patron = answer.body as PatronView;
  if (isOpening) feed({ kind: "opened", patron, ...(notice === undefined ? {} : { notice }) });
  else feed({ kind: "refreshed", patron });
}

export function goTo(tools: Tools, route: Route): void {
  const { outcome: _, invite: __, tried: ___, ...rest } = tools.store.get();
  // A list that nobody looks at doesn't grow: it is read anew when somebody comes back.
  const activity = { filter: rest.activity.filter, ids: [], isLoaded: false };
  const session = route === rest.route ? rest.session : withoutOldWords(rest.session);
  tools.store.set({ ...rest, route, activity, session });
  loadPage(tools, route);
}

const READS_BATCHES: ReadonlySet<Route> = new Set(["exceptions", "export", "wizard", "batch", "sheet"]);

/** Reads the lists of a page. */
export function loadPage(tools: Tools, route: Route): void {
  loadOffice(tools, route);
  if (route === "activity") void loadActivity(tools);
  if (READS_BATCHES.has(route)) {
    void load(tools, `exceptions?format=${tools.store.get().office.draft.format}`, (model, answer) => ({
      ...model,
      exceptions: listOf(answer),
    }));
  }
  if (route === "readiness")
    void load(tools, "readiness", (model, answer) => ({
      ...model,
      readiness: answer.body as ReadinessView,
    }));
  if (route === "settings") {
    void load(tools, "settings", (model, answer) => ({ ...model, settings: answer.body as SettingsView }));
    void loadUpdates(tools);
  }
  if (route === "day") void loadPayments(tools);
  if (route === "rules")
    void load(tools, "policy", (model, answer) => ({ ...model, policy: answer.body as PolicyView }));
  if (route === "export" && isSupervisor(tools.store.get())) void loadStaff(tools);
  if (READS_BATCHES.has(route)) {
    void load(tools, "batches", (model, answer) => ({ ...model, batches: listOf(answer) }));
    void load(tools, "outages", (model, answer) => ({ ...model, outages: listOf(answer) }));
  }
}

/** Not by way of the dialog: a list in the background asks nobody for a PIN. */
export async function loadStaff(tools: Tools): Promise<void> {
  const answer = await tools.raw.get("staff");
  const { people: _, ...rest } = tools.store.get();
  if (answer?.status === 200) tools.store.set({ ...rest, people: answer.body as readonly StaffView[] });
  else tools.store.set(rest);
}

/** Reads one list; what isn't answered well leaves the model as it is. */
export async function load(
  tools: Tools,
  path: string,
  take: (model: Model, answer: HttpAnswer) => Model,
): Promise<void> {
  const answer = await tools.connection.get(path);
  if (answer?.status === 200) tools.store.set(take(tools.store.get(), answer));
}

function isSameFilter(one: ActivityFilter, other: ActivityFilter): boolean {
  const names = new Set([...Object.keys(one), ...Object.keys(other)]) as ReadonlySet<keyof ActivityFilter>;
  return [...names].every((name) => one[name] === other[name]);
}

/** The first page of activity, or the one behind `after`. */
async function loadActivity(tools: Tools, after?: string): Promise<void> {
  const { filter } = tools.store.get().activity;
  const query = new URLSearchParams(Object.entries(filter).filter(([, value]) => value !== ""));
  // Who scrolls reads on and on: then as much at once as the node gives.
  if (after !== undefined) {
    query.set("after", after);
    query.set("limit", "200");
  }
  await load(tools, `transactions?${query}`, (model, answer) => {
    if (model.activity.filter !== filter) return model;
    const page = answer.body as Page<TransactionRow>;
    const shown = after === undefined ? [] : model.activity.ids;
    const ids = [...new Set([...shown, ...page.rows.map((row) => row.id)])];
    const next = page.next === undefined ? {} : { next: page.next };
    return { ...addRows(model, page.rows), activity: { filter, ids, isLoaded: true, ...next } };
  });
}

/** Says on a page what an act came to, and reads its lists anew. */
export function tell(
  tools: Tools,
  route: Outcome["route"],
  answer: HttpAnswer | undefined,
  good: string,
): void {
  const model = tools.store.get();
  const isGood = answer !== undefined && answer.status < 300;
  const problem = (answer?.body ?? {}) as Partial<Problem>;
  const text =
    answer === undefined
      ? t`The program on this PC does not answer.`
      : isGood
        ? good
        : problemToText(problem, answer.status);
  tools.store.set({ ...model, outcome: { route, isGood, text, ...(isGood ? {} : { problem }) } });
  loadPage(tools, model.route);
}

function listOf<T>(answer: HttpAnswer): readonly T[] {
  return Array.isArray(answer.body) ? (answer.body as readonly T[]) : [];
}
