/**
 * The merged CSV: every transaction with every field, for an ILS without an offline loader, for archives and for
 * people; held to `test/export/golden/csv.csv`. RFC 4180, UTF-8, one header row. A program may load it, so nothing in
 * it is altered, not even against formulas (see `csv-text.ts`); `-lines.csv` is the file to open in a spreadsheet.
 */
import type { BatchInput, RenderedBatch } from "./batch.ts";
import { type Cell, rowToCsv } from "./csv-text.ts";
import { batchBase, renderLayout } from "./layout.ts";
import { createZone } from "./local-time.ts";
import { lineToRecord, valueToSortedJson } from "./merged-record.ts";

/**
 * Columns and the fields that they hold. New ones are added at the end only. Instants are RFC 3339 with milliseconds
 * (`time`: corrected, the one that counts; `recorded_at`: by the desk's clock; `effective`: as given by staff);
 * `amount_cents`, `offset_ms` and `count` are whole numbers; `overrides`, `judged` and `fields` are JSON.
 */
const COLUMNS: readonly (readonly [column: string, field: string])[] = [
  ["transaction_id", "id"],
  ["kind", "kind"],
  ["time", "time"],
  ["recorded_at", "at"],
  ["offset_ms", "offsetMs"],
  ["effective", "effective"],
  ["desk_name", "deskName"],
  ["staff", "staff"],
  ["source", "source"],
  ["patron", "patron"],
  ["item", "item"],
  ["due", "due"],
  ["due_from", "dueFrom"],
  ["note", "note"],
  ["count", "count"],
  ["type", "type"],
  ["amount_cents", "amount"],
  ["currency", "currency"],
  ["fields", "fields"],
  ["initial_password", "initialPassword"],
  ["voids", "voids"],
  ["reason", "reason"],
  ["overrides", "overrides"],
  ["judged", "judged"],
  ["digest", "digest"],
  ["outage", "outage"],
  ["clock", "clock"],
  ["desk", "desk"],
  ["run", "run"],
  ["seq", "seq"],
];

export function renderCsv(input: BatchInput): RenderedBatch {
  const zone = createZone(input.timezone);
  return renderLayout(input, zone, {
    mainName: `${batchBase(input)}.csv`,
    mediaType: "text/csv; charset=utf-8",
    header: rowOf(COLUMNS.map(([column]) => column)),
    lineEnd: "\r\n",
    takesAnyTime: true,
    place(line) {
      const record = lineToRecord(line, zone, input.deskNames);
      const cells = COLUMNS.map(([, field]) => valueToCell(record[field]));
      return { kind: "written", text: rowOf(cells), writtenAs: line.recorded.fact.kind };
    },
  });
}

function rowOf(cells: readonly Cell[]): string {
  return rowToCsv(cells).slice(0, -2);
}

function valueToCell(value: unknown): Cell {
  if (value === undefined) return "";
  return typeof value === "string" || typeof value === "number" ? value : valueToSortedJson(value);
}
