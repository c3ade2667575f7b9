/**
 * A snapshot on its way between two desks: bytes of the package, from wherever they stopped. What has come is durable
 * chunk by chunk, so a restart goes on from there; nothing counts before the SHA-256 of the whole is right.
 */
import { createHash } from "node:crypto";
import type { EncryptedLevel } from "../store/encrypted-levels.ts";
import { chunkKey, chunkRange, recordRange } from "./keys.ts";
import { chunkSize, type PackHeader, parseHeader, readChunks, readLines } from "./pack.ts";
import { parseRecord, primaryKey, recordKinds, recordToParts, secondaryKey } from "./record.ts";
import { breathe, createWriteBuffer } from "./slices.ts";
import type { SnapshotMeta, SnapshotStore } from "./snapshot-store.ts";

export interface ReceiveOptions {
  readonly sha256: string;
  /** Bytes of the package, as the other desk says. */
  readonly size: number;
  /** The package's bytes from `from` on; in pieces of any size. May throw when the link is lost. */
  readonly readRange: (from: number) => AsyncIterable<Uint8Array>;
  readonly store: SnapshotStore;
  /** Bytes that are here, durably. */
  readonly onProgress?: (progress: { readonly done: number; readonly of: number }) => void;
}

export type ReceiveResult =
  | { readonly kind: "received"; readonly meta: SnapshotMeta }
  /** The link was lost; `have` bytes stay here for the next time. */
  | { readonly kind: "interrupted"; readonly have: number; readonly text: string }
  /** All was thrown away: these are not the named snapshot's bytes, or not of a format that is read here. */
  | { readonly kind: "wrong-bytes"; readonly text: string };

/** Rejects when this desk's disk fails. A snapshot that is held is `received` at once. */
export async function receivePack(options: ReceiveOptions): Promise<ReceiveResult> {
  const { sha256, size, store } = options;
  const held = store.held().find((meta) => meta.sha256 === sha256);
  if (held !== undefined) return { kind: "received", meta: held };
  const stage = await store.stageIncoming(sha256);
  let ended = false;
  try {
    const came = await receiveChunks(options, stage.level);
    if (came.kind === "interrupted") return came;
    const checked = came.kind === "whole" ? await check(stage.level, sha256) : came;
    const header = checked.kind === "sound" ? await index(stage.level) : checked;
    if (header.kind === "wrong-bytes") {
      ended = true;
      await stage.discard();
      return header;
    }
    const meta = { ...header.header, sha256, size };
    ended = true;
    await stage.finish(meta);
    return { kind: "received", meta };
  } finally {
    if (!ended) await stage.leave();
  }
}

/** The bytes of a package that is held, from `from` on. Throws when it isn't held. */
export async function* packRange(
  store: SnapshotStore,
  sha256: string,
  from: number,
): AsyncGenerator<Uint8Array> {
  const snapshot = await store.open(sha256);
  if (snapshot === null) throw new Error("This snapshot is not held here");
  let skip = from % chunkSize;
  for (let n = Math.floor(from / chunkSize); ; n++) {
    const chunk = await snapshot.readChunk(n);
    if (chunk === null) return;
    if (skip < chunk.length) yield chunk.subarray(skip);
    skip = 0;
  }
}

interface WrongBytes {
  readonly kind: "wrong-bytes";
  readonly text: string;
}
const wrongBytes = (text: string): WrongBytes => ({ kind: "wrong-bytes", text });

type Came = { readonly kind: "whole" } | WrongBytes | Extract<ReceiveResult, { kind: "interrupted" }>;

