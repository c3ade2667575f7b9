/** A branch that is brought to a new version, one desk after the other: the older and the newer program work together. */
import { afterEach, expect, test } from "vitest";
import { agree, checkout, createWorld, linked, record, until, type World } from "./desks.ts";

const worlds: World[] = [];
afterEach(async () => {
  for (const world of worlds.splice(0)) await world.end();
});

function branchOf(programs: readonly { version: string; protocol: number; oldest: number }[]): World {
  const world = createWorld();
  worlds.push(world);
  for (const [n, { version, ...protocols }] of programs.entries())
    world.pc(n + 1).program = { version, protocols };
  return world;
}

test("the one speaks the other's protocol, and both make the same file", async () => {
  const world = branchOf([
    { version: "0.1.0", protocol: 1, oldest: 1 },
    { version: "0.2.0", protocol: 2, oldest: 1 },
  ]);
  const older = await world.start(1, []);
  const newer = await world.start(2, [1]);
  await linked(older, newer);
  await record(older, checkout("31000000000001"));
  await record(newer, checkout("31000000000002"));
  await agree([older, newer], 2);
  // Each tells which version the other has.
  expect(newer.desks().desks.find(({ self }) => !self)?.version).toBe("0.1.0");
  expect(older.desks().desks.find(({ self }) => !self)?.version).toBe("0.2.0");
});

test("two versions apart they don't link, and the log of each says which program to update", async () => {
  const world = branchOf([
    { version: "0.1.0", protocol: 1, oldest: 1 },
    { version: "0.3.0", protocol: 1, oldest: 1 },
  ]);
  const older = await world.start(1, []);
  const joined = await world.start(2, [1]);
  await linked(older, joined);
  await world.stop(joined);
  world.pc(2).program = { version: "0.3.0", protocols: { protocol: 3, oldest: 2 } };
  const newer = await world.start(2, [1]);
  await until("it is told", () => newer.pc.said.some((line) => line.includes("update the older program")));
  expect(newer.desks().desks.filter(({ self, linked }) => !self && linked)).toEqual([]);
  // Both lend on, alone.
  await record(older, checkout("31000000000001"));
  await record(newer, checkout("31000000000002"));
});
