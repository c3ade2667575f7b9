/** The guard: what an update may contain. Each dishonest one has its code, and any bytes at all have an answer. */

import { describe, expect, it } from "vitest";
import { guardUpdate, maxSegmentEntries, maxUpdateBytes } from "../../../src/crdt/log/guard.ts";
import { Y } from "../../../src/crdt/log/yjs.ts";
import * as fc from "../../properties.ts";
import { type Content, encodeUpdate, type Struct, type Writing } from "./dishonest-updates.ts";
import { createSampleDocument, createSampleWriter, runOf, signerOf, snapshotOf } from "./sample-feeds.ts";

const { desk } = signerOf(0);
const name = `feed/${desk}/${runOf(1)}/0`;
const any = (...values: unknown[]): Content => ({ kind: "any", values });
const first = (content: Content): Struct => ({ kind: "item", parent: name, content });
const behind = (clock: number, content: Content): Struct => ({
  kind: "item",
  origin: { client: 7, clock },
  content,
});
const by = (client: number, clock: number, ...structs: Struct[]): Writing => ({ client, clock, structs });
const one = (...structs: Struct[]): Uint8Array => encodeUpdate([by(7, 0, ...structs)]);
const texts = (count: number, text = "x"): string[] => Array.from({ length: count }, () => text);

const cases: readonly (readonly [string, string, Uint8Array])[] = [
  ["a deletion", "not-append-only", encodeUpdate([], [{ client: 7, clock: 0, length: 1 }])],
  [
    "a deletion beside honest texts",
    "not-append-only",
    encodeUpdate([by(7, 0, first(any("a")))], [{ client: 8, clock: 0, length: 1 }]),
  ],
  ["a map key", "not-append-only", one({ kind: "item", parent: name, parentSub: "k", content: any("a") })],
  [
    "a right neighbour",
    "not-append-only",
    one({ kind: "item", rightOrigin: { client: 9, clock: 0 }, content: any("a") }),
  ],
  [
    "a left and a right neighbour",
    "not-append-only",
    encodeUpdate([
      by(7, 1, {
        kind: "item",
        origin: { client: 7, clock: 0 },
        rightOrigin: { client: 7, clock: 0 },
        content: any("a"),
      }),
    ]),
  ],
  ["an insertion in the middle", "not-append-only", encodeUpdate([by(7, 5, behind(2, any("a")))])],
  ["an insertion behind another writer", "not-append-only", encodeUpdate([by(8, 1, behind(0, any("a")))])],
  ["two first structs", "not-append-only", one(first(any("a")), first(any("b")))],
  [
    "two writers",
    "not-append-only",
    encodeUpdate([
      by(9, 0, { kind: "item", parent: `feed/${desk}/${runOf(2)}/0`, content: any("a") }),
      by(7, 0, first(any("a"))),
    ]),
  ],
  [
    "a writer that goes on where another one ends",
    "not-append-only",
    // Yjs reads the higher number first.
    encodeUpdate([
      by(9, 0, { kind: "item", parent: name, content: any("a", "b") }),
      by(7, 2, behind(1, any("c"))),
    ]),
  ],
  [
    "a nested parent",
    "not-append-only",
    one({ kind: "item", parent: { client: 9, clock: 0 }, content: any("a") }),
  ],
  ["a nested type", "not-append-only", one(first({ kind: "type", ref: 0 }))],
  ["a nested map", "not-append-only", one(first({ kind: "type", ref: 1 }))],
  ["a document within", "not-append-only", one(first({ kind: "doc", guid: "g" }))],
  ["rich text", "not-append-only", one(first({ kind: "string", text: "abc" }))],
  ["old JSON content", "not-append-only", one(first({ kind: "json", values: ["a"] }))],
  ["deleted content", "not-append-only", one(first({ kind: "deleted", length: 3 }))],
  ["a number", "not-append-only", one(first(any("a", 1)))],
  ["an object", "not-append-only", one(first(any({ a: 1 })))],
  ["no text at all", "not-append-only", one(first(any()))],
  ["no text behind another", "not-append-only", one(first(any("a")), behind(0, any()))],
  ["GC", "not-append-only", one({ kind: "gc", length: 3 })],
  ["GC before texts", "not-append-only", one({ kind: "gc", length: 1 }, behind(0, any("a")))],
  ["a skip", "not-append-only", one({ kind: "skip", length: 3 })],
  [
    "a skip between texts",
    "not-append-only",
    one(first(any("a")), { kind: "skip", length: 1 }, behind(1, any("a"))),
  ],
  ["another root", "not-append-only", one({ kind: "item", parent: "staff", content: any("a") })],
  [
    "a root with a long number",
    "not-append-only",
    one({ kind: "item", parent: `${name}000000`, content: any("a") }),
  ],
  ["a first struct at clock 1", "not-append-only", encodeUpdate([by(7, 1, first(any("a")))])],
  ["1,025 texts", "too-large", one(first(any(...texts(maxSegmentEntries + 1))))],
  [
    "a text at place 1,025",
    "too-large",
    encodeUpdate([by(7, maxSegmentEntries, behind(maxSegmentEntries - 1, any("a")))]),
  ],
  ["more than 1 MiB", "too-large", one(first(any("x".repeat(maxUpdateBytes))))],
  ["bytes behind its end", "undecodable", Uint8Array.of(...one(first(any("a"))), 0)],
  ["nothing", "undecodable", Uint8Array.of()],
  ["a missing delete set", "undecodable", one(first(any("a"))).slice(0, -1)],
];

