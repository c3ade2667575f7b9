/**
 * Judges a command: record it, ask staff, or refuse. Refused is only what can't be recorded truthfully; blocks and
 * "already out" are questions, and their answers part of the transaction. What it was judged against is written into
 * the transaction and never worked out again (log.md, L5). Pure and without waiting, so that nothing can come
 * between judging and appending (L7).
 */
import { isInterlibrary } from "./barcode-rules.ts";
import { type Command, checkCommand, type Refused } from "./command.ts";
import {
  type DecideContext,
  ilsToWords,
  loanHere,
  patronFor,
  policyOf,
  seenLoan,
  seenTimes,
  statusRuleOf,
} from "./decide-context.ts";
import type { DueDate } from "./due-date.ts";
import type { Fold } from "./fold.ts";
import { barcodeFaultOf, holdsOfOthers } from "./item-questions.ts";
import { type Note, noteFor } from "./notes.ts";
import { limitsSeen } from "./patron-questions.ts";
import type { Answer, Question } from "./question.ts";
import { askStaff } from "./questions.ts";
import { checkFields, fillIn, type RegistrationForm } from "./registration-form.ts";
import { slipFor } from "./slip.ts";
import { type Terms, termsOf } from "./terms.ts";
import { INSTANT_MAX } from "./text-rules.ts";
import type { ByRule, JudgedAgainst, Recorded, Transaction } from "./transaction.ts";

export type Decision =
  | {
      readonly kind: "record";
      readonly transaction: Transaction;
      readonly notes: readonly Note[];
      /** What the patron's slip says of it, a line each. */
      readonly slip: readonly string[];
    }
  /** All that must be answered, in one go; `byRule`: when it would be due, null where the rule gives no loan. */
  | {
      readonly kind: "questions";
      readonly questions: readonly Question[];
      readonly byRule?: DueDate | null;
    }
  | { readonly kind: "refused"; readonly refusal: Refused }
  /** The same id with the same content: give the same receipt. */
  | { readonly kind: "already"; readonly recorded: Recorded<Transaction> };

export function decide(command: Command, context: DecideContext): Decision {
  const wrong = checkCommand(command, context.now);
  if (wrong !== null) return { kind: "refused", refusal: wrong };
  const copies = context.fold.copiesOf(command.id);
  if (copies.length > 0) {
    const recorded = copies.find((each) => each.fact.digest === context.digest);
    if (recorded !== undefined) return { kind: "already", recorded };
    const text = "This id was used for something else. Nothing was recorded.";
    return { kind: "refused", refusal: { kind: "id-taken", text } };
  }
  const refusal = refuse(command, context);
  if (refusal !== undefined) return { kind: "refused", refusal };
  const terms = termsOf(command, context);
  const { open, answers } = askStaff(command, context, terms);
  if (open.length > 0)
    return { kind: "questions", questions: open, ...(terms !== undefined && { byRule: terms.byRule }) };
  const transaction = commandToTransaction(command, answers, context, terms);
  const notes = noteFor(transaction, context, terms);
  return { kind: "record", transaction, notes, slip: slipFor(transaction, context, terms) };
}

function refuse(command: Command, context: DecideContext): Refused | undefined {
  if (command.kind === "voiding") return refuseVoiding(command, context.fold);
  const policy = policyOf(context);
  if (command.kind === "registration") return refuseFields(command, policy.registration);
  const { item } = command;
  if (item === undefined) return undefined;
  if (isInterlibrary(item, policy)) {
    const ils = ilsToWords(context);
    const text = `Interlibrary item: set it aside with this note, and handle it when ${ils} is back. Nothing was recorded.`;
    return { kind: "interlibrary", text };
  }
  const knownItem = context.known.item !== undefined && context.known.item !== null;
  if (!knownItem && (context.itemIsPatron || context.fold.registrationOf(item) !== undefined)) {
    const text = "That is a library card, not an item. Nothing was recorded.";
    return { kind: "card-as-item", text };
  }
  if (statusRuleOf(context) === "never" && command.kind !== "checkin") {
    const shown = context.known.item?.status.toUpperCase() ?? "";
    const text = `Not for public use, here or at home (${shown}). Nothing was recorded. Reference may offer a copy.`;
    return { kind: "item.never", text };
  }
  return command.kind === "checkout" ? refuseDuplicate(command, context) : undefined;
}

