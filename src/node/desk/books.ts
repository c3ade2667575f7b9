/**
 * This desk's books: the journals of `branch` and of each outage, opened from the disk, with what is damaged set
 * aside and salvaged, and one clock over all of them.
 */
import { carriedToBody } from "../../crdt/log/carried.ts";
import type { Signer } from "../../crdt/log/digest.ts";
import { type Advance, createLogDocument, type LogDocument } from "../../crdt/log/document.ts";
import type { RunHeader } from "../../crdt/log/feed.ts";
import { createFeedWriter, type FeedWriter } from "../../crdt/log/feed-writer.ts";
import { clockStart, type HybridTime, laterOf, tick } from "../../crdt/log/hybrid-clock.ts";
import type { Judge, LogEntry } from "../../crdt/log/log-entry.ts";
import { type DamagedSegment, restoreDocument, type StoredUpdates } from "../../crdt/log/restore.ts";
import type { Twin } from "../../crdt/log/twins.ts";
import { createJournal, type Journal } from "../log/journal.ts";
import type { Clock, LogStore, LogStores, Random } from "../ports.ts";

export interface BooksEvents {
  readonly onEntries: (document: string, entries: readonly LogEntry[]) => void;
  readonly onTwin: (document: string, twin: Twin) => void;
  readonly onPublish: (document: string, update: Uint8Array, advance: Advance) => void;
  readonly onDurable: (document: string, advances: readonly Advance[]) => void;
  readonly onOpened: (journal: Journal) => void;
  readonly onFault: (why: unknown) => void;
  /** In words for the log, without patron data. */
  readonly onTrouble: (text: string) => void;
}

export interface BooksOptions {
  readonly branchId: string;
  readonly deskName: string;
  readonly signer: Signer;
  /** Everything written here comes after this. */
  readonly notBefore?: HybridTime;
  readonly clock: Clock;
  readonly random: Random;
  readonly stores: LogStores;
  readonly judge: (document: string) => Judge;
  readonly events: BooksEvents;
}

export interface Books {
  /** Opens a document, or returns the open one. */
  open(document: string): Promise<Journal>;
  get(document: string): Journal | undefined;
  all(): readonly Journal[];
  /** Resolves when all that was acknowledged or accepted by now is durable and in its document, or the disk failed. */
  caughtUp(): Promise<void>;
  /**
   * For good, also what is stored of one that isn't open. `before` is the last to read it: nothing is written to it any
   * more, and if that fails, it is left on the disk.
   */
  destroy(document: string, before: (journal: Journal) => Promise<void>): Promise<void>;
  /** Entries that were read from damaged parts and written anew, since this start. */
  readonly salvaged: number;
  close(): Promise<void>;
}

const segmentsPerTurn = 8;

