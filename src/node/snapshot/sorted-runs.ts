/**
 * The records of an import, put in as their rows come and given out in the package's order: sorted in memory by the
 * thousand, written down as runs, and merged. So each record is encrypted in the company of some hundred others, and
 * read in the order in which it lies, where a database of single records costs as much again as all else an import does.
 */
import type { Level } from "../store/level.ts";
import type { RecordKind } from "./record.ts";
import { createWriteBuffer, inOrder, sliceLength } from "./slices.ts";

export interface SortedRuns {
  /**
   * `key`: its parts joined; of two records with one key the later counts. Neither text holds a line end. What it gives
   * must be waited for, where it gives anything.
   */
  put(kind: RecordKind, key: string, line: string): Promise<void> | undefined;
  /** Those of a kind by the code units of their keys, in slices. Nothing may be put in any more. */
  inOrder(kind: RecordKind): AsyncGenerator<readonly Keyed[]>;
}

export interface Keyed {
  readonly key: string;
  readonly line: string;
}

/** Some 4 MB as they wait in memory. */
const mostInMemory = 16_384;
/** UTF-16 units of a block: what a reader holds of each run. */
const blockLength = 32 * 1024;

/** `level`: empty, and of no use afterwards. `atMost`: records of a run. */
export function createSortedRuns(level: Level, atMost: number = mostInMemory): SortedRuns {
  // What a crash leaves of it is never read.
  const buffer = createWriteBuffer(level, { sync: false });
  const runs = new Map<RecordKind, Run[]>();
  let waiting = new Map<string, string>();
  let waitingKind: RecordKind | null = null;
  let written = 0;

  async function writeRun(): Promise<void> {
    const [kind, records] = [waitingKind, waiting];
    if (kind === null || records.size === 0) return;
    waiting = new Map();
    const number = written++;
    let blocks = 0;
    let block = "";
    for await (const keys of inOrder(records.keys())) {
      for (const key of keys) block += `${key}\n${records.get(key)}\n`;
      if (block.length < blockLength) continue;
      await buffer.put(blockKey(number, blocks++), Buffer.from(block));
      block = "";
    }
    if (block !== "") await buffer.put(blockKey(number, blocks++), Buffer.from(block));
    runs.set(kind, [...(runs.get(kind) ?? []), { number, blocks }]);
  }

  return {
    put(kind, key, line) {
      const isFull = kind !== waitingKind || waiting.size >= atMost;
      const writing = isFull ? writeRun() : undefined;
      waitingKind = kind;
      waiting.set(key, line);
      return writing;
    },
    async *inOrder(kind) {
      await writeRun();
      await buffer.flush();
      yield* merge((runs.get(kind) ?? []).map((run) => createReader(level, run)));
    },
  };
}

interface Run {
  readonly number: number;
  readonly blocks: number;
}

function blockKey(run: number, block: number): string {
  return `run!${run}!${block}`;
}

interface Reader {
  /** The record that it stands at; null behind the last. */
  readonly now: Keyed | null;
  /** To the next one; what it gives must be waited for, where it gives anything. */
  step(): Promise<void> | undefined;
}

/** Before the first record until its first step. */
function createReader(level: Level, { number, blocks }: Run): Reader {
  let now: Keyed | null = null;
  let lines: readonly string[] = [];
  let at = 0;
  let asked = 0;
  let coming = ask();

  function ask(): Promise<Uint8Array | undefined> | null {
    if (asked === blocks) return null;
    const asking = level.get(blockKey(number, asked++));
    // Whoever steps into it hears of a failure.
    asking.catch(() => undefined);
    return asking;
  }

  function take(): void {
    now = { key: lines[at]!, line: lines[at + 1]! };
    at += 2;
  }

  async function nextBlock(): Promise<void> {
    now = null;
    if (coming === null) return;
    const bytes = await coming;
    if (bytes === undefined) throw new Error("A part of an import is gone");
    coming = ask();
    lines = Buffer.from(bytes).toString("utf8").split("\n");
    at = 0;
    take();
  }

  return {
    get now() {
      return now;
    },
    step() {
      // Behind the last line end there is one more, empty text.
      if (at + 1 >= lines.length) return nextBlock();
      take();
      return undefined;
    },
  };
}

/** `readers`: the later, the more its records count. */
async function* merge(readers: readonly Reader[]): AsyncGenerator<readonly Keyed[]> {
  const order = new Map(readers.map((reader, n) => [reader, n]));
  /** By what they stand at, the first one last. */
  const open: Reader[] = [];

  function isBehind(a: Reader, b: Reader): boolean {
    if (a.now!.key !== b.now!.key) return a.now!.key > b.now!.key;
    return order.get(a)! < order.get(b)!;
  }

  function sortIn(reader: Reader): void {
    if (reader.now === null) return;
    let [low, high] = [0, open.length];
    while (low < high) {
      const middle = (low + high) >> 1;
      if (isBehind(open[middle]!, reader)) low = middle + 1;
      else high = middle;
    }
    open.splice(low, 0, reader);
  }

  for (const reader of readers) {
    await reader.step();
    sortIn(reader);
  }
  let slice: Keyed[] = [];
  let last: string | undefined;
  for (let reader = open.pop(); reader; reader = open.pop()) {
    const { key } = reader.now!;
    if (key !== last) slice.push(reader.now!);
    last = key;
    const stepping = reader.step();
    if (stepping) await stepping;
    sortIn(reader);
    if (slice.length < sliceLength) continue;
    yield slice;
    slice = [];
  }
  if (slice.length > 0) yield slice;
}
