/**
 * Snapshots as they lay in their databases before they were kept in blocks: the package in pieces of 256 KiB, and each
 * record once more. They are received from there as if from another desk, and take their own place when they are whole:
 * so a start that is cut short loses nothing.
 */
import type { EncryptedLevels } from "../store/encrypted-levels.ts";
import { receivePack } from "./fetch.ts";
import type { SnapshotStore } from "./snapshot-store.ts";

const pieceBytes = 256 * 1024;

/** `null`: it is held now. Text: why it can't be. Rejects when the disk fails. */
export async function takeOver(
  levels: EncryptedLevels,
  store: SnapshotStore,
  sha256: string,
  size: number,
): Promise<string | null> {
  const readRange = (from: number) => formerBytes(levels, sha256, from);
  const result = await receivePack({ sha256, size, store, readRange });
  return result.kind === "received" ? null : result.text;
}

/** Closes the database when it has been read, since the new one takes its place then. */
async function* formerBytes(levels: EncryptedLevels, name: string, from: number): AsyncGenerator<Uint8Array> {
  const level = await levels.open(name);
  try {
    let skip = from % pieceBytes;
    for (let n = Math.floor(from / pieceBytes); ; n++) {
      const piece = await level.get(`chunk!${n.toString().padStart(8, "0")}`);
      if (piece === undefined) return;
      yield piece.subarray(skip);
      skip = 0;
    }
  } finally {
    await level.close();
  }
}
