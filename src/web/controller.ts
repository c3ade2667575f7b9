/**
 * Does what the user wants: takes intents, moves the pure machines on, and carries out their effects over the
 * connection. The only place in the pages where things happen in order of time.
 */
import type { ScanView, TransactionRow } from "../node/http/api.ts";
import { type Feed, goTo, loadPage, refreshPatron, runAct, type Tools } from "./acts.ts";
import type { Intent } from "./intent.ts";
import { HIDE_AFTER_MS, idleToHiding } from "./privacy.ts";
import { answerToReply } from "./reply.ts";
import { step } from "./scanning.ts";
import type { Effect, Input } from "./session.ts";
import { runStaffAct } from "./staff-acts.ts";
import { addRows, isReachable, timezoneOf } from "./store.ts";

export interface Controller {
  run(intent: Intent): void;
  /** The node answers (again): go on with what was under way, and read the page's lists anew. */
  resume(): void;
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
    resume: () => {
      feed({ kind: "resumed" });
      loadPage(tools, store.get().route);
    },
    reload: () => loadPage(tools, store.get().route),
    idle: (idleMs) => hideWhenIdle(tools, feed, idleMs),
    noticeRow: (row) => {
      const { patron, phase } = store.get().session;
      // The answer to our own scan brings the patron along: no second question.
      const isOwn = phase.kind === "posting" && phase.command.id === row.id && row.kind !== "voiding";
      if (patron === undefined || isOwn || store.get().session.listed.out.includes(row.id)) return;
      const touches =
        row.patron === patron.barcode ||
        (row.item !== undefined && patron.loans.some((loan) => loan.item === row.item)) ||
        row.kind === "voiding";
      if (touches) void refreshPatron(tools, feed, patron.barcode);
    },
  };
}

/** One step of the scanning machine, and its effects. */
function feedSession(tools: Tools, input: Input): void {
  const { store } = tools;
  const model = store.get();
  const around = {
    rows: model.rows,
    reachable: isReachable(model),
    hasPatrons: (model.state?.snapshot?.patrons ?? 0) > 0,
    timezone: timezoneOf(model),
  };
  const { session, effects } = step(model.session, input, around, tools.now());
  store.set({ ...model, session });
  for (const effect of effects) void runEffect(tools, effect);
}

async function runEffect(tools: Tools, effect: Effect): Promise<void> {
  if (effect.kind === "look") {
    const answer = await tools.connection.get(`scan/${encodeURIComponent(effect.barcode)}`);
    if (answer === undefined) return;
    const meaning = answer.status === 200 ? (answer.body as ScanView) : {};
    feedSession(tools, { kind: "looked", barcode: effect.barcode, meaning });
    return;
  }
  const answer = await tools.connection.post("transactions", effect.command);
  // No answer: the link is down now, and `resume` sends the same id again.
  if (answer === undefined) return;
  const reply = answerToReply(answer.status, answer.body);
  if (reply.kind === "recorded") tools.store.set(addRows(tools.store.get(), [reply.answer.view.row]));
  feedSession(tools, { kind: "answered", id: effect.command.id, reply });
  if (reply.kind !== "recorded" || effect.command.kind !== "registration") return;
  // A new patron stands at the desk with books in hand: lend at once.
  goTo(tools, "out");
  await refreshPatron(tools, (input) => feedSession(tools, input), effect.command.patron ?? "", true);
}

function runIntent(tools: Tools, feed: Feed, intent: Intent): void {
  const input = intentToInput(tools, intent);
  if (input !== undefined) feed(input);
  else void runOther(tools, feed, intent);
}

async function runOther(tools: Tools, feed: Feed, intent: Intent): Promise<void> {
  // Whoever comes next to the desk sees nothing of whom the one before served.
  if (intent.kind === "change-staff" || intent.kind === "hide") feed({ kind: "closed" });
  if (!(await runStaffAct(tools, intent))) await runAct(tools, feed, intent);
}

/** Warns while a patron (or a list of them) is in sight and nobody is at the desk; then hides them. */
function hideWhenIdle(tools: Tools, feed: Feed, idleMs: number): void {
  const { hidingIn, ...rest } = tools.store.get();
  const { patron, pending, phase } = rest.session;
  const isAsked = phase.kind === "asking" || phase.kind === "unknown-card";
  const shows =
    patron !== undefined ||
    pending.length > 0 ||
    isAsked ||
    rest.find.hits.length > 0 ||
    SHOWING.has(rest.route);
  const next = shows ? idleToHiding(idleMs) : undefined;
  if (next !== hidingIn) tools.store.set(next === undefined ? rest : { ...rest, hidingIn: next });
  if (next !== 0 || idleMs < HIDE_AFTER_MS) return;
  const notice = { severity: "info", text: "Nobody was at the desk: the patron is hidden." } as const;
  feed({ kind: "closed", notice });
  void runStaffAct(tools, { kind: "hide" });
}

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
    case "choose-due":
      return { kind: "due-chosen", ...(intent.day === undefined ? {} : { day: intent.day }) };
    case "register": {
      const { patron, fields } = intent;
      return { kind: "ordered", command: { id: tools.createId(), kind: "registration", patron, fields } };
    }
    case "say":
      return { kind: "said", notice: intent.notice };
    case "void": {
      const { id: voids, reason } = intent;
      return { kind: "ordered", command: { id: tools.createId(), kind: "voiding", voids, reason } };
    }
    case "void-last": {
      const { rows, session } = tools.store.get();
      const voids = session.listed[intent.mode].find((id) => rows[id]?.voided === undefined);
      if (voids === undefined)
        return { kind: "said", notice: { severity: "info", text: "There is nothing to void." } };
      return intentToInput(tools, { kind: "void", id: voids, reason: "Scanned by mistake" });
    }
    default:
      return undefined;
  }
}
