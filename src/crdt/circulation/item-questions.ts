/** What is asked about the item: who has it, who waits for it, its status, its staff message, its barcode. */
import { findBarcodeFault } from "./barcode-rules.ts";
import type { Command } from "./command.ts";
import {
  borrowerOf,
  type DecideContext,
  loanHere,
  patronFor,
  policyOf,
  seenTimes,
  statusOf,
  statusRuleOf,
  touchedHere,
} from "./decide-context.ts";
import { ask, dataAge, type Question } from "./question.ts";
import type { HoldRecord } from "./snapshot.ts";
import type { BarcodeFault } from "./transaction.ts";

export function askItem(command: Command, context: DecideContext): readonly (Question | undefined)[] {
  const { item, kind } = command;
  if (item === undefined) return [];
  const lends = kind === "checkout" || kind === "renewal";
  const out = lends ? askOut(command, item, context) : undefined;
  const held = lends ? askHeld(command, item, context) : undefined;
  const status = kind === "checkout" ? askStatus(command, item, context) : undefined;
  const told = kind === "checkout" || kind === "checkin" ? askMessage(item, context) : undefined;
  const early = kind === "checkin" ? askBeforeLoan(command, item, context) : undefined;
  return [askBarcode(command, context), out, held, status, told, early];
}

/** Holds of others on the item that this patron isn't the first in line for. */
export function holdsOfOthers(command: Command, context: DecideContext): readonly HoldRecord[] {
  const holds = context.known.holds ?? [];
  const patron = patronFor(command, context);
  if (patron === undefined) return holds;
  const own = holds.filter((hold) => hold.patron === patron);
  if (own.some(isOnShelf)) return [];
  const others = holds.filter((hold) => hold.patron !== patron);
  const since = Math.min(...own.map((hold) => placedAt(hold, context)));
  return others.filter((hold) => isOnShelf(hold) || !(since < placedAt(hold, context)));
}

export function isOnShelf(hold: HoldRecord): boolean {
  return /^on[-_ ]?shelf$/i.test(hold.status.trim());
}

/** What is wrong with a barcode that this desk's data don't know; undefined too where it has no data but all is well. */
export function barcodeFaultOf(command: Command, context: DecideContext): BarcodeFault | undefined {
  const { known, fold } = context;
  const policy = policyOf(context);
  const { item, patron } = command;
  if (item !== undefined && !known.item && !fold.touched(item)) {
    const fault = findBarcodeFault(item, "item", policy);
    if (fault !== undefined) return fault;
  }
  const isKnown = patron === undefined || known.patron || fold.registrationOf(patron) !== undefined;
  return isKnown ? undefined : findBarcodeFault(patron, "patron", policy);
}

function askBarcode(command: Command, context: DecideContext): Question | undefined {
  const fault = barcodeFaultOf(command, context);
  // Out of range is recorded with a warning.
  if (fault === undefined || fault === "out-of-range") return undefined;
  const text =
    fault === "isbn"
      ? "That looks like the ISBN on the cover. Scan the library's own barcode."
      : "This barcode does not add up. Scan it again, or check the number.";
  const facts = [command.item ?? "", command.patron ?? ""];
  return ask({ code: fault, text, facts, severity: "acknowledge" }, context);
}

/** On loan to somebody else, by the log or by the snapshot. */
function askOut(command: Command, item: string, context: DecideContext): Question | undefined {
  const borrower = borrowerOf(item, context);
  const patron = patronFor(command, context);
  if (borrower === undefined || patron === undefined || borrower === patron) return undefined;
  const loan = loanHere(item, context);
  if (loan !== undefined) {
    const time = context.formatTime(loan.since);
    const text = `This item was lent to another patron at ${time} on ${context.deskName(loan.desk)} and not returned.`;
    const facts = [item, loan.origin];
    return ask({ code: "item-out", text, facts, severity: "acknowledge", since: loan.since }, context);
  }
  const text = `By our data of ${dataAge(context)} this is on loan to another patron. It may have come back since.`;
  const facts = [item, borrower];
  const since = context.known.snapshot?.takenAt;
  return ask({ code: "item-known-out", text, facts, severity: "acknowledge", since }, context);
}

