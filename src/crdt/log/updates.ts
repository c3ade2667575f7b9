/** Yjs updates: always of one segment each, so that no frame grows with the log (L12). */
import type { LogDocument } from "./document.ts";
import type { Feed, Segment } from "./feed.ts";
import { encoding, Y } from "./yjs.ts";

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

/** All that the document holds of a segment, as one update. */
export function updateOfWhole(document: LogDocument, segment: Segment): Uint8Array {
  return updateOfSegment(document, segment, 0);
}

/**
 * `texts` as the entries of `segment` from place `clock` on: byte for byte what a document of `client` alone emits when
 * they are pushed, without the half of a signature's time that such a document costs.
 */
export function appendToUpdate(
  segment: string,
  client: number,
  clock: number,
  texts: readonly string[],
): Uint8Array {
  const origin = clock === 0 ? null : Y.createID(client, clock - 1);
  const content = new Y.ContentAny([...texts]);
  // An item that isn't integrated has its parent as the name that goes on the wire; its type knows only the other kind.
  const parent = origin === null ? (segment as unknown as Y.AbstractType<unknown>) : null;
  const item = new Y.Item(Y.createID(client, clock), null, origin, null, null, parent, null, content);
  const encoder = new Y.UpdateEncoderV1();
  const writers = 1;
  encoding.writeVarUint(encoder.restEncoder, writers);
  const structs = 1;
  encoding.writeVarUint(encoder.restEncoder, structs);
  encoder.writeClient(client);
  encoding.writeVarUint(encoder.restEncoder, clock);
  item.write(encoder, 0);
  const deletions = 0;
  encoding.writeVarUint(encoder.restEncoder, deletions);
  return encoder.toUint8Array();
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