export function createBooks(options: BooksOptions): Books {
  const { events, signer } = options;
  const opened = new Map<string, Journal>();
  const opening = new Map<string, Promise<Journal>>();
  let now = options.notBefore ?? clockStart;
  let salvaged = 0;

  const nextTime = () => {
    now = tick(now, options.clock.now());
    return now;
  };

  function newDocument(name: string): LogDocument {
    return createLogDocument(options.branchId, name, options.judge(name), {
      onEntries(entries) {
        for (const entry of entries) now = laterOf(now, entry.clock);
        events.onEntries(name, entries);
      },
      onTwin: (twin) => events.onTwin(name, twin),
    });
  }

  function newWriter(document: LogDocument, damaged: boolean): FeedWriter {
    return createFeedWriter({
      place: {
        branch: options.branchId,
        document: document.name,
        desk: signer.desk,
        run: Buffer.from(options.random.bytes(8)).toString("hex"),
      },
      signer,
      deskName: options.deskName,
      // After damage we can't say where our last run ended: better nothing than a wrong count, which cries "twin".
      get previous() {
        return damaged ? undefined : previousRun(document, signer.desk);
      },
      newClient: () => options.random.uint32(),
    });
  }

  async function openNow(name: string): Promise<Journal> {
    const store = await options.stores.open(name);
    const document = newDocument(name);
    const damaged = await restore(document, store);
    const ownDamage = damaged.some((one) => one.segment.includes(signer.desk));
    const journal = createJournal({
      document,
      store,
      newWriter: () => newWriter(document, ownDamage),
      tick: nextTime,
      giveWay: () => new Promise((resolve) => options.clock.after(0, resolve)),
      events: {
        onPublish: (update, advance) => events.onPublish(name, update, advance),
        onDurable: (advances) => events.onDurable(name, advances),
        onFault: events.onFault,
        onTrouble: events.onTrouble,
      },
    });
    opened.set(name, journal);
    await salvage(journal, store, damaged);
    events.onOpened(journal);
    return journal;
  }

  /** Reads the whole store; gives way between slices, so that a desk that starts still answers. */
  async function restore(document: LogDocument, store: LogStore): Promise<readonly DamagedSegment[]> {
    const stored: StoredUpdates[] = [];
    for await (const segment of store.load()) stored.push(segment);
    stored.sort((a, b) => segmentNumber(a) - segmentNumber(b));
    const own = { desk: signer.desk, publicKey: signer.publicKey };
    const damaged: DamagedSegment[] = [];
    while (stored.length > 0) {
      // Taken out, so that the bytes can go while the entries come.
      damaged.push(...restoreDocument(document, stored.splice(0, segmentsPerTurn), own));
      await new Promise<void>((resolve) => options.clock.after(0, resolve));
    }
    return damaged;
  }

  /**
   * Carries what stands behind the damage (L15), then moves the damaged parts out of the way: whoever is interrupted
   * between the two carries it again at the next start, which counts once.
   */
  async function salvage(
    journal: Journal,
    store: LogStore,
    damaged: readonly DamagedSegment[],
  ): Promise<void> {
    const { name } = journal.document;
    for (const { segment, why, whole, salvage: sources, unproven } of damaged) {
      const at = options.clock.now();
      const carried = sources.map((source) => journal.append({ at, body: carriedToBody(source) }));
      await Promise.all(carried.map((appended) => appended?.durable));
      const count = carried.filter((appended) => appended !== null).length;
      salvaged += count;
      await store.setAside(segment, whole ?? undefined);
      const saved = `${count} entries were saved from it, ${unproven} could be read but not proven`;
      events.onTrouble(`A part of ${name} on this disk was damaged (${why}). It was set aside; ${saved}.`);
    }
  }

  async function destroy(name: string, before: (journal: Journal) => Promise<void>): Promise<void> {
    const journal = await opening.get(name);
    opened.delete(name);
    if (journal) {
      await journal.settled();
      await before(journal);
      await journal.close();
    }
    if ((await options.stores.names()).includes(name)) await options.stores.destroy(name);
    opening.delete(name);
  }

  return {
    open(name) {
      const known = opening.get(name);
      if (known) return known;
      const promise = openNow(name);
      opening.set(name, promise);
      promise.catch(() => opening.delete(name));
      return promise;
    },
    get: (name) => opened.get(name),
    all: () => [...opened.values()],
    async caughtUp() {
      await Promise.all([...opened.values()].map((journal) => journal.caughtUp()));
    },
    destroy,
    get salvaged() {
      return salvaged;
    },
    async close() {
      await Promise.allSettled(opening.values());
      for (const journal of opened.values()) await journal.close();
    },
  };
}

function previousRun(document: LogDocument, desk: string): RunHeader["previous"] {
  let last: { run: string; count: number; hash: string; ms: number; n: number } | undefined;
  for (const feed of document.feeds()) {
    if (feed.place.desk !== desk) continue;
    const { ms, n } = feed.lastClock;
    if (last && (last.ms > ms || (last.ms === ms && last.n > n))) continue;
    last = { run: feed.place.run, count: feed.count, hash: feed.hash.toString("base64url"), ms, n };
  }
  return last && { run: last.run, count: last.count, hash: last.hash };
}

function segmentNumber(stored: StoredUpdates): number {
  return Number(stored.segment.slice(stored.segment.lastIndexOf("/") + 1)) || 0;
}
