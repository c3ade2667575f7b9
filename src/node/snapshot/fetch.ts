/**
 * A snapshot on its way between two desks: bytes of the package, from wherever they stopped. What has come is durable
 * some blocks at a time, so a restart goes on from there; nothing counts before the SHA-256 of the whole is right.
 */
import { createHash } from "node:crypto";
import type { EncryptedLevel } from "../store/encrypted-levels.ts";
import {
  type Came as BlocksHere,
  createBlockCutter,
  durableBytes,
  listBlocks,
  readBlocks,
  readCame,
  writeCame,
} from "./blocks.ts";
import { recordRange } from "./keys.ts";
import type { PackHeader } from "./pack.ts";
import { createPackageReader } from "./package-reader.ts";
import { lookUpKeys } from "./record.ts";
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
    const came = await receiveBlocks(options, stage.level);
    if (came.kind === "interrupted") return came;
    const checked = came.kind === "whole" ? await check(stage.level, sha256) : came;
    if (checked.kind === "wrong-bytes") {
      ended = true;
      await stage.discard();
      return checked;
    }
    const meta = { ...checked.header, sha256, size };
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
  yield* snapshot.bytes(from);
}

interface WrongBytes {
  readonly kind: "wrong-bytes";
  readonly text: string;
}
const wrongBytes = (text: string): WrongBytes => ({ kind: "wrong-bytes", text });

type Came = { readonly kind: "whole" } | WrongBytes | Extract<ReceiveResult, { kind: "interrupted" }>;

async function receiveBlocks(options: ReceiveOptions, level: EncryptedLevel): Promise<Came> {
  const here = await readCame(level);
  if (here.bytes === options.size) return { kind: "whole" };
  const pieces = options.readRange(here.bytes)[Symbol.asyncIterator]();
  try {
    return await keepPieces(options, level, here, pieces);
  } finally {
    await pieces.return?.();
  }
}

async function keepPieces(
  { size, onProgress }: ReceiveOptions,
  level: EncryptedLevel,
  before: BlocksHere,
  pieces: AsyncIterator<Uint8Array>,
): Promise<Came> {
  const cutter = createBlockCutter();
  let here = before;
  let blocks: Uint8Array[] = [];
  let came = here.bytes;
  async function keep(): Promise<void> {
    here = await writeCame(level, here, blocks);
    blocks = [];
    onProgress?.({ done: here.bytes, of: size });
  }
  let waiting = 0;
  for (;;) {
    const piece = await nextPiece(pieces);
    if (piece.kind === "lost") return { kind: "interrupted", have: here.bytes, text: piece.text };
    if (piece.kind === "end") break;
    came += piece.bytes.length;
    if (came > size) return wrongBytes("More bytes came than the snapshot has");
    const cut = cutter.add(piece.bytes);
    if (cut === null) return wrongBytes("A line of the snapshot is longer than any may be");
    for (const block of cut) {
      blocks.push(block);
      waiting += block.length;
      if (waiting < durableBytes) continue;
      waiting = 0;
      await keep();
    }
  }
  if (came < size)
    return { kind: "interrupted", have: here.bytes, text: "It ended before all bytes were here" };
  const rest = cutter.rest();
  if (rest.length > 0) blocks.push(rest);
  if (blocks.length > 0) await keep();
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

type Checked = { readonly kind: "sound"; readonly header: PackHeader } | WrongBytes;

/**
 * Reads back what is on disk, so the hash says what is kept, not what came; and lists what its blocks begin with, and the
 * records that stand by themselves. Done again from the start when it was cut short.
 */
async function check(level: EncryptedLevel, sha256: string): Promise<Checked> {
  await removeRecords(level);
  const hash = createHash("sha256");
  const buffer = createWriteBuffer(level);
  const list = listBlocks(buffer);
  const reader = createPackageReader();
  let fault: string | undefined;
  for await (const blocks of readBlocks(level))
    for (const block of blocks) {
      hash.update(block);
      // Of other bytes than the named ones it doesn't matter what is wrong with them.
      if (fault !== undefined) continue;
      const read = reader.read(block);
      if (typeof read === "string") {
        fault = read;
        continue;
      }
      list.add(read.first, block.length);
      for (const { record, line } of read.records)
        for (const key of lookUpKeys(level, record)) await buffer.put(key, Buffer.from(line));
    }
  if (hash.digest("hex") !== sha256)
    return wrongBytes("The bytes that came are not those of the named snapshot");
  const header = fault ?? reader.end();
  if (typeof header === "string") return wrongBytes(header);
  await list.end();
  await buffer.flush();
  return { kind: "sound", header };
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
