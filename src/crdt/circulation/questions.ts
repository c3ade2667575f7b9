/**
 * What staff must answer before a command is recorded. All questions of one command are asked together; an answer
 * names code and ref, and the ref is a hash of the facts, so a question whose facts have changed is asked again.
 * Texts never name another patron.
 */
import type { Command } from "./command.ts";
import { borrowerOf, type DecideContext, patronFor, statusOf } from "./decide-context.ts";
import { userKey } from "./staff-fact.ts";

export interface Question {
  readonly code: string;
  readonly ref: string;
  readonly text: string;
  readonly role: "staff" | "supervisor";
  /** `acknowledge`: the answer alone will do; `override`: with a reason of at least 3 characters. */
  readonly severity: "acknowledge" | "override";
  /** How old the knowledge is that asks, ms: the snapshot's time, or when it was recorded here. */
  readonly since?: number;
}

/** An override of the command that answers a question which is asked. */
export type Answer = NonNullable<Command["overrides"]>[number];

export interface Asked {
  /** Not answered yet; empty: go ahead. */
  readonly open: readonly Question[];
  /** Overrides that answered something; others say nothing and aren't recorded. */
  readonly answers: readonly Answer[];
}

const REASON_MIN = 3;

export function askStaff(command: Command, context: DecideContext): Asked {
  const asked = [
    askOutage(context),
    ...(command.kind === "registration" ? [askRegistration(command, context)] : askPatron(command, context)),
    ...askItem(command, context),
    command.kind === "voiding" ? askVoiding(command, context) : undefined,
  ];
  const open: Question[] = [];
  const answers: Answer[] = [];
  for (const question of asked) {
    if (question === undefined) continue;
    const answer = answerTo(question, command, context);
    if (answer === undefined) open.push(question);
    else answers.push(answer);
  }
  return { open, answers };
}

function answerTo(question: Question, command: Command, context: DecideContext): Answer | undefined {
  return command.overrides?.find((each) => {
    if (each.code !== question.code || each.ref !== question.ref) return false;
    if (question.role === "supervisor" && context.role === "staff" && each.by === undefined) return false;
    return question.severity === "acknowledge" || (each.reason ?? "").trim().length >= REASON_MIN;
  });
}

interface Draft {
  readonly code: string;
  readonly text: string;
  /** What is asked about: other facts, other ref. */
  readonly facts: readonly (string | number)[];
  readonly role?: "supervisor";
  readonly severity: Question["severity"];
  readonly since?: number | undefined;
}

function ask(draft: Draft, context: DecideContext): Question {
  const { code, text, role = "staff", severity, since } = draft;
  const ref = context.hash(JSON.stringify([code, ...draft.facts]));
  return { code, ref, text, role, severity, ...(since !== undefined && { since }) };
}

function askOutage(context: DecideContext): Question | undefined {
  if (context.outageState !== "standby" && context.outageState !== "closed") return undefined;
  const text =
    "No outage is on. Start one and record this here? Everything is then recorded here until it is loaded.";
  const facts = [context.outage];
  return ask({ code: "start-outage", text, facts, severity: "acknowledge" }, context);
}

function askRegistration(command: Command, context: DecideContext): Question | undefined {
  const patron = command.patron ?? "";
  const inList = context.known.patron !== undefined && context.known.patron !== null;
  const here = context.fold.registrationOf(patron);
  if (!inList && here === undefined) return undefined;
  const text = inList
    ? `This card number is already in our list (data from ${dataAge(context)}). Use another card, or record it for a check later.`
    : `This card number was registered at ${context.formatTime(here?.at ?? 0)} already. Use another card, or record it for a check later.`;
  const facts = [patron, inList ? 1 : 0, here?.fact.id ?? ""];
  return ask({ code: "patron-exists", text, facts, severity: "acknowledge" }, context);
}

function askPatron(command: Command, context: DecideContext): readonly (Question | undefined)[] {
  const patron = patronFor(command, context);
  const { snapshot, patron: record } = context.known;
  if (patron === undefined || snapshot?.hasPatrons !== true || record === undefined) return [];
  const since = snapshot.takenAt;
  if (record === null) {
    if (context.fold.registrationOf(patron) !== undefined) return [];
    const text = `This card is not in our list (data from ${dataAge(context)}). You can still lend: the card will be checked when the library system is back.`;
    const facts = [patron, snapshot.sha256];
    return [ask({ code: "patron-unknown", text, facts, severity: "acknowledge", since }, context)];
  }
  const lends =
    command.kind === "checkout" || command.kind === "renewal" || command.kind === "non-catalogued";
  if (!lends || record.barcode !== patron) return [];
  const questions: Question[] = [];
  if (record.blocks.length > 0) {
    const name = `${record.givenNames} ${record.surname}`.trim() || "This patron";
    const why = record.blocks.join(", ");
    const text = `${name} was blocked on ${context.formatDay(since)}: ${why}. This may have changed since.`;
    const facts = [patron, ...record.blocks];
    questions.push(ask({ code: "patron-blocked", text, facts, severity: "override", since }, context));
  }
  if (isPast(record.expires, context.today)) {
    const text = `This card ended on ${dayOf(record.expires, context)}.`;
    const facts = [patron, record.expires];
    questions.push(ask({ code: "patron-expired", text, facts, severity: "override", since }, context));
  }
  return questions;
}

