/**
 * The records of a snapshot, read out of its package: one by what it is known by, all of a kind in the package's order,
 * and the package's own bytes.
 */
import type { EncryptedLevel } from "../store/encrypted-levels.ts";
import { type BlockList, blockBytes, blocksAtOnce, linesOf, readBlockList } from "./blocks.ts";
import { blockKey } from "./keys.ts";
import { letters, lineToKey, parseRecord, type RecordKind, type SnapshotRecord } from "./record.ts";
import { breathe } from "./slices.ts";

export interface PackedRecords {
  /** The lines of those keys (see `recordKey`), in their order; `undefined` where there is none. Reads each block once. */
  getMany(keys: readonly string[]): Promise<readonly (Uint8Array | undefined)[]>;
  /** All of a kind, some at a time. */
  slices(kind: RecordKind): AsyncGenerator<readonly SnapshotRecord[]>;
  /** The same, unread: their keys and lines. */
  lines(kind: RecordKind): AsyncGenerator<readonly (readonly [key: string, line: Uint8Array])[]>;
  /** The package from byte `from` on, in pieces of any size. */
  bytes(from: number): AsyncGenerator<Uint8Array>;
}

const lf = 0x0a;
/**
 * Blocks that stay inflated: half a megabyte at most. What belongs together in a library often stands together, and a file
 * of an outage asks for thousands of titles one after the other.
 */
const keptAtMost = 128;
const longestKept = 2 * blockBytes;

export function createPackedRecords(level: EncryptedLevel): PackedRecords {
  let listed: Promise<BlockList> | undefined;
  const kept = new Map<number, OpenBlock>();
  function list(): Promise<BlockList> {
    listed ??= readBlockList(level).catch((error: unknown) => {
      listed = undefined;
      throw error;
    });
    return listed;
  }

  /** Some from number `n` on. */
  async function read(numbers: readonly number[]): Promise<readonly Buffer[]> {
    const blocks = await level.getMany(numbers.map(blockKey));
    return blocks.map((block) => {
      if (block === undefined) throw new Error("A part of a snapshot is missing");
      return Buffer.from(block.buffer, block.byteOffset, block.length);
    });
  }

  /** By number. What is here already is not read, deciphered and inflated again. */
  async function readKept(numbers: readonly number[]): Promise<ReadonlyMap<number, OpenBlock>> {
    const found = new Map<number, OpenBlock>();
    for (const n of numbers) {
      const block = kept.get(n);
      if (block !== undefined) found.set(n, block);
    }
    const missing = numbers.filter((n) => !found.has(n));
    const blocks = missing.length === 0 ? [] : await read(missing);
    for (const [i, n] of missing.entries()) found.set(n, openBlock(blocks[i]!));
    for (const [n, block] of found) {
      // Put in anew at each use: the first of the map is the one unused for longest.
      kept.delete(n);
      if (block.bytes.length <= longestKept) kept.set(n, block);
    }
    for (const n of kept.keys()) {
      if (kept.size <= keptAtMost) break;
      kept.delete(n);
    }
    return found;
  }

  /** From block `n` to before block `end`, in order. */
  async function* blocksFrom(n: number, end: number): AsyncGenerator<readonly Buffer[]> {
    for (let at = n; at < end; at += blocksAtOnce) {
      const count = Math.min(blocksAtOnce, end - at);
      yield await read(Array.from({ length: count }, (_, i) => at + i));
      await breathe();
    }
  }

  /** Those that hold records of a kind, and perhaps others beside them. */
  async function* blocksOf(kind: RecordKind): AsyncGenerator<readonly Buffer[]> {
    const { firsts } = await list();
    const letter = letters[kind];
    const start = Math.max(0, lastAtMost(firsts, letter));
    // Behind all keys that begin with this letter.
    yield* blocksFrom(start, 1 + lastAtMost(firsts, String.fromCharCode(letter.charCodeAt(0) + 1)));
  }

  return {
    async getMany(keys) {
      const { firsts } = await list();
      const numbers = keys.map((key) => lastAtMost(firsts, key));
      const byNumber = await readKept([...new Set(numbers)].filter((n) => n >= 0));
      return keys.map((key, i) => {
        const block = byNumber.get(numbers[i]!);
        // Its own bytes: a view would keep the whole block.
        return block && copyOf(findLine(block, key));
      });
    },
    async *slices(kind) {
      for await (const blocks of blocksOf(kind)) {
        const records = blocks.flatMap(linesOf).map(parseRecord);
        yield records.filter((record) => record?.kind === kind) as SnapshotRecord[];
      }
    },
    async *lines(kind) {
      for await (const blocks of blocksOf(kind)) {
        const found: [string, Uint8Array][] = [];
        for (const { bytes, starts } of blocks.map(openBlock))
          for (let n = 0; n + 1 < starts.length; n++) {
            const line = bytes.subarray(starts[n], starts[n + 1]! - 1);
            const key = lineToKey(line);
            if (key.startsWith(letters[kind])) found.push([key, line]);
          }
        yield found;
      }
    },
    async *bytes(from) {
      const { lengths } = await list();
      let skip = from;
      let n = 0;
      while (n < lengths.length && skip >= lengths[n]!) skip -= lengths[n++]!;
      for await (const blocks of blocksFrom(n, lengths.length)) {
        yield Buffer.concat(blocks).subarray(skip);
        skip = 0;
      }
    },
  };
}

function copyOf(line: Uint8Array | undefined): Uint8Array | undefined {
  return line === undefined ? undefined : Buffer.from(line);
}

/** Place of the last text that is no larger; -1 where there is none. */
function lastAtMost(texts: readonly string[], text: string): number {
  let [low, high] = [0, texts.length];
  while (low < high) {
    const middle = (low + high) >> 1;
    if (texts[middle]! <= text) low = middle + 1;
    else high = middle;
  }
  return low - 1;
}

/** A block whose lines are looked for. */
interface OpenBlock {
  readonly bytes: Buffer;
  /** Of its lines; the last one is where a further line would start. */
  readonly starts: readonly number[];
  /** Of those lines that were looked at; the header's is empty, as it is no record and stands before all of them. */
  readonly keys: (string | undefined)[];
}

function openBlock(bytes: Buffer): OpenBlock {
  const starts = [0];
  for (let end = bytes.indexOf(lf); end >= 0; end = bytes.indexOf(lf, end + 1)) starts.push(end + 1);
  if (starts.at(-1) !== bytes.length) starts.push(bytes.length + 1);
  return { bytes, starts, keys: [] };
}

/** Halving the block's lines: to read all of them costs more than to decrypt them. */
function findLine({ bytes, starts, keys }: OpenBlock, key: string): Uint8Array | undefined {
  const lineAt = (n: number): Buffer => bytes.subarray(starts[n], starts[n + 1]! - 1);
  let [low, high] = [0, starts.length - 1];
  while (low < high) {
    const middle = (low + high) >> 1;
    keys[middle] ??= lineToKey(lineAt(middle));
    const found = keys[middle];
    if (found === key) return lineAt(middle);
    if (found < key) low = middle + 1;
    else high = middle;
  }
  return undefined;
}
