/** What a batch left out and stands after all is never overlooked; what its maker saw beside the frontiers is heeded. */

import { describe, expect, it } from "vitest";
import { batchLines, tallyLines } from "../../../src/crdt/circulation/lines.ts";
import type { Position } from "../../../src/crdt/circulation/transaction.ts";
import * as fc from "../../properties.ts";
import { at, decideOn, lend, take, takeBack } from "./scans.ts";
import { foldOf, world } from "./world-arbitrary.ts";

const upTo =
  (seq: number) =>
  (position: Position): boolean =>
    position.outage === 1 && position.seq < seq;

describe("a line that a batch left out", () => {
  it("and that stands now is always one of which more may be known", () => {
    let seen = 0;
    fc.assert(
      fc.property(world, fc.integer({ min: 0, max: 9 }), (facts, seq) => {
        const fold = foldOf(facts);
        const isUpper = upTo(seq);
        const lines = batchLines(fold, { isUpper, isLower: () => false });
        const inFile = new Set(lines.map(({ recorded }) => recorded.fact.id));
        for (const { fact, position } of fold.all()) {
          if (fact.kind === "settlement" || fact.kind === "voiding" || !isUpper(position)) continue;
          const counted = fold.recordedById(fact.id)!;
          if (counted.position !== position || fold.isVoided(fact.id) || fold.isRepeat(fact.id)) continue;
          if (inFile.has(fact.id)) continue;
          seen++;
          expect(fold.mayHaveChanged(counted, isUpper)).toBe(true);
        }
      }),
      { numRuns: process.env.DESKMESH_FULL === "1" ? 60_000 : 2_000 },
    );
    expect(seen).toBeGreaterThan(10);
  }, 200_000);

  it("is looked at again where another copy of its first scan, whose barcode it got by a correction, came later", () => {
    const facts = [
      at(1, "da", lend("t5", "anna", "i2")),
      at(2, "da", lend("t3", "anna", "i1")),
      at(3, "da", decideOn("x", "correct", "t3", "i2")),
      at(0.5, "db", takeBack("t5", "i9")),
    ];
    const fold = foldOf(facts);
    expect(fold.isRepeat("t3")).toBe(false);
    expect(fold.mayHaveChanged(fold.recordedById("t3")!, ({ desk }) => desk === "da")).toBe(true);
  });

  it("is looked at again where its first scan is corrected to its barcode no more", () => {
    const facts = [
      at(1, "da", lend("t2", "anna", "i1")),
      at(2, "da", lend("t3", "anna", "i2")),
      at(3, "da", decideOn("x", "correct", "t2", "i2")),
      at(4, "db", decideOn("x", "keep-both")),
    ];
    const fold = foldOf(facts);
    expect(fold.isRepeat("t3")).toBe(false);
    expect(fold.mayHaveChanged(fold.recordedById("t3")!, ({ desk }) => desk === "da")).toBe(true);
  });

  it("is looked at again for a decision, a voiding or an earlier scan that came later, and else never", () => {
    const scans = [
      at(1, "da", lend("t1", "anna", "i1")),
      at(2, "da", takeBack("t2", "i1")),
      at(3, "da", takeBack("t3", "i1")),
    ];
    const isKnown = (position: Position): boolean => position.desk === "da";
    const changed = (...later: readonly ReturnType<typeof at>[]) => {
      const fold = foldOf([...scans, ...later]);
      return ["t1", "t2", "t3"].map((id) => fold.mayHaveChanged(fold.recordedById(id)!, isKnown));
    };
    expect(changed()).toEqual([false, false, false]);
    expect(changed(at(9, "db", takeBack("t4", "i1")))).toEqual([false, false, false]);
    expect(changed(at(9, "db", take("t4", "t2")))).toEqual([false, true, true]);
    expect(changed(at(9, "db", decideOn("x", "keep-both", "t1")))).toEqual([true, false, false]);
    expect(changed(at(2.5, "db", lend("t4", "anna", "i1")))).toEqual([false, false, true]);
  });
});

describe("what a batch's maker saw beside its frontiers", () => {
  const facts = [
    at(1, "da", lend("t1", "anna", "i1")),
    at(2, "da", lend("t2", "anna", "i2")),
    at(3, "da", take("t3", "t2")),
    at(4, "db", lend("t4", "anna", "i4")),
  ];
  const frontiers = { isUpper: () => true, isLower: ({ desk }: Position) => desk === "da" };
  const idsOf = (seen: object) =>
    batchLines(foldOf(facts), { ...frontiers, ...seen }).map(({ recorded }) => recorded.fact.id);

  it("takes a line in again, or out, by its id", () => {
    expect(idsOf({})).toEqual(["t4"]);
    expect(idsOf({ again: new Set(["t2"]) })).toEqual(["t2", "t4"]);
    expect(idsOf({ voided: new Set(["t4"]) })).toEqual([]);
    expect(idsOf({ elsewhere: new Set(["t4"]) })).toEqual([]);
  });

  it("adds up", () => {
    const tally = (seen: object) =>
      tallyLines(foldOf(facts), { ...frontiers, ...seen }).map((one) => Object.values(one).join(" "));
    expect(tally({})).toEqual(["checkout 1 1 0 0"]);
    expect(tally({ again: new Set(["t2"]), voided: new Set(["t4"]) })).toEqual(["checkout 2 1 1 0"]);
    expect(tally({ elsewhere: new Set(["t4"]) })).toEqual([]);
  });

  it("counts the first scan of an act whose second one went out before as a repeat", () => {
    const twice = [at(1, "db", takeBack("t1", "i1")), at(2, "da", takeBack("t2", "i1"))];
    const counted = tallyLines(foldOf(twice), frontiers);
    expect(counted).toEqual([{ kind: "checkin", onScreen: 1, lines: 0, voided: 0, repeated: 1 }]);
  });
});
