/**
 * Where the records of a CSV file end, on its bytes. csv-parse can't go on after a fault: a quote left open takes
 * the rest of the file with it. So records are found here first (RFC 4180, with LF, CRLF or CR), each with its line
 * number and a limit; after a broken one the search goes on at the next line. Memory: one record and one chunk.
 */

export type RawRecord =
  | { readonly kind: "record"; readonly line: number; readonly bytes: Buffer }
  | { readonly kind: "broken"; readonly line: number; readonly reason: string };

/** The longest record that is read, bytes. */
export const recordLimit = 64 * 1024;

const quote = 0x22;
const comma = 0x2c;
const lf = 0x0a;
const cr = 0x0d;

/** A call of csv-parse costs as much as ten rows, and so does each step of an asynchronous reader. */
const batchLength = 128;
const batchBytes = 128 * 1024;

/**
 * Records in order, without their line ends, some at a time; empty lines are left out. `line` counts from 1.
 */
export async function* splitRecords(chunks: AsyncIterable<Uint8Array>): AsyncGenerator<readonly RawRecord[]> {
  let rest: Buffer = Buffer.alloc(0);
  let line = 1;
  let skipping = false;

  function* take(ended: boolean): Generator<RawRecord> {
    let start = 0;
    while (start < rest.length) {
      if (skipping) {
        const next = lineEnd(rest, start, ended);
        if (next === undefined) {
          // The tail stays when it is a CR, whose LF may come with the next chunk.
          start = rest[rest.length - 1] === cr ? rest.length - 1 : rest.length;
          break;
        }
        skipping = false;
        line += 1;
        start = next;
        continue;
      }
      const found = findRecord(rest, start, ended);
      if (found.kind === "more") break;
      if (found.kind === "broken") {
        yield { kind: "broken", line, reason: found.reason };
        skipping = true;
        continue;
      }
      if (found.end > start) yield { kind: "record", line, bytes: rest.subarray(start, found.end) };
      line += found.lines;
      start = found.next;
    }
    rest = rest.subarray(start);
  }

  for await (const chunk of chunks) {
    rest = rest.length === 0 ? Buffer.from(chunk) : Buffer.concat([rest, chunk]);
    yield* inBatches(take(false));
  }
  yield* inBatches(take(true));
}

function* inBatches(records: Iterable<RawRecord>): Generator<readonly RawRecord[]> {
  let batch: RawRecord[] = [];
  let size = 0;
  for (const record of records) {
    batch.push(record);
    size += record.kind === "record" ? record.bytes.length : 0;
    if (batch.length < batchLength && size < batchBytes) continue;
    yield batch;
    batch = [];
    size = 0;
  }
  if (batch.length > 0) yield batch;
}

type Found =
  | { readonly kind: "record"; readonly end: number; readonly next: number; readonly lines: number }
  | { readonly kind: "broken"; readonly reason: string }
  | { readonly kind: "more" };

const tooLong: Found = { kind: "broken", reason: `the row is longer than ${recordLimit / 1024} KiB` };
const strayQuote: Found = {
  kind: "broken",
  reason: 'a quote (") stands where none may be: a quote inside a field is written twice, in a quoted field',
};
const openQuote: Found = {
  kind: "broken",
  reason: `a quote (") is opened and not closed within ${recordLimit / 1024} KiB, or closed on a later row`,
};

/** One record from `start` on. `more`: its end can't be known yet. */
function findRecord(bytes: Buffer, start: number, ended: boolean): Found {
  let lines = 0;
  let fieldStart = true;
  let position = start;
  while (position < bytes.length) {
    if (position - start > recordLimit) return tooLong;
    const byte = bytes[position];
    if (byte === quote) {
      if (!fieldStart) return strayQuote;
      const field = quotedField(bytes, position, start, ended);
      if (field.kind !== "field") return field;
      lines += field.lines;
      position = field.next;
      fieldStart = false;
      continue;
    }
    if (byte === lf || byte === cr) {
      const next = lineEnd(bytes, position, ended);
      if (next === undefined) return { kind: "more" };
      return { kind: "record", end: position, next, lines: lines + 1 };
    }
    fieldStart = byte === comma;
    position += 1;
  }
  if (!ended) return position - start > recordLimit ? tooLong : { kind: "more" };
  return { kind: "record", end: position, next: position, lines };
}

type Quoted = { readonly kind: "field"; readonly next: number; readonly lines: number };

/** From an opening quote at `open` to the byte behind the closing one. */
function quotedField(bytes: Buffer, open: number, start: number, ended: boolean): Quoted | Found {
  let lines = 0;
  let position = open + 1;
  for (;;) {
    // Broken at the limit: by its first line if that alone is too long, else by the quote that runs on.
    if (position - start > recordLimit) return lines === 0 ? tooLong : openQuote;
    const byte = bytes[position];
    if (byte === undefined) return ended ? openQuote : { kind: "more" };
    if (byte === quote) {
      const after = bytes[position + 1];
      if (after === quote) {
        position += 2;
        continue;
      }
      if (after === undefined && !ended) return { kind: "more" };
      if (after === undefined || after === comma || after === lf || after === cr) {
        return { kind: "field", next: position + 1, lines };
      }
      // Behind a line end it is the next row's opening quote, more likely than not.
      return lines === 0 ? strayQuote : openQuote;
    }
    if (byte === lf || (byte === cr && bytes[position + 1] !== lf)) lines += 1;
    position += 1;
  }
}

/** Start of the line after the first line end at or behind `from`; `undefined` when it isn't in `bytes`. */
function lineEnd(bytes: Buffer, from: number, ended: boolean): number | undefined {
  for (let position = from; position < bytes.length; position++) {
    const byte = bytes[position];
    if (byte === lf) return position + 1;
    if (byte !== cr) continue;
    if (position + 1 < bytes.length) return bytes[position + 1] === lf ? position + 2 : position + 1;
    return ended ? position + 1 : undefined;
  }
  return undefined;
}
