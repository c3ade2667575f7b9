/**
 * The package: the canonical bytes of a snapshot, by whose SHA-256 it is named. NDJSON: a header, then one record a
 * line in the order of (kind's letter, what it is known by). The same records and `takenAt` give the same bytes on
 * every machine, in whatever order their rows and columns came. It is kept in blocks (`blocks.ts`).
 */
import { parseJson, type RecordKind, recordKinds } from "./record.ts";
import { sliceLength } from "./slices.ts";

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
