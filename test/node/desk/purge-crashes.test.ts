/** The power goes at each step of a purge, one after the other: after the next start the outage is purged, or whole. */
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, it } from "vitest";
import { createMemoryVault } from "../../../src/node/ports-memory.ts";
import { createMemoryLevels } from "../../../src/node/store/level-memory.ts";
import { createMemoryFolders } from "../../../src/node/store/log-folders.ts";
import { createCrashing, wrapFolders } from "../store/crashes.ts";
import {
  agree,
  checkout,
  countLinked,
  createWorld,
  expectDone,
  linked,
  type Pc,
  type RunningDesk,
  readAll,
  record,
  until,
  type World,
} from "./desks.ts";
import { closeOver } from "./purging.ts";

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), "deskmesh-purge-"));
  await writeFile(join(folder, "patrons.csv"), "barcode,surname\n30234000000001,Kaur\n");
});
afterEach(() => rm(folder, { recursive: true, force: true }));

async function bring(desk: RunningDesk, takenAt: number): Promise<string> {
  await writeFile(join(folder, "snapshot.json"), JSON.stringify({ takenAt }));
  return expectDone(await desk.importSnapshot(folder)).snapshot.sha256;
}

type Stores = Pick<Pc, "vault" | "keyFiles" | "snapshots" | "folders">;

/** A desk whose first outage is loaded, and that may be purged; with a snapshot in force and one that was replaced. */
async function prepare(world: World): Promise<{ desk: RunningDesk; inForce: string }> {
  const desk = await world.start(1);
  await bring(desk, 1_000);
  await record(desk, checkout("33191000000001"));
  const batch = expectDone(await desk.makeBatch({ format: "csv" }));
  expectDone(await desk.markBatch(batch.id, { state: "loaded", job: "1" }));
  expectDone(await desk.moveOutage("close", {}, "MK"));
  const inForce = await bring(desk, 2_000);
  return { desk, inForce };
}

async function expectPurged(desk: RunningDesk, stores: Stores, inForce: string): Promise<void> {
  await until(
    "nothing of it is left",
    async () => {
      const names = [...(await stores.folders.names()), ...(await stores.folders.doomed())];
      const keys = await stores.keyFiles.names();
      const held = await stores.snapshots.names();
      return (
        ![...names, ...keys].some((name) => name.endsWith("outage-1")) &&
        held.join() === inForce &&
        keys.filter((name) => name.startsWith("snapshot-")).join() === `snapshot-${inForce}`
      );
    },
    5_000,
    async () => desk.pc.said,
  );
  const wrapping = (await stores.vault.names()).filter((name) => name.startsWith("wrapping-key"));
  expect(wrapping).toHaveLength(1);
  expect(await readAll(desk)).toEqual([]);
  await until("it says so", async () => (await desk.outages())[0]?.purged?.desks[0]?.done === true);
}

it("is purged or whole, and then can be purged, wherever the power goes", async () => {
  let [whole, purged] = [0, 0];
  for (let steps = 0; ; steps++) {
    const stores: Stores = {
      vault: createMemoryVault(),
      keyFiles: createMemoryVault(),
      snapshots: createMemoryLevels(),
      folders: createMemoryFolders(),
    };
    const crashing = createCrashing(Number.POSITIVE_INFINITY);
    const world = createWorld();
    Object.assign(world.pc(1), {
      vault: crashing.wrap(stores.vault),
      keyFiles: crashing.wrap(stores.keyFiles),
      snapshots: crashing.wrap(stores.snapshots),
      folders: wrapFolders(stores.folders, crashing),
    });
    const { desk, inForce } = await prepare(world);
    crashing.failAfter(steps);
    const answer = await desk.purge(1, undefined, "MK").catch(() => null);
    const done = answer?.kind === "done" && !crashing.crashed;
    // Nothing more reaches the disk; whatever else the process still does is as if it weren't.
    crashing.failAfter(0);
    await desk.close().catch(() => undefined);
    Object.assign(world.pc(1), stores);
    const again = await world.start(1);
    if ((await again.outages())[0]?.purged === undefined) {
      expect(done).toBe(false);
      expect(await readAll(again)).toHaveLength(1);
      expectDone(await again.purge(1, undefined, "MK"));
      whole++;
    } else purged++;
    await expectPurged(again, stores, inForce);
    await world.end();
    if (done) break;
    expect(steps).toBeLessThan(150);
  }
  expect(whole).toBeGreaterThan(0);
  expect(purged).toBeGreaterThan(8);
});

/** Desk 1 has purged the outage; desk 2 was away, and alone holds one scan more. */
async function prepareAway(world: World): Promise<{ one: RunningDesk; two: RunningDesk; late: string }> {
  const [one, two] = [await world.start(1), await world.start(2)];
  await linked(one, two);
  await record(one, checkout("33191000000001"));
  await agree([one, two], 1);
  world.network.cut(one.pc.host, two.pc.host);
  world.network.drop(one.pc.host, two.pc.host);
  await until("they are parted", () => countLinked(one) + countLinked(two) === 0);
  const late = (await record(two, checkout("33191000000002"))).receipt.id;
  const request = { format: "jsonl", partial: true, reason: "desk 2 is away" } as const;
  expectDone(await one.markBatch(expectDone(await one.makeBatch(request)).id, { state: "loaded", job: "1" }));
  await closeOver(one, "Desk 2");
  expectDone(await one.purge(1, undefined, "MK"));
  return { one, two, late };
}

it("carries what came late exactly once, wherever the power goes meanwhile", async () => {
  let rounds = 0;
  for (let steps = 0; ; steps += 2) {
    const stores: Stores = {
      vault: createMemoryVault(),
      keyFiles: createMemoryVault(),
      snapshots: createMemoryLevels(),
      folders: createMemoryFolders(),
    };
    const crashing = createCrashing(Number.POSITIVE_INFINITY);
    const world = createWorld();
    Object.assign(world.pc(2), {
      ...stores,
      vault: crashing.wrap(stores.vault),
      keyFiles: crashing.wrap(stores.keyFiles),
      folders: wrapFolders(stores.folders, crashing),
    });
    const { one, two, late } = await prepareAway(world);
    const isGone = async (): Promise<boolean> =>
      ![...(await stores.folders.names()), ...(await stores.keyFiles.names())].some((name) =>
        name.endsWith("outage-1"),
      );
    crashing.failAfter(steps);
    world.network.heal(one.pc.host, two.pc.host);
    await until("it is through, or the power went", async () => crashing.crashed || (await isGone()));
    const through = !crashing.crashed;
    crashing.failAfter(0);
    await two.close().catch(() => undefined);
    Object.assign(world.pc(2), stores);
    const back = await world.start(2);
    await until("it is gone", isGone);
    await agree([one, back], 1);
    const { rows } = await one.transactions({});
    expect(rows.map(({ id, position }) => [id, position.outage])).toEqual([[late, 2]]);
    // A page's count may be a little old.
    await until("it waits, once", () => [one, back].every((desk) => desk.state().waiting === 1));
    await world.end();
    rounds++;
    if (through) break;
    expect(steps).toBeLessThan(150);
  }
  expect(rounds).toBeGreaterThan(4);
}, 180_000);
