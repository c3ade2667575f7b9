/** The rules of limited items, from check-out to check-in: who is asked what, what the patron is told and given. */
import { describe, expect, it } from "vitest";
import { ilsNameOf } from "../../../src/crdt/circulation/decide-context.ts";
import type { Lending } from "../../../src/crdt/circulation/lending.ts";
import { defaultPolicy } from "../../../src/crdt/circulation/policy.ts";
import { createCounter, localTime, notesOf, outcomeOf, parse, questionsOf } from "./counter.ts";

const week = ["tue 10:00-18:00", "wed 10:00-18:00", "thu 10:00-20:00", "fri 10:00-18:00", "sat 10:00-14:00"];
const policy = {
  loanRules: [
    { itemType: "dvd", length: "1 day", renewals: 0 },
    { itemType: "reserve", length: "2 hours" },
    { itemType: "weekly", length: "1 week", renewals: 1 },
    { itemType: "tool", length: "none" },
    { length: "21 days", renewals: 2 },
  ],
  calendar: { closedDays: "push", hourlyPastClosing: "shorten" },
  shelve: ["book"],
  ils: { name: "Koha", keepsDueDates: false },
};
const warning = /no grace, no renewal; billed and blocked at once, with a processing charge/;
const anna = { barcode: "P1" };

function counterWith(item: Parameters<typeof createCounter>[0]["items"]) {
  return createCounter({ policy, hours: week, items: item ?? [], patrons: [anna, { barcode: "P2" }] });
}

describe("an item for use in the library only", () => {
  const counter = counterWith([
    { barcode: "I1", status: "library-use-only", itemMessage: "u", opacMessage: "b" },
  ]);
  const lend = { kind: "checkout", patron: "P1", item: "I1" } as const;

  it("asks for a supervisor, with its staff message in the same answer", () => {
    const decision = counter.ask(lend, "staff");
    expect(questionsOf(decision)).toMatchObject([
      { code: "item-status", role: "supervisor", severity: "override" },
      { code: "item-message", role: "staff", severity: "acknowledge" },
    ]);
    expect(questionsOf(decision)[1]?.text).toBe("Staff message on this item: use at library only");
    expect(() => counter.insist(lend, "staff")).toThrow("not recorded");
  });
  it("is lent once over it, with the public message on the slip and no staff message", () => {
    const lent = counter.insist(lend);
    expect(lent.transaction.overrides?.map(({ code }) => code)).toEqual(["item-status", "item-message"]);
    expect(lent.slip).toContain("use at library");
    expect(lent.slip.join(" ")).not.toContain("use at library only");
  });
  it("pops its message up at the return, and has its status back", () => {
    const back = counter.ask({ kind: "checkin", item: "I1" });
    expect(outcomeOf(back)).toEqual(["item-message"]);
    const returned = counter.insist({ kind: "checkin", item: "I1" }, "staff");
    expect(notesOf(returned)).toEqual(["rec.in.rescan", "return.was-out", "item.status-back"]);
    expect(outcomeOf(counter.ask({ ...lend, patron: "P2" }, "staff"))).toEqual([
      "item-status",
      "item-message",
    ]);
  });
});

describe("an item that is not for the public", () => {
  const counter = counterWith([{ barcode: "I2", status: "Ask Reference", itemMessage: "r" }]);
  it.each(["staff", "supervisor"] as const)("is refused for %s, in-house use too", (role) => {
    expect(outcomeOf(counter.ask({ kind: "checkout", patron: "P1", item: "I2" }, role))).toEqual([
      "item.never",
    ]);
    expect(outcomeOf(counter.ask({ kind: "in-house-use", item: "I2", count: 1 }, role))).toEqual([
      "item.never",
    ]);
  });
  it("is taken back all the same, with its message, and put away", () => {
    const back = counter.insist({ kind: "checkin", item: "I2" }, "staff");
    expect(back.transaction.overrides?.map(({ code }) => code)).toEqual(["item-message"]);
    expect(notesOf(back)).toEqual(["rec.in.rescan", "item.status-back"]);
  });
});

