/**
 * LevelDB on this desk's disk, behind the few calls that the snapshots need. The only file that imports `level`.
 * What is written here is on the disk as it is: whatever tells of patrons goes through `encrypted-levels.ts`.
 */
import { mkdir, open, readdir, rename, rm } from "node:fs/promises";
import { join } from "node:path";
import { Level as ClassicLevel } from "level";
import { checkLevelFiles } from "./level-files.ts";

/** The class that y-leveldb takes as its `Level` option; to be extended, never called from elsewhere. */
export { Level as LevelClass } from "level";

export type LevelWrite =
  | { readonly type: "put"; readonly key: string; readonly value: Uint8Array }
  | { readonly type: "del"; readonly key: string };

/** Keys from `gte` (inclusive) up to `lt` (exclusive), in order of their UTF-8 bytes. */
export interface KeyRange {
  readonly gte: string;
  readonly lt: string;
}

/** An ordered map of bytes by text key. Every call rejects with the disk's reason when it fails. */
export interface Level {
  get(key: string): Promise<Uint8Array | undefined>;
  /** In the order of `keys`; `undefined` where there is none. */
  getMany(keys: readonly string[]): Promise<readonly (Uint8Array | undefined)[]>;
  /** All or none. With `sync` it resolves when the writes are on disk (fsync). */
  batch(writes: readonly LevelWrite[], options: { readonly sync: boolean }): Promise<void>;
  /** Slices of at most 256 entries, so that a reader gives way between them. */
  slices(range: KeyRange): AsyncIterable<readonly (readonly [key: string, value: Uint8Array])[]>;
  keys(range: KeyRange): Promise<readonly string[]>;
  close(): Promise<void>;
}

/** A folder of databases. Its in-memory twin is `createMemoryLevels`. */
export interface Levels {
  /** Names of the databases that exist, whole or not. */
  names(): Promise<readonly string[]>;
  /** Opens, or creates. Rejects when it is open already or can't be read. */
  open(name: string): Promise<Level>;
  /** Only while it is closed; durable when it resolves. */
  rename(from: string, to: string): Promise<void>;
  /** Only while it is closed; quiet when there is none. */
  remove(name: string): Promise<void>;
}

export interface LevelOptions {
  /** Default: created where there is none. */
  readonly createIfMissing?: boolean;
  /** LevelDB maps each file that it holds open into memory, and keeps it so. Default: 1,000. */
  readonly maxOpenFiles?: number;
  /** Bytes. Default: 2 MiB. */
  readonly maxFileSize?: number;
  /** Bytes; twice as many are held in memory. Default: 4 MiB. */
  readonly writeBufferSize?: number;
  /** Default: true. */
  readonly compression?: boolean;
}

/** The part of `level` (and memory-level) that is used here. */
export interface AbstractLevel {
  getMany(keys: string[]): Promise<Uint8Array[]>;
  batch(
    writes: ({ type: "put"; key: string; value: Uint8Array } | { type: "del"; key: string })[],
    options: object,
  ): Promise<void>;
  iterator(range: KeyRange): {
    nextv(size: number): Promise<[string, Uint8Array][]>;
    close(): Promise<void>;
  };
  keys(range: KeyRange): { all(): Promise<string[]> };
  close(): Promise<void>;
}

const sliceLength = 256;

/** Opens the LevelDB in `folder`. Rejects when another process has it open, or it can't be read. */
export async function openLevel(folder: string, options: LevelOptions = {}): Promise<Level> {
  await mkdir(folder, { recursive: true });
  const database = new ClassicLevel<string, Uint8Array>(folder, {
    keyEncoding: "utf8",
    valueEncoding: "view",
    createIfMissing: true,
    ...options,
  });
  await database.open();
  return abstractLevelToLevel(database);
}

/**
 * For a city's snapshot, which is written once and then read. LevelDB takes no less than 64 tables to hold open, and what
 * it doesn't map the system caches. What is encrypted can't be compressed, and only costs the trying.
 */
const forSnapshots: LevelOptions = {
  maxOpenFiles: 74,
  maxFileSize: 1024 ** 2,
  writeBufferSize: 8 * 1024 ** 2,
  compression: false,
};

/**
 * A log is read once, at the start, and written a few hundred bytes at a time: what LevelDB by itself would hold in memory
 * of it (two buffers of 4 MB, a cache of 8) grows for an hour of a busy branch, and serves nobody.
 */
export const forLogs = { writeBufferSize: 1024 ** 2, cacheSize: 1024 ** 2, compression: false } as const;

/** The databases in the sub-folders of `folder`, which is made when it is first needed. */
export function createLevels(folder: string): Levels {
  return {
    async names() {
      await mkdir(folder, { recursive: true });
      const entries = await readdir(folder, { withFileTypes: true });
      return entries.filter((entry) => entry.isDirectory()).map((entry) => entry.name);
    },
    async open(name) {
      if ((await checkLevelFiles(join(folder, name))) === "damaged")
        throw new Error(`The database ${name} is damaged: bits have changed since it was written`);
      return openLevel(join(folder, name), forSnapshots);
    },
    async rename(from, to) {
      await rename(join(folder, from), join(folder, to));
      await syncFolder(folder);
    },
    remove: (name) => rm(join(folder, name), { recursive: true, force: true, maxRetries: 5 }),
  };
}

/** Shared with the in-memory twin, so that both run through the same lines. */
export function abstractLevelToLevel(database: AbstractLevel): Level {
  return {
    get: async (key) => (await database.getMany([key]))[0],
    getMany: (keys) => database.getMany([...keys]),
    batch: (writes, options) => database.batch([...writes], options),
    async *slices(range) {
      const iterator = database.iterator(range);
      try {
        for (;;) {
          const slice = await iterator.nextv(sliceLength);
          if (slice.length === 0) return;
          yield slice;
        }
      } finally {
        await iterator.close();
      }
    },
    keys: (range) => database.keys(range).all(),
    close: () => database.close(),
  };
}

/** A rename is on disk once its folder is. Windows can't open a folder, and needs no such thing. */
export async function syncFolder(folder: string): Promise<void> {
  if (process.platform === "win32") return;
  const handle = await open(folder, "r");
  try {
    await handle.sync();
  } finally {
    await handle.close();
  }
}
