/** How many scans wait for the next file. */
import type { Recorded, Transaction } from "../../crdt/circulation/transaction.ts";
import { exportCheck } from "./exported.ts";
import type { DeskParts } from "./parts.ts";

/** Transactions of an outage, or of all, that would be a line of the next batch (as `batchLines` says it). */
export function countWaiting(parts: DeskParts, outage?: number): number {
  const { fold } = parts.ledger;
  const facts = fold.all().filter(isTransaction);
  const carried = carriedIds(parts, facts);
  let waiting = 0;
  for (const recorded of facts) {
    const { id, kind } = recorded.fact;
    if (outage !== undefined && recorded.position.outage !== outage) continue;
    if (kind === "voiding" || fold.recordedById(id) !== recorded || carried.has(id)) continue;
    if (!fold.isVoided(id) && !fold.isRepeat(id)) waiting++;
  }
  return waiting;
}

/** Ids that a batch knew, by any copy; and the first scans of acts whose repeat it knew. */
function carriedIds({ ledger }: DeskParts, facts: readonly Recorded<Transaction>[]): ReadonlySet<string> {
  const check = exportCheck(ledger);
  const carried = new Set<string>();
  for (const { fact, position } of facts) {
    if (check.batchOf(position) === undefined) continue;
    carried.add(fact.id);
    const first = ledger.fold.repeatOf(fact.id);
    if (first !== undefined) carried.add(first);
  }
  return carried;
}

function isTransaction(recorded: Recorded): recorded is Recorded<Transaction> {
  return recorded.fact.kind !== "settlement";
}

/** A count costs the whole log, so a page's may be a little old: at most a fiftieth of the time goes into it. */
export function createWaitingCount(parts: DeskParts): () => number {
  let counted = 0;
  let nextAt = 0;
  return () => {
    const startedAt = parts.clock.monotonic();
    if (startedAt < nextAt) return counted;
    counted = countWaiting(parts);
    const endedAt = parts.clock.monotonic();
    nextAt = endedAt + 50 * (endedAt - startedAt);
    return counted;
  };
}
