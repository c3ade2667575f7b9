/** An outage is purged by itself when it is due, and never because one clock says so. */
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { realClock } from "../../../src/node/real-ports.ts";
import {
  agree,
  checkout,
  createWorld,
  expectDone,
  linked,
  pause,
  type RunningDesk,
  record,
  until,
  type World,
} from "./desks.ts";

const dayMs = 86_400_000;
let world: World;
let aheadMs: number[];
/** Between the first look that finds something due and the second. */
let againMs: number;
beforeEach(() => {
  world = createWorld();
  aheadMs = [0, 0, 0];
  againMs = 50;
});
afterEach(() => world.end());

/** A PC whose clock a test sets, and which looks for what is due every moment. */
function start(n: number): Promise<RunningDesk> {
  world.pc(n).clock = {
    ...realClock,
    now: () => Date.now() + aheadMs[n]!,
    after(delayMs, run) {
      const shortened = delayMs >= 3_600_000 ? 30 : delayMs >= 10_000 ? againMs : delayMs;
      return realClock.after(shortened, run);
    },
  };
  return world.start(n);
}

async function loadAndClose(desk: RunningDesk): Promise<void> {
  const batch = expectDone(await desk.makeBatch({ format: "csv" }));
  expectDone(await desk.markBatch(batch.id, { state: "loaded", job: "1" }, "MK"));
  expectDone(await desk.moveOutage("close", {}, "MK"));
}

const purgedAt = async (desk: RunningDesk) => (await desk.outages())[0]?.purged;

describe("at a desk that has no other", () => {
  it("goes a week after its longest loan would be due, and a scan in no file keeps it", async () => {
    const one = await start(1);
    const due = Date.now() + 10 * dayMs;
    await record(one, { ...checkout("33191000000001"), due });
    await loadAndClose(one);
    const { purgeAt } = (await one.outages())[0]!;
    const days = (Date.parse(purgeAt!) - Date.now()) / dayMs;
    expect(days).toBeGreaterThan(16);
    expect(days).toBeLessThan(18);
    aheadMs[1] = 16 * dayMs;
    await pause(250);
    expect(await purgedAt(one)).toBeUndefined();
    aheadMs[1] = 18 * dayMs;
    await until("it is purged", async () => (await purgedAt(one)) !== undefined);
    expect((await purgedAt(one))?.by).toBeUndefined();
  });

  it("goes when the branch has set it", async () => {
    const one = await start(1);
    await record(one, checkout("33191000000001"));
    await loadAndClose(one);
    expectDone(await one.staff.changeSettings({ retentionDays: 3 }, "MK"));
    expect(one.staff.openDesks()).toBe(true);
    aheadMs[1] = 2 * dayMs;
    await pause(250);
    expect(await purgedAt(one)).toBeUndefined();
    aheadMs[1] = 4 * dayMs;
    await until("it is purged", async () => (await purgedAt(one)) !== undefined);
  });
});

it("stays where one PC of two believes itself in the future, linked or alone", async () => {
  // Whose clock is set knows it at once, the others within four seconds.
  againMs = 2_500;
  const [one, two] = [await start(1), await start(2)];
  await linked(one, two);
  await record(one, checkout("33191000000001"));
  await agree([one, two], 1);
  await until("desk 2 is complete", () => one.desks().desks.every(({ verdict }) => verdict === "all-here"));
  await loadAndClose(one);
  await until("desk 2 knows", async () => (await two.outages())[0]?.state === "closed");
  aheadMs[2] = 400 * dayMs;
  await pause(3_500);
  expect(await purgedAt(two)).toBeUndefined();
  world.network.cut(one.pc.host, two.pc.host);
  world.network.drop(one.pc.host, two.pc.host);
  await until("they are parted", () => two.desks().desks.some((other) => !other.linked));
  await pause(3_000);
  expect(await purgedAt(two)).toBeUndefined();
  aheadMs[1] = 400 * dayMs;
  world.network.heal(one.pc.host, two.pc.host);
  await until("both agree on the time, and it is due", async () => (await purgedAt(two)) !== undefined);
});
