import { describe, expect, it } from "vitest";
import { hasRightCheckDigit, isIsbn } from "../../../src/crdt/circulation/barcode-rules.ts";
import { createCounter, notesOf, outcomeOf } from "./counter.ts";

const rules = [{ length: "21 days", renewals: 2 }];
const lend = (patron: string, item: string) => ({ kind: "checkout", patron, item }) as const;

describe("barcodes", () => {
  const item = { lengths: [14], prefixes: ["3"], checkDigit: true };
  const policy = { loanRules: rules, barcodes: { item, interlibrary: ["ILL"] }, ils: { name: "Sierra" } };
  const counter = createCounter({
    policy,
    items: [{ barcode: "CONC4000036" }],
    patrons: [{ barcode: "P1" }],
  });

  it("of an inter-library system are never recorded", () => {
    const decision = counter.ask(lend("P1", "ILL-1234"), "supervisor");
    expect(decision).toMatchObject({ refusal: { kind: "interlibrary" } });
    expect(decision.kind === "refused" && decision.refusal.text).toContain("when Sierra is back");
  });
  it.each([
    ["30234000517861", ["record"]],
    ["30234000517862", ["check-digit"]],
    ["9780306406157", ["isbn"]],
    ["12345678901234", ["record"]],
    ["CONC4000036", ["record"]],
  ])("%s gives %s", (barcode, outcome) => {
    expect(outcomeOf(counter.ask(lend("P1", barcode)))).toEqual(outcome);
  });
  it("are recorded all the same, and what was wrong with them", () => {
    const isbn = counter.insist(lend("P1", "9780306406157"), "staff");
    expect(isbn.transaction.judged.barcode).toBe("isbn");
    const far = counter.insist(lend("P1", "42"), "staff");
    expect(far.transaction.judged.barcode).toBe("out-of-range");
    expect(notesOf(far)).toContain("barcode.range");
  });
  it("fail their check with any one digit flipped", () => {
    for (const good of ["30234000517861", "33191000105864"]) {
      expect(hasRightCheckDigit(good)).toBe(true);
      for (let at = 0; at < good.length; at++) {
        for (let add = 1; add < 10; add++) {
          const bad = [...good];
          bad[at] = String((Number(bad[at]) + add) % 10);
          expect(hasRightCheckDigit(bad.join(""))).toBe(false);
        }
      }
    }
    expect([isIsbn("9780306406157"), isIsbn("9780306406158"), isIsbn("30234000517861")]).toEqual([
      true,
      false,
      false,
    ]);
  });
});
