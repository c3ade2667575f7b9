import { describe, expect, it } from "vitest";
import { exceptionToText } from "../../../src/crdt/circulation/exception-text.ts";
import type { Recorded } from "../../../src/crdt/circulation/transaction.ts";
import { at, decideOn, inOutage, lend, register, renew, seen, take, takeBack } from "./scans.ts";
import { foldOf } from "./world-arbitrary.ts";

const FROM_SNAPSHOT = { kind: "snapshot", patron: "anna" } as const;

/** `kind ids` of what is open, `!` for must-decide. */
function open(facts: readonly Recorded[]): string[] {
  return foldOf(facts)
    .exceptions()
    .filter((each) => each.settlements.length === 0)
    .map((each) => [each.kind + (each.mustDecide ? "!" : ""), ...each.transactions].join(" "));
}

describe("loans", () => {
  it("begin with a checkout, move with a renewal, end with a checkin", () => {
    const facts = [at(1, "da", lend("t1", "anna", "i1")), at(2, "db", renew("t2", "i1", seen("t1")))];
    const fold = foldOf(facts);
    expect(fold.loanOf("i1")).toMatchObject({
      patron: "anna",
      by: "t2",
      origin: "t1",
      since: 1000,
      desk: "da",
    });
    expect(fold.loansOf("anna").map((each) => each.item)).toEqual(["i1"]);
    fold.add([at(3, "da", takeBack("t3", "i1", seen("t2")))]);
    expect(fold.loanOf("i1")).toBeUndefined();
    expect(fold.loansOf("anna")).toEqual([]);
    expect(fold.exceptions()).toEqual([]);
  });

  it("come back when the checkin that ended them is voided, also from the next outage", () => {
    const facts = [
      at(1, "da", lend("t1", "anna", "i1")),
      at(2, "da", takeBack("t2", "i1", seen("t1"))),
      inOutage(2, at(3, "da", take("t3", "t2"))),
    ];
    expect(foldOf(facts).loanOf("i1")?.by).toBe("t1");
  });

  it("of the snapshot end with a checkin, and go on here when renewed", () => {
    const renewed = foldOf([at(1, "da", renew("t1", "i1", FROM_SNAPSHOT))]);
    expect(renewed.touched("i1")).toBe(true);
    expect(renewed.loanOf("i1")).toMatchObject({ patron: "anna", fromSnapshot: true });
    const returned = foldOf([at(1, "da", takeBack("t1", "i1", FROM_SNAPSHOT, { loansKnown: true }))]);
    expect(returned.touched("i1")).toBe(true);
    expect(returned.touched("i2")).toBe(false);
    expect(returned.exceptions()).toEqual([]);
  });

  it("take their time from a corrected clock or the effective time", () => {
    const off = foldOf([at(1_000, "da", lend("t1", "anna", "i1"), { offsetMs: 500_000 })]);
    expect(off.loanOf("i1")?.since).toBe(500_000);
    const paper = { ...lend("t1", "anna", "i1"), effective: 77 } as ReturnType<typeof lend>;
    expect(foldOf([at(1_000, "da", paper)]).loanOf("i1")?.since).toBe(77);
  });
});

