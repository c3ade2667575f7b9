import { describe, expect, it } from "vitest";
import { batchLines } from "../../../src/crdt/circulation/lines.ts";
import type { Position, Recorded } from "../../../src/crdt/circulation/transaction.ts";
import { at, decideOn, lend, register, seen, take, takeBack } from "./scans.ts";
import { foldOf } from "./world-arbitrary.ts";

const below = (ms: number) => (position: Position) => position.ms < ms;

function ids(facts: readonly Recorded[], upper: number, lower = 0): string[] {
  return batchLines(foldOf(facts), { isUpper: below(upper), isLower: below(lower) }).map(
    ({ recorded }) => recorded.fact.id,
  );
}

describe("batchLines", () => {
  const facts = [
    at(1, "da", lend("t1", "anna", "i1")),
    at(2, "db", lend("t2", "anna", "i1")),
    at(3, "da", lend("t3", "ben", "i2")),
    at(4, "db", register("t4", "p9", "Muster")),
    at(5, "da", take("t5", "t3")),
    at(6, "da", takeBack("t6", "i1", seen("t1"))),
  ];

  it("leaves out what is voided and what repeats, and never writes a voiding", () => {
    expect(ids(facts, 9)).toEqual(["t1", "t4", "t6"]);
  });

  it("knows nothing beyond the upper frontier: a void that comes later is not in it", () => {
    expect(ids(facts, 5)).toEqual(["t1", "t3", "t4"]);
    expect(ids(facts, 9, 5)).toEqual(["t6"]);
  });

  it("does not carry the first scan of an act whose repeat is out already", () => {
    const late = [at(2, "db", lend("t2", "anna", "i1")), at(9, "dc", takeBack("t9", "i9"))];
    const all = [at(1, "da", lend("t1", "anna", "i1")), ...late];
    const isLower = (position: Position) => position.desk !== "da";
    expect(batchLines(foldOf(all), { isUpper: below(99), isLower })).toEqual([]);
  });

  it("writes corrected barcodes, and not what a decision left out", () => {
    const decided = [
      at(1, "da", takeBack("t1", "p9")),
      at(2, "da", register("t2", "p9", "Muster")),
      at(3, "da", decideOn("card-as-item-t1", "correct", "t1", "i7")),
    ];
    const [line] = batchLines(foldOf(decided), { isUpper: below(9), isLower: below(0) });
    expect(line?.recorded.fact).toMatchObject({ id: "t1", item: "i7" });
    expect(ids([...decided, at(4, "da", decideOn("card-as-item-t1", "void", "t1"))], 9)).toEqual(["t2"]);
  });

  it("raises seconds on one item, after lines of earlier batches too", () => {
    const same = { at: 500_400 };
    const quick = [
      at(1, "da", lend("t1", "anna", "i1"), same),
      at(2, "da", takeBack("t2", "i1"), same),
      at(3, "da", lend("t3", "ben", "i1"), { at: 100_000 }),
      at(4, "da", lend("t4", "ben", "i2"), same),
    ];
    const times = (lower: number) =>
      batchLines(foldOf(quick), { isUpper: below(9), isLower: below(lower) }).map((each) => each.time);
    expect(times(0)).toEqual([500_400, 501_000, 502_000, 500_400]);
    expect(times(3)).toEqual([502_000, 500_400]);
  });

  it("gives a return its effective time, never before the item's previous line", () => {
    const paper = { ...takeBack("t2", "i1"), effective: 600_000 } as Recorded["fact"];
    const early = { ...takeBack("t4", "i1"), effective: 1 } as Recorded["fact"];
    const list = [
      at(500, "da", lend("t1", "anna", "i1")),
      at(900, "da", paper),
      at(901, "da", lend("t3", "anna", "i1"), { at: 901_000, offsetMs: -130_000 }),
      at(902, "da", early),
    ];
    const lines = batchLines(foldOf(list), { isUpper: () => true, isLower: () => false });
    expect(lines.map((each) => each.time)).toEqual([500_000, 600_000, 1_031_000, 1_032_000]);
  });
});
