/**
 * The files beside the main one, for people: what each of its lines stands for, what it could not carry, and which
 * due dates to set by hand. Sheets, not exact CSV: see `csv-text.ts`. They may also use the snapshot (titles, names).
 */
import type { Steps } from "../crdt/circulation/steps.ts";
import type { Checkout, Recorded, Renewal, Transaction } from "../crdt/circulation/transaction.ts";
import type { BatchLine } from "./batch.ts";
import { type Cell, cellToSheet, rowToSheet } from "./csv-text.ts";
import { nameOf, otherFields } from "./form-fields.ts";
import { daysBetween, isCalendarTime, msToExactText, msToLocal, type Zone } from "./local-time.ts";
import type { TextSink } from "./text-sink.ts";

/** A line that the main file has. */
export interface WrittenLine {
  readonly line: BatchLine;
  /** Its place in the batch. */
  readonly at: number;
  /** 1-based line of the main file, its header counted. */
  readonly number: number;
  readonly writtenAs: string;
  readonly notInFile: string;
  /** Of a main file in parts: its line is `part:number`. */
  readonly part?: number;
}

export interface SideContext {
  readonly zone: Zone;
  readonly deskNames: Readonly<Record<string, string>>;
  /** Card → form answers of the patrons registered in this batch. */
  readonly registeredFields: ReadonlyMap<string, Readonly<Record<string, string>>>;
}

const FACT_COLUMNS = [
  "transaction_id",
  "kind",
  "time",
  "recorded_at",
  "clock_offset_ms",
  "desk",
  "staff",
  "source",
  "patron",
  "patron_name",
  "item",
  "title",
  "due",
  "due_from",
] as const;

/** First row of `<batch>-lines.csv`: data row n explains the n-th line of the main file; `line` is its number there. */
export function linesHeader(): string {
  return rowToSheet(["line", "written_as", ...FACT_COLUMNS, "not_in_file"]);
}

export function writeExplained(sink: TextSink, entry: WrittenLine, context: SideContext): void {
  sink.write(String(entry.number));
  sink.write(",");
  sink.write(entry.writtenAs);
  sink.write(",");
  writeFact(sink, entry.line, context);
  sink.write(",");
  sink.write(cellToSheet(entry.notInFile));
  sink.write("\r\n");
}

/** First row of `<batch>-extra.csv`: what the format can't carry, with the reason, to be entered by hand. */
export function extraHeader(): string {
  return rowToSheet(["reason", ...FACT_COLUMNS, "count", "type", "amount", "currency", "details"]);
}

export function writeExtra(sink: TextSink, line: BatchLine, reason: string, context: SideContext): void {
  sink.write(cellToSheet(reason));
  sink.write(",");
  writeFact(sink, line, context);
  sink.write(",");
  sink.write(rowToSheet(lineToDetails(line.recorded.fact)));
}

/** A loan of so many days or fewer is a limited one: billed at once when late, so its date matters first. */
const LIMITED_DAYS = 7;

interface ListedDue {
  readonly line: BatchLine;
  readonly at: number;
  readonly why: string;
  readonly stands: boolean;
}

/** Its promised date is not the rule's. */
export function isListedDue({ recorded: { fact } }: BatchLine): boolean {
  return (fact.kind === "checkout" || fact.kind === "renewal") && promisedWhy(fact) !== undefined;
}

/**
 * `<batch>-due.csv`: loans in the file whose promised date is not the rule's, limited ones first. Returns what it lists;
 * a date stands where no later line of the file is on the same item. `written`: those of the file that `isListedDue`
 * at least; `lastOnItem`: where the last line of the file on each of their items stands in the batch.
 */
