import { describe, expect, it } from "vitest";
import { type Command, canonicalCommand, checkCommand } from "../../../src/crdt/circulation/command.ts";
import * as fc from "../../properties.ts";

const NOW = 1_800_000_000_000;
const lend: Command = {
  id: "0198c0de-0000-7000-8000-000000000001",
  kind: "checkout",
  patron: "99999355250",
  item: "CONC4000037",
};

function bend(change: Record<string, unknown>): Command {
  return { ...lend, ...change } as unknown as Command;
}

describe("checkCommand", () => {
  it("lets a whole command through", () => {
    expect(checkCommand(lend, NOW)).toBeNull();
    expect(
      checkCommand(bend({ effective: NOW + 60_000, due: NOW + 120_000, note: "A title" }), NOW),
    ).toBeNull();
  });

  it.each<[string, Record<string, unknown>, RegExp]>([
    ["an unknown kind", { kind: "lend" }, /^kind: expected one of checkout/],
    ["a kind from Object's own", { kind: "constructor" }, /^kind/],
    ["no kind", { kind: undefined }, /^kind/],
    ["an id that is none", { id: "1" }, /^id: expected a UUID/],
    ["a missing field", { item: undefined }, /^item: missing; a checkout needs it/],
    ["a field of another kind", { count: 1 }, /^count: a checkout has no such field/],
    ["an empty barcode", { item: "" }, /^item: empty/],
    ["a barcode of 300 characters", { item: "7".repeat(300) }, /^item: too long.*80/],
    ["control characters", { item: "12\u001d34" }, /^item: has control characters/],
    ["a blank at the end", { patron: "1234 " }, /^patron: has a blank/],
    ["a number for a barcode", { patron: 1234 }, /^patron: expected a barcode/],
    ["letters outside ASCII", { patron: "12ä" }, /^patron: .*ASCII/],
    ["a due time of text", { due: "tomorrow" }, /^due: expected a date/],
    ["a due time before the loan", { due: NOW - 1 }, /^due: .*after the loan/],
    ["an effective time to come", { effective: NOW + 601_000 }, /^effective: .*not later than now/],
    ["a long note", { note: "x".repeat(501) }, /^note: too long/],
    ["a strange source", { source: "guess" }, /^source/],
    ["overrides that are no list", { overrides: "all" }, /^overrides/],
    ["overrides without a ref", { overrides: [{ code: "item-out" }] }, /^overrides/],
    ["a count out of range", { kind: "in-house-use", patron: undefined, count: 0 }, /^count: .*1 to 99/],
    [
      "an amount below nothing",
      { kind: "payment", item: undefined, amount: -1, currency: "EUR" },
      /^amount: expected whole cents/,
    ],
    ["fields of lists", { kind: "registration", item: undefined, fields: [] }, /^fields/],
    [
      "a voiding without words",
      { kind: "voiding", item: undefined, patron: undefined, voids: "a", reason: " " },
      /^reason/,
    ],
  ])("refuses %s, and says what was expected", (_what, change, text) => {
    const refusal = checkCommand(bend(change), NOW);
    expect(refusal?.kind).toBe("invalid");
    expect(refusal?.text).toMatch(text);
    expect(refusal?.text).not.toContain("99999355250");
  });

  it("never throws, whatever it is given", () => {
    const names = fc.constantFrom(
      "id",
      "kind",
      "patron",
      "item",
      "due",
      "note",
      "effective",
      "source",
      "fields",
      "count",
      "type",
      "amount",
      "currency",
      "voids",
      "reason",
      "overrides",
    );
    fc.assert(
      fc.property(fc.dictionary(names, fc.anything()), (change) => {
        checkCommand(bend(change), NOW);
      }),
      { numRuns: 2_000 },
    );
  });
});

describe("canonicalCommand", () => {
  it("is the same for the same content in any order, and leaves overrides out", () => {
    const turned = Object.fromEntries(Object.entries(lend).reverse()) as unknown as Command;
    const answered = {
      ...turned,
      note: undefined,
      overrides: [{ code: "item-out", ref: "r" }],
    } as unknown as Command;
    expect(canonicalCommand(answered)).toBe(canonicalCommand(lend));
    expect(canonicalCommand({ ...lend, item: "CONC4000038" })).not.toBe(canonicalCommand(lend));
  });
});
