/**
 * Which lines of a segment may hold a word or number that begins or ends so: two bytes for each of them, by a hash of a
 * few bytes. With it a name is found among a city's patrons without looking at all of them.
 */

export interface Begins {
  /** Lines in order, some more than once, and some that hold nothing of the kind. */
  find(key: number): Uint16Array;
}

/** So many bytes of the beginning of a word; a shorter query has too many hits for an index to spare anything. */
export const wordBytes = 3;
/** So many of both ends of a barcode, or all of a shorter one. */
const codeBytes = 4;

const buckets = 2_048;

export function wordKey(bytes: Uint8Array, from: number): number {
  return hash(1, bytes, from, from + wordBytes);
}

export function codeBeginKey(bytes: Uint8Array, from: number, to: number): number {
  return hash(2, bytes, from, Math.min(to, from + codeBytes));
}

export function codeEndKey(bytes: Uint8Array, from: number, to: number): number {
  return hash(3, bytes, Math.max(from, to - codeBytes), to);
}

export function dateKey(bytes: Uint8Array, from: number, to: number): number {
  return hash(4, bytes, from, to);
}

/** FNV-1a, folded to the number of buckets. */
function hash(kind: number, bytes: Uint8Array, from: number, to: number): number {
  let value = 0x811c9dc5 ^ kind;
  for (let at = from; at < to; at++) value = Math.imul(value ^ bytes[at]!, 0x01000193);
  return (value ^ (value >>> 11) ^ (value >>> 22)) & (buckets - 1);
}

/** `keysOf`: of line `n`, given one by one. At most 65,536 lines. */
export function createBegins(
  count: number,
  keysOf: (n: number, give: (key: number) => void) => void,
): Begins {
  const ends = new Uint32Array(buckets + 1);
  for (let n = 0; n < count; n++) keysOf(n, (key) => ends[key + 1]!++);
  for (let key = 0; key < buckets; key++) ends[key + 1]! += ends[key]!;
  const lines = new Uint16Array(ends[buckets]!);
  const next = ends.slice();
  for (let n = 0; n < count; n++)
    keysOf(n, (key) => {
      lines[next[key]!++] = n;
    });
  return { find: (key) => lines.subarray(ends[key], ends[key + 1]) };
}
