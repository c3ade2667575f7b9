/**
 * Hybrid logical clock: wall time where it grows, a counter where it doesn't. It orders entries and says nothing of
 * the time of day (L4). Pure: wall time is passed in.
 */

export interface HybridTime {
  /** ms since 1970, as the largest wall time seen so far. */
  readonly ms: number;
  /** Counts events within one `ms`. */
  readonly n: number;
}

export const clockStart: HybridTime = { ms: 0, n: 0 };

/** Bounds of what is read: a desk that writes wild times must not drive the others' clocks out of exact numbers. */
export const latestMs = 253_402_300_799_999;
export const largestN = 2 ** 40;

export function isHybridTime(ms: unknown, n: unknown): boolean {
  return isWithin(ms, latestMs) && isWithin(n, largestN);
}

/** The next time for an own event at wall time `wallMs`: later than all that was seen. */
export function tick(last: HybridTime, wallMs: number): HybridTime {
  const wall = Math.min(wallMs, latestMs);
  if (wall > last.ms) return { ms: wall, n: 0 };
  return last.n < largestN ? { ms: last.ms, n: last.n + 1 } : { ms: last.ms + 1, n: 0 };
}

function isWithin(value: unknown, max: number): boolean {
  return Number.isSafeInteger(value) && (value as number) >= 0 && (value as number) <= max;
}

/** The later of both: what a desk knows after reading somebody else's entry. */
export function laterOf(a: HybridTime, b: HybridTime): HybridTime {
  return compareTimes(a, b) >= 0 ? a : b;
}

export function compareTimes(a: HybridTime, b: HybridTime): number {
  return a.ms - b.ms || a.n - b.n;
}
