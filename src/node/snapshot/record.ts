/**
 * The records of a snapshot as a package carries them: one kind for each file, one line for each record, always
 * with the same members in the same order, empty ones left out. What comes from another desk is parsed as unknown.
 */
import type { HoldRecord, ItemRecord, LoanRecord, PatronRecord } from "../../crdt/circulation/snapshot.ts";
import { type Hasher, keyOf } from "./keys.ts";

/** One stretch of one weekday; `open` and `close` are `HH:MM`, both empty on a day that is closed. */
export interface HoursRecord {
  readonly branch: string;
  /** `mon` … `sun` */
  readonly day: string;
  readonly open: string;
  readonly close: string;
}

/** Days or instants as written in the file. */
export interface ClosedDaysRecord {
  readonly branch: string;
  readonly start: string;
  readonly end: string;
  readonly reason: string;
}

/** The shape of each kind. */
export interface RecordValues {
  readonly "closed-days": ClosedDaysRecord;
  readonly hold: HoldRecord;
  readonly item: ItemRecord;
  readonly loan: LoanRecord;
  readonly hours: HoursRecord;
  readonly patron: PatronRecord;
}

export type RecordKind = keyof RecordValues;

export type SnapshotRecord = {
  [K in RecordKind]: { readonly kind: K; readonly value: RecordValues[K] };
}[RecordKind];

/** In the order of the package, which is that of their letters. */
export const recordKinds = ["closed-days", "hold", "item", "loan", "hours", "patron"] as const;

/** A kind's letter in the package. */
export const letters = {
  "closed-days": "c",
  hold: "h",
  item: "i",
  loan: "l",
  hours: "o",
  patron: "p",
} as const;

/** What a record is known by: two with the same parts are one, and the package is sorted by them. */
export function recordToParts(record: SnapshotRecord): readonly string[] {
  switch (record.kind) {
    case "patron":
    case "item":
      return [record.value.barcode];
    case "loan":
      return [record.value.item];
    case "hold":
      return [record.value.item, record.value.titleId, record.value.patron];
    case "hours":
      return [record.value.branch, record.value.day, record.value.open];
    case "closed-days":
      return [record.value.branch, record.value.start, record.value.end];
  }
}

/** Where it stands in the package, which is in the order of these texts' code units. */
export function recordKey(record: SnapshotRecord): string {
  return partsToKey(record.kind, recordToParts(record));
}

