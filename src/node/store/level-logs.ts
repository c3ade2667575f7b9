/**
 * LevelDB's logs (`….log`, `MANIFEST-…`), looked at before LevelDB reads them: where a bit has changed it passes over the
 * rest of 32 KiB without a word, entries that were acknowledged with it. Blocks of 32 KiB hold records of a sum, a length,
 * a kind and bytes; what doesn't fit into one block goes on in the next.
 */
import { crc32c, mask } from "./crc32c.ts";

export interface CheckedLog {
  /** Bits have changed, with what is whole behind them. */
  readonly damaged: boolean;
  /** Its end isn't whole: a write that a power cut tore off, or a change in the last one. */
  readonly cutOff: boolean;
  /** What was written, one write each, as far as it is whole. */
  readonly writes: readonly Buffer[];
}

const blockLength = 32 * 1024;
const headerLength = 7;
const kinds = { full: 1, first: 2, middle: 3, last: 4 } as const;

interface Piece {
  readonly kind: number;
  readonly bytes: Buffer;
  readonly end: number;
}

export function checkLog(bytes: Buffer): CheckedLog {
  const writes: Buffer[] = [];
  /** Pieces of a write that goes on. */
  let open: Buffer[] | null = null;
  let broken = false;
  let damaged = false;
  let at = 0;
  while (at < bytes.length) {
    if (blockLength - (at % blockLength) < headerLength) {
      at += blockLength - (at % blockLength);
      continue;
    }
    const piece = readPiece(bytes, at);
    if (piece === null) {
      broken = true;
      open = null;
      at++;
      continue;
    }
    // Something whole stands behind what isn't: no power cut does that.
    if (broken) damaged = true;
    broken = false;
    at = piece.end;
    const { kind } = piece;
    const goesOn = kind === kinds.middle || kind === kinds.last;
    if (open !== null && !goesOn) damaged = true;
    const pieces: Buffer[] | null = goesOn ? open && [...open, piece.bytes] : [piece.bytes];
    const isEnd = kind === kinds.full || kind === kinds.last;
    if (isEnd && pieces !== null) writes.push(Buffer.concat(pieces));
    open = isEnd ? null : pieces;
  }
  return { damaged, cutOff: broken || open !== null, writes };
}

/** The record at that place, if it is whole. */
function readPiece(bytes: Buffer, at: number): Piece | null {
  const kind = bytes[at + 6];
  if (kind === undefined || kind < kinds.full || kind > kinds.last) return null;
  const end = at + headerLength + bytes.readUInt16LE(at + 4);
  if (end > bytes.length || end > at - (at % blockLength) + blockLength) return null;
  if (bytes.readUInt32LE(at) !== mask(crc32c(bytes.subarray(at + 6, end)))) return null;
  return { kind, bytes: bytes.subarray(at + headerLength, end), end };
}
