/** Destroying what is stored: complete, wherever it is interrupted, and of nothing else. */
import { cp, mkdtemp, readdir, readFile, rm, stat, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import type { LogStores } from "../../../src/node/ports.ts";
import { createMemoryVault } from "../../../src/node/ports-memory.ts";
import { createFileVault } from "../../../src/node/real-ports.ts";
import { openSnapshotStore } from "../../../src/node/snapshot/snapshot-store.ts";
import { createEncryptedLevels } from "../../../src/node/store/encrypted-levels.ts";
import { createLevels } from "../../../src/node/store/level.ts";
import { createMemoryLevels } from "../../../src/node/store/level-memory.ts";
import { createDiskFolders } from "../../../src/node/store/log-folders.ts";
import { createLogStores } from "../../../src/node/store/log-store.ts";
import { importedName } from "../snapshot/stores.ts";
import { atEveryStep } from "./crashes.ts";
import { memoryKeyRing } from "./key-rings.ts";
import { writeSegments } from "./segments.ts";

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), "deskmesh-destroying-"));
});
afterEach(() => rm(folder, { recursive: true, force: true }));

const said: string[] = [];
const hear = (text: string): void => void said.push(text);

async function write(stores: LogStores, document: string): Promise<void> {
  const store = await stores.open(document);
  await store.write(writeSegments("1", [3]));
  await store.close();
}

async function countSegments(stores: LogStores, document: string): Promise<number> {
  const store = await stores.open(document);
  let count = 0;
  for await (const _ of store.load()) count++;
  await store.close();
  return count;
}

describe("a log", () => {
  it("is gone with its key and all that was set aside of it, and no other is", async () => {
    const [identity, files] = [
      await createFileVault(join(folder, "id")),
      await createFileVault(join(folder, "keys")),
    ];
    const place = join(folder, "log");
    const stores = createLogStores(await createDiskFolders(place), memoryKeyRing(identity, files), hear);
    for (const document of ["branch", "outage-1", "outage-11"]) await write(stores, document);
    for (const kept of ["outage-1.damaged-1", "outage-1.mending"])
      await cp(join(place, "outage-1"), join(place, kept), { recursive: true });
    await files.write("log-outage-1.damaged-1", (await files.read("log-outage-1"))!);
    await stores.destroy("outage-1");
    expect((await readdir(place)).sort()).toEqual(["branch", "outage-11"]);
    expect([...(await files.names())].sort()).toEqual(["log-branch", "log-outage-11"]);
    expect(await identity.names()).toEqual(["wrapping-key-2"]);
    expect(await countSegments(stores, "branch")).toBe(1);
    expect(await countSegments(stores, "outage-11")).toBe(1);
  });

  it("is gone or whole wherever the power goes, and the others are whole", async () => {
    let round = 0;
    const steps = await atEveryStep(async (crashing) => {
      const place = join(folder, String(round++));
      const [identity, files] = [createMemoryVault(), createMemoryVault()];
      const folders = await createDiskFolders(place);
      const open = (): LogStores => createLogStores(folders, memoryKeyRing(identity, files), hear);
      await write(open(), "branch");
      await write(open(), "outage-1");
      const ring = memoryKeyRing(crashing.wrap(identity), crashing.wrap(files));
      const stores = createLogStores(crashing.wrap(folders), ring, hear);
      return {
        run: () => stores.destroy("outage-1"),
        async check() {
          const again = open();
          const names = await again.names();
          expect(await countSegments(again, "branch")).toBe(1);
          const isWhole = names.includes("outage-1");
          expect(await countSegments(again, "outage-1")).toBe(isWhole ? 1 : 0);
          if (!isWhole) expect((await readdir(place)).sort()).toEqual(["branch", "outage-1"]);
          // What is written after it is nobody's to destroy.
          if (!isWhole) await write(again, "outage-1");
          expect(await countSegments(open(), "outage-1")).toBe(1);
        },
      };
    });
    expect(steps).toBeGreaterThan(5);
    expect(said).toEqual([]);
  });
});

