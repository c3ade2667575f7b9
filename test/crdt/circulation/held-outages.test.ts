/** Which outages a desk holds: those that scans of anybody may stand in, however little the word counts that led there. */
import { expect, it } from "vitest";
import type { BranchEntry, BranchFact } from "../../../src/crdt/circulation/branch-fact.ts";
import { listHeldOutages } from "../../../src/crdt/circulation/branch-state.ts";
import { foldAdmitted } from "./branch-entries.ts";

const [staying, going] = ["a".repeat(32), "b".repeat(32)];
const runOf = (desk: string): string => desk.slice(0, 16);

/** Each at a time of its own; `seq` is the place in its desk's run. */
function entriesOf(...facts: readonly (readonly [desk: string, fact: BranchFact])[]): BranchEntry[] {
  const counts = new Map<string, number>();
  return facts.map(([desk, fact], i) => {
    const seq = counts.get(desk) ?? 0;
    counts.set(desk, seq + 1);
    return { ms: i, n: 0, desk, run: runOf(desk), seq, at: i, fact };
  });
}

const move = (outage: number, to: "open" | "close"): BranchFact => ({ kind: "outage", outage, to });
const retire = (count: number): BranchFact => ({
  kind: "retire",
  desk: going,
  frontier: new Map([["branch", new Map([[runOf(going), count]])]]),
});

it("holds the outage that a retired desk went on to before it heard of its retirement", () => {
  const entries = entriesOf(
    [staying, move(1, "open")],
    [going, move(1, "close")],
    [going, move(2, "open")],
    [staying, retire(0)],
  );
  const state = foldAdmitted(entries);
  expect(state.current.number).toBe(1);
  expect(state.outages.get(2)).toBeUndefined();
  expect(listHeldOutages(state)).toEqual([1, 2]);
  // Whoever heard its word first, and whoever heard of its retirement first, hold the same.
  for (const order of [entries.toReversed(), [...entries.slice(2), ...entries.slice(0, 2)]])
    expect(listHeldOutages(foldAdmitted(order))).toEqual([1, 2]);
});

it("holds no more for a word that counts, nor for one that nobody got to by lending", () => {
  const opened = [staying, move(1, "open")] as const;
  expect(listHeldOutages(foldAdmitted(entriesOf(opened, [staying, move(1, "close")])))).toEqual([1, 2]);
  const far = entriesOf(opened, [going, move(500, "close")], [going, move(9, "open")], [staying, retire(0)]);
  expect(listHeldOutages(foldAdmitted(far))).toEqual([1, 2, 3, 4, 5, 6, 7, 8, 9]);
});
