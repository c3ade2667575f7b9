/**
 * Reads one CSV file of a snapshot, row by row, in bounded memory. The only file that imports csv-parse.
 * A bad row is given as such and the reading goes on; a bad header is the end of the file. No text of this file
 * says what stands in a row: rows hold patron data.
 */
import { isUtf8 } from "node:buffer";
import { parse } from "csv-parse/sync";
import { type RawRecord, splitRecords } from "./csv-split.ts";
import { breathe } from "./slices.ts";

export interface CsvColumns {
  /** The columns that are read, in lower case. All others are ignored. */
  readonly known: readonly string[];
  /** Those of them that must be there; of a group, one. */
  readonly required: readonly (string | readonly string[])[];
  /** The header as it is meant: a report's own names replaced by ours. */
  readonly rename?: (header: readonly string[]) => readonly string[];
}

export type CsvRow =
  /** One value for each known column, as written; empty where the file lacks the column. */
  | { readonly kind: "row"; readonly line: number; readonly fields: Readonly<Record<string, string>> }
  | { readonly kind: "refused"; readonly line: number; readonly reason: string };

export type CsvFile =
  /** In order, some at a time. */
  | { readonly kind: "rows"; readonly rows: AsyncIterable<readonly CsvRow[]> }
  | { readonly kind: "unreadable"; readonly reason: string };

/** Checks the header row; the rows follow. Rejects only when `chunks` does. */
export async function readCsv(chunks: AsyncIterable<Uint8Array>, columns: CsvColumns): Promise<CsvFile> {
  const start = await withoutByteOrderMark(chunks);
  if (start.kind === "utf-16") return { kind: "unreadable", reason: "it is in UTF-16; save it as UTF-8" };
  const records = splitRecords(start.chunks);
  const [first, ...others] = (await records.next()).value ?? [];
  const header =
    first === undefined
      ? "it is empty; its first row must name the columns"
      : readHeader(first, columns.rename);
  const fault = typeof header === "string" ? header : headerFault(header, columns);
  if (typeof header !== "string" && fault === undefined) {
    return { kind: "rows", rows: readRows(others, records, header, columns.known) };
  }
  await records.return(undefined);
  return { kind: "unreadable", reason: fault ?? "its header row can't be read" };
}

/** The names, or what is wrong. */
function readHeader(record: RawRecord, rename: CsvColumns["rename"]): readonly string[] | string {
  if (record.kind === "broken") return `its header row can't be read: ${record.reason}`;
  if (!isUtf8(record.bytes)) return "its header row is not UTF-8";
  const names = (parseRecords([record.bytes])[0] ?? []).map((name) => name.trim().toLowerCase());
  return rename?.(names) ?? names;
}

/** `first`: what came with the header. */
async function* readRows(
  first: readonly RawRecord[],
  records: AsyncIterable<readonly RawRecord[]>,
  header: readonly string[],
  known: readonly string[],
): AsyncGenerator<readonly CsvRow[]> {
  const places = known.map((name) => ({ name, at: header.indexOf(name) }));
  yield recordsToRows(first, header.length, places);
  for await (const batch of records) {
    yield recordsToRows(batch, header.length, places);
    await breathe();
  }
}

/** Where a known column stands in a row; -1: nowhere. */
type Places = readonly { readonly name: string; readonly at: number }[];

function recordsToRows(records: readonly RawRecord[], width: number, places: Places): readonly CsvRow[] {
  const readable = records.flatMap((record) =>
    record.kind === "record" && isUtf8(record.bytes) ? [record.bytes] : [],
  );
  const values = parseRecords(readable);
  let next = 0;
  return records.map((record) => {
    const { line } = record;
    if (record.kind === "broken") return { kind: "refused", line, reason: record.reason };
    if (record.bytes !== readable[next]) return { kind: "refused", line, reason: "not UTF-8" };
    const row = values[next++]!;
    if (row.length !== width)
      return { kind: "refused", line, reason: `${row.length} fields, and the header row has ${width}` };
    const fields: Record<string, string> = {};
    for (const { name, at } of places) fields[name] = row[at] ?? "";
    return { kind: "row", line, fields };
  });
}

const lineFeed = Buffer.from("\n");

/** One list of fields for each record. The records were found whole: anything else is a broken invariant. */
function parseRecords(records: readonly Buffer[]): readonly (readonly string[])[] {
  if (records.length === 0) return [];
  const parsed: string[][] = parse(Buffer.concat(records.flatMap((record) => [record, lineFeed])), {
    record_delimiter: "\n",
    relax_column_count: true,
  });
  if (parsed.length !== records.length) {
    throw new Error(`csv-parse made ${parsed.length} records of ${records.length}`);
  }
  return parsed;
}

/** What is wrong with the header, in words; `undefined` when nothing is. */
function headerFault(header: readonly string[], columns: CsvColumns): string | undefined {
  const expected = `expected ${columns.known.join(", ")}`;
  const double = columns.known.find((name) => header.indexOf(name) !== header.lastIndexOf(name));
  if (double !== undefined) return `the column ${double} is there twice; ${expected}`;
  const missing = columns.required.find((names) => ![names].flat().some((name) => header.includes(name)));
  if (missing === undefined) return undefined;
  const wanted = `the column ${[missing].flat().join(" or ")} is missing; ${expected}`;
  // Without one known name, the row may be no header but a patron: then it must not be shown.
  if (header.some((name) => columns.known.includes(name))) {
    return `${wanted}; found ${header.map(nameToText).slice(0, 30).join(", ")}`;
  }
  const separated = [";", "\t"].find((mark) =>
    header.some((name) => name.split(mark).some((part) => columns.known.includes(part.trim()))),
  );
  if (separated !== undefined) {
    return `${wanted}; found columns separated by ${separated === ";" ? "semicolons" : "tabs"}: save it with commas`;
  }
  return `${wanted}; found none of these in its first row: is the header row missing?`;
}

function nameToText(name: string): string {
  const plain = name.replaceAll(/\p{Cc}/gu, " ").trim();
  return plain === "" ? "(no name)" : plain.slice(0, 40);
}

type Start =
  | { readonly kind: "utf-16" }
  | { readonly kind: "text"; readonly chunks: AsyncIterable<Uint8Array> };

async function withoutByteOrderMark(chunks: AsyncIterable<Uint8Array>): Promise<Start> {
  const iterator = chunks[Symbol.asyncIterator]();
  let head: Buffer = Buffer.alloc(0);
  while (head.length < 3) {
    const next = await iterator.next();
    if (next.done) break;
    head = Buffer.concat([head, next.value]);
  }
  const mark = head.subarray(0, 3).toString("hex");
  if (mark.startsWith("fffe") || mark.startsWith("feff")) {
    await iterator.return?.();
    return { kind: "utf-16" };
  }
  const first = mark === "efbbbf" ? head.subarray(3) : head;
  async function* from(): AsyncGenerator<Uint8Array> {
    yield first;
    yield* { [Symbol.asyncIterator]: () => iterator };
  }
  return { kind: "text", chunks: from() };
}
