/**
 * An unattended desk must not show a patron: after a while without a key or a click it says that it will hide them,
 * and then does. Pure; `idle.ts` listens.
 */

/** So long a patron stays in sight while nobody does anything. */
export const HIDE_AFTER_MS = 180_000;
export const WARN_MS = 20_000;

/** Seconds until the patron is hidden; 0: now; `undefined`: nothing to say yet. */
export function idleToHiding(idleMs: number): number | undefined {
  if (idleMs < HIDE_AFTER_MS - WARN_MS) return undefined;
  return Math.max(0, Math.ceil((HIDE_AFTER_MS - idleMs) / 1_000));
}
