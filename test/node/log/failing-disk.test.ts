/** A disk that fails at some write, and how often the disk is asked to sync: through the Level that the store is given. */
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { createApp } from "../../../src/node/http/app.ts";
import { realClock, realRandom } from "../../../src/node/real-ports.ts";
import { createDiskFolders } from "../../../src/node/store/log-folders.ts";
import { type LevelConstructor, SyncedLevel } from "../../../src/node/store/log-store.ts";
import {
  agree,
  checkout,
  createWorld,
  linked,
  newId,
  pause,
  type RunningDesk,
  readAll,
  record,
  recordOrAnswer,
  until,
  type World,
} from "../desk/desks.ts";

/** What the disk does from now on, for all Levels of a test. */
interface Disk {
  synced: number;
  tried: number;
  /** Writes that still succeed; then each fails. */
  good: number;
  /** The next one that deletes, too, fails: only what puts one update in the place of many does. */
  noCompaction: boolean;
  error: Error;
}

let folder: string;
let world: World;
let disk: Disk;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), "deskmesh-disk-"));
  disk = {
    synced: 0,
    tried: 0,
    good: Number.POSITIVE_INFINITY,
    noCompaction: false,
    error: new Error("none"),
  };
  const Level = levelOn(disk);
  world = createWorld({
    folders: (n) => createDiskFolders(join(folder, String(n)), n === 1 ? Level : SyncedLevel),
  });
});
afterEach(async () => {
  await world.end();
  await rm(folder, { recursive: true, force: true });
});

function levelOn(watched: Disk): LevelConstructor {
  class WatchedLevel extends SyncedLevel {
    // biome-ignore lint/suspicious/noExplicitAny: abstract-level's overloads, as in SyncedLevel
    override batch(...args: any[]): any {
      if (watched.noCompaction && (args[0] as { type: string }[]).some(({ type }) => type === "del")) {
        watched.noCompaction = false;
        return Promise.reject(watched.error);
      }
      return this.watch(() => super.batch(...args));
    }
    // biome-ignore lint/suspicious/noExplicitAny: as above
    override put(key: unknown, value: unknown, options?: any): any {
      return this.watch(() => super.put(key, value, options));
    }
    private watch<T>(write: () => Promise<T>): Promise<T> {
      watched.tried++;
      if (watched.good <= 0) return Promise.reject(watched.error);
      watched.good--;
      watched.synced++;
      return write();
    }
  }
  return WatchedLevel;
}

const failures = [
  ["ENOSPC", "IO error: 000004.log: No space left on device"],
  ["EIO", "IO error: 000004.log: Input/output error"],
] as const;

function fail(code: string, message: string): void {
  disk.error = Object.assign(new Error(message), { code });
  disk.good = 0;
}

describe.each(failures)("%s", (code, message) => {
  it("ends recording: not saved, said so, never tried again, and right after a restart", async () => {
    const one = await world.start(1);
    const two = await world.start(2);
    await linked(one, two);
    const saved = await record(one, checkout("33191000000001"));
    await agree([one, two], 1);
    fail(code, message);
    const lost = checkout("33191000000002");
    const answers = await Promise.all([
      one.record(lost),
      one.record(lost),
      ...Array.from({ length: 6 }, (_, i) => one.record(checkout(`3319100000001${i}`))),
    ]);
    expect(answers.map(({ kind }) => kind)).toEqual(Array(8).fill("fault"));
    const tried = disk.tried;
    disk.good = Number.POSITIVE_INFINITY;
    expect(await one.record(lost)).toMatchObject({ kind: "fault", fault: { kind: "disk" } });
    expect(await one.record({ ...lost, id: newId() })).toMatchObject({ kind: "fault" });
    // Nor is an acknowledged one asked for: whoever needs the receipt asks a desk that works.
    expect(await one.makeBatch({ format: "csv" })).toMatchObject({ kind: "fault" });
    expect(await one.deskDone()).toMatchObject({ kind: "fault" });
    await pause(100);
    expect(disk.tried).toBe(tried);
    expect(one.state()).toMatchObject({ ready: false, fault: { kind: "disk" } });
    expect(one.state().fault?.text).toContain("NOT SAVED");
    expect(one.events.filter(({ kind }) => kind === "fault")).toHaveLength(1);
    expect(await readyOf(one)).toEqual([503, { status: "not-ready", reasons: ["disk"] }]);
    expect(world.pc(1).said.join("\n")).toMatch(/NOT SAVED/);
    expect(world.pc(1).said.join("\n")).not.toContain("33191");
    expect(await readAll(two)).toHaveLength(1);
    // What was not saved is no row, no loan and nothing that waits.
    expect(await readAll(one)).toHaveLength(1);
    expect((await one.item(lost.item!)).loan).toBeUndefined();
    await one.close();
    const again = await world.start(1);
    expect(await readyOf(again)).toEqual([200, { status: "ready" }]);
    await agree([again, two], 1);
    expect((await readAll(again))[0]).toContain(saved.receipt.id);
    await record(again, lost);
    await agree([again, two], 2);
  });
});

