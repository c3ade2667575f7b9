/**
 * Judges a command: record it, ask staff, or refuse. Refused is only what can't be recorded truthfully; blocks and
 * "already out" are questions, and their answers part of the transaction. What it was judged against is written into
 * the transaction and never worked out again (log.md, L5). Pure and without waiting, so that nothing can come
 * between judging and appending (L7).
 */
import { type Command, checkCommand, type Refused } from "./command.ts";
import { type DecideContext, patronFor, seenLoan, statusOf } from "./decide-context.ts";
import type { Fold } from "./fold.ts";
import { type Note, noteFor } from "./notes.ts";
import { type Answer, askStaff, type Question } from "./questions.ts";
import type { JudgedAgainst, Recorded, Transaction } from "./transaction.ts";

export type Decision =
  | { readonly kind: "record"; readonly transaction: Transaction; readonly notes: readonly Note[] }
  /** All that must be answered, in one go. */
  | { readonly kind: "questions"; readonly questions: readonly Question[] }
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
  const { open, answers } = askStaff(command, context);
  if (open.length > 0) return { kind: "questions", questions: open };
  const transaction = commandToTransaction(command, answers, context);
  return { kind: "record", transaction, notes: noteFor(transaction, context) };
}

function refuse(command: Command, context: DecideContext): Refused | undefined {
  if (command.kind === "voiding") return refuseVoiding(command, context.fold);
  const { item } = command;
  if (item === undefined) return undefined;
  const knownItem = context.known.item !== undefined && context.known.item !== null;
  if (!knownItem && (context.itemIsPatron || context.fold.registrationOf(item) !== undefined)) {
    const text = "That is a library card, not an item. Nothing was recorded.";
    return { kind: "card-as-item", text };
  }
  if (statusOf(context) === "ask-reference" && command.kind !== "checkin") {
    const shown = context.known.item?.status.toUpperCase() ?? "";
    const text = `Not for public use, here or at home (${shown}). Nothing was recorded. Reference may offer a copy.`;
    return { kind: "item.never", text };
  }
  return command.kind === "checkout" ? refuseDuplicate(command, context) : undefined;
}

function refuseDuplicate(command: Command, context: DecideContext): Refused | undefined {
  const loan = context.fold.loanOf(command.item ?? "");
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

function judgedAgainst(command: Command, context: DecideContext): JudgedAgainst {
  const { snapshot, patron: record, item } = context.known;
  const patron = patronFor(command, context);
  const registered = patron !== undefined && context.fold.registrationOf(patron) !== undefined;
  const lookedUp = snapshot?.hasPatrons === true && record !== undefined;
  const patronKnown = registered || (lookedUp ? record !== null : undefined);
  const onItem = command.item !== undefined;
  const onLoan = onItem && command.kind !== "in-house-use";
  const covered = snapshot?.hasLoans === true && item !== null;
  return {
    ...(snapshot !== undefined && { snapshot: snapshot.sha256 }),
    ...(patron !== undefined && patronKnown !== undefined && { patronKnown }),
    ...(onItem && snapshot?.hasItems === true && { itemKnown: item !== undefined && item !== null }),
    ...(onLoan && snapshot !== undefined && { loansKnown: covered }),
    ...(onLoan && { saw: seenLoan(command.item ?? "", context) }),
  };
}

function commandToTransaction(
  command: Command,
  answers: readonly Answer[],
  context: DecideContext,
): Transaction {
  const { effective, source } = command;
  const common = {
    id: command.id,
    digest: context.digest,
    ...(effective !== undefined && { effective }),
    ...(source !== undefined && { source }),
    ...(answers.length > 0 && { overrides: answers.map(toOverride) }),
    judged: judgedAgainst(command, context),
  };
  const { patron = "", item = "", count = 1 } = command;
  const due = command.due ?? context.defaultDue;
  const dueFrom = command.due === undefined ? ("default" as const) : ("given" as const);
  switch (command.kind) {
    case "checkout": {
      const note = command.note === undefined || command.note === "" ? {} : { note: command.note };
      return { kind: "checkout", ...common, patron, item, due, dueFrom, ...note };
    }
    case "renewal": {
      const borrower = patronFor(command, context);
      const of = borrower === undefined ? {} : { patron: borrower };
      return { kind: "renewal", ...common, item, ...of, due, dueFrom };
    }
    case "checkin":
      return { kind: "checkin", ...common, item };
    case "in-house-use":
      return { kind: "in-house-use", ...common, item, count };
    case "registration": {
      const initialPassword = context.initialPassword();
      return { kind: "registration", ...common, patron, fields: command.fields ?? {}, initialPassword };
    }
    case "non-catalogued":
      return { kind: "non-catalogued", ...common, patron, type: command.type ?? "", count, due, dueFrom };
    case "payment": {
      const { amount = 0, currency = "" } = command;
      return { kind: "payment", ...common, patron, amount, currency };
    }
    case "voiding":
      return { kind: "voiding", ...common, voids: command.voids ?? "", reason: command.reason ?? "" };
  }
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
