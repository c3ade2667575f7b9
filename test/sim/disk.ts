/**
 * The disk of one simulated PC: what is durable, and what a process has handed over and not yet been promised. When the
 * power goes, what was not synced vanishes, or survives in part. The log's real store and y-leveldb run on it (L29).
 */
import type { Clock, Random, Vault } from "../../src/node/ports.ts";
import { MemoryLevelClass } from "../../src/node/store/level-memory.ts";
import type { LevelConstructor, LogFolders } from "../../src/node/store/log-store.ts";
import { syncWrites } from "../../src/node/store/synced-writes.ts";

/** A file of a LevelDB or a small file: name → durable bytes. */
type Records = Map<string, Buffer>;

export interface DiskFaults {
  /** The next writes fail at their sync; their bytes are lost, whatever a later sync says. */
  failing: boolean;
  /** Nothing more fits. */
  full: boolean;
  syncMs: number;
}

export interface Disk {
  readonly faults: DiskFaults;
  /** A power cut left half a write behind. */
  readonly torn: boolean;
  /** Of databases of the log, damaged ones too. */
  names(): readonly string[];
  /** Keys and values of those that are durable. */
  bytes(): number;
  /** As one process uses it. */
  mount(clock: Clock): Mounted;
  /** The power went: of what was not synced, some, in the order of writing, the last of it perhaps torn. */
  losePower(random: Random): void;
  /** The process ended, and its PC goes on: what was handed over gets there by itself. */
  settle(): void;
  /** Of what is durable. */
  copy(): Disk;
  wipe(): void;
}

export interface Mounted {
  readonly folders: LogFolders;
  vault(name: string): Vault;
}

interface Operation {
  readonly type: "put" | "del";
  readonly key: Uint8Array;
  readonly value?: Uint8Array;
}

/** Written and not synced. */
interface Unsynced {
  readonly file: string;
  readonly operations: readonly Operation[];
}

const ioError = (): Error => Object.assign(new Error("IO error: sync failed"), { code: "EIO" });
const fullError = (): Error => Object.assign(new Error("IO error: No space left"), { code: "ENOSPC" });

export function createDisk(
  databases = new Map<string, Records>(),
  vaults = new Map<string, Records>(),
  wasTorn = false,
): Disk {
  const faults: DiskFaults = { failing: false, full: false, syncMs: 1 };
  let unsynced: Unsynced[] = [];
  let isTorn = wasTorn;

  function fault(): Error | null {
    if (faults.full) return fullError();
    return faults.failing ? ioError() : null;
  }

  function apply(file: string, operations: readonly Operation[]): void {
    const records = databases.get(file);
    if (!records) return;
    for (const { type, key, value } of operations) {
      const name = Buffer.from(key).toString("latin1");
      if (type === "put") records.set(name, Buffer.from(value ?? []));
      else records.delete(name);
    }
  }

  /** Everything of a file up to a write is on disk once that one is synced. */
  function sync(upTo: Unsynced): void {
    const place = unsynced.indexOf(upTo);
    const done = unsynced.filter(({ file }, i) => file === upTo.file && i <= place);
    for (const { file, operations } of done) apply(file, operations);
    unsynced = unsynced.filter((one) => !done.includes(one));
  }

  function write(
    file: string,
    operations: readonly Operation[],
    options: { readonly sync?: boolean },
    clock: Clock,
    done: (error?: Error) => void,
  ): void {
    const waiting = { file, operations };
    unsynced.push(waiting);
    clock.after(options.sync ? faults.syncMs : 0, () => {
      const error = fault();
      if (error) unsynced = unsynced.filter((one) => one !== waiting);
      else if (options.sync) sync(waiting);
      if (error) done(error);
      else done();
    });
  }

  return {
    faults,
    get torn() {
      return isTorn;
    },
    names: () => [...databases.keys()],
    bytes() {
      let sum = 0;
      for (const records of databases.values())
        for (const [key, value] of records) sum += key.length + value.length;
      return sum;
    },
    mount: (clock) => ({
      folders: createFolders(databases, (file, operations, options, done) =>
        write(file, operations, options, clock, done),
      ),
      vault: (name) => createVault(vaults, name, clock, () => ({ error: fault(), ms: faults.syncMs })),
    }),
    losePower(random) {
      const waiting = unsynced;
      unsynced = [];
      const kept = random.uint32() % (waiting.length + 1);
      for (const { file, operations } of waiting.slice(0, kept)) apply(file, operations);
      const torn = waiting[kept];
      if (!torn || random.uint32() % 2 === 0) return;
      isTorn = true;
      apply(torn.file, tear(torn.operations, random));
    },
    settle() {
      for (const { file, operations } of unsynced.splice(0)) apply(file, operations);
    },
    copy: () => createDisk(copyAll(databases), copyAll(vaults), isTorn),
    wipe() {
      unsynced = [];
      databases.clear();
      for (const name of [...vaults.keys()]) if (name !== "identity") vaults.delete(name);
    },
  };
}

