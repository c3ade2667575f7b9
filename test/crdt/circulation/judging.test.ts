/** What a policy makes decide ask, stop and record: limits, blocks, holds, renewals, barcodes, returns. */
import { describe, expect, it } from "vitest";
import { createCounter, localTime, notesOf, outcomeOf, parse, questionsOf } from "./counter.ts";

const rules = [
  { itemType: "dvd", length: "14 days", renewals: 1 },
  { length: "21 days", renewals: 2 },
];
const lend = (patron: string, item: string) => ({ kind: "checkout", patron, item }) as const;

describe("limits", () => {
  const policy = {
    loanRules: rules,
    limits: [
      { category: "Digital Only", items: 0 },
      { category: "Restricted", items: 2 },
      { itemType: "dvd", items: 1, role: "supervisor" },
    ],
  };
  const items = ["B1", "B2", "B3"].map((barcode) => ({ barcode }));
  const dvds = ["D1", "D2"].map((barcode) => ({ barcode, itemType: "dvd" }));
  const patrons = [
    { barcode: "P1", category: "Adult" },
    { barcode: "P2", category: "Digital Only" },
    { barcode: "P3", category: "restricted" },
  ];
  const before = { item: "B1", patron: "P3", checkedOutAt: "2026-11-01", dueAt: "2026-11-22" };

  it("of nothing at all stop a loan for every role", () => {
    const counter = createCounter({ policy, items, patrons });
    for (const role of ["staff", "supervisor"] as const) {
      const decision = counter.ask(lend("P2", "B1"), role);
      expect(questionsOf(decision)).toMatchObject([{ code: "patron-limit", severity: "stop" }]);
      expect(questionsOf(decision)[0]?.text).toBe("Digital Only patrons may borrow no items.");
      expect(() => counter.insist(lend("P2", "B1"), role)).toThrow("not recorded");
    }
  });
  it("count the snapshot's loans and those of every desk, each once", () => {
    const counter = createCounter({ policy, items, patrons, loans: [before] });
    const second = counter.insist(lend("P3", "B2"), "staff");
    expect(second.transaction.judged.limits).toEqual([{ place: 2, items: 2, count: 1, here: 0 }]);
    const third = counter.ask(lend("P3", "B3"), "staff");
    expect(questionsOf(third)[0]?.text).toMatch(
      /^restricted patrons may have 2 items at a time. There are 2 on this card/,
    );
    counter.insist({ kind: "checkin", item: "B1" });
    expect(outcomeOf(counter.ask(lend("P3", "B3"), "staff"))).toEqual(["record"]);
  });
  it.each([
    ["Symphony", { ils: { name: "Symphony" } }],
    ["the library system", {}],
  ])("say how old it is what %s knew of them", (name, ils) => {
    const counter = createCounter({ policy: { ...policy, ...ils }, items, patrons, loans: [before] });
    counter.insist(lend("P3", "B2"), "staff");
    const [asked] = questionsOf(counter.ask(lend("P3", "B3"), "staff"));
    expect(asked?.text).toContain(`on this card (what ${name} knew is from `);
  });
  it("do not count an item twice that is lent again to the one who has it", () => {
    const counter = createCounter({ policy, items, patrons, loans: [before] });
    counter.insist(lend("P3", "B2"), "staff");
    expect(outcomeOf(counter.ask(lend("P3", "B1"), "staff"))).toEqual(["record"]);
  });
  it("ask once for each role, however many are passed", () => {
    const limits = Array.from({ length: 40 }, (_, n) => ({
      items: n % 5,
      role: n % 2 ? "staff" : "supervisor",
    }));
    const counter = createCounter({ policy: { loanRules: rules, limits }, items, patrons });
    const asked = questionsOf(counter.ask(lend("P1", "B1"), "staff"));
    expect(asked.map(({ role }) => role)).toEqual(["supervisor", "staff"]);
    expect(counter.insist(lend("P1", "B1")).transaction.overrides).toHaveLength(2);
  });
  it("by item type count that type alone, and say who may lend over them", () => {
    const counter = createCounter({ policy, items: [...items, ...dvds], patrons });
    counter.insist(lend("P1", "D1"), "staff");
    expect(outcomeOf(counter.ask(lend("P1", "B1"), "staff"))).toEqual(["record"]);
    const second = counter.ask(lend("P1", "D2"), "staff");
    expect(questionsOf(second)).toMatchObject([{ code: "patron-limit", role: "supervisor" }]);
    expect(questionsOf(second)[0]?.text).toContain("1 of dvd at a time");
    expect(counter.insist(lend("P1", "D2")).transaction.overrides).toHaveLength(1);
  });
});

