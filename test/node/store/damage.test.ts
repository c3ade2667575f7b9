/**
 * A desk whose disk was damaged: it starts, says so, keeps what was damaged, and ends with the same state as its peer.
 * Nothing that was acknowledged and can still be read, here or there, is lost.
 */
import { mkdtemp, readdir, readFile, rm, truncate, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { LeveldbPersistence } from "y-leveldb";
import { createSeededRandom } from "../../../src/node/ports-memory.ts";
import { createDiskFolders } from "../../../src/node/store/log-folders.ts";
import { encryptValues, SyncedLevel } from "../../../src/node/store/log-store.ts";
import {
  agree,
  checkout,
  createWorld,
  linked,
  type RunningDesk,
  readAll,
  record,
  until,
  type World,
} from "../desk/desks.ts";
import { memoryKeyRing } from "./key-rings.ts";

let folder: string;
let world: World;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), "deskmesh-damage-"));
  world = createWorld({ folders: (n) => createDiskFolders(join(folder, String(n))) });
});
afterEach(async () => {
  await world.end();
  await rm(folder, { recursive: true, force: true });
});

type Key = readonly (string | number)[];
type Stored = [Key, Buffer];
interface Database {
  iterator(range: object): { all(): Promise<Stored[]> };
  batch(operations: readonly object[]): Promise<void>;
  close(): Promise<void>;
}

/** Changes what is stored of the outage at desk 1, which must not run; `raw`: as it stands on the disk, encrypted. */
async function tamper(change: (stored: Stored[]) => readonly object[], raw = false): Promise<void> {
  const { vault, keyFiles, folders } = world.pc(1);
  const found = await memoryKeyRing(vault, keyFiles).find("log-outage-1");
  if (found.kind !== "key") throw new Error(found.kind);
  const Level = raw ? SyncedLevel : encryptValues(SyncedLevel, found.cipher);
  const persistence = new LeveldbPersistence(folders.locate("outage-1"), { Level });
  await persistence._transact(async (database: Database) => {
    const stored = await database.iterator({ gte: ["v1"], lt: ["v1_sv"] }).all();
    await database.batch(change(stored));
    await database.close();
  });
}

const items = (from: number, count: number): string[] =>
  Array.from({ length: count }, (_, i) => `33191${String(from + i).padStart(9, "0")}`);

async function recordAll(desk: RunningDesk, barcodes: readonly string[]): Promise<string[]> {
  const ids: string[] = [];
  for (const item of barcodes) ids.push((await record(desk, checkout(item))).receipt.id);
  return ids;
}

async function idsAt(desk: RunningDesk): Promise<string[]> {
  return (await readAll(desk)).map((row) => (JSON.parse(row) as { id: string }).id).sort();
}

/** Updates of the run that wrote most: desk 1's. */
function ownUpdates(stored: Stored[], desk: string): Stored[] {
  return stored.filter(([key]) => String(key[1]).startsWith(`feed/${desk}/`));
}

async function noTwin(...desks: readonly RunningDesk[]): Promise<void> {
  for (const desk of desks) {
    expect(desk.desks().desks.filter(({ twin }) => twin)).toEqual([]);
    expect((await desk.exceptions()).map(({ kind }) => kind)).toEqual([]);
  }
}

type Damage = (own: Stored[]) => readonly object[];

/** To values as the desk wrote them … */
const damages: readonly (readonly [string, Damage])[] = [
  ["a flipped byte in an update", (own) => [flip(own[4]!, 60)]],
  ["a flipped byte in the first update", (own) => [flip(own[0]!, 90)]],
  ["a flipped byte in the last update", (own) => [flip(own.at(-1)!, 40)]],
  ["another barcode in an update", (own) => [flip(own[4]!, own[4]![1].indexOf("33191000") + 12, 1)]],
  [
    "another barcode in the last update",
    (own) => [flip(own.at(-2)!, own.at(-2)![1].indexOf("33191000") + 12, 1)],
  ],
  ["a truncated value", (own) => [{ type: "put", key: own[3]![0], value: own[3]![1].subarray(0, 50) }]],
  ["a lost update in the middle", (own) => [{ type: "del", key: own[5]![0] }]],
  ["a lost first update", (own) => [{ type: "del", key: own[0]![0] }]],
  ["a lost tail", (own) => own.slice(-3).map(([key]) => ({ type: "del", key }))],
  ["the name of the segment lost from the list", (own) => [{ type: "del", key: ["v1_sv", own[0]![0][1]] }]],
  ["everything of the run lost", (own) => own.map(([key]) => ({ type: "del", key }))],
];

