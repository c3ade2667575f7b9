import { describe, expect, it } from "vitest";
import { choicesOf } from "../../src/crdt/circulation/exception-choices.ts";
import { exceptionToText } from "../../src/crdt/circulation/exception-text.ts";
import type { ExceptionKind } from "../../src/crdt/circulation/exceptions.ts";
import { consequenceOf } from "../../src/export/consequence.ts";

const kinds: Readonly<Record<ExceptionKind, true>> = {
  "double-loan": true,
  "loan-after-void": true,
  "renewal-without-loan": true,
  "renewal-of-other": true,
  "checkin-without-loan": true,
  "duplicate-registration": true,
  "over-limit": true,
  "unknown-patron": true,
  "unknown-item": true,
  "failed-check-digit": true,
  isbn: true,
  "out-of-range": true,
  "hold-at-checkin": true,
  "card-as-item": true,
  "override-used": true,
  "date-promised": true,
  "twin-desk": true,
  repeat: true,
  clock: true,
  "two-contents": true,
  "void-after-export": true,
  overtaken: true,
  "retired-desk": true,
};
const loaders = { evergreen: /Evergreen/, koha: /Koha/, alma: /Alma/, sierra: /Sierra/ } as const;

describe("what an exception comes to", () => {
  it.each(Object.keys(kinds) as ExceptionKind[])(
    "%s: is said to staff, and for each ILS and choice",
    (kind) => {
      const exception = { id: "x", kind, mustDecide: false, transactions: [], settlements: [] };
      expect(exceptionToText(exception, { deskName: () => "Desk 1" })).toMatch(/^[A-Z].*\.$/);
      for (const { decision } of choicesOf(kind)) {
        for (const [format, name] of Object.entries(loaders)) {
          const text = consequenceOf(kind, decision, format as keyof typeof loaders);
          expect(text).toMatch(name);
          expect(text).toMatch(/^[A-Z].*\.$/);
        }
        expect(consequenceOf(kind, decision, "csv")).toBeUndefined();
      }
    },
  );

  it.each(Object.keys(kinds) as ExceptionKind[])("%s: names the ILS as staff do, where they do", (kind) => {
    const exception = { id: "x", kind, mustDecide: false, transactions: [], settlements: [] };
    const say = (ilsName?: string): readonly string[] => [
      exceptionToText(exception, { deskName: () => "Desk 1", ilsName }),
      ...choicesOf(kind, ilsName).map(({ text }) => text),
    ];
    const unnamed = say();
    for (const [index, text] of say("Symphony").entries()) {
      expect(text).not.toMatch(/library system/i);
      expect(text).toBe(unnamed[index]?.replace(/the library system/i, "Symphony"));
    }
  });

  it("is another thing where the line is left out than where it goes out", () => {
    expect(consequenceOf("double-loan", "keep-both", "koha")).toContain("lends it to the second");
    expect(consequenceOf("double-loan", "void", "koha")).toContain("never hears of it");
    expect(consequenceOf("void-after-export", "void", "koha")).toContain("has it already");
  });
});
