/**
 * Remembers in a few bits which ranges of a snapshot's database hold anything. Most items have no hold and most
 * patrons no loan, and to learn that from the disk costs an iterator each, on every scan.
 */
import type { KeyRange } from "../store/level.ts";

export interface Presence {
  /** `false` is certain; `true` means: look. */
  mayHold(range: KeyRange): boolean;
  /** To be told every key of the kinds that it is asked about … */
  add(key: string): void;
  /** … and then that it was all; before that everything may be there. */
  complete(): void;
}

/** With 16 bits a prefix, one look in 16 goes to the disk in vain. */
const bitsPerKey = 16;

/** `count`: keys to come, about. */
export function createPresence(count: number): Presence {
  const size = 2 ** Math.ceil(Math.log2(Math.max(1, count) * bitsPerKey + 64));
  const bits = new Uint8Array(size / 8);
  let isComplete = false;
  return {
    mayHold({ gte }) {
      if (!isComplete) return true;
      const place = hash(gte) & (size - 1);
      return (bits[place >> 3]! & (1 << (place & 7))) !== 0;
    },
    add(key) {
      // Ranges begin with whole parts of a key, and its parts end with `!`.
      for (let end = key.indexOf("!"); end !== -1; end = key.indexOf("!", end + 1)) {
        const place = hash(key.slice(0, end + 1)) & (size - 1);
        bits[place >> 3]! |= 1 << (place & 7);
      }
    },
    complete() {
      isComplete = true;
    },
  };
}

/** FNV-1a, 32 bits. */
function hash(text: string): number {
  let value = 0x811c9dc5;
  for (let i = 0; i < text.length; i++) value = Math.imul(value ^ text.charCodeAt(i), 0x01000193);
  return (value ^ (value >>> 15)) >>> 0;
}
