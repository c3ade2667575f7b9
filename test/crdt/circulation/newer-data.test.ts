/** Scans of one outage and patron data that are newer than an earlier one's end: what the fold then says, and finds (log.md, L17). */
import { describe, expect, it } from "vitest";
import type { Recorded } from "../../../src/crdt/circulation/transaction.ts";
import { at, inOutage, lend, renew, seen, takeBack } from "./scans.ts";
import { foldOf } from "./world-arbitrary.ts";

/** Judged by that patron data. */
function by(snapshot: string, recorded: Recorded): Recorded {
  const { fact } = recorded;
  if (fact.kind === "settlement") return recorded;
  return { ...recorded, fact: { ...fact, judged: { ...fact.judged, snapshot } } };
}

describe("an outage that the patron data know of", () => {
  const use = { ...takeBack("t5", "i1"), kind: "in-house-use", count: 1 } as Recorded["fact"];
  const facts = [
    at(1, "da", lend("t1", "anna", "i1")),
    at(2, "da", lend("t2", "anna", "i2")),
    at(3, "da", takeBack("t3", "i3")),
    inOutage(2, at(4, "db", renew("t4", "i2", seen("t2")))),
    inOutage(2, at(5, "db", use)),
  ];

  it("says no longer who has an item, unless a later one says it too", () => {
    const fold = foldOf(facts);
    const said = (from?: number) =>
      ["i1", "i2", "i3"].map((item) => [fold.loanOf(item, from)?.patron, fold.touched(item, from)]);
    const nothing = [undefined, false];
    const all = [
      ["anna", true],
      ["anna", true],
      [undefined, true],
    ];
    expect(said()).toEqual(all);
    expect(said(1)).toEqual(all);
    expect(said(2)).toEqual([nothing, ["anna", true], nothing]);
    expect(fold.loansOf("anna", 2).map(({ item }) => item)).toEqual(["i2"]);
    expect(said(3)).toEqual([nothing, nothing, nothing]);
    expect(fold.touched("i9")).toBe(false);
  });
});

describe("a loan, or a renewal, in the next outage", () => {
  const before = by("s1", at(1, "da", lend("t1", "anna", "i1")));
  const later = at(2, "db", lend("t2", "ben", "i1"));
  const doubled = [{ kind: "double-loan", mustDecide: true, transactions: ["t1", "t2"] }];
  const cases: readonly [string, readonly Recorded[], readonly object[]][] = [
    ["where its desk had not heard of the one before", [before, inOutage(2, by("s1", later))], doubled],
    ["at a desk without patron data", [before, inOutage(2, later)], doubled],
    ["by newer patron data, which knew that it came back", [before, inOutage(2, by("s2", later))], []],
    ["by newer patron data, in the same outage", [before, by("s2", later)], doubled],
    [
      "of a loan that newer patron data know of",
      [
        before,
        inOutage(2, by("s2", at(2, "db", renew("t2", "i1", { kind: "snapshot", patron: "carl" }, "carl")))),
        inOutage(2, by("s2", at(3, "db", takeBack("t3", "i1", seen("t2"), { loansKnown: true })))),
      ],
      [],
    ],
  ];
  it.each(cases)("%s", (_, facts, expected) => {
    expect(foldOf(facts).exceptions()).toMatchObject(expected);
    expect(foldOf([...facts].reverse()).exceptions()).toMatchObject(expected);
    expect(foldOf(facts).exceptions()).toHaveLength(expected.length);
  });
});
