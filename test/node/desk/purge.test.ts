/** Forgetting an outage: refused until it is loaded, then gone on every desk, and nothing lost that came late. */
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { createMemoryFolders } from "../../../src/node/store/log-folders.ts";
import type { LogFolders } from "../../../src/node/store/log-store.ts";
import {
  agree,
  checkout,
  countLinked,
  createWorld,
  expectDone,
  linked,
  newId,
  pause,
  readAll,
  record,
  until,
  type World,
} from "./desks.ts";
import { closeOver, gone, heal, isGone, loadAndClose, part, pastOf, scanRetired } from "./purging.ts";

let world: World;
beforeEach(() => {
  world = createWorld();
});
afterEach(() => world.end());

describe("purging", () => {
  it("is refused with what is missing until all of it is loaded and closed", async () => {
    const one = await world.start(1);
    expect(await one.purge(1)).toMatchObject({ kind: "not-found" });
    await record(one, checkout("33191000000001"));
    const open = await one.purge(1, undefined, "MK");
    expect(open).toMatchObject({ kind: "conflict", code: "open" });
    expect(open.kind === "conflict" && open.text).toContain("1 scan is in no file yet");
    const made = expectDone(await one.makeBatch({ format: "csv" }));
    const unloaded = await one.purge(1, undefined, "MK");
    expect(unloaded.kind === "conflict" && unloaded.text).toContain(`${made.id}: not marked as loaded yet`);
    await one.markBatch(made.id, { state: "loaded", job: "1" });
    expect(await one.purge(1, undefined, "MK")).toMatchObject({ code: "open" });
    expect((await pastOf(one, 1)).obstacles).toEqual(["Outage 1 is loading: close it first."]);
    await one.moveOutage("close", {}, "MK");
    expect(await pastOf(one, 1)).toMatchObject({ obstacles: [], purgeAt: expect.any(String) });
    expect(await one.purge(2)).toMatchObject({ kind: "not-found" });
    expect(await isGone(one, 1)).toBe(false);
    expect(await readAll(one)).toHaveLength(1);
  });

  it("takes it away on every desk at once, with a receipt and numbers, and the ids are free", async () => {
    const desks = [await world.start(1), await world.start(2), await world.start(3)] as const;
    const [one, two] = desks;
    await linked(...desks);
    const scan = checkout("33191000000001");
    await record(two, scan, "AB");
    await record(one, {
      id: newId(),
      kind: "registration",
      patron: "30234000000009",
      fields: { surname: "X" },
    });
    await agree(desks, 2);
    await loadAndClose(one);
    const keyBefore = (await one.pc.vault.names()).filter((name) => name.startsWith("wrapping"));
    const receipt = expectDone(await one.purge(1, undefined, "MK"));
    expect(receipt).toMatchObject({
      number: 1,
      counts: expect.arrayContaining([
        { kind: "checkout", count: 1 },
        { kind: "registration", count: 1 },
      ]),
      purged: { by: "MK", desks: [{ done: true }, { done: true }, { done: true }] },
    });
    expect(JSON.stringify(receipt)).not.toMatch(/3319100|3023400/);
    await gone(desks, 1);
    expect((await one.pc.vault.names()).filter((name) => name.startsWith("wrapping"))).not.toEqual(keyBefore);
    for (const desk of desks) {
      expect(await readAll(desk)).toEqual([]);
      expect((await desk.patron("30234000000009")).known).toBe("unknown");
      expect(desk.events.filter(({ kind }) => kind === "purged")).toEqual([
        { kind: "purged", data: { outage: 1 } },
      ]);
      expect(desk.state().waiting).toBe(0);
    }
    const [batch] = await two.batches();
    expect(batch).toMatchObject({ state: "loaded", files: [] });
    expect(await two.batchFile(batch!.id, "main")).toMatchObject({ kind: "conflict", code: "purged" });
    const hours = expectDone(await two.statistics(1));
    expect(hours.map(({ desk, kind, count }) => [desk, kind, count]).sort()).toEqual([
      ["Desk 1", "registration", 1],
      ["Desk 2", "checkout", 1],
    ]);
    // Nobody needs to remember the ids of what is forgotten (L6).
    expect((await record(two, scan)).receipt.id).toBe(scan.id);
    await agree(desks, 1);
    // Asked again, it says the same.
    expect(expectDone(await two.purge(1)).purged).toEqual((await pastOf(one, 1)).purged);
  });

  it("goes on after restarts: nothing of it is offered, taken, or opened again", async () => {
    const [one, two] = [await world.start(1), await world.start(2)];
    await linked(one, two);
    await record(one, checkout("33191000000001"));
    await agree([one, two], 1);
    await loadAndClose(one);
    expectDone(await one.purge(1, undefined, "MK"));
    await gone([one, two], 1);
    await one.close();
    const again = await world.start(1);
    await linked(again, two);
    const three = await world.start(3);
    await linked(again, two, three);
    await record(three, checkout("33191000000002"));
    await agree([again, two, three], 1);
    await gone([again, two, three], 1);
    await until("a desk that came later says so, too", async () => {
      const { purged } = await pastOf(again, 1);
      return purged?.desks.length === 3 && purged.desks.every(({ done }) => done);
    });
  });
});

