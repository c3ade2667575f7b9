/** Desks, writers and documents for the tests of the log: fixed keys, a clock that is told the time, counted clients. */
import { createSigner, type Signer } from "../../../src/crdt/log/digest.ts";
import { createLogDocument, type LogDocument } from "../../../src/crdt/log/document.ts";
import type { Feed, RunHeader } from "../../../src/crdt/log/feed.ts";
import { createFeedWriter, type FeedWriter, type Group } from "../../../src/crdt/log/feed-writer.ts";
import { clockStart, type HybridTime, tick } from "../../../src/crdt/log/hybrid-clock.ts";
import type { Judge, LogEntry } from "../../../src/crdt/log/log-entry.ts";
import type { Twin } from "../../../src/crdt/log/twins.ts";
import { Y, type YDoc } from "../../../src/crdt/log/yjs.ts";

export const branch = "2f1c7a52-branch";
export const outage = "outage-1";
const startMs = 1_795_300_000_000;

const signers = new Map<number, Signer>();

/** Desk number `n`: always the same key. */
export function signerOf(n: number): Signer {
  const signer = signers.get(n) ?? createSigner(Buffer.alloc(32, n + 1));
  signers.set(n, signer);
  return signer;
}

export function runOf(n: number): string {
  return n.toString(16).padStart(16, "0");
}

export interface SampleFeed {
  readonly desk?: number;
  readonly run?: number;
  readonly branch?: string;
  readonly document?: string;
  readonly previous?: RunHeader["previous"];
  readonly signer?: Signer;
  readonly firstClient?: number;
  /** Wall time of its first entry, after the first of all other feeds, ms. */
  readonly afterMs?: number;
}

export interface SampleWriter {
  readonly writer: FeedWriter;
  readonly key: string;
  /** Appends that many entries; the texts are of the given length. */
  append(entries: number, textLength?: number): void;
  /** Appends, and takes all that waits in groups of at most `max`. */
  groups(entries: number, max?: number, textLength?: number): Group[];
}

export function createSampleWriter(feed: SampleFeed = {}): SampleWriter {
  const desk = feed.desk ?? 0;
  const run = runOf(feed.run ?? 1);
  const signer = feed.signer ?? signerOf(desk);
  let client = feed.firstClient ?? 1000 * (desk + 1) + 100_000 * (feed.run ?? 1);
  let last: HybridTime = clockStart;
  let wallMs = startMs + (feed.afterMs ?? 0);
  let made = 0;
  const writer = createFeedWriter({
    place: {
      branch: feed.branch ?? branch,
      document: feed.document ?? outage,
      desk: signer.desk,
      run,
    },
    signer,
    deskName: `Desk ${desk + 1}`,
    ...(feed.previous ? { previous: feed.previous } : {}),
    newClient: () => client++,
  });
  const append = (entries: number, textLength = 10): void => {
    for (let i = 0; i < entries; i++) {
      wallMs += i % 3;
      const body = { k: "note", n: made++, text: "ä".repeat(textLength) };
      const placed = writer.append({ at: wallMs, staff: "MS", body }, () => {
        last = tick(last, wallMs);
        return last;
      });
      if (!placed) throw new Error("a sample entry was too large");
    }
  };
  return {
    writer,
    key: `${signer.desk}/${run}`,
    append,
    groups(entries, max = 256, textLength = 10) {
      append(entries, textLength);
      return takeAll(writer, max);
    },
  };
}

export function takeAll(writer: FeedWriter, max: number): Group[] {
  const groups: Group[] = [];
  for (let group = writer.takeGroup(max); group; group = writer.takeGroup(max)) groups.push(group);
  return groups;
}

export interface SampleDocument {
  readonly document: LogDocument;
  /** Delivered, in order. */
  readonly entries: LogEntry[];
  readonly twins: Twin[];
}

export function createSampleDocument(judge: Judge = () => null, name = outage, of = branch): SampleDocument {
  const entries: LogEntry[] = [];
  const twins: Twin[] = [];
  const document = createLogDocument(of, name, judge, {
    onEntries: (some) => entries.push(...some),
    onTwin: (twin) => twins.push(twin),
  });
  return { document, entries, twins };
}

/** Everything that a document holds, to be compared before and after. */
export function snapshotOf(document: LogDocument): unknown {
  return {
    state: Buffer.from(Y.encodeStateAsUpdate(document.yDoc)).toString("base64"),
    frontier: [...document.frontier()],
    feeds: [...document.feeds()].map((feed) => [feed.key, feed.count, feed.hash.toString("hex")]),
    aside: document.aside().length,
  };
}

export function acceptAll(document: LogDocument, groups: readonly Group[]): void {
  for (const group of groups) {
    const accepted = document.accept(group.update);
    if (accepted.kind !== "advanced") throw new Error(`an honest group was ${JSON.stringify(accepted)}`);
    document.markDurable(accepted.advance);
  }
}

/** The whole of a document as one update; more than one segment makes it dishonest on the wire. */
export function wholeUpdate(yDoc: YDoc): Uint8Array {
  return Y.encodeStateAsUpdate(yDoc);
}

export function placeOf(entry: LogEntry): string {
  return `${entry.desk}/${entry.run}/${entry.seq}`;
}

/** For a relay: all that is held of what others wrote. */
export function allBut(ownRuns: ReadonlySet<string>): (feed: Feed) => number {
  return ({ place, count }) => (ownRuns.has(place.run) ? 0 : count);
}
