/** A document out of its store: what was written is there again; what is damaged is named, and what can be is saved. */

import { describe, expect, it } from "vitest";
import { carriedToBody } from "../../../src/crdt/log/carried.ts";
import type { Group } from "../../../src/crdt/log/feed-writer.ts";
import { guardUpdate } from "../../../src/crdt/log/guard.ts";
import { restoreDocument, type StoredUpdates } from "../../../src/crdt/log/restore.ts";
import { Y } from "../../../src/crdt/log/yjs.ts";
import * as fc from "../../properties.ts";
import {
  acceptAll,
  createSampleDocument,
  createSampleWriter,
  placeOf,
  signerOf,
  takeAll,
} from "./sample-feeds.ts";

function groupsToStored(groups: readonly Group[]): StoredUpdates[] {
  const names = [...new Set(groups.map((group) => group.segment))];
  return names.map((segment) => ({
    segment,
    updates: groups.filter((group) => group.segment === segment).map((group) => group.update),
  }));
}

function compacted({ segment, updates }: StoredUpdates): StoredUpdates {
  return { segment, updates: [Y.mergeUpdates([...updates])] };
}

const groups = createSampleWriter().groups(2500, 100);
const stored = groupsToStored(groups);
const others = groupsToStored(createSampleWriter({ desk: 1 }).groups(40, 7));

describe("restore", () => {
  it("gives what was stored, in any order of segments, compacted or not, and marks it durable", () => {
    const { document: first } = createSampleDocument();
    acceptAll(first, groups);
    const [key] = [...first.frontier().keys()];
    fc.assert(
      fc.property(
        fc.shuffledSubarray([...stored, ...others], { minLength: 4 }),
        fc.nat(15),
        (segments, mask) => {
          const { document, entries } = createSampleDocument();
          const disk = segments.map((one, i) => ((mask >> i) & 1 ? compacted(one) : one));
          expect(restoreDocument(document, disk, signerOf(0))).toEqual([]);
          expect(document.frontier().get(key!)).toEqual(first.frontier().get(key!));
          expect(entries.length).toBe(2501 + 41);
        },
      ),
      { numRuns: 10 },
    );
  });

  it("names the damage of any byte of any update, keeps what stands before it, and throws never", () => {
    const small = createSampleWriter().groups(20, 4);
    const damage = fc.record({
      nth: fc.nat(small.length - 1),
      at: fc.nat(),
      change: fc.integer({ min: 1, max: 255 }),
      how: fc.constantFrom("change", "cut", "lose"),
      own: fc.nat(1),
    });
    fc.assert(
      fc.property(damage, ({ nth, at, change, how, own }) => {
        const updates = small.map((group) => Uint8Array.from(group.update));
        const hit = updates[nth]!;
        if (how === "change") hit[at % hit.length]! ^= change;
        if (how === "cut") updates[nth] = hit.slice(0, at % hit.length);
        if (how === "lose") updates.splice(nth, 1);
        const { document, entries } = createSampleDocument();
        const damaged = restoreDocument(document, [{ segment: small[0]!.segment, updates }], signerOf(own));
        const kept = small.slice(0, nth).reduce((sum, group) => sum + group.texts.length, 0);
        const all = small.flatMap((group) => group.texts);
        const [feed] = [...document.feeds()];
        expect(document.texts(feed?.key ?? "", 0, 99)).toEqual(all.slice(0, feed?.count ?? 0));
        expect(entries.length).toBe(feed?.count ?? 0);
        // No signature covers the writer's number: with a byte of it changed, the first group is still honest.
        const renumbered = nth === 0 && how === "change" ? small[0]!.texts.length : kept;
        if (damaged.length > 0) expect([kept, renumbered]).toContain(feed?.count ?? 0);
        else expect([all.length, kept]).toContain(feed?.count);
        const saved = damaged.flatMap((one) => one.salvage.map((source) => source.seq));
        expect(saved.every((seq) => seq >= (feed?.count ?? 0))).toBe(true);
        for (const { whole } of damaged) if (whole) expect(guardUpdate(whole)).toMatchObject({ clock: 0 });
      }),
      { numRuns: 400 },
    );
  });

  it("behind a lost segment, what is proven is saved and can be carried by another desk", () => {
    const { document } = createSampleDocument();
    const damaged = restoreDocument(document, [stored[0]!, stored[2]!], signerOf(1));
    expect(damaged.map((one) => one.why)).toEqual(["it stands behind a hole"]);
    const { salvage, unproven } = damaged[0]!;
    expect(unproven).toBe(0);
    expect(salvage.length).toBe(2501 - 2048);
    const { writer } = createSampleWriter({ desk: 1 });
    for (const source of salvage) {
      expect(
        writer.append({ at: 1, body: carriedToBody(source) }, () => ({ ms: 1, n: writer.count })),
      ).not.toBeNull();
    }
    const carriers = takeAll(writer, 256);
    const { document: reader, entries } = createSampleDocument();
    acceptAll(reader, carriers);
    expect(reader.aside()).toEqual([]);
    const whole = createSampleDocument();
    acceptAll(whole.document, groups);
    expect(entries.filter((entry) => entry.carriedBy).map(placeOf)).toEqual(
      whole.entries.slice(2048).map(placeOf),
    );
  });
});
