/** Which batch carries what, where one of them was withdrawn after another had been made behind it. */

import { describe, expect, it } from "vitest";
import {
  type BatchRange,
  createBatchReach,
  type Reaches,
} from "../../../src/crdt/circulation/batch-reach.ts";
import type { BatchFact, BranchEntry, BranchFact } from "../../../src/crdt/circulation/branch-fact.ts";
import { standingIds, unheardIds } from "../../../src/crdt/circulation/branch-state.ts";
import * as fc from "../../properties.ts";
import { foldAdmitted } from "./branch-entries.ts";

const range = (id: string, after: readonly string[], count: number): BatchRange => ({
  id,
  outage: 1,
  after,
  upper: new Map([["d/r", count]]),
});
const at =
  (seq: number): Reaches =>
  ({ upper }) =>
    (upper.get("d/r") ?? 0) > seq;

describe("a batch made by a desk that has not heard of one which another comes after", () => {
  const fact = (id: string, after: readonly string[], count: number): BatchFact => ({
    ...{ kind: "batch", format: "koha", lines: 0, sha256: "0".repeat(64), branchCode: "TWN" },
    ...{ timezone: "UTC", deskNames: {}, generatorVersion: "0.1.0", partial: false },
    ...range(id, after, count),
  });
  const entry = (one: BatchFact, n: number): BranchEntry => ({
    ...{ ms: n, n: 0, desk: `desk${n}`, run: "r", seq: 0, at: n },
    fact: one,
  });
  const [first, second] = [fact("A", [], 2), fact("B", ["A"], 4)];

  it("comes after that one, too, so that no line of it is a line of the new one wherever both are known", () => {
    const heard = foldAdmitted([entry(second, 2)]);
    expect([unheardIds(heard, 1), standingIds(heard, 1)]).toEqual([["A"], ["B", "A"]]);
    const third = fact("C", standingIds(heard, 1), 6);
    const whole = foldAdmitted([first, second, third].map((one, n) => entry(one, n + 1)));
    expect(whole.batches.map(({ state }) => state)).toEqual(["made", "made", "made"]);
    for (const known of [[second], [first, second]]) {
      const isCarried = createBatchReach(known).isCarriedBy(third.after);
      expect([0, 1, 2, 3, 4].map((seq) => isCarried(at(seq)))).toEqual([true, true, true, true, false]);
    }
  });

  it("comes after none that is withdrawn", () => {
    const gone: BranchEntry = {
      ...entry(second, 3),
      fact: { kind: "outcome", batch: "B", state: "withdrawn" },
    };
    expect(standingIds(foldAdmitted([entry(first, 1), entry(second, 2), gone]), 1)).toEqual(["A"]);
  });

  const retired: BranchEntry = {
    ...entry(second, 4),
    fact: { kind: "retire", desk: "desk2", frontier: new Map() },
  };

  it("counts though its desk is retired since, where one was made after it by a desk that had heard of it", () => {
    const idsOf = (...all: readonly BranchEntry[]) =>
      foldAdmitted([entry(first, 1), entry(second, 2), retired, ...all]).batches.map((one) => one.fact.id);
    expect(idsOf()).toEqual(["A"]);
    expect(idsOf(entry(fact("C", ["A"], 6), 3))).toEqual(["A", "C"]);
    expect(idsOf(entry(fact("C", ["A", "B"], 6), 3))).toEqual(["A", "B", "C"]);
  });

  it.each<[BranchFact, boolean]>([
    [{ kind: "outcome", batch: "B", state: "loaded" }, true],
    [{ kind: "outcome", batch: "B", state: "loaded-with-errors" }, true],
    [{ kind: "outcome", batch: "B", state: "failed" }, true],
    [{ kind: "outcome", batch: "B", state: "re-issued" }, true],
    [{ kind: "outcome", batch: "B", state: "withdrawn" }, false],
    [{ kind: "answer", batch: "B", results: [] }, true],
    [{ kind: "sending", batch: "B", transaction: "t" }, true],
    [{ kind: "replay", batch: "B", act: "begin" }, false],
  ])(
    "counts where another desk says that its file went out, with what its desk scanned for it: %j",
    (said, counts) => {
      const own: BatchFact = {
        ...second,
        upper: new Map([
          ["d/r", 4],
          ["desk2/r", 7],
        ]),
      };
      const { batches, desks } = foldAdmitted([
        ...[entry(first, 1), entry(own, 2), retired, entry(fact("C", ["A"], 6), 3)],
        { ...entry(own, 5), desk: "desk1", seq: 1, fact: said },
      ]);
      expect(batches.map((one) => [one.fact.id, one.overlaps])).toEqual(
        counts
          ? [
              ["A", undefined],
              ["B", undefined],
              ["C", "B"],
            ]
          : [
              ["A", undefined],
              ["C", undefined],
            ],
      );
      // Its lines are in the ILS, so they count, whatever the retirer had seen.
      expect(desks.get("desk2")?.retired?.frontier.get("outage-1")).toEqual(
        counts ? new Map([["r", 7]]) : undefined,
      );
    },
  );
});

describe("a batch", () => {
  // `first` was withdrawn when `third` was made, so that one names `second` alone.
  const reach = createBatchReach([
    range("first", [], 2),
    range("second", ["first"], 4),
    range("third", ["second"], 5),
  ]);

  it("that comes after one which left something below carries that, and nothing twice", () => {
    const stands = (index: number): boolean => index !== 0;
    expect([0, 1, 2, 3, 4, 5].map((seq) => reach.firstCarrying(at(seq), stands))).toEqual([
      2, 2, 1, 1, 2, -1,
    ]);
    expect([0, 1, 2, 3, 4].map((seq) => reach.isCarriedBy(["second"])(at(seq)))).toEqual([
      false,
      false,
      true,
      true,
      false,
    ]);
  });

  it("carries no more than its upper frontier, and nothing that one carries which it was made after", () => {
    const chain = fc.array(fc.tuple(fc.nat(9), fc.array(fc.nat(9), { maxLength: 4 })), { maxLength: 8 });
    fc.assert(
      fc.property(chain, fc.nat(9), (drawn, seq) => {
        const batches = drawn.map(([count, named], index) =>
          range(String(index), named.filter((one) => one < index).map(String), count),
        );
        const { firstCarrying, isCarriedBy } = createBatchReach(batches);
        for (const [index, batch] of batches.entries()) {
          const carries = firstCarrying(at(seq), (one) => one === index) === index;
          expect(carries).toBe(at(seq)(batch) && !isCarriedBy(batch.after)(at(seq)));
        }
      }),
    );
  });
});
