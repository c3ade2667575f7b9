/**
 * Which batch carries what: all up to its upper frontier that none of those carries which it was made after (log.md, L21).
 * A frontier alone doesn't say that: where a batch is withdrawn after another was made behind it, its lines lie below
 * the other's upper frontier and are in no file, so the next one carries them.
 */
import type { BatchFact } from "./branch-fact.ts";
import { isInStretches } from "./feed-stretches.ts";

/** Where a batch ends, and which carried entries below that it knew nothing of. */
export type BatchBounds = Pick<BatchFact, "outage" | "upper" | "vain">;

/** Whether an entry lies within these bounds, at any of its places. */
export type Reaches = (bounds: BatchBounds) => boolean;

/** What a batch needs to say for that. */
export type BatchRange = BatchBounds & Pick<BatchFact, "id" | "after" | "again">;

/** Whether that place of the batch's outage does. */
export function isWithin({ upper, vain }: Omit<BatchBounds, "outage">, feed: string, seq: number): boolean {
  return (upper.get(feed) ?? 0) > seq && !isInStretches(vain, feed, seq);
}

/**
 * Asks of one entry after the other; `batches`: all, in log order, withdrawn ones too. `id`: of a transaction. A batch that
 * names it, since one before left it out, carries it by that, whatever becomes of the other.
 */
export interface BatchReach {
  /** Index of the first batch that carries it and is meant, or -1. */
  firstCarrying(reaches: Reaches, isMeant: (index: number) => boolean, id?: string): number;
  /** One of these batches carries it. */
  isCarriedBy(after: readonly string[]): (reaches: Reaches, id?: string) => boolean;
}

export function createBatchReach(batches: readonly BatchRange[]): BatchReach {
  const places = new Map(batches.map(({ id }, index) => [id, index]));
  const indexesOf = (after: readonly string[]): readonly number[] =>
    after.flatMap((id) => places.get(id) ?? []);
  // Whoever made a batch had heard of those that it names, so they come before it.
  const behind = batches.map(({ after }) => indexesOf(after));
  const named = batches.map(({ again }) => again && new Set(again));

  function carrying(reaches: Reaches, id: string | undefined): readonly boolean[] {
    const carried: boolean[] = [];
    for (const [index, batch] of batches.entries()) {
      const isNamed = id !== undefined && named[index]?.has(id) === true;
      const isNew = () => reaches(batch) && !behind[index]!.some((one) => carried[one] === true);
      carried.push(isNamed || isNew());
    }
    return carried;
  }

  return {
    firstCarrying: (reaches, isMeant, id) =>
      batches.length === 0 ? -1 : carrying(reaches, id).findIndex((is, index) => is && isMeant(index)),
    isCarriedBy(after) {
      const asked = indexesOf(after);
      return (reaches, id) => {
        if (asked.length === 0) return false;
        const carried = carrying(reaches, id);
        return asked.some((one) => carried[one] === true);
      };
    },
  };
}
