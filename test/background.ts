import { setPriority } from "node:os";

/** Enough that who waits for a link or a browser goes first, and a quarter of a processor is left beside two who never do. */
const niceness = 5;

/**
 * For tests that compute for minutes and never wait: they, and what they start, take what the waiting of others leaves of
 * the processors, and don't make those wait longer.
 */
export function giveWay(): void {
  setPriority(niceness);
}
