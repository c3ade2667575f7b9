/** Writes for stores under test: honest signed entries, in groups of given sizes. */
import { createSigner, sha256 } from "../../../src/crdt/log/digest.ts";
import { createFeedWriter } from "../../../src/crdt/log/feed-writer.ts";
import { guardUpdate } from "../../../src/crdt/log/guard.ts";
import { clockStart, tick } from "../../../src/crdt/log/hybrid-clock.ts";
import type { SegmentWrite } from "../../../src/node/ports.ts";

/** One update per group, of one run of a desk that `seed` names; the run's header stands in the first. */
export function writeSegments(seed: string, groups: readonly number[], textLength = 10): SegmentWrite[] {
  const signer = createSigner(sha256(`signer ${seed}`));
  const run = sha256(`run ${seed}`).toString("hex").slice(0, 16);
  let client = sha256(seed).readUInt32LE();
  const writer = createFeedWriter({
    place: { branch: "b".repeat(32), document: "outage-1", desk: signer.desk, run },
    signer,
    deskName: `Desk ${seed}`,
    newClient: () => client++,
  });
  let now = clockStart;
  const nextTime = () => {
    now = tick(now, 1_795_300_000_000);
    return now;
  };
  return groups.map((size) => {
    for (let i = 0; i < size; i++)
      writer.append({ at: 1_795_300_000_000, body: { k: "note", text: "x".repeat(textLength) } }, nextTime);
    const group = writer.takeGroup(size + 1)!;
    return { segment: group.segment, update: group.update };
  });
}

/** The stored texts in an honest update of one segment. */
export function textsOfUpdate(update: Uint8Array): string[] {
  const guarded = guardUpdate(update);
  return guarded.kind === "append" ? [...guarded.texts] : [`(${guarded.kind})`];
}
