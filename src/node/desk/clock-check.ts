/**
 * Is this PC's clock believable? (log.md, L26; circulation.md, *Clock*) When it lies before the patron data or before
 * this desk's own newest entry, or far from the other desks, staff are asked once for the time, and the desk works
 * with their answer. A neighbour's clock alone never moves this desk's.
 */
import { CLOCK_TOLERANCE_MS } from "../../crdt/circulation/wall-time.ts";
import { sha256Hex } from "../../crdt/log/digest.ts";
import type { Question } from "../http/api.ts";

export interface ClockCheckOptions {
  readonly now: () => number;
  /** Against the median of all clocks, ms; undefined when alone. */
  readonly meshOffsetMs: () => number | undefined;
  /** Against the other desks alone, ms; undefined when alone. */
  readonly othersOffsetMs: () => number | undefined;
  /** Corrected time of this desk's newest entry, ms; 0 without any. */
  readonly ownLatestAt: () => number;
  /** Of the snapshot in use, ms; 0 without one. */
  readonly takenAt: () => number;
  readonly describe: (ms: number) => string;
  /** A date and time of the branch → ms; NaN when it can't be read. */
  readonly parse: (text: string) => number;
}

export interface ClockCheck {
  /** What this PC's clock is ahead, ms: by staff's word, else against the other desks; undefined when unknown. */
  offsetMs(): number | undefined;
  /** To be asked before anything is recorded; null when the clock is believable or was asked about. */
  question(): Question | null;
  /** Takes staff's answer; false when it isn't a time that can be right. */
  answer(text: string): boolean;
}

const farFromOthersMs = 10 * 60_000;
export const clockQuestion = "clock";

export function createClockCheck(options: ClockCheckOptions): ClockCheck {
  let correctionMs: number | null = null;
  let wrongAnswers = 0;

  function latestKnown(): number {
    return Math.max(options.takenAt(), options.ownLatestAt());
  }

  function findDoubt(): string | null {
    if (correctionMs !== null) return null;
    const now = options.now();
    const offsetMs = options.othersOffsetMs();
    if (offsetMs !== undefined && Math.abs(offsetMs) > farFromOthersMs) {
      const minutes = Math.round(Math.abs(offsetMs) / 60_000);
      return `${minutes} minutes ${offsetMs > 0 ? "ahead of" : "behind"} the other desks`;
    }
    const behind = now < latestKnown() - CLOCK_TOLERANCE_MS;
    return offsetMs === undefined && behind ? "earlier than what was recorded before" : null;
  }

  return {
    offsetMs: () => correctionMs ?? options.meshOffsetMs(),
    question() {
      const doubt = findDoubt();
      if (doubt === null) return null;
      const again =
        wrongAnswers > 0 ? " The last answer was no such time, or lies far before that record." : "";
      const text = `This PC's clock says ${options.describe(options.now())}, which is ${doubt}.${again} Write the right one.`;
      // One question for as long as the doubt lasts: its text moves on with the clock, its ref doesn't.
      const ref = sha256Hex(clockQuestion, doubt, String(wrongAnswers)).slice(0, 16);
      return { code: clockQuestion, ref, text, role: "staff", severity: "override" };
    },
    answer(text) {
      const said = options.parse(text);
      if (Number.isNaN(said) || said < latestKnown() - 24 * 3_600_000) {
        wrongAnswers++;
        return false;
      }
      correctionMs = Math.round(options.now() - said);
      return true;
    },
  };
}
