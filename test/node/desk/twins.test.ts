/** A PC's disk was copied with the desk's identity on it, and both PCs are on: nothing is lost, and the copy gets out of it. */
import { cp, mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, it } from "vitest";
import type { Vault } from "../../../src/node/ports.ts";
import { createMemoryVault } from "../../../src/node/ports-memory.ts";
import { createDiskFolders } from "../../../src/node/store/log-folders.ts";
import {
  agree,
  checkout,
  countLinked,
  createWorld,
  expectDone,
  linked,
  newId,
  type RunningDesk,
  record,
  until,
  type World,
} from "./desks.ts";

let folder: string;
let world: World;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), "deskmesh-twins-"));
  world = createWorld({ overTls: true, folders: (n) => createDiskFolders(join(folder, String(n))) });
});
afterEach(async () => {
  await world.end();
  await rm(folder, { recursive: true, force: true });
});

async function copyVault(from: Vault): Promise<Vault> {
  const copy = createMemoryVault();
  for (const name of await from.names()) await copy.write(name, (await from.read(name))!);
  return copy;
}

/** Desk 1, desk 2, and a PC with a copy of desk 2's disk, all on. */
async function startTwins(): Promise<readonly [one: RunningDesk, two: RunningDesk, copy: RunningDesk]> {
  const one = await world.start(1);
  const first = await world.start(2);
  await linked(one, first);
  await record(first, checkout("33191000000001"));
  await agree([one, first], 1);
  await first.close();
  await cp(join(folder, "2"), join(folder, "3"), { recursive: true });
  const [from, to] = [world.pc(2), world.pc(3)];
  to.vault = await copyVault(from.vault);
  to.keyFiles = await copyVault(from.keyFiles);
  const [two, copy] = [await world.start(2), await world.start(3)];
  for (const n of [2, 3])
    await Promise.all([two, copy].map((desk, i) => record(desk, checkout(`3319100000${n}${i}01`))));
  await agree([one, two, copy], 5);
  return [one, two, copy];
}

it("both keep every scan, all desks say so, and the copy becomes a new desk while it goes on scanning", async () => {
  const [one, two, copy] = await startTwins();
  const shared = two.signer.desk;
  await until("all show the twins", async () => {
    for (const desk of [one, two, copy]) {
      if (!desk.desks().desks.find((each) => each.desk === shared)?.twin) return false;
      if (!(await desk.exceptions()).some(({ kind }) => kind === "twin-desk")) return false;
    }
    return true;
  });
  expect(await one.renew("Desk 1b", "mk")).toMatchObject({ kind: "conflict", code: "no-twin" });

  const scans = Array.from({ length: 40 }, (_, i) => checkout(`3319200000${String(i).padStart(4, "0")}`));
  const scanning = (async () => {
    for (const scan of scans) await record(copy, scan);
  })();
  const renewed = expectDone(await copy.renew("Desk 3", "mk"));
  await scanning;
  const fresh = renewed.desk!.id;
  expect(fresh).not.toBe(shared);
  expect(renewed.desk!.name).toBe("Desk 3");
  await agree([one, two, copy], 45);

  for (const desk of [one, two, copy]) {
    await until("it is a desk like the others", () => {
      const seen = desk.desks().desks.find((each) => each.desk === fresh);
      return seen?.name === "Desk 3" && seen.standing === "admitted" && !seen.twin && seen.linked;
    });
  }
  expect(one.desks().desks).toHaveLength(3);
  const again = scans[0]!;
  const { receipt } = await record(copy, again);
  expect(receipt.id).toBe(again.id);
  await agree([one, two, copy], 45);
  expect(await copy.renew("Desk 4", "mk")).toMatchObject({ kind: "conflict", code: "no-twin" });

  await copy.close();
  const restarted = await world.start(3);
  expect(restarted.state().desk?.id).toBe(fresh);
  await record(restarted, { ...checkout("33191000000009"), id: newId() });
  await agree([one, two, restarted], 46);
});

it("not alone: nobody would let in a desk that nobody has heard of", async () => {
  const [one, two, copy] = await startTwins();
  await one.close();
  await two.close();
  await until("it is alone", () => countLinked(copy) === 0);
  const before = copy.state().desk?.id;
  expect(await copy.renew("Desk 3", "mk")).toMatchObject({ kind: "conflict", code: "alone" });
  expect(copy.state().desk?.id).toBe(before);
  await record(copy, checkout("33191000000004"));
  const back = await world.start(1);
  await agree([back, copy], 6);
});

it("shows before either has recorded, as soon as both are on", async () => {
  const one = await world.start(1);
  const first = await world.start(2);
  await linked(one, first);
  const shared = first.signer.desk;
  await first.close();
  await cp(join(folder, "2"), join(folder, "3"), { recursive: true });
  world.pc(3).vault = await copyVault(world.pc(2).vault);
  world.pc(3).keyFiles = await copyVault(world.pc(2).keyFiles);
  const desks = [one, await world.start(2), await world.start(3)] as const;
  const shown = () => desks.every((desk) => desk.desks().desks.find((each) => each.desk === shared)?.twin);
  await until("all show the twins", shown);
  expectDone(await desks[2].renew("Desk 3", "mk"));
  await until("none does", () => desks.every((desk) => desk.desks().desks.every(({ twin }) => !twin)));
});

it("a copy whose log was wiped gets it from its twin, when nobody else is there", async () => {
  const one = await world.start(1);
  const first = await world.start(2);
  await linked(one, first);
  await record(first, checkout("33191000000001"));
  await agree([one, first], 1);
  await one.close();
  world.pc(3).vault = await copyVault(world.pc(2).vault);
  world.pc(3).keyFiles = await copyVault(world.pc(2).keyFiles);
  const copy = await world.start(3, [2]);
  await agree([first, copy], 1);
  await record(copy, checkout("33191000000002"));
  await agree([first, copy], 2);
});