/** Some of the writes of a batch, the last one cut short. LevelDB keeps a batch whole or not at all; worse is tried. */
function tear(operations: readonly Operation[], random: Random): readonly Operation[] {
  const left = operations.slice(0, 1 + (random.uint32() % operations.length));
  const last = left.pop()!;
  const value = last.value?.subarray(0, random.uint32() % (last.value.length + 1));
  return value === undefined ? [...left, last] : [...left, { ...last, value }];
}

function copyAll(all: ReadonlyMap<string, Records>): Map<string, Records> {
  return new Map([...all].map(([name, records]) => [name, new Map(records)]));
}

type Write = (
  file: string,
  operations: readonly Operation[],
  options: { readonly sync?: boolean },
  done: (error?: Error) => void,
) => void;

/** What abstract-level calls on its stores. */
interface Store {
  _batch(operations: readonly Operation[], options: object, done: (error?: Error) => void): void;
  _put(key: Uint8Array, value: Uint8Array, options: object, done: (error?: Error) => void): void;
  _del(key: Uint8Array, options: object, done: (error?: Error) => void): void;
  nextTick(run: (...args: unknown[]) => void, ...args: unknown[]): void;
}

/** Waits for nothing real: an event of the world is over when its microtasks are. */
class PromptLevel extends MemoryLevelClass<Uint8Array, Uint8Array> {
  override nextTick(run: (...args: unknown[]) => void, ...args: unknown[]): void {
    queueMicrotask(() => run(...args));
  }
}

function createFolders(databases: Map<string, Records>, write: Write): LogFolders {
  const doomed = new Set<string>();

  class SimulatedLevel extends PromptLevel {
    constructor(file: string, options: object) {
      super({ ...options, storeEncoding: "buffer" });
      const records = databases.get(file) ?? new Map<string, Buffer>();
      databases.set(file, records);
      attach(this as unknown as Store, file, records);
    }
  }

  function attach(store: Store, file: string, records: Records): void {
    const inMemory = store._batch.bind(store);
    const stored = [...records].map(([key, value]) => ({
      type: "put" as const,
      key: Buffer.from(key, "latin1"),
      value,
    }));
    inMemory(stored, {}, () => undefined);
    store._batch = (operations, options, done) => {
      inMemory(operations, {}, () => undefined);
      write(file, operations, options, done);
    };
    store._put = (key, value, options, done) => store._batch([{ type: "put", key, value }], options, done);
    store._del = (key, options, done) => store._batch([{ type: "del", key }], options, done);
  }

  return {
    Level: syncWrites(SimulatedLevel) as unknown as LevelConstructor,
    names: async () => [...databases.keys()].filter((name) => !name.includes(".damaged")),
    locate: (document) => document,
    condition: async () => "whole",
    async setAside(document) {
      const kept = `${document}.damaged-${databases.size}`;
      databases.set(kept, databases.get(document) ?? new Map());
      databases.delete(document);
    },
    mend: async () => {
      throw new Error("no simulated disk is damaged");
    },
    finishMending: async () => false,
    async doom(document) {
      databases.delete(document);
      doomed.add(document);
    },
    doomed: async () => [...doomed],
    removeDoomed: async (document) => void doomed.delete(document),
  };
}

/** A write is there, whole, when it resolves; if the power goes meanwhile, not yet. */
function createVault(
  vaults: Map<string, Records>,
  name: string,
  clock: Clock,
  look: () => { readonly error: Error | null; readonly ms: number },
): Vault {
  const files = (): Records => {
    const known = vaults.get(name) ?? new Map<string, Buffer>();
    vaults.set(name, known);
    return known;
  };
  let writing: Promise<void> = Promise.resolve();

  function inTurn(change: () => void): Promise<void> {
    const next = writing.then(
      () =>
        new Promise<void>((resolve, reject) => {
          clock.after(look().ms, () => {
            const { error } = look();
            if (!error) change();
            if (error) reject(error);
            else resolve();
          });
        }),
    );
    writing = next.catch(() => undefined);
    return next;
  }

  return {
    names: async () => [...files().keys()],
    read: async (file) => files().get(file)?.toString("utf8") ?? null,
    write: (file, text) => inTurn(() => void files().set(file, Buffer.from(text))),
    destroy: (file) => inTurn(() => void files().delete(file)),
  };
}
