/**
 * From scan to record: a pure machine. One thing is under way at a time, the rest waits in order, so twenty scans
 * typed back to back are twenty rows in that order. Nothing is shown as saved before the node said so.
 */
import type { PatronView, Question, ScanView } from "../node/http/api.ts";
import {
  answered,
  answerOnce,
  commandToScans,
  findRepeat,
  forgetAuthority,
  recordedNotice,
  scanToCommand,
  unknownPatron,
  withNothing,
  withoutAuthority,
} from "./recording.ts";
import type { Reply } from "./reply.ts";
import type {
  Command,
  Effect,
  Input,
  Job,
  Mode,
  Notice,
  OverrideAnswer,
  Scan,
  Session,
  Step,
  Surroundings,
} from "./session.ts";
import { countWaiting, isAsking } from "./session.ts";
import { barcodeToTail, countToText, patronToName } from "./words.ts";

/** An Enter so soon after a scan is the scanner's own second suffix, not "finish". */
const FINISH_QUIET_MS = 600;
/** Codes of questions about the patron, not about the item. */
const ABOUT_PATRON = "patron-";
const BARCODE = /^[!-~](?:[ -~]{0,78}[!-~])?$/;

/** The next session and what must be done in the world. `now` is wall time in ms, for words only. */
export function step(session: Session, input: Input, around: Surroundings, now: number): Step {
  switch (input.kind) {
    case "scanned":
      return onScan(session, input.scan, input.atMs, around, now);
    case "ordered":
      return advance(enqueue(session, { kind: "order", command: input.command }), around, now);
    case "finished":
      return onFinish(session, input.atMs, input.by);
    case "looked":
      return onLooked(session, input.barcode, input.meaning, around, now);
    case "answered":
      return onAnswer(session, input.id, input.reply, around, now);
    case "confirmed":
      return onConfirm(session, input, around, now);
    case "declined":
      return onDecline(session, around, now);
    case "resumed":
      return { session, effects: effectsOf(session) };
    case "opened":
      return advance(openPatron(session, input.patron), around, now);
    case "refreshed":
      return still(
        session.patron?.barcode === input.patron.barcode ? { ...session, patron: input.patron } : session,
      );
    case "due-chosen": {
      const { dueDay: _, ...rest } = session;
      return still(input.day === undefined ? rest : { ...rest, dueDay: input.day });
    }
    case "closed":
      return onClosed(session, input.notice);
    case "said":
      return still({ ...session, notice: input.notice });
  }
}

function onScan(session: Session, scan: Scan, atMs: number, around: Surroundings, now: number): Step {
  if (!around.reachable) {
    return still(
      say(session, "stop", "Not recorded: the program on this PC does not answer. Keep the item."),
    );
  }
  if (!BARCODE.test(scan.barcode)) {
    return still(
      say(session, "stop", "That is not a barcode: up to 80 plain letters and digits. Nothing was recorded."),
    );
  }
  if (isAsking(session)) {
    const text = `Scan ignored: ${barcodeToTail(scan.barcode)}. Answer the message first, then scan it again.`;
    return still(say(session, "stop", text));
  }
  const kept = session.unsaved.find((old) => old.barcode === scan.barcode && old.mode === scan.mode);
  const next = { ...session, lastScanMs: atMs, unsaved: session.unsaved.filter((old) => old !== kept) };
  return advance(enqueue(next, kept ?? scan), around, now);
}

function onFinish(session: Session, atMs: number, by: "enter" | "button"): Step {
  if (isAsking(session)) return still(session);
  if (by === "enter" && atMs - session.lastScanMs < FINISH_QUIET_MS) return still(session);
  // Scans that are still on their way belong to this patron: finishing now would give them to nobody.
  if (session.phase.kind !== "idle" || session.queue.length > 0) return still(session);
  if (session.patron === undefined && session.pending.length === 0) return still(session);
  const count = session.listed.out.length;
  const done =
    session.patron === undefined ? "Put aside." : `Finished. ${countToText(count, "item", "items")} saved.`;
  return still(say(withoutPatron(session), "info", done));
}

