/**
 * In-memory twins of the small ports: a clock that a test moves, randomness from a seed, a vault that forgets nothing
 * until it is dropped. The twins of the larger ports stand beside the real ones (`*-memory.ts`).
 */
import { createHash } from "node:crypto";
import type { Clock, Random, Vault } from "./ports.ts";

export interface ManualClock extends Clock {
  /** Moves both times on and runs what comes due meanwhile, in order. */
  advance(ms: number): void;
  /** Wall time alone jumps, as when somebody sets the PC's clock. */
  setWall(ms: number): void;
}

export function createManualClock(startMs: number): ManualClock {
  const waiting = new Set<{ readonly at: number; readonly run: () => void }>();
  let monotonic = 0;
  let wallAhead = startMs;

  function nextDue(until: number): { readonly at: number; readonly run: () => void } | undefined {
    // Of two that are due at once, the one asked for first: sets keep that order.
    let next: { readonly at: number; readonly run: () => void } | undefined;
    for (const timer of waiting) if (timer.at <= until && (!next || timer.at < next.at)) next = timer;
    return next;
  }

  return {
    now: () => wallAhead + monotonic,
    monotonic: () => monotonic,
    after(delayMs, run) {
      const timer = { at: monotonic + Math.max(0, delayMs), run };
      waiting.add(timer);
      return () => waiting.delete(timer);
    },
    advance(ms) {
      const until = monotonic + ms;
      for (let timer = nextDue(until); timer; timer = nextDue(until)) {
        waiting.delete(timer);
        monotonic = timer.at;
        timer.run();
      }
      monotonic = until;
    },
    setWall(ms) {
      wallAhead = ms - monotonic;
    },
  };
}

/** The same seed gives the same bytes: SHA-256 in counter mode. Fit for tests, not for keys that matter. */
export function createSeededRandom(seed: string): Random {
  let counter = 0;
  let pool = Buffer.alloc(0);

  function take(length: number): Buffer {
    while (pool.length < length) {
      pool = Buffer.concat([pool, createHash("sha256").update(`${seed} ${counter++}`).digest()]);
    }
    const taken = pool.subarray(0, length);
    pool = pool.subarray(length);
    return taken;
  }

  return {
    bytes: (length) => new Uint8Array(take(length)),
    uint32: () => take(4).readUInt32LE(),
  };
}

export function createMemoryVault(): Vault {
  const texts = new Map<string, string>();
  return {
    names: async () => [...texts.keys()],
    read: async (name) => texts.get(name) ?? null,
    async write(name, text) {
      texts.set(name, text);
    },
    async destroy(name) {
      texts.delete(name);
    },
  };
}
