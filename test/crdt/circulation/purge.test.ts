/** What `branch` says of forgetting: as stored, joined in any order, and which entries nobody needs to carry. */

import { describe, expect, it } from "vitest";
import {
  type BranchEntry,
  type BranchFact,
  branchFactToBody,
  parseBranchFact,
} from "../../../src/crdt/circulation/branch-fact.ts";
import { createFold } from "../../../src/crdt/circulation/fold.ts";
import type { PurgeFact } from "../../../src/crdt/circulation/purge-fact.ts";
import { isCarriedInVain, isSettledPlace } from "../../../src/crdt/circulation/purge-state.ts";
import { countInSteps, toStatisticsFacts } from "../../../src/crdt/circulation/statistics.ts";
import { runThrough } from "../../../src/crdt/circulation/steps.ts";
import * as fc from "../../properties.ts";
import { foldAdmitted } from "./branch-entries.ts";

const desks = ["a", "b", "c"].map((letter) => letter.repeat(32));
const runs = ["1", "2"].map((digit) => digit.repeat(16));
/** By the second desk. */
function entry(fact: BranchFact, n: number): BranchEntry {
  return { ms: n, n: 0, desk: desks[1]!, run: runs[0]!, seq: n, at: n, staff: "MK", fact };
}

const desk = fc.constantFrom(...desks);
const run = fc.constantFrom(...runs);
const outage = fc.integer({ min: 1, max: 3 });
const upper = fc
  .uniqueArray(fc.tuple(desk, run, fc.nat(50)), { selector: ([d, r]) => `${d}/${r}`, maxLength: 4 })
  .map((all) => new Map(all.map(([d, r, count]) => [`${d}/${r}`, count])));
const cell = fc.record({
  kind: fc.constantFrom("checkout" as const, "checkin" as const, "payment" as const),
  hour: fc.nat(500_000),
  count: fc.integer({ min: 1, max: 900 }),
});
const carried = fc
  .uniqueArray(
    fc.tuple(
      fc.constantFrom("RIV-1-1-39d3", "RIV-1-2-a6d1"),
      fc.uniqueArray(fc.uuid(), { minLength: 1, maxLength: 3 }),
    ),
    {
      selector: ([batch]) => batch,
    },
  )
  .map((rows) => new Map(rows));
const feedName = fc.tuple(desk, run).map(([d, r]) => `${d}/${r}`);
const vain = fc
  .uniqueArray(fc.tuple(feedName, fc.array(fc.tuple(fc.nat(50), fc.nat(50)), { maxLength: 3 })), {
    selector: ([feed]) => feed,
  })
  .map((rows) => new Map(rows));
const stretches = fc
  .uniqueArray(fc.tuple(feedName, fc.array(fc.tuple(fc.nat(50), fc.nat(50), fc.nat(50)), { maxLength: 3 })), {
    selector: ([feed]) => feed,
  })
  .map((rows) => new Map(rows));
const claimed = fc
  .uniqueArray(fc.tuple(outage, stretches), { selector: ([of]) => of })
  .map((rows) => new Map(rows));
const purgeFact: fc.Arbitrary<PurgeFact> = fc.oneof(
  fc.record(
    {
      ...{ kind: fc.constant("purge" as const), outage, upper },
      reason: fc.constantFrom("lost", "not ours"),
    },
    { requiredKeys: ["kind", "outage", "upper"] },
  ),
  fc.record(
    {
      ...{ kind: fc.constant("carry-over" as const), outage, upper, run },
      ...{ into: fc.integer({ min: 2, max: 4 }), count: fc.nat(60), carried: claimed },
    },
    { requiredKeys: ["kind", "outage", "upper", "run", "into", "count"] },
  ),
  fc.record(
    { kind: fc.constant("went-out" as const), outage, carried, vain },
    { requiredKeys: ["kind", "outage", "carried"] },
  ),
  fc.record({ kind: fc.constant("destroyed" as const), outage }),
  fc.record({
    ...{ kind: fc.constant("statistics" as const), outage, desk },
    counts: fc.uniqueArray(cell, { selector: ({ kind, hour }) => `${kind} ${hour}`, maxLength: 8 }),
  }),
);

