/** Long work on the same thread as the scans: done in slices, so that no scan waits for more than one of them. */
import type { Level, LevelWrite } from "../store/level.ts";

/** How many records are worked on before the event loop has its turn: a few milliseconds. */
export const sliceLength = 256;

/** Lets everything else that waits have its turn. */
export function breathe(): Promise<void> {
  return new Promise((resolve) => setImmediate(resolve));
}

/**
 * `keys` in the order of their code units, given one by one. Short runs are sorted and then merged on the way out:
 * one sort of a million keys would hold up the desk for a second.
 */
export async function* inOrder(keys: Iterable<string>): AsyncGenerator<readonly string[]> {
  let runs: Iterator<string>[] = [];
  let run: string[] = [];
  for (const key of keys) {
    run.push(key);
    if (run.length < runLength) continue;
    runs.push(run.sort(compare).values());
    run = [];
    await breathe();
  }
  runs.push(run.sort(compare).values());
  while (runs.length > 1) {
    runs = Array.from({ length: Math.ceil(runs.length / 2) }, (_, index) => {
      const [first, second] = runs.slice(index * 2, index * 2 + 2);
      return first && second ? merge(first, second) : (first ?? [].values());
    });
  }
  const merged = runs[0] ?? [].values();
  for (;;) {
    const slice: string[] = [];
    for (let next = merged.next(); !next.done; next = merged.next()) {
      slice.push(next.value);
      if (slice.length === sliceLength) break;
    }
    if (slice.length === 0) return;
    yield slice;
    await breathe();
  }
}

/** Gathers writes and puts them on disk (fsync) in batches of bounded size, one behind the other. */
export interface WriteBuffer {
  /** What it gives must be waited for, where it gives anything. Rejects when an earlier write failed. */
  put(key: string, value: Uint8Array): Promise<void> | undefined;
  /** Resolves when everything put before is on disk. */
  flush(): Promise<void>;
}

/** `sync`: without it, what a crash of this PC leaves of it may be anything. */
export function createWriteBuffer(level: Level, { sync = true } = {}): WriteBuffer {
  let writes: LevelWrite[] = [];
  let size = 0;
  /** The disk works while more is gathered. */
  let writing: Promise<void> = Promise.resolve();

  async function send(): Promise<void> {
    await writing;
    const batch = writes;
    writes = [];
    size = 0;
    if (batch.length === 0) return;
    writing = level.batch(batch, { sync });
    // Whoever puts more, or flushes, hears of it.
    writing.catch(() => undefined);
    await breathe();
  }

  return {
    put(key, value) {
      writes.push({ type: "put", key, value });
      size += value.length;
      return size >= bufferBytes || writes.length >= bufferWrites ? send() : undefined;
    },
    async flush() {
      await send();
      await writing;
    },
  };
}

const runLength = 4096;
const bufferBytes = 512 * 1024;
const bufferWrites = 2048;

function compare(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}

function* merge(first: Iterator<string>, second: Iterator<string>): Generator<string> {
  let [a, b] = [first.next(), second.next()];
  while (!a.done && !b.done) {
    if (a.value <= b.value) {
      yield a.value;
      a = first.next();
    } else {
      yield b.value;
      b = second.next();
    }
  }
  for (; !a.done; a = first.next()) yield a.value;
  for (; !b.done; b = second.next()) yield b.value;
}
