/** L10, L15: another content for a place that we hold is a fork: named, never applied, and the link stays. */
import { describe, expect, it } from "vitest";
import type { Group } from "../../../src/crdt/log/feed-writer.ts";
import { syncFrame } from "../../../src/crdt/log/frames.ts";
import { createSyncSession } from "../../../src/crdt/log/sync.ts";
import { encodeUpdate } from "./dishonest-updates.ts";
import {
  acceptAll,
  createSampleDocument,
  createSampleWriter,
  type SampleFeed,
  signerOf,
  snapshotOf,
} from "./sample-feeds.ts";

/** The same run once more, with other words in it. */
function forkOf(feed: SampleFeed = {}): Group[] {
  return createSampleWriter(feed).groups(4, 10, 20);
}

function expectForked(first: readonly Group[], update: Uint8Array): void {
  const { document, entries } = createSampleDocument();
  acceptAll(document, first);
  const before = snapshotOf(document);
  const delivered = entries.length;
  expect(document.accept(update).kind).toBe("forked");
  expect(snapshotOf(document)).toEqual(before);
  expect(createSyncSession(document).receive(syncFrame("update", update)).kind).toBe("forked");
  expect(snapshotOf(document)).toEqual(before);
  expect(entries.length).toBe(delivered);
}

describe("forks", () => {
  const first = createSampleWriter().groups(4, 10);

  it("the same writer with other words, whether shorter, as long or longer", () => {
    expectForked(first, forkOf()[0]!.update);
    expectForked(first, createSampleWriter().groups(1, 10, 20)[0]!.update);
    expectForked(first, createSampleWriter().groups(8, 10, 20)[0]!.update);
  });

  it("the same segment by another writer", () => {
    expectForked(first, forkOf({ firstClient: 77 })[0]!.update);
  });

  it("another segment by a writer that we know: a collision of clientIDs", () => {
    expectForked(first, createSampleWriter({ desk: 1, firstClient: 101_000 }).groups(4)[0]!.update);
  });

  it("the same words again are known, also when told once more from the start with more behind", () => {
    const again = createSampleWriter();
    const whole = again.groups(4, 10);
    const { document } = createSampleDocument();
    acceptAll(document, whole);
    expect(document.accept(whole[0]!.update).kind).toBe("known");
    const more = again.groups(3, 10);
    const texts = [...whole, ...more].flatMap((group) => group.texts);
    const parent = whole[0]!.segment;
    const structs = [{ kind: "item", parent, content: { kind: "any", values: texts } }] as const;
    const client = 101_000;
    expect(document.accept(encodeUpdate([{ client, clock: 0, structs }])).kind).toBe("advanced");
    expect(document.texts(again.key, 0, 99)).toEqual(texts);
    expect(signerOf(0).desk).toBe(again.writer.place.desk);
  });
});