/** A line as `recordToLine` makes it, of a kind that is known by one barcode without anything that JSON writes otherwise. */
const plainLine = /^\["([ilp])",\{"(?:barcode|item)":"([ !#-[\]-~]*)"/;
const plainLength = 120;

/**
 * `recordKey` of a line, empty where it is no record. A look-up asks for some six: to parse each whole costs more than to
 * decrypt and inflate them.
 */
export function lineToKey(line: Buffer): string {
  const plain = plainLine.exec(line.toString("latin1", 0, plainLength));
  if (plain) return plain[1]! + plain[2]!;
  const record = parseRecord(line.toString("utf8"));
  return record === null ? "" : recordKey(record);
}

export function partsToKey(kind: RecordKind, parts: readonly string[]): string {
  return letters[kind] + parts.join(partsMark);
}

/** No part holds it: what comes from files has no control characters. */
export const partsMark = "\0";

/** Under which keys a record stands by itself too, to be found among others by one of its parts. */
export function lookUpKeys(hasher: Hasher, record: SnapshotRecord): readonly string[] {
  switch (record.kind) {
    case "loan":
      return [keyOf(hasher, "loan-of-patron", record.value.patron, record.value.item)];
    case "hold": {
      const { patron, item, titleId } = record.value;
      return [
        keyOf(hasher, "hold-of-item", item, titleId, patron),
        keyOf(hasher, "hold-of-patron", patron, item, titleId),
      ];
    }
    case "hours":
    case "closed-days":
      return [keyOf(hasher, record.kind, ...recordToParts(record))];
    case "item":
    case "patron":
      return [];
  }
}

/** JSON without a line end. */
export function recordToLine(record: SnapshotRecord): string {
  // A million times in a large import, so without a list of the members in between.
  const members: Record<string, unknown> = {};
  const value = record.value as unknown as Members;
  for (const name in value) {
    const member = value[name];
    if (member !== "" && !isEmptyList(member)) members[name] = member;
  }
  return JSON.stringify([letters[record.kind], members]);
}

/** `null`: not a line that `recordToLine` could have made. */
export function parseRecord(line: string): SnapshotRecord | null {
  const parsed = parseJson(line);
  if (!Array.isArray(parsed) || parsed.length !== 2) return null;
  const [letter, members]: unknown[] = parsed;
  if (typeof members !== "object" || members === null || Array.isArray(members)) return null;
  const kind = recordKinds.find((each) => letters[each] === letter);
  return kind === undefined ? null : membersToRecord(kind, members as Members);
}

/** Throws a `SyntaxError` never: `undefined` instead. */
export function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch (error) {
    if (error instanceof SyntaxError) return undefined;
    throw error;
  }
}

type Members = Readonly<Record<string, unknown>>;

function membersToRecord(kind: RecordKind, members: Members): SnapshotRecord | null {
  let sound = true;
  function text(name: string): string {
    const value = members[name] ?? "";
    if (typeof value === "string") return value;
    sound = false;
    return "";
  }
  const record = build(kind, members, text);
  return sound && recordToParts(record).some((part) => part !== "") ? record : null;
}

function build(kind: RecordKind, members: Members, text: (name: string) => string): SnapshotRecord {
  switch (kind) {
    case "patron":
      return { kind, value: patronFrom(text, toTexts(members.blocks)) };
    case "item":
      return { kind, value: itemFrom(text) };
    case "loan":
      return { kind, value: loanFrom(text, members.renewalsLeft) };
    case "hold":
      return { kind, value: holdFrom(text) };
    case "hours":
      return {
        kind,
        value: { branch: text("branch"), day: text("day"), open: text("open"), close: text("close") },
      };
    case "closed-days":
      return {
        kind,
        value: { branch: text("branch"), start: text("start"), end: text("end"), reason: text("reason") },
      };
  }
}

type Text = (name: string) => string;

function patronFrom(text: Text, blocks: readonly string[]): PatronRecord {
  return {
    barcode: text("barcode"),
    surname: text("surname"),
    givenNames: text("givenNames"),
    category: text("category"),
    branch: text("branch"),
    expires: text("expires"),
    birthDate: text("birthDate"),
    phone: text("phone"),
    email: text("email"),
    address: text("address"),
    blocks,
    message: text("message"),
  };
}

function itemFrom(text: Text): ItemRecord {
  return {
    barcode: text("barcode"),
    title: text("title"),
    author: text("author"),
    callNumber: text("callNumber"),
    itemType: text("itemType"),
    location: text("location"),
    branch: text("branch"),
    status: text("status"),
    itemMessage: text("itemMessage"),
    opacMessage: text("opacMessage"),
    price: text("price"),
    titleId: text("titleId"),
  };
}

function loanFrom(text: Text, renewalsLeft: unknown): LoanRecord {
  return {
    item: text("item"),
    patron: text("patron"),
    checkedOutAt: text("checkedOutAt"),
    dueAt: text("dueAt"),
    ...(typeof renewalsLeft === "number" ? { renewalsLeft } : {}),
  };
}

function holdFrom(text: Text): HoldRecord {
  return {
    item: text("item"),
    titleId: text("titleId"),
    patron: text("patron"),
    pickupBranch: text("pickupBranch"),
    placedAt: text("placedAt"),
    status: text("status"),
    shelfUntil: text("shelfUntil"),
  };
}

function toTexts(value: unknown): readonly string[] {
  return Array.isArray(value) ? value.filter((each): each is string => typeof each === "string") : [];
}

function isEmptyList(value: unknown): boolean {
  return Array.isArray(value) && value.length === 0;
}
