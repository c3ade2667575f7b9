/** Whose facts count in `branch`: admissions and retirements in any order of arrival, and against hostile desks. */

import { describe, expect, it } from "vitest";
import { foldAdmissions, standingOf } from "../../../src/crdt/circulation/admission.ts";
import { admissionFactToBody, type RetireFact } from "../../../src/crdt/circulation/admission-fact.ts";
import {
  type BranchEntry,
  type BranchFact,
  branchFactToBody,
  parseBranchFact,
} from "../../../src/crdt/circulation/branch-fact.ts";
import { compareBranchEntries, foldBranch } from "../../../src/crdt/circulation/branch-state.ts";
import { computedMs } from "../../computed.ts";
import * as fc from "../../properties.ts";

const nonce = "e".repeat(32);
const isFounder = (desk: string, given: string): boolean => desk === deskOf(0) && given === nonce;
const deskOf = (n: number): string => String(n).padStart(32, "0");
const runOf = (n: number): string => String(n).padStart(16, "0");
const printOf = (n: number): string => String(n).padStart(64, "0");

type Draft = { readonly desk: number; readonly ms: number; readonly run?: number; readonly fact: BranchFact };

/** Each gets the next place of its run. */
function place(drafts: readonly Draft[], seqs = new Map<string, number>()): BranchEntry[] {
  return drafts.map(({ desk, ms, run = 0, fact }) => {
    const key = `${desk} ${run}`;
    const seq = seqs.get(key) ?? 1;
    seqs.set(key, seq + 1);
    return { ms, n: 0, desk: deskOf(desk), run: runOf(run), seq, at: ms, fact };
  });
}

const founding: BranchFact = { kind: "branch", name: "Town", code: "TWN", timezone: "UTC", nonce };
const admit = (n: number): BranchFact => ({
  kind: "admit",
  desk: deskOf(n),
  fingerprint: printOf(n),
  name: `Desk ${n}`,
});
const open = (outage: number): BranchFact => ({ kind: "outage", outage, to: "open" });
/** Holds `counts` entries of its runs in `branch`, 0-based run → count, and as many of outage 1. */
const retire = (n: number, ...counts: readonly number[]): RetireFact => {
  const runs = new Map(counts.map((count, run) => [runOf(run), count]));
  return {
    kind: "retire",
    desk: deskOf(n),
    frontier: new Map([
      ["branch", runs],
      ["outage-1", runs],
    ]),
  };
};
const fold = (entries: readonly BranchEntry[]) => foldBranch(entries, isFounder);
const retiredIn = (entries: readonly BranchEntry[]): string[] =>
  [...fold(entries).desks.values()].filter((desk) => desk.retired).map((desk) => desk.name);

const start: readonly Draft[] = [
  { desk: 0, ms: 1, fact: founding },
  { desk: 0, ms: 2, fact: admit(0) },
  { desk: 0, ms: 3, fact: admit(1) },
  { desk: 1, ms: 4, fact: admit(2) },
];

const anyFact: fc.Arbitrary<BranchFact> = fc.oneof(
  fc.nat(5).map(admit),
  fc.nat(5).map((n): BranchFact => ({ kind: "rename", desk: deskOf(n), name: `Renamed ${n}` })),
  fc.tuple(fc.nat(5), fc.nat(6), fc.nat(3)).map(([n, a, b]) => retire(n, a, b)),
  fc.integer({ min: 1, max: 3 }).map(open),
  fc.constant(founding),
  fc.constant<BranchFact>({ ...founding, nonce: "f".repeat(32) } as BranchFact),
);
const anyDraft = (desks: fc.Arbitrary<number>): fc.Arbitrary<Draft> =>
  fc.record({ desk: desks, ms: fc.nat(20), run: fc.nat(1), fact: anyFact });
const anyDrafts = fc.array(anyDraft(fc.nat(5)), { maxLength: 25 });

function shown(entries: readonly BranchEntry[]): string {
  return stateToText(fold(entries));
}

function stateToText(state: object): string {
  return JSON.stringify(state, (_key, value) => (value instanceof Map ? [...value] : value));
}

