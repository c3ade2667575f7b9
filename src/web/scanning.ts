/**
 * From scan to record: a pure machine. One thing is under way at a time, the rest waits in order, so twenty scans
 * typed back to back are twenty rows in that order. Nothing is shown as saved before the node said so.
 */

import type { PatronView, ScanView } from "../node/http/api.ts";
import { onAnswer, onConfirm, onDecline, onFault, onTookItem, onTookRule, wait } from "./answering.ts";
import { t } from "./language.ts";
import { advance, enqueue, isBusy, post, still } from "./moving.ts";
import { commandToScans, scanToCommand, withNothing } from "./recording.ts";
import { isBarcodeText } from "./scan-code.ts";
import { close, openPatron, say, settle, takeAsCard } from "./serving.ts";
import type {
  Effect,
  Input,
  Kept,
  Later,
  Mode,
  Notice,
  Scan,
  Session,
  Step,
  Surroundings,
} from "./session.ts";
import { countWaiting, isAsking } from "./session.ts";
import { barcodeToTail } from "./words.ts";

/** An Enter so soon after a scan is the scanner's own second suffix, not "finish". */
const FINISH_QUIET_MS = 600;

/** The next session and what must be done in the world. `now` is wall time in ms, for words only. */
export function step(session: Session, input: Input, around: Surroundings, now: number): Step {
  switch (input.kind) {
    case "scanned":
      return onScan(session, input.scan, input.atMs, around, now);
    case "ordered": {
      const { command, mode } = input;
      const job = { kind: "order" as const, command, ...(mode === undefined ? {} : { mode }) };
      return advance(enqueue(session, job), around, now);
    }
    case "ordered-many": {
      const jobs = input.commands.map((command) => ({ kind: "order", command, isOfMany: true }) as const);
      return advance(enqueue({ ...session, renewed: [] }, ...jobs), around, now);
    }
    case "finished":
      return onFinish(session, input, around, now);
    case "looked":
      return onLooked(session, input.barcode, input.meaning, around, now);
    case "unlooked":
      return onUnlooked(session, input, around, now);
    case "answered":
      return onAnswer(session, input, around, now);
    case "confirmed":
      return onConfirm(session, input, around, now);
    case "took-rule":
      return onTookRule(session);
    case "took-item":
      return onTookItem(session, around, now);
    case "declined":
      return onDecline(session, around, now);
    case "resumed":
      return { session, effects: effectsOf(session) };
    case "restored":
      return onRestored(session, input.kept, input.patron, around, now);
    case "closed":
      return onClosed(session, input, around, now);
    case "opened":
    case "due-chosen":
    case "return-day-chosen":
      return behindScans(session, input, around, now);
    case "void-asked":
      return onVoidAsked(session, input.mode, around, now);
    case "refreshed":
      return still(
        session.patron?.barcode === input.patron.barcode ? { ...session, patron: input.patron } : session,
      );
    case "retried":
      return advance(enqueue({ ...session, unsaved: [] }, ...session.unsaved), around, now);
    default:
      return still(settled(session, input));
  }
}

/** What changes the session and asks nothing of the world. */
function settled(session: Session, input: Input): Session {
  switch (input.kind) {
    case "day":
      // What is on its way was scanned before: it is told again a moment later.
      return isBusy(session) ? session : onDay(session, input.today);
    case "misread":
      return say(session, "stop", t`${input.text} Nothing was recorded.`);
    case "list-cleared": {
      const { notice: _, ...rest } = session;
      return { ...rest, listed: { ...session.listed, [input.mode]: [] } };
    }
    case "said":
      return { ...session, notice: input.notice };
    default:
      return session;
  }
}

function onScan(session: Session, scan: Scan, atMs: number, around: Surroundings, now: number): Step {
  if (!around.reachable) {
    const tail = barcodeToTail(scan.barcode, 5);
    return still(
      say(session, "stop", t`Not recorded: ${tail}. The program on this PC does not answer. Keep the item.`),
    );
  }
  if (!isBarcodeText(scan.barcode)) {
    return still(say(session, "stop", t`That is no barcode. Nothing was recorded.`));
  }
  if (isAsking(session)) return still(say(session, "stop", ignoredToText(scan.barcode)));
  const kept = session.unsaved.find((old) => old.barcode === scan.barcode && old.mode === scan.mode);
  const next = { ...session, lastScanMs: atMs, unsaved: session.unsaved.filter((old) => old !== kept) };
  return advance(enqueue(next, kept ?? scan), around, now);
}

/** `scan.ignored` */
export function ignoredToText(barcode: string): string {
  return t`Scan ignored: ${barcodeToTail(barcode, 5)}. Answer the message first, then scan that item again.`;
}

/** Now, or behind the scans that are on their way: those belong to whom and what was there before. */
function behindScans(session: Session, input: Later["input"], around: Surroundings, now: number): Step {
  const waiting = enqueue(session, { kind: "later", input });
  return isBusy(session) ? still(waiting) : advance(waiting, around, now);
}

function onFinish(
  session: Session,
  input: Extract<Input, { kind: "finished" }>,
  around: Surroundings,
  now: number,
): Step {
  if (isAsking(session)) return still(session);
  if (input.by === "enter" && input.atMs - session.lastScanMs < FINISH_QUIET_MS) return still(session);
  return isBusy(session) ? behindScans(session, input, around, now) : still(settle(session, input, now));
}

