/** What was carried on from a purged outage, and whose file is withdrawn: it waits again, whoever else has carried it. */
import { afterEach, beforeEach, expect, it } from "vitest";
import type { Desk } from "../../../src/node/desk/desk.ts";
import {
  agree,
  checkout,
  countLinked,
  createWorld,
  linked,
  readAll,
  record,
  until,
  type World,
} from "./desks.ts";
import { loaded, part as miss, takeValue, textOf, whole } from "./ending.ts";
import { closeOver, gone, heal, part, takeLate } from "./purging.ts";

let world: World;
beforeEach(() => {
  world = createWorld();
});
afterEach(() => world.end());

const partial = { ...whole, partial: true, reason: "cut off" } as const;

/** What is here goes out, and outage 1 is purged, while desks 2 and 3 are away with what they hold. */
async function purgeWithout(desk: Desk): Promise<void> {
  takeValue(await desk.markBatch(takeValue(await desk.makeBatch(partial)).id, loaded));
  await closeOver(desk, "Desk 2", "Desk 3");
  takeValue(await desk.purge(1, undefined, "MK"));
}

/** Once every desk has heard that the file is withdrawn, this alone waits on each of them, and is in the next file. */
async function withdrawAndExpect(desks: readonly Desk[], batch: string, id: string): Promise<void> {
  const [one] = desks as [Desk];
  takeValue(await one.markBatch(batch, { state: "withdrawn", note: "made for another ILS" }));
  for (const desk of desks) {
    const waits = async () => takeValue(await desk.completeness(2)).waiting === 1;
    await until("it waits again", waits);
    expect((await desk.transactions({})).rows.find((row) => row.id === id)?.batch).toBeUndefined();
  }
  await takeLate(one);
  const next = takeValue(await one.makeBatch(whole));
  expect(next.lines).toBe(1);
  expect(await textOf(one, next.id, "main")).toContain(id);
  for (const desk of desks) {
    await until("it is known there", async () => (await desk.batch(next.id)).kind === "done");
    expect(await textOf(desk, next.id, "main")).toBe(await textOf(one, next.id, "main"));
  }
  takeValue(await one.markBatch(next.id, loaded));
  expect(takeValue(await one.completeness(2)).waiting).toBe(0);
}

it("waits again though another desk carried more of the same feed, and not this", async () => {
  const desks = [await world.start(1), await world.start(2), await world.start(3)] as const;
  const [one, two, three] = desks;
  await linked(...desks);
  await record(one, checkout("33191000000009"));
  await agree(desks, 1);
  await part(world, one, three);
  await part(world, one, two);
  const first = (await record(three, checkout("33191000000001"))).receipt.id;
  await agree([two, three], 2);
  await part(world, two, three);
  const second = (await record(three, checkout("33191000000002"))).receipt.id;
  await purgeWithout(one);
  heal(world, one, two);
  await gone([one, two], 1);
  await until("the first is carried", async () => (await readAll(one)).length === 1);
  await takeLate(one);
  const file = takeValue(await one.makeBatch(partial));
  expect(await textOf(one, file.id, "main")).toContain(first);
  // Desk 3 has the same feed, and carries only what is in no file.
  heal(world, one, three);
  heal(world, two, three);
  await gone(desks, 1);
  await linked(...desks);
  await agree(desks, 2);
  await takeLate(one);
  const after = takeValue(await one.makeBatch(whole));
  const text = await textOf(one, after.id, "main");
  expect([first, second].map((id) => text.includes(id))).toEqual([false, true]);
  takeValue(await one.markBatch(after.id, loaded));
  await withdrawAndExpect(desks, file.id, first);
});

/** Desks 2 and 3 alone hold a scan of desk 3, each by itself, of an outage that the other two have purged. */
async function missOne() {
  const desks = [
    await world.start(1),
    await world.start(4),
    await world.start(2),
    await world.start(3),
  ] as const;
  const [one, four, two, three] = desks;
  await linked(...desks);
  await record(one, checkout("33191000000009"));
  await agree(desks, 1);
  for (const here of [one, four]) for (const away of [two, three]) await miss(world, here, away);
  const late = (await record(three, checkout("33191000000001"))).receipt.id;
  await agree([two, three], 2);
  await miss(world, two, three);
  await purgeWithout(one);
  await gone([one, four], 1);
  return { desks, late };
}

it("waits again though another desk carried it, too, and a later file goes beyond that", async () => {
  const { desks, late } = await missOne();
  const [one, four, two, three] = desks;
  await miss(world, one, four);
  heal(world, one, two);
  heal(world, four, three);
  await gone([two, three], 1);
  for (const desk of [one, four])
    await until("it is carried to both", async () => (await readAll(desk)).length === 1);
  await takeLate(one);
  const file = takeValue(await one.makeBatch(partial));
  expect(await textOf(one, file.id, "main")).toContain(late);
  heal(world, one, four);
  heal(world, one, three);
  heal(world, four, two);
  heal(world, two, three);
  await linked(...desks);
  const other = (await record(one, checkout("33191000000005"))).receipt.id;
  await agree(desks, 2);
  const after = takeValue(await one.makeBatch(whole));
  const text = await textOf(one, after.id, "main");
  expect([late, other].map((id) => text.includes(id))).toEqual([false, true]);
  await withdrawAndExpect(desks, file.id, late);
});

it("waits again though the outage is purged into which another desk carried it in vain", async () => {
  const { desks, late } = await missOne();
  const [one, four, two, three] = desks;
  await record(one, checkout("33191000000005"));
  await agree([one, four], 1);
  const second = takeValue(await one.makeBatch(partial));
  takeValue(await one.markBatch(second.id, loaded));
  await until("desk 4 has heard that", async () => {
    const known = await four.batch(second.id);
    return known.kind === "done" && known.value.state === "loaded";
  });
  await miss(world, one, four);
  await until("neither has any other", () => [one, four].every((desk) => countLinked(desk) === 0));
  // To desk 1 it comes in outage 2, and to desk 4, which has closed that, in outage 3.
  await closeOver(four, "Desk 1", "Desk 2", "Desk 3");
  heal(world, one, two);
  heal(world, four, three);
  await gone([two, three], 1);
  await until("it is carried to desk 1", async () => (await readAll(one)).length === 2);
  await until("it is carried to desk 4", async () => (await readAll(four)).length === 2);
  await takeLate(one);
  const file = takeValue(await one.makeBatch(partial));
  expect(await textOf(one, file.id, "main")).toContain(late);
  for (const away of [four, three]) heal(world, one, away);
  for (const away of [four, three]) heal(world, two, away);
  await linked(...desks);
  await until("all know of outage 3", () => desks.every((desk) => desk.outage().number === 3));
  await agree(desks, 2);
  await record(one, checkout("33191000000006"));
  await agree(desks, 3);
  await takeLate(one);
  const third = takeValue(await one.makeBatch(whole));
  expect([third.outage, third.lines]).toEqual([3, 1]);
  takeValue(await one.markBatch(third.id, loaded));
  takeValue(await one.moveOutage("close", {}, "MK"));
  takeValue(await one.purge(3, undefined, "MK"));
  await gone(desks, 3);
  await withdrawAndExpect(desks, file.id, late);
});
