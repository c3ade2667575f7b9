/** Lines that come late: what a batch has overtaken, what a closed outage brings, and what was decided about them. */

import { describe, expect, it } from "vitest";
import type { Found } from "../../../src/crdt/circulation/exceptions.ts";
import { createFold, type Fold } from "../../../src/crdt/circulation/fold.ts";
import {
  createLateLines,
  type LateCheck,
  type LateLines,
  type LeftBehind,
} from "../../../src/crdt/circulation/late-lines.ts";
import { batchLines } from "../../../src/crdt/circulation/lines.ts";
import { runThrough } from "../../../src/crdt/circulation/steps.ts";
import {
  comparePositions,
  type Position,
  type Recorded,
  type Settlement,
  type Transaction,
} from "../../../src/crdt/circulation/transaction.ts";
import * as fc from "../../properties.ts";
import { at, decideOn, lend, register, take, takeBack } from "./scans.ts";
import { arrivals, foldOf, plainHash, world } from "./world-arbitrary.ts";

/** Desk da's entries are out. */
const check: LateCheck = {
  batchOf: (_, ...copies: readonly Position[]) =>
    copies.some(({ desk }) => desk === "da") ? "B-1" : undefined,
  isClosed: () => false,
};
const found = (facts: readonly Recorded[], how: LateCheck = check) =>
  lateOf(linesOf(foldOf(facts), how)).map(({ transactions, later }) => [transactions[0], later?.transaction]);

function linesOf(fold: Fold, how: LateCheck): LateLines {
  return finish(createLateLines(fold, how));
}

function finish(lines: LateLines): LateLines {
  for (let n = 0; lines.step(); n++) if (n > 10_000) throw new Error("it never ends");
  return lines;
}

/** In log order. */
function lateOf(lines: LateLines): readonly Found[] {
  return lines.late().toSorted((a, b) => comparePositions(a.position!, b.position!));
}

describe("a late line", () => {
  const dead = [at(10, "dd", lend("t1", "anna", "i1")), at(10, "de", lend("t2", "anna", "i2"))];
  const back = at(11, "da", takeBack("t3", "i1"));

  it("is one that a newer event on its item went out before", () => {
    expect(found([...dead, back])).toEqual([["t1", "t3"]]);
    // An older one overtakes nothing, and what waits itself neither.
    expect(found([...dead, at(9, "da", takeBack("t3", "i1"))])).toEqual([]);
    expect(found([...dead, at(11, "db", takeBack("t3", "i1"))])).toEqual([]);
    expect(found([...dead, back, at(12, "da", take("t4", "t3"))])).toEqual([]);
  });

  it("is every one of a closed outage, patrons and all, but nothing that is no line", () => {
    const closed = { ...check, isClosed: () => true };
    const facts = [
      ...dead,
      back,
      at(12, "dd", register("t5", "p1", "Muster")),
      at(13, "dd", take("t6", "t2")),
    ];
    expect(found(facts, closed)).toEqual([
      ["t1", "t3"],
      ["t5", undefined],
    ]);
  });

  it("stays listed once it is decided, and goes where it was decided to go", () => {
    const later = "The return is in B-1.";
    const decide = (decision: "leave-out" | "by-hand" | "load", ms = 20) => {
      const { fact, ...place } = at(ms, "dd", decideOn("overtaken-t1", decision, "t1"));
      return { ...place, fact: { ...fact, later } } as Recorded;
    };
    const fileOf = (facts: readonly Recorded[]) =>
      batchLines(foldOf([...dead, back, ...facts]), {
        isUpper: () => true,
        isLower: ({ desk }) => desk === "da",
      }).map(({ recorded, leftOut }) => [recorded.fact.id, leftOut]);
    expect(fileOf([decide("leave-out")])).toEqual([
      ["t1", `Left out, since it came late. ${later}`],
      ["t2", undefined],
    ]);
    expect(fileOf([decide("by-hand")])[0]).toEqual(["t1", `Do this by hand, since it came late. ${later}`]);
    // The last decision holds.
    expect(fileOf([decide("leave-out"), decide("load", 21)])[0]).toEqual(["t1", undefined]);
    const out = { ...check, batchOf: () => "B-2" };
    expect(found([...dead, decide("leave-out")], out)).toEqual([["t1", undefined]]);
  });

  it("is a function of the log: waiting, older than what overtook it, whatever came first", () => {
    fc.assert(
      fc.property(world, (facts) => {
        const fold = foldOf(facts);
        const made = linesOf(fold, check);
        const { waiting } = made;
        const all = lateOf(made);
        for (const { transactions, later } of all) {
          expect(waiting.has(transactions[0]!)).toBe(true);
          const [line, event] = [
            fold.recordedById(transactions[0]!)!,
            fold.recordedById(later!.transaction)!,
          ];
          expect(comparePositions(line.position, event.position)).toBeLessThan(0);
          expect(fold.isVoided(event.fact.id)).toBe(false);
        }
        expect(lateOf(linesOf(foldOf([...facts].reverse()), check))).toEqual(all);
        const lines = batchLines(fold, { isUpper: () => true, isLower: ({ desk }) => desk === "da" });
        expect(new Set(lines.map(({ recorded }) => recorded.fact.id))).toEqual(waiting);
      }),
    );
  });

  it("is after each arrival what the log says when it is gone through from its beginning, whatever was asked between", () => {
    const checks = (fold: Fold): readonly LateCheck[] => [
      check,
      { ...check, isClosed: ({ outage }) => outage === 1 },
      {
        batchOf: (_, ...copies) => copies.find(({ ms }) => ms < 6)?.run,
        wentBefore: (id) => id === "t3",
        leftBehind: standing(fold, ["t1", "t2", "t5"]),
        isClosed: ({ outage }) => outage === 2,
      },
    ];
    const some = world.chain((facts) => arrivals(facts.map(decidedLate)));
    fc.assert(
      fc.property(some, fc.array(fc.nat(3), { minLength: 24, maxLength: 24 }), (calls, asked) => {
        const fold = createFold({ hash: plainHash });
        const kept = checks(fold).map((how) => createLateLines(fold, how));
        for (const [n, facts] of calls.entries()) {
          const change = fold.add(facts);
          expect(fold.countStanding()).toBe(listWaiting(fold, nothingOut).length);
          for (const lines of kept) {
            lines.touch({ facts, change });
            for (let step = asked[n % asked.length]!; step > 0; step--) lines.step();
          }
          if (asked[n % asked.length] !== 3) continue;
          for (const [i, how] of checks(fold).entries()) compare(finish(kept[i]!), fold, how);
        }
        for (const [i, how] of checks(fold).entries()) compare(finish(kept[i]!), fold, how);
      }),
      { numRuns: 500 },
    );
  });
});

