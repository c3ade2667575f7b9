/**
 * One log document (`branch`, `outage-3`): all feeds of all desks in one Y.Doc. Updates come in through `accept`,
 * which guards, verifies and applies, or changes nothing; the own run's groups come in through `adopt` once they are
 * durable. Entries go out to one listener, in feed order.
 */

import { createUnwrapper, type Unwrapper } from "./carried.ts";
import { verifyStretch } from "./chain.ts";
import type { Entry } from "./entry.ts";
import { checkOrder, createFeed, type Feed, parseHeader, type Segment, statedBefore } from "./feed.ts";
import { feedKey, parseSegmentName, type SegmentName, segmentNameToText } from "./feed-name.ts";
import type { Group } from "./feed-writer.ts";
import type { Frontier, FrontierMark } from "./frontier.ts";
import { type GuardCode, guardUpdate, maxSegmentBytes } from "./guard.ts";
import { agreesWithHeld, readHeld, readTexts } from "./held-texts.ts";
import { createLateDoc } from "./late-doc.ts";
import type { Judge, LogEntry } from "./log-entry.ts";
import { createTwinWatch, type Twin } from "./twins.ts";
import type { YDoc } from "./yjs.ts";

export type RefusalCode = GuardCode | "malformed" | "unsigned" | "bad-signature" | "bad-header" | "bad-chain";

/** A stretch of a feed that is in the document and not yet known to be durable. */
export interface Advance {
  readonly feed: string;
  readonly segment: string;
  readonly from: number;
  readonly count: number;
  readonly hash: string;
}

export type Accepted =
  | { readonly kind: "advanced"; readonly advance: Advance }
  /** Nothing in it that we don't hold; `held`: where its feed stands, if it ends there, too. */
  | { readonly kind: "known"; readonly held?: Pick<Advance, "feed" | "count" | "hash"> }
  /** Beyond what we hold: dropped, nobody's fault (L10). */
  | { readonly kind: "gap" }
  /** Another content for a place that we hold: dropped, the texts are not proven (L15). */
  | { readonly kind: "forked"; readonly segment: string; readonly texts: readonly string[] }
  | { readonly kind: "refused"; readonly code: RefusalCode; readonly why: string };

export interface Aside {
  readonly entry: LogEntry;
  readonly reason: string;
}

export interface LogDocumentEvents {
  /** Verified entries that count, in feed order. */
  readonly onEntries: (entries: readonly LogEntry[]) => void;
  readonly onTwin: (twin: Twin) => void;
}

export interface LogDocument {
  readonly branch: string;
  readonly name: string;
  readonly yDoc: YDoc;
  accept(update: Uint8Array): Accepted;
  adopt(group: Group, place: { readonly desk: string; readonly run: string }): Advance;
  markDurable(advance: Advance): void;
  /** What is durable here. */
  frontier(): Frontier;
  feeds(): Iterable<Feed>;
  feed(key: string): Feed | undefined;
  /** Stored texts of a feed, `to` exclusive. */
  texts(key: string, from: number, to: number): readonly string[];
  read(key: string, seq: number): Entry | null;
  aside(): readonly Aside[];
  /** Judges the entries that are kept aside again. */
  judgeAgain(): void;
  /**
   * Judges and delivers every entry anew, as at a start, some with each step: for listeners that begin anew too. What
   * comes in between two steps is delivered as ever.
   */
  deliverAgain(): Iterable<void>;
}

