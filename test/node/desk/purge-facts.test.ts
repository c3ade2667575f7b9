/** What is said with a purge, worked out while the log grows: what is taken for the same says the same. */

import { describe, expect, it } from "vitest";
import type { BranchEntry, BranchFact } from "../../../src/crdt/circulation/branch-fact.ts";
import type { BranchState } from "../../../src/crdt/circulation/branch-state.ts";
import { runThrough } from "../../../src/crdt/circulation/steps.ts";
import type { Recorded } from "../../../src/crdt/circulation/transaction.ts";
import { createCarriers } from "../../../src/node/desk/carriers.ts";
import { createFolding } from "../../../src/node/desk/folding.ts";
import { type Look, lookAt } from "../../../src/node/desk/purge-facts.ts";
import { foldAdmitted } from "../../crdt/circulation/branch-entries.ts";
import { at, decideOn, lend, take } from "../../crdt/circulation/scans.ts";
import { world } from "../../crdt/circulation/world-arbitrary.ts";
import * as fc from "../../properties.ts";

const feedOf = (desk: string): string => `${desk}/run-${desk}`;

function batch(id: string, after: readonly string[], upper: Readonly<Record<string, number>>): BranchFact {
  return {
    ...{ kind: "batch", outage: 1, id, after, format: "csv", lines: 0, sha256: "0".repeat(64) },
    ...{ branchCode: "TWN", timezone: "UTC", deskNames: {}, generatorVersion: "0", partial: false },
    upper: new Map(Object.entries(upper).map(([desk, count]) => [feedOf(desk), count])),
  };
}

/** What `branch` says, one entry after the other: two files, of which the first is taken back in the end. */
const words: readonly BranchFact[] = [
  batch("B-1", [], { da: 3, db: 2 }),
  batch("B-2", ["B-1"], { da: 9, db: 9, dc: 9 }),
  { kind: "outcome", batch: "B-1", state: "withdrawn" },
];

/** By how many of these words have been heard. */
const branches: readonly BranchState[] = Array.from({ length: words.length + 1 }, (_, heard) => {
  const entries = words.slice(0, heard).map((fact, n): BranchEntry => {
    return { ms: n, n: 0, desk: "da", run: "run-da", seq: n, at: n, fact };
  });
  return foldAdmitted(entries);
});

/** A log in memory that takes in facts and words as they come. */
function createLog(facts: readonly Recorded[], heard: number) {
  const clock = { now: () => 0, monotonic: () => 0, after: () => () => undefined };
  const folding = createFolding(clock, () => undefined);
  const { placesOf } = createCarriers();
  let known = heard;
  folding.add(facts);
  return {
    get fold() {
      return folding.fold;
    },
    get branch() {
      return branches[known]!;
    },
    books: { get: () => undefined },
    watch: folding.watch,
    placesOf,
    take: folding.add,
    rebuild: () => folding.rebuild([]),
    hear(more: number) {
      known = Math.min(words.length, known + more);
    },
  };
}

/** In no order: which fact comes first tells nothing. */
function say(facts: readonly BranchFact[]): readonly string[] {
  const plain = facts.map((fact) =>
    JSON.stringify(fact, (_, value) => (value instanceof Map ? [...value] : value)),
  );
  return plain.sort();
}

/** What comes before each step; what is left comes after the last. */
function workOut(look: Look, comes: readonly (() => void)[]): readonly BranchFact[] {
  const left = [...comes];
  let step = look.steps.next();
  while (!step.done) {
    left.shift()?.();
    step = look.steps.next();
  }
  for (const one of left) one();
  return step.value;
}

describe("what is worked out of a log that grows", () => {
  const arrival = fc.record({ facts: fc.nat(4), heard: fc.constantFrom(0, 0, 0, 1) });
  const scene = fc
    .tuple(world, fc.nat(24), fc.boolean(), fc.nat(words.length), fc.array(arrival, { maxLength: 8 }))
    .map(([facts, some, isClosed, heard, arrivals]) => {
      // As a rule nothing more comes of an outage that is closed.
      const inOrder = isClosed ? facts.toSorted((a, b) => a.position.outage - b.position.outage) : facts;
      const here = isClosed ? facts.filter(({ position }) => position.outage === 1).length : some;
      return { facts: inOrder, here, heard, arrivals };
    });

  it("is what it would be now, wherever it is taken for the same", () => {
    const seen = { same: 0, other: 0 };
    fc.assert(
      fc.property(scene, ({ facts, here, heard, arrivals }) => {
        const log = createLog(facts.slice(0, here), heard);
        const look = lookAt(log, 1);
        let next = here;
        const comes = arrivals.map((one) => () => {
          log.take(facts.slice(next, next + one.facts));
          next += one.facts;
          log.hear(one.heard);
        });
        const said = say(workOut(look, comes));
        const now = say(runThrough(lookAt(log, 1).steps));
        if (look.isSame()) expect(said).toEqual(now);
        if (next > here && here < facts.length) seen[look.isSame() ? "same" : "other"]++;
      }),
      { numRuns: 800 },
    );
    // Both happen, with something that came.
    expect(seen.same).toBeGreaterThan(20);
    expect(seen.other).toBeGreaterThan(200);
  });

  it("stays the same whatever is scanned in the open outage, but for what takes something back", () => {
    const lent = at(10, "da", lend("t1", "anna", "i1"));
    const log = createLog([lent], 2);
    const look = lookAt(log, 1);
    const later = (one: Recorded): Recorded => ({ ...one, position: { ...one.position, outage: 2 } });
    log.take([later(at(20, "da", lend("t2", "anna", "i1"))), later(at(21, "db", take("t3", "t2")))]);
    expect(look.isSame()).toBe(true);
    log.take([later(at(22, "db", take("t4", "t1")))]);
    expect(look.isSame()).toBe(false);
  });

  it("is another with all that comes of the outage itself, so that the purge names that too", () => {
    const log = createLog([at(10, "da", lend("t1", "anna", "i1"))], 2);
    const look = lookAt(log, 1);
    log.take([at(20, "db", decideOn("nothing", "note"))]);
    expect(look.isSame()).toBe(false);
  });

  it("is another where all is folded anew", () => {
    const log = createLog([at(10, "da", lend("t1", "anna", "i1"))], 2);
    const look = lookAt(log, 1);
    expect(look.isSame()).toBe(true);
    log.rebuild();
    expect(look.isSame()).toBe(false);
  });

  it("is told of nothing more once it has ended", () => {
    const log = createLog([], 0);
    const look = lookAt(log, 1);
    look.end();
    log.take([at(10, "da", lend("t1", "anna", "i1"))]);
    expect(look.isSame()).toBe(true);
  });
});
