/**
 * What a format has to say of itself, and the one road from there to files: each line of the batch is placed in the
 * main file, the patrons file or the extra file, and nowhere else, so that the counts add up.
 */
import type { Steps } from "../crdt/circulation/steps.ts";
import type { Registration } from "../crdt/circulation/transaction.ts";
import type { BatchFile, BatchInput, BatchLine, BatchLines, RenderedBatch } from "./batch.ts";
import { isCalendarTime, msToExactText, type Zone } from "./local-time.ts";
import { type PatronSheet, patronsHeader, patronToRow } from "./patron-sheet.ts";
import { createPlacedLines, type PlacedLines } from "./placed-lines.ts";
import {
  extraHeader,
  isListedDue,
  linesHeader,
  type WrittenLine,
  writeDue,
  writeExplained,
  writeExtra,
} from "./side-files.ts";
import { createTally } from "./tally.ts";
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

/** Base of all file names: the batch's id, whether it is known to lack a desk, and whether it is a copy. */
export function batchBase(input: BatchInput): string {
  return `${input.id}${input.partial ? "-PARTIAL" : ""}${input.reissued === true ? "-REISSUE" : ""}`;
}

/** Pure. Throws where the lines break what the log promises: barcodes of other characters, or no rising seconds. */
export function* renderLayout(input: BatchInput, zone: Zone, layout: Layout): Steps<RenderedBatch> {
  const assertLine = createAssertion();
  const context = {
    zone,
    deskNames: input.deskNames,
    registeredFields: yield* registeredFields(input.lines),
  };
  const sheet = layout.patronSheet;
  const files = createFiles(input, layout);
  const partOf = createParts(input, layout, files);
  const extra = files.open("extra", extraHeader());
  const patrons = sheet === undefined ? null : files.open("patrons", patronsHeader(sheet));
  const written: WrittenLine[] = [];
  const placed = createPlacedLines(input.lines);
  const tally = createTally();
  for (let n = 0; n < input.lines.length; n++) {
    if (n % LINES_IN_STEP === 0) yield n;
    const line = input.lines.at(n)!;
    assertLine(line);
    const { fact } = line.recorded;
    const placement = placeLine(line, layout);
    if (placement.kind === "written") {
      const { text, writtenAs, notInFile = "" } = placement;
      const part = partOf(line);
      const number = part.nextLine;
      const entry = { line, at: n, number, writtenAs, notInFile };
      part.main.write(text);
      part.main.write(layout.lineEnd);
      writeExplained(part.lines, entry, context);
      placed.add("main", number, part.part);
      if (layout.listsDueDates === true && isListedDue(line))
        written.push(part.part === undefined ? entry : { ...entry, part: part.part });
      // A quoted cell of the merged CSV may hold line ends: programs count lines of the file, not rows.
      part.nextLine += 1 + countLineFeeds(text);
      tally.write(fact.kind, placement.converted === true ? `Written as ${writtenAs}` : undefined);
      continue;
    }
    if (placement.kind === "extra") {
      writeExtra(extra, line, placement.reason, context);
      tally.leave(fact.kind, "extra", placement.reason);
      placed.add("extra");
      placed.addReason(placement.reason);
    } else if (sheet === undefined || patrons === null || fact.kind !== "registration") {
      throw new Error(`transaction ${fact.id} has no place in this format`);
    } else {
      patrons.write(patronToRow(sheet, fact, msToExactText(line.time, zone).slice(0, 10)));
      tally.leave(fact.kind, "patrons", NEW_PATRON);
      placed.add("patrons");
    }
  }
  if (layout.listsDueDates === true) {
    const last = yield* lastOnItems(written, input.lines, placed);
    for (const { line, at, why, stands } of yield* writeDue(files.open("due"), written, last, context)) {
      tally.note(line.recorded.fact.kind, "due", why);
      if (stands) placed.markToSet(at);
    }
  }
  return { files: yield* files.close(), placed: placed.lines(), ...tally.close() };
}

/** Where the last line of the file stands on each item that a listed due date is about. */
function* lastOnItems(
  listed: readonly WrittenLine[],
  lines: BatchLines,
  placed: PlacedLines,
): Steps<ReadonlyMap<string, number>> {
  const last = new Map<string, number>();
  if (listed.length === 0) return last;
  const items = new Set(listed.map(({ line }) => itemOf(line)));
  for (let n = 0; n < lines.length; n++) {
    if (n % LINES_IN_STEP === 0) yield lines.length;
    const item = placed.where(n) === "main" ? itemOf(lines.at(n)!) : undefined;
    if (item !== undefined && items.has(item)) last.set(item, n);
  }
  return last;
}

function itemOf({ recorded: { fact } }: BatchLine): string | undefined {
  return "item" in fact ? fact.item : undefined;
}

/** Some 0.5 ms each, measured. */
const LINES_IN_STEP = 40;

