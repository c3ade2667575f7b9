/**
 * Does what the user wants: takes intents, moves the pure machines on, and carries out their effects over the
 * connection. The only place in the pages where things happen in order of time.
 */
import type { Page, ScanView, TransactionRow } from "../node/http/api.ts";
import { type Feed, goTo, loadPage, refreshPatron, runAct, type Tools } from "./acts.ts";
import { isCounterIntent } from "./counter.ts";
import { hide, runCounterAct, setCounter, voidLast } from "./counter-acts.ts";
import { todayIn } from "./days.ts";
import { ilsOf } from "./ils.ts";
import type { Intent } from "./intent.ts";
import { HIDE_AFTER_MINUTES, idleToHiding } from "./privacy.ts";
import { answerToReply } from "./reply.ts";
import { step } from "./scanning.ts";
import type { Effect, Input } from "./session.ts";
import { stepToSound } from "./sounds.ts";
import { runStaffAct } from "./staff-acts.ts";
import { addRows, isReachable, timezoneOf } from "./store.ts";

export interface Controller {
  run(intent: Intent): void;
  /** One step of the scanning machine. */
  feed: Feed;
  /** The node answers (again): go on with what was under way, and read the page's lists anew. */
  resume(wasDown: boolean): void;
  /** Something happened that the page's list should show. */
  reload(): void;
  /** A row of another desk, or of another window, arrived. */
  noticeRow(row: TransactionRow): void;
  /** Nobody did anything for so long. */
  idle(idleMs: number): void;
}

export function createController(tools: Tools): Controller {
  const { store } = tools;
  const feed: Feed = (input) => feedSession(tools, input);
  return {
    run: (intent) => runIntent(tools, feed, intent),
    feed,
    resume: (wasDown) => {
      feed({ kind: "resumed" });
      loadPage(tools, store.get().route);
      if (wasDown) void catchUp(tools, feed);
    },
    reload: () => loadPage(tools, store.get().route),
    idle: (idleMs) => hideWhenIdle(tools, feed, idleMs),
    noticeRow: (row) => {
      const { patron, phase } = store.get().session;
      // The answer to our own scan brings the patron along: no second question.
      const isUnderWay =
        (phase.kind === "posting" && phase.command.id === row.id) ||
        (phase.kind === "looking" && phase.scan.id === row.id);
      const isOwn = isUnderWay && row.kind !== "voiding";
      if (patron === undefined || isOwn || store.get().session.listed.out.includes(row.id)) return;
      const touches =
        row.patron === patron.barcode ||
        (row.item !== undefined && patron.loans.some((loan) => loan.item === row.item)) ||
        row.kind === "voiding";
      if (touches) void refreshPatron(tools, feed, patron.barcode);
    },
  };
}

/** One step of the scanning machine, its sound and its effects. */
function feedSession(tools: Tools, input: Input): void {
  const { store } = tools;
  const model = store.get();
  const around = {
    rows: model.rows,
    reachable: isReachable(model),
    hasPatrons: (model.state?.snapshot?.patrons ?? 0) > 0,
    timezone: timezoneOf(model),
    ils: ilsOf(model),
  };
  const { session, effects } = step(model.session, input, around, tools.now());
  if (session === model.session && effects.length === 0) return;
  store.set({ ...model, session });
  const sound = stepToSound(model.session, session, input);
  // After the row: what is heard can be seen.
  if (sound !== undefined) setTimeout(() => tools.sound(sound));
  for (const effect of effects) void runEffect(tools, effect);
}

async function runEffect(tools: Tools, effect: Effect): Promise<void> {
  if (effect.kind === "void-last")
    return voidLast(tools, (input) => feedSession(tools, input), effect.mode, effect.id);
  if (effect.kind === "look") {
    const answer = await tools.connection.get(`scan/${encodeURIComponent(effect.barcode)}`);
    if (answer === undefined) return;
    const { barcode } = effect;
    if (answer.status === 200 && answer.body !== undefined) {
      feedSession(tools, { kind: "looked", barcode, meaning: answer.body as ScanView });
      return;
    }
    const reply = answerToReply(answer.status, answer.body);
    if ("text" in reply) feedSession(tools, { kind: "unlooked", barcode, reply });
    return;
  }
  const answer = await tools.connection.post("transactions", effect.command);
  // No answer: the link is down now, and `resume` sends the same id again.
  if (answer === undefined) return;
  const reply = answerToReply(answer.status, answer.body);
  if (reply.kind === "recorded") tools.store.set(addRows(tools.store.get(), [reply.answer.view.row]));
  feedSession(tools, { kind: "answered", id: effect.command.id, command: effect.command, reply });
  if (reply.kind !== "recorded") return;
  if (effect.command.kind === "payment") setCounter(tools, { receipt: effect.command.id });
  if (effect.command.kind !== "registration") return;
  // A new patron stands at the desk with books in hand: lend at once.
  goTo(tools, "out");
  await refreshPatron(tools, (input) => feedSession(tools, input), effect.command.patron ?? "", {
    isOpening: true,
  });
}