describe("facts", () => {
  it("say the same after they were stored", () => {
    fc.assert(
      fc.property(anyFact, (fact) => {
        const body = JSON.parse(JSON.stringify(branchFactToBody(fact)));
        expect(parseBranchFact(body)).toEqual(fact);
      }),
    );
  });

  it.each([
    { desk: "x" },
    { d: deskOf(1), f: "00", n: "Desk" },
    { d: deskOf(1), f: printOf(1), n: " " },
    { d: deskOf(1), f: printOf(1), n: "x".repeat(81) },
  ])("don't take %j for an admission", (fields) => {
    expect(parseBranchFact({ k: "admit", ...fields })).toBeNull();
  });

  it.each([
    null,
    [],
    { "outage-0": {} },
    { branch: { x: 1 } },
    { branch: { [runOf(1)]: -1 } },
    { branch: 1 },
  ])("don't take %j for a frontier", (u) => {
    const body = admissionFactToBody(retire(1, 2));
    expect(parseBranchFact(body)).not.toBeNull();
    expect(parseBranchFact({ ...body, u })).toBeNull();
  });
});

describe("admission", () => {
  it("begins with the founder that the branch's id names, and with nobody else", () => {
    const [branch, ...rest] = place(start);
    expect([...fold(place(start)).desks.keys()]).toEqual([0, 1, 2].map(deskOf));
    expect(fold(rest).desks.size).toBe(0);
    expect(fold([{ ...branch!, desk: deskOf(4) }]).branch).toBeUndefined();
    expect(
      fold([{ ...branch!, fact: { ...founding, nonce: "f".repeat(32) } as BranchFact }]).branch,
    ).toBeUndefined();
  });

  it("doesn't count before it, in the order", () => {
    const early = place([...start, { desk: 2, ms: 3, fact: open(1) }]);
    expect(fold(early).current.state).toBe("standby");
    const after = place([...start, { desk: 2, ms: 5, fact: open(1) }]);
    expect(fold(after).current.state).toBe("open");
  });

  it("gives a certificate to one desk, and a desk one certificate", () => {
    const hijack: BranchFact = { kind: "admit", desk: deskOf(4), fingerprint: printOf(1), name: "Desk 4" };
    const second: BranchFact = { kind: "admit", desk: deskOf(2), fingerprint: printOf(9), name: "Desk 2" };
    const { desks } = fold(
      place([...start, { desk: 1, ms: 6, fact: hijack }, { desk: 1, ms: 7, fact: second }]),
    );
    expect(desks.has(deskOf(4))).toBe(false);
    expect(desks.get(deskOf(2))?.fingerprint).toBe(printOf(2));
  });

  it("is the same in any order of arrival", () => {
    fc.assert(
      fc.property(anyDrafts, fc.infiniteStream(fc.nat()), (drafts, keys) => {
        const entries = place([...start, ...drafts]);
        const shuffled = entries
          .map((entry) => [keys.next().value as number, entry] as const)
          .sort((a, b) => a[0] - b[0])
          .map(([, entry]) => entry);
        expect(shown(shuffled)).toBe(shown(entries));
      }),
    );
  });

  it("never lets a desk in by its own word: what outsiders write, and whatever they admit, changes nothing", () => {
    const outsiders = fc.array(anyDraft(fc.integer({ min: 6, max: 8 })), { maxLength: 25 });
    fc.assert(
      fc.property(anyDrafts, outsiders, (drafts, hostile) => {
        const honest = place([...start, ...drafts]);
        const entries = [...honest, ...place(hostile)];
        expect(shown(entries)).toBe(shown(honest));
        const { counted } = foldAdmissions([...entries].sort(compareBranchEntries), isFounder);
        expect(counted.every(({ desk }) => desk <= deskOf(5))).toBe(true);
      }),
    );
  });
});

