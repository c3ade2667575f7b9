/**
 * How much room the disk of the data folder has. Staff are warned early; recording stops while what is left is still
 * enough for the log to be closed in order, and goes on by itself when there is room again.
 */
import type { Clock } from "../ports.ts";

export type SpaceLevel = "plenty" | "low" | "none";

/** Bytes. An outage of a busy branch takes about 50 MB; a snapshot of a large one 500. */
export const lowBytes = 1024 ** 3;
export const noneBytes = 100 * 1024 ** 2;
const everyMs = 15_000;

export interface SpaceWatch {
  level(): SpaceLevel;
  /** Bytes; `null`: the system doesn't say. */
  free(): number | null;
  /** Calls with each new level. */
  follow(listener: (level: SpaceLevel) => void): void;
  /** Looks now. */
  look(): Promise<void>;
  stop(): void;
}

/** `read` gives bytes, or `null` where the system doesn't say: then there is room until a write fails. */
export async function watchSpace(options: {
  readonly read: () => Promise<number | null>;
  readonly clock: Clock;
}): Promise<SpaceWatch> {
  const listeners: ((level: SpaceLevel) => void)[] = [];
  let free: number | null = null;
  let level: SpaceLevel = "plenty";
  let cancel: () => void = () => undefined;
  let stopped = false;

  async function look(): Promise<void> {
    free = await options.read();
    const next = spaceLevel(free);
    if (next === level) return;
    level = next;
    for (const listener of listeners) listener(level);
  }

  async function turn(): Promise<void> {
    await look();
    if (!stopped) cancel = options.clock.after(everyMs, () => void turn());
  }

  await turn();
  return {
    level: () => level,
    free: () => free,
    follow: (listener) => void listeners.push(listener),
    look,
    stop() {
      stopped = true;
      cancel();
    },
  };
}

export function spaceLevel(free: number | null): SpaceLevel {
  if (free === null || free >= lowBytes) return "plenty";
  return free >= noneBytes ? "low" : "none";
}

/** `812 MB`, `1.4 GB`: as people read sizes of disks. */
export function bytesToText(bytes: number): string {
  return bytes >= 1e9 ? `${(bytes / 1e9).toFixed(1)} GB` : `${Math.round(bytes / 1e6)} MB`;
}