const MISSED_MAX = 200;

/** Other desks went on while nobody here heard of it. Not by way of the dialog: nobody has asked for anything. */
async function catchUp(tools: Tools, feed: Feed): Promise<void> {
  const { store, raw } = tools;
  const answer = await raw.get(`transactions?limit=${MISSED_MAX}`);
  if (answer?.status === 200) store.set(addRows(store.get(), (answer.body as Page<TransactionRow>).rows));
  const { patron } = store.get().session;
  if (patron !== undefined) await refreshPatron({ ...tools, connection: raw }, feed, patron.barcode);
}

function runIntent(tools: Tools, feed: Feed, intent: Intent): void {
  // Whatever else is done, the scan that was ignored is no longer the newest thing to say.
  if (!KEEPS_IGNORED.has(intent.kind) && tools.store.get().counter.ignored !== undefined)
    setCounter(tools, { ignored: undefined });
  const input = intentToInput(tools, intent);
  if (input !== undefined) feed(input);
  else void runOther(tools, feed, intent);
}

async function runOther(tools: Tools, feed: Feed, intent: Intent): Promise<void> {
  if (intent.kind === "hide") return hide(tools, feed);
  if (intent.kind === "reconnect") return tools.raw.reopen();
  if (isCounterIntent(intent)) return runCounterAct(tools, feed, intent);
  // Whoever comes next to the desk sees nothing of whom the one before served.
  if (intent.kind === "change-staff") feed({ kind: "closed", isGone: true });
  if (!(await runStaffAct(tools, intent))) await runAct(tools, feed, intent);
}

/** Warns while a patron (or a list of them) is in sight and nobody is at the desk; then hides them. */
function hideWhenIdle(tools: Tools, feed: Feed, idleMs: number): void {
  const rest = tools.store.get();
  const { hidingIn } = rest;
  const { patron, pending, phase } = rest.session;
  const isAsked = phase.kind === "asking" || phase.kind === "unknown-card";
  const shows =
    patron !== undefined ||
    pending.length > 0 ||
    isAsked ||
    rest.find.hits.length > 0 ||
    SHOWING.has(rest.route);
  feed({ kind: "day", today: todayIn(timezoneOf(rest), tools.now()) });
  const afterMs = (rest.state?.settings?.privacyMinutes ?? HIDE_AFTER_MINUTES) * 60_000;
  const next = shows ? idleToHiding(idleMs, afterMs) : undefined;
  const model = tools.store.get();
  if (next !== hidingIn) {
    const { hidingIn: __, ...without } = model;
    tools.store.set(next === undefined ? without : { ...model, hidingIn: next });
  }
  if (next !== 0) return;
  hide(tools, feed);
}

/** What a field does by itself a moment after the scan went out of it again. */
const KEEPS_IGNORED: ReadonlySet<Intent["kind"]> = new Set(["ignored", "find-item", "find", "peek"]);

/** Pages that show what patrons do. */
const SHOWING: ReadonlySet<string> = new Set(["activity", "exceptions", "register", "rules"]);

/** What an intent says to the scanning machine; `undefined`: it is not its business. */
function intentToInput(tools: Tools, intent: Intent): Input | undefined {
  switch (intent.kind) {
    case "scan": {
      const { barcode, mode, source, atMs } = intent;
      return { kind: "scanned", scan: { kind: "scan", id: tools.createId(), barcode, mode, source }, atMs };
    }
    case "finish":
      return { kind: "finished", atMs: intent.atMs, by: intent.by };
    case "confirm":
      return { ...intent, kind: "confirmed" };
    case "decline":
      return { kind: "declined" };
    case "take-rule":
      return { kind: "took-rule" };
    case "take-item":
      return { kind: "took-item" };
    case "retry":
      return { kind: "retried" };
    case "order": {
      const { command, mode } = intent;
      const order = { kind: "ordered" as const, command: { ...command, id: tools.createId() } };
      return mode === undefined ? order : { ...order, mode };
    }
    case "junk":
      return { kind: "misread", text: intent.text };
    case "void-last":
      return { kind: "void-asked", mode: intent.mode };
    case "clear-list":
      return { kind: "list-cleared", mode: intent.mode };
    case "register": {
      const { patron, fields } = intent;
      return { kind: "ordered", command: { id: tools.createId(), kind: "registration", patron, fields } };
    }
    case "say":
      return { kind: "said", notice: intent.notice };
    case "void": {
      const { id: voids, reason } = intent;
      setCounter(tools, { dialog: undefined });
      return { kind: "ordered", command: { id: tools.createId(), kind: "voiding", voids, reason } };
    }
    default:
      return undefined;
  }
}
