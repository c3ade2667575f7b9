/**
 * What somebody finds who reads this PC's disk byte by byte: no name, no barcode, in no file and no file name, while
 * the desk runs, after it, after LevelDB has tidied up, and in what was set aside as damaged.
 */
import { appendFile, cp, mkdir, mkdtemp, readdir, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { LeveldbPersistence } from "y-leveldb";
import type { Desk } from "../../src/node/desk/desk.ts";
import { createFileVault } from "../../src/node/real-ports.ts";
import { packRange, receivePack } from "../../src/node/snapshot/fetch.ts";
import { openSnapshotStore } from "../../src/node/snapshot/snapshot-store.ts";
import { createEncryptedLevels } from "../../src/node/store/encrypted-levels.ts";
import { createLevels } from "../../src/node/store/level.ts";
import { createDiskFolders } from "../../src/node/store/log-folders.ts";
import { encryptValues, SyncedLevel } from "../../src/node/store/log-store.ts";
import { checkout, createWorld, newId, pause, record, until, type World } from "./desk/desks.ts";
import { importedName, memoryStore, sampleFolder } from "./snapshot/stores.ts";
import { memoryKeyRing } from "./store/key-rings.ts";

const two = (n: number): string => String(n).padStart(2, "0");
const cards = Array.from({ length: 15 }, (_, n) => `29988770011${two(n)}1`);
const surnames = Array.from({ length: 15 }, (_, n) => `Plántagenet${two(n)}ß`);
const items = Array.from({ length: 15 }, (_, n) => `39988770022${two(n)}2`);
const titles = Array.from({ length: 5 }, (_, n) => `Zanzibar Almanac ${two(n)}`);
const planted = [...cards, ...surnames, ...items, ...titles];

/** As text of several encodings, and as what a careless key or name would be made of. */
const needles = planted.flatMap((text) => [
  { text, bytes: Buffer.from(text) },
  { text, bytes: Buffer.from(text, "latin1") },
  { text, bytes: Buffer.from(text, "utf16le") },
  { text, bytes: Buffer.from(Buffer.from(text).toString("base64url")) },
  { text, bytes: Buffer.from(Buffer.from(text).toString("hex")) },
]);

/** What of the planted lies in the folder: file and text. */
async function findPlanted(folder: string): Promise<{ files: number; found: string[] }> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true });
  const found: string[] = [];
  let files = 0;
  for (const entry of entries) {
    const path = join(entry.parentPath, entry.name);
    for (const { text, bytes } of needles)
      if (path.includes(bytes.toString("latin1"))) found.push(`${path}: ${text}`);
    if (!entry.isFile()) continue;
    files += 1;
    // LevelDB may remove one between the list and the reading.
    const content = await readFile(path).catch(() => Buffer.alloc(0));
    for (const { text, bytes } of needles) if (content.includes(bytes)) found.push(`${path}: ${text}`);
  }
  return { files, found };
}

let folder: string;
let data: string;
let world: World;
let temporary: string | undefined;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), "deskmesh-at-rest-"));
  data = join(folder, "data");
  temporary = process.env.TMPDIR;
  process.env.TMPDIR = join(data, "temporary");
  await mkdir(process.env.TMPDIR, { recursive: true });
  world = createWorld({ folders: () => createDiskFolders(join(data, "log")) });
});
afterEach(async () => {
  if (temporary === undefined) delete process.env.TMPDIR;
  else process.env.TMPDIR = temporary;
  await world.end();
  await rm(folder, { recursive: true, force: true });
});

/** Everything of the desk lies in `data`. */
async function placeOnDisk(): Promise<void> {
  const pc = world.pc(1);
  pc.vault = await createFileVault(join(data, "identity"));
  pc.keyFiles = await createFileVault(join(data, "keys"));
  pc.snapshots = createLevels(join(data, "snapshots"));
}

/** The sample library with the planted patrons and items in it, outside `data`. */
async function writeLibrary(): Promise<string> {
  const library = join(folder, "library");
  await cp(sampleFolder, library, { recursive: true });
  // A limit would ask about the thirty-first item of a card.
  await rm(join(library, "policy.json"));
  const rows = (of: readonly number[], row: (n: number) => string): string =>
    of.map((n) => `${row(n)}\n`).join("");
  const all = cards.map((_, n) => n);
  await appendFile(
    join(library, "patrons.csv"),
    rows(all, (n) => `${cards[n]},${surnames[n]},Ada,Adult,RIV,2030-01-01,1969-02-14,,,,,`),
  );
  await appendFile(
    join(library, "items.csv"),
    rows(all, (n) => `${items[n]},${titles[n % 5]},,,book,,RIV,available,,,,t9${n % 5}`),
  );
  await appendFile(
    join(library, "loans.csv"),
    rows(all.slice(0, 7), (n) => `${items[n]},${cards[n]},2026-02-01T10:00:00,2026-02-22T23:59:59,1`),
  );
  await appendFile(
    join(library, "holds.csv"),
    rows(all.slice(7), (n) => `${items[n]},t9${n % 5},${cards[n]},RIV,2026-02-10T12:00:00,queued,`),
  );
  return library;
}