describe("retirement", () => {
  it("lets all count that its author held, and nothing beyond, whatever its clock", () => {
    const entries = place([
      ...start,
      { desk: 2, ms: 5, fact: open(1) },
      { desk: 0, ms: 6, fact: retire(2, 2) },
      { desk: 2, ms: 5, fact: { kind: "outage", outage: 1, to: "close" } },
    ]);
    const { desks, current } = fold(entries);
    expect(current).toMatchObject({ number: 1, state: "open" });
    const at = (seq: number, run = 0) => ({ desk: deskOf(2), run: runOf(run), seq });
    expect(standingOf(desks, "outage-1", at(1))).toBeNull();
    expect(standingOf(desks, "outage-1", at(2))).toBe("retired-desk");
    expect(standingOf(desks, "outage-1", at(0, 1))).toBe("retired-desk");
    expect(standingOf(desks, "outage-2", at(0))).toBe("retired-desk");
    expect(standingOf(desks, "outage-1", { ...at(0), desk: deskOf(7) })).toBe("unknown-desk");
  });

  it("holds, whatever the retired desk writes afterwards with whatever clock, also through desks that it admits", () => {
    const hostile = fc.array(anyDraft(fc.constantFrom(1, 1, 4, 5)), { maxLength: 20 });
    fc.assert(
      fc.property(hostile, fc.boolean(), (drafts, byFounder) => {
        // Desk 1 wrote one entry (place 1), which its retirer held.
        const honest: Draft[] = byFounder
          ? [...start, { desk: 0, ms: 9, fact: retire(1, 2) }]
          : [...start, { desk: 0, ms: 5, fact: admit(3) }, { desk: 3, ms: 9, fact: retire(1, 2) }];
        const seqs = new Map<string, number>();
        const before = place(honest, seqs);
        const after = place(drafts, seqs);
        const kept = after.filter(({ fact }) => byFounder || fact.kind !== "retire");
        // Only which outages are held is also said by words that count no longer (decision 0171), and not without end.
        const { lastLentIn, ...state } = fold([...before, ...kept]);
        const { lastLentIn: held, ...was } = fold(before);
        expect(stateToText(state)).toBe(stateToText(was));
        expect(lastLentIn).toBeGreaterThanOrEqual(held);
        expect(lastLentIn).toBeLessThanOrEqual(state.current.number + 8);
      }),
    );
  });

  it("of those who retired each other, unseen, the one that was admitted first prevails", () => {
    const mutual = (first: number, second: number): BranchEntry[] =>
      place([
        ...start,
        { desk: first, ms: 10, fact: retire(second, first === 1 ? 1 : 2) },
        { desk: second, ms: 11, fact: retire(first, first === 1 ? 2 : 1) },
      ]);
    expect(retiredIn(mutual(1, 2))).toEqual(["Desk 2"]);
    expect(retiredIn(mutual(2, 1))).toEqual(["Desk 2"]);
  });

  it("by a desk that was retired in view of it counts, and one that it wrote afterwards doesn't", () => {
    const one = { desk: 1, ms: 10, fact: retire(2, 1) };
    const seen = place([...start, one, { desk: 0, ms: 11, fact: retire(1, 3) }]);
    expect(retiredIn(seen)).toEqual(["Desk 1", "Desk 2"]);
    const unseen = place([...start, { desk: 0, ms: 11, fact: retire(1, 2) }, one]);
    expect(retiredIn(unseen)).toEqual(["Desk 1"]);
  });

  it("drops no scan that any of two retirers held", () => {
    const entries = place([
      ...start,
      { desk: 0, ms: 9, fact: retire(2, 1) },
      { desk: 1, ms: 10, fact: retire(2, 5) },
    ]);
    const scan = (seq: number) =>
      standingOf(fold(entries).desks, "outage-1", { desk: deskOf(2), run: runOf(0), seq });
    expect([scan(4), scan(5)]).toEqual([null, "retired-desk"]);
  });

  it("ends soon, even for many that speak against each other", () => {
    const desks = Array.from({ length: 12 }, (_, i) => i + 1);
    const drafts: Draft[] = [
      ...start.slice(0, 2),
      ...desks.map((n) => ({ desk: 0, ms: 3, fact: admit(n) })),
      ...desks.flatMap((n) => desks.map((other) => ({ desk: n, ms: 5, fact: retire(other) }))),
    ];
    expect(computedMs(() => void fold(place(drafts)))).toBeLessThan(2_000);
  });
});
