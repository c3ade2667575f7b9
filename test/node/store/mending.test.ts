/** A log that can't be opened, or is damaged: it is mended once, whole or not at all, wherever that fails or ends. */
import { mkdtemp, readdir, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, it } from "vitest";
import type { LogStores } from "../../../src/node/ports.ts";
import { createMemoryVault } from "../../../src/node/ports-memory.ts";
import { createDiskFolders } from "../../../src/node/store/log-folders.ts";
import { createLogStores, type LevelConstructor, SyncedLevel } from "../../../src/node/store/log-store.ts";
import { memoryKeyRing } from "./key-rings.ts";
import { writeSegments } from "./segments.ts";

let folder: string;
let keys: ReturnType<typeof memoryKeyRing>;
const said: string[] = [];
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), "deskmesh-mending-"));
  keys = memoryKeyRing(createMemoryVault(), createMemoryVault());
  said.length = 0;
});
afterEach(() => rm(folder, { recursive: true, force: true }));

/** As after a start of the program. */
async function openStores(Level: LevelConstructor = SyncedLevel): Promise<LogStores> {
  return createLogStores(await createDiskFolders(folder, Level), keys, (text) => void said.push(text));
}

async function countUpdates(stores: LogStores): Promise<number> {
  const store = await stores.open("outage-1");
  let count = 0;
  for await (const { updates } of store.load()) count += updates.length;
  await store.close();
  return count;
}

/** So many updates, of which a later start finds the first in a table. */
async function write(count: number): Promise<void> {
  const writes = writeSegments("1", Array(count).fill(1));
  const store = await (await openStores()).open("outage-1");
  for (const one of writes) await store.write([one]);
  await store.close();
}

it("a disk that has no room for a manifest is no damage: the log stays where it is", async () => {
  await write(20);
  let isFull = true;
  class FullLevel extends SyncedLevel {
    /** What abstract-level opens by. */
    _open(options: object, done: (error?: Error) => void): void {
      const text = `IO error: ${folder}/outage-1/MANIFEST-000007: No space left on device`;
      if (isFull) this.nextTick(done, Object.assign(new Error(text), { code: "LEVEL_IO_ERROR" }));
      else (SyncedLevel.prototype as unknown as FullLevel)._open.call(this, options, done);
    }
  }
  const stores = await openStores(FullLevel);
  await expect(stores.open("outage-1")).rejects.toThrow("not open");
  expect(await readdir(folder)).toEqual(["outage-1"]);
  isFull = false;
  expect(await countUpdates(stores)).toBe(20);
  expect(said).toEqual([]);
});
