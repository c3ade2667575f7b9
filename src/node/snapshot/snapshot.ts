/**
 * One snapshot, open for look-ups: by barcode from its database, by words from an index in memory that is built at
 * the first search. It never changes.
 */
import type { HoldRecord, ItemRecord, LoanRecord, PatronRecord } from "../../crdt/circulation/snapshot.ts";
import type { EncryptedLevel } from "../store/encrypted-levels.ts";
import type { KeyRange } from "../store/level.ts";
import { createHeldTitles } from "./held-titles.ts";
import { rangeOf } from "./keys.ts";
import { createLookUps } from "./look-ups.ts";
import { createPackedRecords, type PackedRecords } from "./packed-records.ts";
import { createPresence } from "./presence.ts";
import {
  type ClosedDaysRecord,
  type HoursRecord,
  parseRecord,
  partsToKey,
  type RecordKind,
  type RecordValues,
  recordToParts,
  type SnapshotRecord,
} from "./record.ts";
import { createItemIndex, createPatronIndex, type SearchIndex } from "./search.ts";
import { breathe } from "./slices.ts";
import type { SnapshotMeta } from "./snapshot-store.ts";
import { createWhole } from "./whole.ts";

export interface Snapshot {
  readonly meta: SnapshotMeta;
  /** Look-ups need no disk. */
  readonly isInMemory: boolean;
  /** `null` where there is none, here and below. */
  patron(barcode: string): Promise<PatronRecord | null>;
  item(barcode: string): Promise<ItemRecord | null>;
  loanOf(item: string): Promise<LoanRecord | null>;
  loansOf(patron: string): Promise<readonly LoanRecord[]>;
  /** Holds on this copy, and those on any copy of its title. An empty `titleId` counts for none. */
  holdsOfItem(item: string, titleId: string): Promise<readonly HoldRecord[]>;
  holdsOfPatron(patron: string): Promise<readonly HoldRecord[]>;
  /** Of a hold on any copy; `undefined`: not known, or not before items can be searched. */
  titleOfHold(titleId: string): string | undefined;
  hours(branch: string): Promise<readonly HoursRecord[]>;
  closedDays(branch: string): Promise<readonly ClosedDaysRecord[]>;
  /**
   * Every word of the query must fit: the beginning of a word of the name, blind to case and accents; the beginning
   * or end of the barcode; digits of the phone number; the birth date. Best first.
   */
  searchPatrons(query: string, limit?: number): Promise<readonly PatronRecord[]>;
  /** By the beginnings of words of title, author and call number, or of the barcode. Best first. */
  searchItems(query: string, limit?: number): Promise<readonly ItemRecord[]>;
  /**
   * Builds what searches and look-ups need, in slices: to be called when the snapshot comes into force, or the first
   * search waits for it. Ends early when the snapshot is closed, rejects when the disk fails.
   */
  prepareSearch(): Promise<void>;
  /** Resolves when what is being prepared for look-ups is: at once where nothing is. For whoever looks up thousands. */
  lookUpsPrepared(): Promise<void>;
  /** The package from byte `from` on, in pieces of any size. */
  bytes(from: number): AsyncIterable<Uint8Array>;
  close(): Promise<void>;
}

