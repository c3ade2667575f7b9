/** Room on the disk: warned early, stopped before the log can't be written, and going on by itself. */
import { afterEach, expect, test } from "vitest";
import { lowBytes, noneBytes, type SpaceLevel, watchSpace } from "../../../src/node/operating/disk-space.ts";
import { createManualClock } from "../../../src/node/ports-memory.ts";
import { checkout, createWorld, record, recordOrAnswer, type World } from "../desk/desks.ts";

const worlds: World[] = [];
afterEach(async () => {
  for (const world of worlds.splice(0)) await world.end();
});

test("tells each change of level once, by its clock", async () => {
  const clock = createManualClock(0);
  const told: SpaceLevel[] = [];
  let free: number | null = lowBytes;
  const watch = await watchSpace({ read: async () => free, clock });
  watch.follow((level) => told.push(level));
  const turn = async (next: number | null) => {
    free = next;
    clock.advance(15_000);
    for (let i = 0; i < 5; i++) await Promise.resolve();
  };
  await turn(lowBytes - 1);
  await turn(noneBytes);
  await turn(noneBytes - 1);
  await turn(0);
  await turn(null);
  expect(told).toEqual(["low", "none", "plenty"]);
  watch.stop();
  await turn(0);
  expect(watch.level()).toBe("plenty");
});

test("a desk without room records nothing, says so, and goes on when there is room", async () => {
  const world = createWorld();
  worlds.push(world);
  let level: SpaceLevel = "plenty";
  const listeners: ((level: SpaceLevel) => void)[] = [];
  world.pc(1).space = {
    level: () => level,
    free: () => null,
    follow: (listener) => void listeners.push(listener),
  };
  const desk = await world.start(1, []);
  await record(desk, checkout("31000000000001"));
  level = "none";
  for (const listener of listeners) listener(level);
  const refused = await recordOrAnswer(desk, checkout("31000000000002"));
  expect(refused).toMatchObject({ kind: "fault", fault: { kind: "disk-full" } });
  expect(desk.state()).toMatchObject({ ready: false, fault: { kind: "disk-full" } });
  expect((await desk.transactions({})).rows).toHaveLength(1);
  level = "low";
  await record(desk, checkout("31000000000003"));
  expect(desk.state()).toMatchObject({ ready: true });
  expect((await desk.transactions({})).rows).toHaveLength(2);
});
