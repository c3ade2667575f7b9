/**
 * Which transactions a batch carries, and at what time each: a pure function of the facts up to the batch's upper
 * frontier and of its lower one, so that every desk renders the same file whenever it does (log.md, L20, L21, L26).
 */
import { createFold, type Fold } from "./fold.ts";
import type { Position, Recorded, Transaction } from "./transaction.ts";
import { countedTime } from "./wall-time.ts";

/** One line in log order; the exporter's `BatchLine` adds what the snapshot knows. */
export interface Line {
  /** With corrected barcodes. */
  readonly recorded: Recorded<Transaction>;
  /** ms; lines on one item have rising whole seconds, counting what earlier batches carried. */
  readonly time: number;
}

export interface Frontiers {
  /** At or below the upper frontier of the batch: the facts that it knows. */
  readonly isUpper: (position: Position) => boolean;
  /** At or below the lower frontier: what earlier batches knew. */
  readonly isLower: (position: Position) => boolean;
}

/**
 * Transactions that the batch knows, whose id no earlier batch knew, that nothing in it voids, repeats or leaves
 * out; corrected barcodes applied. Facts beyond the upper frontier change nothing.
 */
export function batchLines(fold: Fold, frontiers: Frontiers): readonly Line[] {
  const known = upTo(fold, frontiers.isUpper);
  const carried = carriedIds(known, frontiers.isLower);
  const lastSecondByItem = new Map<string, number>();
  const lines: Line[] = [];
  for (const recorded of known.all()) {
    if (!isTransaction(recorded)) continue;
    const isLine = isCarriable(known, recorded, carried);
    // What an earlier batch knew keeps its place in time on its item, whether or not it was a line there.
    if (!isLine && !frontiers.isLower(recorded.position)) continue;
    const line = known.corrected(recorded);
    const time = raiseTime(lastSecondByItem, line);
    if (isLine) lines.push({ recorded: line, time });
  }
  return lines;
}

function upTo(fold: Fold, isUpper: Frontiers["isUpper"]): Fold {
  const facts = fold.all();
  const known = facts.filter((each) => isUpper(each.position));
  if (known.length === facts.length) return fold;
  // Ids of exceptions play no part in lines, so no hash is needed.
  const upper = createFold({ hash: (text) => text });
  upper.add(known);
  return upper;
}

/** Ids that an earlier batch knew, by any copy; and the first scans of acts whose repeat it knew. */
function carriedIds(known: Fold, isLower: Frontiers["isLower"]): ReadonlySet<string> {
  const carried = new Set<string>();
  for (const recorded of known.all()) {
    if (recorded.fact.kind === "settlement" || !isLower(recorded.position)) continue;
    carried.add(recorded.fact.id);
    const first = known.repeatOf(recorded.fact.id);
    if (first !== undefined) carried.add(first);
  }
  return carried;
}

function isCarriable(known: Fold, recorded: Recorded<Transaction>, carried: ReadonlySet<string>): boolean {
  const { id, kind } = recorded.fact;
  if (kind === "voiding" || known.recordedById(id) !== recorded) return false;
  return !carried.has(id) && !known.isVoided(id) && !known.isRepeat(id);
}

function isTransaction(recorded: Recorded): recorded is Recorded<Transaction> {
  return recorded.fact.kind !== "settlement";
}

function raiseTime(lastSecondByItem: Map<string, number>, line: Recorded<Transaction>): number {
  const time = countedTime(line);
  if (!("item" in line.fact)) return time;
  const last = lastSecondByItem.get(line.fact.item);
  const second = Math.floor(time / 1000);
  const raised = last !== undefined && second <= last;
  lastSecondByItem.set(line.fact.item, raised ? last + 1 : second);
  return raised ? (last + 1) * 1000 : time;
}
