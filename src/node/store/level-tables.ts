/**
 * LevelDB's tables (`….ldb`), as far as it takes to check and mend them: blocks, each with a kind and a sum behind it; an
 * index of them; 48 bytes at the end that say where the index is.
 */
import { crc32c, mask } from "./crc32c.ts";
import { unpackSnappy } from "./snappy.ts";

interface Handle {
  readonly offset: number;
  readonly size: number;
}

export interface Block extends Handle {
  /** The last key in it, or one between it and the next block. */
  readonly key: Buffer;
}

export interface CheckedTable {
  readonly isWhole: boolean;
  /** Those of data that are as they were written; none when what tells of them is damaged. */
  readonly blocks: readonly Block[];
}

const trailerLength = 5;
const footerLength = 48;
const magic = "57fb808b247547db";
const plainKind = 0;
const snappyKind = 1;

export function checkTable(bytes: Buffer): CheckedTable {
  const footer = bytes.subarray(-footerLength);
  const nothing = { isWhole: false, blocks: [] };
  if (footer.length < footerLength || footer.toString("hex", 40) !== magic) return nothing;
  const [meta, indexAt] = readHandle(footer, 0);
  const [index] = readHandle(footer, indexAt);
  const entries = listEntries(readBlock(bytes, index));
  if (entries === null) return nothing;
  const all = entries.map(([key, value]) => ({ key, ...readHandle(value, 0)[0] }));
  const blocks = all.filter((block) => isWhole(bytes, block));
  const filters = listEntries(readBlock(bytes, meta))?.map(([, value]) => readHandle(value, 0)[0]);
  const hasFilters = filters?.every((filter) => isWhole(bytes, filter)) ?? false;
  return { isWhole: hasFilters && blocks.length === all.length, blocks };
}

function isWhole(bytes: Buffer, { offset, size }: Handle): boolean {
  const end = offset + size + 1;
  if (!Number.isSafeInteger(end) || end + 4 > bytes.length) return false;
  return bytes.readUInt32LE(end) === mask(crc32c(bytes.subarray(offset, end)));
}

/** What stands in it, unpacked; `null`: damaged. */
function readBlock(bytes: Buffer, handle: Handle): Buffer | null {
  if (!isWhole(bytes, handle)) return null;
  const { offset, size } = handle;
  const content = bytes.subarray(offset, offset + size);
  const kind = bytes[offset + size];
  if (kind === snappyKind) return unpackSnappy(content);
  return kind === plainKind ? content : null;
}

/** Each key stands as what it shares with the one before it, and the rest. */
function listEntries(block: Buffer | null): (readonly [key: Buffer, value: Buffer])[] | null {
  if (block === null || block.length < 4) return null;
  const end = block.length - 4 - 4 * block.readUInt32LE(block.length - 4);
  const entries: (readonly [Buffer, Buffer])[] = [];
  let key = Buffer.alloc(0);
  let at = 0;
  const next = (): number => {
    const [value, after] = readVarint(block, at);
    at = after;
    return value;
  };
  while (at < end) {
    const [shared, rest, length] = [next(), next(), next()];
    key = Buffer.concat([key.subarray(0, shared), block.subarray(at, at + rest)]);
    at += rest + length;
    entries.push([key, block.subarray(at - length, at)]);
  }
  return at === end ? entries : null;
}

function readHandle(bytes: Buffer, at: number): readonly [handle: Handle, after: number] {
  const [offset, middle] = readVarint(bytes, at);
  const [size, after] = readVarint(bytes, middle);
  return [{ offset, size }, after];
}

/** Past the end it reads zeros. */
export function readVarint(bytes: Buffer, from: number): readonly [value: number, after: number] {
  let [value, at] = [0, from];
  for (let scale = 1; ; scale *= 128) {
    const byte = bytes[at++] ?? 0;
    value += (byte & 0x7f) * scale;
    if (byte < 0x80 || at - from >= 10) return [value, at];
  }
}

/** The blocks as they stand, under an index of these alone; without a filter, which only makes look-ups quicker. */
export function writeTable(bytes: Buffer, blocks: readonly Block[]): Buffer | null {
  if (blocks.length === 0) return null;
  const parts: Buffer[] = [];
  const entries: Buffer[] = [];
  let length = 0;
  const put = (part: Buffer): Handle => {
    parts.push(part);
    length += part.length;
    return { offset: length - part.length, size: part.length - trailerLength };
  };
  for (const { offset, size, key } of blocks) {
    const handle = writeHandle(put(bytes.subarray(offset, offset + size + trailerLength)));
    entries.push(Buffer.concat([...[0, key.length, handle.length].map(writeVarint), key, handle]));
  }
  const meta = writeHandle(put(writeBlock([])));
  const index = writeHandle(put(writeBlock(entries)));
  const handles = Buffer.alloc(footerLength - 8);
  Buffer.concat([meta, index]).copy(handles);
  return Buffer.concat([...parts, handles, Buffer.from(magic, "hex")]);
}

/** Every entry a restart: none shares anything with the one before it. */
function writeBlock(entries: readonly Buffer[]): Buffer {
  const restarts = Buffer.alloc(4 * Math.max(1, entries.length) + 4);
  let at = 0;
  for (const [i, entry] of entries.entries()) {
    restarts.writeUInt32LE(at, 4 * i);
    at += entry.length;
  }
  restarts.writeUInt32LE(Math.max(1, entries.length), restarts.length - 4);
  const content = Buffer.concat([...entries, restarts, Uint8Array.of(plainKind)]);
  const sum = Buffer.alloc(4);
  sum.writeUInt32LE(mask(crc32c(content)));
  return Buffer.concat([content, sum]);
}

function writeHandle({ offset, size }: Handle): Buffer {
  return Buffer.concat([writeVarint(offset), writeVarint(size)]);
}

function writeVarint(value: number): Buffer {
  const bytes: number[] = [];
  let rest = value;
  for (; rest >= 0x80; rest = Math.floor(rest / 128)) bytes.push((rest % 128) | 0x80);
  return Buffer.from([...bytes, rest]);
}
