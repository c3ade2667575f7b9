/**
 * An unattended desk must not show a patron: after a while without a key or a click it says that it will hide them,
 * and then does. Pure; `idle.ts` listens.
 */

import { t } from "./language.ts";
import { countWaiting } from "./session.ts";
import type { Model } from "./store.ts";
import { countToText } from "./words.ts";

/** So long a patron stays in sight while nobody does anything, unless the branch has set another time. */
export const HIDE_AFTER_MINUTES = 3;
export const WARN_MS = 20_000;

/** Seconds until the patron is hidden; 0: now; `undefined`: nothing to say yet. */
export function idleToHiding(idleMs: number, afterMs: number): number | undefined {
  if (idleMs < afterMs - WARN_MS) return undefined;
  return Math.max(0, Math.ceil((afterMs - idleMs) / 1_000));
}

/** What became of the scans: nobody should go home on "all is saved" while it isn't. */
export function curtainToText({ state, session }: Model): string {
  const desk = state?.desk?.name ?? "";
  const waiting = countWaiting(session);
  if (waiting > 0) {
    const scans = countToText(waiting, t`scan is`, t`scans are`);
    return t`${desk}. ${scans} not confirmed yet; the patron is closed after that.`;
  }
  const { notice } = session;
  if (notice?.severity === "stop") return t`${desk}. The patron is closed. ${notice.text}`;
  return t`${desk}. The patron is closed, and all that was scanned is saved.`;
}
