/** Which outages the snapshot in force knows of, so that it goes before what their scans say (log.md, L17). */
import { type BranchState, isOpenBatch } from "./branch-state.ts";
import { standingBatches } from "./purge-state.ts";

/**
 * The first outage that a snapshot of `takenAt` (ms) doesn't know of: behind those that were closed, and so loaded, before it
 * was taken. Left out: there is none that says who has what, and all count. A file of what came late, made after the closing, holds nothing
 * back: what the ILS has meanwhile said of thousands of items would be forgotten for the sake of a few.
 */
export function countsFrom(state: BranchState, takenAt: number | undefined): number {
  if (takenAt === undefined) return 1;
  for (let number = 1; number < state.current.number; number++)
    if (!state.purges.purges.has(number) && !isKnownTo(state, number, takenAt)) return number;
  return state.current.number;
}

function isKnownTo(state: BranchState, number: number, takenAt: number): boolean {
  const { state: stands, changedAt = Number.POSITIVE_INFINITY } = state.outages.get(number) ?? {};
  if (stands !== "closed" || changedAt >= takenAt) return false;
  // In a split it may have been closed over one that nobody there had heard of.
  return standingBatches(state, number).every((batch) => !isOpenBatch(batch) || batch.madeAt >= changedAt);
}