describe("blocks", () => {
  const policy = {
    loanRules: rules,
    blocks: {
      "fines-limit": { text: "fines over the limit" },
      barred: { role: "supervisor" },
      dead: { role: "nobody" },
    },
  };
  const patron = (blocks: readonly string[]) => [{ barcode: "P1", blocks }];

  it("ask each role for its own, in words where the policy has them, as written where not", () => {
    const counter = createCounter({
      policy,
      items: [{ barcode: "B1" }],
      patrons: patron(["fines-limit", "barred", "x-42"]),
    });
    const questions = questionsOf(counter.ask(lend("P1", "B1"), "staff"));
    expect(questions).toMatchObject([
      { code: "patron-blocked", role: "staff", since: parse("2026-11-21 06:00") },
      { code: "patron-blocked", role: "supervisor" },
    ]);
    expect(questions[0]?.text).toBe(
      "Anna Muster was blocked on 2026-11-21: fines over the limit, x-42. This may have changed since.",
    );
    expect(questions[1]?.text).toContain(": barred.");
  });
  it("of nobody's stop", () => {
    const counter = createCounter({ policy, items: [{ barcode: "B1" }], patrons: patron(["dead"]) });
    expect(questionsOf(counter.ask(lend("P1", "B1")))).toMatchObject([{ severity: "stop" }]);
  });
});

describe("holds", () => {
  const policy = { loanRules: rules };
  const patrons = [{ barcode: "P1" }, { barcode: "P2" }];
  const items = [
    { barcode: "B1", titleId: "t1" },
    { barcode: "B2", titleId: "t1", status: "on-hold-shelf" },
  ];

  it("of others are asked about, for every copy of a title, and never say whose", () => {
    const counter = createCounter({ policy, items, patrons, holds: [{ titleId: "t1", patron: "P2" }] });
    const [question] = questionsOf(counter.ask(lend("P1", "B1")));
    expect(question).toMatchObject({ code: "item-held", severity: "override" });
    expect(question?.text).not.toContain("P2");
    expect(counter.insist(lend("P1", "B1")).transaction.judged.hold).toBe(true);
  });
  it("on the shelf ask nothing of their own holder, and stay closed to others", () => {
    const holds = [{ item: "B2", patron: "P1", status: "on-shelf" }];
    const counter = createCounter({ policy, items, patrons, holds });
    expect(outcomeOf(counter.ask(lend("P2", "B2")))).toEqual(["item-held"]);
    expect(outcomeOf(counter.ask(lend("P1", "B2")))).toEqual(["record"]);
  });
  it("let the first in line go first", () => {
    const holds = [
      { item: "B1", patron: "P1", placedAt: "2026-11-01" },
      { item: "B1", patron: "P2", placedAt: "2026-11-02" },
    ];
    const counter = createCounter({ policy, items, patrons, holds });
    expect(outcomeOf(counter.ask(lend("P2", "B1")))).toEqual(["item-held"]);
    expect(outcomeOf(counter.ask(lend("P1", "B1")))).toEqual(["record"]);
  });
  it("stand in the way of a renewal, and set a return aside for whom, by the end of the card", () => {
    const holds = [{ item: "B1", patron: "99999355250", pickupBranch: "RIV" }];
    const counter = createCounter({ policy, items, patrons, holds });
    counter.insist(lend("P1", "B1"));
    expect(outcomeOf(counter.ask({ kind: "renewal", item: "B1" }))).toEqual(["item-held"]);
    const back = counter.ask({ kind: "checkin", item: "B1" });
    expect(back.kind === "record" && back.notes.find(({ code }) => code === "item.held")).toMatchObject({
      severity: "attention",
      text: "ON HOLD: set it aside for card …5250, to be picked up at RIV.",
    });
    expect(back.kind === "record" && back.transaction.judged.hold).toBe(true);
  });
});

