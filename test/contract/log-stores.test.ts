/** LogStores on LevelDB and in memory, held to one suite; and what is private to y-leveldb, as this version has it. */
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { LeveldbPersistence } from "y-leveldb";
import { mergeUpdates } from "yjs";
import type { LogStore, LogStores } from "../../src/node/ports.ts";
import { createDiskFolders, createMemoryFolders } from "../../src/node/store/log-folders.ts";
import { createLogStores, encryptValues, SyncedLevel } from "../../src/node/store/log-store.ts";
import { memoryKeyRing } from "../node/store/key-rings.ts";
import { textsOfUpdate, writeSegments } from "../node/store/segments.ts";

const kinds: readonly (readonly [string, (folder: string) => Promise<LogStores>])[] = [
  [
    "LevelDB",
    async (folder) => createLogStores(await createDiskFolders(folder), memoryKeyRing(), failOnTrouble),
  ],
  ["memory", async () => createLogStores(createMemoryFolders(), memoryKeyRing(), failOnTrouble)],
];

describe.each(kinds)("log stores: %s", (_kind, create) => {
  let folder: string;
  let stores: LogStores;
  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), "deskmesh-log-"));
    stores = await create(join(folder, "log"));
  });
  afterEach(() => rm(folder, { recursive: true, force: true }));

  it("has documents by name, each on its own, from their first opening on", async () => {
    expect(await stores.names()).toEqual([]);
    const [branch, outage] = [await stores.open("branch"), await stores.open("outage-1")];
    const [one, two] = [writeSegments("1", [2]), writeSegments("2", [3])];
    await branch.write(one);
    await outage.write(two);
    expect([...(await stores.names())].sort()).toEqual(["branch", "outage-1"]);
    expect(await read(branch)).toEqual(textsOf(one));
    expect(await read(outage)).toEqual(textsOf(two));
    await branch.close();
    await outage.close();
  });

  it("keeps updates in the order in which they were written, across close and open", async () => {
    const writes = writeSegments("1", [1, 3, 1, 40, 2], 3);
    let store = await stores.open("outage-1");
    for (const [i, write] of writes.entries()) {
      await store.write([write]);
      if (i % 4 !== 0) continue;
      await store.close();
      store = await stores.open("outage-1");
    }
    expect(await read(store)).toEqual(textsOf(writes));
    await store.close();
  });

  it("takes many updates of many segments at once, all or none of them", async () => {
    const writes = Array.from({ length: 20 }, (_, i) => writeSegments(String(i), [5, 1, 7], 4)).flat();
    const store = await stores.open("outage-1");
    const broken = {
      segment: "x",
      get update(): Uint8Array {
        throw new Error("not a write");
      },
    };
    await expect(store.write([...writes, broken])).rejects.toThrow("not a write");
    expect(await read(store)).toEqual({});
    await store.close();
    const again = await stores.open("outage-1");
    await again.write(writes);
    await again.write([]);
    expect(await read(again)).toEqual(textsOf(writes));
    await again.close();
  });

  it("compacts a segment to one update that says the same, and goes on behind it", async () => {
    const store = await stores.open("outage-1");
    const writes = writeSegments(
      "1",
      Array.from({ length: 60 }, () => 2),
    );
    await store.write(writes.slice(0, 50));
    await store.compact(writes[0]!.segment, mergeUpdates(writes.slice(0, 50).map(({ update }) => update)));
    expect(await countUpdates(store)).toBe(1);
    expect(await read(store)).toEqual(textsOf(writes.slice(0, 50)));
    await store.write(writes.slice(50));
    expect(await countUpdates(store)).toBe(11);
    expect(await read(store)).toEqual(textsOf(writes));
    await store.close();
    const again = await stores.open("outage-1");
    const more = writeSegments("1", [...Array.from({ length: 60 }, () => 2), 1]);
    // Opened anew, the store doesn't know by itself which number comes next.
    await again.compact(writes[0]!.segment, mergeUpdates(writes.map(({ update }) => update)));
    await again.write(more.slice(60));
    expect(await countUpdates(again)).toBe(2);
    expect(await read(again)).toEqual(textsOf(more));
    await again.close();
  });

  it("sets a segment aside, puts what is whole of it in its place, and takes it anew", async () => {
    const store = await stores.open("outage-1");
    const [bad, good] = [writeSegments("1", [1, 1, 1]), writeSegments("2", [2])];
    await store.write([...bad, ...good]);
    await store.setAside(bad[0]!.segment);
    expect(await read(store)).toEqual(textsOf(good));
    await store.write(bad);
    expect(await read(store)).toEqual(textsOf([...bad, ...good]));
    await store.setAside(bad[0]!.segment, bad[0]!.update);
    expect(await read(store)).toEqual(textsOf([bad[0]!, ...good]));
    await store.write(bad.slice(1));
    await store.close();
    const again = await stores.open("outage-1");
    expect(await read(again)).toEqual(textsOf([...bad, ...good]));
    await again.close();
  });

  it("gives bytes that are no update as they are: judging them is not its business", async () => {
    const store = await stores.open("outage-1");
    const [first] = writeSegments("1", [1]);
    await store.write([first!]);
    await store.write([{ segment: first!.segment, update: Uint8Array.of(255, 0, 1) }]);
    const loaded = await load(store);
    expect(loaded[0]?.updates.map((update) => [...update]).at(-1)).toEqual([255, 0, 1]);
    await store.close();
  });

  it("destroys a document that is closed, and begins anew under its name", async () => {
    const store = await stores.open("outage-1");
    const other = await stores.open("outage-11");
    await other.write(writeSegments("2", [2]));
    await store.write(writeSegments("1", [1, 2]));
    await expect(stores.destroy("outage-1")).rejects.toThrow("open");
    await store.close();
    await stores.destroy("outage-1");
    await stores.destroy("outage-1");
    expect(await stores.names()).toEqual(["outage-11"]);
    const again = await stores.open("outage-1");
    expect(await load(again)).toEqual([]);
    expect(await countUpdates(other)).toBe(1);
    await again.close();
    await other.close();
    const kept = await stores.open("outage-11");
    expect(await countUpdates(kept)).toBe(1);
    await kept.close();
  });

  it("rejects writes after its end", async () => {
    const store = await stores.open("outage-1");
    await store.close();
    await expect(store.write(writeSegments("1", [1]))).rejects.toThrow();
  });
});

