/** Two desks that never meet, and a stick between them: the same state, the same file, and nothing of a wrong stick. */
import { mkdtemp, readdir, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, it } from "vitest";
import { createMemoryFolders } from "../../../src/node/store/log-folders.ts";
import {
  agree,
  checkout,
  createWorld,
  expectDone,
  linked,
  newId,
  type RunningDesk,
  readAll,
  record,
  type World,
} from "../desk/desks.ts";
import { part } from "../desk/purging.ts";
import { createCrashing, wrapFolders } from "../store/crashes.ts";

const passphrase = "correct horse battery";
let world: World;
let folder: string;
let files = 0;
beforeEach(async () => {
  world = createWorld();
  folder = await mkdtemp(join(tmpdir(), "deskmesh-carry-"));
});
afterEach(async () => {
  await world.end();
  await rm(folder, { recursive: true, force: true });
});

async function carryOut(desk: RunningDesk): Promise<string> {
  const path = join(folder, `${files++}.carry`);
  expectDone(await desk.carryOut({ path, passphrase }));
  return path;
}

const carryIn = async (desk: RunningDesk, path: string) =>
  expectDone(await desk.carryIn({ path, passphrase }));

/** Two desks of one branch whose network is gone for good. */
async function startParted(): Promise<[RunningDesk, RunningDesk]> {
  const [one, two] = [await world.start(1), await world.start(2)];
  await linked(one, two);
  await part(world, one, two);
  return [one, two];
}

it("makes two desks that never link agree, by files both ways, to the bytes of the export", async () => {
  const [one, two] = await startParted();
  expectDone(await one.moveOutage("open", { scope: "branch" }));
  await record(one, checkout("33191000000001", "21234000000018"));
  await record(one, { id: newId(), kind: "checkin", item: "33191000000002" });
  await record(two, checkout("33191000000003", "21234000000018"));
  await record(two, {
    id: newId(),
    kind: "registration",
    patron: "21234000000034",
    fields: { surname: "Ö" },
  });
  const first = await carryOut(one);
  expect(await carryIn(two, first)).toMatchObject({ from: { name: "Desk 1" }, leftOut: 0 });
  expect((await two.transactions({})).rows).toHaveLength(4);
  expect(await carryIn(two, first)).toMatchObject({ entries: 0, leftOut: 0 });
  // Held here and, as that file says, there; of our own nobody has said that they hold them.
  const held = async (desk: RunningDesk) =>
    (await desk.transactions({})).rows
      .map(({ desk: { name }, coverage }) => `${name}: ${coverage.desks} of ${coverage.of}`)
      .sort();
  expect(await held(two)).toEqual(["Desk 1: 2 of 2", "Desk 1: 2 of 2", "Desk 2: 1 of 2", "Desk 2: 1 of 2"]);
  expectDone(await two.deskDone());
  await carryIn(one, await carryOut(two));
  expect(await readAll(one)).toEqual(await readAll(two));
  expect(await held(one)).toEqual(["Desk 1: 2 of 2", "Desk 1: 2 of 2", "Desk 2: 2 of 2", "Desk 2: 2 of 2"]);
  expect(
    one
      .desks()
      .desks.map(({ verdict }) => verdict)
      .sort(),
  ).toEqual(["all-here", "finished"]);
  const made = expectDone(await one.makeBatch({ format: "evergreen" }));
  await carryIn(two, await carryOut(one));
  const there = expectDone(await two.batch(made.id));
  expect(there).toMatchObject({ lines: 4, sha256: made.sha256, released: true });
  const [here, copy] = await Promise.all([one, two].map((desk) => desk.batchFile(made.id, "main")));
  expect(Buffer.from(expectDone(copy!).bytes)).toEqual(Buffer.from(expectDone(here!).bytes));
  expect((await two.makeBatch({ format: "csv", partial: true, reason: "no network" })).kind).toBe(
    "not-found",
  );
});

it("keeps what it took over a restart, and gives it on over a link", async () => {
  const [one, two] = await startParted();
  const three = await world.start(3, [1]);
  await linked(one, three);
  await record(two, checkout("33191000000001"));
  await carryIn(one, await carryOut(two));
  await agree([one, three], 1);
  const before = await readAll(one);
  await one.close();
  const again = await world.start(1, [3]);
  expect(await readAll(again)).toEqual(before);
});

