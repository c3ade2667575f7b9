/**
 * The files of a snapshot's folder: their columns, and how a row becomes a record or is refused. The reason names
 * the column and the rule, never what stands there: it is shown and logged, and may be about a patron.
 */
import type { CsvColumns } from "./csv-source.ts";
import { type RecordKind, recordToParts, type SnapshotRecord } from "./record.ts";

export interface SnapshotFile {
  readonly name: string;
  readonly kind: RecordKind;
  readonly columns: CsvColumns;
}

export type ParsedRow =
  | { readonly kind: "record"; readonly record: SnapshotRecord; readonly parts: readonly string[] }
  | { readonly kind: "refused"; readonly reason: string };

/** In the order of the package. */
export const snapshotFiles: readonly SnapshotFile[] = [
  file("closed-days.csv", "closed-days", ["branch", "start", "end"], "reason"),
  file(
    "holds.csv",
    "hold",
    ["patron_barcode", ["item_barcode", "title_id"]],
    "pickup_branch placed_at status shelf_until",
  ),
  file(
    "items.csv",
    "item",
    ["barcode", "title"],
    "author call_number item_type location branch status item_message opac_message price title_id",
  ),
  file("loans.csv", "loan", ["item_barcode", "patron_barcode", "due_at"], "checked_out_at renewals_left"),
  file("hours.csv", "hours", ["branch", "day", "open", "close"], ""),
  file(
    "patrons.csv",
    "patron",
    ["barcode", ["surname", "name"]],
    "given_names category branch expires birth_date phone email address blocks message",
  ),
];

/** `fields` by column name, as `readCsv` gives them. */
export function parseRow(
  kind: RecordKind,
  fields: Readonly<Record<string, string>>,
  dates?: DateOrder,
): ParsedRow {
  const row = new Row(fields, dates);
  const record = rowToRecord(kind, row);
  if (row.reason !== undefined) return { kind: "refused", reason: row.reason };
  return { kind: "record", record, parts: recordToParts(record) };
}

function file(
  name: string,
  kind: RecordKind,
  required: CsvColumns["required"],
  optional: string,
): SnapshotFile {
  const known = [...required.flat(), ...optional.split(" ").filter((column) => column !== "")];
  return { name, kind, columns: { known, required } };
}

function rowToRecord(kind: RecordKind, row: Row): SnapshotRecord {
  switch (kind) {
    case "patron":
      return { kind, value: patronOf(row) };
    case "item":
      return { kind, value: itemOf(row) };
    case "loan":
      return { kind, value: loanOf(row) };
    case "hold":
      return { kind, value: holdOf(row) };
    case "hours":
      return {
        kind,
        value: {
          branch: row.text("branch"),
          day: row.weekday("day"),
          open: row.timeOfDay("open"),
          close: row.timeOfDay("close"),
        },
      };
    case "closed-days":
      return {
        kind,
        value: {
          branch: row.text("branch"),
          start: row.instant("start", "needed"),
          end: row.instant("end", "needed"),
          reason: row.text("reason"),
        },
      };
  }
}

function patronOf(row: Row) {
  // `Müller, Änne`: some reports have the name in one column.
  const [family = "", ...given] = row.text("name").split(",");
  return {
    barcode: row.barcode("barcode", "needed"),
    surname: row.text("surname") || family.trim(),
    givenNames: row.text("given_names") || given.join(",").trim(),
    category: row.text("category"),
    branch: row.text("branch"),
    expires: row.day("expires"),
    birthDate: row.day("birth_date"),
    phone: row.text("phone"),
    email: row.text("email"),
    address: row.text("address"),
    blocks: row
      .code("blocks")
      .split(";")
      .map((block) => block.trim())
      .filter((block) => block !== ""),
    message: row.code("message"),
  };
}

function itemOf(row: Row) {
  return {
    barcode: row.barcode("barcode", "needed"),
    title: row.text("title"),
    author: row.text("author"),
    callNumber: row.text("call_number"),
    itemType: row.text("item_type"),
    location: row.text("location"),
    branch: row.text("branch"),
    status: row.code("status"),
    itemMessage: row.code("item_message"),
    opacMessage: row.code("opac_message"),
    price: row.text("price"),
    titleId: row.text("title_id"),
  };
}

function loanOf(row: Row) {
  const renewalsLeft = row.count("renewals_left");
  return {
    item: row.barcode("item_barcode", "needed"),
    patron: row.barcode("patron_barcode", "needed"),
    checkedOutAt: row.instant("checked_out_at"),
    dueAt: row.instant("due_at", "needed"),
    ...(renewalsLeft === undefined ? {} : { renewalsLeft }),
  };
}

function holdOf(row: Row) {
  const item = row.barcode("item_barcode");
  const titleId = row.text("title_id");
  if (item === "" && titleId === "") row.refuse("item_barcode and title_id are both empty");
  return {
    item,
    titleId,
    patron: row.barcode("patron_barcode", "needed"),
    pickupBranch: row.text("pickup_branch"),
    placedAt: row.instant("placed_at"),
    status: row.text("status"),
    shelfUntil: row.instant("shelf_until"),
  };
}