function flip([key, value]: Stored, at: number, bit = 0x10): object {
  const changed = Buffer.from(value);
  changed[at] = changed[at]! ^ bit;
  return { type: "put", key, value: changed };
}

/** … and to their bytes on the disk, where the proof finds it. */
const rawDamages: typeof damages = [
  ["a flipped bit in a nonce", (own) => [flip(own[4]!, 5)]],
  ["a flipped bit in a ciphertext", (own) => [flip(own[0]!, 60)]],
  ["a flipped bit in a proof", (own) => [flip(own.at(-1)!, own.at(-1)![1].length - 1)]],
  ["another version of the cipher", (own) => [flip(own[6]!, 0)]],
  ["a ciphertext cut off", (own) => [{ type: "put", key: own[3]![0], value: own[3]![1].subarray(0, 20) }]],
  ["an empty value", (own) => [{ type: "put", key: own[3]![0], value: Buffer.alloc(0) }]],
  ["another value's ciphertext", (own) => [{ type: "put", key: own[3]![0], value: own[5]![1] }]],
];

describe.each([
  ...damages.map(([name, damage]) => [name, damage, false] as const),
  ...rawDamages.map(([name, damage]) => [name, damage, true] as const),
])("%s", (name, damage, raw) => {
  it("is refilled by a peer, and counts each transaction once", async () => {
    let one = await world.start(1);
    const two = await world.start(2);
    await linked(one, two);
    const made = [...(await recordAll(one, items(0, 12))), ...(await recordAll(two, items(100, 5)))];
    await agree([one, two], 17);
    const { desk } = one.signer;
    await one.close();
    await tamper((stored) => damage(ownUpdates(stored, desk)), raw);
    one = await world.start(1);
    await agree([one, two], 17);
    expect(await idsAt(one)).toEqual(made.sort());
    made.push(...(await recordAll(one, items(200, 2))));
    await agree([one, two], 19);
    await noTwin(one, two);
    // Alike in state is not yet known as alike: frontiers are told a moment later.
    await until("both know that all is here", () =>
      one.desks().desks.every(({ verdict }) => verdict === "all-here" || verdict === "finished"),
    );
    const batch = await one.makeBatch({ format: "jsonl" });
    expect(batch).toMatchObject({ kind: "done", value: { lines: 19 } });
    const said = world.pc(1).said.filter((text) => text.includes("damaged"));
    const unseen = name.includes("tail") || name.includes("list") || name.includes("everything");
    expect(said).toHaveLength(unseen ? 0 : 1);
    // And what was mended stays so.
    await one.close();
    world.pc(1).said.length = 1;
    one = await world.start(1);
    expect(await idsAt(one)).toEqual(made.sort());
    expect(world.pc(1).said.slice(1)).toEqual([]);
    await noTwin(one, two);
  });

  it("keeps, on a lone desk, all that can still be read", async () => {
    let one = await world.start(1);
    const made = await recordAll(one, items(0, 12));
    const { desk } = one.signer;
    await one.close();
    let touched = 0;
    await tamper((stored) => {
      const operations = damage(ownUpdates(stored, desk));
      touched = operations.length;
      return operations;
    }, raw);
    one = await world.start(1);
    const kept = await idsAt(one);
    for (const row of await readAll(one))
      expect(items(0, 12)).toContain((JSON.parse(row) as { item: string }).item);
    expect(made).toEqual(expect.arrayContaining(kept));
    if (name.includes("list")) touched = 0;
    // The run's `done` and header stand in updates of their own or with others: they may be what was lost.
    expect(kept.length).toBeGreaterThanOrEqual(12 - touched);
    expect((await recordAll(one, items(50, 1))).length).toBe(1);
    await noTwin(one);
  });
});