export function createSnapshot(level: EncryptedLevel, meta: SnapshotMeta): Snapshot {
  const running = new Set<Promise<unknown>>();
  let closed = false;

  const packed = createPackedRecords(level);
  const lookUps = createLookUps({ getMany: packed.getMany, slices: level.slices });
  const whole = createWhole(level, packed, meta.counts);

  function one<K extends RecordKind>(kind: K, barcode: string): Promise<RecordValues[K] | null> {
    const key = partsToKey(kind, [barcode]);
    const parse = (bytes: Uint8Array) => bytesToValue(kind, bytes);
    const inMemory = whole?.find(key, parse);
    return inMemory === undefined ? track(lookUps.one(key, parse)) : Promise.resolve(inMemory);
  }
  const presence = createPresence(2 * ((meta.counts.loan ?? 0) + 2 * (meta.counts.hold ?? 0)));
  const learnPresence = onFirstUse(async () => {
    for (const kind of ["loan-of-patron", "hold-of-item", "hold-of-patron"] as const) {
      for await (const slice of level.slices(rangeOf(level, kind))) {
        if (closed) throw new Error("The snapshot was closed");
        for (const [key] of slice) presence.add(key);
        await breathe();
      }
    }
    presence.complete();
  });

  /** Whoever prepares hears of a failure; look-ups then ask the disk. */
  let preparing: Promise<void> | undefined;

  async function loadWhole(): Promise<void> {
    await whole?.load(() => closed);
  }

  async function all<K extends RecordKind>(kind: K, range: KeyRange): Promise<readonly RecordValues[K][]> {
    if (presenceKinds.has(kind) && !presence.mayHold(range)) return [];
    const parse = (bytes: Uint8Array) => bytesToValue(kind, bytes);
    const inMemory = presenceKinds.has(kind) ? whole?.all(range, parse) : undefined;
    return inRecordOrder(kind, inMemory ?? (await track(lookUps.all(range, parse))));
  }
  /** Close waits for what runs, as a database can't be closed under an iterator. */
  function track<T>(work: Promise<T>): Promise<T> {
    const ended = work.catch(() => undefined).finally(() => running.delete(ended));
    running.add(ended);
    return work;
  }

  const patrons = createSearch(
    packed,
    "patron",
    async () => createPatronIndex(),
    () => closed,
  );
  const heldTitles = createHeldTitles();
  const items = createSearch(packed, "item", createIndexOfItems, () => closed);

  async function createIndexOfItems(): Promise<SearchIndex<ItemRecord>> {
    const note = await heldTitles.begin(titleHolds(level));
    const index = createItemIndex();
    return {
      ...index,
      add(item) {
        index.add(item);
        note(item);
      },
    };
  }

  return {
    meta,
    get isInMemory() {
      return whole?.isLoaded === true;
    },
    patron: (barcode) => one("patron", barcode),
    item: (barcode) => one("item", barcode),
    loanOf: (item) => one("loan", item),
    loansOf: (patron) => all("loan", rangeOf(level, "loan-of-patron", patron)),
    async holdsOfItem(item, titleId) {
      const [ofItem, ofTitle] = await Promise.all([
        item === "" ? [] : all("hold", rangeOf(level, "hold-of-item", item)),
        titleId === "" ? [] : all("hold", rangeOf(level, "hold-of-item", "", titleId)),
      ]);
      return [...ofItem, ...ofTitle];
    },
    holdsOfPatron: (patron) => all("hold", rangeOf(level, "hold-of-patron", patron)),
    titleOfHold: heldTitles.titleOf,
    hours: (branch) => all("hours", rangeOf(level, "hours", branch)),
    closedDays: (branch) => all("closed-days", rangeOf(level, "closed-days", branch)),
    searchPatrons: (query, limit = 20) => track(patrons.find(query, limit)),
    searchItems: (query, limit = 20) => track(items.find(query, limit)),
    async prepareSearch() {
      try {
        const lookUps = learnPresence().then(loadWhole);
        preparing = lookUps.catch(() => undefined);
        await track(lookUps.then(patrons.prepare).then(items.prepare));
      } catch (error) {
        if (!closed) throw error;
      }
    },
    lookUpsPrepared: async () => preparing,
    bytes: packed.bytes,
    async close() {
      closed = true;
      await Promise.all(running);
      await level.close();
    },
  };
}

const presenceKinds: ReadonlySet<RecordKind> = new Set(["loan", "hold"]);

interface Search<T> {
  prepare(): Promise<unknown>;
  find(query: string, limit: number): Promise<readonly T[]>;
}

function createSearch<K extends "patron" | "item">(
  packed: PackedRecords,
  kind: K,
  createIndex: () => Promise<SearchIndex<RecordValues[K]>>,
  isClosed: () => boolean,
): Search<RecordValues[K]> {
  const prepare = onFirstUse(async () => {
    const index = await createIndex();
    for await (const slice of packed.slices(kind)) {
      if (isClosed()) throw new Error("The snapshot was closed");
      for (const { value } of slice) index.add(value as RecordValues[K]);
    }
    return index;
  });
  return {
    prepare,
    async find(query, limit) {
      const index = await prepare();
      const barcodes = await index.search(query, limit);
      const values = await packed.getMany(barcodes.map((barcode) => partsToKey(kind, [barcode])));
      return values.flatMap((value) => (value === undefined ? [] : [bytesToValue(kind, value)]));
    },
  };
}

/** Those on any copy of a title. */
async function* titleHolds(level: EncryptedLevel): AsyncIterable<readonly HoldRecord[]> {
  for await (const slice of level.slices(rangeOf(level, "hold-of-item", ""))) {
    yield slice.map(([, value]) => bytesToValue("hold", value));
    await breathe();
  }
}

/** The database's order is that of hashes, another at each desk. */
function inRecordOrder<K extends RecordKind>(
  kind: K,
  values: readonly RecordValues[K][],
): readonly RecordValues[K][] {
  if (values.length < 2) return values;
  const named = values.map((value) => ({
    value,
    name: recordToParts({ kind, value } as SnapshotRecord).join("\0"),
  }));
  named.sort((a, b) => (a.name < b.name ? -1 : a.name > b.name ? 1 : 0));
  return named.map(({ value }) => value);
}

/** The package's hash was right when it was stored, so a wrong record is a damaged disk: a fault. */
function bytesToValue<K extends RecordKind>(kind: K, bytes: Uint8Array): RecordValues[K] {
  const record = parseRecord(Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length).toString("utf8"));
  if (record?.kind !== kind) throw new Error(`A stored ${kind} of the snapshot can't be read`);
  return record.value as RecordValues[K];
}

/** Made once; after a failure made again at the next use. */
function onFirstUse<T>(make: () => Promise<T>): () => Promise<T> {
  let made: Promise<T> | undefined;
  return () => {
    made ??= make().catch((error: unknown) => {
      made = undefined;
      throw error;
    });
    return made;
  };
}