function refuseFields(command: Command, form: RegistrationForm | undefined): Refused | undefined {
  const faults = form === undefined ? [] : checkFields(form, command.fields ?? {});
  if (faults.length === 0) return undefined;
  const text = `${faults.map((each) => each.text).join(" ")} Nothing was recorded.`;
  return { kind: "invalid", text };
}

function refuseDuplicate(command: Command, context: DecideContext): Refused | undefined {
  const loan = loanHere(command.item ?? "", context);
  if (loan === undefined || loan.patron !== command.patron || loan.outage !== context.outage)
    return undefined;
  if (loan.renewals.length > 0 || !isLastOnItem(context.fold, loan.item, loan.by)) return undefined;
  const recorded = context.fold.recordedById(loan.by);
  const at = context.formatTime(recorded?.at ?? loan.since);
  const text = `Already scanned for this patron at ${at}. Nothing was added.`;
  return { kind: "duplicate", text };
}

/** Nothing between: no fact that stands on the item since. */
function isLastOnItem(fold: Fold, item: string, id: string): boolean {
  const last = fold
    .historyOf(item)
    .filter((each) => !fold.isVoided(each.fact.id) && !fold.isRepeat(each.fact.id))
    .at(-1);
  return last?.fact.id === id;
}

function refuseVoiding(command: Command, fold: Fold): Refused | undefined {
  const target = fold.recordedById(command.voids ?? "");
  if (target === undefined) {
    return { kind: "not-found", text: "There is no such record here, so it cannot be removed." };
  }
  if (target.fact.kind === "voiding") {
    return { kind: "not-voidable", text: "A removal cannot be removed. Record the scan again instead." };
  }
  if (fold.isVoided(target.fact.id)) {
    return { kind: "already-voided", text: "This was removed before. Nothing was added." };
  }
  return undefined;
}

function judgedAgainst(command: Command, context: DecideContext, terms: Terms | undefined): JudgedAgainst {
  const { snapshot, patron: record, item } = context.known;
  const patron = patronFor(command, context);
  const registered = patron !== undefined && context.fold.registrationOf(patron) !== undefined;
  const lookedUp = snapshot?.hasPatrons === true && record !== undefined;
  const patronKnown = registered || (lookedUp ? record !== null : undefined);
  const onItem = command.item !== undefined;
  const onLoan = onItem && command.kind !== "in-house-use";
  const covered = snapshot?.hasLoans === true && item !== null;
  const isHeld = onLoan && holdsOfOthers(command, context).length > 0;
  const limits = limitsSeen(command, context, terms);
  const ended = limits.length === 0 ? 0 : context.fold.endedLoansOf(patron ?? "", command.item);
  const barcode = barcodeFaultOf(command, context);
  // Field by field: an object that is spread together out of conditions gets a shape of its own, of 230 bytes, and is kept.
  const judged: { -readonly [K in keyof JudgedAgainst]: JudgedAgainst[K] } = {};
  if (snapshot !== undefined) judged.snapshot = snapshot.sha256;
  if (patron !== undefined && patronKnown !== undefined) judged.patronKnown = patronKnown;
  if (onItem && snapshot?.hasItems === true) judged.itemKnown = item !== undefined && item !== null;
  if (onLoan && snapshot !== undefined) judged.loansKnown = covered;
  if (onLoan) judged.saw = seenLoan(command.item ?? "", context);
  if (isHeld) judged.hold = true;
  if (limits.length > 0) judged.limits = limits;
  if (ended > 0) judged.ended = ended;
  if (barcode !== undefined) judged.barcode = barcode;
  return judged;
}