it.each([0, 1])(
  "says so where the disk fails after %i writes of a file, and takes all of it later",
  async (good) => {
    const whole = createMemoryFolders();
    const disk = createCrashing(Number.POSITIVE_INFINITY);
    world = createWorld({
      folders: async (n) => (n === 2 ? wrapFolders(whole, disk) : createMemoryFolders()),
    });
    const [one, two] = await startParted();
    expectDone(await one.moveOutage("open", { scope: "branch" }));
    for (let n = 1; n <= 5; n++) await record(one, checkout(`3319100000000${n}`));
    const path = await carryOut(one);
    disk.failAfter(good);
    expect(await two.carryIn({ path, passphrase })).toMatchObject({ kind: "fault", fault: { kind: "disk" } });
    expect(disk.crashed).toBe(true);
    await two.close();
    world.pc(2).folders = whole;
    const again = await world.start(2, []);
    await carryIn(again, path);
    expect(await readAll(again)).toEqual(await readAll(one));
    expect(await readAll(again)).toHaveLength(5);
  },
);

it("takes nothing of a file with one byte changed, cut short, or opened by another passphrase", async () => {
  const [one, two] = await startParted();
  await record(one, checkout("33191000000001"));
  const path = await carryOut(one);
  const whole = await readFile(path);
  expect(whole.includes("33191000000001")).toBe(false);
  const before = JSON.stringify([await readAll(two), two.desks().matrix, (await two.audit()).length]);
  const wrong = join(folder, "wrong.carry");
  const refusals = new Set<string>();
  for (let at = 0; at < whole.length; at += Math.ceil(whole.length / 60)) {
    const changed = Buffer.from(whole);
    changed[at]! ^= 1 << (at % 8);
    for (const bytes of [changed, whole.subarray(0, at)]) {
      await writeFile(wrong, bytes);
      const answer = await two.carryIn({ path: wrong, passphrase });
      expect(answer, `byte ${at}`).toMatchObject({ kind: "refused" });
      if (answer.kind === "refused") refusals.add(answer.refusal.kind);
    }
  }
  expect([...refusals]).toEqual(["damaged"]);
  await writeFile(wrong, Buffer.concat([whole, Buffer.from("x")]));
  expect(await two.carryIn({ path: wrong, passphrase })).toMatchObject({ refusal: { kind: "damaged" } });
  expect(await two.carryIn({ path, passphrase: "another one" })).toMatchObject({
    refusal: { kind: "passphrase" },
  });
  expect(await two.carryIn({ path: join(folder, "none"), passphrase })).toMatchObject({
    refusal: { kind: "path" },
  });
  expect(JSON.stringify([await readAll(two), two.desks().matrix, (await two.audit()).length])).toBe(before);
  expect((await carryIn(two, path)).entries).toBeGreaterThan(0);
});

it("takes nothing of another branch or of a retired desk, in words", async () => {
  const [one, two] = await startParted();
  await record(two, checkout("33191000000001"));
  const path = await carryOut(two);
  const elsewhere = createWorld();
  try {
    const stranger = await elsewhere.start(1);
    expect(await stranger.carryIn({ path, passphrase })).toMatchObject({ refusal: { kind: "other-branch" } });
  } finally {
    await elsewhere.end();
  }
  expectDone(await one.actOnDesk("Desk 2", { kind: "retire" }));
  const answer = await one.carryIn({ path, passphrase });
  expect(answer).toMatchObject({
    refusal: { kind: "retired-desk", text: expect.stringContaining("Desk 2") },
  });
  expect(await readAll(one)).toEqual([]);
});

it("never writes over a file, nor half of one", async () => {
  const one = await world.start(1);
  await record(one, checkout("33191000000001"));
  const path = await carryOut(one);
  const before = await readFile(path);
  expect(await one.carryOut({ path, passphrase })).toMatchObject({ refusal: { kind: "path" } });
  expect(await readFile(path)).toEqual(before);
  const nowhere = { path: join(folder, "no", "folder", "x"), passphrase };
  expect(await one.carryOut(nowhere)).toMatchObject({ refusal: { kind: "path" } });
  // Below a file there is nothing to clear away either.
  expect(await one.carryOut({ path: join(path, "x"), passphrase })).toMatchObject({
    refusal: { kind: "path", text: expect.stringContaining("ENOTDIR") },
  });
  expect(await one.carryOut({ path: join(folder, "x"), passphrase: "short" })).toMatchObject({
    kind: "refused",
  });
  expect(await one.carryOut({ path: "x", passphrase })).toMatchObject({ kind: "refused" });
  expect(await readdir(folder)).toHaveLength(1);
});