describe("staff messages", () => {
  it.each([
    ["u", "use at library only"],
    ["r", "restricted use"],
    ["b", "building use only"],
    ["s", "shared print"],
    ["3 discs", "3 discs"],
  ])("%s is read at both ends, and acknowledged", (code, words) => {
    const counter = counterWith([{ barcode: "I3", itemMessage: code }]);
    const lend = counter.ask({ kind: "checkout", patron: "P1", item: "I3" });
    expect(questionsOf(lend)).toMatchObject([{ code: "item-message", severity: "acknowledge" }]);
    expect(questionsOf(lend)[0]?.text).toBe(`Staff message on this item: ${words}`);
    counter.insist({ kind: "checkout", patron: "P1", item: "I3" }, "staff");
    expect(outcomeOf(counter.ask({ kind: "checkin", item: "I3" }))).toEqual(["item-message"]);
    const back = counter.insist({ kind: "checkin", item: "I3" }, "staff");
    expect(back.transaction.overrides).toMatchObject([{ code: "item-message", acknowledged: true }]);
  });
  it.each([
    ["1", "1-day loan"],
    ["2", "2-hour loan"],
    ["w", "1-week loan"],
    ["r", "restricted"],
    ["b", "use at library"],
    ["Ask for the map", "Ask for the map"],
  ])("the public message %s is on the slip", (code, words) => {
    const counter = counterWith([{ barcode: "I4", opacMessage: code }]);
    expect(counter.insist({ kind: "checkout", patron: "P1", item: "I4" }).slip).toContain(words);
  });
});

describe("a 2-hour loan", () => {
  it("late in the day is cut to closing time, asks nothing, and says so", () => {
    const counter = counterWith([{ barcode: "I5", itemType: "reserve", opacMessage: "2" }]);
    counter.at("2026-11-24 17:10");
    const lent = counter.insist({ kind: "checkout", patron: "P1", item: "I5" }, "staff");
    expect(lent.transaction).toMatchObject({ rule: 2, limited: true, dueFrom: "rule" });
    expect("due" in lent.transaction && localTime(lent.transaction.due)).toBe("2026-11-24 18:00:00");
    expect(lent.notes.map(({ text }) => text)).toEqual([
      "Checked out. Due Tue 24 Nov, 18:00.",
      "2-hour loan, due Tue 24 Nov, 18:00 by the rule. No renewal.",
      "2 hours by rule 2; the library closes at 18:00, shortened to that.",
    ]);
    expect(lent.slip).toEqual([
      "Due Tue 24 Nov, 18:00",
      "2-hour loan",
      "Koha may set another due date later.",
    ]);
  });
  it("is not renewed by staff, and by a supervisor alone", () => {
    const counter = counterWith([{ barcode: "I5", itemType: "reserve" }]);
    counter.insist({ kind: "checkout", patron: "P1", item: "I5" });
    const renewal = counter.ask({ kind: "renewal", item: "I5" }, "staff");
    expect(questionsOf(renewal)).toMatchObject([{ code: "renewal-none-left", role: "supervisor" }]);
    expect(counter.insist({ kind: "renewal", item: "I5" }).transaction.kind).toBe("renewal");
  });
});