function askItem(command: Command, context: DecideContext): readonly (Question | undefined)[] {
  const { item, kind } = command;
  if (item === undefined) return [];
  const out = kind === "checkout" || kind === "renewal" ? askOut(command, item, context) : undefined;
  const status = kind === "checkout" ? askStatus(item, context) : undefined;
  const told = kind === "checkout" || kind === "checkin" ? askMessage(item, context) : undefined;
  return [out, status, told];
}

/** On loan to somebody else, by the log or by the snapshot. */
function askOut(command: Command, item: string, context: DecideContext): Question | undefined {
  const borrower = borrowerOf(item, context);
  const patron = patronFor(command, context);
  if (borrower === undefined || patron === undefined || borrower === patron) return undefined;
  const loan = context.fold.loanOf(item);
  if (loan !== undefined) {
    const where = `${context.formatTime(loan.since)} on ${context.deskName(loan.desk)}`;
    const text = `This item was lent to another patron at ${where} and not returned.`;
    const facts = [item, loan.origin];
    return ask({ code: "item-out", text, facts, severity: "acknowledge", since: loan.since }, context);
  }
  const text = `By our data of ${dataAge(context)} this is on loan to another patron. It may have come back since.`;
  const facts = [item, borrower];
  const since = context.known.snapshot?.takenAt;
  return ask({ code: "item-known-out", text, facts, severity: "acknowledge", since }, context);
}

const LENDABLE: ReadonlySet<string> = new Set(["", "available", "reshelving"]);
const ON_LOAN: ReadonlySet<string> = new Set(["on-loan", "checked-out", "checkedout"]);

function askStatus(item: string, context: DecideContext): Question | undefined {
  const status = statusOf(context);
  const since = context.known.snapshot?.takenAt;
  if (LENDABLE.has(status)) return undefined;
  const shown = context.known.item?.status.trim() ?? "";
  const facts = [item, status];
  if (status === "library-use-only") {
    const text = `For use in the library only (${shown.toUpperCase()}). A supervisor may lend it once.`;
    const draft = { code: "item-status", text, facts, severity: "override" } as const;
    return ask({ ...draft, role: "supervisor", since }, context);
  }
  const onLoan = ON_LOAN.has(status);
  // Said by the loan itself where there is one, and past once the log knows better.
  if (onLoan && (context.fold.touched(item) || borrowerOf(item, context) !== undefined)) return undefined;
  const what = onLoan ? "on loan, borrower unknown" : shown;
  const text = `By our data of ${dataAge(context)} this item is: ${what}. This may have changed since.`;
  return ask({ code: "item-status", text, facts, severity: "override", since }, context);
}

function askMessage(item: string, context: DecideContext): Question | undefined {
  const message = context.known.item?.itemMessage.trim() ?? "";
  if (message === "") return undefined;
  const text = `Staff message on this item: ${message}`;
  return ask({ code: "item-message", text, facts: [item, message], severity: "acknowledge" }, context);
}

/** Staff remove what they recorded themselves; another's record needs a supervisor's word. */
function askVoiding(command: Command, context: DecideContext): Question | undefined {
  if (context.role !== "staff") return undefined;
  const target = context.fold.recordedById(command.voids ?? "");
  if (target === undefined) return undefined;
  const { staff } = target;
  const isOwn =
    staff !== undefined && context.staff !== undefined && userKey(staff) === userKey(context.staff);
  if (isOwn) return undefined;
  const text = `This was recorded by ${staff ?? "somebody else"}. A supervisor may remove it.`;
  const facts = [target.fact.id];
  return ask({ code: "void-other", text, facts, role: "supervisor", severity: "acknowledge" }, context);
}

/** `Fri 21 Nov, 06:00` */
function dataAge(context: DecideContext): string {
  const takenAt = context.known.snapshot?.takenAt ?? 0;
  return `${context.formatDay(takenAt)}, ${context.formatTime(takenAt)}`;
}

/** A day that can't be read says nothing. */
function isPast(day: string, today: string): boolean {
  return /^\d{4}-\d{2}-\d{2}/.test(day) && day.slice(0, 10) < today;
}

function dayOf(day: string, context: DecideContext): string {
  const ms = context.parseLocal(day);
  return Number.isFinite(ms) ? context.formatDay(ms) : day;
}
