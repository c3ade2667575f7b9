import { describe, expect, it } from "vitest";
import type { BatchInput, BatchLine } from "../../src/export/batch.ts";
import { parseFormat, renderBatch } from "../../src/export/render.ts";
import * as fc from "../properties.ts";
import { fileOf, readCsv, readLines, textOf } from "./readers.ts";
import { batchLines, batchOf, FORMATS, timezone } from "./worlds.ts";

const format = fc.constantFrom(...FORMATS);
/** An instant without a date is written as its number. */
const NUMBERS = new Set(["clock_offset_ms", "time", "recorded_at", "due"]);
const FORMULA = /^[\s]*[=+\-@]/;

/** The same values, with the keys of every object built in the opposite order. */
function reverseKeys(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(reverseKeys);
  if (typeof value !== "object" || value === null) return value;
  const entries = Object.entries(value).reverse();
  return Object.fromEntries(entries.map(([key, inner]) => [key, reverseKeys(inner)]));
}

/** How often each id occurs, as a sorted list. */
function idsOf(rows: readonly Record<string, string>[]): string[] {
  return rows.map((row) => row.transaction_id ?? "").sort();
}

describe("every format", () => {
  it("puts each line into exactly one file, and its counts add up", () => {
    fc.assert(
      fc.property(format, batchLines, timezone, (name, lines, zone) => {
        const batch = renderBatch(batchOf(name, lines, zone));
        const written = readCsv(textOf(batch, "lines"));
        const extra = readCsv(textOf(batch, "extra"));
        const patrons = batch.files.some((file) => file.role === "patrons")
          ? readCsv(textOf(batch, "patrons"))
          : [];
        expect(written.length + extra.length + patrons.length).toBe(lines.length);
        const kinds = new Set(lines.map((line) => line.recorded.fact.kind));
        expect(new Set(batch.counts.map((count) => count.kind))).toEqual(kinds);
        for (const count of batch.counts) {
          const all = lines.filter((line) => line.recorded.fact.kind === count.kind);
          expect(count.written + count.extra).toBe(all.length);
          expect(written.filter((row) => row.kind === count.kind).length).toBe(count.written);
          expect(count.converted).toBeLessThanOrEqual(count.written);
          const inExtra = extra.filter((row) => row.kind === count.kind).length;
          expect(inExtra + (count.kind === "registration" ? patrons.length : 0)).toBe(count.extra);
        }
        const accounted = [...idsOf(written), ...idsOf(extra)].sort();
        const expected = lines.map((line) => line.recorded.fact);
        const cards = patrons.map((row) => row.cardnumber ?? row.barcode).sort();
        const registered = expected.filter(
          (fact) => fact.kind === "registration" && !accounted.includes(fact.id),
        );
        expect(registered.map((fact) => ("patron" in fact ? fact.patron : "")).sort()).toEqual(cards);
        const others = expected.filter((fact) => !registered.includes(fact)).map((fact) => fact.id);
        expect(accounted).toEqual(others.sort());
        for (const row of extra) expect(row.reason).not.toBe("");
      }),
      { numRuns: 300 },
    );
  });

  it("gives the same bytes for the same facts, however their objects were built", () => {
    fc.assert(
      fc.property(format, batchLines, timezone, (name, lines, zone) => {
        const other = { ...batchOf(name, reverseKeys(lines) as BatchLine[], zone) };
        expect(renderBatch(reverseKeys(other) as BatchInput)).toEqual(
          renderBatch(batchOf(name, lines, zone)),
        );
      }),
    );
  });

  it("takes the main file from the log alone: titles and names change nothing in it", () => {
    fc.assert(
      fc.property(format, batchLines, timezone, (name, lines, zone) => {
        const bare = lines.map((line) => ({ ...line, title: "", patronName: "" }));
        const main = fileOf(renderBatch(batchOf(name, lines, zone)), "main");
        expect(fileOf(renderBatch(batchOf(name, bare, zone)), "main")).toEqual(main);
      }),
    );
  });

  it("explains the n-th line of the main file in row n of the lines file, by its line number", () => {
    fc.assert(
      fc.property(format, batchLines, timezone, (name, lines, zone) => {
        const batch = renderBatch(batchOf(name, lines, zone));
        const physical = textOf(batch, "main").split("\n");
        const rows = readCsv(textOf(batch, "lines"));
        for (const [index, row] of rows.entries()) {
          const number = Number(row.line);
          if (name !== "csv") expect(number).toBe(index + (name === "koha" ? 2 : 1));
          const text = physical[number - 1] ?? "";
          if (["evergreen", "csv", "jsonl"].includes(name)) expect(text).toContain(row.transaction_id);
          else expect(text).toContain(row.written_as ?? "?");
        }
      }),
    );
  });

  it("writes side files of which no cell is a formula, one line a row", () => {
    fc.assert(
      fc.property(format, batchLines, timezone, (name, lines, zone) => {
        const batch = renderBatch(batchOf(name, lines, zone));
        for (const role of ["lines", "extra", "due"] as const) {
          if (!batch.files.some((file) => file.role === role)) continue;
          const text = textOf(batch, role);
          const rows = readCsv(text);
          expect(readLines(text, "\r\n")).toHaveLength(rows.length + 1);
          for (const row of rows) {
            for (const [column, cell] of Object.entries(row)) {
              // A number is none, whatever its sign.
              const isNumber = NUMBERS.has(column) && /^-?\d+$/.test(cell);
              if (!isNumber) expect(cell).not.toMatch(FORMULA);
            }
          }
        }
      }),
    );
  });

  it("refuses lines that the log can't have made, without naming a barcode", () => {
    const line = (item: string, time: number): BatchLine => ({
      recorded: {
        position: { outage: 1, ms: time, n: 0, desk: "desk-a", run: "r", seq: 0 },
        at: time,
        fact: { kind: "checkin", id: "018f", digest: "", judged: {}, item },
      },
      time,
      title: "",
      patronName: "",
    });
    for (const name of FORMATS) {
      const render = (lines: BatchLine[]) => () => renderBatch(batchOf(name, lines, "UTC"));
      expect(render([line("SECRET1", 5000), line("SECRET1", 5999)])).toThrow(
        /^transaction 018f is not in a later/,
      );
      expect(render([line("SECRET\t1", 5000)])).toThrow(/^transaction 018f has a barcode that is not/);
      expect(render([line("SECRÉT", 5000)])).toThrow(/^transaction 018f has a barcode that is not/);
      expect(render([line("x".repeat(81), 5000)])).toThrow(/^transaction 018f has a barcode that is not/);
      expect(render([line("A", 5000), line("B", 5000), line("A", 6000)])).not.toThrow();
    }
  });

  it("names its files by the batch, and says PARTIAL in each", () => {
    const names = (name: (typeof FORMATS)[number], partial: boolean): string[] =>
      renderBatch(batchOf(name, [], "America/New_York", partial)).files.map((file) => file.name);
    expect(names("evergreen", false)).toEqual([
      "RIV-3-1-a1b2.xacts",
      "RIV-3-1-a1b2-lines.csv",
      "RIV-3-1-a1b2-extra.csv",
    ]);
    expect(names("koha", true)).toEqual([
      "RIV-3-1-a1b2-PARTIAL.koc",
      "RIV-3-1-a1b2-PARTIAL-lines.csv",
      "RIV-3-1-a1b2-PARTIAL-extra.csv",
      "RIV-3-1-a1b2-PARTIAL-patrons.csv",
      "RIV-3-1-a1b2-PARTIAL-due.csv",
    ]);
    expect(names("alma", false)[0]).toBe("RIV-3-1-a1b2.dat");
    expect(names("sierra", true)[0]).toBe("RIV-3-1-a1b2-PARTIAL/rdy20260722210203");
    expect(names("csv", false)[0]).toBe("RIV-3-1-a1b2.csv");
    expect(names("jsonl", false)[0]).toBe("RIV-3-1-a1b2.jsonl");
  });

  it("knows its formats by name", () => {
    for (const name of FORMATS) expect(parseFormat(name)).toBe(name);
    for (const other of ["", "toString", "KOHA", 3, null]) expect(parseFormat(other)).toBeNull();
  });
});