describe("double loans", () => {
  const two = [at(1, "da", lend("t1", "anna", "i1")), at(2, "db", lend("t2", "ben", "i1"))];

  it("must be decided while both are out", () => {
    expect(open(two)).toEqual(["double-loan! t1 t2"]);
    expect(foldOf(two).loanOf("i1")?.patron).toBe("ben");
  });

  it("are to look at once the item came back, and gone once one is voided", () => {
    expect(open([...two, at(3, "da", takeBack("t3", "i1", seen("t2")))])).toEqual(["double-loan t1 t2"]);
    expect(open([...two, at(3, "da", take("t3", "t2"))])).toEqual([]);
  });

  it("are none when the desk had seen the other loan, or any renewal of it", () => {
    const first = at(1, "da", lend("t1", "anna", "i1"));
    expect(open([first, at(2, "db", lend("t2", "ben", "i1", seen("t1")))])).toEqual([]);
    const renewed = at(2, "da", renew("t2", "i1", seen("t1")));
    expect(open([first, renewed, at(3, "db", lend("t3", "ben", "i1", seen("t1")))])).toEqual([]);
    expect(open([first, renewed, at(3, "db", lend("t3", "ben", "i1", seen("t2")))])).toEqual([]);
  });

  it("are settled by a decision, which stays beside them; the last one holds", () => {
    const fold = foldOf([...two, at(3, "da", decideOn("double-loan-t1-t2", "void", "t2"))]);
    expect(fold.counts()).toEqual({ mustDecide: 0, lookAt: 0 });
    expect(fold.loanOf("i1")?.patron).toBe("anna");
    expect(fold.isVoided("t2")).toBe(true);
    expect(fold.voidingOf("t2")?.fact.kind).toBe("settlement");
    fold.add([at(4, "db", decideOn("double-loan-t1-t2", "keep-both"))]);
    expect(fold.loanOf("i1")?.patron).toBe("ben");
    expect(fold.exceptions()[0]?.settlements.map((each) => each.fact.decision)).toEqual([
      "void",
      "keep-both",
    ]);
  });

  it("can be mended by a corrected barcode", () => {
    const fold = foldOf([...two, at(3, "da", decideOn("double-loan-t1-t2", "correct", "t2", "i2"))]);
    expect(fold.loanOf("i1")?.patron).toBe("anna");
    expect(fold.loanOf("i2")).toMatchObject({ patron: "ben", item: "i2" });
    expect(fold.historyOf("i2").map((each) => each.fact.id)).toEqual(["t2"]);
  });

  it("that a decision brings about are new exceptions", () => {
    const facts = [
      ...two,
      at(3, "dc", lend("t3", "carl", "i1")),
      at(4, "da", decideOn("double-loan-t1-t2", "void", "t2")),
    ];
    expect(open(facts)).toEqual(["double-loan! t1 t3"]);
  });
});

