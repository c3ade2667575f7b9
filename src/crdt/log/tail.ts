/** The end of a feed, as another run carries it on when its own document goes (L15, L24). */
import { type CarriedSource, parseCarried } from "./carried.ts";
import { chainStart, hashesBefore } from "./chain.ts";
import type { LogDocument } from "./document.ts";
import { parseEntry } from "./entry.ts";
import { segmentAt } from "./feed.ts";
import { readHeld } from "./held-texts.ts";

/** What of it says nothing to anybody else: who writes, and that nothing more comes. */
const framing: ReadonlySet<string> = new Set(["run", "done"]);

/**
 * Entries of a feed from place `from` on, as they stand, so that signatures still prove them. A carrier among them is
 * replaced by what it carries. Empty where nothing of it is more than a beginning or an end.
 */
export function tailSources(document: LogDocument, key: string, from: number): readonly CarriedSource[] {
  const feed = document.feed(key);
  const segment = feed && segmentAt(feed, from);
  if (!feed || !segment) return [];
  const texts = document.texts(key, segment.start, feed.count);
  const entries = texts.map(readHeld);
  const stated = entries[0]?.before?.hash;
  const start = stated === undefined ? chainStart(feed.place) : Buffer.from(stated, "base64url");
  const before = hashesBefore(start, texts);
  const sources: CarriedSource[] = [];
  let says = false;
  for (let i = from - segment.start; i < texts.length; i++) {
    const { body } = entries[i]!;
    const carried = body.k === "carried" ? parseCarried(body) : null;
    says ||= !framing.has(body.k);
    sources.push(
      carried ?? {
        document: document.name,
        feed: key,
        seq: segment.start + i,
        publicKey: feed.verifyKey.publicKey,
        before: before[i]!,
        text: texts[i]!,
      },
    );
  }
  return says ? sources : [];
}

/** More than a beginning or an end; or something that can't be read here. */
export function saysSomething({ text }: CarriedSource): boolean {
  const parsed = parseEntry(text);
  return parsed.kind === "malformed" || !framing.has(parsed.entry.body.k);
}
