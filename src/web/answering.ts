/**
 * What comes back from the node, and what staff answer to its questions: the other half of the scanning machine. Pure.
 */

import type { DueView, Question } from "../node/http/api.ts";
import { t } from "./language.ts";
import { advance, enqueue, post, still } from "./moving.ts";
import {
  answered,
  answerOnce,
  commandToScans,
  forgetAuthority,
  notesToNotice,
  withNothing,
  withoutAuthority,
} from "./recording.ts";
import type { Reply } from "./reply.ts";
import { close, openPatron, say, takeAsCard } from "./serving.ts";
import type {
  Command,
  Input,
  Mode,
  Notice,
  OverrideAnswer,
  Phase,
  RenewalOutcome,
  Scan,
  Session,
  Step,
  Surroundings,
} from "./session.ts";
import { isAsking } from "./session.ts";
import { barcodeToTail } from "./words.ts";

/** Codes of questions about the patron, not about the item. */
const ABOUT_PATRON = "patron-";
const CHECK_DIGIT = "check-digit";

type Posting = Extract<Phase, { kind: "posting" }>;

export function onAnswer(
  session: Session,
  { id, command: asked, reply }: Extract<Input, { kind: "answered" }>,
  around: Surroundings,
  now: number,
): Step {
  const { phase } = session;
  if (phase.kind !== "posting" || phase.command.id !== id) return still(session);
  // Asked twice after a short silence, and answered twice: the second "Staff must answer" comes when they have.
  if (asked !== undefined && asked !== phase.command) return still(session);
  if (phase.isOfMany) return onOneOfMany(session, phase, reply, around, now);
  const { command, mode } = phase;
  const idle: Session = { ...session, phase: { kind: "idle" } };
  switch (reply.kind) {
    case "questions":
      return onQuestions(session, phase, reply.questions, reply.byRule);
    case "unproven": {
      const again = withoutAuthority(command);
      if (again !== undefined) return post(session, again, { ...modeOf(mode), error: reply.text });
      return advance(say(idle, "stop", withNothing(reply.text)), around, now);
    }
    case "refused":
      return advance({ ...idle, notice: refusalToNotice(reply, command) }, around, now);
    case "fault":
      return onFault(idle, commandToScans(command, mode), reply.text, now);
    case "recorded":
      return onRecorded(idle, command, mode, reply, around, now);
  }
}

function onRecorded(
  idle: Session,
  command: Command,
  mode: Mode | undefined,
  reply: Extract<Reply, { kind: "recorded" }>,
  around: Surroundings,
  now: number,
): Step {
  const { row, patron, notes, slip } = reply.answer.view;
  const listed =
    mode === undefined ? idle.listed : { ...idle.listed, [mode]: [row.id, ...idle.listed[mode]] };
  const notice = notesToNotice(command, row, notes, around, now);
  const slips = slip === undefined ? idle.slips : { ...idle.slips, [row.id]: slip };
  const here = patron !== undefined && patron.barcode === idle.patron?.barcode;
  const { again: _, ...rest } = idle;
  return advance({ ...rest, listed, notice, slips, misreads: 0, ...(here ? { patron } : {}) }, around, now);
}

/** The disk failed: what waits stays in sight, and is tried again under the ids that it has. */
export function onFault(idle: Session, scans: readonly Scan[], text: string, now: number): Step {
  const waiting = idle.queue.flatMap((job) => (job.kind === "scan" ? [job] : []));
  const stopped = { ...idle, queue: [], unsaved: [...idle.unsaved, ...scans, ...waiting] };
  const said = t`NOT SAVED. ${text} Do not give the item out.`;
  const left = idle.queue.flatMap((job) => (job.kind === "later" && LEAVES.has(job.input.kind) ? [job] : []));
  if (left.length === 0) return still(say(stopped, "stop", said));
  // Somebody has left this patron already: what was not saved is tried again for nobody else.
  const isGone = left.some(({ input }) => input.kind === "closed" && input.isGone === true);
  const closed = close(stopped, { kind: "closed", ...(isGone ? { isGone } : {}) }, now);
  return still(say(closed, "stop", `${said} ${closed.notice?.text ?? ""}`.trim()));
}

/** After these another patron is served, or nobody. */
const LEAVES: ReadonlySet<string> = new Set(["finished", "closed", "opened"]);

/** `card.in.returns` has a way on; every other refusal only says what is wrong. */
function refusalToNotice(reply: Extract<Reply, { kind: "refused" }>, { kind, item }: Command): Notice {
  if (reply.code !== "card-as-item" || item === undefined)
    return { severity: reply.code === "duplicate" ? "info" : "stop", text: withNothing(reply.text) };
  const acts = [{ word: t`Open patron`, intent: { kind: "open-patron" as const, barcode: item } }];
  const severity = kind === "checkin" ? "info" : "attention";
  return { severity, text: t`That is a library card, not an item. Nothing was recorded.`, acts };
}

