import { describe, expect, it } from "vitest";
import { type CsvRow, readCsv } from "../../../src/node/snapshot/csv-source.ts";
import * as fc from "../../properties.ts";

const columns = { known: ["barcode", "title", "note"], required: ["barcode", "title"] };
const header = "barcode,title,note\n";

describe("readCsv", () => {
  it("gives back what was written, whatever stands in the fields and however the bytes are cut", async () => {
    const field = fc.oneof(
      fc.string({ unit: "grapheme", maxLength: 30 }),
      fc.string({
        unit: fc.constantFrom('"', ",", "\n", "\r", "\r\n", " ", "a", "ü", "\ufeff"),
        maxLength: 12,
      }),
    );
    const records = fc.array(fc.tuple(field, field, field), { maxLength: 20 });
    const eol = fc.constantFrom("\n", "\r\n", "\r");
    await fc.assert(
      fc.asyncProperty(
        records,
        eol,
        fc.boolean(),
        fc.integer({ min: 1, max: 50 }),
        async (rows, end, bom, cut) => {
          const lines = rows.map((row) => row.map(quoted).join(",") + end);
          const text = `${bom ? "\ufeff" : ""}barcode,title,note${end}${lines.join("")}`;
          const read = await rowsOf(Buffer.from(text), cut);
          const fields = read.map((row) => (row.kind === "row" ? Object.values(row.fields) : row.reason));
          expect(fields).toEqual(rows);
        },
      ),
      { numRuns: 300 },
    );
  });

  it("never throws, and goes on behind any rubbish, whatever the bytes", async () => {
    const rubbish = fc.oneof(
      fc.uint8Array({ maxLength: 200 }).map((bytes) => Buffer.from(bytes)),
      fc
        .string({ unit: fc.constantFrom('"', ",", "\n", "x"), maxLength: 60 })
        .map((text) => Buffer.from(text)),
    );
    await fc.assert(
      fc.asyncProperty(rubbish, fc.integer({ min: 1, max: 40 }), async (bytes, cut) => {
        const good = "\ngood1,A,\ngood2,B,\n";
        const read = await rowsOf(Buffer.concat([Buffer.from(header), bytes, Buffer.from(good)]), cut);
        expect(barcodesOf(read)).toContain("good2");
      }),
      { numRuns: 300 },
    );
  });

  it("reads columns by name, in any case and order, and ignores those it doesn't know", async () => {
    const read = await rowsOf(Buffer.from("x, Title ,BARCODE\n1,A,b1\n"));
    expect(read).toEqual([{ kind: "row", line: 2, fields: { barcode: "b1", title: "A", note: "" } }]);
  });

  it.each([
    ["", "it is empty"],
    [
      "barcode,note\nb1,x\n",
      "the column title is missing; expected barcode, title, note; found barcode, note",
    ],
    ["barcode;title\nb1;A\n", "separated by semicolons"],
    ["barcode,title,title\n", "the column title is there twice"],
    [Buffer.from("\ufeffbarcode,title\n", "utf16le"), "UTF-16"],
    [Buffer.from("barcode,titl\xe9\n", "latin1"), "its header row is not UTF-8"],
    ["x".repeat(1_000_000), "its header row can't be read: the row is longer than 64 KiB"],
    ['barcode,"title\n', "its header row can't be read: a quote"],
  ])("says why a file as a whole can't be read (%#)", async (text, reason) => {
    const read = await readCsv(bytesToChunks(Buffer.from(text as string), 1000), columns);
    expect(read).toMatchObject({ kind: "unreadable", reason: expect.stringContaining(reason) });
  });

  it("doesn't show what may be a patron where the header row is missing", async () => {
    const read = await readCsv(bytesToChunks(Buffer.from("123,Kowalski,Anna\n"), 100), columns);
    expect(read).toMatchObject({ kind: "unreadable", reason: expect.stringContaining("header row missing") });
    expect(JSON.stringify(read)).not.toContain("owalski");
  });

  it("refuses a Latin-1 row with its line number, and reads the others", async () => {
    const bytes = Buffer.concat([
      Buffer.from(`${header}b1,"two\nlines",\n`),
      Buffer.from("b2,M\xfcller,\n", "latin1"),
      Buffer.from("b3,Müller,\n"),
    ]);
    const read = await rowsOf(bytes);
    expect(barcodesOf(read)).toEqual(["b1", "b3"]);
    expect(read[1]).toEqual({ kind: "refused", line: 4, reason: "not UTF-8" });
  });

  it.each([
    ['b1,A,\nb2,"open,\nb3,C,\nb4,"D",\nb5,E,\n', 3],
    ['b1,A,\nb2,12" record,\nb3,C,\nb4,"D",\nb5,E,\n', 3],
    ['b1,A,\nb2,"x" y,\nb3,C,\nb4,"D",\nb5,E,\n', 3],
  ])("refuses only the row of a broken quote (%#)", async (rows, line) => {
    const read = await rowsOf(Buffer.from(header + rows), 7);
    expect(barcodesOf(read)).toEqual(["b1", "b3", "b4", "b5"]);
    expect(read.filter((row) => row.kind === "refused")).toEqual([
      { kind: "refused", line, reason: expect.stringContaining("quote") },
    ]);
  });

  it("refuses a quote that is never closed, and a row of another width", async () => {
    const read = await rowsOf(Buffer.from(`${header}b1,"open\nb2,B,\nb3,C\n`));
    expect(read).toEqual([
      { kind: "refused", line: 2, reason: expect.stringContaining("not closed") },
      { kind: "row", line: 3, fields: { barcode: "b2", title: "B", note: "" } },
      { kind: "refused", line: 4, reason: "2 fields, and the header row has 3" },
    ]);
  });

  it.each(["x", '"', '""', ","])(
    "refuses a row of a million %s in bounded memory, and goes on",
    async (unit) => {
      const row = unit.repeat(1_000_000 / unit.length);
      let largest = 0;
      async function* chunks(): AsyncGenerator<Uint8Array> {
        for await (const chunk of bytesToChunks(Buffer.from(`${header}b1,A,\n${row}\nb3,C,\n`), 65536)) {
          yield chunk;
          largest = Math.max(largest, process.memoryUsage().arrayBuffers);
        }
      }
      const before = process.memoryUsage().arrayBuffers;
      const read = await readAll(chunks());
      expect(barcodesOf(read)).toEqual(["b1", "b3"]);
      expect(read[1]).toMatchObject({ kind: "refused", line: 3 });
      expect(largest - before).toBeLessThan(16 * 1024 * 1024);
    },
  );
});

function quoted(value: string): string {
  return `"${value.replaceAll('"', '""')}"`;
}

async function* bytesToChunks(bytes: Uint8Array, size: number): AsyncGenerator<Uint8Array> {
  for (let from = 0; from < bytes.length; from += size) yield bytes.subarray(from, from + size);
}

function rowsOf(bytes: Uint8Array, size = 65536): Promise<CsvRow[]> {
  return readAll(bytesToChunks(bytes, size));
}

async function readAll(chunks: AsyncIterable<Uint8Array>): Promise<CsvRow[]> {
  const read = await readCsv(chunks, columns);
  if (read.kind === "unreadable") throw new Error(read.reason);
  const rows: CsvRow[] = [];
  for await (const some of read.rows) rows.push(...some);
  return rows;
}

function barcodesOf(rows: readonly CsvRow[]): readonly (string | undefined)[] {
  return rows.flatMap((row) => (row.kind === "row" ? [row.fields.barcode] : []));
}
