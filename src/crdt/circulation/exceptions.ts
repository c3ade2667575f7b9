/**
 * The exceptions of a log: recorded truthfully, but a person must look at it (architecture.md, "Three kinds of
 * wrong"). Parts of the fold raise and retract findings here; this keeps them by id, joins them with the decisions
 * that were made on them, and counts. An id is the hash of kind and subject, so another set of transactions is
 * another exception (log.md, L27).
 */
import { insertByPosition } from "./timeline.ts";
import { comparePositions, type Position, type Recorded, type Settlement } from "./transaction.ts";

export type ExceptionKind =
  | "double-loan"
  | "loan-after-void"
  | "renewal-without-loan"
  | "renewal-of-other"
  | "checkin-without-loan"
  | "duplicate-registration"
  | "over-limit"
  | "unknown-patron"
  | "unknown-item"
  | "failed-check-digit"
  | "isbn"
  | "out-of-range"
  | "hold-at-checkin"
  | "card-as-item"
  | "override-used"
  | "date-promised"
  | "twin-desk"
  | "repeat"
  | "clock"
  | "two-contents"
  | "void-after-export"
  | "overtaken"
  | "retired-desk";

export interface Exception {
  readonly id: string;
  readonly kind: ExceptionKind;
  /** Gates the export until a person has decided; the others are to look at. */
  readonly mustDecide: boolean;
  /** Ids of the transactions it is about, in log order; none for a desk's exception. */
  readonly transactions: readonly string[];
  /** The desk and runs it is about, for `clock` and `twin-desk`. */
  readonly desk?: string;
  readonly runs?: readonly string[];
  /** Worst offset of the run, ms, for `clock`. */
  readonly offsetMs?: number;
  /** Where its last transaction stands. */
  readonly position?: Position;
  /** Hash of the feed's last entry that it is about, for `retired-desk`; place of a change after another, for `void-after-export`. */
  readonly upTo?: string;
  /** For `overtaken`: the later event that went out before it, and the batch that carried that. Not its subject. */
  readonly later?: { readonly transaction: string; readonly batch: string };
  /** Decisions on it, in log order: the last holds, all are shown. Empty: open. */
  readonly settlements: readonly Recorded<Settlement>[];
}

/** What a part of the fold has found; compared by identity when retracted. */
export interface Found {
  readonly kind: ExceptionKind;
  readonly mustDecide: boolean;
  readonly transactions: readonly string[];
  readonly desk?: string;
  readonly runs?: readonly string[];
  readonly offsetMs?: number;
  readonly position?: Position;
  readonly upTo?: string;
  readonly later?: { readonly transaction: string; readonly batch: string };
  /** Held before a decision changed the facts: shown only as what that decision settled. */
  readonly asRecorded?: boolean;
}

export interface ExceptionCounts {
  /** Open ones. */
  readonly mustDecide: number;
  readonly lookAt: number;
}

export interface ExceptionIndex {
  readonly hash: (text: string) => string;
  readonly bySubject: Map<string, Entry>;
  readonly byId: Map<string, Entry>;
  readonly byTransaction: Map<string, Entry[]>;
  /** By exception id, in log order; kept whether or not the exception is there. */
  readonly settlements: Map<string, Recorded<Settlement>[]>;
  mustDecide: number;
  lookAt: number;
  /** Grows with every change that can be seen. */
  version: number;
}

interface Entry {
  readonly id: string;
  founds: readonly Found[];
}

/** `hash`: text → short id; circulation has no crypto of its own. */
export function createExceptionIndex(hash: (text: string) => string): ExceptionIndex {
  return {
    hash,
    bySubject: new Map(),
    byId: new Map(),
    byTransaction: new Map(),
    settlements: new Map(),
    mustDecide: 0,
    lookAt: 0,
    version: 0,
  };
}

export function raise(index: ExceptionIndex, found: Found): void {
  const subject = subjectOf(found);
  let entry = index.bySubject.get(subject);
  if (entry === undefined) {
    entry = { id: index.hash(subject), founds: [] };
    index.bySubject.set(subject, entry);
    index.byId.set(entry.id, entry);
    for (const id of found.transactions) {
      const others = index.byTransaction.get(id);
      index.byTransaction.set(id, others === undefined ? [entry] : [...others, entry]);
    }
  }
  change(index, entry, [...entry.founds, found]);
}

