/**
 * Of a purged outage desks carry what they hold into others, files are made of that and withdrawn again, and those outages are
 * purged, too: whatever comes when, each scan is in a file that stands or waits for the next one, and not both.
 */
import { expect, it } from "vitest";
import { createBatchReach, isWithin, type Reaches } from "../../../src/crdt/circulation/batch-reach.ts";
import type { BatchFact, BranchFact } from "../../../src/crdt/circulation/branch-fact.ts";
import { type BranchState, standingIds } from "../../../src/crdt/circulation/branch-state.ts";
import { type FeedStretches, pairsToStretches } from "../../../src/crdt/circulation/feed-stretches.ts";
import type { CarriedStretch } from "../../../src/crdt/circulation/purge-fact.ts";
import {
  isCarriedInVain,
  isSettledPlace,
  type LogPlace,
  listClaimed,
} from "../../../src/crdt/circulation/purge-state.ts";
import * as fc from "../../properties.ts";
import { foldAdmitted } from "./branch-entries.ts";

type Step =
  | {
      readonly do: "carry";
      readonly desk: number;
      readonly into: number;
      readonly from: number;
      readonly to: number;
      readonly isOld: boolean;
    }
  | { readonly do: "batch"; readonly of: number; readonly heard: readonly boolean[] }
  | { readonly do: "withdraw"; readonly nth: number }
  | { readonly do: "purge"; readonly of: number };

const scans = 2;
const feed = `${"a".repeat(32)}/${"1".repeat(16)}`;
const sourceOf = (scan: number): LogPlace => ({ outage: 1, feed, seq: scan });
const desks = ["b", "c"].map((letter) => letter.repeat(32));
const run = (desk: number, outage: number): string => `${desk}${outage}`.repeat(8);
const feedOf = (desk: number, outage: number): string => `${desks[desk]}/${run(desk, outage)}`;

interface Carrier extends LogPlace {
  readonly scan: number;
}