function onLooked(
  session: Session,
  barcode: string,
  meaning: ScanView,
  around: Surroundings,
  now: number,
): Step {
  // After a lost reply the same thing may have been asked twice: only what is under way counts.
  if (session.phase.kind !== "looking" || session.phase.scan.barcode !== barcode) return still(session);
  const { scan } = session.phase;
  const idle: Session = { ...session, phase: { kind: "idle" } };
  const card =
    meaning.patron !== undefined && meaning.patron.known !== "unknown" ? meaning.patron : undefined;
  const isItem = meaning.item !== undefined;
  if (idle.patron !== undefined) {
    if (card !== undefined && !isItem) return advance(openPatron(idle, card), around, now);
    return post(idle, scanToCommand(scan, idle), scan.mode);
  }
  if (card !== undefined) return advance(openPatron(idle, card), around, now);
  if (isItem) {
    const pending = [...idle.pending.filter((each) => each.barcode !== scan.barcode), scan];
    const tails = pending.map((each) => barcodeToTail(each.barcode)).join(", ");
    const waits = pending.length === 1 ? "This item is" : "These items are";
    const text = `Scan the library card first. ${waits} waiting: ${tails}.`;
    return advance(say({ ...idle, pending }, "attention", text), around, now);
  }
  if (!around.hasPatrons) return advance(openPatron(idle, unknownPatron(scan.barcode)), around, now);
  return still({ ...idle, phase: { kind: "unknown-card", scan } });
}

function onAnswer(session: Session, id: string, reply: Reply, around: Surroundings, now: number): Step {
  if (session.phase.kind !== "posting" || session.phase.command.id !== id) return still(session);
  const { command, mode } = session.phase;
  const idle: Session = { ...session, phase: { kind: "idle" } };
  switch (reply.kind) {
    case "questions":
      return onQuestions(session, command, mode, reply.questions);
    case "unproven": {
      const again = withoutAuthority(command);
      if (again !== undefined) return post(session, again, mode, reply.text);
      return advance(say(idle, "stop", withNothing(reply.text)), around, now);
    }
    case "refused":
      return advance(say(idle, "stop", withNothing(reply.text)), around, now);
    case "fault": {
      const scans = [...commandToScans(command, mode), ...idle.queue.filter((job) => job.kind === "scan")];
      const stopped = { ...idle, queue: [], unsaved: [...idle.unsaved, ...scans] };
      return still(say(stopped, "stop", `NOT SAVED. ${reply.text}`));
    }
    case "recorded": {
      const { row, patron, notes } = reply.answer.view;
      const listed =
        mode === undefined ? idle.listed : { ...idle.listed, [mode]: [row.id, ...idle.listed[mode]] };
      const more = notes.slice(1).map((note) => note.text);
      const first = notes[0] ?? recordedNotice(command, row.due, around.timezone, now);
      const { severity, text } = first;
      const notice: Notice = { severity, text, ...(more.length === 0 ? {} : { more: more.join(" ") }) };
      const here = patron !== undefined && patron.barcode === idle.patron?.barcode;
      return advance({ ...idle, listed, notice, ...(here ? { patron } : {}) }, around, now);
    }
  }
}

function onConfirm(
  session: Session,
  { overrides, due }: Extract<Input, { kind: "confirmed" }>,
  around: Surroundings,
  now: number,
): Step {
  const { phase } = session;
  if (phase.kind === "unknown-card") {
    const idle: Session = { ...session, phase: { kind: "idle" } };
    return advance(openPatron(idle, unknownPatron(phase.scan.barcode)), around, now);
  }
  if (phase.kind !== "asking") return still(session);
  const about = forgetAuthority(overrides).filter((each) => each.code.startsWith(ABOUT_PATRON));
  const isOpen = session.patron !== undefined && session.patron.barcode === phase.command.patron;
  const next = isOpen ? { ...session, cardAnswers: [...session.cardAnswers, ...about] } : session;
  return post(next, answered(phase.command, overrides, due), phase.mode);
}

