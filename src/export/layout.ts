/**
 * What a format has to say of itself, and the one road from there to files: each line of the batch is placed in the
 * main file, the patrons file or the extra file, and nowhere else, so that the counts add up.
 */
import type { Registration, TransactionKind } from "../crdt/circulation/transaction.ts";
import type { BatchCount, BatchFile, BatchInput, BatchLine, RenderedBatch } from "./batch.ts";
import { isCalendarTime, msToExactText, type Zone } from "./local-time.ts";
import { type PatronSheet, patronsHeader, patronToRow } from "./patron-sheet.ts";
import {
  extraHeader,
  extraToRow,
  linesHeader,
  type WrittenLine,
  writeDue,
  writtenToRow,
} from "./side-files.ts";
import { createTextSink, type TextSink } from "./text-sink.ts";

/** Where one line of the batch goes. */
export type Placement =
  | {
      readonly kind: "written";
      /** The line without its end. */
      readonly text: string;
      /** What the file calls it, e.g. `issue`. */
      readonly writtenAs: string;
      /** Another kind of line than was recorded: a renewal written as a loan. */
      readonly converted?: boolean;
      /** What this line can't carry of the transaction, for a person. */
      readonly notInFile?: string;
    }
  | { readonly kind: "new-patron" }
  /** `reason`: plain words for a person. */
  | { readonly kind: "extra"; readonly reason: string };

export interface Layout {
  /** Name of the main file. */
  readonly mainName: string;
  readonly mediaType: string;
  /** First line of the main file, without its end. */
  readonly header?: string;
  readonly lineEnd: "\n" | "\r\n";
  /** Can write an instant that has no date, as any desk's clock may produce. */
  readonly takesAnyTime: boolean;
  /** Called for lines whose times are dates, unless `takesAnyTime`. */
  place(line: BatchLine): Placement;
  /** For a format without registrations. */
  readonly patronSheet?: PatronSheet;
  /** The format carries no due dates: those that differ from the rule's are listed in a file of their own. */
  readonly listsDueDates?: boolean;
}

/** Base of all file names: the batch's id, and whether it is known to lack a desk. */
export function batchBase(input: BatchInput): string {
  return input.partial ? `${input.id}-PARTIAL` : input.id;
}

/** Pure. Throws where the lines break what the log promises: barcodes of other characters, or no rising seconds. */
export function renderLayout(input: BatchInput, zone: Zone, layout: Layout): RenderedBatch {
  assertLines(input.lines);
  const context = { zone, deskNames: input.deskNames, registeredFields: registeredFields(input.lines) };
  const sheet = layout.patronSheet;
  const files = createFiles(input, layout);
  const main = files.open("main");
  const lines = files.open("lines", linesHeader());
  const extra = files.open("extra", extraHeader());
  const patrons = sheet === undefined ? null : files.open("patrons", patronsHeader(sheet));
  let nextLine = 1;
  if (layout.header !== undefined) {
    main.write(layout.header + layout.lineEnd);
    nextLine += 1;
  }
  const written: WrittenLine[] = [];
  const tally = new Map<TransactionKind, Tally>();
  for (const line of input.lines) {
    const { fact } = line.recorded;
    const count = tally.get(fact.kind) ?? { written: 0, converted: 0, extra: 0 };
    tally.set(fact.kind, count);
    const placement = layout.takesAnyTime || hasDates(line) ? layout.place(line) : NO_DATE;
    if (placement.kind === "written") {
      const { text, writtenAs, notInFile = "" } = placement;
      const entry = { line, number: nextLine, writtenAs, notInFile };
      main.write(text + layout.lineEnd);
      lines.write(writtenToRow(entry, context));
      if (layout.listsDueDates === true) written.push(entry);
      // A quoted cell of the merged CSV may hold line ends: programs count lines of the file, not rows.
      nextLine += 1 + countLineFeeds(text);
      count.written += 1;
      if (placement.converted === true) count.converted += 1;
      continue;
    }
    count.extra += 1;
    if (placement.kind === "extra") extra.write(extraToRow(line, placement.reason, context));
    else if (sheet === undefined || patrons === null || fact.kind !== "registration") {
      throw new Error(`transaction ${fact.id} has no place in this format`);
    } else patrons.write(patronToRow(sheet, fact, msToExactText(line.time, zone).slice(0, 10)));
  }
  if (layout.listsDueDates === true) writeDue(files.open("due"), written, context);
  return { files: files.close(), counts: tallyToCounts(tally) };
}

interface Tally {
  written: number;
  converted: number;
  extra: number;
}

interface Files {
  open(role: BatchFile["role"], header?: string): TextSink;
  close(): readonly BatchFile[];
}

function createFiles(input: BatchInput, layout: Layout): Files {
  const base = batchBase(input);
  const opened: { readonly role: BatchFile["role"]; readonly sink: TextSink }[] = [];
  return {
    open(role, header = "") {
      const sink = createTextSink();
      sink.write(header);
      opened.push({ role, sink });
      return sink;
    },
    close() {
      return opened.map(({ role, sink }) => ({
        role,
        name: role === "main" ? layout.mainName : `${base}-${role}.csv`,
        mediaType: role === "main" ? layout.mediaType : "text/csv; charset=utf-8",
        bytes: sink.toBytes(),
      }));
    },
  };
}

const NO_DATE: Placement = {
  kind: "extra",
  reason: "The clock of this desk gave a time that cannot be written as a date",
};

const KINDS: readonly TransactionKind[] = [
  "checkout",
  "renewal",
  "checkin",
  "registration",
  "in-house-use",
  "non-catalogued",
  "payment",
  "voiding",
];

function tallyToCounts(tally: ReadonlyMap<TransactionKind, Omit<BatchCount, "kind">>): readonly BatchCount[] {
  return KINDS.flatMap((kind) => {
    const count = tally.get(kind);
    return count === undefined ? [] : [{ kind, ...count }];
  });
}

function registeredFields(lines: readonly BatchLine[]): ReadonlyMap<string, Registration["fields"]> {
  const fields = new Map<string, Registration["fields"]>();
  for (const { recorded } of lines) {
    if (recorded.fact.kind === "registration") fields.set(recorded.fact.patron, recorded.fact.fields);
  }
  return fields;
}

function hasDates(line: BatchLine): boolean {
  const { fact } = line.recorded;
  return isCalendarTime(line.time) && (!("due" in fact) || isCalendarTime(fact.due));
}

function countLineFeeds(text: string): number {
  let count = 0;
  for (let at = text.indexOf("\n"); at !== -1; at = text.indexOf("\n", at + 1)) count += 1;
  return count;
}

/** Loaders look at whole seconds only, and split lines at tabs and columns: both were settled before lines are made. */
function assertLines(lines: readonly BatchLine[]): void {
  const seconds = new Map<string, number>();
  for (const { recorded, time } of lines) {
    const { fact } = recorded;
    if ("patron" in fact && fact.patron !== undefined) assertBarcode(fact.patron, fact.id);
    if (!("item" in fact)) continue;
    assertBarcode(fact.item, fact.id);
    const second = Math.floor(time / 1000);
    const before = seconds.get(fact.item);
    if (before !== undefined && second <= before) {
      throw new Error(`transaction ${fact.id} is not in a later second than the one before on its item`);
    }
    seconds.set(fact.item, second);
  }
}

function assertBarcode(barcode: string, id: string): void {
  // The text names the transaction: barcodes are patron data.
  if (!/^[\x20-\x7e]{1,80}$/.test(barcode)) {
    throw new Error(`transaction ${id} has a barcode that is not 1 to 80 printable ASCII characters`);
  }
}
