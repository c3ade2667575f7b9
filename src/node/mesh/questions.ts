/**
 * What the two ends of a link ask each other, and say without being asked: what time it is there (design, L26), and how
 * much room the disk has. Whoever asks tells what it measured, so that the other end need not ask, too.
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
  let measured: MeasuredClock | null = null;
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
      const told = measured === null ? {} : { off: measured.offsetMs, trip: tenths(measured.roundTripMs) };
      send(jsonFrame(frameKinds.ping, { t: tenths(clock.monotonic()), ...freeField(), ...told }));
    },
    /** Its own time goes back to it; anything else it may have put there (deeper than any stack) does not. */
    answer({ t, free, off, trip }) {
      keepFree(free);
      if (Number.isSafeInteger(off) && isTrip(trip))
        measured = { offsetMs: 0 - (off as number), roundTripMs: trip };
      if (typeof t === "number") send(jsonFrame(frameKinds.pong, { t, wall: clock.now(), ...freeField() }));
    },
    learn({ t, wall, free }) {
      keepFree(free);
      if (typeof t !== "number" || typeof wall !== "number" || !Number.isFinite(wall)) return;
      const roundTripMs = clock.monotonic() - t;
      if (!isTrip(roundTripMs)) return;
      measured = { offsetMs: Math.round(clock.now() - roundTripMs / 2 - wall), roundTripMs };
    },
    get clock() {
      return measured;
    },
    get peerFreeBytes() {
      return peerFreeBytes;
    },
  };
}

function tenths(ms: number): number {
  return Math.floor(ms * 10) / 10;
}

function isTrip(value: unknown): value is number {
  return typeof value === "number" && value >= 0 && value <= longestTripMs;
}

function isCount(value: unknown): value is number {
  return Number.isSafeInteger(value) && (value as number) >= 0;
}