export function createLogDocument(
  branch: string,
  name: string,
  judge: Judge,
  events: LogDocumentEvents,
): LogDocument {
  const { yDoc, append } = createLateDoc();
  const feeds = new Map<string, Feed>();
  const segmentByClient = new Map<number, { readonly feed: Feed; readonly segment: Segment }>();
  const twins = createTwinWatch(events.onTwin);
  let kept: Aside[] = [];
  let unwrapper = newUnwrapper();

  function newUnwrapper(): Unwrapper {
    return createUnwrapper(branch, (entry, why) => kept.push({ entry, reason: `carried: ${why}` }));
  }

  function passes(entry: LogEntry): boolean {
    const reason = judge(entry);
    if (reason !== null) kept.push({ entry, reason });
    return reason === null;
  }

  function deliver(entries: readonly LogEntry[]): void {
    const counted: LogEntry[] = [];
    for (const entry of entries) {
      if (!passes(entry)) continue;
      if (entry.body.k !== "carried") counted.push(entry);
      // Who carries vouches for the bytes, not for their author: what is inside is judged by itself.
      else counted.push(...unwrapper.unwrap(entry).filter(passes));
    }
    if (counted.length > 0) events.onEntries(counted);
  }

  function take(feed: Feed, segment: Segment, stretch: Stretch): Advance {
    if (segment.count === 0) {
      feed.segments.push(segment);
      segmentByClient.set(segment.client, { feed, segment });
      feeds.set(feed.key, feed);
    }
    const from = feed.count;
    if (from === 0) feed.startClock = stretch.entries[0]!.clock;
    segment.count += stretch.entries.length;
    segment.bytes += stretch.bytes;
    feed.count += stretch.entries.length;
    feed.hash = stretch.after;
    feed.lastClock = stretch.entries.at(-1)!.clock;
    twins.see(feed);
    const advance = { ...standOf(feed), segment: segment.name, from };
    const { desk, run } = feed.place;
    deliver(stretch.entries.map((entry, i) => entryToLogEntry(name, desk, run, from + i, entry)));
    return advance;
  }

  function accept(update: Uint8Array): Accepted {
    const guarded = guardUpdate(update);
    if (guarded.kind === "refused") return guarded;
    if (guarded.kind === "empty") return { kind: "known" };
    const found = findSegment(guarded);
    if ("kind" in found) return found;
    const { feed, segment, fresh } = found;
    if (guarded.clock > segment.count) return { kind: "gap" };
    if (!agreesWithHeld(yDoc, feed, segment, guarded)) {
      return { kind: "forked", segment: segment.name, texts: guarded.texts };
    }
    const end = guarded.clock + guarded.texts.length;
    if (end <= segment.count)
      return { kind: "known", ...(segment.start + end === feed.count ? { held: standOf(feed) } : {}) };
    if (feed.segments.length > 0 && !fresh && feed.segments.at(-1) !== segment) {
      return refused("bad-chain", "it goes on in a segment that was sealed");
    }
    const texts = guarded.texts.slice(segment.count - guarded.clock);
    const bytes = texts.reduce((total, text) => total + Buffer.byteLength(text), 0);
    // Else a relay of the whole segment would be too large for a frame, and its honest sender be parted from.
    if (segment.bytes + bytes > maxSegmentBytes) return refused("too-large", "too many bytes in a segment");
    const stretch = verifyStretch(feed.verifyKey, feed.hash, texts);
    if (stretch.kind === "refused") return stretch;
    const order = checkOrder(feed, stretch.entries, segment.count === 0);
    if (order !== null) return refused("bad-chain", order);
    append(segment, texts);
    return { kind: "advanced", advance: take(feed, segment, { bytes, ...stretch }) };
  }

  /** The segment that an update goes on with, or a new one that it starts. */
  function findSegment(update: {
    readonly client: number;
    readonly clock: number;
    readonly segment?: SegmentName;
    readonly texts: readonly string[];
  }): { feed: Feed; segment: Segment; fresh: boolean } | Accepted {
    const known = segmentByClient.get(update.client);
    if (!update.segment) return known ? { fresh: false, ...known } : { kind: "gap" };
    const named = segmentNameToText(update.segment);
    if (known) {
      const same = known.segment.name === named;
      return same ? { fresh: false, ...known } : { kind: "forked", segment: named, texts: update.texts };
    }
    const { desk, run, segment: number } = update.segment;
    const feed = feeds.get(feedKey(desk, run));
    if (feed && number < feed.segments.length) return { kind: "forked", segment: named, texts: update.texts };
    if (number !== (feed?.segments.length ?? 0)) return { kind: "gap" };
    const segment = { name: named, client: update.client, start: feed?.count ?? 0, count: 0, bytes: 0 };
    // It may have overtaken the end of the segment before it; its signature can't be judged until that is here.
    if (feed && statedBefore(update.texts[0]!) > feed.count) return { kind: "gap" };
    if (feed) return { feed, segment, fresh: true };
    const header = parseHeader(update.texts[0]!, desk);
    if (!header) return refused("bad-header", "a run starts without its desk's key");
    return { feed: createFeed({ branch, document: name, desk, run }, header), segment, fresh: true };
  }

  return {
    branch,
    name,
    yDoc,
    accept: (update) => accept(update),
    adopt(group, { desk, run }) {
      const { clock, client, texts, entries, after } = group;
      const name = parseSegmentName(group.segment);
      const update = { client, clock, texts, ...(clock === 0 && name ? { segment: name } : {}) };
      const found = findSegment(update);
      const fits = !("kind" in found) && clock === found.segment.count && group.from === found.feed.count;
      const wrong = fits ? checkOrder(found.feed, entries, clock === 0) : "it goes on elsewhere";
      if (!fits || wrong !== null) throw new Error(`the own group of ${desk}/${run} was not taken: ${wrong}`);
      append(found.segment, texts);
      const bytes = texts.reduce((total, text) => total + Buffer.byteLength(text), 0);
      return take(found.feed, found.segment, { entries, after, bytes });
    },
    markDurable(advance) {
      const feed = feeds.get(advance.feed);
      if (!feed) throw new Error(`no feed ${advance.feed} to mark`);
      if ((feed.durable?.count ?? 0) < advance.count)
        feed.durable = { count: advance.count, hash: advance.hash };
    },
    frontier() {
      const frontier = new Map<string, FrontierMark>();
      for (const feed of feeds.values()) if (feed.durable) frontier.set(feed.key, feed.durable);
      return frontier;
    },
    feeds: () => feeds.values(),
    feed: (key) => feeds.get(key),
    texts: (key, from, to) => readTexts(yDoc, feeds.get(key), from, to),
    read(key, seq) {
      const [text] = readTexts(yDoc, feeds.get(key), seq, seq + 1);
      return text === undefined ? null : readHeld(text);
    },
    aside: () => [...kept, ...unwrapper.waiting().map((entry) => ({ entry, reason: unproven }))],
    judgeAgain() {
      const waiting = kept;
      kept = [];
      deliver(waiting.map((aside) => aside.entry));
    },
    *deliverAgain() {
      kept = [];
      unwrapper = newUnwrapper();
      const held = [...feeds.values()].map((feed) => ({ feed, count: feed.count }));
      for (const { feed, count } of held) {
        const { desk, run } = feed.place;
        for (let from = 0; from < count; from += deliveredAtOnce) {
          const texts = readTexts(yDoc, feed, from, Math.min(count, from + deliveredAtOnce));
          deliver(texts.map((text, i) => entryToLogEntry(name, desk, run, from + i, readHeld(text))));
          yield;
        }
      }
    },
  };
}

const deliveredAtOnce = 64;
const unproven = "carried: no signature of its desk covers it yet";

interface Stretch {
  readonly entries: readonly Entry[];
  readonly after: Buffer;
  /** UTF-8, of the stored texts. */
  readonly bytes: number;
}

function entryToLogEntry(document: string, desk: string, run: string, seq: number, entry: Entry): LogEntry {
  const { clock, at, offsetMs, staff, body } = entry;
  const made: { -readonly [K in keyof LogEntry]: LogEntry[K] } = {
    document,
    desk,
    run,
    seq,
    clock,
    at,
    body,
  };
  if (offsetMs !== undefined) made.offsetMs = offsetMs;
  if (staff !== undefined) made.staff = staff;
  return made;
}

function standOf({ key, count, hash }: Feed): Pick<Advance, "feed" | "count" | "hash"> {
  return { feed: key, count, hash: hash.toString("base64url") };
}

function refused(code: RefusalCode, why: string): { kind: "refused"; code: RefusalCode; why: string } {
  return { kind: "refused", code, why };
}
