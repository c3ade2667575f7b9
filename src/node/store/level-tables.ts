/**
 * LevelDB's tables (`….ldb`), as far as it takes to check and read them: blocks, each with a kind and a sum behind it; an
 * index of them; 48 bytes at the end that say where the index is.
 */
import { crc32c, mask } from "./crc32c.ts";
import { unpackSnappy } from "./snappy.ts";

interface Handle {
  readonly offset: number;
  readonly size: number;
}

export interface CheckedTable {
  readonly isWhole: boolean;
  /** Those of data that are as they were written; none when what tells of them is damaged. */
  readonly blocks: readonly Handle[];
}

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
  const all = entries.map(([, value]) => readHandle(value, 0)[0]);
  const blocks = all.filter((block) => isWhole(bytes, block));
  const filters = listEntries(readBlock(bytes, meta))?.map(([, value]) => readHandle(value, 0)[0]);
  const hasFilters = filters?.every((filter) => isWhole(bytes, filter)) ?? false;
  return { isWhole: hasFilters && blocks.length === all.length, blocks };
}

/** What stands in the blocks that are whole. */
export function* tableEntries(bytes: Buffer): Generator<readonly [key: Buffer, value: Buffer]> {
  for (const block of checkTable(bytes).blocks) yield* listEntries(readBlock(bytes, block)) ?? [];
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