function askHeld(command: Command, item: string, context: DecideContext): Question | undefined {
  const holds = holdsOfOthers(command, context);
  if (holds.length === 0) return undefined;
  const since = context.known.snapshot?.takenAt;
  const kept = holds.find(isOnShelf);
  const where = kept === undefined ? "on hold" : `set aside on the hold shelf${keptUntil(kept, context)}`;
  const more = holds.length > 1 ? ` (${holds.length} are waiting)` : "";
  const text = `This item is ${where} for another patron${more}, by our data of ${dataAge(context)}.`;
  const facts = [item, command.kind, ...holds.map((hold) => hold.patron)];
  return ask({ code: "item-held", text, facts, severity: "override", since }, context);
}

/** ` to Sat 28 Nov`, ` (to Sat 21 Nov, which has passed)`, or nothing where nobody said. */
export function keptUntil(hold: HoldRecord, context: DecideContext): string {
  const until = context.parseLocal(hold.shelfUntil);
  if (!Number.isFinite(until)) return "";
  const day = context.formatDay(until);
  return hold.shelfUntil.slice(0, 10) < context.today ? ` (to ${day}, which has passed)` : ` to ${day}`;
}

const ON_LOAN: ReadonlySet<string> = new Set(["on-loan", "checked-out", "checkedout"]);
/** What a check-in or a loan here makes an end of. */
const PASSING: ReadonlySet<string> = new Set([...ON_LOAN, "in-transit"]);
const HOLD_SHELF = "on-hold-shelf";

/** A status that a scan here makes an end of: on loan, on its way, on the hold shelf. */
export function isPassing(context: DecideContext): boolean {
  const status = statusOf(context);
  return PASSING.has(status) || status === HOLD_SHELF;
}

function askStatus(command: Command, item: string, context: DecideContext): Question | undefined {
  const rule = statusRuleOf(context);
  if (rule === "lend") return undefined;
  const status = statusOf(context);
  const since = context.known.snapshot?.takenAt;
  const shown = context.known.item?.status.trim() ?? "";
  const facts = [item, status];
  if (rule === "supervisor") {
    const what = status === "library-use-only" ? "For use in the library only" : "Not for loan";
    const text = `${what} (${shown.toUpperCase()}). A supervisor may lend it once.`;
    return ask(
      { code: "item-status", text, facts, severity: "override", role: "supervisor", since },
      context,
    );
  }
  if (isPassing(context) && touchedHere(item, context)) return undefined;
  const onLoan = ON_LOAN.has(status);
  // Said by the loan itself where there is one.
  if (onLoan && borrowerOf(item, context) !== undefined) return undefined;
  // Said by the hold of another, and nothing to say of one's own.
  const holds = context.known.holds ?? [];
  if (status === HOLD_SHELF && (holds.some(isOnShelf) || holdsOfOthers(command, context).length > 0))
    return undefined;
  const what = onLoan ? "on loan, borrower unknown" : shown;
  const text = `By our data of ${dataAge(context)} this item is: ${what}. This may have changed since.`;
  return ask({ code: "item-status", text, facts, severity: "override", since }, context);
}

function askMessage(item: string, context: DecideContext): Question | undefined {
  const message = context.known.item?.itemMessage.trim() ?? "";
  if (message === "") return undefined;
  const { itemMessages } = policyOf(context);
  const words = (Object.hasOwn(itemMessages, message) ? itemMessages[message] : undefined) ?? message;
  const text = `Staff message on this item: ${words}`;
  return ask({ code: "item-message", text, facts: [item, message], severity: "acknowledge" }, context);
}

/** A book drop of last night, and a loan of this morning: one of the two times is wrong. */
function askBeforeLoan(command: Command, item: string, context: DecideContext): Question | undefined {
  const { effective } = command;
  const since = seenTimes(item, context)?.since;
  if (effective === undefined || since === undefined || !(since > effective)) return undefined;
  const lent = `${context.formatDay(since)}, ${context.formatTime(since)}`;
  const text = `This item was lent later than the time you set for its return: on ${lent}.`;
  return ask({ code: "return-before-loan", text, facts: [item, since], severity: "acknowledge" }, context);
}

function placedAt(hold: HoldRecord, context: DecideContext): number {
  const at = context.parseLocal(hold.placedAt);
  return Number.isFinite(at) ? at : 0;
}