const NEW_PATRON = "The file cannot carry new patrons: create them first";

function placeLine(line: BatchLine, layout: Layout): Placement {
  if (line.leftOut !== undefined) return { kind: "extra", reason: line.leftOut };
  return layout.takesAnyTime || hasDates(line) ? layout.place(line) : NO_DATE;
}

/** One main file with the explanation of its lines. */
interface Part {
  readonly main: TextSink;
  readonly lines: TextSink;
  readonly part: number | undefined;
  /** 1-based. */
  nextLine: number;
}

/**
 * Where a line goes: the one main file, or that of a desk. An item that several desks had goes wholly to the last of
 * them, so that its lines stay in order in whichever order the files are loaded.
 */
function createParts(input: BatchInput, layout: Layout, files: Files): (line: BatchLine) => Part {
  const open = (part?: number): Part => {
    const main = files.open("main", "", part);
    if (layout.header !== undefined) main.write(layout.header + layout.lineEnd);
    const nextLine = layout.header === undefined ? 1 : 2;
    const lines = files.open("lines", linesHeader(), part);
    return { main, lines, nextLine, part };
  };
  if (input.split !== true) {
    const whole = open();
    return () => whole;
  }
  const deskOfItem = new Map<string, string>();
  for (let n = 0; n < input.lines.length; n++) {
    const { fact, position } = input.lines.at(n)!.recorded;
    if ("item" in fact) deskOfItem.set(fact.item, position.desk);
  }
  const parts = new Map<string, Part>();
  return ({ recorded: { fact, position } }) => {
    const desk = ("item" in fact ? deskOfItem.get(fact.item) : undefined) ?? position.desk;
    const part = parts.get(desk) ?? open(parts.size + 1);
    parts.set(desk, part);
    return part;
  };
}

interface Files {
  open(role: BatchFile["role"], header?: string, part?: number): TextSink;
  close(): Steps<readonly BatchFile[]>;
}

const ROLES: readonly BatchFile["role"][] = ["main", "lines", "extra", "patrons", "due"];

function createFiles(input: BatchInput, layout: Layout): Files {
  const base = batchBase(input);
  const opened: { readonly role: BatchFile["role"]; readonly part?: number; readonly sink: TextSink }[] = [];
  function nameOf(role: BatchFile["role"], part: number | undefined): string {
    if (role !== "main")
      return part === undefined ? `${base}-${role}.csv` : `${base}-part${part}-${role}.csv`;
    return part === undefined ? layout.mainName : layout.mainName.replace(/(\.\w+)?$/, `-part${part}$1`);
  }
  return {
    open(role, header = "", part) {
      const sink = createTextSink();
      sink.write(header);
      opened.push({ role, sink, ...(part === undefined ? {} : { part }) });
      return sink;
    },
    *close() {
      // Nothing for the main file: it is there all the same, and empty.
      if (!opened.some(({ role }) => role === "main")) {
        this.open("main");
        this.open("lines", linesHeader());
      }
      const closed: BatchFile[] = [];
      for (const { role, part, sink } of opened.toSorted(
        (a, b) => ROLES.indexOf(a.role) - ROLES.indexOf(b.role),
      ))
        closed.push({
          role,
          name: nameOf(role, part),
          mediaType: role === "main" ? layout.mediaType : "text/csv; charset=utf-8",
          bytes: yield* sink.toBytes(),
          ...(part === undefined ? {} : { part }),
        });
      return closed;
    },
  };
}

const NO_DATE: Placement = {
  kind: "extra",
  reason: "The clock of this desk gave a time that cannot be written as a date",
};

function* registeredFields(lines: BatchLines): Steps<ReadonlyMap<string, Registration["fields"]>> {
  const fields = new Map<string, Registration["fields"]>();
  for (let n = 0; n < lines.length; n++) {
    if (n % LINES_IN_STEP === 0) yield 0;
    const { fact } = lines.at(n)!.recorded;
    if (fact.kind === "registration") fields.set(fact.patron, fact.fields);
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
function createAssertion(): (line: BatchLine) => void {
  const seconds = new Map<string, number>();
  return ({ recorded: { fact }, time }) => {
    if ("patron" in fact && fact.patron !== undefined) assertBarcode(fact.patron, fact.id);
    if (!("item" in fact)) return;
    assertBarcode(fact.item, fact.id);
    const second = Math.floor(time / 1000);
    const before = seconds.get(fact.item);
    if (before !== undefined && second <= before) {
      throw new Error(`transaction ${fact.id} is not in a later second than the one before on its item`);
    }
    seconds.set(fact.item, second);
  };
}

function assertBarcode(barcode: string, id: string): void {
  // The text names the transaction: barcodes are patron data.
  if (!/^[\x20-\x7e]{1,80}$/.test(barcode)) {
    throw new Error(`transaction ${id} has a barcode that is not 1 to 80 printable ASCII characters`);
  }
}
