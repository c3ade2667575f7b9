/**
 * What a format has to say of itself, and the one road from there to files: each line of the batch is placed in the
 * main file, the patrons file or the extra file, and nowhere else, so that the counts add up.
 */
import type { Registration, TransactionKind } from "../crdt/circulation/transaction.ts";
import type { BatchCount, BatchFile, BatchInput, BatchLine, RenderedBatch } from "./batch.ts";
import { isCalendarTime, msToExactText, type Zone } from "./local-time.ts";
import { type NewPatron, type PatronSheet, renderPatrons } from "./patron-sheet.ts";
import { type ExtraLine, renderDue, renderExtra, renderLines, type WrittenLine } from "./side-files.ts";

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
  const lineEnd = layout.lineEnd;
  const main: string[] = layout.header === undefined ? [] : [layout.header + lineEnd];
  let nextLine = main.length + 1;
  const written: WrittenLine[] = [];
  const extra: ExtraLine[] = [];
  const patrons: NewPatron[] = [];
  const tally = new Map<TransactionKind, { written: number; converted: number; extra: number }>();
  for (const line of input.lines) {
    const { fact } = line.recorded;
    let count = tally.get(fact.kind);
    if (count === undefined) {
      count = { written: 0, converted: 0, extra: 0 };
      tally.set(fact.kind, count);
    }
    const placement = layout.takesAnyTime || hasDates(line) ? layout.place(line) : NO_DATE;
    if (placement.kind === "written") {
      main.push(placement.text + lineEnd);
      written.push({
        line,
        number: nextLine,
        writtenAs: placement.writtenAs,
        notInFile: placement.notInFile ?? "",
      });
      // A quoted cell of the merged CSV may hold line ends: programs count lines of the file, not rows.
      nextLine += 1 + countLineFeeds(placement.text);
      count.written += 1;
      if (placement.converted === true) count.converted += 1;
      continue;
    }
    count.extra += 1;
    if (placement.kind === "extra") extra.push({ line, reason: placement.reason });
    else patrons.push(newPatron(line, zone));
  }
  const base = batchBase(input);
  const context = { zone, deskNames: input.deskNames, registeredNames: registeredNames(input.lines) };
  const files: BatchFile[] = [
    file("main", layout.mainName, main.join(""), layout.mediaType),
    file("lines", `${base}-lines.csv`, renderLines(written, context)),
    file("extra", `${base}-extra.csv`, renderExtra(extra, context)),
  ];
  if (layout.patronSheet !== undefined) {
    files.push(file("patrons", `${base}-patrons.csv`, renderPatrons(layout.patronSheet, patrons)));
  }
  if (layout.listsDueDates === true) {
    files.push(file("due", `${base}-due.csv`, renderDue(written, context)));
  }
  return { files, counts: tallyToCounts(tally) };
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

function file(
  role: BatchFile["role"],
  name: string,
  text: string,
  mediaType = "text/csv; charset=utf-8",
): BatchFile {
  return { role, name, mediaType, bytes: new TextEncoder().encode(text) };
}

function newPatron(line: BatchLine, zone: Zone): NewPatron {
  const { recorded } = line;
  if (recorded.fact.kind !== "registration") throw new Error("only a registration makes a new patron");
  return {
    recorded: { ...recorded, fact: recorded.fact satisfies Registration },
    registeredOn: msToExactText(line.time, zone).slice(0, 10),
  };
}

function registeredNames(lines: readonly BatchLine[]): ReadonlyMap<string, Registration["fields"]> {
  const names = new Map<string, Registration["fields"]>();
  for (const { recorded } of lines) {
    if (recorded.fact.kind === "registration") names.set(recorded.fact.patron, recorded.fact.fields);
  }
  return names;
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