/** Some decisions of these worlds as those on what came late. */
function decidedLate(recorded: Recorded): Recorded {
  const { fact } = recorded;
  if (fact.kind !== "settlement") return recorded;
  const late = { note: "load", "keep-both": "leave-out" } as Readonly<Record<string, string>>;
  return { ...recorded, fact: { ...fact, decision: late[fact.decision] ?? fact.decision } as Settlement };
}

/** Of these ids all stand that nothing takes back, as with a batch that left them out. */
function standing(fold: Fold, ids: readonly string[]): LeftBehind {
  const mayBe = ({ fact: { id, kind } }: Recorded<Transaction>): boolean =>
    kind !== "voiding" && ids.includes(id) && !fold.isVoided(id) && !fold.isRepeat(id);
  return {
    mayBe,
    *is(recorded) {
      yield 0;
      return mayBe(recorded) && recorded.fact.id !== "t5";
    },
  };
}

const nothingOut: LateCheck = { batchOf: () => undefined, isClosed: () => false };

function compare(lines: LateLines, fold: Fold, how: LateCheck): void {
  const waiting = listWaiting(fold, how);
  expect([...lines.waiting].sort()).toEqual(waiting.map(({ fact }) => fact.id).sort());
  expect(lateOf(lines)).toEqual(findLateLines(fold, how, waiting));
}

/** The rule as one walk over the whole log says it. */
function findLateLines(fold: Fold, how: LateCheck, waiting: readonly Recorded<Transaction>[]): Found[] {
  const late = waiting.flatMap((recorded): Found[] => {
    const later = laterOf(fold, recorded, how);
    const isLate = later || how.isClosed(recorded.position) || fold.lateDecision(recorded.fact.id);
    return isLate ? [toFound(recorded, later)] : [];
  });
  const ids = new Set(waiting.map(({ fact }) => fact.id));
  const decided = fold.all().filter((one): one is Recorded<Transaction> => {
    const { fact } = one;
    if (fact.kind === "settlement" || ids.has(fact.id) || fold.recordedById(fact.id) !== one) return false;
    return fold.lateDecision(fact.id) !== undefined;
  });
  return [...late, ...decided.map((one) => toFound(one, undefined))].sort((a, b) =>
    comparePositions(a.position!, b.position!),
  );
}

function toFound({ fact, position }: Recorded<Transaction>, later: Found["later"]): Found {
  const found: Found = { kind: "overtaken", mustDecide: true, transactions: [fact.id], position };
  return later ? { ...found, later } : found;
}

function laterOf(fold: Fold, recorded: Recorded<Transaction>, { batchOf }: LateCheck): Found["later"] {
  const { fact } = fold.corrected(recorded);
  const history = "item" in fact ? fold.historyOf(fact.item) : [];
  const carried = history.flatMap((other) => {
    if (comparePositions(other.position, recorded.position) <= 0 || fold.isVoided(other.fact.id)) return [];
    const batch = batchOf(other.fact.id, ...fold.copiesOf(other.fact.id).map(({ position }) => position));
    return batch === undefined ? [] : { transaction: other.fact.id, batch };
  });
  return carried.at(-1);
}

function listWaiting(fold: Fold, how: LateCheck): readonly Recorded<Transaction>[] {
  const carried = new Set<string>();
  const open: Recorded<Transaction>[] = [];
  for (const recorded of fold.all()) {
    if (recorded.fact.kind === "settlement") continue;
    const one = recorded as Recorded<Transaction>;
    const isLeft = how.leftBehind?.mayBe(one) === true && runThrough(how.leftBehind.is(one));
    if (how.batchOf(one.fact.id, one.position) === undefined || isLeft) {
      open.push(one);
      continue;
    }
    // Any copy that a batch knew; and the first scan of an act whose repeat it knew.
    carried.add(one.fact.id);
    const first = fold.repeatOf(one.fact.id);
    if (first !== undefined) carried.add(first);
  }
  return open.filter((one) => {
    const { id, kind } = one.fact;
    if (how.wentBefore?.(id) === true || kind === "voiding" || carried.has(id)) return false;
    return fold.recordedById(id) === one && !fold.isVoided(id) && !fold.isRepeat(id);
  });
}
