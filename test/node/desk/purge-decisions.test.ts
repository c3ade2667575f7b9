/** What somebody has still to decide, or to do in the ILS, about a scan stands against purging its outage (log.md, L24). */
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { realClock } from "../../../src/node/real-ports.ts";
import {
  agree,
  checkout,
  createWorld,
  linked,
  newId,
  pause,
  type RunningDesk,
  record,
  until,
  type World,
} from "./desks.ts";
import { loaded, part, takeValue, whole } from "./ending.ts";
import { pastOf } from "./purging.ts";

let world: World;
beforeEach(() => {
  world = createWorld();
});
afterEach(() => world.end());

const undecided = "1 exception must be decided first.";
const todo = "1 to-do is open: do them in the library system, and tick them off.";

/** Outage 1 is loaded and closed; then its scan is taken back in outage 2. */
async function takeBackLater(one: RunningDesk): Promise<void> {
  const { receipt } = await record(one, checkout("33191000000001"), "ms");
  takeValue(await one.markBatch(takeValue(await one.makeBatch(whole)).id, loaded));
  takeValue(await one.moveOutage("close", { toldBy: "Help desk" }));
  await record(one, { id: newId(), kind: "voiding", voids: receipt.id, reason: "wrong card" }, "ms");
}

async function decide(desk: RunningDesk, kind: string, decision: "note" | "by-hand"): Promise<void> {
  const found = (await desk.exceptions()).find((one) => one.kind === kind)!;
  takeValue(await desk.settle(found.id, { decision, reason: "looked at there" }, "ms"));
}

async function tickAll(desk: RunningDesk): Promise<void> {
  takeValue(await desk.tick({ todos: takeValue(await desk.todos({})).map(({ id }) => id) }, "ms"));
}

describe("a scan that was taken back in a later outage, after its file was loaded", () => {
  it("is decided on and done in the ILS before its outage is purged", async () => {
    const one = await world.start(1);
    await takeBackLater(one);
    expect(await one.purge(1, undefined, "ms")).toMatchObject({
      ...{ kind: "conflict", code: "undecided", text: `${undecided} ${todo}` },
    });
    expect((await pastOf(one, 1)).obstacles).toEqual([undecided, todo]);
    await decide(one, "void-after-export", "note");
    expect(await one.purge(1, undefined, "ms")).toMatchObject({ kind: "conflict", code: "todos" });
    // No reason lets go what is to be done.
    expect(await one.purge(1, "it is old", "ms")).toMatchObject({ kind: "conflict", code: "todos" });
    await tickAll(one);
    expect((await pastOf(one, 1)).obstacles).toEqual([]);
    takeValue(await one.purge(1, undefined, "ms"));
  });

  it("keeps it when it is due, too", async () => {
    let aheadMs = 0;
    world.pc(1).clock = {
      ...realClock,
      now: () => Date.now() + aheadMs,
      after: (delayMs, run) => realClock.after(delayMs >= 10_000 ? 30 : delayMs, run),
    };
    const one = await world.start(1);
    await takeBackLater(one);
    await decide(one, "void-after-export", "note");
    aheadMs = 400 * 86_400_000;
    await pause(400);
    expect((await pastOf(one, 1)).purged).toBeUndefined();
    await tickAll(one);
    await until("it is purged", async () => (await pastOf(one, 1)).purged !== undefined);
  });
});

it("keeps an outage in which a late scan is to be done by hand, though a batch made since is loaded", async () => {
  const [one, two] = [await world.start(1), await world.start(2)];
  await linked(one, two);
  await record(one, checkout("33191000000001"));
  await agree([one, two], 1);
  await part(world, one, two);
  await record(two, checkout("33191000000002"));
  const first = takeValue(await one.makeBatch({ ...whole, partial: true, reason: "Desk 2 fell" }));
  takeValue(await one.markBatch(first.id, loaded));
  takeValue(await one.actOnDesk(two.signer.desk, { kind: "lost", reason: "its disk broke" }, "ms"));
  takeValue(await one.moveOutage("close", {}));
  world.network.heal(one.pc.host, two.pc.host);
  const isLate = async () => (await one.exceptions()).some(({ kind }) => kind === "overtaken");
  await until("it comes late", isLate);
  await decide(one, "overtaken", "by-hand");
  await until("all is here", () =>
    one.desks().desks.every(({ verdict }) => verdict === "all-here" || verdict === "finished"),
  );
  takeValue(await one.markBatch(takeValue(await one.makeBatch(whole)).id, loaded));
  expect(await one.purge(1, undefined, "ms")).toMatchObject({ kind: "conflict", code: "todos" });
  await tickAll(one);
  takeValue(await one.purge(1, undefined, "ms"));
});
