import { describe, expect, it } from "vitest";
import { createFold } from "../../../src/crdt/circulation/fold.ts";
import { comparePositions, type Recorded } from "../../../src/crdt/circulation/transaction.ts";
import * as fc from "../../properties.ts";
import { type Counter, createCounter } from "./counter.ts";

const LIMIT = 3;
const PATRON = "p1";
const before = ["s1", "s2"];
const stock = [...before, "n1", "n2", "n3", "n4"];

function counterAt(desk: string, policy: object = limited): Counter {
  return createCounter({
    policy,
    desk,
    items: stock.map((barcode) => ({ barcode })),
    patrons: [{ barcode: PATRON }],
    loans: before.map((item) => ({
      item,
      patron: PATRON,
      checkedOutAt: "2026-11-01",
      dueAt: "2026-12-01",
      renewalsLeft: 1,
    })),
  });
}

const limited = {
  loanRules: [{ length: "21 days" }],
  limits: [{ items: LIMIT }],
};

interface Step {
  readonly desk: number;
  readonly act: "lend" | "return" | "renew" | "void" | "hear";
  readonly item: string;
}

const steps: fc.Arbitrary<readonly Step[]> = fc.array(
  fc.record({
    desk: fc.nat(1),
    act: fc.constantFrom("lend", "lend", "lend", "return", "renew", "void", "hear"),
    item: fc.constantFrom(...stock),
  }),
  { minLength: 3, maxLength: 24 },
);

/** Two desks at work, each with what it heard; they keep to the limit, and answer nothing else than messages. */
function play(list: readonly Step[]): readonly Recorded[] {
  const desks = [counterAt("1"), counterAt("2")] as const;
  list.forEach(({ desk, act, item }, index) => {
    const here = desks[desk === 0 ? 0 : 1];
    const there = desks[desk === 0 ? 1 : 0];
    here.at(
      `2026-11-21 ${String(10 + Math.floor(index / 60)).padStart(2, "0")}:${String(index % 60).padStart(2, "0")}`,
    );
    if (act === "lend") here.ask({ kind: "checkout", patron: PATRON, item });
    if (act === "return") here.ask({ kind: "checkin", item });
    if (act === "renew") here.ask({ kind: "renewal", item, patron: PATRON });
    if (act === "hear") here.hear(there.fold.all());
    const last = here.fold.historyOf(item).at(-1);
    // A voided return gives the loan back afterwards: no desk passed a limit when it lent.
    const isLoan = last?.fact.kind === "checkout" && !before.includes(item);
    if (act === "void" && isLoan) here.ask({ kind: "voiding", voids: last.fact.id, reason: "slip" });
  });
  const all = new Map([...desks[0].fold.all(), ...desks[1].fold.all()].map((each) => [each.fact, each]));
  return [...all.values()];
}

/** What the patron had after each loan, by plain counting in the order of the log. */
function passedBy(facts: readonly Recorded[]): readonly string[] {
  const voided = new Set(facts.flatMap(({ fact }) => (fact.kind === "voiding" ? [fact.voids] : [])));
  const has = new Set(before);
  const passed: string[] = [];
  for (const { fact } of [...facts].sort((a, b) => comparePositions(a.position, b.position))) {
    if (!("id" in fact) || voided.has(fact.id)) continue;
    if (fact.kind === "checkin") has.delete(fact.item);
    if (fact.kind !== "checkout") continue;
    has.add(fact.item);
    if (has.size > LIMIT) passed.push(fact.id);
  }
  return passed;
}

describe("over-limit", () => {
  it("is found where two desks passed a limit that each kept, and nowhere else", () => {
    let found = 0;
    fc.assert(
      fc.property(steps, (list) => {
        const facts = play(list);
        const fold = createFold({ hash: (text) => text });
        fold.add(facts);
        const last = fold
          .exceptions()
          .filter(({ kind }) => kind === "over-limit")
          .map(({ transactions }) => transactions.at(-1));
        expect(last.sort()).toEqual([...passedBy(facts)].sort());
        found += last.length;
      }),
      { numRuns: process.env.DESKMESH_FULL === "1" ? 3_000 : 150 },
    );
    expect(found).toBeGreaterThan(10);
  });

  it("names the loans of both desks, and is to look at", () => {
    const [one, two] = [counterAt("1"), counterAt("2")];
    one.ask({ kind: "checkout", patron: PATRON, item: "n1" });
    two.ask({ kind: "checkout", patron: PATRON, item: "n2" });
    one.hear(two.fold.all());
    const [found, ...others] = one.fold.exceptions();
    expect(others).toEqual([]);
    expect(found).toMatchObject({ kind: "over-limit", mustDecide: false });
    expect(found?.transactions.map((id) => one.fold.recordedById(id)?.fact)).toMatchObject([
      { item: "n1" },
      { item: "n2" },
    ]);
  });
});

describe("date-promised", () => {
  const week = { loanRules: [{ length: "14 days", renewals: 2 }], ils: { keepsDueDates: false } };
  const due = Date.UTC(2026, 11, 24, 22, 59, 59);

  it("is found where staff gave another date than the library system will compute, which the entry carries", () => {
    const counter = counterAt("1", week);
    const plain = counter.insist({ kind: "checkout", patron: PATRON, item: "n1" });
    expect(plain.transaction).not.toHaveProperty("ilsDue");
    const given = counter.insist({ kind: "checkout", patron: PATRON, item: "n2", due });
    expect(given.transaction).toMatchObject({ due, ilsDue: (plain.transaction as { due: number }).due });
    expect(counter.fold.exceptions()).toMatchObject([
      { kind: "date-promised", mustDecide: false, transactions: [given.transaction.id] },
    ]);
  });

  it("is found for a renewal that keeps the later date of the loan", () => {
    const counter = counterAt("1", week);
    counter.insist({ kind: "checkout", patron: PATRON, item: "n1", due });
    counter.insist({ kind: "renewal", item: "n1" });
    expect(counter.fold.exceptions().map(({ kind }) => kind)).toEqual(["date-promised", "date-promised"]);
  });

  it("is not found where the file carries due dates", () => {
    const counter = counterAt("1", { ...week, ils: { keepsDueDates: true } });
    counter.insist({ kind: "checkout", patron: PATRON, item: "n1", due });
    expect(counter.fold.exceptions()).toEqual([]);
  });
});
