/** How many scans wait for the next file. */
import { exportCheck } from "./exported.ts";
import type { DeskParts } from "./parts.ts";

/** Transactions of an outage, or of all, that no batch carries and that would make a line. */
export function countWaiting(parts: DeskParts, outage?: number): number {
  const { fold } = parts.ledger;
  const check = exportCheck(parts.ledger);
  let waiting = 0;
  for (const { fact, position } of fold.all()) {
    if (fact.kind === "settlement" || fact.kind === "voiding") continue;
    if (outage !== undefined && position.outage !== outage) continue;
    if (check.batchOf(position) !== undefined || fold.isVoided(fact.id) || fold.isRepeat(fact.id)) continue;
    waiting++;
  }
  return waiting;
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
