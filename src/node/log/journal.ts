/**
 * A journal is one log document with its store: the pump of architecture.md. Own entries: append → fsync →
 * acknowledge and publish; entries of others: apply → fsync → frontier. One write is under way at a time, and
 * whatever waits meanwhile goes into the next one (group commit).
 *
 * When a write fails the journal is over: nothing more is acknowledged, nothing is retried, and it says so.
 */

import type { Advance, LogDocument } from "../../crdt/log/document.ts";
import type { Body } from "../../crdt/log/entry.ts";
import type { Segment } from "../../crdt/log/feed.ts";
import type { FeedWriter, Group } from "../../crdt/log/feed-writer.ts";
import { maxSegmentEntries } from "../../crdt/log/guard.ts";
import type { HybridTime } from "../../crdt/log/hybrid-clock.ts";
import { updateOfWhole } from "../../crdt/log/updates.ts";
import type { LogStore, SegmentWrite } from "../ports.ts";

export interface Appended {
  readonly desk: string;
  readonly run: string;
  readonly seq: number;
  readonly clock: HybridTime;
  /** Resolves when it is on disk: from then on it may be acknowledged; rejects when it never may. */
  readonly stored: Promise<void>;
  /** Resolves when it is on disk and in the document, a turn later; rejects as `stored` does. */
  readonly durable: Promise<void>;
}

export interface JournalEvents {
  /** An own group is durable and in the document: to be sent to all links. */
  readonly onPublish: (update: Uint8Array, advance: Advance) => void;
  /** The frontier moved. */
  readonly onDurable: (advances: readonly Advance[]) => void;
  readonly onFault: (why: unknown) => void;
  /** Background work that failed, and took nothing with it. */
  readonly onTrouble: (text: string) => void;
}

export interface JournalOptions {
  readonly document: LogDocument;
  readonly store: LogStore;
  /** Makes the writer of a new run: at the first append, and after a `done`. */
  readonly newWriter: () => FeedWriter;
  readonly tick: () => HybridTime;
  /** Lets everything else that waits have its turn. */
  readonly giveWay: () => Promise<void>;
  readonly events: JournalEvents;
}

export interface Journal {
  readonly document: LogDocument;
  /** Runs that this process wrote. */
  readonly ownRuns: ReadonlySet<string>;
  /** The run being written, if it holds anything. */
  readonly openRun: { readonly run: string; readonly count: number } | null;
  /** `null`: too large, nothing was appended. */
  append(draft: {
    readonly at: number;
    readonly offsetMs?: number;
    readonly staff?: string;
    readonly body: Body;
  }): Appended | null;
  /** Stores what the document has just accepted from a peer. */
  keep(advance: Advance, update: Uint8Array): void;
  /** Writes the last entry of the run, `done`; the next append starts a new run. Nothing when the run is empty. */
  finishRun(draft: { readonly at: number; readonly staff?: string }): Promise<void>;
  /** Resolves when all that was acknowledged or accepted by now is durable and in the document, or the disk failed. */
  caughtUp(): Promise<void>;
  /** Resolves when nothing waits to be written. */
  settled(): Promise<void>;
  close(): Promise<void>;
}

const maxGroup = 256;
const maxKeptBytes = 4 * 1024 * 1024;

interface Waiting {
  readonly writer: FeedWriter;
  readonly seq: number;
  readonly stored: Deferred;
  readonly durable: Deferred;
}

interface Deferred {
  readonly promise: Promise<void>;
  readonly resolve: () => void;
  readonly reject: (why: unknown) => void;
}

