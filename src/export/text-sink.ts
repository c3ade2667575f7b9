/**
 * Text in, UTF-8 bytes out, a piece at a time: rows of a large batch are encoded while they are young, instead of
 * kept as a million small strings until the end (which costs more in garbage collection than all the rest).
 */
import type { Steps } from "../crdt/circulation/steps.ts";

export interface TextSink {
  write(text: string): void;
  /** All that was written; ends the sink. */
  toBytes(): Steps<Uint8Array>;
}

const PIECE_CHARACTERS = 32_768;
const nothing = new Uint8Array(0);

export function createTextSink(): TextSink {
  const encoder = new TextEncoder();
  const pieces: Uint8Array[] = [];
  let waiting = "";
  let size = 0;
  const flush = (): void => {
    const piece = encoder.encode(waiting);
    pieces.push(piece);
    size += piece.length;
    waiting = "";
  };
  return {
    write(text) {
      // Two halves of one character never meet here: each text is a whole row.
      waiting += text;
      if (waiting.length >= PIECE_CHARACTERS) flush();
    },
    *toBytes() {
      flush();
      const bytes = new Uint8Array(size);
      let at = 0;
      // Let go as they are copied: a large file is not in memory twice.
      for (const [n, piece] of pieces.entries()) {
        bytes.set(piece, at);
        at += piece.length;
        pieces[n] = nothing;
        yield 0;
      }
      return bytes;
    },
  };
}
