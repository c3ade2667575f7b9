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
  /**
   * Takes staff's answer to the question of that `ref`; false when it isn't a time that can be right. One that lies far
   * before what is known must be given a second time, to the question that says so: a request that is only sent again
   * answers the first one.
   */
  answer(text: string, ref: string | undefined): boolean;
}

const farFromOthersMs = 10 * 60_000;
/** Staff read the clock on the wall, twice. */
const againToleranceMs = 5 * 60_000;
export const clockQuestion = "clock";

export function createClockCheck(options: ClockCheckOptions): ClockCheck {
  let correctionMs: number | null = null;
  let wrongAnswers = 0;
  /** An answer that lies far before what is known, and when it was given by this PC's clock. */
  let unlikely: { readonly said: number; readonly at: number } | null = null;

  function latestKnown(): number {
    return Math.max(options.takenAt(), options.ownLatestAt());
  }

  /** A slip of the pen isn't made twice; but what was recorded by a clock that ran ahead must not bar the true time. */
  function isSaidAgain(said: number, at: number, ref: string | undefined): boolean {
    if (!unlikely || ref !== question()?.ref) return false;
    const passed = at - unlikely.at;
    return Math.abs(said - unlikely.said - passed) <= againToleranceMs;
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

  function question(): Question | null {
    const doubt = findDoubt();
    if (doubt === null) return null;
    const again = unlikely
      ? " The last answer lies more than a day before that record. If it is right all the same, give it once more."
      : wrongAnswers > 0
        ? " The last answer was no date and time."
        : "";
    const text = `This PC's clock says ${options.describe(options.now())}, which is ${doubt}.${again} Write the right one.`;
    // One question for as long as the doubt lasts: its text moves on with the clock, its ref doesn't.
    const ref = sha256Hex(clockQuestion, doubt, String(wrongAnswers)).slice(0, 16);
    return { code: clockQuestion, ref, text, role: "staff", severity: "override" };
  }

  return {
    offsetMs: () => correctionMs ?? options.meshOffsetMs(),
    question,
    answer(text, ref) {
      const said = options.parse(text);
      const at = options.now();
      const isUnlikely = said < latestKnown() - 24 * 3_600_000;
      if (Number.isNaN(said) || (isUnlikely && !isSaidAgain(said, at, ref))) {
        // Sent again, and not given again: the question that says what is unlikely still stands.
        if (unlikely && ref !== question()?.ref) return false;
        unlikely = Number.isNaN(said) ? null : { said, at };
        wrongAnswers++;
        return false;
      }
      unlikely = null;
      correctionMs = Math.round(at - said);
      return true;
    },
  };
}
