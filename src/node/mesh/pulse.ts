/**
 * Whether the other end of a link is there still (decision 0167). A socket whose cable was pulled says nothing for
 * minutes, so a link asks: at once when it is new, after a while when nothing happens, and soon when something was sent
 * and nothing came since. Whoever doesn't answer is cut off.
 */
import type { Clock } from "../ports.ts";

export interface Pulse {
  /** Monotonic time of the last frame that came. */
  readonly heardAt: number;
  /** A frame came, whichever. */
  heard(): void;
  /** Something went out that is answered as a rule. */
  sent(): void;
  stop(): void;
}

/** When to ask though nothing happens: so long after the last question, or after the last frame that came. */
export interface Calm {
  readonly since: "asked" | "heard";
  readonly ms: number;
}

export interface PulseOptions {
  readonly clock: Clock;
  readonly calm: Calm;
  readonly ask: () => void;
  readonly cut: () => void;
}

/** So long a question may stay without any frame from there. */
const answerMs = 3_000;
const promptMs = 2_000;
/** A timer that comes so late was held up here: what the other side said meanwhile is read first. */
const lateMs = 500;

/**
 * One end of each pair asks, and tells the other its own time. That one asks only when it hears nothing for longer,
 * since then the questions don't come. Links beside that of the branch lead between the same two desks: they are asked
 * about rarely, in case a connection alone is lost (a firewall that forgets it).
 */
export function calmOf(document: string, dialledHere: boolean): Calm {
  if (document === "branch")
    return dialledHere ? { since: "asked", ms: 4_000 } : { since: "heard", ms: 5_000 };
  return dialledHere ? { since: "asked", ms: 120_000 } : { since: "heard", ms: 130_000 };
}

/** What programs do that speak the first protocol: both ends ask, on each link. */
export const firstCalm: Calm = { since: "asked", ms: 2_000 };

export function startPulse({ clock, calm, ask, cut }: PulseOptions): Pulse {
  let heardAt = clock.monotonic();
  let askedAt = heardAt;
  /** The first thing sent, the first question asked, since a frame came. */
  let sentAt: number | null = null;
  let unansweredSince: number | null = null;
  let stopped = false;
  let timer = { at: heardAt, cancel: clock.after(0, askNow) };

  function due(): number {
    if (unansweredSince !== null) return unansweredSince + answerMs;
    const calmEnds = (calm.since === "asked" ? askedAt : heardAt) + calm.ms;
    return sentAt === null ? calmEnds : Math.min(calmEnds, sentAt + promptMs);
  }

  function arm(at: number): void {
    timer.cancel();
    timer = { at, cancel: clock.after(Math.max(0, at - clock.monotonic()), look) };
  }

  function look(): void {
    if (stopped) return;
    const now = clock.monotonic();
    const at = due();
    if (at > now) arm(at);
    else if (unansweredSince === null) askNow();
    else if (now - timer.at > lateMs) arm(now);
    else cut();
  }

  function askNow(): void {
    if (stopped) return;
    askedAt = clock.monotonic();
    unansweredSince ??= askedAt;
    ask();
    arm(due());
  }

  return {
    get heardAt() {
      return heardAt;
    },
    heard() {
      heardAt = clock.monotonic();
      sentAt = null;
      unansweredSince = null;
    },
    sent() {
      if (sentAt !== null || stopped) return;
      sentAt = clock.monotonic();
      if (due() < timer.at) arm(due());
    },
    stop() {
      stopped = true;
      timer.cancel();
    },
  };
}
