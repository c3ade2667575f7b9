/** Unpacks what LevelDB packed with Snappy: a length, then literals and copies of what came before. */

const largest = 16 * 1024 * 1024;

/** `null`: not Snappy's, or damaged. */
export function unpackSnappy(packed: Buffer): Buffer | null {
  let [length, at, shift] = [0, 0, 0];
  for (let byte = 0x80; byte >= 0x80; shift += 7) {
    byte = packed[at++] ?? 0;
    length += (byte & 0x7f) * 2 ** shift;
    if (shift > 28) return null;
  }
  if (length > largest) return null;
  const out = Buffer.alloc(length);
  let filled = 0;
  while (at < packed.length) {
    const tag = packed[at++]!;
    const [size, back, read] = (tag & 3) === 0 ? readLiteral(packed, at, tag) : readCopy(packed, at, tag);
    at += read;
    const isLiteral = back === 0;
    if (filled + size > length || back > filled || (isLiteral && at + size > packed.length)) return null;
    // A copy may reach into what it is just writing: byte by byte.
    for (let i = 0; i < size; i++, filled++) out[filled] = isLiteral ? packed[at + i]! : out[filled - back]!;
    if (isLiteral) at += size;
  }
  return filled === length ? out : null;
}

type Piece = readonly [size: number, back: number, read: number];

function readLiteral(packed: Buffer, at: number, tag: number): Piece {
  const short = tag >>> 2;
  if (short < 60) return [short + 1, 0, 0];
  const bytes = short - 59;
  return [readNumber(packed, at, bytes) + 1, 0, bytes];
}

function readCopy(packed: Buffer, at: number, tag: number): Piece {
  // An offset of 0 is none: more than there can be says so.
  const offset = (value: number): number => (value === 0 ? largest + 1 : value);
  if ((tag & 3) === 1) return [((tag >>> 2) & 7) + 4, offset(((tag >>> 5) << 8) | (packed[at] ?? 0)), 1];
  const bytes = (tag & 3) === 2 ? 2 : 4;
  return [(tag >>> 2) + 1, offset(readNumber(packed, at, bytes)), bytes];
}

function readNumber(packed: Buffer, at: number, bytes: number): number {
  let value = 0;
  for (let i = 0; i < bytes; i++) value += (packed[at + i] ?? 0) * 2 ** (8 * i);
  return value;
}
