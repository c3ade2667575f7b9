/**
 * When a fact counts, in wall time. The hybrid clock orders and says nothing of the time of day; a desk's own clock
 * says it, corrected only where it is known to be wrong (log.md, L26).
 */
import type { Recorded, Transaction } from "./transaction.ts";

/** Clocks that are closer than this to the other desks' median are taken as they are. */
export const CLOCK_TOLERANCE_MS = 120_000;

/** Wall time of an entry, and what the clock was off. */
type Stamped = Pick<Recorded, "at" | "offsetMs">;

/** True when the desk's clock was known to be off when it wrote this. */
export function isClockOff(recorded: Stamped): boolean {
  return recorded.offsetMs !== undefined && Math.abs(recorded.offsetMs) > CLOCK_TOLERANCE_MS;
}

/** When it was recorded, ms. */
export function correctedTime(recorded: Stamped): number {
  return isClockOff(recorded) ? recorded.at - (recorded.offsetMs ?? 0) : recorded.at;
}

/** When it counts, ms: the effective time (book drop, paper form) where staff gave one. */
export function countedTime(recorded: Recorded<Transaction>): number {
  return recorded.fact.effective ?? correctedTime(recorded);
}