it("keeps, of a full segment on a lone desk, all but the group with the flipped bit, also behind it", async () => {
  let one = await world.start(1);
  await record(one, checkout(items(0, 1)[0]!));
  const made = items(1, 2_300);
  for (let from = 0; from < made.length; from += 100)
    await Promise.all(made.slice(from, from + 100).map((item) => record(one, checkout(item))));
  const { desk } = one.signer;
  await one.close();
  await tamper((stored) => {
    const own = ownUpdates(stored, desk).filter(([key]) => String(key[1]).endsWith("/0"));
    expect(own).toHaveLength(1);
    const at = own[0]![1].indexOf(items(500, 1)[0]!) + 13;
    return [flip(own[0]!, at, 1)];
  });
  const startedAt = performance.now();
  one = await world.start(1);
  const ms = performance.now() - startedAt;
  const kept = (await readAll(one)).map((row) => (JSON.parse(row) as { item: string }).item);
  expect(kept.length).toBeGreaterThanOrEqual(2_301 - 128);
  expect(kept.length).toBeLessThan(2_301);
  expect(new Set(kept).size).toBe(kept.length);
  expect(items(0, 2_301)).toEqual(expect.arrayContaining(kept));
  expect(world.pc(1).said.join("\n")).toMatch(/was damaged \(bad-signature/);
  console.log(`damage: ${kept.length} of 2301 kept, started in ${ms.toFixed(0)} ms`);
  await one.close();
  one = await world.start(1);
  expect(await readAll(one)).toHaveLength(kept.length);
  await noTwin(one);
});

describe("LevelDB's own files", () => {
  const files: readonly (readonly [string, RegExp])[] = [
    ["log", /\.log$/],
    ["table", /\.ldb$/],
    ["MANIFEST", /^MANIFEST/],
    ["CURRENT", /^CURRENT$/],
  ];
  const harms: readonly (readonly [string, (path: string) => Promise<void>])[] = [
    ["is cut in half", async (path) => truncate(path, Math.floor((await readFile(path)).length / 2))],
    ["is empty", (path) => truncate(path, 0)],
    ["is gone", (path) => rm(path)],
    ["is garbled", garble],
  ];

  it.each(
    files.flatMap(([file, pattern]) => harms.map(([harm, run]) => [file, harm, pattern, run] as const)),
  )("%s %s", async (file, _harm, pattern, harm) => {
    let one = await world.start(1);
    const two = await world.start(2);
    await linked(one, two);
    await recordAll(one, items(0, 8));
    await recordAll(two, items(100, 4));
    await agree([one, two], 12);
    await one.close();
    if (file === "table") await compactAll("outage-1");
    for (const document of ["branch", "outage-1"]) {
      const place = world.pc(1).folders.locate(document);
      for (const name of await readdir(place)) if (pattern.test(name)) await harm(join(place, name));
    }
    one = await world.start(1);
    await agree([one, two], 12);
    await recordAll(one, items(200, 1));
    await agree([one, two], 13);
    await noTwin(one, two);
    expect(one.state().branch?.name).toBe("Riverside Library");
    await until("desk 2 is sure of desk 1", () =>
      two.desks().desks.every(({ verdict }) => verdict === "all-here"),
    );
    expect(await one.makeBatch({ format: "csv" })).toMatchObject({ kind: "done", value: { lines: 13 } });
    await one.close();
    one = await world.start(1);
    await agree([one, two], 13);
  });
});

it("starts from whatever random bytes were turned over, and agrees with its peer again", async () => {
  const random = createSeededRandom("turned over");
  let one = await world.start(1);
  const two = await world.start(2);
  await linked(one, two);
  for (let round = 0, made = 0; round < 20; round++) {
    made += (await recordAll(one, items(round * 10, 4))).length;
    await agree([one, two], made);
    await one.close();
    // In tables too: LevelDB doesn't look at their sums, and ends the process over a key out of order.
    if (round % 3 === 1) await compactAll("outage-1");
    const place = world.pc(1).folders.locate(round % 5 === 4 ? "branch" : "outage-1");
    const names = (await readdir(place)).filter((name) => /log$|ldb$|MANIFEST|CURRENT/.test(name)).sort();
    const path = join(place, names[random.uint32() % names.length]!);
    const bytes = await readFile(path);
    for (let i = 0; i <= round % 3 && bytes.length > 0; i++) {
      const at = random.uint32() % bytes.length;
      bytes[at] = bytes[at]! ^ (1 << (random.uint32() % 8));
    }
    await writeFile(path, bytes);
    one = await world.start(1);
    await agree([one, two], made);
    await noTwin(one, two);
  }
});

/** Moves what LevelDB holds in its log into a table. */
async function compactAll(document: string): Promise<void> {
  const persistence = new LeveldbPersistence(world.pc(1).folders.locate(document), { Level: SyncedLevel });
  await persistence._transact(
    async (database: Database & { compactRange(from: Key, to: Key): Promise<void> }) => {
      await database.compactRange(["v1"], ["v1_sw"]);
      await database.close();
    },
  );
}

/** Turns over a byte in every 97. */
async function garble(path: string): Promise<void> {
  const bytes = await readFile(path);
  for (let at = 13; at < bytes.length; at += 97) bytes[at] = bytes[at]! ^ 0x41;
  await writeFile(path, bytes);
}