describe("other exceptions", () => {
  const known = { loansKnown: true };
  const cases: readonly [string, readonly Recorded[], readonly string[]][] = [
    [
      "a return of nothing",
      [at(1, "da", takeBack("t1", "i1", undefined, known))],
      ["checkin-without-loan t1"],
    ],
    ["the same without a loans file", [at(1, "da", takeBack("t1", "i1"))], []],
    [
      "a renewal of nothing",
      [at(1, "da", renew("t1", "i1", { kind: "none" }, "anna", known))],
      ["renewal-without-loan t1"],
    ],
    [
      "a renewal of another's loan",
      [at(1, "da", lend("t1", "anna", "i1")), at(2, "db", renew("t2", "i1", FROM_SNAPSHOT, "ben"))],
      ["renewal-of-other! t1 t2"],
    ],
    [
      "a renewal of a voided loan",
      [
        at(1, "da", lend("t1", "anna", "i1")),
        at(2, "db", renew("t2", "i1", seen("t1"), "anna")),
        at(3, "da", take("t3", "t1")),
      ],
      ["loan-after-void! t1 t2"],
    ],
    [
      "the same loan at two desks",
      [at(1, "da", lend("t1", "anna", "i1")), at(2, "db", lend("t2", "anna", "i1"))],
      ["repeat t1 t2"],
    ],
    [
      "the same loan with a return between",
      [
        at(1, "da", lend("t1", "anna", "i1")),
        at(2, "da", takeBack("t2", "i1")),
        at(3, "db", lend("t3", "anna", "i1")),
      ],
      [],
    ],
    [
      "the same loan in the next outage",
      [at(1, "da", lend("t1", "anna", "i1")), inOutage(2, at(2, "db", lend("t2", "anna", "i1")))],
      [],
    ],
    [
      "one card with two sets of data",
      [at(1, "da", register("t1", "p9", "Muster")), at(2, "db", register("t2", "p9", "Other"))],
      ["duplicate-registration! t1 t2"],
    ],
    [
      "one person with two cards, by the look of it",
      [at(1, "da", register("t1", "p8", "Müster")), at(2, "db", register("t2", "p9", "muster "))],
      ["duplicate-registration t1 t2"],
    ],
    [
      "one registration at two desks",
      [at(1, "da", register("t1", "p9", "Muster")), at(2, "db", register("t2", "p9", "Muster"))],
      ["repeat t1 t2"],
    ],
    [
      "a card in the item field, found later",
      [at(1, "da", takeBack("t1", "p9")), at(2, "db", register("t2", "p9", "Muster"))],
      ["card-as-item! t1"],
    ],
    [
      "one id with two contents",
      [
        at(1, "da", lend("t1", "anna", "i1")),
        at(2, "db", { ...takeBack("t1", "i2"), digest: "x" } as Recorded["fact"]),
      ],
      ["two-contents! t1"],
    ],
    ["one id twice", [at(1, "da", lend("t1", "anna", "i1")), at(2, "db", lend("t1", "anna", "i1"))], []],
  ];
  it.each(cases)("finds %s", (_what, facts, expected) => {
    expect(open(facts)).toEqual(expected);
    expect(open([...facts].reverse())).toEqual(expected);
  });

  it("names a wrong clock once per run, with its worst offset", () => {
    const facts = [1, 2, 3].map((ms) =>
      at(ms, "da", takeBack(`t${ms}`, `i${ms}`), { offsetMs: ms === 2 ? -400_000 : 121_000 }),
    );
    const [clock, ...others] = foldOf([
      ...facts,
      at(4, "db", takeBack("t4", "i4"), { offsetMs: 119_000 }),
    ]).exceptions();
    expect(others).toEqual([]);
    expect(clock).toMatchObject({
      kind: "clock",
      desk: "da",
      runs: ["da-run"],
      offsetMs: -400_000,
      transactions: [],
    });
  });

  it("tells of twins as the log found them, once, until their outage is dropped", () => {
    const fold = foldOf([]);
    fold.addTwin({ outage: 1, desk: "da", runs: ["b", "a"] });
    fold.addTwin({ outage: 1, desk: "da", runs: ["a", "b"] });
    expect(fold.exceptions()).toMatchObject([
      { kind: "twin-desk", desk: "da", runs: ["a", "b"], transactions: [] },
    ]);
    fold.dropOutage(1);
    expect(fold.exceptions()).toEqual([]);
  });

  it("looks for corrections of what is exported only when told what is", () => {
    const fold = foldOf([at(1, "da", lend("t1", "anna", "i1")), at(5, "da", take("t2", "t1"))]);
    expect(fold.exceptions()).toEqual([]);
    const exported = (line: { ms: number }, change: { ms: number }) => line.ms < 3 && change.ms >= 3;
    expect(fold.exceptions({ exported })).toMatchObject([
      { kind: "void-after-export", transactions: ["t1", "t2"] },
    ]);
    expect(fold.counts({ exported })).toEqual({ mustDecide: 1, lookAt: 0 });
  });

  it("has words for each, without a barcode or a name in them", () => {
    for (const [, facts] of cases) {
      for (const each of foldOf(facts).exceptions()) {
        const text = exceptionToText(each, { deskName: () => "Desk 1" });
        expect(text).toMatch(/^[A-Z].*\.$/);
        expect(text).not.toMatch(/anna|ben|i1|p9|Muster/);
      }
    }
  });
});

describe("latest", () => {
  const facts = [1, 2, 3, 4].map((ms) =>
    at(ms, ms % 2 === 0 ? "da" : "db", lend(`t${ms}`, "anna", `i${ms}`)),
  );

  it("gives pages, newest first, by what is asked for", () => {
    const fold = foldOf(facts);
    const ids = (query: Parameters<typeof fold.latest>[0]) => fold.latest(query).map((each) => each.fact.id);
    expect(ids({ limit: 3 })).toEqual(["t4", "t3", "t2"]);
    const third = fold.recordedById("t2")?.position;
    expect(third).toBeDefined();
    if (third !== undefined) expect(ids({ limit: 3, before: third })).toEqual(["t1"]);
    expect(ids({ limit: 9, filter: { desk: "da" } })).toEqual(["t4", "t2"]);
    expect(ids({ limit: 9, filter: { item: "i3", patron: "anna" } })).toEqual(["t3"]);
    expect(ids({ limit: 9, filter: { patron: "ben" } })).toEqual([]);
    expect(ids({ limit: 9, filter: { kind: "payment" } })).toEqual([]);
  });
});