/** A day at the desk: an import, scans until a segment is full and beyond, a search, an export. */
async function work(desk: Desk): Promise<void> {
  const imported = await desk.importSnapshot(await writeLibrary());
  if (imported.kind !== "done") throw new Error(JSON.stringify(imported));
  expect(imported.value.snapshot.loans).toBeGreaterThan(7);
  for (let from = 0; from < 1_200; from += 100) {
    const commands = Array.from({ length: 100 }, (_, i) =>
      checkout(items[from + i] ?? `4998877003${from + i}`, cards[i % 15]!),
    );
    await Promise.all(commands.map((command) => record(desk, command, "MK")));
  }
  const fields = { surname: surnames[3]!, given_names: "Ada", birth_date: "1969-02-14" };
  const registered = await desk.record({
    id: newId(),
    kind: "registration",
    patron: "29988770099998",
    fields,
  });
  expect(registered.kind).toBe("recorded");
  expect((await desk.patrons(surnames[5]!))[0]).toMatchObject({ barcode: cards[5] });
  const batch = await desk.makeBatch({ format: "csv" });
  if (batch.kind !== "done") throw new Error(JSON.stringify(batch));
  const file = await desk.batchFile(batch.value.id, "main");
  expect(file.kind === "done" && Buffer.from(file.value.bytes).includes(cards[4]!)).toBe(true);
}

async function openPersistence(location: string): Promise<LeveldbPersistence> {
  const pc = world.pc(1);
  const found = await memoryKeyRing(pc.vault, pc.keyFiles).find("log-outage-1");
  if (found.kind !== "key") throw new Error(found.kind);
  return new LeveldbPersistence(location, { Level: encryptValues(SyncedLevel, found.cipher) });
}

interface Database {
  compactRange(from: readonly string[], to: readonly string[]): Promise<void>;
  values(range: object): { all(): Promise<Buffer[]> };
  close(): Promise<void>;
}

describe("the search", () => {
  it("finds what lies there in the clear", async () => {
    const library = await writeLibrary();
    const { found } = await findPlanted(library);
    for (const text of planted) expect(found.join("\n")).toContain(text);
    await writeFile(join(library, `${cards[0]}.txt`), "");
    expect((await findPlanted(library)).found.length).toBeGreaterThan(found.length);
  });
});

describe("a desk's data folder", () => {
  it("holds nothing in the clear: running, ended, compacted, started again", async () => {
    await placeOnDisk();
    const desk = await world.start(1);
    await work(desk);
    const running = await findPlanted(data);
    expect(running.found).toEqual([]);
    expect(running.files).toBeGreaterThan(20);
    // Now the write-ahead logs are as long as they get.
    await desk.close();
    expect((await findPlanted(data)).found).toEqual([]);
    const persistence = await openPersistence(join(data, "log", "outage-1"));
    await persistence._transact(async (database: Database) => {
      await database.compactRange(["v1"], ["v1_sw"]);
      await database.close();
    });
    const tables = (await readdir(join(data, "log", "outage-1"))).filter((name) => name.endsWith(".ldb"));
    expect(tables.length).toBeGreaterThan(0);
    const again = await world.start(1);
    expect(await again.transactions({ limit: 200 })).toMatchObject({ rows: { length: 200 } });
    await until("the snapshot is in force", () => again.snapshots()[0]?.state === "in-force");
    expect((await again.patron(cards[5]!)).name).toBe(`Ada ${surnames[5]}`);
    expect((await findPlanted(data)).found).toEqual([]);
    const said = world.pc(1).said.join("\n");
    for (const text of planted) expect(said).not.toContain(text);
  });

  it("holds nothing in the clear after damage, and what was set aside still has its key", async () => {
    await placeOnDisk();
    const desk = await world.start(1);
    await work(desk);
    await desk.close();
    const root = join(data, "log", "outage-1", "CURRENT");
    const current = await readFile(root);
    await rm(root);
    const again = await world.start(1);
    expect(world.pc(1).said.join("\n")).toContain("The stored log outage-1 was damaged");
    await pause(50);
    const kept = join(data, "log", "outage-1.damaged-1");
    expect((await findPlanted(data)).found).toEqual([]);
    await again.close();
    await writeFile(join(kept, "CURRENT"), current);
    const persistence = await openPersistence(kept);
    const values = await persistence._transact(async (database: Database) => {
      const all = await database.values({ gte: ["v1"], lt: ["v1_sv"] }).all();
      await database.close();
      return all;
    });
    expect(values?.some((value) => value.includes(cards[4]!))).toBe(true);
    expect((await findPlanted(data)).found).toEqual([]);
  });
});

describe("a snapshot that comes from another desk", () => {
  it("is encrypted from its first byte on, on its way and when it is here", async () => {
    const source = await memoryStore();
    const library = await writeLibrary();
    const files: Record<string, Uint8Array> = {};
    for (const name of await readdir(library)) files[name] = await readFile(join(library, name));
    const sha256 = await importedName(source, files);
    const size = source.held()[0]!.size;
    const keys = memoryKeyRing(undefined, await createFileVault(join(data, "keys")));
    const open = () => openSnapshotStore(createEncryptedLevels(createLevels(join(data, "snapshots")), keys));
    const { store } = await open();
    const whole = (from: number) => packRange(source, sha256, from);
    async function* half(): AsyncGenerator<Uint8Array> {
      for await (const chunk of whole(0)) {
        yield chunk.subarray(0, 40_000);
        return;
      }
    }
    const first = await receivePack({ sha256, size, store, readRange: half });
    expect(first.kind).toBe("interrupted");
    expect((await findPlanted(data)).found).toEqual([]);
    expect(await receivePack({ sha256, size, store, readRange: whole })).toMatchObject({ kind: "received" });
    expect((await (await store.open(sha256))?.loansOf(cards[2]!))?.length).toBe(1);
    expect((await findPlanted(data)).found).toEqual([]);
    await store.close();
    expect((await findPlanted(data)).found).toEqual([]);
  });
});