export function createJournal(options: JournalOptions): Journal {
  const { document, store, events } = options;
  const ownRuns = new Set<string>();
  let writer: FeedWriter | null = null;
  let unfinished: FeedWriter[] = [];
  const waiting: Waiting[] = [];
  const kept: { readonly advance: Advance; readonly update: Uint8Array }[] = [];
  let failure: { readonly why: unknown } | null = null;
  let pumping: Promise<void> | null = null;
  /** The write under way, to its end in the document. */
  let round: Promise<void> | null = null;
  let isAdopting = false;
  let [keptCount, keptWritten] = [0, 0];
  const compacting = new Set<string>();
  /** Full segments that are still to be written anew. */
  const full: Segment[] = [];
  let rewriting: Promise<void> | null = null;

  function fail(why: unknown): void {
    failure = { why };
    for (const one of waiting.splice(0)) {
      one.stored.reject(why);
      one.durable.reject(why);
    }
    events.onFault(why);
  }

  function takeKept(): typeof kept {
    let bytes = 0;
    const end = kept.findIndex(({ update }) => {
      bytes += update.length;
      return bytes > maxKeptBytes;
    });
    return kept.splice(0, end === -1 ? kept.length : Math.max(1, end));
  }

  async function writeOnce(): Promise<void> {
    unfinished = unfinished.filter((one) => one.pending > 0);
    const own = unfinished[0];
    const group = own?.takeGroup(maxGroup) ?? null;
    const others = takeKept();
    const writes: SegmentWrite[] = others.map(({ advance, update }) => ({
      segment: advance.segment,
      update,
    }));
    if (group) writes.push({ segment: group.segment, update: group.update });
    await store.write(writes);
    const advances = others.map((other) => other.advance);
    if (group && own) {
      acknowledge(group, own);
      isAdopting = true;
      await options.giveWay();
      advances.push(adopt(group, own));
      isAdopting = false;
    }
    for (const advance of advances) document.markDurable(advance);
    keptWritten += others.length;
    events.onDurable(advances);
    for (const advance of advances) compactSealed(advance);
  }

  /** Whoever waits at a counter is answered first; the document, the pages and the peers come a turn later. */
  function acknowledge(group: Group, from: FeedWriter): void {
    const count = group.from + group.texts.length;
    for (const { writer, seq, stored } of waiting) if (writer === from && seq < count) stored.resolve();
  }

  /** Own entries enter the document now that they are durable; then the peers are told. */
  function adopt(group: Group, from: FeedWriter): Advance {
    const advance = document.adopt(group, from.place);
    document.markDurable(advance);
    while (waiting[0] && waiting[0].writer === from && waiting[0].seq < advance.count)
      waiting.shift()!.durable.resolve();
    events.onPublish(group.update, advance);
    return advance;
  }

  /**
   * From the document: to read a thousand updates back and merge them takes megabytes that stay. Should it fail, all that
   * was acknowledged still stands, and the store takes nothing more: the next write fails, and says that it wasn't saved.
   * Not at once: staff would take it for word of the scan before, which was.
   */
  async function compact(segment: Segment): Promise<void> {
    try {
      await store.compact(segment.name, updateOfWhole(document, segment));
    } catch (why) {
      if (!failure) events.onTrouble(`A full segment could not be compacted: ${String(why)}`);
    }
  }

  function compactSealed(advance: Advance): void {
    const feed = document.feed(advance.feed);
    for (const segment of feed?.segments.slice(-2) ?? []) {
      const sealed = segment.count >= maxSegmentEntries || segment !== feed?.segments.at(-1);
      // What is written a second time, after this, would stand twice.
      const isStored = advance.count >= segment.start + segment.count;
      if (!sealed || !isStored || compacting.has(segment.name)) continue;
      compacting.add(segment.name);
      full.push(segment);
    }
    if (full.length > 0)
      rewriting ??= compactAll().finally(() => {
        rewriting = null;
      });
  }

  /** One after the other: all desks of a busy branch fill a segment in the same minute, half a megabyte each. */
  async function compactAll(): Promise<void> {
    for (let segment = full.shift(); segment && !failure; segment = full.shift()) await compact(segment);
  }

  function pump(): void {
    if (pumping || failure) return;
    pumping = (async () => {
      try {
        while (!failure && (kept.length > 0 || unfinished.some((one) => one.pending > 0))) {
          round = writeOnce();
          await round;
        }
      } catch (why) {
        fail(why);
      } finally {
        pumping = null;
      }
    })();
  }

  function append(draft: Parameters<Journal["append"]>[0]): Appended | null {
    if (failure) throw failure.why;
    if (!writer) {
      writer = options.newWriter();
      ownRuns.add(writer.place.run);
    }
    const current = writer;
    const placed = current.append(draft, options.tick);
    if (!placed) return null;
    if (!unfinished.includes(current)) unfinished.push(current);
    const { desk, run } = current.place;
    const [stored, durable] = [defer(), defer()];
    waiting.push({ writer: current, seq: placed.seq, stored, durable });
    pump();
    const { seq, clock } = placed;
    return { desk, run, seq, clock, stored: stored.promise, durable: durable.promise };
  }

  async function settled(): Promise<void> {
    while (pumping) await pumping;
  }

  return {
    document,
    ownRuns,
    get openRun() {
      return writer && writer.count > 0 ? { run: writer.place.run, count: writer.count } : null;
    },
    append,
    keep(advance, update) {
      if (failure) return;
      kept.push({ advance, update });
      keptCount++;
      pump();
    },
    async finishRun(draft) {
      if (!writer || writer.count === 0) return;
      const done = append({ ...draft, body: { k: "done" } });
      writer = null;
      await done?.durable;
    },
    async caughtUp() {
      const upTo = keptCount;
      // Whether it ends well is told by onFault.
      if (isAdopting) await Promise.allSettled([round]);
      while (keptWritten < upTo && !failure) await Promise.allSettled([round]);
    },
    settled,
    async close() {
      await settled();
      await rewriting;
      await store.close();
    },
  };
}

function defer(): Deferred {
  let [resolve, reject]: [() => void, (why: unknown) => void] = [() => undefined, () => undefined];
  const promise = new Promise<void>((done, failed) => {
    [resolve, reject] = [done, failed];
  });
  // Whoever doesn't wait for it hears of a failure through onFault.
  promise.catch(() => undefined);
  return { promise, resolve, reject };
}