describe("renewals", () => {
  const policy = { loanRules: rules };
  const items = [{ barcode: "D1", itemType: "dvd" }, { barcode: "B1" }];
  const patrons = [{ barcode: "P1" }, { barcode: "P2" }];

  it("are counted by the rule for a loan of this outage", () => {
    const counter = createCounter({ policy, items, patrons });
    counter.insist(lend("P1", "D1"));
    counter.at("2026-11-28 10:00");
    const first = counter.ask({ kind: "renewal", item: "D1" });
    expect(first.kind === "record" && "due" in first.transaction && localTime(first.transaction.due)).toBe(
      "2026-12-12 23:59:59",
    );
    expect(outcomeOf(counter.ask({ kind: "renewal", item: "D1" }))).toEqual(["renewal-none-left"]);
  });
  it("are what the library system said of a loan from before", () => {
    const loan = {
      item: "B1",
      patron: "P1",
      checkedOutAt: "2026-11-01",
      dueAt: "2026-11-22T23:59:59",
      renewalsLeft: 1,
    };
    const counter = createCounter({ policy, items, patrons, loans: [loan] });
    expect(counter.ask({ kind: "renewal", item: "B1" })).toMatchObject({
      transaction: { patron: "P1", rule: 2, judged: { saw: { kind: "snapshot" } } },
    });
    expect(outcomeOf(counter.ask({ kind: "renewal", item: "B1" }))).toEqual(["renewal-none-left"]);
  });
  it("never make a loan shorter", () => {
    const loan = { item: "B1", patron: "P1", checkedOutAt: "2026-11-01", dueAt: "2027-03-01T23:59:59" };
    const counter = createCounter({ policy, items, patrons, loans: [loan] });
    const renewed = counter.insist({ kind: "renewal", item: "B1" });
    expect("due" in renewed.transaction && localTime(renewed.transaction.due)).toBe("2027-03-01 23:59:59");
    expect(renewed.notes.at(-1)?.text).toContain("runs until 2027-03-01 already");
  });
  it("of another's loan are asked about", () => {
    const counter = createCounter({ policy, items, patrons });
    counter.insist(lend("P1", "B1"));
    expect(outcomeOf(counter.ask({ kind: "renewal", item: "B1", patron: "P2" }))).toEqual(["item-out"]);
  });
});

describe("returns", () => {
  const hours = ["fri 18:00-02:00", "sat 10:00-14:00", "tue 10:00-18:00"];
  const items = [{ barcode: "B1" }, { barcode: "B2", itemType: "reserve" }];
  const policy = { loanRules: [{ itemType: "reserve", length: "2 hours" }, ...rules] };

  it("after midnight count as the day that is still on, so that no day loan is late", () => {
    const counter = createCounter({ policy, hours, items, patrons: [{ barcode: "P1" }] });
    counter.at("2026-11-20 19:00");
    counter.insist({ ...lend("P1", "B1"), due: parse("2026-11-20 23:59:59") });
    counter.insist({ ...lend("P1", "B2"), due: parse("2026-11-20 21:00") });
    counter.at("2026-11-21 01:00");
    const back = counter.insist({ kind: "checkin", item: "B1" });
    expect(localTime(back.transaction.effective ?? 0)).toBe("2026-11-20 23:59:59");
    expect(notesOf(back)).toContain("return.counted");
    expect(counter.insist({ kind: "checkin", item: "B2" }).transaction.effective).toBeUndefined();
    counter.at("2026-11-21 02:00");
    expect(counter.insist({ kind: "checkin", item: "unknown" }).transaction.effective).toBeUndefined();
  });
  it("from before the loan are asked about", () => {
    const counter = createCounter({ policy, items, patrons: [{ barcode: "P1" }] });
    counter.insist(lend("P1", "B1"));
    const early = { kind: "checkin", item: "B1", effective: parse("2026-11-20 23:00") } as const;
    expect(outcomeOf(counter.ask(early))).toEqual(["return-before-loan"]);
  });
  it("in the book drop count when they were dropped", () => {
    const loan = {
      item: "B1",
      patron: "P1",
      checkedOutAt: "2026-11-01T10:00:00",
      dueAt: "2026-11-20T23:59:59",
    };
    const counter = createCounter({ policy, items, patrons: [{ barcode: "P1" }], loans: [loan] });
    const dropped = parse("2026-11-20 23:00");
    const back = counter.insist({ kind: "checkin", item: "B1", effective: dropped });
    expect(back.transaction).toMatchObject({
      effective: dropped,
      judged: { saw: { kind: "snapshot", patron: "P1" } },
    });
  });
});

describe("the date", () => {
  it("is counted from when the loan was made, and cut to the card", () => {
    const patrons = [{ barcode: "P1" }, { barcode: "P2", expires: "2026-12-01" }];
    const counter = createCounter({
      policy: { loanRules: rules },
      items: [{ barcode: "B1" }, { barcode: "B2" }],
      patrons,
    });
    const paper = counter.insist({
      ...lend("P1", "B1"),
      effective: parse("2026-11-20 17:00"),
      source: "paper",
    });
    expect("due" in paper.transaction && localTime(paper.transaction.due)).toBe("2026-12-11 23:59:59");
    const cut = counter.insist(lend("P2", "B2"));
    expect(cut.transaction).toMatchObject({ capped: "expiry", rule: 2 });
    expect(cut.notes.map(({ text }) => text).join(" ")).toContain("the card ends on Tue 1 Dec");
  });
});
