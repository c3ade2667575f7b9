/**
 * What a document knows of one feed: its segments, its length, the hash of its last entry, and how much of it is
 * durable. Plain data; `document.ts` alone changes it.
 */
import { chainStart, type FeedPlace } from "./chain.ts";
import { deskOfKey, isPublicKey, type VerifyKey } from "./digest.ts";
import { type Body, type Entry, parseEntry } from "./entry.ts";
import { feedKey, parseFeedKey } from "./feed-name.ts";
import { compareTimes, type HybridTime } from "./hybrid-clock.ts";

export interface Segment {
  readonly name: string;
  readonly client: number;
  /** Place of its first entry in the feed. */
  readonly start: number;
  count: number;
  /** UTF-8 bytes of its texts. */
  bytes: number;
}

/** First entry of a run: who writes, and where this desk's previous run ended (L1). */
export interface RunHeader {
  readonly key: string;
  readonly name: string;
  readonly previous?: { readonly run: string; readonly count: number; readonly hash: string };
}

export interface Feed {
  readonly key: string;
  readonly place: FeedPlace;
  readonly verifyKey: VerifyKey;
  readonly header: RunHeader;
  readonly segments: Segment[];
  count: number;
  /** Hash of the last entry held. */
  hash: Buffer;
  /** Clock of the first entry. */
  startClock: HybridTime;
  /** Clock of the last entry held: grows along a feed. */
  lastClock: HybridTime;
  durable: { readonly count: number; readonly hash: string } | null;
}

export function createFeed(place: FeedPlace, header: RunHeader): Feed {
  return {
    key: `${place.desk}/${place.run}`,
    place,
    verifyKey: { publicKey: header.key },
    header,
    segments: [],
    count: 0,
    hash: chainStart(place),
    startClock: { ms: -1, n: 0 },
    lastClock: { ms: -1, n: 0 },
    durable: null,
  };
}

/** The segment that holds entry `seq`. */
export function segmentAt(feed: Feed, seq: number): Segment | undefined {
  let low = 0;
  let high = feed.segments.length - 1;
  while (low < high) {
    const middle = (low + high + 1) >> 1;
    if (feed.segments[middle]!.start <= seq) low = middle;
    else high = middle - 1;
  }
  const segment = feed.segments[low];
  return segment && seq >= segment.start && seq < segment.start + segment.count ? segment : undefined;
}

/** Body of a run's first entry. */
export function headerToBody(header: RunHeader): Body {
  return {
    k: "run",
    key: header.key,
    name: header.name,
    ...(header.previous ? { prev: [header.previous.run, header.previous.count, header.previous.hash] } : {}),
  };
}

/** Reads a feed's first stored text; `null` unless its key is the named desk's. */
export function parseHeader(text: string, desk: string): RunHeader | null {
  const parsed = parseEntry(text);
  if (parsed.kind === "malformed" || parsed.entry.body.k !== "run") return null;
  const { key, name, prev } = parsed.entry.body;
  if (!isPublicKey(key) || deskOfKey(key) !== desk) return null;
  if (typeof name !== "string" || name.length === 0 || name.length > 80) return null;
  if (prev === undefined) return { key, name };
  if (!Array.isArray(prev) || prev.length !== 3) return null;
  const [run, count, hash] = prev as unknown[];
  if (typeof run !== "string" || !parseFeedKey(feedKey(desk, run))) return null;
  if (!Number.isSafeInteger(count) || (count as number) < 1) return null;
  if (typeof hash !== "string" || !/^[A-Za-z0-9_-]{43}$/.test(hash)) return null;
  return { key, name, previous: { run, count: count as number, hash } };
}

/** Clocks grow along a feed, and a segment after the first says rightly what came before it. */
export function checkOrder(feed: Feed, entries: readonly Entry[], startsSegment: boolean): string | null {
  let last = feed.lastClock;
  for (const [i, entry] of entries.entries()) {
    if (compareTimes(entry.clock, last) <= 0) return "its clock goes back";
    last = entry.clock;
    const mustName = startsSegment && i === 0 && feed.count > 0;
    if (mustName !== (entry.before !== undefined)) return "the hash before it stands in the wrong place";
    if (mustName && entry.before!.count !== feed.count)
      return "it starts elsewhere than at the end of its feed";
    if (mustName && entry.before!.hash !== feed.hash.toString("base64url")) return "it follows another entry";
  }
  return null;
}

/** How many entries a segment's first one says came before it. */
export function statedBefore(text: string): number {
  const parsed = parseEntry(text);
  return parsed.kind === "entry" ? (parsed.entry.before?.count ?? 0) : 0;
}