describe("a week on a 1-day item", () => {
  const counter = counterWith([{ barcode: "I6", itemType: "dvd", opacMessage: "1" }]);
  const due = parse("2026-11-28 23:59:59");
  const lend = { kind: "checkout", patron: "P1", item: "I6", due } as const;

  it("asks for a supervisor, a reason and the tick that the patron was told", () => {
    counter.at("2026-11-21 10:04");
    const decision = counter.ask(lend, "staff");
    expect(questionsOf(decision)).toMatchObject([
      { code: "loan-longer", role: "supervisor", severity: "override", tick: "I have told the patron" },
    ]);
    const [question] = questionsOf(decision);
    expect(question?.text).toMatch(/^Longer than this item's rule \(1-day loan, due Tue 24 Nov\)\./);
    expect(question?.text).toMatch(warning);
    const answer = { code: "loan-longer", ref: question?.ref ?? "", reason: "Class visit" };
    const untold = { ...lend, overrides: [answer] };
    expect(outcomeOf(counter.ask(untold, "supervisor"))).toEqual(["loan-longer"]);
    const unreasoned = { ...lend, overrides: [{ ...answer, reason: "", acknowledged: true }] };
    expect(outcomeOf(counter.ask(unreasoned, "supervisor"))).toEqual(["loan-longer"]);
  });
  it("is asked again when the date is another", () => {
    const [question] = questionsOf(counter.ask(lend));
    const later = { ...lend, due: due + 86_400_000 };
    const overrides = [
      { code: "loan-longer", ref: question?.ref ?? "", reason: "Class visit", acknowledged: true },
    ];
    expect(outcomeOf(counter.ask({ ...later, overrides }, "supervisor"))).toEqual(["loan-longer"]);
  });
  it("says on the slip what it costs to be late, and writes all of it into the record", () => {
    const lent = counter.insist(lend);
    expect(lent.slip[0]).toBe("Due 2026-11-28");
    expect(lent.slip.join(" ")).toMatch(warning);
    expect(lent.transaction).toMatchObject({
      rule: 1,
      limited: true,
      dueFrom: "given",
      due,
      overrides: [{ code: "loan-longer", acknowledged: true }],
    });
  });
  it("comes back like any other", () => {
    expect(notesOf(counter.insist({ kind: "checkin", item: "I6" }, "staff"))).toEqual([
      "rec.in.rescan",
      "return.was-out",
    ]);
  });
  it("asks nothing for the rule's own date, or an earlier one", () => {
    const byRule = counter.insist({ kind: "checkout", patron: "P1", item: "I6" }, "staff");
    expect(byRule.transaction.overrides).toBeUndefined();
    counter.insist({ kind: "checkin", item: "I6" });
    const shorter = parse("2026-11-22 12:00");
    const early = counter.insist({ kind: "checkout", patron: "P2", item: "I6", due: shorter }, "staff");
    expect(early.transaction.overrides).toBeUndefined();
  });
});

describe("an item that its rule doesn't lend", () => {
  const counter = counterWith([{ barcode: "I7", itemType: "tool" }]);
  const lend = { kind: "checkout", patron: "P1", item: "I7" } as const;

  it("needs a supervisor, who sets the date", () => {
    expect(questionsOf(counter.ask(lend, "supervisor"))).toMatchObject([
      { code: "loan-none", role: "supervisor", needsDue: true, tick: "I have told the patron" },
    ]);
    expect(() => counter.insist(lend)).toThrow("not recorded");
    const dated = { ...lend, due: parse("2026-11-25 23:59:59") };
    expect(() => counter.insist(dated, "staff")).toThrow("not recorded");
    const lent = counter.insist(dated);
    expect(lent.transaction).toMatchObject({ rule: 4, limited: true, dueFrom: "given" });
    expect(lent.slip.join(" ")).toMatch(warning);
  });
});

describe("returns", () => {
  it("go to the shelf where the branch opted in, and nobody waits, and the status lets them", () => {
    const items = [
      { barcode: "B1" },
      { barcode: "B2" },
      { barcode: "B3", status: "lost" },
      { barcode: "D1", itemType: "dvd" },
    ];
    const holds = [{ item: "B2", patron: "P2", pickupBranch: "RIV" }];
    const counter = createCounter({ policy, items, patrons: [anna], holds });
    const notes = (item: string) => notesOf(counter.ask({ kind: "checkin", item }));
    expect(notes("B1")).toEqual(["rec.in.shelve"]);
    expect(notes("B2")).toEqual(["rec.in.rescan", "item.held"]);
    expect(notes("B3")).toEqual(["rec.in.rescan", "item.status"]);
    expect(notes("D1")).toEqual(["rec.in.rescan"]);
  });
});

it("is called what the branch has set, else what its policy says", () => {
  const named = { ...defaultPolicy, ils: { ...defaultPolicy.ils, name: "the library system" } };
  const lending = { policy: named } as Lending;
  expect([ilsNameOf({ lending, ilsName: "Koha" }), ilsNameOf({ lending }), ilsNameOf({})]).toEqual([
    "Koha",
    "the library system",
    undefined,
  ]);
});