/** Asks staff what they have not answered yet; goes on by itself when that is nothing. */
function onQuestions(
  session: Session,
  command: Command,
  mode: Mode | undefined,
  questions: readonly Question[],
): Step {
  const known: OverrideAnswer[] = [];
  const open: Question[] = [];
  for (const question of questions) {
    const answer = command.patron === session.patron?.barcode ? answerOnce(session, question) : undefined;
    // Asked again although it was answered: then a person must look.
    const wasGiven = command.overrides?.some((each) => each.ref === question.ref) === true;
    if (answer === undefined || wasGiven) open.push(question);
    else known.push(answer);
  }
  const next = answered(command, known);
  if (open.length === 0) return post(session, next, mode);
  const error = session.phase.kind === "posting" ? session.phase.error : undefined;
  const phase = {
    kind: "asking" as const,
    command: next,
    questions: open,
    ...(mode === undefined ? {} : { mode }),
    ...(error === undefined ? {} : { error }),
  };
  return still({ ...session, phase });
}

function onDecline(session: Session, around: Surroundings, now: number): Step {
  if (!isAsking(session)) return still(session);
  const idle: Session = { ...session, phase: { kind: "idle" } };
  return advance(say(idle, "info", "Nothing was recorded."), around, now);
}

/** Whatever is on its way is let through first: it belongs to this patron. An open question is answered with no. */
function onClosed(session: Session, notice: Notice | undefined): Step {
  if (countWaiting(session) > (isAsking(session) ? 1 : 0)) return still(session);
  const { notice: _, ...closed } = withoutPatron({ ...session, phase: { kind: "idle" } });
  return still({ ...closed, ...(notice === undefined ? {} : { notice }) });
}

/** Starts the next job, if nothing is under way. */
function advance(session: Session, around: Surroundings, now: number): Step {
  if (session.phase.kind !== "idle") return still(session);
  const [job, ...queue] = session.queue;
  if (job === undefined) return still(session);
  const next: Session = { ...session, queue };
  if (job.kind === "order") return post(next, job.command, undefined);
  const repeat = findRepeat(next, job, around);
  if (repeat !== undefined) return advance(say(next, "info", repeat), around, now);
  if (job.mode !== "out") return post(next, scanToCommand(job, next), job.mode);
  // An item that waited for its card is known to be an item: no second look.
  if (next.patron !== undefined && next.pending.some((each) => each.id === job.id)) {
    const pending = next.pending.filter((each) => each.id !== job.id);
    return post({ ...next, pending }, scanToCommand(job, next), job.mode);
  }
  return {
    session: { ...next, phase: { kind: "looking", scan: job } },
    effects: [{ kind: "look", barcode: job.barcode }],
  };
}

function openPatron(session: Session, patron: PatronView): Session {
  const before = session.patron;
  if (before?.barcode === patron.barcode)
    return say({ ...session, patron }, "info", "This patron is open already.");
  const saved = countToText(session.listed.out.length, "item", "items");
  const { notice: _, ...clean } = withoutPatron(session);
  const queue = [...session.pending, ...session.queue];
  const open: Session = { ...clean, pending: session.pending, queue, patron };
  if (before === undefined) return open;
  return say(
    open,
    "info",
    `Now serving ${patronToName(patron)}. ${patronToName(before)} is finished (${saved} saved).`,
  );
}

function withoutPatron(session: Session): Session {
  const { patron: _p, dueDay: _d, ...rest } = session;
  return { ...rest, pending: [], listed: { ...rest.listed, out: [] }, unsaved: [], cardAnswers: [] };
}

function post(session: Session, command: Command, mode: Mode | undefined, error?: string): Step {
  const phase = {
    kind: "posting" as const,
    command,
    ...(mode === undefined ? {} : { mode }),
    ...(error === undefined ? {} : { error }),
  };
  return { session: { ...session, phase }, effects: [{ kind: "post", command }] };
}

function effectsOf(session: Session): readonly Effect[] {
  if (session.phase.kind === "looking") return [{ kind: "look", barcode: session.phase.scan.barcode }];
  if (session.phase.kind === "posting") return [{ kind: "post", command: session.phase.command }];
  return [];
}

function enqueue(session: Session, job: Job): Session {
  return { ...session, queue: [...session.queue, job] };
}

function say(session: Session, severity: Notice["severity"], text: string): Session {
  return { ...session, notice: { severity, text } };
}

function still(session: Session): Step {
  return { session, effects: [] };
}
