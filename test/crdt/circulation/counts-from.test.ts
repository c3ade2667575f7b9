import { expect, it } from "vitest";
import type { Batch, BatchStateName } from "../../../src/crdt/circulation/batch-state.ts";
import type { BranchState } from "../../../src/crdt/circulation/branch-state.ts";
import { countsFrom } from "../../../src/crdt/circulation/counts-from.ts";
import { createOutage } from "../../../src/crdt/circulation/outage-state.ts";

interface Drawn {
  /** When outages 1, 2 … were closed; the one behind them is on. */
  readonly closed: readonly number[];
  readonly purged?: readonly number[];
  readonly batches?: readonly (readonly [outage: number, madeAt: number, state: BatchStateName])[];
}

function stateOf({ closed, purged = [], batches = [] }: Drawn): BranchState {
  const outages = new Map(
    closed.map((changedAt, i) => [i + 1, { ...createOutage(i + 1), state: "closed", changedAt }]),
  );
  const state = {
    outages,
    current: createOutage(closed.length + 1),
    purges: { purges: new Map(purged.map((outage) => [outage, {}])) },
    batches: batches.map(([outage, madeAt, how]) => ({ fact: { outage }, madeAt, state: how }) as Batch),
  };
  return state as unknown as BranchState;
}

it.each<[string, Drawn, number | undefined, number]>([
  ["the first of all, without a snapshot", { closed: [100] }, undefined, 1],
  ["the first of all, while it is on", { closed: [] }, 900, 1],
  ["one closed after it was taken", { closed: [100] }, 99, 1],
  ["one closed as it was taken", { closed: [100] }, 100, 1],
  ["the one behind it", { closed: [100] }, 101, 2],
  ["the second, closed since", { closed: [100, 300] }, 200, 2],
  ["the third", { closed: [100, 300] }, 301, 3],
  [
    "one whose file nobody loaded, closed in a split",
    { closed: [100, 200], batches: [[1, 90, "made"]] },
    400,
    1,
  ],
  ["not one whose file is loaded", { closed: [100], batches: [[1, 90, "loaded-with-errors"]] }, 400, 2],
  [
    "not one whose late scans are in a file of their own",
    { closed: [100], batches: [[1, 500, "made"]] },
    400,
    2,
  ],
  ["none that is purged", { closed: [100, 300], purged: [1] }, 50, 2],
])("counts from %s", (_, drawn, takenAt, from) => {
  expect(countsFrom(stateOf(drawn), takenAt)).toBe(from);
});