/** What desks do with such an outage, each of them told at once of all that `branch` says. */
function createModel() {
  const facts: (readonly [desk: string, fact: BranchFact])[] = [
    [desks[0]!, { kind: "purge", outage: 1, upper: new Map() }],
  ];
  const carriers: Carrier[] = [];
  const linesOf = new Map<string, ReadonlySet<number>>();
  let state = foldAll();

  function foldAll(): BranchState {
    return foldAdmitted(
      facts.map(([desk, fact], n) => ({ ms: n + 1, n: 0, desk, run: "r", seq: n, at: n, fact })),
    );
  }

  function say(desk: string, ...said: readonly BranchFact[]): void {
    facts.push(...said.map((fact) => [desk, fact] as const));
    state = foldAll();
  }

  const isPurged = (outage: number): boolean => state.purges.purges.has(outage);
  const isVain = ({ scan, ...place }: Carrier): boolean => isCarriedInVain(state, sourceOf(scan), place);
  const within = (outage: number) => carriers.filter((one) => one.outage === outage);

  /** As a ledger does: by all places that are known of it in that outage. */
  function reachesOf(scan: number, outage: number): Reaches {
    const places = within(outage).filter((one) => one.scan === scan && !isVain(one));
    const claimed = listClaimed(state, sourceOf(scan)).filter((one) => one.outage === outage && !one.isEnd);
    return (bounds) =>
      bounds.outage === outage && [...places, ...claimed].some((one) => isWithin(bounds, one.feed, one.seq));
  }

  function waits(scan: number, outage: number): boolean {
    if (isPurged(outage) || !within(outage).some((one) => one.scan === scan && !isVain(one))) return false;
    const stands = (index: number): boolean => state.batches[index]!.state !== "withdrawn";
    const reach = createBatchReach(state.batches.map(({ fact }) => fact));
    return reach.firstCarrying(reachesOf(scan, outage), stands) === -1;
  }

  function vainOf(outage: number, isMeant: (one: Carrier) => boolean): FeedStretches {
    const vain = within(outage).filter((one) => isMeant(one) && isVain(one));
    return pairsToStretches(vain.map((one) => [one.feed, [one.seq, one.seq + 1]] as const));
  }

  function carry({ desk, into, from, to, isOld }: Extract<Step, { do: "carry" }>): void {
    if (isPurged(into)) return;
    const all = Array.from({ length: scans }, (_, scan) => scan);
    const isMeant = (scan: number): boolean =>
      isOld
        ? scan < to && !listClaimed(state, sourceOf(scan)).some(({ isDoubtful }) => !isDoubtful)
        : from <= scan && scan < to;
    const carried = all.filter((scan) => isMeant(scan) && !isSettledPlace(state, sourceOf(scan)));
    if (carried.length === 0) return;
    const there = feedOf(desk, into);
    const first = within(into).filter((one) => one.feed === there).length;
    const stretches = carried.map((scan, n): CarriedStretch => [scan, scan + 1, first + n]);
    carriers.push(...carried.map((scan, n) => ({ scan, outage: into, feed: there, seq: first + n })));
    say(desks[desk]!, {
      ...{ kind: "carry-over", outage: 1, into, run: run(desk, into), count: first + carried.length },
      upper: new Map([[feed, to]]),
      ...(isOld ? {} : { carried: new Map([[1, new Map([[feed, stretches]])]]) }),
    });
  }

  function makeBatch({ of, heard }: Extract<Step, { do: "batch" }>): void {
    if (isPurged(of)) return;
    const isHeard = (one: Carrier): boolean => desks.some((_, n) => heard[n] && feedOf(n, of) === one.feed);
    const upper = new Map<string, number>();
    for (const one of within(of)) if (isHeard(one)) upper.set(one.feed, one.seq + 1);
    const vain = vainOf(of, isHeard);
    const fact: BatchFact = {
      ...{
        kind: "batch",
        outage: of,
        id: `TWN-${of}-${facts.length}`,
        after: standingIds(state, of),
        upper,
        vain,
      },
      ...{ format: "csv", lines: 0, sha256: "0".repeat(64), branchCode: "TWN", timezone: "UTC" },
      ...{ deskNames: {}, generatorVersion: "0", partial: true },
    };
    const isLower = createBatchReach(state.batches.map((one) => one.fact)).isCarriedBy(fact.after);
    const lines = within(of).filter((one) => {
      const reaches = reachesOf(one.scan, of);
      return isHeard(one) && !isVain(one) && reaches(fact) && !isLower(reaches);
    });
    linesOf.set(fact.id, new Set(lines.map(({ scan }) => scan)));
    say(desks[0]!, fact);
  }

  function withdraw({ nth }: Extract<Step, { do: "withdraw" }>): void {
    const open = state.batches.filter((one) => one.state === "made" && !isPurged(one.fact.outage));
    const batch = open[nth % (open.length || 1)];
    if (batch)
      say(desks[0]!, { kind: "outcome", batch: batch.fact.id, state: "withdrawn", note: "not needed" });
  }

  function purge({ of }: Extract<Step, { do: "purge" }>): void {
    if (isPurged(of) || carriers.some(({ scan }) => waits(scan, of))) return;
    const upper = new Map(within(of).map((one) => [one.feed, one.seq + 1]));
    const vain = vainOf(of, () => true);
    say(
      desks[0]!,
      { kind: "went-out", outage: of, carried: new Map(), vain },
      { kind: "purge", outage: of, upper },
    );
  }

  return {
    take(step: Step): void {
      if (step.do === "carry") carry(step);
      else if (step.do === "batch") makeBatch(step);
      else if (step.do === "withdraw") withdraw(step);
      else purge(step);
    },
    /** Of each scan that somebody carried: whether a file that stands has it, and whether it waits. */
    look: () =>
      [...new Set(carriers.map(({ scan }) => scan))].map((scan) => ({
        isOut: state.batches.some(
          (one) => one.state !== "withdrawn" && linesOf.get(one.fact.id)?.has(scan) === true,
        ),
        waits: [2, 3].some((outage) => waits(scan, outage)),
      })),
  };
}

const outage = fc.integer({ min: 2, max: 3 });
const carrying = (isOld: fc.Arbitrary<boolean>): fc.Arbitrary<Step> =>
  fc
    .record({
      ...{ do: fc.constant("carry" as const), desk: fc.nat(1), into: outage, isOld },
      ...{ from: fc.nat(scans - 1), many: fc.integer({ min: 1, max: scans }) },
    })
    .map(({ many, ...step }) => ({ ...step, to: Math.min(scans, step.from + many) }));
const batch: fc.Arbitrary<Step> = fc.record({
  ...{ do: fc.constant("batch" as const), of: outage },
  heard: fc.tuple(fc.boolean(), fc.boolean()),
});
const withdrawal: fc.Arbitrary<Step> = fc.record({ do: fc.constant("withdraw" as const), nth: fc.nat(2) });
const purging: fc.Arbitrary<Step> = fc.record({ do: fc.constant("purge" as const), of: outage });
const most = { maxLength: 12, size: "max" } as const;

it("each waits, or is in one file", () => {
  const step = fc.oneof(carrying(fc.constant(false)), batch, withdrawal, purging);
  fc.assert(
    fc.property(fc.array(step, most), (steps) => {
      const model = createModel();
      for (const one of steps) {
        model.take(one);
        for (const { isOut, waits } of model.look()) expect(isOut).toBe(!waits);
      }
    }),
    { numRuns: 600 },
  );
});

it("none is lost where older programs claimed some of them", () => {
  const step = fc.oneof(carrying(fc.boolean()), batch, withdrawal);
  fc.assert(
    fc.property(fc.array(step, most), (steps) => {
      const model = createModel();
      for (const one of steps) {
        model.take(one);
        for (const { isOut, waits } of model.look()) expect(isOut || waits).toBe(true);
      }
    }),
    { numRuns: 600 },
  );
});
