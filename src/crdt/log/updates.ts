/** Yjs updates out of a log document: always one segment each, so that no frame grows with the log (L12). */
import type { LogDocument } from "./document.ts";
import type { Feed, Segment } from "./feed.ts";
import { Y } from "./yjs.ts";

/** What a peer with that state vector lacks, segment by segment, in feed order. */
export function* updatesSince(
  document: LogDocument,
  stateVector: ReadonlyMap<number, number>,
): Generator<Uint8Array> {
  // A copy: feeds may come in while a slow peer is being served.
  for (const feed of [...document.feeds()]) {
    for (const segment of [...feed.segments]) {
      const held = stateVector.get(segment.client) ?? 0;
      if (held < segment.count) yield updateOfSegment(document, segment, held);
    }
  }
}

/** Entries of one feed from place `from` on. */
export function* updatesOfFeed(document: LogDocument, feed: Feed, from: number): Generator<Uint8Array> {
  for (const segment of [...feed.segments]) {
    const end = segment.start + segment.count;
    if (from < end) yield updateOfSegment(document, segment, Math.max(0, from - segment.start));
  }
}

function updateOfSegment(document: LogDocument, segment: Segment, from: number): Uint8Array {
  const { yDoc } = document;
  if (yDoc.store.pendingStructs !== null)
    throw new Error("the document waits for an update: it would emit a gap");
  // All other writers at what we hold, so that only this segment is left over.
  const others = Y.decodeStateVector(Y.encodeStateVector(yDoc));
  others.set(segment.client, from);
  return Y.encodeStateAsUpdate(yDoc, Y.encodeStateVector(others));
}
