/**
 * The merged CSV: every transaction with every field, for an ILS without an offline loader, for archives and for
 * people; held to `test/export/golden/csv.csv`. RFC 4180, UTF-8, one header row. A program may load it, so nothing in
 * it is altered, not even against formulas (see `csv-text.ts`); `-lines.csv` is the file to open in a spreadsheet.
 */
import type { Steps } from "../crdt/circulation/steps.ts";
import type { Transaction } from "../crdt/circulation/transaction.ts";
import type { BatchInput, BatchLine, RenderedBatch } from "./batch.ts";
import { cellToCsv, rowToCsv } from "./csv-text.ts";
import { batchBase, renderLayout } from "./layout.ts";
import { createZone, msToExactText, type Zone } from "./local-time.ts";
import { clockToJson, judgedToJson, valueToSortedJson } from "./merged-record.ts";
import { deskName } from "./side-files.ts";

/** Any field that a kind of transaction has. */
type AnyFact = { readonly [F in FieldOf<Transaction>]?: ValueOf<Transaction, F> };
type FieldOf<T> = T extends unknown ? keyof T : never;
type ValueOf<T, F> = T extends unknown ? (F extends keyof T ? T[F] : never) : never;

interface Context {
  readonly zone: Zone;
  readonly deskNames: Readonly<Record<string, string>>;
}

type ToCell = (line: BatchLine, fact: AnyFact, context: Context) => string;

const text = (value: string | undefined): string =>
  value === undefined || value === "" ? "" : cellToCsv(value);
const number = (value: number | undefined): string => (value === undefined ? "" : String(value));
const json = (value: unknown): string => (value === undefined ? "" : cellToCsv(valueToSortedJson(value)));
const instant = (value: number | undefined, { zone }: Context): string =>
  value === undefined ? "" : msToExactText(value, zone);

/**
 * Columns and what they hold. New ones are added at the end only. Instants are RFC 3339 with milliseconds
 * (`time`: corrected, the one that counts; `recorded_at`: by the desk's clock; `effective`: as given by staff);
 * `amount_cents`, `offset_ms` and `count` are whole numbers; `overrides`, `judged` and `fields` are JSON.
 */
const COLUMNS: readonly (readonly [column: string, toCell: ToCell])[] = [
  ["transaction_id", (_, { id }) => text(id)],
  ["kind", (_, { kind }) => text(kind)],
  ["time", ({ time }, _, context) => instant(time, context)],
  ["recorded_at", ({ recorded }, _, context) => instant(recorded.at, context)],
  ["offset_ms", ({ recorded }) => number(recorded.offsetMs)],
  ["effective", (_, { effective }, context) => instant(effective, context)],
  ["desk_name", ({ recorded }, _, { deskNames }) => text(deskName(recorded, deskNames))],
  ["staff", ({ recorded }) => text(recorded.staff)],
  ["source", (_, { source }) => text(source)],
  ["patron", (_, { patron }) => text(patron)],
  ["item", (_, { item }) => text(item)],
  ["due", (_, { due }, context) => instant(due, context)],
  ["due_from", (_, { dueFrom }) => text(dueFrom)],
  ["note", (_, { note }) => text(note)],
  ["count", (_, { count }) => number(count)],
  ["type", (_, { type }) => text(type)],
  ["amount_cents", (_, { amount }) => number(amount)],
  ["currency", (_, { currency }) => text(currency)],
  ["fields", (_, { fields }) => json(fields)],
  ["initial_password", (_, { initialPassword }) => text(initialPassword)],
  ["voids", (_, { voids }) => text(voids)],
  ["reason", (_, { reason }) => text(reason)],
  ["overrides", (_, { overrides }) => json(overrides)],
  ["judged", (_, { judged }) => (judged === undefined ? "" : quoted(judgedToJson(judged)))],
  ["digest", (_, { digest }) => text(digest)],
  ["outage", ({ recorded }) => number(recorded.position.outage)],
  ["clock", ({ recorded }) => cellToCsv(clockToJson(recorded.position))],
  ["desk", ({ recorded }) => text(recorded.position.desk)],
  ["run", ({ recorded }) => text(recorded.position.run)],
  ["seq", ({ recorded }) => number(recorded.position.seq)],
];

export function renderCsv(input: BatchInput): Steps<RenderedBatch> {
  const zone = createZone(input.timezone);
  const context: Context = { zone, deskNames: input.deskNames };
  return renderLayout(input, zone, {
    mainName: `${batchBase(input)}.csv`,
    mediaType: "text/csv; charset=utf-8",
    header: rowToCsv(COLUMNS.map(([column]) => column)).slice(0, -2),
    lineEnd: "\r\n",
    takesAnyTime: true,
    place(line) {
      const { fact } = line.recorded;
      let row = "";
      for (const [, toCell] of COLUMNS) row += `,${toCell(line, fact, context)}`;
      return { kind: "written", text: row.slice(1), writtenAs: fact.kind };
    },
  });
}

/** What was judged is written once for many lines, and quoted once for those that follow each other. */
let lastQuoted = { json: "", cell: "" };

function quoted(json: string): string {
  if (lastQuoted.json !== json) lastQuoted = { json, cell: cellToCsv(json) };
  return lastQuoted.cell;
}
