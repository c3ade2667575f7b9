/**
 * Text in, UTF-8 bytes out. A cell at a time: nearly all are plain ASCII and short, and copying them byte by byte costs less
 * than to put a row together and encode it, of which all but the bytes is garbage.
 */
import type { Steps } from "../crdt/circulation/steps.ts";

export interface TextSink {
  /** Whole characters. */
  write(text: string): void;
  /** All that was written; ends the sink. */
  toBytes(): Steps<Uint8Array>;
}

const PIECE_BYTES = 32_768;
/** Of one UTF-16 unit. */
const MOST_BYTES = 3;
const nothing = new Uint8Array(0);

export function createTextSink(): TextSink {
  const encoder = new TextEncoder();
  const pieces: Uint8Array[] = [];
  let piece = nothing;
  let at = 0;
  let size = 0;

  function add(bytes: Uint8Array): void {
    pieces.push(bytes);
    size += bytes.length;
  }

  /** What is written next has room for so many bytes. */
  function makeRoom(bytes: number): void {
    if (at + bytes <= piece.length) return;
    add(piece.subarray(0, at));
    piece = new Uint8Array(PIECE_BYTES);
    at = 0;
  }

  function encode(text: string): void {
    if (text.length * MOST_BYTES <= PIECE_BYTES) {
      makeRoom(text.length * MOST_BYTES);
      at += encoder.encodeInto(text, piece.subarray(at)).written;
      return;
    }
    add(piece.subarray(0, at));
    add(encoder.encode(text));
    piece = nothing;
    at = 0;
  }

  return {
    write(text) {
      const { length } = text;
      if (length > PIECE_BYTES) {
        encode(text);
        return;
      }
      makeRoom(length);
      for (let i = 0; i < length; i++) {
        const code = text.charCodeAt(i);
        if (code > 0x7f) {
          encode(text);
          return;
        }
        piece[at + i] = code;
      }
      at += length;
    },
    *toBytes() {
      add(piece.subarray(0, at));
      const bytes = new Uint8Array(size);
      let to = 0;
      // Let go as they are copied: a large file is not in memory twice.
      for (const [n, one] of pieces.entries()) {
        bytes.set(one, to);
        to += one.length;
        pieces[n] = nothing;
        yield 0;
      }
      return bytes;
    },
  };
}
