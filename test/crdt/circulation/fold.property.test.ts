import { describe, expect, it } from "vitest";
import { createFold } from "../../../src/crdt/circulation/fold.ts";
import { batchLines } from "../../../src/crdt/circulation/lines.ts";
import { comparePositions, type Position, type Recorded } from "../../../src/crdt/circulation/transaction.ts";
import * as fc from "../../properties.ts";
import { arrivals, everythingOf, foldOf, plainHash, world } from "./world-arbitrary.ts";

const worldAndArrivals = world.chain((facts) => fc.tuple(fc.constant(facts), arrivals(facts)));
const RUNS = { numRuns: 500 };

function inOrder(facts: readonly Recorded[]): Recorded[] {
  return [...facts].sort((a, b) => comparePositions(a.position, b.position));
}

describe("fold, for any facts", () => {
  it("says the same whatever the order of arrival, one by one or together, with duplicates", () => {
    fc.assert(
      fc.property(worldAndArrivals, ([facts, calls]) => {
        const step = createFold({ hash: plainHash });
        for (const call of calls) step.add(call);
        expect(everythingOf(step)).toEqual(everythingOf(foldOf(inOrder(facts))));
      }),
      RUNS,
    );
  });

  it("does so whatever patron data each desk judged by", () => {
    const judgedBy = fc.array(fc.constantFrom(undefined, "s1", "s2"), { minLength: 3, maxLength: 3 });
    fc.assert(
      fc.property(worldAndArrivals, judgedBy, ([facts, calls], snapshots) => {
        const judge = (recorded: Recorded): Recorded => {
          const { fact, position } = recorded;
          const snapshot = snapshots[(position.outage + position.seq) % snapshots.length];
          if (fact.kind === "settlement" || snapshot === undefined) return recorded;
          return { ...recorded, fact: { ...fact, judged: { ...fact.judged, snapshot } } };
        };
        const step = createFold({ hash: plainHash });
        for (const call of calls) step.add(call.map(judge));
        expect(everythingOf(step)).toEqual(everythingOf(foldOf(inOrder(facts).map(judge))));
        for (const item of ["i1", "i2", "p1"]) {
          const loan = step.loanOf(item);
          expect([loan, undefined]).toContainEqual(step.loanOf(item, 2));
          if (loan !== undefined && loan.outage === 2) expect(step.loanOf(item, 2)).toEqual(loan);
          if (!step.touched(item)) expect(loan).toBeUndefined();
        }
      }),
      RUNS,
    );
  });

  it("is right in between too: every answer holds while facts are still coming", () => {
    fc.assert(
      fc.property(worldAndArrivals, ([, calls]) => {
        const step = createFold({ hash: plainHash });
        const held: Recorded[] = [];
        for (const call of calls) {
          step.add(call);
          held.push(...call);
          expect(everythingOf(step)).toEqual(everythingOf(foldOf(held)));
        }
      }),
      { numRuns: 100 },
    );
  });

  it("names each exception once, and counts the open ones", () => {
    fc.assert(
      fc.property(world, (facts) => {
        const fold = foldOf(facts);
        const exceptions = fold.exceptions();
        expect(new Set(exceptions.map((each) => each.id)).size).toBe(exceptions.length);
        const open = exceptions.filter((each) => each.settlements.length === 0);
        const mustDecide = open.filter((each) => each.mustDecide).length;
        expect(fold.counts()).toEqual({ mustDecide, lookAt: open.length - mustDecide });
      }),
      RUNS,
    );
  });

  it("agrees between items and patrons on who has what", () => {
    fc.assert(
      fc.property(world, (facts) => {
        const fold = foldOf(facts);
        for (const patron of ["p1", "p2", "i2"]) {
          for (const loan of fold.loansOf(patron)) {
            expect(loan.patron).toBe(patron);
            expect(fold.loanOf(loan.item)).toStrictEqual(loan);
            expect(fold.isVoided(loan.by)).toBe(false);
          }
        }
        for (const item of ["i1", "i2", "p1"]) {
          const loan = fold.loanOf(item);
          if (loan !== undefined) expect(fold.loansOf(loan.patron)).toContainEqual(loan);
        }
      }),
      RUNS,
    );
  });

  it("forgets an outage as if it had never been", () => {
    fc.assert(
      fc.property(world, (facts) => {
        const fold = foldOf(facts);
        fold.dropOutage(1);
        const left = facts.filter((each) => each.position.outage !== 1);
        expect(everythingOf(fold)).toEqual(everythingOf(foldOf(left)));
      }),
      RUNS,
    );
  });
});

describe("batchLines, for any facts", () => {
  const cuts = fc.tuple(worldAndArrivals, fc.integer({ min: 0, max: 9 }), fc.integer({ min: 0, max: 9 }));
  const upTo = (seq: number) => (position: Position) => position.seq < seq;

  it("depends on nothing beyond the upper frontier", () => {
    fc.assert(
      fc.property(cuts, ([[facts, calls], a, b]) => {
        const isUpper = upTo(Math.max(a, b));
        const isLower = upTo(Math.min(a, b));
        const whole = createFold({ hash: plainHash });
        for (const call of calls) whole.add(call);
        const known = foldOf(facts.filter((each) => isUpper(each.position)));
        expect(batchLines(whole, { isUpper, isLower })).toEqual(batchLines(known, { isUpper, isLower }));
      }),
      RUNS,
    );
  });

  it("never carries an id twice over a chain of batches, and leaves out what is voided or a repeat", () => {
    fc.assert(
      fc.property(world, (facts) => {
        const fold = foldOf(facts);
        const seen = new Set<string>();
        for (let seq = 0; seq <= 12; seq += 3) {
          const known = foldOf(facts.filter((each) => each.position.seq < seq + 3));
          for (const { recorded } of batchLines(fold, { isUpper: upTo(seq + 3), isLower: upTo(seq) })) {
            const id = recorded.fact.id;
            expect(seen.has(id)).toBe(false);
            seen.add(id);
            expect(known.isVoided(id) || known.isRepeat(id)).toBe(false);
          }
        }
      }),
      RUNS,
    );
  });

  it("gives lines on one item rising whole seconds, in log order", () => {
    fc.assert(
      fc.property(cuts, ([[facts], a, b]) => {
        const lines = batchLines(foldOf(facts), {
          isUpper: upTo(Math.max(a, b)),
          isLower: upTo(Math.min(a, b)),
        });
        const last = new Map<string, number>();
        lines.forEach(({ recorded, time }, i) => {
          const before = lines[i - 1];
          if (before !== undefined) {
            expect(comparePositions(before.recorded.position, recorded.position)).toBeLessThan(0);
          }
          if (!("item" in recorded.fact)) return;
          const second = Math.floor(time / 1000);
          expect(second).toBeGreaterThan(last.get(recorded.fact.item) ?? -Infinity);
          last.set(recorded.fact.item, second);
        });
      }),
      RUNS,
    );
  });
});