/** One of many renewals: nothing is asked; why it can't be is its result. */
function onOneOfMany(
  session: Session,
  { command }: Posting,
  reply: Reply,
  around: Surroundings,
  now: number,
): Step {
  const idle: Session = { ...session, phase: { kind: "idle" } };
  if (reply.kind === "fault") return onFault(idle, [], reply.text, now);
  const item = command.item ?? "";
  const outcome: RenewalOutcome =
    reply.kind === "recorded"
      ? { item, isRenewed: true, text: reply.answer.view.row.due ?? "" }
      : {
          item,
          isRenewed: false,
          text: reply.kind === "questions" ? reply.questions.map(({ text }) => text).join(" ") : reply.text,
        };
  const patron = reply.kind === "recorded" ? reply.answer.view.patron : undefined;
  const here = patron !== undefined && patron.barcode === idle.patron?.barcode;
  const next: Session = { ...idle, renewed: [...idle.renewed, outcome], ...(here ? { patron } : {}) };
  const isLast = !next.queue.some((job) => job.kind === "order" && job.isOfMany);
  if (!isLast) return advance(next, around, now);
  const good = next.renewed.filter((each) => each.isRenewed).length;
  const bad = next.renewed.length - good;
  const text = bad === 0 ? t`${good} renewed.` : t`${good} renewed, ${bad} not: see why in the panel.`;
  return advance(say(next, bad === 0 ? "success" : "attention", text), around, now);
}

/** Asks staff what they have not answered yet; goes on by itself when that is nothing. */
function onQuestions(
  session: Session,
  { command, mode, isItem, error }: Posting,
  questions: readonly Question[],
  byRule: DueView | undefined,
): Step {
  const known: OverrideAnswer[] = [];
  const open: Question[] = [];
  for (const question of questions) {
    const isHere = command.patron === session.patron?.barcode;
    const answer = isHere ? answerOnce(session, question, isItem === true) : undefined;
    // Asked again although it was answered: then a person must look.
    const wasGiven = command.overrides?.some((each) => each.ref === question.ref) === true;
    if (answer === undefined || wasGiven) open.push(question);
    else known.push(answer);
  }
  const next = answered(command, known);
  if (open.length === 0) return post(session, next, modeOf(mode));
  const isMisread = open.some(({ code }) => code === CHECK_DIGIT);
  const phase = {
    kind: "asking" as const,
    command: next,
    questions: open,
    ...modeOf(mode),
    ...(byRule === undefined ? {} : { byRule }),
    ...(error === undefined ? {} : { error }),
  };
  return still({ ...session, phase, misreads: session.misreads + (isMisread ? 1 : 0) });
}

export function onConfirm(
  session: Session,
  { overrides, due }: Extract<Input, { kind: "confirmed" }>,
  around: Surroundings,
  now: number,
): Step {
  const { phase } = session;
  const idle: Session = { ...session, phase: { kind: "idle" } };
  if (phase.kind === "unknown-card") return advance(takeAsCard(idle, phase.scan, now), around, now);
  if (phase.kind === "ambiguous") return advance(openPatron(idle, phase.patron, now), around, now);
  if (phase.kind === "isbn") {
    const scan = { ...phase.scan, isItem: true as const };
    return advance(wait(idle, scan), around, now);
  }
  if (phase.kind !== "asking") return still(session);
  const about = forgetAuthority(overrides).filter((each) => each.code.startsWith(ABOUT_PATRON));
  const isOpen = session.patron !== undefined && session.patron.barcode === phase.command.patron;
  const next = isOpen ? { ...session, cardAnswers: [...session.cardAnswers, ...about] } : session;
  return post(next, answered(phase.command, overrides, due), modeOf(phase.mode));
}

/** A date that staff chose is longer than the rule: the rule's own is taken, and what else was asked is asked anew. */
export function onTookRule(session: Session): Step {
  const { phase } = session;
  if (phase.kind !== "asking") return still(session);
  const { due: _d, overrides: _o, ...command } = phase.command;
  return post(session, command, modeOf(phase.mode));
}

/** The number of a card and of an item: it is the item. */
export function onTookItem(session: Session, around: Surroundings, now: number): Step {
  const { phase } = session;
  if (phase.kind !== "ambiguous") return still(session);
  const idle: Session = { ...session, phase: { kind: "idle" } };
  const scan = { ...phase.scan, isItem: true as const };
  if (idle.patron === undefined) return advance(wait(idle, scan), around, now);
  return advance({ ...enqueue({ ...idle, queue: [] }, scan, ...idle.queue) }, around, now);
}

export function onDecline(session: Session, around: Surroundings, now: number): Step {
  if (!isAsking(session)) return still(session);
  const idle: Session = { ...session, phase: { kind: "idle" } };
  return advance(say(idle, "info", t`Nothing was recorded.`), around, now);
}

/** `no.patron`: the item waits for its card. */
export function wait(session: Session, scan: Session["pending"][number]): Session {
  const pending = [...session.pending.filter((each) => each.barcode !== scan.barcode), scan];
  const tails = pending.map((each) => barcodeToTail(each.barcode, 5)).join(", ");
  const waits = pending.length === 1 ? t`This item is` : t`These items are`;
  const acts: Notice["acts"] = [
    { word: t`Find patron`, intent: { kind: "go", route: "find" } },
    { word: t`Cancel`, intent: { kind: "finish", atMs: 0, by: "button" } },
  ];
  return say(
    { ...session, pending },
    "attention",
    t`Scan the library card first. ${waits} waiting: ${tails}.`,
    { acts },
  );
}

function modeOf(mode: Mode | undefined): { readonly mode?: Mode } {
  return mode === undefined ? {} : { mode };
}
