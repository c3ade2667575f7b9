import { describe, expect, it } from "vitest";
import { factToBody, parseFact } from "../../../src/crdt/circulation/stored.ts";
import type { Fact } from "../../../src/crdt/circulation/transaction.ts";
import * as fc from "../../properties.ts";

const printable = fc.integer({ min: 0x20, max: 0x7e }).map((code) => String.fromCharCode(code));
const barcode = fc
  .array(printable, { minLength: 1, maxLength: 80 })
  .map((parts) => parts.join("").trim())
  .filter((text) => text !== "");
const text = fc.string({ unit: "grapheme", maxLength: 60 }).filter((each) => !/[\p{Cc}\p{Cs}]/u.test(each));
const id = fc.uuid();
const instant = fc.integer({ min: 0, max: 4_102_444_800_000 });
const flag = fc.boolean();
const dueFrom = fc.constantFrom("given", "default", "rule");

const judged = fc.record(
  {
    snapshot: fc.constantFrom("ab".repeat(32)),
    patronKnown: flag,
    itemKnown: flag,
    loansKnown: flag,
    saw: fc.oneof(
      fc.constant({ kind: "none" }),
      fc.record({ kind: fc.constant("snapshot"), patron: barcode }),
      fc.record({ kind: fc.constant("transaction"), id }),
    ),
    hold: fc.constant(true),
    limit: fc.record({ items: fc.nat(9999), count: fc.nat(999) }),
    limits: fc.array(
      fc.record({
        place: fc.integer({ min: 1, max: 99 }),
        items: fc.nat(99),
        count: fc.nat(99),
        here: fc.nat(9),
      }),
      { minLength: 1, maxLength: 8 },
    ),
    ended: fc.integer({ min: 1, max: 99 }),
    barcode: fc.constantFrom("isbn", "check-digit", "out-of-range"),
  },
  { requiredKeys: [] },
);

const override = fc.record(
  {
    code: fc.constantFrom("patron-blocked", "item-out"),
    ref: id,
    reason: text,
    acknowledged: flag,
    by: text,
  },
  { requiredKeys: ["code", "ref"] },
);

function facts(kind: string, content: Record<string, fc.Arbitrary<unknown>>, optional: string[] = []) {
  const common = { id, digest: fc.constant("0123456789abcdef"), judged };
  const extra = {
    effective: instant,
    source: fc.constantFrom("scan", "typed", "paper"),
    overrides: fc.array(override, { maxLength: 3 }),
  };
  const all = { kind: fc.constant(kind), ...common, ...extra, ...content };
  const maybe = new Set([...Object.keys(extra), ...optional]);
  return fc.record(all, {
    requiredKeys: Object.keys(all).filter((name) => !maybe.has(name)) as never[],
  });
}

const count = fc.integer({ min: 1, max: 99 });
const fields = fc.dictionary(fc.constantFrom("surname", "given_names", "__proto__", "zz", "Ä"), text);

const byRule = {
  rule: fc.integer({ min: 1, max: 200 }),
  limited: fc.constant(true),
  capped: fc.constantFrom("expiry", "hard-due"),
  ilsDue: instant,
};

const fact = fc.oneof(
  facts("checkout", { patron: barcode, item: barcode, due: instant, dueFrom, note: text, ...byRule }, [
    "note",
    ...Object.keys(byRule),
  ]),
  facts("renewal", { patron: barcode, item: barcode, due: instant, dueFrom, ...byRule }, [
    "patron",
    ...Object.keys(byRule),
  ]),
  facts("checkin", { item: barcode }),
  facts("registration", { patron: barcode, fields, initialPassword: text }),
  facts("in-house-use", { item: barcode, count }),
  facts("non-catalogued", {
    patron: barcode,
    type: text.filter((each) => each !== ""),
    count,
    due: instant,
    dueFrom,
  }),
  facts("payment", {
    patron: barcode,
    amount: fc.integer({ min: 1, max: 100_000 }),
    currency: fc.constantFrom("EUR", "USD"),
  }),
  facts("voiding", { voids: id, reason: text }),
  fc.record(
    {
      kind: fc.constant("settlement"),
      exception: id,
      decision: fc.constantFrom("keep-both", "void", "correct", "note"),
      transaction: id,
      barcode,
      reason: text,
    },
    { requiredKeys: ["kind", "exception", "decision", "reason"] },
  ),
) as unknown as fc.Arbitrary<Fact>;

/** A fact with one thing of its body changed to any JSON value. */
const bent = fc.tuple(fact, fc.nat(), fc.jsonValue()).map(([each, at, value]) => {
  const body = JSON.parse(JSON.stringify(factToBody(each))) as Record<string, unknown>;
  const names = [...Object.keys(body), "extra"];
  body[names[at % names.length] as string] = value;
  return body;
});

describe("facts as stored", () => {
  it("come back as they were, through JSON", () => {
    fc.assert(
      fc.property(fact, (each) => {
        const body: unknown = JSON.parse(JSON.stringify(factToBody(each)));
        expect(parseFact(body)).toEqual({ kind: "fact", fact: each });
      }),
      { numRuns: 1_000 },
    );
  });

  it("have one text for one fact, however it was put together", () => {
    fc.assert(
      fc.property(fact, (each) => {
        const turned = Object.fromEntries(Object.entries(each).reverse()) as unknown as Fact;
        expect(JSON.stringify(factToBody(turned))).toBe(JSON.stringify(factToBody(each)));
      }),
    );
  });

  it("are read from any JSON value without throwing, and what is taken for a fact is one", () => {
    fc.assert(
      fc.property(fc.oneof(fc.jsonValue(), bent), (body) => {
        const parsed = parseFact(body);
        if (parsed.kind === "unknown") expect(parsed.why).not.toBe("");
        else
          expect(JSON.parse(JSON.stringify(factToBody(parsed.fact)))).toEqual(
            JSON.parse(JSON.stringify(body)),
          );
      }),
      { numRuns: 2_000 },
    );
  });

  const checkin = { k: "checkin", i: "id-1", d: "0123456789abcdef", j: {}, b: "CONC4000036" };
  it.each([
    ["a kind of a newer version", { ...checkin, k: "reading-room" }],
    ["the log's own kinds", { ...checkin, k: "carried" }],
    ["a field of a newer version", { ...checkin, shelf: 1 }],
    ["a barcode of 81 characters", { ...checkin, b: "1".repeat(81) }],
    ["an empty barcode", { ...checkin, b: "" }],
    ["a barcode with a blank at its end", { ...checkin, b: "123 " }],
    ["a barcode with a control character", { ...checkin, b: "12\t3" }],
    ["a barcode outside ASCII", { ...checkin, b: "12é3" }],
    ["a time past the year 9999", { ...checkin, e: 1e15 }],
    ["a count of 100", { ...checkin, k: "in-house-use", c: 100 }],
    ["a count of 1.5", { ...checkin, k: "in-house-use", c: 1.5 }],
    ["an endless reason", { k: "voiding", i: "a", d: "b", j: {}, v: "c", r: "x".repeat(501) }],
  ])("does not take %s for a fact", (_what, body) => {
    expect(parseFact(checkin).kind).toBe("fact");
    expect(parseFact(body).kind).toBe("unknown");
  });
});
