/**
 * The writing side of a feed: takes entries at once, and gives them out as group commits, each one Yjs update of
 * one segment. They are written without touching a document, so that nothing is published before it is durable (L9).
 * Knows no disk: whoever takes a group must store it, then let the log document adopt it.
 */
import { chainStart, type FeedPlace, signGroup } from "./chain.ts";
import type { Signer } from "./digest.ts";
import { atClock, type Entry, entryFits, entryToJson, parseEntry, withClock } from "./entry.ts";
import { headerToBody, type RunHeader } from "./feed.ts";
import { segmentNameToText } from "./feed-name.ts";
import { maxSegmentBytes, maxSegmentEntries } from "./guard.ts";
import { clockStart, type HybridTime } from "./hybrid-clock.ts";
import { appendToUpdate } from "./updates.ts";

export interface Group {
  readonly segment: string;
  readonly update: Uint8Array;
  /** Place of its first entry in the feed. */
  readonly from: number;
  readonly texts: readonly string[];
  /** What the texts say, and the feed's hash behind them: the writer's own document needs not work it out again. */
  readonly entries: readonly Entry[];
  readonly after: Buffer;
  /** The segment's writer, and the place of the first text in it. */
  readonly client: number;
  readonly clock: number;
  /** Names of segments that became full by this group: they may be compacted. */
  readonly sealed: string | null;
}

/** An entry before it has its place. */
export type Draft = Omit<Entry, "clock" | "before">;

export interface FeedWriter {
  readonly place: FeedPlace;
  /** Entries appended so far, pending ones included. */
  readonly count: number;
  readonly pending: number;
  /**
   * Takes an entry; `tick` gives its clock (called twice for the first, which comes behind the run's header).
   * Returns its place and clock, or `null` when it is too large, and then nothing was appended. Throws, and appends
   * nothing, when it is an entry that no reader would take.
   */
  append(draft: Draft, tick: () => HybridTime): { readonly seq: number; readonly clock: HybridTime } | null;
  /** Takes at most `max` pending entries, signed, as one update; `null` when none wait. */
  takeGroup(max: number): Group | null;
}

export interface FeedWriterOptions {
  readonly place: FeedPlace;
  readonly signer: Signer;
  readonly deskName: string;
  /** Where this desk's previous run ended; read when the first group is taken, when that run is whole. */
  readonly previous?: RunHeader["previous"];
  /** A fresh clientID for a fresh segment; never used again. */
  readonly newClient: () => number;
}

interface Pending {
  readonly entry: Entry;
  /** Its text, unless it gets something more when it is taken. */
  readonly json?: string;
}

interface OpenSegment {
  readonly name: string;
  readonly client: number;
  count: number;
  bytes: number;
}

export function createFeedWriter(options: FeedWriterOptions): FeedWriter {
  const { place, signer, newClient } = options;
  const pending: Pending[] = [];
  let appended = 0;
  let taken = 0;
  let hash = chainStart(place);
  let segmentCount = 0;
  let open: OpenSegment | null = null;

  function openSegment(): OpenSegment {
    const name = segmentNameToText({ desk: place.desk, run: place.run, segment: segmentCount++ });
    return { name, client: newClient(), count: 0, bytes: 0 };
  }

  function takeTexts(segment: OpenSegment, max: number): { jsons: string[]; entries: Entry[] } {
    const jsons: string[] = [];
    const entries: Entry[] = [];
    let bytes = segment.bytes;
    while (
      jsons.length < max &&
      pending.length > jsons.length &&
      segment.count + jsons.length < maxSegmentEntries
    ) {
      const { entry, json: known } = pending[jsons.length]!;
      // Carriers sign by themselves: should this be carried again, they don't come along, and nothing may lean on them.
      if (isCarrier(entry) !== isCarrier(pending[0]!.entry)) break;
      const starts = segment.count + jsons.length === 0 && taken > 0;
      const placed = starts
        ? { ...entry, before: { hash: hash.toString("base64url"), count: taken } }
        : entry;
      const json = known === undefined || starts ? entryToJson(placed) : known;
      bytes += Buffer.byteLength(json) + 100;
      if (bytes > maxSegmentBytes && segment.count + jsons.length > 0) break;
      jsons.push(json);
      entries.push(placed);
    }
    segment.bytes = bytes;
    return { jsons, entries };
  }

  function fillHeader(): void {
    const { previous } = options;
    const header = { key: signer.publicKey, name: options.deskName, ...(previous ? { previous } : {}) };
    pending[0] = { entry: { ...pending[0]!.entry, body: headerToBody(header) } };
  }

  function takeGroup(max: number): Group | null {
    if (pending.length === 0 || max < 1) return null;
    if (taken === 0) fillHeader();
    open ??= openSegment();
    let sealed: string | null = null;
    let stretch = takeTexts(open, max);
    if (stretch.jsons.length === 0) {
      sealed = open.name;
      open = openSegment();
      stretch = takeTexts(open, max);
    }
    const { jsons, entries } = stretch;
    pending.splice(0, jsons.length);
    const signed = signGroup(signer, hash, jsons);
    const group = {
      segment: open.name,
      client: open.client,
      clock: open.count,
      entries,
      after: signed.after,
      update: appendToUpdate(open.name, open.client, open.count, signed.texts),
      from: taken,
      texts: signed.texts,
    };
    open.count += jsons.length;
    hash = signed.after;
    taken += jsons.length;
    if (open.count === maxSegmentEntries) {
      sealed = open.name;
      open = null;
    }
    return { sealed, ...group };
  }

  return {
    place,
    get count() {
      return appended;
    },
    get pending() {
      return pending.length;
    },
    append(draft, tick) {
      const json = entryToJson({ clock: clockStart, ...draft });
      if (!entryFits(json, draft.body.k === "carried")) return null;
      const parsed = parseEntry(json);
      if (parsed.kind === "malformed") throw new Error(`an entry that no reader would take: ${parsed.why}`);
      if (appended === 0) {
        // The header's body is made when it is taken: the previous run may still be on its way to the disk.
        pending.push({ entry: { clock: tick(), at: draft.at, body: { k: "run" } } });
        appended++;
      }
      const clock = tick();
      // As a reader will parse it, not as it was handed in.
      pending.push({ entry: atClock(parsed.entry, clock), json: withClock(json, clock) });
      return { seq: appended++, clock };
    },
    takeGroup,
  };
}

function isCarrier(entry: Entry): boolean {
  return entry.body.k === "carried";
}