const dayPattern = /^(\d{4})-(\d{2})-(\d{2})/;
const timePattern = /^[T ](\d{2}):(\d{2})(?::(\d{2})(?:[.,]\d+)?)?(?: ?(?:Z|[+-]\d{2}(?::?\d{2})?))?$/;

/** In which order a report writes day and month, where it doesn't write YYYY-MM-DD. */
export type DateOrder = "day-first" | "month-first";

/** `31.12.2026 23:59` → `2026-12-31 23:59`; anything else as it is. */
function toIso(value: string, order: DateOrder | undefined): string {
  const found = /^(\d{1,2})[./-](\d{1,2})[./-](\d{4})(?!\d)(.*)$/.exec(value);
  if (order === undefined || found === null) return value;
  const [, first = "", second = "", year = "", time = ""] = found;
  const [day, month] = order === "day-first" ? [first, second] : [second, first];
  return `${year}-${month.padStart(2, "0")}-${day.padStart(2, "0")}${time}`;
}

/** How Sierra and MySQL write that there is no date. */
const noDate = /^[-/. ]*$|^0000-00-00/;

/** What makes `Row.text` write a value otherwise; a city's ten million values hold none of it. */
const unclean = /^ | $| {2}|[^\S ]|\p{Cc}/u;

/** Reads the fields of one row, and keeps the first reason why it can't be taken. */
class Row {
  reason: string | undefined;
  readonly #fields: Readonly<Record<string, string>>;
  readonly #dates: DateOrder | undefined;

  constructor(fields: Readonly<Record<string, string>>, dates: DateOrder | undefined) {
    this.#fields = fields;
    this.#dates = dates;
  }

  refuse(reason: string): string {
    this.reason ??= reason;
    return "";
  }

  /** Blanks, line ends and other control characters become one blank. */
  text(column: string): string {
    const value = this.#fields[column] ?? "";
    return unclean.test(value) ? value.replaceAll(/[\p{Cc}\s]+/gu, " ").trim() : value;
  }

  /** Sierra's codes are one character each, and `-` is none: no block, no message, nothing the matter with the item. */
  code(column: string): string {
    const value = this.text(column);
    return value === "-" ? "" : value;
  }

  barcode(column: string, needed?: "needed"): string {
    const value = (this.#fields[column] ?? "").trim();
    if (value === "") return needed ? this.refuse(`${column} is empty`) : "";
    if (value.length > 80) return this.refuse(`${column} is longer than 80 characters`);
    if (/\p{Cc}/u.test(value)) return this.refuse(`${column} holds a control character`);
    if (!/^[\x20-\x7e]+$/.test(value)) return this.refuse(`${column} holds a character that is not ASCII`);
    return value;
  }

  day(column: string): string {
    const value = this.instant(column);
    return value.slice(0, 10);
  }

  instant(column: string, needed?: "needed"): string {
    const value = toIso(this.text(column), this.#dates);
    if (noDate.test(value)) return needed ? this.refuse(`${column} is empty`) : "";
    return isInstant(value) ? value : this.refuse(`${column} is not a date (YYYY-MM-DD, or with Thh:mm:ss)`);
  }

  count(column: string): number | undefined {
    const value = this.text(column);
    if (value === "") return undefined;
    if (/^\d{1,4}$/.test(value)) return Number(value);
    this.refuse(`${column} is not a number from 0 to 9999`);
    return undefined;
  }

  weekday(column: string): string {
    const day = this.text(column).slice(0, 3).toLowerCase();
    return /^(mon|tue|wed|thu|fri|sat|sun)$/.test(day)
      ? day
      : this.refuse(`${column} is not a weekday (mon … sun)`);
  }

  /** Any time of the day is taken, 24:00 too; whether it makes sense is the calendar's business. */
  timeOfDay(column: string): string {
    const value = this.text(column);
    if (value === "") return "";
    const found = /^(\d{1,2}):([0-5]\d)(?::\d{2})?$/.exec(value);
    if (!found || Number(found[1]) > 24) return this.refuse(`${column} is not a time (HH:MM)`);
    return `${(found[1] ?? "").padStart(2, "0")}:${found[2]}`;
  }
}

function isInstant(value: string): boolean {
  const found = dayPattern.exec(value);
  if (!found) return false;
  const [year, month, day] = [Number(found[1]), Number(found[2]), Number(found[3])];
  const date = new Date(Date.UTC(year, month - 1, day));
  if (year < 1000 || date.getUTCMonth() !== month - 1 || date.getUTCDate() !== day) return false;
  const time = value.slice(10);
  if (time === "") return true;
  const clock = timePattern.exec(time);
  if (clock === null || Number(clock[2]) > 59 || Number(clock[3] ?? "0") > 60) return false;
  // The end of the day, and nothing behind it.
  return Number(clock[1]) < 24 || /^.24:00(?::00(?:[.,]0+)?)?(?![\d:.,])/.test(time);
}