describe("facts of forgetting", () => {
  it("come back from their bodies as they were, by way of JSON", () => {
    fc.assert(
      fc.property(purgeFact, (fact) => {
        const body = JSON.parse(JSON.stringify(branchFactToBody(fact)));
        const parsed = parseBranchFact(body) as PurgeFact;
        const plain = (one: PurgeFact) => JSON.stringify(branchFactToBody(one));
        expect(plain(parsed)).toBe(plain(fact));
      }),
    );
  });

  it("of any other form are none, and nothing throws", () => {
    const kind = fc.constantFrom("purge", "went-out", "carry-over", "destroyed", "statistics");
    const fields = fc.dictionary(fc.constantFrom(..."ourndciv", "to"), fc.jsonValue());
    fc.assert(
      fc.property(kind, fields, (k, body) => {
        const fact = parseBranchFact({ ...body, k });
        if (fact) expect(parseBranchFact(JSON.parse(JSON.stringify(branchFactToBody(fact))))).toEqual(fact);
      }),
    );
    for (const o of [0, -1, 1.5, "1", 1_000_000, null])
      expect(parseBranchFact({ k: "destroyed", o })).toBeNull();
    expect(parseBranchFact({ k: "statistics", o: 1, d: desks[0], c: { checkout: [1] } })).toBeNull();
    const claim = { k: "carry-over", o: 1, u: {}, to: 2, r: runs[0], n: 3 };
    for (const c of [{ 0: {} }, { 1: { f: [0, 1] } }, { 1: { f: [0, 1, -1] } }, []])
      expect(parseBranchFact({ ...claim, c })).toBeNull();
    expect(parseBranchFact({ k: "went-out", o: 1, i: {}, v: { f: [0] } })).toBeNull();
    expect(parseBranchFact({ k: "statistics", o: 1, d: desks[0], c: { surname: [1, 1] } })).toBeNull();
  });

  it("say the same in whatever order they come, and said twice they say the same", () => {
    fc.assert(
      fc.property(
        fc.array(purgeFact, { maxLength: 12 }),
        fc.func(fc.integer()),
        fc.boolean(),
        (facts, by, twice) => {
          const entries = facts.map((fact, n) => entry(fact, n + 1));
          const shuffled = [...entries].sort((a, b) => by(a.seq) - by(b.seq));
          const state = foldAdmitted(entries).purges;
          expect(foldAdmitted(shuffled).purges).toEqual(state);
          if (!twice) return;
          const again = foldAdmitted([...entries, ...facts.map((fact, n) => entry(fact, n + 100))]).purges;
          expect(again.statistics).toEqual(state.statistics);
          expect([...again.purges].map(([n, purge]) => [n, [...purge.upper].sort()])).toEqual(
            [...state.purges].map(([n, purge]) => [n, [...purge.upper].sort()]),
          );
        },
      ),
    );
  });
});

describe("what nobody needs to carry", () => {
  const feed = `${desks[0]}/${runs[0]}`;
  const carrier = `${desks[2]}/${runs[1]}`;
  const place = (seq: number) => ({ outage: 1, feed, seq });
  const fold = (...facts: readonly BranchFact[]) => foldAdmitted(facts.map((fact, n) => entry(fact, n + 1)));
  const purge = (of: number, counts: readonly [string, number][]): BranchFact => ({
    ...{ kind: "purge", outage: of },
    upper: new Map(counts),
  });
  const own = `${desks[1]}/${runs[1]}`;
  const claim: BranchFact = {
    ...{ kind: "carry-over", outage: 1, into: 2, run: runs[1]!, count: 7 },
    upper: new Map([[feed, 9]]),
  };

  it("is what lies within a purge, and what was carried into a purge", () => {
    const purged = purge(1, [[feed, 5]]);
    expect([4, 5].map((seq) => isSettledPlace(fold(purged), place(seq)))).toEqual([true, false]);
    const settled = (...facts: readonly BranchFact[]) =>
      [5, 8, 9].map((seq) => isSettledPlace(fold(purged, claim, ...facts), place(seq)));
    expect(settled()).toEqual([false, false, false]);
    expect(settled(purge(2, [[own, 6]]))).toEqual([false, false, false]);
    expect(settled(purge(2, [[own, 7]]))).toEqual([true, true, false]);
  });

  it("is no more than what a claim says, of whatever outage that was", () => {
    const exact: BranchFact = { ...claim, carried: new Map([[1, new Map([[feed, [[7, 9, 4]]]])]]) };
    const settled = (...facts: readonly BranchFact[]) =>
      [6, 7, 8, 9].map((seq) => isSettledPlace(fold(purge(1, []), ...facts), place(seq)));
    expect(settled(exact, purge(2, [[own, 5]]))).toEqual([false, true, false, false]);
    expect(settled({ ...exact, outage: 3 }, purge(2, [[own, 6]]))).toEqual([false, true, true, false]);
    // It counted nowhere in what was purged.
    const vain: BranchFact = {
      ...{ kind: "went-out", outage: 2, carried: new Map() },
      vain: new Map([[own, [[5, 6]]]]),
    };
    expect(settled(exact, vain, purge(2, [[own, 6]]))).toEqual([false, true, false, false]);
  });

  it("is carried in vain elsewhere, but not where it was settled itself", () => {
    const here = { outage: 2, feed: own, seq: 6 };
    const other = { outage: 3, feed: carrier, seq: 2 };
    const state = fold(purge(1, [[feed, 5]]), claim, purge(2, [[own, 7]]));
    expect(isCarriedInVain(state, place(5), other)).toBe(true);
    expect(isCarriedInVain(state, place(5), here)).toBe(false);
    expect(isCarriedInVain(state, place(9), other)).toBe(false);
    // Saved from damage in its own log: nothing of this applies.
    expect(isCarriedInVain(state, place(2), { outage: 1, feed: carrier, seq: 2 })).toBe(false);
  });
});

describe("statistics", () => {
  it("are split so that each part fits into an entry, and add up again", () => {
    const cells = Array.from({ length: 700 }, (_, n) => ({
      ...{ desk: desks[n % 2]!, kind: "checkout" as const },
      ...{ hour: 490_000 + n, count: n + 1 },
    }));
    const facts = toStatisticsFacts(1, cells);
    expect(facts.length).toBe(4);
    for (const fact of facts) expect(JSON.stringify(branchFactToBody(fact)).length).toBeLessThan(7_000);
    const state = foldAdmitted(facts.map((fact, n) => entry(fact, n + 1))).purges;
    const total = (all: readonly { readonly count: number }[]) =>
      all.reduce((sum, { count }) => sum + count, 0);
    expect(total(state.statistics.get(1) ?? [])).toBe(total(cells));
    expect(runThrough(countInSteps(createFold({ hash: (text) => text }), 1))).toEqual([]);
  });
});
