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

/** The next time for an own event at wall time `wallMs`: later than all that was seen. */
export function tick(last: HybridTime, wallMs: number): HybridTime {
  return wallMs > last.ms ? { ms: wallMs, n: 0 } : { ms: last.ms, n: last.n + 1 };
}

/** The later of both: what a desk knows after reading somebody else's entry. */
export function laterOf(a: HybridTime, b: HybridTime): HybridTime {
  return compareTimes(a, b) >= 0 ? a : b;
}

export function compareTimes(a: HybridTime, b: HybridTime): number {
  return a.ms - b.ms || a.n - b.n;
}
