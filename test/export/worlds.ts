/** Random batches for the export tests: lines as the fold gives them (rising seconds per item, in log order). */

import type { Transaction } from "../../src/crdt/circulation/transaction.ts";
import type { BatchInput, BatchLine, Format } from "../../src/export/batch.ts";
import * as fc from "../properties.ts";

export const FORMATS: readonly Format[] = ["evergreen", "koha", "alma", "sierra", "csv", "jsonl"];

const printable = fc.integer({ min: 0x20, max: 0x7e }).map((code) => String.fromCharCode(code));
export const barcode = fc.oneof(
  fc.constantFrom("7", "0", "CONC4000036", "30234000517861", "=1+1", "a:b", "x".repeat(80)),
  fc.array(printable, { minLength: 1, maxLength: 80 }).map((units) => units.join("").trim() || "x"),
);
const card = fc.oneof(fc.constantFrom("99999355250", "p".repeat(33)), barcode);
/** Any text there is: controls, quotes, line ends, formulas, emoji, halves of characters. */
export const anyText = fc.oneof(
  fc.string({ unit: "binary", maxLength: 12 }),
  fc.constantFrom(
    "",
    '"',
    "a,b",
    "x\r\ny",
    "=cmd|' /C calc'!A0",
    "Łukasz 😀",
    "\ud800",
    "\u2028",
    "-1",
    "+49 30",
    "\t@",
  ),
);
const count = fc.integer({ min: 1, max: 99 });
const instant = fc.integer({ min: Date.UTC(2024, 0, 1), max: Date.UTC(2028, 0, 1) });
const due = fc.oneof({ weight: 9, arbitrary: instant }, { weight: 1, arbitrary: fc.maxSafeInteger() });
const dueFrom = fc.constantFrom("given", "default", "rule");
const fieldName = fc.oneof(
  fc.constantFrom(
    "surname",
    "given_names",
    "birth_date",
    "address",
    "street1",
    "phone",
    "school",
    "__proto__",
  ),
  anyText,
);
const fields = fc
  .array(fc.tuple(fieldName, anyText), { maxLength: 6 })
  .map((pairs) => Object.fromEntries(pairs));

const common = {
  id: fc.uuid({ version: 7 }),
  digest: fc.constant("0123456789abcdef"),
  judged: fc.constantFrom(
    {},
    { saw: { kind: "none" }, itemKnown: true },
    { snapshot: "ab", patronKnown: false },
  ),
};
const optional = <T>(arbitrary: fc.Arbitrary<T>): fc.Arbitrary<T | undefined> =>
  fc.option(arbitrary, { nil: undefined });

function dropUndefined<T extends object>(value: T): Transaction {
  return Object.fromEntries(Object.entries(value).filter(([, inner]) => inner !== undefined)) as Transaction;
}

const transaction: fc.Arbitrary<Transaction> = fc
  .oneof(
    fc.record({
      ...common,
      kind: fc.constant("checkout"),
      patron: card,
      item: barcode,
      due,
      dueFrom,
      note: optional(anyText),
    }),
    fc.record({
      ...common,
      kind: fc.constant("renewal"),
      item: barcode,
      patron: optional(card),
      due,
      dueFrom,
    }),
    fc.record({ ...common, kind: fc.constant("checkin"), item: barcode, effective: optional(instant) }),
    fc.record({
      ...common,
      kind: fc.constant("registration"),
      patron: card,
      fields,
      initialPassword: anyText,
    }),
    fc.record({ ...common, kind: fc.constant("in-house-use"), item: barcode, count }),
    fc.record({
      ...common,
      kind: fc.constant("non-catalogued"),
      patron: card,
      type: anyText,
      count,
      due,
      dueFrom,
    }),
    fc.record({
      ...common,
      kind: fc.constant("payment"),
      patron: card,
      amount: fc.oneof(fc.constantFrom(0, 1, 5, 500), fc.integer({ min: 0, max: 10_000_000 })),
      currency: fc.constantFrom("EUR", "USD"),
    }),
  )
  .map(dropUndefined);

const drawnLine = fc.record({
  fact: transaction,
  at: fc.oneof({ weight: 9, arbitrary: instant }, { weight: 1, arbitrary: fc.maxSafeInteger() }),
  desk: fc.constantFrom("desk-a", "desk-b", "__proto__"),
  offsetMs: optional(fc.integer({ min: -1e9, max: 1e9 })),
  staff: optional(anyText),
  title: anyText,
  patronName: anyText,
});

/** Raises the time where the item's line before is not in an earlier second, as the fold does. */
function drawnToLines(
  drawn: readonly (typeof drawnLine extends fc.Arbitrary<infer T> ? T : never)[],
): BatchLine[] {
  const last = new Map<string, number>();
  return drawn.map(({ fact, at, desk, offsetMs, staff, title, patronName }, seq) => {
    let time = at;
    if ("item" in fact) {
      const before = last.get(fact.item);
      if (before !== undefined && Math.floor(time / 1000) <= before) time = (before + 1) * 1000;
      last.set(fact.item, Math.floor(time / 1000));
    }
    return {
      recorded: {
        position: { outage: 3, ms: at, n: seq, desk, run: "r1", seq },
        at,
        ...(offsetMs === undefined ? {} : { offsetMs }),
        ...(staff === undefined ? {} : { staff }),
        fact,
      },
      time,
      title,
      patronName,
    };
  });
}

export const batchLines: fc.Arbitrary<BatchLine[]> = fc.array(drawnLine, { maxLength: 12 }).map(drawnToLines);

export const timezone = fc.constantFrom(
  "America/New_York",
  "Europe/Berlin",
  "Asia/Kolkata",
  "Australia/Lord_Howe",
);

export function batchOf(
  format: Format,
  lines: readonly BatchLine[],
  zone: string,
  partial = false,
): BatchInput {
  return {
    id: "RIV-3-1-a1b2",
    format,
    branchCode: "RIV",
    timezone: zone,
    deskNames: { "desk-a": "Desk 1", "desk-b": "Kinder=Theke" },
    generatorVersion: "0.1.0",
    madeAt: Date.UTC(2026, 6, 23, 1, 2, 3),
    partial,
    lines,
  };
}
