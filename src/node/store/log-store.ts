/**
 * The log's durable home on y-leveldb: one LevelDB folder per log document, one y-leveldb document per segment.
 *
 * y-leveldb never syncs and swallows every error (docs/decisions/…): so its Level writes with `sync`, and our own
 * writes go through its queue under its own keys, in one batch each, with the outcome looked at. Values are encrypted
 * by that Level, so whatever y-leveldb reads and writes by itself is, too.
 */
import { getAllDocsKeys, getCurrentUpdateClock, getLevelUpdates, LeveldbPersistence } from "y-leveldb";
import { stateVectorToStored } from "../../crdt/log/restore.ts";
import type { LogStore, LogStores, SegmentWrite, StoredSegment } from "../ports.ts";
import type { Cipher } from "./cipher.ts";
import type { KeyRing } from "./key-ring.ts";
import { forLogs, LevelClass } from "./level.ts";
import { isCorruption, type LevelCondition } from "./level-files.ts";
import { createLogKeys } from "./log-keys.ts";
import {
  asideOperations,
  asidePrefix,
  asStored,
  type Database,
  listKeys,
  type Put,
  type StoredKey,
  toDeletion,
} from "./log-records.ts";
import { syncWrites } from "./synced-writes.ts";

/** A class like `level`'s: the seam where tests put a simulated disk (log.md, L29). */
export type LevelConstructor = new (location: string, options: object) => object;

/** The disk as a folder of folders; `LevelConstructor` opens one. */
export interface LogFolders {
  readonly Level: LevelConstructor;
  names(): Promise<readonly string[]>;
  /** Where LevelDB keeps that document. */
  locate(document: string): string;
  /** Of the document's files; LevelDB must not open what is damaged. */
  condition(document: string): Promise<LevelCondition>;
  /** Moves an unreadable folder out of the way, and keeps it. */
  setAside(document: string): Promise<void>;
  /**
   * Puts in the place of a damaged document what can be read of it, and sets that one aside; returns how many records
   * there are. It throws before it has changed anything, or `finishMending` ends it.
   */
  mend(document: string): Promise<number>;
  /** Ends what a `mend` left that was cut off: true when the document is mended now, false when nothing came of it. */
  finishMending(document: string): Promise<boolean>;
  /** From here on the document is as good as gone, whatever happens before `removeDoomed`. */
  doom(document: string): Promise<void>;
  doomed(): Promise<readonly string[]>;
  /** Removes a doomed document, with all that was set aside of it. */
  removeDoomed(document: string): Promise<void>;
}

/** Real disk: every write is on it before it resolves. */
export const SyncedLevel = syncWrites(LevelClass<unknown, unknown>);

type Outcome<T> = { readonly value: T } | { readonly error: unknown };

export function createLogStores(
  folders: LogFolders,
  keys: KeyRing,
  onTrouble: (text: string) => void,
): LogStores {
  const logKeys = createLogKeys(folders, keys, onTrouble);
  const inUse = new Set<string>();

  async function openHere(document: string, cipher: Cipher): Promise<LogStore> {
    const store = await openStore(encryptValues(folders.Level, cipher), folders.locate(document));
    inUse.add(document);
    return {
      ...store,
      async close() {
        await store.close();
        inUse.delete(document);
      },
    };
  }

  function tellMended(document: string, isEmpty: boolean): void {
    const then = isEmpty
      ? "it starts empty and is refilled by other desks"
      : "what could be read was taken over, the rest is refilled by other desks";
    onTrouble(`The stored log ${document} was damaged. It is kept beside it; ${then}.`);
  }

  async function mend(document: string, cipher: Cipher): Promise<LogStore> {
    const count = await folders.mend(document).catch(notMended(document));
    tellMended(document, count === 0);
    return openHere(document, cipher);
  }

  return {
    async names() {
      await logKeys.finishDestroying();
      return folders.names();
    },
    async destroy(document) {
      if (inUse.has(document)) throw new Error(`${document} is open`);
      await logKeys.destroy(document);
    },
    async open(document) {
      await logKeys.finishDestroying();
      // Before the key is looked at: a log without one is set aside, and must not leave half a copy behind.
      if (await folders.finishMending(document).catch(notMended(document))) tellMended(document, false);
      const cipher = await logKeys.open(document);
      const condition = await folders.condition(document);
      if (condition === "damaged") return mend(document, cipher);
      if (condition === "cut-off")
        onTrouble(
          `The last write to the stored log ${document} was not whole, as after a power cut: left out.`,
        );
      try {
        return await openHere(document, cipher);
      } catch (error) {
        if (!isCorruption(error)) throw error;
        return mend(document, cipher);
      }
    },
  };
}

function notMended(document: string): (why: unknown) => never {
  return (cause) => {
    const text = `The stored log ${document} is damaged and could not be mended yet; nothing of it is lost. Make room on the disk and start again`;
    throw new Error(text, { cause });
  };
}

/** A Level of the same kind that keeps only ciphertext, under its own encoding in the place of y-leveldb's. */
export function encryptValues(Level: LevelConstructor, cipher: Cipher): LevelConstructor {
  const valueEncoding = {
    name: "deskmesh-encrypted",
    format: "buffer",
    encode: (value: Uint8Array) => cipher.encrypt(value, logPlace),
    // Empty bytes are no update, so whoever judges what is stored finds the damage there, segment by segment.
    decode: (stored: Uint8Array) => cipher.decrypt(stored, logPlace) ?? Buffer.alloc(0),
  };
  return class extends Level {
    constructor(location: string, options: object) {
      const { keyEncoding } = options as { keyEncoding: KeyEncoding };
      super(location, { ...forLogs, ...options, valueEncoding, keyEncoding: readAnyKey(keyEncoding) });
    }
  };
}

