/** Entries as texts: what is written reads back, any text has an answer, and whatever may be appended may be carried. */

import { describe, expect, it } from "vitest";
import { carriedToBody } from "../../../src/crdt/log/carried.ts";
import {
  type Entry,
  entryFits,
  entryToJson,
  joinSignature,
  maxEntryBytes,
  parseEntry,
} from "../../../src/crdt/log/entry.ts";
import { largestN, latestMs, tick } from "../../../src/crdt/log/hybrid-clock.ts";
import * as fc from "../../properties.ts";

const count = fc.nat({ max: Number.MAX_SAFE_INTEGER });
const hash = fc
  .uint8Array({ minLength: 32, maxLength: 32 })
  .map((bytes) => Buffer.from(bytes).toString("base64url"));
const signature = fc.uint8Array({ minLength: 64, maxLength: 64 });
const text = fc.string({ unit: "binary", maxLength: 80 }).filter((one) => one.length <= 80);
const body = fc
  .tuple(text, fc.dictionary(fc.string(), fc.jsonValue()))
  .map(([k, fields]) => ({ ...(JSON.parse(JSON.stringify(fields)) as object), k }));
const entries: fc.Arbitrary<Entry> = fc
  .record(
    {
      clock: fc.record({ ms: fc.nat({ max: latestMs }), n: fc.nat({ max: largestN }) }),
      at: count,
      offsetMs: fc.maxSafeInteger(),
      staff: text,
      before: fc.record({ hash, count }),
      body,
    },
    { requiredKeys: ["clock", "at", "body"], noNullPrototype: true },
  )
  .map((entry) => ({ ...entry, offsetMs: entry.offsetMs === 0 ? 1 : entry.offsetMs }) as Entry)
  .map(({ offsetMs, ...rest }) => (offsetMs === undefined ? rest : { ...rest, offsetMs }));

describe("entry", () => {
  it("reads back what was written, signed or not", () => {
    fc.assert(
      fc.property(entries, fc.option(signature), (entry, signed) => {
        const json = entryToJson(entry);
        if (Buffer.byteLength(json) > maxEntryBytes - 100) return;
        const parsed = parseEntry(signed ? joinSignature(json, signed) : json);
        const expected = signed ? { signature: Buffer.from(signed).toString("base64url") } : {};
        expect(parsed).toEqual({ kind: "entry", entry, json, ...expected });
      }),
    );
  });

  it("has an answer for any text, and for honest ones with a piece cut out or doubled", () => {
    fc.assert(fc.property(fc.string({ unit: "binary" }), (any) => void parseEntry(any).kind));
    fc.assert(fc.property(fc.json(), (any) => void parseEntry(any).kind));
    fc.assert(
      fc.property(entries, signature, fc.nat(), fc.nat(), (entry, signed, i, j) => {
        const honest = joinSignature(entryToJson(entry), signed);
        const parsed = parseEntry(honest.slice(0, i % honest.length) + honest.slice(j % honest.length));
        if (parsed.kind === "entry") expect(entryToJson(parsed.entry).length).toBeGreaterThan(0);
      }),
    );
  });

  it.each([
    ["a clock with a fraction", '{"c":[1.5,0],"t":1,"b":{"k":"x"}}'],
    ["a negative clock", '{"c":[-1,0],"t":1,"b":{"k":"x"}}'],
    ["a clock beyond what is exact", '{"c":[9007199254740992,0],"t":1,"b":{"k":"x"}}'],
    ["no time", '{"c":[1,0],"b":{"k":"x"}}'],
    ["an offset with a fraction", '{"c":[1,0],"t":1,"o":0.5,"b":{"k":"x"}}'],
    ["a long staff name", `{"c":[1,0],"t":1,"s":"${"x".repeat(81)}","b":{"k":"x"}}`],
    ["no body", '{"c":[1,0],"t":1}'],
    ["a body without a kind", '{"c":[1,0],"t":1,"b":{}}'],
    ["a body that is a list", '{"c":[1,0],"t":1,"b":[]}'],
    ["a hash before without its count", `{"c":[1,0],"t":1,"p":"${"A".repeat(43)}","b":{"k":"x"}}`],
    ["a short signature", '{"c":[1,0],"t":1,"b":{"k":"x"}}.AAAA'],
    ["a space behind", '{"c":[1,0],"t":1,"b":{"k":"x"}} '],
    ["null", "null"],
    ["nothing", ""],
  ])("refuses %s", (_what, malformed) => {
    expect(parseEntry(malformed).kind).toBe("malformed");
  });

  it("counts its limit in bytes of UTF-8", () => {
    const of = (length: number): string => {
      const empty = entryToJson({ clock: { ms: 1, n: 0 }, at: 1, body: { k: "x", t: "" } });
      return empty.replace('"t":""', `"t":"${"€".repeat(length)}"`);
    };
    const most = Math.floor((maxEntryBytes - Buffer.byteLength(of(0))) / 3);
    expect(parseEntry(of(most)).kind).toBe("entry");
    expect(parseEntry(of(most + 1)).kind).toBe("malformed");
  });

  it("a clock beyond its bounds is malformed, and ticking stays within them", () => {
    const of = (ms: number, n: number): string => entryToJson({ clock: { ms, n }, at: 1, body: { k: "x" } });
    expect(parseEntry(of(latestMs, largestN)).kind).toBe("entry");
    expect(parseEntry(of(latestMs + 1, 0)).kind).toBe("malformed");
    expect(parseEntry(of(0, largestN + 1)).kind).toBe("malformed");
    expect(tick({ ms: 5, n: largestN }, 3)).toEqual({ ms: 6, n: 0 });
    expect(tick({ ms: 5, n: 1 }, Number.MAX_SAFE_INTEGER)).toEqual({ ms: latestMs, n: 0 });
  });

  it("whatever fits as an own entry can be read with its place, and be carried by another desk", () => {
    const long = fc.tuple(
      fc.constantFrom("x", '"', "\\", "€", "\u0001"),
      fc.integer({ min: 500, max: 8000 }),
    );
    fc.assert(
      fc.property(long, ([letter, length]) => {
        const draft = { at: Number.MAX_SAFE_INTEGER, body: { k: "note", text: letter.repeat(length) } };
        if (!entryFits(entryToJson({ ...draft, clock: { ms: 0, n: 0 } }), false)) return;
        const clock = { ms: latestMs, n: largestN };
        const before = { hash: "A".repeat(43), count: Number.MAX_SAFE_INTEGER };
        const stored = joinSignature(entryToJson({ ...draft, clock, before }), new Uint8Array(64));
        expect(parseEntry(stored).kind).toBe("entry");
        const carrier = {
          at: draft.at,
          offsetMs: Number.MIN_SAFE_INTEGER,
          staff: "€".repeat(80),
          body: carriedToBody({
            document: "outage-999999",
            feed: `${"f".repeat(32)}/${"f".repeat(16)}`,
            seq: Number.MAX_SAFE_INTEGER,
            publicKey: "A".repeat(43),
            before: "A".repeat(43),
            text: stored,
          }),
        };
        expect(entryFits(entryToJson({ ...carrier, clock: { ms: 0, n: 0 } }), true)).toBe(true);
        const carried = joinSignature(entryToJson({ ...carrier, clock, before }), new Uint8Array(64));
        expect(parseEntry(carried).kind).toBe("entry");
      }),
      { numRuns: 300 },
    );
  });
});
