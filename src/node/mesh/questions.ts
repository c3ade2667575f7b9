/**
 * What the two ends of a link ask each other, and say without being asked: what time it is there (design, L26), and how
 * much room the disk has. Whoever asks tells its time, too, and how long answers take, so that the other end need not ask.
 */
import { frameKinds, jsonFrame } from "../../crdt/log/frames.ts";
import type { Clock } from "../ports.ts";

export interface MeasuredClock {
  /** Our clock minus theirs, ms. */
  readonly offsetMs: number;
  /** How long an answer takes, ms. */
  readonly roundTripMs: number;
}

export interface Questions {
  ask(): void;
  /** A `ping`: is answered. */
  answer(fields: Readonly<Record<string, unknown>>): void;
  /** A `pong`. */
  learn(fields: Readonly<Record<string, unknown>>): void;
  readonly clock: MeasuredClock | null;
  /** `null`: it has not said. */
  readonly peerFreeBytes: number | null;
}

const longestTripMs = 5_000;
/** Less than that is no news: programs write down this and that all day. */
const notableBytes = 1024 * 1024;

export function createQuestions(
  clock: Clock,
  freeBytes: () => number | null,
  send: (frame: Uint8Array) => void,
): Questions {
  /** Their clock minus our steady one: whoever's own clock is set knows at once how far it is from the others. */
  let measured: { readonly aheadMs: number; readonly roundTripMs: number } | null = null;
  let peerFreeBytes: number | null = null;
  let toldFree: number | null = null;

  /** Programs that don't know a field of these pass over it. */
  function freeField(): { readonly free?: number } {
    const free = freeBytes();
    if (free === null || (toldFree !== null && Math.abs(free - toldFree) < notableBytes)) return {};
    toldFree = free;
    return { free };
  }

  function keepFree(free: unknown): void {
    if (isCount(free)) peerFreeBytes = free;
  }

  return {
    ask() {
      const trip = measured === null ? {} : { trip: tenths(measured.roundTripMs) };
      const t = tenths(clock.monotonic());
      send(jsonFrame(frameKinds.ping, { t, wall: clock.now(), ...freeField(), ...trip }));
    },
    /** Its own time goes back to it; anything else it may have put there (deeper than any stack) does not. */
    answer({ t, free, wall, trip }) {
      keepFree(free);
      if (isTime(wall) && isTrip(trip))
        measured = { aheadMs: wall + trip / 2 - clock.monotonic(), roundTripMs: trip };
      if (typeof t === "number") send(jsonFrame(frameKinds.pong, { t, wall: clock.now(), ...freeField() }));
    },
    learn({ t, wall, free }) {
      keepFree(free);
      if (typeof t !== "number" || !isTime(wall)) return;
      const roundTripMs = clock.monotonic() - t;
      if (!isTrip(roundTripMs)) return;
      measured = { aheadMs: wall + roundTripMs / 2 - clock.monotonic(), roundTripMs };
    },
    get clock() {
      if (measured === null) return null;
      const { aheadMs, roundTripMs } = measured;
      return { offsetMs: Math.round(clock.now() - clock.monotonic() - aheadMs), roundTripMs };
    },
    get peerFreeBytes() {
      return peerFreeBytes;
    },
  };
}

function tenths(ms: number): number {
  return Math.floor(ms * 10) / 10;
}

function isTime(value: unknown): value is number {
  return typeof value === "number" && Number.isFinite(value);
}

function isTrip(value: unknown): value is number {
  return typeof value === "number" && value >= 0 && value <= longestTripMs;
}

function isCount(value: unknown): value is number {
  return Number.isSafeInteger(value) && (value as number) >= 0;
}