export function* writeDue(
  sink: TextSink,
  written: readonly WrittenLine[],
  lastOnItem: ReadonlyMap<string, number>,
  context: SideContext,
): Steps<readonly ListedDue[]> {
  const listed: ListedDue[] = [];
  const columns = ["limited", "item", "patron", "patron_name", "title", "due", "why", "remark", "line"];
  sink.write(rowToSheet([...columns, "transaction_id"]));
  const others: string[] = [];
  for (const [n, { line, at, number, part }] of written.entries()) {
    if (n % 40 === 0) yield number;
    const { fact } = line.recorded;
    if (fact.kind !== "checkout" && fact.kind !== "renewal") continue;
    const why = promisedWhy(fact);
    if (why === undefined) continue;
    const isLast = lastOnItem.get(fact.item) === at;
    const isLimited = fact.limited === true || isShortLoan(line.time, fact.due, context.zone);
    const row = rowToSheet([
      isLimited ? "yes" : "no",
      fact.item,
      fact.patron ?? "",
      patronName(line, context),
      titleOf(line),
      msToExactText(fact.due, context.zone),
      why,
      isLast ? "" : "A later line of the file is on the same item",
      part === undefined ? number : `${part}:${number}`,
      fact.id,
    ]);
    listed.push({ line, at, why, stands: isLast });
    if (isLimited) sink.write(row);
    else others.push(row);
  }
  for (const row of others) sink.write(row);
  return listed;
}

/** Why the date is another than the library system will reckon; undefined: it isn't. */
function promisedWhy(fact: Checkout | Renewal): string | undefined {
  if (fact.dueFrom === "given") return "Typed by staff";
  if (fact.capped === "expiry") return "The card ends then";
  if (fact.capped === "hard-due") return "One date for all loans";
  // Neither typed nor cut, and another date by the rule: a renewal that takes nothing away.
  return fact.ilsDue === undefined ? undefined : "The loan ran longer already";
}

/** `5.00` of 500. */
export function centsToText(cents: number): string {
  const absolute = Math.abs(cents);
  const whole = Math.floor(absolute / 100);
  return `${cents < 0 ? "-" : ""}${whole}.${String(absolute % 100).padStart(2, "0")}`;
}

export function deskName(recorded: Recorded<Transaction>, names: Readonly<Record<string, string>>): string {
  const { desk } = recorded.position;
  return Object.hasOwn(names, desk) ? (names[desk] ?? desk) : desk;
}

/** The cells of `FACT_COLUMNS`. They are put together nowhere: this runs for every line of a batch. */
function writeFact(sink: TextSink, line: BatchLine, context: SideContext): void {
  const { recorded, time } = line;
  const { fact } = recorded;
  const { zone } = context;
  const next = (cell: string): void => {
    sink.write(",");
    sink.write(cell);
  };
  sink.write(cellToSheet(fact.id));
  next(fact.kind);
  next(msToExactText(time, zone));
  next(msToExactText(recorded.at, zone));
  next(String(recorded.offsetMs ?? ""));
  next(cellToSheet(deskName(recorded, context.deskNames)));
  next(cellToSheet(recorded.staff ?? ""));
  next(fact.source ?? "");
  next("patron" in fact ? cellToSheet(fact.patron ?? "") : "");
  next(cellToSheet(patronName(line, context)));
  next("item" in fact ? cellToSheet(fact.item) : "");
  next(cellToSheet(titleOf(line)));
  next("due" in fact ? msToExactText(fact.due, zone) : "");
  next("due" in fact ? fact.dueFrom : "");
}

function lineToDetails(fact: Transaction): readonly Cell[] {
  return [
    "count" in fact ? fact.count : "",
    "type" in fact ? fact.type : "",
    "amount" in fact ? centsToText(fact.amount) : "",
    "currency" in fact ? fact.currency : "",
    detailsOf(fact),
  ];
}

const NONE_TAKEN: ReadonlySet<string> = new Set();

function detailsOf(fact: Transaction): string {
  if (fact.kind === "registration") return otherFields(fact.fields, NONE_TAKEN);
  return fact.kind === "voiding" ? `voids ${fact.voids}: ${fact.reason}` : "";
}

function patronName(line: BatchLine, context: SideContext): string {
  if (line.patronName !== "") return line.patronName;
  const { fact } = line.recorded;
  if (!("patron" in fact) || fact.patron === undefined) return "";
  const fields = context.registeredFields.get(fact.patron);
  return fields === undefined ? "" : nameOf(fields);
}

/** The snapshot's title, or what staff typed for an item that it doesn't know. */
function titleOf(line: BatchLine): string {
  const { fact } = line.recorded;
  return line.title !== "" || fact.kind !== "checkout" ? line.title : (fact.note ?? "");
}

function isShortLoan(from: number, due: number, zone: Zone): boolean {
  if (!isCalendarTime(from) || !isCalendarTime(due)) return false;
  return daysBetween(msToLocal(from, zone).slice(0, 10), msToLocal(due, zone).slice(0, 10)) <= LIMITED_DAYS;
}
