/** How many requests a node takes: far more than scanners can send, far fewer than would keep it from a scan. */
import type { Clock } from "../ports.ts";

export interface Rate {
  readonly perSecond: number;
  /** That many may come at once. */
  readonly burst: number;
}

export const usualRate: Rate = { perSecond: 200, burst: 400 };

/** A bucket that fills with time: false when it is empty. */
export function createLimiter(rate: Rate, clock: Clock): () => boolean {
  let left = rate.burst;
  let lastAt = clock.monotonic();
  return () => {
    const now = clock.monotonic();
    left = Math.min(rate.burst, left + ((now - lastAt) / 1_000) * rate.perSecond);
    lastAt = now;
    if (left < 1) return false;
    left -= 1;
    return true;
  };
}
