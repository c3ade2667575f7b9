/**
 * A file that comes over the pages' port: a zip, or one that says itself what it is. It must be read here and there, so it is kept until it has been read:
 * encrypted, under a key that is destroyed with it, as it tells of patrons.
 */
import type { EncryptedLevel } from "../store/encrypted-levels.ts";
import { createWriteBuffer, type WriteBuffer } from "./slices.ts";
import type { SnapshotStore } from "./snapshot-store.ts";
import { nameByContent, openOneFile, startLength } from "./source.ts";
import { type OpenedSource, refuseSource } from "./source-file.ts";
import { openZipRange } from "./zip-source.ts";

/** A zip file of a million items has about 30 MiB. */
export const largestUploadBytes = 256 * 1024 ** 2;

export interface UploadedFile {
  readonly bytes: AsyncIterable<Uint8Array>;
  /** When it was written, ms: a zip file says it itself. */
  readonly changedAt?: number;
}

/** Rejects when this desk's disk fails; an upload that breaks off is returned. */
export async function openUpload(
  store: SnapshotStore,
  { bytes, changedAt }: UploadedFile,
): Promise<OpenedSource> {
  const stage = await store.stageUpload();
  let opened: OpenedSource | null = null;
  try {
    const size = await receive(stage.level, bytes);
    if (typeof size === "string") return refuseSource(size);
    const read = (start: number, end: number) => readRange(stage.level, start, end);
    const name = nameByContent((await stage.level.get(chunkKey(0)))?.subarray(0, startLength) ?? Buffer.of());
    if (name === undefined) opened = await openZipRange({ size, read, close: stage.discard });
    else if (changedAt === undefined) return refuseSource(`${name}: ${undated}`, name);
    else opened = openOneFile(name, { changedAt, size, read: () => read(0, size) }, stage.discard);
    return opened;
  } finally {
    if (!opened) await stage.discard();
  }
}

/** All chunks but the last have this many bytes. */
const chunkSize = 256 * 1024;

/** Chunk `n` of the file. */
function chunkKey(n: number): string {
  return `chunk!${n.toString().padStart(8, "0")}`;
}

interface ChunkWriter {
  append(bytes: Uint8Array): Promise<void>;
  /** Puts down what is left. The caller flushes the buffer. */
  end(): Promise<void>;
}

/** Cuts bytes into chunks and puts these into `buffer`. */
function createChunkWriter(buffer: WriteBuffer): ChunkWriter {
  let chunk = Buffer.allocUnsafe(chunkSize);
  let filled = 0;
  let chunks = 0;
  async function cut(): Promise<void> {
    await buffer.put(chunkKey(chunks++), chunk.subarray(0, filled));
    chunk = Buffer.allocUnsafe(chunkSize);
    filled = 0;
  }
  return {
    async append(bytes) {
      for (let from = 0; from < bytes.length; ) {
        const part = bytes.subarray(from, from + chunkSize - filled);
        chunk.set(part, filled);
        filled += part.length;
        from += part.length;
        if (filled === chunkSize) await cut();
      }
    },
    async end() {
      if (filled > 0) await cut();
    },
  };
}

const undated = "when it was written must be said (Last-Modified), as the age of its data is";

/** How many bytes there are, or why that won't do. */
async function receive(level: EncryptedLevel, bytes: AsyncIterable<Uint8Array>): Promise<number | string> {
  const buffer = createWriteBuffer(level);
  const writer = createChunkWriter(buffer);
  const pieces = bytes[Symbol.asyncIterator]();
  let size = 0;
  for (;;) {
    // Only the reading may fail with the connection; what the disk throws must not be taken for it.
    const piece = await pieces.next().catch(() => null);
    if (piece === null) return "The upload broke off before it was whole";
    if (piece.done) break;
    size += piece.value.length;
    if (size > largestUploadBytes) {
      await pieces.return?.();
      return `A file may have at most ${largestUploadBytes / 1024 ** 2} MiB`;
    }
    await writer.append(piece.value);
  }
  await writer.end();
  await buffer.flush();
  return size;
}

async function* readRange(level: EncryptedLevel, start: number, end: number): AsyncGenerator<Uint8Array> {
  for (let at = start; at < end; ) {
    const chunk = await level.get(chunkKey(Math.floor(at / chunkSize)));
    if (chunk === undefined) throw new Error("a part of what was uploaded is gone");
    const from = at % chunkSize;
    const part = chunk.subarray(from, from + end - at);
    if (part.length === 0) return;
    yield part;
    at += part.length;
  }
}