it("asks for a reason where entries count nowhere, and lets them go with it", async () => {
  const [one, two, three] = [await world.start(1), await world.start(2), await world.start(3)];
  await linked(one, two, three);
  await record(one, checkout("33191000000001"));
  await agree([one, two, three], 1);
  await scanRetired(world, [one, two, three]);
  const request = { format: "csv", partial: true, reason: "cut off" } as const;
  expectDone(await one.markBatch(expectDone(await one.makeBatch(request)).id, { state: "loaded", job: "1" }));
  await closeOver(one, "Desk 2");
  heal(world, one, two);
  await until("desk 1 keeps it aside", async () => (await pastOf(one, 1)).needsReason);
  await agree([one, two], 1);
  const refused = await one.purge(1, undefined, "MK");
  expect(refused).toMatchObject({ kind: "conflict", code: "aside" });
  expect(await pastOf(one, 1)).toMatchObject({ needsReason: true });
  expect(await one.purge(1, " x ", "MK")).toMatchObject({ code: "aside" });
  const receipt = expectDone(await one.purge(1, "That PC was sold", "MK"));
  expect(receipt.purged).toMatchObject({
    reason: "That PC was sold",
    desks: [{ done: true }, { done: true }],
  });
  await gone([one, two], 1);
  expect(await readAll(two)).toEqual([]);
  expect(one.state().waiting).toBe(0);
});

it("joins two purges that didn't know of each other", async () => {
  const [one, two] = [await world.start(1), await world.start(2)];
  await linked(one, two);
  await record(one, checkout("33191000000001"));
  await agree([one, two], 1);
  await loadAndClose(one);
  await until("desk 2 knows", async () => (await pastOf(two, 1)).obstacles.length === 0);
  await part(world, one, two);
  const receipts = await Promise.all([one, two].map((desk) => desk.purge(1, undefined, "MK")));
  for (const receipt of receipts) expect(expectDone(receipt).purged).toBeDefined();
  heal(world, one, two);
  await linked(one, two);
  await until("both say the same", async () => {
    const [a, b] = await Promise.all([pastOf(one, 1), pastOf(two, 1)]);
    return JSON.stringify(a) === JSON.stringify(b) && a.purged?.desks.every(({ done }) => done) === true;
  });
  expect((await pastOf(one, 1)).counts).toEqual([{ kind: "checkout", count: 1 }]);
});

it("waits where a desk that had not heard made a file of more, until that is settled", async () => {
  const [one, two] = [await world.start(1), await world.start(2)];
  await linked(one, two);
  await record(one, checkout("33191000000001"));
  await agree([one, two], 1);
  const first = expectDone(await one.makeBatch({ format: "jsonl" }));
  expectDone(await one.markBatch(first.id, { state: "loaded", job: "1" }));
  await until("desk 2 knows", async () => (await two.batches())[0]?.state === "loaded");
  await part(world, one, two);
  const late = (await record(two, checkout("33191000000002"))).receipt.id;
  const request = { format: "jsonl", partial: true, reason: "cut off" } as const;
  const second = expectDone(await two.makeBatch(request));
  await closeOver(one, "Desk 2");
  expectDone(await one.purge(1, undefined, "MK"));
  heal(world, one, two);
  await linked(one, two);
  await until("desk 2 knows of the purge", async () => (await pastOf(two, 1)).purged !== undefined);
  // Longer than a desk takes to follow.
  await pause(500);
  expect(await isGone(two, 1)).toBe(false);
  expect(countLinked(two)).toBe(1);
  // Its file can still be fetched, and once it is loaded nothing is left to carry.
  await until("it may be given out", async () => expectDone(await two.batch(second.id)).released);
  const { bytes } = expectDone(await two.batchFile(second.id, "main"));
  expect(Buffer.from(bytes).toString()).toContain(late);
  expectDone(await two.markBatch(second.id, { state: "loaded", job: "2" }));
  await gone([one, two], 1);
  expect(await readAll(two)).toEqual([]);
});

it("comes back where its word counts no longer, since who said it was retired; and so do scans of the outage after it", async () => {
  const [one, two, three] = [await world.start(1), await world.start(2), await world.start(3)];
  await linked(one, two, three);
  await record(one, checkout("33191000000001"));
  await agree([one, two, three], 1);
  const batch = expectDone(await one.makeBatch({ format: "jsonl" }));
  expectDone(await one.markBatch(batch.id, { state: "loaded", job: "1" }));
  await until("desk 2 knows", async () => (await two.batches())[0]?.state === "loaded");
  await part(world, one, two);
  await part(world, two, three);
  await closeOver(one, "Desk 2");
  expectDone(await one.purge(1, undefined, "MK"));
  await gone([one, three], 1);
  await record(three, checkout("33191000000003"));
  await part(world, one, three);
  expectDone(await two.actOnDesk("Desk 1", { kind: "retire", reason: "Stolen" }, "MK"));
  heal(world, two, three);
  await linked(two, three);
  await agree([two, three], 2);
  await record(two, checkout("33191000000002"));
  await agree([two, three], 3);
  for (const desk of [two, three]) expect((await pastOf(desk, 1)).purged).toBeUndefined();
});

it("is not put off by the next outage's log, which a slow disk is still opening", async () => {
  const folders = createMemoryFolders();
  let isLookedAt = false;
  const slow: LogFolders = {
    ...folders,
    async condition(name) {
      if (name === "outage-2") {
        await pause(1_000);
        isLookedAt = true;
      }
      return folders.condition(name);
    },
  };
  world = createWorld({ folders: async () => slow });
  const one = await world.start(1);
  await record(one, checkout("33191000000001"));
  await loadAndClose(one);
  expectDone(await one.purge(1, undefined, "MK"));
  expect(isLookedAt).toBe(true);
  expect(await isGone(one, 1)).toBe(true);
  expect(one.pc.said.filter((text) => text.includes("could not be destroyed"))).toEqual([]);
});