describe("a log whose key is missing or another's", () => {
  it("is refused in clear words, and left as it is", async () => {
    const [identity, files] = [createMemoryVault(), createMemoryVault()];
    const folders = await createDiskFolders(folder);
    const stores = createLogStores(folders, memoryKeyRing(identity, files), hear);
    await write(stores, "outage-1");
    const key = (await files.read("log-outage-1"))!;
    await files.destroy("log-outage-1");
    await expect(stores.open("outage-1")).rejects.toThrow(
      /outage-1 has no key.*without encryption.*taken away/,
    );
    expect(await files.names()).toEqual([]);
    await files.write("log-outage-1", key);
    expect(await countSegments(stores, "outage-1")).toBe(1);
  });

  it("is kept with its key when the identity is another, and opens again under the right one", async () => {
    const [identity, files] = [createMemoryVault(), createMemoryVault()];
    const folders = await createDiskFolders(folder);
    await write(createLogStores(folders, memoryKeyRing(identity, files), hear), "outage-1");
    said.length = 0;
    const other = createLogStores(folders, memoryKeyRing(createMemoryVault(), files), hear);
    expect(await countSegments(other, "outage-1")).toBe(0);
    expect(said).toEqual([expect.stringContaining("can't be opened by this desk's identity")]);
    await rm(join(folder, "outage-1"), { recursive: true });
    await cp(join(folder, "outage-1.damaged-1"), join(folder, "outage-1"), { recursive: true });
    await files.write("log-outage-1", (await files.read("log-outage-1.damaged-1"))!);
    expect(
      await countSegments(createLogStores(folders, memoryKeyRing(identity, files), hear), "outage-1"),
    ).toBe(1);
    said.length = 0;
  });

  it("is set aside with its key wherever the power goes", async () => {
    let round = 0;
    const steps = await atEveryStep(async (crashing) => {
      const place = join(folder, String(round++));
      const [files, other] = [createMemoryVault(), createMemoryVault()];
      const folders = await createDiskFolders(place);
      await write(createLogStores(folders, memoryKeyRing(createMemoryVault(), files), hear), "outage-1");
      const ring = memoryKeyRing(other, crashing.wrap(files));
      const stores = createLogStores(crashing.wrap(folders), ring, hear);
      return {
        run: async () => (await stores.open("outage-1")).close(),
        async check() {
          const again = createLogStores(folders, memoryKeyRing(other, files), hear);
          expect(await countSegments(again, "outage-1")).toBe(0);
          expect((await readdir(place)).sort()).toEqual(["outage-1", "outage-1.damaged-1"]);
          expect(await files.names()).toContain("log-outage-1.damaged-1");
        },
      };
    });
    expect(steps).toBeGreaterThan(3);
    said.length = 0;
  });
});

describe("a snapshot", () => {
  const csv = { "patrons.csv": "barcode,surname\np1,Kaur\n", "snapshot.json": '{"takenAt":1}' };

  it("is gone with its key once it is removed", async () => {
    const [identity, files] = [
      await createFileVault(join(folder, "id")),
      await createFileVault(join(folder, "keys")),
    ];
    const levels = createEncryptedLevels(
      createLevels(join(folder, "snapshots")),
      memoryKeyRing(identity, files),
    );
    const { store } = await openSnapshotStore(levels);
    const sha256 = await importedName(store, csv);
    expect(await files.names()).toEqual([`snapshot-${sha256}`]);
    const path = join(folder, "keys", `snapshot-${sha256}`);
    expect((await stat(path)).mode & 0o777).toBe(0o600);
    const key = await readFile(path);
    await store.remove(sha256);
    expect(await files.names()).toEqual([]);
    expect(await readdir(join(folder, "snapshots"))).toEqual([]);
    // Not even with the key's file brought back.
    await writeFile(path, key);
    expect((await memoryKeyRing(identity, files).find(`snapshot-${sha256}`)).kind).toBe("unreadable");
    await store.close();
  });

  it("is whole or gone, and keys are left for none, wherever an import or a removal is interrupted", async () => {
    for (const isRemoval of [false, true]) {
      const steps = await atEveryStep(async (crashing) => {
        const [identity, files, disk] = [createMemoryVault(), createMemoryVault(), createMemoryLevels()];
        const open = () => openSnapshotStore(createEncryptedLevels(disk, memoryKeyRing(identity, files)));
        const kept = await importedName((await open()).store, { ...csv, "snapshot.json": '{"takenAt":2}' });
        const there = isRemoval ? await importedName((await open()).store, csv) : "";
        const ring = memoryKeyRing(crashing.wrap(identity), crashing.wrap(files));
        const { store } = await openSnapshotStore(createEncryptedLevels(crashing.wrap(disk), ring));
        return {
          run: () => (isRemoval ? store.remove(there) : importedName(store, csv)),
          async check() {
            await store.close();
            const again = await open();
            const held = again.store.held().map((meta) => meta.sha256);
            expect(again.damaged).toEqual([]);
            expect(held).toContain(kept);
            for (const name of held)
              expect(await (await again.store.open(name))?.patron("p1")).toMatchObject({ surname: "Kaur" });
            expect([...(await files.names())].sort()).toEqual(held.map((name) => `snapshot-${name}`).sort());
            await again.store.close();
          },
        };
      });
      expect(steps).toBeGreaterThan(4);
    }
  });

  it("that has no key is removed, as one that an early version wrote", async () => {
    const disk = createMemoryLevels();
    const plain = await disk.open("a".repeat(64));
    await plain.batch([{ type: "put", key: "complete", value: Buffer.from("{}") }], { sync: true });
    await plain.close();
    const opened = await openSnapshotStore(createEncryptedLevels(disk, memoryKeyRing()));
    expect(opened.removed).toEqual(["a".repeat(64)]);
    expect(await disk.names()).toEqual([]);
  });
});
