/** What staff are told of a scan that was recorded: short, what happened and what to do now. */
import { type DecideContext, ilsToWords, loanHere, policyOf, statusRuleOf } from "./decide-context.ts";
import { limitedToWords } from "./due-date.ts";
import { isOnShelf, isPassing, keptUntil } from "./item-questions.ts";
import { plainCode } from "./policy.ts";
import type { Terms } from "./terms.ts";
import type { Checkin, Transaction } from "./transaction.ts";

export interface Note {
  readonly code: string;
  readonly severity: "success" | "info" | "attention";
  readonly text: string;
}

export function noteFor(
  transaction: Transaction,
  context: DecideContext,
  terms: Terms | undefined,
): readonly Note[] {
  const notes: Note[] = [recordedNote(transaction, context, terms), ...loanNotes(terms)];
  if (transaction.kind === "checkin") notes.push(...returnNotes(transaction, context));
  const { judged } = transaction;
  if (judged.itemKnown === false) {
    const hint =
      transaction.kind === "checkout" && transaction.note === undefined ? " Add a title if you can." : "";
    const text = `Recorded. This number is not in our list, so ${ilsToWords(context)} may refuse it.${hint}`;
    notes.push({ code: "item.unknown", severity: "info", text });
  }
  if (judged.barcode === "out-of-range") {
    const text = "This number is outside of our ranges: check that it is the library's own barcode.";
    notes.push({ code: "barcode.range", severity: "info", text });
  }
  const registration =
    "patron" in transaction && transaction.kind !== "registration" && transaction.patron !== undefined
      ? context.fold.registrationOf(transaction.patron)
      : undefined;
  if (registration !== undefined) {
    const when = context.formatDay(registration.at);
    const where = context.deskName(registration.position.desk);
    const text = `New patron registered ${when} at ${where}. Ask for an ID now.`;
    notes.push({ code: "patron.verify", severity: "info", text });
  }
  return notes;
}

/** Why it is due then; nothing to say where no rule is known. */
function loanNotes(terms: Terms | undefined): readonly Note[] {
  if (terms?.match === undefined || terms.byRule === null) return [];
  const { match, byRule } = terms;
  const notes: Note[] = [];
  if (match.isLimited) {
    const renewals = match.rule?.renewals ?? 0;
    const more = renewals === 0 ? "No renewal." : `Renewals: ${renewals}.`;
    const text = `${limitedToWords(match.rule)}, due ${byRule.words} by the rule. ${more}`;
    notes.push({ code: "item.limited", severity: "info", text });
  }
  const isPlain = match.number === undefined && !byRule.why.includes(";");
  if (terms.dueFrom !== "given" && !isPlain) {
    notes.push({ code: "due.why", severity: "info", text: `${byRule.why}.` });
  }
  return notes;
}

/** Where a returned item goes, beside the bin. */
function returnNotes(transaction: Checkin, context: DecideContext): readonly Note[] {
  const notes: Note[] = [];
  const loan = loanHere(transaction.item, context);
  if (loan !== undefined) {
    // Who had it is nobody's business at a busy desk: the page shows it when asked.
    const where = `${context.formatTime(loan.since)}, ${context.deskName(loan.desk)}`;
    notes.push({ code: "return.was-out", severity: "info", text: `It was out since ${where}.` });
  }
  const holds = (context.known.holds ?? []).toSorted((a, b) => Number(isOnShelf(b)) - Number(isOnShelf(a)));
  const [first] = holds;
  if (first !== undefined) {
    const pickUp = first.pickupBranch === "" ? "" : `, to be picked up at ${first.pickupBranch}`;
    const until = isOnShelf(first) ? keptUntil(first, context) : "";
    const text = `ON HOLD: set it aside for card …${first.patron.slice(-4)}${pickUp}${until}.`;
    notes.push({ code: "item.held", severity: "attention", text });
  }
  const rule = statusRuleOf(context);
  const shown = context.known.item?.status.trim().toUpperCase() ?? "";
  if (rule === "supervisor" || rule === "never") {
    const text = `Not for loan again from now on (${shown}): put it back in its place.`;
    notes.push({ code: "item.status-back", severity: "attention", text });
  } else if (rule === "ask" && !isPassing(context)) {
    const text = `By our data this item is: ${shown}. Keep it aside until ${ilsToWords(context)} is back.`;
    notes.push({ code: "item.status", severity: "info", text });
  }
  const { effective } = transaction;
  if (effective !== undefined && effective < context.now) {
    const text = `Counted as returned on ${context.formatDay(effective)}, ${context.formatTime(effective)}.`;
    notes.push({ code: "return.counted", severity: "info", text });
  }
  return notes;
}

function recordedNote(transaction: Transaction, context: DecideContext, terms: Terms | undefined): Note {
  switch (transaction.kind) {
    case "checkout":
      return success("rec.out", `Checked out. Due ${dueToWords(transaction.due, context, terms)}.`);
    case "renewal":
      return success("rec.renewed", `Renewed. Due ${dueToWords(transaction.due, context, terms)}.`);
    case "checkin":
      if (maybeShelved(context)) return success("rec.in.shelve", "Returned. It may be shelved.");
      return { code: "rec.in.rescan", severity: "info", text: "Returned. Put it in the RE-SCAN bin." };
    case "registration":
      return success("rec.registered", "Registered. This patron can borrow now; ask for an ID.");
    case "in-house-use":
      return success("rec.in-house", `In-house use recorded: ${transaction.count}.`);
    case "non-catalogued":
      return success(
        "rec.out",
        `Checked out: ${transaction.count}. Due ${dueToWords(transaction.due, context, terms)}.`,
      );
    case "payment":
      return success("rec.paid", `Payment recorded: ${cents(transaction.amount)} ${transaction.currency}.`);
    case "voiding": {
      const target = context.fold.recordedById(transaction.voids)?.fact;
      const barcode = target === undefined ? "" : barcodeIn(target);
      const what = barcode === "" ? "" : ` …${barcode.slice(-5)}`;
      const text = `Removed${what === "" ? "" : `:${what}`}. It stays in the record as voided.`;
      return { code: "void.ok", severity: "info", text };
    }
  }
}

/** `Sat 12 Dec`, an hourly loan with its time. */
export function dueToWords(due: number, context: DecideContext, terms: Terms | undefined): string {
  if (terms?.byRule?.due === due) return terms.byRule.words;
  return context.formatDay(due);
}

/** Only where the branch opted in, nobody waits for it, and its status lets it go. */
function maybeShelved(context: DecideContext): boolean {
  const { item, holds = [] } = context.known;
  if (!item || holds.length > 0 || (statusRuleOf(context) !== "lend" && !isPassing(context))) return false;
  return policyOf(context).shelve.some((type) => plainCode(type) === plainCode(item.itemType));
}

function success(code: string, text: string): Note {
  return { code, severity: "success", text };
}

function barcodeIn(fact: Transaction): string {
  const barcode = "item" in fact ? fact.item : "patron" in fact ? (fact.patron ?? "") : "";
  // Of a short barcode the last five would be all of it.
  return barcode.length > 6 ? barcode : "";
}

function cents(amount: number): string {
  return `${Math.floor(amount / 100)}.${String(amount % 100).padStart(2, "0")}`;
}
