/**
 * The package: the canonical bytes of a snapshot, by whose SHA-256 it is named. NDJSON: a header, then one record a
 * line in the order of (kind's letter, what it is known by). The same records and `takenAt` give the same bytes on
 * every machine, in whatever order their rows and columns came. It is kept and sent in chunks.
 */
import { createHash } from "node:crypto";
import type { Level } from "../store/level.ts";
import { chunkKey, chunkRange } from "./keys.ts";
import { parseJson, type RecordKind, recordKinds } from "./record.ts";
import { breathe, sliceLength, type WriteBuffer } from "./slices.ts";

export type RecordCounts = Readonly<Record<RecordKind, number>>;

export interface PackHeader {
  /** ms */
  readonly takenAt: number;
  readonly counts: RecordCounts;
  /** Kinds whose file was there, be it without a row: with no loans file nothing is known of loans. */
  readonly files: readonly RecordKind[];
  /** `policy.json` in one line, as `policy-text.ts` gives it; left out where there is none. */
  readonly policy?: string;
}

/** All chunks but the last have this many bytes. */
export const chunkSize = 256 * 1024;

/** A header of `format` 1 has no member but these; a later one is another package. */
export function headerToLine(header: PackHeader): string {
  const counts = Object.fromEntries(recordKinds.map((kind) => [kind, header.counts[kind]]));
  const files = recordKinds.filter((kind) => header.files.includes(kind));
  const { takenAt, policy } = header;
  return JSON.stringify({ format: 1, takenAt, counts, files, ...(policy === undefined ? {} : { policy }) });
}

/** `null`: not the header of a package that this version reads. */
export function parseHeader(line: string): PackHeader | null {
  const parsed = parseJson(line);
  if (typeof parsed !== "object" || parsed === null) return null;
  const { format, takenAt, counts, files, policy } = parsed as Partial<Record<string, unknown>>;
  if (format !== 1 || !isCount(takenAt) || typeof counts !== "object" || counts === null) return null;
  if (!Array.isArray(files) || (policy !== undefined && typeof policy !== "string")) return null;
  const numbers = new Map<string, unknown>(Object.entries(counts));
  const read: Partial<Record<RecordKind, number>> = {};
  for (const kind of recordKinds) {
    const count = numbers.get(kind);
    if (!isCount(count)) return null;
    read[kind] = count;
  }
  return {
    takenAt,
    counts: read as RecordCounts,
    files: recordKinds.filter((kind) => files.includes(kind)),
    ...(policy === undefined ? {} : { policy }),
  };
}

export interface ChunkWriter {
  /** What it gives must be waited for, where it gives anything. */
  append(bytes: Uint8Array): Promise<void> | undefined;
  /** The name and size of what was written. The caller flushes the buffer. */
  end(): Promise<{ readonly sha256: string; readonly size: number }>;
}

/** Cuts bytes into chunks and puts these into `buffer`. */
export function createChunkWriter(buffer: WriteBuffer): ChunkWriter {
  const hash = createHash("sha256");
  let chunk = Buffer.allocUnsafe(chunkSize);
  let filled = 0;
  let chunks = 0;
  function append(bytes: Uint8Array): Promise<void> | undefined {
    if (filled + bytes.length >= chunkSize) return fill(bytes);
    chunk.set(bytes, filled);
    filled += bytes.length;
    return undefined;
  }
  async function fill(bytes: Uint8Array): Promise<void> {
    for (let from = 0; from < bytes.length; ) {
      const part = bytes.subarray(from, from + chunkSize - filled);
      chunk.set(part, filled);
      filled += part.length;
      from += part.length;
      if (filled === chunkSize) await cut();
    }
  }
  async function cut(): Promise<void> {
    const full = chunk.subarray(0, filled);
    hash.update(full);
    await buffer.put(chunkKey(chunks), full);
    chunks += 1;
    chunk = Buffer.allocUnsafe(chunkSize);
    filled = 0;
  }
  return {
    append,
    async end() {
      const size = chunks * chunkSize + filled;
      if (filled > 0) await cut();
      return { sha256: hash.digest("hex"), size };
    },
  };
}

/** The chunks that are stored, in order. Throws when one is missing between others. */
export async function* readChunks(level: Level): AsyncGenerator<Uint8Array> {
  const keys = await level.keys(chunkRange);
  for (const [index, key] of keys.entries()) {
    const chunk = key === chunkKey(index) ? await level.get(key) : undefined;
    if (chunk === undefined) throw new Error(`Chunk ${index} of a snapshot is missing`);
    yield chunk;
    await breathe();
  }
}

/** The lines of a package, as slices of at most 256. */
export async function* readLines(chunks: AsyncIterable<Uint8Array>): AsyncGenerator<readonly string[]> {
  let rest: Uint8Array = new Uint8Array(0);
  for await (const chunk of chunks) {
    const bytes = rest.length === 0 ? Buffer.from(chunk) : Buffer.concat([rest, chunk]);
    let start = 0;
    let slice: string[] = [];
    for (let end = bytes.indexOf(0x0a); end >= 0; end = bytes.indexOf(0x0a, start)) {
      slice.push(bytes.toString("utf8", start, end));
      start = end + 1;
      if (slice.length < sliceLength) continue;
      yield slice;
      slice = [];
    }
    if (slice.length > 0) yield slice;
    rest = bytes.subarray(start);
  }
  if (rest.length > 0) yield [Buffer.from(rest).toString("utf8")];
}

function isCount(value: unknown): value is number {
  return typeof value === "number" && Number.isSafeInteger(value) && value >= 0;
}