/** What is meant is the scan that was the last when it was asked, recorded or not. */
function onVoidAsked(session: Session, mode: Mode, around: Surroundings, now: number): Step {
  const { phase, queue } = session;
  const underWay =
    phase.kind === "posting" || phase.kind === "asking"
      ? commandToScans(phase.command, phase.mode)
      : phase.kind === "idle"
        ? []
        : [phase.scan];
  const scans = [...underWay, ...queue].filter((job) => job.kind === "scan" && job.mode === mode);
  const id = (scans.at(-1) as Scan | undefined)?.id;
  return behindScans(session, { kind: "void-asked", mode, ...(id === undefined ? {} : { id }) }, around, now);
}

/** After a lost reply the same thing may have been asked twice: only what is under way counts. */
function lookedUp({ phase, ...rest }: Session, barcode: string): { scan: Scan; idle: Session } | undefined {
  if (phase.kind !== "looking" || phase.scan.barcode !== barcode) return undefined;
  return { scan: phase.scan, idle: { ...rest, phase: { kind: "idle" } } };
}

function onLooked(
  session: Session,
  barcode: string,
  meaning: ScanView,
  around: Surroundings,
  now: number,
): Step {
  const under = lookedUp(session, barcode);
  if (under === undefined) return still(session);
  const { scan, idle } = under;
  const card =
    meaning.patron !== undefined && meaning.patron.known !== "unknown" ? meaning.patron : undefined;
  const isItem = meaning.item !== undefined;
  if (card !== undefined && isItem)
    return still({ ...idle, phase: { kind: "ambiguous", scan, patron: card } });
  if (card !== undefined) return advance(openPatron(idle, card, now), around, now);
  if (idle.patron !== undefined) {
    if (!isItem && meaning.looksLike === "patron")
      return still({ ...idle, phase: { kind: "unknown-card", scan } });
    return post(idle, scanToCommand(scan, idle), { mode: scan.mode });
  }
  if (isItem || meaning.looksLike === "item") return advance(wait(idle, scan), around, now);
  if (meaning.looksLike === "isbn") return still({ ...idle, phase: { kind: "isbn", scan } });
  if (!around.hasPatrons) return advance(takeAsCard(idle, scan, now), around, now);
  return still({ ...idle, phase: { kind: "unknown-card", scan } });
}

/** Whatever is on its way is let through first: it belongs to this patron. An open question is answered with no. */
function onClosed(
  session: Session,
  input: Extract<Input, { kind: "closed" }>,
  around: Surroundings,
  now: number,
): Step {
  const waits = isAsking(session) ? session.queue.length > 0 : isBusy(session);
  if (!waits) return still(close(session, input, now));
  const last = session.queue.at(-1);
  // An empty desk is told of every second.
  const isTold = last?.kind === "later" && last.input.kind === "closed" && last.input.isGone === input.isGone;
  return isTold ? still(session) : behindScans(session, input, around, now);
}

/** Nobody knows what the code is: it is no unknown card for that, and stays in sight where the node is out of order. */
function onUnlooked(
  session: Session,
  { barcode, reply }: Extract<Input, { kind: "unlooked" }>,
  around: Surroundings,
  now: number,
): Step {
  const under = lookedUp(session, barcode);
  if (under === undefined) return still(session);
  const { scan, idle } = under;
  if (reply.kind === "fault") return onFault(idle, [scan], reply.text, now);
  return advance(say(idle, "stop", withNothing(reply.text)), around, now);
}

/** A new day: dates that were set yesterday would be wrong without anybody's wish. */
function onDay(session: Session, today: string): Session {
  const { due, returnDay, ...rest } = session;
  const isDueOld = due !== undefined && due.setOn !== today;
  const isReturnOld = returnDay !== undefined && returnDay.setOn !== today;
  if (!isDueOld && !isReturnOld) return session;
  const notice: Notice = {
    severity: "info",
    text: t`A new day: due dates and returns are as the rules have them again.`,
  };
  return {
    ...rest,
    notice,
    ...(due === undefined || isDueOld ? {} : { due }),
    ...(returnDay === undefined || isReturnOld ? {} : { returnDay }),
  };
}

function onRestored(
  session: Session,
  kept: Kept | undefined,
  patron: PatronView | undefined,
  around: Surroundings,
  now: number,
): Step {
  const { isRestoring: _, ...rest } = session;
  if (kept === undefined) return advance(rest, around, now);
  const { listed, scans, pending, due, returnDay } = kept;
  const isServing = rest.patron !== undefined || rest.pending.length > 0 || countWaiting(rest) > 0;
  if (isServing && !session.isRestoring) {
    // Somebody had to sign in first, and serves another patron by now: what waited is nobody else's.
    const lost = [...pending, ...scans]
      .flatMap((job) => (job.kind === "scan" ? [barcodeToTail(job.barcode, 5)] : []))
      .join(", ");
    if (lost === "") return still(rest);
    const text = t`Not recorded before this page was loaded anew: ${lost}. Scan the card and these items again.`;
    return still(say(rest, "stop", text));
  }
  const back: Session = {
    ...rest,
    listed,
    pending,
    ...(patron === undefined ? {} : { patron }),
    ...(due === undefined ? {} : { due }),
    ...(returnDay === undefined ? {} : { returnDay }),
  };
  return advance({ ...back, queue: [...scans, ...back.queue] }, around, now);
}

function effectsOf(session: Session): readonly Effect[] {
  if (session.phase.kind === "looking") return [{ kind: "look", barcode: session.phase.scan.barcode }];
  if (session.phase.kind === "posting") return [{ kind: "post", command: session.phase.command }];
  return [];
}