describe("y-leveldb 0.2.0, on whose insides the store stands", () => {
  it("runs what is private to it in turn, and swallows what it throws as null", async () => {
    const folder = await mkdtemp(join(tmpdir(), "deskmesh-log-"));
    const warn = console.warn;
    console.warn = () => undefined;
    try {
      const persistence = new LeveldbPersistence(join(folder, "x"), { Level: SyncedLevel });
      const turns: number[] = [];
      const slow = persistence._transact(async () => {
        await new Promise((resolve) => setTimeout(resolve, 20));
        turns.push(1);
        return "one";
      });
      const failing = persistence._transact(async () => {
        turns.push(2);
        throw new Error("disk full");
      });
      expect([await slow, await failing, turns]).toEqual(["one", null, [1, 2]]);
      await persistence._transact((database: { close(): Promise<void> }) => database.close());
    } finally {
      console.warn = warn;
      await rm(folder, { recursive: true, force: true });
    }
  });

  it("finds what the store wrote under its own keys, and the store what it wrote", async () => {
    const folder = await mkdtemp(join(tmpdir(), "deskmesh-log-"));
    const folders = await createDiskFolders(folder);
    const keys = memoryKeyRing();
    try {
      const writes = writeSegments("1", [1, 2, 3]);
      const store = await createLogStores(folders, keys, failOnTrouble).open("outage-1");
      await store.write(writes);
      await store.close();
      const found = await keys.find("log-outage-1");
      if (found.kind !== "key") throw new Error(found.kind);
      const persistence = new LeveldbPersistence(folders.locate("outage-1"), {
        Level: encryptValues(SyncedLevel, found.cipher),
      }) as unknown as {
        getAllDocNames(): Promise<string[]>;
        storeUpdate(name: string, update: Uint8Array): Promise<number>;
        destroy(): Promise<void>;
      };
      const { segment } = writes[0]!;
      expect(await persistence.getAllDocNames()).toEqual([segment]);
      const [other] = writeSegments("2", [1]);
      expect(await persistence.storeUpdate(segment, writes[2]!.update)).toBe(3);
      expect(await persistence.storeUpdate(other!.segment, other!.update)).toBe(0);
      await persistence.destroy();
      const again = await createLogStores(folders, keys, failOnTrouble).open("outage-1");
      const loaded = await load(again);
      expect(loaded.map(({ updates }) => updates.length).sort()).toEqual([1, 4]);
      await again.close();
    } finally {
      await rm(folder, { recursive: true, force: true });
    }
  });
});

function failOnTrouble(text: string): void {
  throw new Error(text);
}

async function load(store: LogStore) {
  const loaded: { segment: string; updates: readonly Uint8Array[] }[] = [];
  for await (const segment of store.load()) loaded.push(segment);
  return loaded;
}

async function read(store: LogStore): Promise<Record<string, string[]>> {
  return Object.fromEntries(
    (await load(store)).map(({ segment, updates }) => [segment, updates.flatMap(textsOfUpdate)]),
  );
}

async function countUpdates(store: LogStore): Promise<number> {
  return (await load(store)).reduce((sum, { updates }) => sum + updates.length, 0);
}

function textsOf(writes: readonly { readonly segment: string; readonly update: Uint8Array }[]) {
  const texts: Record<string, string[]> = {};
  for (const { segment, update } of writes)
    texts[segment] = [...(texts[segment] ?? []), ...textsOfUpdate(update)];
  return texts;
}
