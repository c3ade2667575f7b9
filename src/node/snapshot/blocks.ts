/**
 * How a package lies in a snapshot's database: cut behind line ends into blocks of some 4 KiB, each compressed and
 * encrypted by itself. What a cipher and a database cost for each value is paid once for some twenty-five records; and as the
 * package is sorted, a list of what each block begins with is all it takes to find a record in it.
 */
import type { EncryptedLevel } from "../store/encrypted-levels.ts";
import type { Level, LevelWrite } from "../store/level.ts";
import { beginsKey, blockKey, cameKey } from "./keys.ts";
import { parseJson } from "./record.ts";
import { breathe, type WriteBuffer } from "./slices.ts";

/** A block ends with the first line end that makes it so long. */
export const blockBytes = 4 * 1024;
/** So many bytes that come from another desk are made durable at once. */
export const durableBytes = 512 * 1024;
/** No line is longer: the header, with a policy in it, may have a megabyte or two. */
const longestLine = 4 * 1024 ** 2;
/** Read at once: a few milliseconds' work to decrypt and read. */
export const blocksAtOnce = 16;
/** Blocks to one value of the list. */
const beginsAtOnce = 2_048;
const lf = 0x0a;

/** Each block's first key (see `recordKey`; the header's is empty) and its length. */
export interface BlockList {
  readonly firsts: readonly string[];
  readonly lengths: readonly number[];
}

/** The list as it grows with the blocks. */
export interface BlockLister {
  add(first: string, length: number): void;
  /** Puts down what isn't yet. */
  end(): Promise<void>;
}

export function listBlocks(buffer: WriteBuffer): BlockLister {
  let firsts: string[] = [];
  let lengths: number[] = [];
  let written = 0;
  let putting: Promise<void> | undefined;
  function put(): void {
    if (firsts.length === 0) return;
    const value = Buffer.from(JSON.stringify({ firsts, lengths }));
    putting = buffer.put(beginsKey(written++), value) ?? putting;
    firsts = [];
    lengths = [];
  }
  return {
    add(first, length) {
      firsts.push(first);
      lengths.push(length);
      if (firsts.length === beginsAtOnce) put();
    },
    async end() {
      put();
      await putting;
    },
  };
}

/** Rejects when a part of it is wrong: only a damaged disk makes it so. */
export async function readBlockList(level: Level): Promise<BlockList> {
  const firsts: string[] = [];
  const lengths: number[] = [];
  for (let n = 0; ; n++) {
    const value = await level.get(beginsKey(n));
    if (value === undefined) return { firsts, lengths };
    const part = parseJson(Buffer.from(value).toString("utf8")) as Partial<BlockList> | undefined;
    if (!part?.firsts || part.firsts.length !== part.lengths?.length)
      throw new Error("The list of a snapshot's blocks can't be read");
    firsts.push(...part.firsts);
    lengths.push(...part.lengths);
    await breathe();
  }
}

/** Blocks from number `first` on, some at a time, up to the first that isn't there. */
export async function* readBlocks(level: Level, first = 0): AsyncGenerator<readonly Uint8Array[]> {
  for (let n = first; ; n += blocksAtOnce) {
    const keys = Array.from({ length: blocksAtOnce }, (_, i) => blockKey(n + i));
    const read = await level.getMany(keys);
    const end = read.indexOf(undefined);
    const blocks = (end === -1 ? read : read.slice(0, end)) as readonly Uint8Array[];
    if (blocks.length > 0) yield blocks;
    if (end !== -1) return;
    await breathe();
  }
}

/** Without their ends. */
export function linesOf(block: Uint8Array): readonly string[] {
  const lines = Buffer.from(block.buffer, block.byteOffset, block.length).toString("utf8").split("\n");
  // The last block of a foreign package may lack its line end.
  if (lines.at(-1) === "") lines.pop();
  return lines;
}

/** Puts bytes of any length together to blocks. */
export interface BlockCutter {
  /** Blocks that are whole now; `null`: a line of them is longer than any may be. */
  add(bytes: Uint8Array): readonly Uint8Array[] | null;
  /** What is left at the end. */
  rest(): Uint8Array;
}

export function createBlockCutter(): BlockCutter {
  let rest: Uint8Array = new Uint8Array(0);
  return {
    add(bytes) {
      const all = rest.length === 0 ? Buffer.from(bytes) : Buffer.concat([rest, bytes]);
      const blocks: Uint8Array[] = [];
      let start = 0;
      while (all.length - start >= blockBytes) {
        const end = all.indexOf(lf, start + blockBytes - 1);
        if (end === -1) break;
        blocks.push(all.subarray(start, end + 1));
        start = end + 1;
      }
      rest = all.subarray(start);
      return rest.length > longestLine ? null : blocks;
    },
    rest: () => rest,
  };
}

/** How much of a package is here, durably. */
export interface Came {
  readonly blocks: number;
  readonly bytes: number;
}

export async function readCame(level: EncryptedLevel): Promise<Came> {
  const value = await level.get(cameKey);
  const came = value && (parseJson(Buffer.from(value).toString("utf8")) as Partial<Came> | undefined);
  return { blocks: came?.blocks ?? 0, bytes: came?.bytes ?? 0 };
}

/** All of them or none, and on the disk when it resolves. */
export async function writeCame(
  level: EncryptedLevel,
  before: Came,
  blocks: readonly Uint8Array[],
): Promise<Came> {
  const writes: LevelWrite[] = blocks.map((value, n) => ({
    type: "put",
    key: blockKey(before.blocks + n),
    value,
  }));
  const came = {
    blocks: before.blocks + blocks.length,
    bytes: before.bytes + blocks.reduce((sum, { length }) => sum + length, 0),
  };
  writes.push({ type: "put", key: cameKey, value: Buffer.from(JSON.stringify(came)) });
  await level.batch(writes, { sync: true });
  return came;
}