export function retract(index: ExceptionIndex, found: Found): void {
  const subject = subjectOf(found);
  const entry = index.bySubject.get(subject);
  if (entry === undefined) throw new Error(`no ${found.kind} exception to retract`);
  change(
    index,
    entry,
    entry.founds.filter((each) => each !== found),
  );
  if (entry.founds.length > 0) return;
  index.bySubject.delete(subject);
  index.byId.delete(entry.id);
  for (const id of found.transactions) {
    const others = index.byTransaction.get(id)?.filter((each) => each !== entry) ?? [];
    if (others.length > 0) index.byTransaction.set(id, others);
    else index.byTransaction.delete(id);
  }
}

/** Makes the findings of one part of the fold equal to `next`; what stays keeps its place. */
export function replaceFindings(
  index: ExceptionIndex,
  before: readonly Found[],
  next: readonly Found[],
): void {
  const kept = new Set(before);
  for (const found of next) if (!kept.has(found)) raise(index, found);
  const wanted = new Set(next);
  for (const found of before) if (!wanted.has(found)) retract(index, found);
}

/** Takes in a decision on an exception, which may not be there yet, or no longer. */
export function settle(index: ExceptionIndex, recorded: Recorded<Settlement>): void {
  const id = recorded.fact.exception;
  const entry = index.byId.get(id);
  if (entry !== undefined) tally(index, entry, -1);
  index.settlements.set(id, insertByPosition(index.settlements.get(id) ?? [], recorded));
  if (entry !== undefined) tally(index, entry, 1);
  index.version++;
}

/** All that can be seen, open and settled, in log order. */
export function listExceptions(index: ExceptionIndex): Exception[] {
  return entriesToExceptions(index, index.bySubject.values());
}

export function listExceptionsOf(index: ExceptionIndex, transaction: string): Exception[] {
  return entriesToExceptions(index, index.byTransaction.get(transaction) ?? []);
}

/** An exception that is derived on asking and never kept, with the decisions on it. */
export function foundToException(index: ExceptionIndex, found: Found): Exception {
  const { asRecorded: _asRecorded, ...rest } = found;
  const id = index.hash(subjectOf(found));
  return { id, ...rest, settlements: index.settlements.get(id) ?? [] };
}

export function compareExceptions(a: Exception, b: Exception): number {
  const order =
    a.position === undefined || b.position === undefined
      ? Number(a.position !== undefined) - Number(b.position !== undefined)
      : comparePositions(a.position, b.position);
  return order || (a.kind < b.kind ? -1 : a.kind > b.kind ? 1 : 0) || (a.id < b.id ? -1 : 1);
}

function entriesToExceptions(index: ExceptionIndex, entries: Iterable<Entry>): Exception[] {
  const list: Exception[] = [];
  for (const entry of entries) {
    const found = visibleFinding(index, entry);
    if (found === undefined) continue;
    const { asRecorded: _asRecorded, ...rest } = found;
    list.push({ id: entry.id, ...rest, settlements: index.settlements.get(entry.id) ?? [] });
  }
  return list.sort(compareExceptions);
}

/** Of findings with one subject: one that holds now before one as recorded, must-decide before look-at. */
function visibleFinding(index: ExceptionIndex, entry: Entry): Found | undefined {
  let best: Found | undefined;
  for (const found of entry.founds) {
    if (found.asRecorded === true && !index.settlements.has(entry.id)) continue;
    if (best === undefined || weight(found) > weight(best)) best = found;
  }
  return best;
}

function weight(found: Found): number {
  return (found.asRecorded === true ? 0 : 2) + (found.mustDecide ? 1 : 0);
}

function change(index: ExceptionIndex, entry: Entry, founds: readonly Found[]): void {
  tally(index, entry, -1);
  entry.founds = founds;
  tally(index, entry, 1);
  index.version++;
}

function tally(index: ExceptionIndex, entry: Entry, by: 1 | -1): void {
  if (index.settlements.has(entry.id)) return;
  const found = visibleFinding(index, entry);
  if (found === undefined) return;
  if (found.mustDecide) index.mustDecide += by;
  else index.lookAt += by;
}

/** What it is about, apart from all others of any kind. */
export function subjectOf(found: Found): string {
  const ids = found.transactions;
  const sorted = ids.length > 1 ? [...ids].sort() : ids;
  const desk = found.desk === undefined ? "" : ` ${found.desk} ${found.runs?.join(" ") ?? ""}`;
  return `${found.kind} ${sorted.join(" ")}${desk}${found.upTo === undefined ? "" : ` ${found.upTo}`}`;
}
