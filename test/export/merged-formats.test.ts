/** The two formats that leave nothing out: every field of every transaction reads back. */

import { expect, it } from "vitest";
import type { BatchLine } from "../../src/export/batch.ts";
import { renderBatch } from "../../src/export/render.ts";
import * as fc from "../properties.ts";
import { readCsv, readLines, textOf } from "./readers.ts";
import { batchLines, batchOf, timezone } from "./worlds.ts";

/** What UTF-8 can carry: half characters become U+FFFD. */
function wellFormed(text: string): string {
  return text.replace(/\p{Surrogate}/gu, "\ufffd");
}

/** RFC 3339 text to ms; instants beyond the calendar are written as ms. */
function textToMs(text: string): number {
  return /^-?\d+$/.test(text) ? Number(text) : Date.parse(text);
}

function expectInstants(line: BatchLine, time: unknown, at: unknown, due: unknown, effective: unknown): void {
  const { fact } = line.recorded;
  expect(textToMs(String(time))).toBe(line.time);
  expect(textToMs(String(at))).toBe(line.recorded.at);
  if ("due" in fact) expect(textToMs(String(due))).toBe(fact.due);
  if (fact.effective !== undefined) expect(textToMs(String(effective))).toBe(fact.effective);
}

it("JSON Lines reads back whole", () => {
  fc.assert(
    fc.property(batchLines, timezone, (lines, zone) => {
      const text = textOf(renderBatch(batchOf("jsonl", lines, zone)), "main");
      expect(text).not.toMatch(/[\u0085\u2028\u2029]/);
      const read = readLines(text, "\n").map((line) => JSON.parse(line) as Record<string, unknown>);
      expect(read).toHaveLength(lines.length);
      for (const [index, line] of lines.entries()) {
        const entry = read[index] ?? {};
        const { fact, position, staff, offsetMs } = line.recorded;
        const { time, at, due, effective, outage, clock, desk, deskName, run, seq, ...rest } = entry;
        expectInstants(line, time, at, due, effective);
        expect({ outage, desk, run, seq, ...(clock as object) }).toEqual(position);
        expect(deskName).toBeTypeOf("string");
        const { due: _due, effective: _effective, ...body } = fact as typeof fact & { due?: number };
        expect(rest).toEqual({
          ...body,
          ...(staff === undefined ? {} : { staff }),
          ...(offsetMs === undefined ? {} : { offsetMs }),
        });
      }
    }),
    { numRuns: 200 },
  );
});

it("the merged CSV reads back whole, formulas and line ends and all", () => {
  fc.assert(
    fc.property(batchLines, timezone, (lines, zone) => {
      const rows = readCsv(textOf(renderBatch(batchOf("csv", lines, zone)), "main"));
      expect(rows).toHaveLength(lines.length);
      for (const [index, line] of lines.entries()) {
        const row = rows[index] ?? {};
        const { fact, position, staff, offsetMs } = line.recorded;
        expectInstants(line, row.time, row.recorded_at, row.due, row.effective);
        expect(row).toMatchObject({
          transaction_id: fact.id,
          kind: fact.kind,
          staff: wellFormed(staff ?? ""),
          offset_ms: offsetMs === undefined ? "" : String(offsetMs),
          desk: position.desk,
          seq: String(position.seq),
          digest: fact.digest,
          patron: "patron" in fact ? (fact.patron ?? "") : "",
          item: "item" in fact ? fact.item : "",
          count: "count" in fact ? String(fact.count) : "",
          type: "type" in fact ? wellFormed(fact.type) : "",
          amount_cents: "amount" in fact ? String(fact.amount) : "",
          note: "note" in fact ? wellFormed(fact.note ?? "") : "",
        });
        expect(JSON.parse(row.judged ?? "")).toEqual(fact.judged);
        if (fact.kind === "registration") expect(JSON.parse(row.fields ?? "")).toEqual(fact.fields);
      }
    }),
    { numRuns: 200 },
  );
});
