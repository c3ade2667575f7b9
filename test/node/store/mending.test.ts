/** A log that can't be opened, or is damaged: it is mended once, whole or not at all, wherever that fails or ends. */
import { cp, mkdtemp, readdir, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import type { LogStores } from "../../../src/node/ports.ts";
import { createMemoryVault } from "../../../src/node/ports-memory.ts";
import { createDiskFolders } from "../../../src/node/store/log-folders.ts";
import { createLogStores, type LevelConstructor, SyncedLevel } from "../../../src/node/store/log-store.ts";
import { memoryKeyRing } from "./key-rings.ts";
import { writeSegments } from "./segments.ts";

/** Steps that change the disk, all of them: so many go well. */
const power = vi.hoisted(() => {
  const full = (): Error => Object.assign(new Error("ENOSPC: no space left on device"), { code: "ENOSPC" });
  return {
    left: Number.POSITIVE_INFINITY,
    /** What comes behind the step that failed fails, too: the program ends there. */
    staysAway: true,
    steps: [] as string[],
    /** Fails by its name. */
    bad: "",
    async step(name: string): Promise<void> {
      this.steps.push(name);
      const fails = this.left <= 0 || name === this.bad;
      if (!fails || this.staysAway) this.left--;
      else this.left = Number.POSITIVE_INFINITY;
      if (fails) throw full();
    },
  };
});
vi.mock("node:fs/promises", async (importOriginal) => {
  const real = await importOriginal<typeof import("node:fs/promises")>();
  const last = (path: unknown): string => String(path).split("/").at(-1)!;
  return {
    ...real,
    async rename(from: string, to: string) {
      await power.step(`rename ${last(from)}`);
      return real.rename(from, to);
    },
    async rm(path: string, options: object) {
      await power.step(`rm ${last(path)}`);
      return real.rm(path, options);
    },
    /** Of a folder, to sync it. */
    async open(path: string, flags: string) {
      await power.step(`sync ${last(path)}`);
      return real.open(path, flags);
    },
  };
});

/** Opening and writing are steps, too. */
class FailingLevel extends SyncedLevel {
  // biome-ignore lint/suspicious/noExplicitAny: abstract-level's overloads
  override batch(...args: any[]): any {
    return power.step("batch").then(() => super.batch(...args));
  }
  /** What abstract-level opens by. */
  _open(options: object, done: (error?: Error) => void): void {
    power.step("open").then(
      () => (SyncedLevel.prototype as unknown as FailingLevel)._open.call(this, options, done),
      (why: Error) => done(why),
    );
  }
}

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

/** What is stored of each segment, as one text. */
async function readAll(stores: LogStores): Promise<readonly string[]> {
  const store = await stores.open("outage-1");
  const found: string[] = [];
  for await (const { updates } of store.load())
    found.push(...updates.map((update) => Buffer.from(update).toString("base64")));
  await store.close();
  return found;
}

/** So many updates; the first half stands in a table by then. */
async function write(count: number): Promise<void> {
  const writes = writeSegments("1", Array(count).fill(1), 200);
  for (const part of [writes.slice(0, count / 2), writes.slice(count / 2)]) {
    const store = await (await openStores()).open("outage-1");
    for (const one of part) await store.write([one]);
    await store.close();
  }
}

async function flipIn(pattern: RegExp): Promise<void> {
  const place = join(folder, "outage-1");
  const path = join(place, (await readdir(place)).find((name) => pattern.test(name))!);
  const bytes = await readFile(path);
  bytes[Math.floor(bytes.length / 2)]! ^= 1;
  await writeFile(path, bytes);
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
  expect(await readAll(stores)).toHaveLength(20);
  expect(said).toEqual([]);
});

it("one that waits for its last step is a document like any other, and is destroyed as a whole", async () => {
  await write(20);
  await flipIn(/\.log$/);
  power.bad = "rename outage-1.mending";
  // Nor does a second start get further.
  for (let start = 0; start < 2; start++)
    await expect((await openStores()).open("outage-1")).rejects.toThrow("nothing of it is lost");
  power.bad = "";
  expect((await readdir(folder)).sort()).toEqual(["outage-1.damaged-1", "outage-1.mending"]);
  const stores = await openStores();
  expect(await stores.names()).toEqual(["outage-1"]);
  await stores.destroy("outage-1");
  expect(await readdir(folder)).toEqual([]);
  expect(await keys.names()).toEqual([]);
});

describe.each([
  ["the program ends there", true],
  ["that fails, and the rest goes well", false],
])("at every step: %s", (_how, staysAway) => {
  it("a start later there is what there would be had it been mended at once", async () => {
    await write(600);
    await flipIn(/\.ldb$/);
    await flipIn(/\.log$/);
    const damaged = `${folder}.as-it-was`;
    await cp(folder, damaged, { recursive: true });
    power.left = Number.POSITIVE_INFINITY;
    power.steps = [];
    const wanted = await readAll(await openStores(FailingLevel));
    const steps = power.steps.length;
    console.log(`mending: ${wanted.length} of 600 kept, ${steps} steps: ${power.steps.join(", ")}`);
    expect(wanted.length).toBeLessThan(599);
    expect(wanted.length).toBeGreaterThan(550);
    for (let left = 0; left < steps; left++) {
      power.left = Number.POSITIVE_INFINITY;
      await rm(folder, { recursive: true });
      await cp(damaged, folder, { recursive: true });
      said.length = 0;
      Object.assign(power, { left, staysAway });
      const found = await readAll(await openStores(FailingLevel)).catch((why: unknown) => String(why));
      power.left = Number.POSITIVE_INFINITY;
      if (typeof found !== "string") expect(found).toEqual(wanted);
      expect(await (await openStores()).names()).toEqual(["outage-1"]);
      expect(await readAll(await openStores())).toEqual(wanted);
      expect((await readdir(folder)).sort()).toEqual(["outage-1", "outage-1.damaged-1"]);
      expect(`${found} ${said.join()}`).toMatch(/what could be read was taken over|could not be mended yet/);
    }
    await rm(damaged, { recursive: true });
  });
});
