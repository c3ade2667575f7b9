/** A batch whose frontier, names and ids have no room in one entry: it stands in several, and is one again. */

import { describe, expect, it } from "vitest";
import type { BatchFact } from "../../../src/crdt/circulation/batch-fact.ts";
import { divideBatch } from "../../../src/crdt/circulation/batch-lists.ts";
import {
  type BranchEntry,
  type BranchFact,
  branchFactToBody,
  parseBranchFact,
} from "../../../src/crdt/circulation/branch-fact.ts";
import type { FeedStretches } from "../../../src/crdt/circulation/feed-stretches.ts";
import { transactionKinds } from "../../../src/crdt/circulation/transaction.ts";
import { entryFits, entryToJson } from "../../../src/crdt/log/entry.ts";
import * as fc from "../../properties.ts";
import { foldAdmitted } from "./branch-entries.ts";

const hex = (length: number) => fc.stringMatching(new RegExp(`^[0-9a-f]{${length}}$`));
const desk = hex(32);
const feed = fc.tuple(desk, hex(16)).map(([one, run]) => `${one}/${run}`);
const ids = fc.uniqueArray(fc.uuid(), { maxLength: 1_000, size: "max" }).map((all) => all.sort());
const pair = fc
  .tuple(fc.nat(1_000_000), fc.nat(1_000))
  .map(([from, many]) => [from, from + many + 1] as const);
const vain: fc.Arbitrary<FeedStretches> = fc
  .array(fc.tuple(feed, fc.array(pair, { minLength: 1, maxLength: 40 })), { maxLength: 40, size: "max" })
  .map((rows) => new Map(rows));
const counted = fc
  .tuple(fc.constantFrom(...transactionKinds), fc.nat(), fc.nat(100), fc.nat(100))
  .map(([kind, lines, voided, repeated]) => {
    return { kind, onScreen: lines + voided + repeated, lines, voided, repeated };
  });
const batch: fc.Arbitrary<BatchFact> = fc.record(
  {
    ...{ kind: fc.constant("batch" as const), outage: fc.integer({ min: 1, max: 9 }) },
    ...{ id: fc.constant("RIV-1-1-39d3"), format: fc.constant("koha"), after: fc.constant([]) },
    ...{ elsewhere: ids, voided: ids, again: ids, vain },
    upper: fc
      .array(fc.tuple(feed, fc.nat(1_000_000)), { maxLength: 400, size: "max" })
      .map((rows) => new Map(rows)),
    tally: fc.uniqueArray(counted, { selector: ({ kind }) => kind }),
    ...{ lines: fc.nat(), sha256: hex(64), branchCode: fc.constant("RIV"), timezone: fc.constant("UTC") },
    deskNames: fc.dictionary(desk, fc.stringMatching(/^["\\\\ä€a-z]{0,80}$/), { maxKeys: 40, size: "max" }),
    ...{ generatorVersion: fc.constant("0.1.0"), partial: fc.boolean() },
  },
  {
    requiredKeys: [
      ...(["kind", "outage", "id", "format", "after", "upper", "lines", "sha256"] as const),
      ...(["branchCode", "timezone", "deskNames", "generatorVersion", "partial"] as const),
    ],
  },
);

/** As it comes back from the log. */
function stored(fact: BranchFact): BranchFact {
  const parsed = parseBranchFact(JSON.parse(JSON.stringify(branchFactToBody(fact))));
  if (!parsed) throw new Error(`a ${fact.kind} is not read again`);
  return parsed;
}

function sorted(fact: BatchFact): unknown {
  const without = (all: readonly string[] | undefined) => (all?.length === 0 ? undefined : all);
  return {
    ...fact,
    ...{ lists: undefined, elsewhere: without(fact.elsewhere) },
    ...{ voided: without(fact.voided), again: without(fact.again) },
    vain: fact.vain?.size ? [...fact.vain].sort() : undefined,
    upper: [...fact.upper].sort(),
  };
}

describe("a batch's entries", () => {
  it("each fit into the log, and are together what the batch was", () => {
    fc.assert(
      fc.property(batch, (fact) => {
        const { head, lists } = divideBatch(fact);
        const own = lists.length === 0 ? head : { ...head, lists: lists.map((_, n) => n + 4) };
        const entries = [...lists, own].map((one, n): BranchEntry => {
          const at = 1_795_300_000_000;
          const entry = { clock: { ms: at, n }, at, offsetMs: -86_400_000, staff: "MK" };
          expect(entryFits(entryToJson({ ...entry, body: branchFactToBody(one) }), false)).toBe(true);
          return { ms: at, n, desk: "d", run: "r", seq: n + 4, at, fact: stored(one) };
        });
        const [found] = foldAdmitted(entries.toReversed()).batches;
        expect(sorted(found!.fact)).toEqual(sorted(fact));
        expect(foldAdmitted(entries).batches[0]!.fact).toBe(found!.fact);
      }),
      { numRuns: 60 },
    );
  });

  it("of the usual size are one", () => {
    const [small] = fc.sample(batch, { numRuns: 1, seed: 1 });
    const { elsewhere: _e, voided: _w, again: _g, vain: _v, ...plain } = small!;
    const fact = { ...plain, upper: new Map([[`${"a".repeat(32)}/${"1".repeat(16)}`, 9]]), deskNames: {} };
    expect(divideBatch(fact)).toEqual({ head: fact, lists: [] });
  });
});
