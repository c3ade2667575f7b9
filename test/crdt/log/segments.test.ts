/** L9: where segments end, what their first entry says, and that a feed over several reads as one. */

import { describe, expect, it } from "vitest";
import { chainNext, chainStart } from "../../../src/crdt/log/chain.ts";
import { parseEntry } from "../../../src/crdt/log/entry.ts";
import { parseSegmentName } from "../../../src/crdt/log/feed-name.ts";
import type { Group } from "../../../src/crdt/log/feed-writer.ts";
import { guardUpdate, maxSegmentBytes, maxSegmentEntries } from "../../../src/crdt/log/guard.ts";
import * as fc from "../../properties.ts";
import { acceptAll, createSampleDocument, createSampleWriter, takeAll } from "./sample-feeds.ts";

function segmentsOf(groups: readonly Group[]): Map<string, string[]> {
  const segments = new Map<string, string[]>();
  for (const group of groups) {
    segments.set(group.segment, [...(segments.get(group.segment) ?? []), ...group.texts]);
  }
  return segments;
}

/** Each segment but the first says in its first entry how many came before, and their hash; no other entry does. */
function expectSegmentStarts(groups: readonly Group[], hash: Buffer): void {
  const starts = new Set(groups.map((group) => group.segment));
  let after = hash;
  let count = 0;
  for (const group of groups) {
    for (const [i, text] of group.texts.entries()) {
      const parsed = parseEntry(text);
      if (parsed.kind === "malformed") throw new Error(parsed.why);
      const isStart = i === 0 && starts.delete(group.segment) && count > 0;
      const expected = isStart ? { hash: after.toString("base64url"), count } : undefined;
      expect(parsed.entry.before).toEqual(expected);
      expect(parsed.signature !== undefined).toBe(i === group.texts.length - 1);
      after = chainNext(after, text);
      count++;
    }
  }
}

describe("segments", () => {
  it("are sealed at 1,024 entries, and the group that seals says so", () => {
    const { writer, groups: take } = createSampleWriter();
    const groups = take(2048, 100);
    const segments = segmentsOf(groups);
    expect([...segments.values()].map((texts) => texts.length)).toEqual([1024, 1024, 1]);
    expect([...segments.keys()].map((name) => parseSegmentName(name)?.segment)).toEqual([0, 1, 2]);
    const sealing = groups.filter((group) => group.sealed !== null);
    expect(sealing.map((group) => group.sealed)).toEqual([...segments.keys()].slice(0, 2));
    expect(groups.every((group) => group.texts.length <= 100)).toBe(true);
    expectSegmentStarts(groups, chainStart(writer.place));
  });

  it("are sealed at 512 KiB, and stay below it as they are read", () => {
    const { writer, groups: take } = createSampleWriter();
    const groups = take(400, 32, 1700);
    const segments = segmentsOf(groups);
    expect(segments.size).toBeGreaterThan(2);
    for (const texts of segments.values()) {
      const bytes = texts.reduce((sum, text) => sum + Buffer.byteLength(text), 0);
      expect(bytes).toBeLessThanOrEqual(maxSegmentBytes);
    }
    const sealed = groups.flatMap((group) => (group.sealed === null ? [] : [group.sealed]));
    expect(sealed).toEqual([...segments.keys()].slice(0, -1));
    expectSegmentStarts(groups, chainStart(writer.place));
    acceptAll(createSampleDocument().document, groups);
  });

  it("a group never crosses one, for any sizes of entries and groups", () => {
    const entries = fc.array(fc.tuple(fc.integer({ min: 1, max: 400 }), fc.integer({ min: 0, max: 1700 })), {
      minLength: 1,
      maxLength: 5,
    });
    fc.assert(
      fc.property(entries, fc.integer({ min: 1, max: 2000 }), (batches, max) => {
        const { writer, append } = createSampleWriter();
        const groups: Group[] = [];
        for (const [count, length] of batches) {
          append(count, length);
          groups.push(...takeAll(writer, max));
        }
        const { document, entries: delivered } = createSampleDocument();
        acceptAll(document, groups);
        expect(delivered.length).toBe(writer.count);
        let from = 0;
        for (const group of groups) {
          expect(group.from).toBe(from);
          from += group.texts.length;
          expect(guardUpdate(group.update)).toMatchObject({ kind: "append", texts: group.texts });
        }
        for (const texts of segmentsOf(groups).values())
          expect(texts.length).toBeLessThanOrEqual(maxSegmentEntries);
        expectSegmentStarts(groups, chainStart(writer.place));
      }),
      { numRuns: 25 },
    );
  });

  it("a feed of 3,000 entries reads as one, for any range", () => {
    const { groups: take, key } = createSampleWriter();
    const groups = take(3000, 256);
    const all = groups.flatMap((group) => group.texts);
    const { document } = createSampleDocument();
    acceptAll(document, groups);
    expect(document.texts(key, 0, all.length)).toEqual(all);
    fc.assert(
      fc.property(fc.nat(3100), fc.nat(3100), (from, to) => {
        expect(document.texts(key, from, to)).toEqual(all.slice(from, to));
        const parsed = all[from] === undefined ? undefined : parseEntry(all[from]!);
        expect(document.read(key, from)).toEqual(parsed?.kind === "entry" ? parsed.entry : null);
      }),
    );
    expect(document.texts("unknown", 0, 10)).toEqual([]);
  });

  it("one that starts before the end of the one before, or after another end, is not taken", () => {
    const { groups: take } = createSampleWriter();
    const groups = take(1100, 256);
    const second = groups.find((group) => group.segment.endsWith("/1"))!;
    const before = groups.slice(0, groups.indexOf(second));
    const { document } = createSampleDocument();
    acceptAll(document, before.slice(0, -1));
    expect(document.accept(second.update)).toEqual({ kind: "gap" });
    acceptAll(document, before.slice(-1));
    expect(document.accept(second.update).kind).toBe("advanced");
    expect(document.accept(second.update).kind).toBe("known");
  });
});

describe("feed writer", () => {
  it("refuses what is too large, and throws for what no reader would take; nothing is appended", () => {
    const { writer } = createSampleWriter();
    const clock = { ms: 1, n: 0 };
    const body = { k: "note" };
    expect(writer.append({ at: 1, body: { k: "note", text: "x".repeat(9000) } }, () => clock)).toBeNull();
    const wrong = [
      { at: 1.5, body },
      { at: 1, offsetMs: 0.5, body },
      { at: 1, staff: "x".repeat(81), body },
      { at: 1, body: { k: 7 } as unknown as typeof body },
    ];
    for (const draft of wrong)
      expect(() => writer.append(draft, () => clock)).toThrow("no reader would take");
    expect(writer.count).toBe(0);
    expect(writer.takeGroup(10)).toBeNull();
  });

  it("puts the run's header before the first entry, and gives every entry its place", () => {
    const { writer, append } = createSampleWriter();
    append(1);
    expect(writer.count).toBe(2);
    expect(writer.takeGroup(0)).toBeNull();
    expect(writer.takeGroup(1)?.texts.length).toBe(1);
    expect(writer.append({ at: 1, body: { k: "note" } }, () => ({ ms: 2 ** 41, n: 0 }))).toMatchObject({
      seq: 2,
    });
    expect(writer.pending).toBe(2);
  });
});