it("fails at any write there is: what was acknowledged is there after a restart, and nothing else", async () => {
  for (let good = 0; good < 12; good++) {
    let one = await world.start(1);
    disk.good = good;
    disk.error = new Error("IO error: disk full");
    const acknowledged: string[] = [];
    for (let i = 0; i < 6; i++) {
      const command = checkout(`33191${good}0000000${i}`);
      const answer = await recordOrAnswer(one, command).catch(() => ({ kind: "thrown" }) as const);
      if (answer.kind === "recorded") acknowledged.push(command.id);
      else expect(["fault", "refused"]).toContain(answer.kind);
    }
    await one.close().catch((why: unknown) => expect(why).toBe(disk.error));
    disk.good = Number.POSITIVE_INFINITY;
    one = await world.start(1);
    const ids = (await readAll(one)).map((row) => (JSON.parse(row) as { id: string }).id);
    expect(ids).toEqual(expect.arrayContaining(acknowledged));
    await one.close();
  }
});

it("a peer's entries that this disk refuses don't count as held here", async () => {
  const one = await world.start(1);
  const two = await world.start(2);
  await linked(one, two);
  await record(two, checkout("33191000000001"));
  await agree([one, two], 1);
  const coverage = async () => (await two.transactions({})).rows.map((row) => row.coverage.desks);
  await until("desk 1 has said that it holds the first", async () => (await coverage())[0] === 2);
  fail("EIO", "IO error: Input/output error");
  await record(two, checkout("33191000000002"));
  for (let i = 0; i < 200 && !one.state().fault; i++) await pause(10);
  expect(one.state().fault?.kind).toBe("disk");
  await pause(200);
  expect(await coverage()).toEqual([1, 2]);
});

it("a run that the disk ended counts as finished once the desk's next run says where, and is done", async () => {
  let one = await world.start(1);
  const two = await world.start(2);
  await linked(one, two);
  await record(one, checkout("33191000000001"));
  await agree([one, two], 1);
  fail("EIO", "IO error: Input/output error");
  expect((await one.record(checkout("33191000000002"))).kind).toBe("fault");
  await one.close();
  const verdict = () => two.desks().desks.find(({ name }) => name === "Desk 1")?.verdict;
  await until("it is missed", () => verdict() === "away");
  expect(await two.makeBatch({ format: "csv" })).toMatchObject({ kind: "conflict", code: "incomplete" });
  disk.good = Number.POSITIVE_INFINITY;
  one = await world.start(1);
  await record(one, checkout("33191000000003"));
  await agree([one, two], 2);
  await one.close();
  await until("it is finished", () => verdict() === "finished", 3_000, verdict);
  expect(await two.makeBatch({ format: "csv" })).toMatchObject({ kind: "done", value: { lines: 2 } });
});

it("a full segment that can't be written anew is the end of recording: the next scan is not saved, and all that was is there after a restart", async () => {
  let one = await world.start(1);
  const made: string[] = [];
  const answers: string[] = [];
  let next = 0;
  const scan = async (): Promise<void> => {
    const command = checkout(`33191${String(next++).padStart(9, "0")}`);
    const { kind } = await recordOrAnswer(one, command);
    answers.push(kind);
    if (kind === "recorded") made.push(command.id);
  };
  const recordSome = async (count: number): Promise<void> =>
    void (await Promise.all(Array.from({ length: count }, scan)));
  await recordSome(1);
  disk.error = new Error("IO error: 000004.log: No space left on device");
  disk.noCompaction = true;
  for (let i = 0; i < 11; i++) await recordSome(100);
  await until("it was said", () => world.pc(1).said.some((text) => text.includes("could not be compacted")));
  answers.length = 0;
  await recordSome(10);
  expect(answers).toEqual(Array(10).fill("fault"));
  expect(one.state().fault?.text).toContain("NOT SAVED");
  await one.close();
  one = await world.start(1);
  const ids = (await readAll(one)).map((row) => (JSON.parse(row) as { id: string }).id);
  expect(ids.sort()).toEqual(made.sort());
  await recordSome(1);
  expect(answers.at(-1)).toBe("recorded");
});

describe("how often the disk syncs", () => {
  it("once for each scan that waits for the one before", async () => {
    const one = await world.start(1);
    await record(one, checkout("33191000000000"));
    const before = disk.synced;
    for (let i = 0; i < 300; i++) await record(one, checkout(`33191${String(i + 1).padStart(9, "0")}`));
    expect(disk.synced - before).toBeLessThanOrEqual(300 * 1.02);
  });

  it("far less than once a scan when 32 come at once", async () => {
    const one = await world.start(1);
    await record(one, checkout("33191000000000"));
    const before = disk.synced;
    await Promise.all(
      Array.from({ length: 32 }, async (_, caller) => {
        for (let i = 0; i < 20; i++)
          await record(one, checkout(`33192${String(caller * 100 + i).padStart(9, "0")}`));
      }),
    );
    expect((disk.synced - before) / 640).toBeLessThanOrEqual(0.2);
  });
});

async function readyOf(desk: RunningDesk): Promise<readonly [number, unknown]> {
  const app = createApp({
    desk,
    token: "t",
    webRoot: folder,
    version: "0.0.0",
    clock: realClock,
    random: realRandom,
    log: () => undefined,
  });
  const response = await app.request("http://127.0.0.1:8470/readyz", { headers: { host: "127.0.0.1:8470" } });
  return [response.status, await response.json()];
}
