/**
 * Facts in the order of the log, whatever the order they came in. Small lists are sorted as they grow; the long one
 * of the whole log puts what came out of order aside and merges it when somebody reads.
 */
import { comparePositions, type Position, type Recorded } from "./transaction.ts";

export interface Timeline {
  sorted: Recorded[];
  /** Came out of order and isn't merged yet. */
  loose: Recorded[];
}

export function createTimeline(): Timeline {
  return { sorted: [], loose: [] };
}

export function pushFact(timeline: Timeline, recorded: Recorded): void {
  const last = timeline.sorted.at(-1);
  if (last === undefined || comparePositions(last.position, recorded.position) < 0) {
    timeline.sorted.push(recorded);
  } else {
    timeline.loose.push(recorded);
  }
}

/** All facts in order. Costs the part of the log behind the oldest one that came out of order. */
export function orderedFacts(timeline: Timeline): readonly Recorded[] {
  const { sorted, loose } = timeline;
  if (loose.length === 0) return sorted;
  loose.sort(byPosition);
  let from = sorted.length - 1;
  // Room first: writing far behind the end would turn the array into a slow one.
  for (const recorded of loose) sorted.push(recorded);
  let to = sorted.length - 1;
  let next = loose.pop();
  while (next !== undefined) {
    const before = from >= 0 ? sorted[from] : undefined;
    if (before !== undefined && comparePositions(before.position, next.position) > 0) {
      sorted[to--] = before;
      from--;
    } else {
      sorted[to--] = next;
      next = loose.pop();
    }
  }
  return sorted;
}

/** How many facts of an ordered list stand before a position. */
export function countBefore(facts: readonly Recorded[], position: Position): number {
  let low = 0;
  let high = facts.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    const at = facts[middle];
    if (at !== undefined && comparePositions(at.position, position) < 0) low = middle + 1;
    else high = middle;
  }
  return low;
}

/**
 * The list with one more fact, in order. Short lists are copied to their exact length, since most items and
 * patrons have few facts and an array that grows by itself, or is spread, takes room for seventeen more.
 */
export function insertByPosition<R extends Recorded>(facts: R[], recorded: R): R[] {
  const last = facts.at(-1);
  const atEnd = last === undefined || comparePositions(last.position, recorded.position) < 0;
  const index = atEnd ? facts.length : countBefore(facts, recorded.position);
  if (last === undefined) return [recorded];
  if (facts.length < copiedBelow) return facts.toSpliced(index, 0, recorded);
  if (atEnd) facts.push(recorded);
  else facts.splice(index, 0, recorded);
  return facts;
}

const copiedBelow = 32;

function byPosition(a: Recorded, b: Recorded): number {
  return comparePositions(a.position, b.position);
}
