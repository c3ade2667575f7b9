/** How many scans wait for the next file. */
import type { Fold } from "../../crdt/circulation/fold.ts";
import type { Recorded, Transaction } from "../../crdt/circulation/transaction.ts";
import { countWaitingSoon, isCalm, waitingIds } from "./late.ts";
import type { DeskParts } from "./parts.ts";

/** What would be a line of a next batch, in no order. */
export function listWaitingHere(parts: DeskParts): readonly Recorded<Transaction>[] {
  const { fold } = parts.ledger;
  if (!isCalm(parts.ledger)) return [...waitingIds(parts)].flatMap((id) => fold.recordedById(id) ?? []);
  return fold.all().filter((recorded): recorded is Recorded<Transaction> => {
    const { fact } = recorded;
    if (fact.kind === "settlement" || fact.kind === "voiding") return false;
    return fold.recordedById(fact.id) === recorded && !fold.isVoided(fact.id) && !fold.isRepeat(fact.id);
  });
}

/** Transactions of an outage, or of all, that would be a line of the next batch. */
export function countWaiting(parts: DeskParts, outage?: number): number {
  const { fold } = parts.ledger;
  if (isCalm(parts.ledger) && (outage === undefined || isAllOf(fold, outage))) return fold.countStanding();
  const waiting = listWaitingHere(parts);
  return outage === undefined
    ? waiting.length
    : waiting.filter(({ position }) => position.outage === outage).length;
}

/** The same for a page, which may be shown what was true a moment ago, and is told when there is more. */
export function countWaitingForPage(parts: DeskParts, told: () => void): number {
  return isCalm(parts.ledger) ? parts.ledger.fold.countStanding() : countWaitingSoon(parts, told);
}

function isAllOf(fold: Fold, outage: number): boolean {
  const facts = fold.all();
  return [facts[0], facts.at(-1)].every((one) => one === undefined || one.position.outage === outage);
}