describe("guard", () => {
  it.each(cases)("refuses %s: %s", (_what, code, update) => {
    expect(guardUpdate(update)).toMatchObject({ kind: "refused", code });
    const { document } = createSampleDocument();
    const before = snapshotOf(document);
    expect(document.accept(update)).toMatchObject({ kind: "refused", code });
    expect(snapshotOf(document)).toEqual(before);
  });

  it("lets honest updates through, in one struct or several", () => {
    expect(guardUpdate(one(first(any("a", "b")), behind(1, any("c"))))).toEqual({
      kind: "append",
      client: 7,
      clock: 0,
      segment: { desk, run: runOf(1), segment: 0 },
      texts: ["a", "b", "c"],
    });
    expect(guardUpdate(encodeUpdate([by(7, 3, behind(2, any("d")))]))).toEqual({
      kind: "append",
      client: 7,
      clock: 3,
      texts: ["d"],
    });
    expect(guardUpdate(encodeUpdate([]))).toEqual({ kind: "empty" });
    expect(guardUpdate(one(first(any(...texts(maxSegmentEntries))))).kind).toBe("append");
  });

  it("refuses what Yjs itself makes of other edits", () => {
    const doc = new Y.Doc();
    const updates: Uint8Array[] = [];
    doc.on("update", (update: Uint8Array) => updates.push(update));
    doc.getArray(name).push(["a", "b"]);
    doc.getArray(name).insert(1, ["between"]);
    doc.getArray(name).delete(0);
    doc.getMap("m").set("k", "v");
    doc.getArray(name).push([new Y.Array()]);
    doc.getText(`feed/${desk}/${runOf(3)}/0`).insert(0, "rich");
    expect(updates.map((update) => guardUpdate(update).kind)).toEqual([
      "append",
      ...updates.slice(1).map(() => "refused"),
    ]);
  });

  it("has an answer for any bytes, and for honest ones with bytes changed, cut or spliced", () => {
    const honest = createSampleWriter()
      .groups(20, 7)
      .map((group) => group.update);
    const { document } = createSampleDocument();
    const fresh = snapshotOf(document);
    const feedless = (update: Uint8Array): void => {
      const accepted = document.accept(update);
      expect(["refused", "gap", "known"]).toContain(accepted.kind);
      expect(snapshotOf(document)).toEqual(fresh);
    };
    fc.assert(fc.property(fc.uint8Array({ maxLength: 200 }), feedless));
    const spliced = fc
      .tuple(fc.constantFrom(...honest), fc.constantFrom(...honest), fc.nat(), fc.nat())
      .map(([a, b, i, j]) => Uint8Array.of(...a.slice(0, i % a.length), ...b.slice(j % b.length)))
      .filter((update) => honest.every((one) => Buffer.compare(one, update) !== 0));
    fc.assert(fc.property(spliced, feedless));
  });
});