function commandToTransaction(
  command: Command,
  answers: readonly Answer[],
  context: DecideContext,
  terms: Terms | undefined,
): Transaction {
  const { source } = command;
  const effective = effectiveOf(command, context);
  const common = {
    id: command.id,
    digest: context.digest,
    ...(effective !== undefined && { effective }),
    ...(source !== undefined && { source }),
    ...(answers.length > 0 && { overrides: answers.map(toOverride) }),
    judged: judgedAgainst(command, context, terms),
  };
  const { patron = "", item = "", count = 1 } = command;
  switch (command.kind) {
    case "checkout": {
      const note = command.note === undefined || command.note === "" ? {} : { note: command.note };
      return {
        kind: "checkout",
        ...common,
        patron,
        item,
        ...dueOf(terms),
        ...byRule(terms, context),
        ...note,
      };
    }
    case "renewal": {
      const borrower = patronFor(command, context);
      const of = borrower === undefined ? {} : { patron: borrower };
      return { kind: "renewal", ...common, item, ...of, ...dueOf(terms), ...byRule(terms, context) };
    }
    case "checkin":
      return { kind: "checkin", ...common, item };
    case "in-house-use":
      return { kind: "in-house-use", ...common, item, count };
    case "registration": {
      const fields = fillIn(policyOf(context).registration, command.fields ?? {});
      const initialPassword = context.initialPassword();
      return { kind: "registration", ...common, patron, fields, initialPassword };
    }
    case "non-catalogued":
      return { kind: "non-catalogued", ...common, patron, type: command.type ?? "", count, ...dueOf(terms) };
    case "payment": {
      const { amount = 0, currency = "" } = command;
      return { kind: "payment", ...common, patron, amount, currency };
    }
    case "voiding":
      return { kind: "voiding", ...common, voids: command.voids ?? "", reason: command.reason ?? "" };
  }
}

function dueOf(terms: Terms | undefined): Pick<Terms, "dueFrom"> & { readonly due: number } {
  if (terms?.due === undefined) throw new Error("a loan without a due date was not asked about");
  return { due: terms.due, dueFrom: terms.dueFrom };
}

function byRule(terms: Terms | undefined, context: DecideContext): ByRule {
  const { match, byRule: ruled, dueFrom } = terms ?? {};
  const ilsDue = ilsDueOf(terms, context);
  const capped = dueFrom === "given" ? undefined : ruled?.capped;
  const isLimited = match?.isLimited === true || match?.rule?.length.kind === "none";
  return {
    ...(match?.number !== undefined && { rule: match.number }),
    ...(isLimited && { limited: true }),
    ...(capped !== undefined && { capped }),
    ...(ilsDue !== undefined && { ilsDue }),
  };
}

/**
 * What the ILS makes of a loan whose date its file doesn't carry: the date by its rule. Undefined: the same as here, or
 * nobody knows its rule.
 */
function ilsDueOf(terms: Terms | undefined, context: DecideContext): number | undefined {
  if (terms?.match?.rule === undefined || policyOf(context).ils.keepsDueDates) return undefined;
  if (terms.ruled === null) return 0;
  return terms.ruled.due === terms.due ? undefined : Math.min(terms.ruled.due, INSTANT_MAX);
}

/** A return after midnight, while the service day before is still on, counts as that day: its loan isn't late. */
function effectiveOf(command: Command, context: DecideContext): number | undefined {
  const { effective, kind, item } = command;
  if (effective !== undefined || kind !== "checkin" || item === undefined) return effective;
  const dayEnd = context.lending?.endOfServiceDay(context.now);
  if (dayEnd === undefined) return undefined;
  const loan = seenTimes(item, context);
  const isDayLoan =
    loan === undefined || (loan.since < dayEnd && context.lending?.isDayEnd(loan.due) === true);
  return isDayLoan ? dayEnd : undefined;
}

function toOverride(answer: Answer): Answer {
  const { code, ref, reason, acknowledged, by } = answer;
  return {
    code,
    ref,
    ...(reason !== undefined && { reason }),
    ...(acknowledged !== undefined && { acknowledged }),
    ...(by !== undefined && { by }),
  };
}
