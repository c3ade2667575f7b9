/** Stored texts of feeds, read back from a document. */
import { type Entry, parseEntry } from "./entry.ts";
import { type Feed, type Segment, segmentAt } from "./feed.ts";
import type { YDoc } from "./yjs.ts";

/** Whether an update that overlaps with what we hold says the same there. */
export function agreesWithHeld(
  yDoc: YDoc,
  feed: Feed,
  segment: Segment,
  update: { readonly clock: number; readonly texts: readonly string[] },
): boolean {
  const from = segment.start + update.clock;
  const held = readTexts(
    yDoc,
    feed,
    from,
    Math.min(from + update.texts.length, segment.start + segment.count),
  );
  return held.every((text, i) => text === update.texts[i]);
}

export function readTexts(yDoc: YDoc, feed: Feed | undefined, from: number, to: number): string[] {
  const texts: string[] = [];
  let seq = from;
  while (feed && seq < Math.min(to, feed.count)) {
    const segment = segmentAt(feed, seq);
    if (!segment) throw new Error(`feed ${feed.key} has no segment for entry ${seq}`);
    const end = Math.min(to, segment.start + segment.count);
    const array = yDoc.getArray<string>(segment.name);
    for (const text of array.slice(seq - segment.start, end - segment.start)) texts.push(text);
    seq = end;
  }
  return texts;
}

/** What is held was verified on its way in. */
export function readHeld(text: string): Entry {
  const parsed = parseEntry(text);
  if (parsed.kind === "malformed") throw new Error(`a held entry can't be read: ${parsed.why}`);
  return parsed.entry;
}