/** y-leveldb's, in so far as it reads. */
interface KeyEncoding {
  readonly decode: (bytes: Uint8Array) => StoredKey;
}

/** A key that a flipped bit made unreadable must not end the walk over all others: what it named is missed by itself. */
function readAnyKey(encoding: KeyEncoding): KeyEncoding {
  return {
    ...encoding,
    decode(bytes) {
      try {
        return encoding.decode(bytes);
      } catch {
        return unreadableKey;
      }
    },
  };
}

const unreadableKey: StoredKey = ["unreadable"];

/** An encoding isn't told the key that it encodes for. Chain and signatures say which entry stands where. */
const logPlace = "log";

/** Reads everything once, so that what can't be read is found while it can still be mended. */
async function openStore(Level: LevelConstructor, location: string): Promise<LogStore> {
  const persistence = new LeveldbPersistence(location, { Level });
  /** Segment → number of its last stored update. */
  const lastUpdate = new Map<string, number>();
  let failure: { readonly why: unknown } | null = null;
  /** For the one load that follows the opening; whatever changes the store ends it. */
  let read: readonly StoredSegment[] | null = null;

  /** One turn in y-leveldb's queue. It resolves `null` on failure, so the outcome is carried out by hand. */
  async function transact<T>(run: (database: Database) => Promise<T>): Promise<T> {
    const outcome: Outcome<T> | null = await persistence._transact(async (database: Database) => {
      try {
        return { value: await run(database) };
      } catch (error) {
        return { error };
      }
    });
    if (outcome === null) throw new Error("y-leveldb gave no outcome");
    if ("error" in outcome) throw outcome.error;
    return outcome.value;
  }

  /**
   * A turn that changes what is stored. Once one has failed there is no other: LevelDB 1.20 takes the place of a record
   * that it could not write for written, and what it appends behind that is not all found at the next start. Whoever
   * waits in the queue meanwhile is refused, too.
   */
  function change(run: (database: Database) => Promise<void>): Promise<void> {
    read = null;
    return transact(async (database) => {
      if (failure) throw failure.why;
      try {
        await run(database);
      } catch (why) {
        failure = { why };
        throw why;
      }
    });
  }

  async function writeAll(database: Database, writes: readonly SegmentWrite[]): Promise<void> {
    const operations: Put[] = [];
    for (const { segment, update } of writes) {
      const last = lastUpdate.get(segment) ?? (await getCurrentUpdateClock(database, segment));
      if (last === -1) {
        const value = Buffer.from(stateVectorToStored(update));
        operations.push({ type: "put", key: ["v1_sv", segment], value });
      }
      const value = Buffer.from(update.buffer, update.byteOffset, update.byteLength);
      operations.push({ type: "put", key: ["v1", segment, "update", last + 1], value });
      lastUpdate.set(segment, last + 1);
    }
    const [first] = operations;
    // A lone scan: one write is all or nothing by itself, and costs a third less to hand over than a batch of one.
    if (first && operations.length === 1) await database.put(first.key, first.value);
    else await database.batch(operations);
  }

  async function readAll(): Promise<StoredSegment[]> {
    const names = await transact((database) => listSegments(database));
    const segments: StoredSegment[] = [];
    for (const segment of names.filter((name) => !name.startsWith(asidePrefix))) {
      const updates: Uint8Array[] = await transact((database) => getLevelUpdates(database, segment));
      segments.push({ segment, updates });
    }
    return segments;
  }

  await transact((database) => database.open());
  try {
    read = await readAll();
  } catch (error) {
    await transact((database) => database.close());
    throw error;
  }
  return {
    async *load(): AsyncGenerator<StoredSegment> {
      const segments = read ?? (await readAll());
      read = null;
      yield* segments;
    },
    write: (writes) => change((database) => writeAll(database, writes)),
    compact: (segment, whole) =>
      change(async (database) => {
        const last = lastUpdate.get(segment) ?? (await getCurrentUpdateClock(database, segment));
        await database.batch([
          ...(await listKeys(database, segment)).map(toDeletion),
          { type: "put", key: ["v1_sv", segment], value: Buffer.from(stateVectorToStored(whole)) },
          { type: "put", key: ["v1", segment, "update", last + 1], value: Buffer.from(whole) },
        ]);
        lastUpdate.set(segment, last + 1);
      }),
    setAside(segment, instead) {
      lastUpdate.delete(segment);
      return change(async (database) => {
        const updates: Uint8Array[] = await getLevelUpdates(database, segment, asStored);
        await database.batch(asideOperations(segment, updates, await listKeys(database, segment), instead));
      });
    },
    close: () => transact((database) => database.close()),
  };
}

/** From the updates themselves: a torn log may have kept them and lost the key that y-leveldb lists them by. */
async function listSegments(database: Database): Promise<string[]> {
  const listed = await getAllDocsKeys(database);
  const stored = await database.keys({ gte: ["v1"], lt: ["v1_sv"] }).all();
  return [...new Set([...listed, ...stored].flatMap((key) => (typeof key[1] === "string" ? [key[1]] : [])))];
}