async function receiveChunks(options: ReceiveOptions, level: EncryptedLevel): Promise<Came> {
  const { size, onProgress } = options;
  let n = (await level.keys(chunkRange)).length;
  let have = Math.min(n * chunkSize, size);
  let chunk = Buffer.allocUnsafe(chunkSize);
  let filled = 0;
  async function cut(): Promise<void> {
    const value = chunk.subarray(0, filled);
    await level.batch([{ type: "put", key: chunkKey(n), value }], { sync: true });
    n += 1;
    have += filled;
    chunk = Buffer.allocUnsafe(chunkSize);
    filled = 0;
    onProgress?.({ done: have, of: size });
  }
  if (have === size) return { kind: "whole" };
  const pieces = options.readRange(have)[Symbol.asyncIterator]();
  for (;;) {
    const piece = await nextPiece(pieces);
    if (piece.kind === "lost") return { kind: "interrupted", have, text: piece.text };
    if (piece.kind === "end") break;
    for (let from = 0; from < piece.bytes.length; ) {
      const part = piece.bytes.subarray(from, from + chunkSize - filled);
      if (have + filled + part.length > size) {
        await pieces.return?.();
        return wrongBytes("More bytes came than the snapshot has");
      }
      chunk.set(part, filled);
      filled += part.length;
      from += part.length;
      if (filled === chunkSize) await cut();
    }
  }
  if (have + filled < size) return { kind: "interrupted", have, text: "It ended before all bytes were here" };
  if (filled > 0) await cut();
  return { kind: "whole" };
}

type Piece =
  | { readonly kind: "bytes"; readonly bytes: Uint8Array }
  | { readonly kind: "end" }
  | { readonly kind: "lost"; readonly text: string };

/** Only the reading may fail with the link; what the disk throws must not be taken for it. */
async function nextPiece(pieces: AsyncIterator<Uint8Array>): Promise<Piece> {
  try {
    const next = await pieces.next();
    return next.done ? { kind: "end" } : { kind: "bytes", bytes: next.value };
  } catch (error) {
    return { kind: "lost", text: error instanceof Error ? error.message : String(error) };
  }
}

/** Reads back what is on disk: so the hash says what is kept, not what came. */
async function check(
  level: EncryptedLevel,
  sha256: string,
): Promise<{ readonly kind: "sound" } | WrongBytes> {
  const hash = createHash("sha256");
  for await (const chunk of readChunks(level)) hash.update(chunk);
  return hash.digest("hex") === sha256
    ? { kind: "sound" }
    : wrongBytes("The bytes that came are not those of the named snapshot");
}

type Indexed = { readonly kind: "indexed"; readonly header: PackHeader } | WrongBytes;

/** Makes the look-up keys from the package. Done again from the start when it was cut short. */
async function index(level: EncryptedLevel): Promise<Indexed> {
  await removeRecords(level);
  const buffer = createWriteBuffer(level);
  let header: PackHeader | null | undefined;
  let line = 0;
  const counted = new Map<string, number>(recordKinds.map((kind) => [kind, 0]));
  for await (const lines of readLines(readChunks(level))) {
    for (const text of lines) {
      line += 1;
      if (header === undefined) {
        header = parseHeader(text);
        if (header === null) return wrongBytes("The snapshot is of a format that this version can't read");
        continue;
      }
      const record = parseRecord(text);
      if (record === null) return wrongBytes(`Line ${line} of the snapshot is no record`);
      counted.set(record.kind, (counted.get(record.kind) ?? 0) + 1);
      const value = Buffer.from(text);
      const putting = buffer.put(primaryKey(level, record.kind, recordToParts(record)), value);
      if (putting) await putting;
      const second = secondaryKey(level, record);
      if (second !== undefined) await buffer.put(second, value);
    }
    await breathe();
  }
  await buffer.flush();
  if (!header) return wrongBytes("The snapshot is empty");
  const { counts } = header;
  const differs = recordKinds.find((kind) => counts[kind] !== counted.get(kind));
  if (differs !== undefined) return wrongBytes(`The snapshot's header counts another number of ${differs}`);
  return { kind: "indexed", header };
}

async function removeRecords(level: EncryptedLevel): Promise<void> {
  for await (const slice of level.slices(recordRange)) {
    await level.batch(
      slice.map(([key]) => ({ type: "del", key }) as const),
      { sync: false },
    );
    await breathe();
  }
}
