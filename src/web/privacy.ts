/**
 * An unattended desk must not show a patron: after a while without a key or a click it says that it will hide them,
 * and then does. Pure; `idle.ts` listens.
 */

/** So long a patron stays in sight while nobody does anything, unless the branch has set another time. */
export const HIDE_AFTER_MINUTES = 3;
export const WARN_MS = 20_000;

/** Seconds until the patron is hidden; 0: now; `undefined`: nothing to say yet. */
export function idleToHiding(idleMs: number, afterMs: number): number | undefined {
  if (idleMs < afterMs - WARN_MS) return undefined;
  return Math.max(0, Math.ceil((afterMs - idleMs) / 1_000));
}
