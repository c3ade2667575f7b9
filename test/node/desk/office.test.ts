/** What a supervisor reads of a desk: the filters of activity, its sheet, an outage's picture, who did what. */
import { afterEach, beforeEach, expect, it } from "vitest";
import type { TransactionQuery } from "../../../src/node/desk/desk.ts";
import { checkout, createWorld, expectDone, newId, type RunningDesk, record, type World } from "./desks.ts";

let world: World;
let one: RunningDesk;
beforeEach(async () => {
  world = createWorld();
  one = await world.start(1);
});
afterEach(() => world.end());

const itemsOf = async (query: TransactionQuery): Promise<readonly unknown[]> =>
  (await one.transactions(query)).rows.map(({ item, kind }) => item ?? kind);

async function scanSome(): Promise<{ readonly voided: string }> {
  await record(one, checkout("33191000000001"), "ab");
  const wrong = checkout("33191000000002", "30234000000002");
  await record(one, wrong, "cd");
  await record(one, { id: newId(), kind: "voiding", voids: wrong.id, reason: "Wrong patron" }, "cd");
  return { voided: wrong.id };
}

it("filters by time, state and text, and each row is waiting, exported, voided or a voiding", async () => {
  await scanSome();
  expect(await itemsOf({ text: "0001" })).toEqual(["33191000000001"]);
  expect(await itemsOf({ text: "wrong PATRON" })).toEqual(["voiding"]);
  expect(await itemsOf({ text: "cd" })).toEqual(["voiding", "33191000000002"]);
  expect(await itemsOf({ text: "nobody" })).toEqual([]);
  expect(await itemsOf({ from: "2099-01-01T00:00" })).toEqual([]);
  expect(await itemsOf({ to: "2020-01-01T00:00" })).toEqual([]);
  expect(await itemsOf({ from: "2020-01-01T00:00", to: "2099-01-01T00:00" })).toHaveLength(3);
  expect(await itemsOf({ state: "waiting" })).toEqual(["33191000000001"]);
  expect(await itemsOf({ state: "voided" })).toEqual(["33191000000002"]);
  expect(await itemsOf({ state: "exported" })).toEqual([]);
  expectDone(await one.makeBatch({ format: "csv" }));
  expect(await itemsOf({ state: "exported" })).toContain("33191000000001");
  expect(await itemsOf({ state: "waiting" })).toEqual([]);
});

it("writes the same rows as a sheet, oldest first, where no cell can be a formula", async () => {
  await scanSome();
  await record(one, checkout("33191000000003"), "ab");
  const sheet = await one.activitySheet({});
  const rows = sheet.trimEnd().split("\r\n");
  expect(rows).toHaveLength(5);
  expect(rows[0]).toBe("time,kind,item,title,card,due,desk,staff,state,file,id");
  expect(rows[1]).toContain("33191000000001");
  const states = rows.slice(1).map((row) => row.split(",").at(-3));
  // The voiding itself goes into no file.
  expect(states).toEqual(["waiting", "voided", "", "waiting"]);
  expect((await one.activitySheet({ item: "33191000000003" })).trimEnd().split("\r\n")).toHaveLength(2);
});

it("pictures an outage minute by minute: sums are what stands, moves and files have their times", async () => {
  await scanSome();
  const batch = expectDone(await one.makeBatch({ format: "csv" }, "mk"));
  const { number } = one.outage();
  const picture = expectDone(await one.timeline(number));
  const ticks = picture.desks.flatMap((desk) => desk.ticks);
  const sums = new Map<string, number>();
  for (const { kind, count } of ticks) sums.set(kind, (sums.get(kind) ?? 0) + count);
  expect(Object.fromEntries(sums)).toEqual({ checkout: 1, voiding: 1 });
  for (const { at } of ticks) expect(Date.parse(at) % 60_000).toBe(0);
  expect(picture.moves.map(({ to }) => to)).toEqual(["open"]);
  expect(picture.batches.map(({ id }) => id)).toEqual([batch.id]);
  expect(JSON.stringify(picture)).not.toContain("30234");
  expect((await one.timeline(number + 7)).kind).toBe("not-found");
});

it("says who did what, newest first, and never a card", async () => {
  const { voided } = await scanSome();
  // Lent out already: that is asked, and what was answered is part of who did what.
  await record(one, checkout("33191000000001", "30234000000003"), "ab");
  expectDone(await one.makeBatch({ format: "csv" }, "mk"));
  const audit = await one.audit();
  const texts = audit.map(({ text }) => text);
  expect(texts[0]).toMatch(/^File RIV-1-1-[0-9a-f]+ made for csv/);
  expect(audit[0]).toMatchObject({ by: "mk", desk: "Desk 1", subject: "file" });
  expect(texts).toContain("Voided a checkout of 33191000000002: Wrong patron");
  expect(texts.some((text) => text.startsWith("Outage 1 opened"))).toBe(true);
  expect(texts.some((text) => text.includes("Seen at the desk"))).toBe(true);
  expect(JSON.stringify(audit)).not.toContain("30234");
  const trail = expectDone(await one.trail(voided));
  expect(trail.steps[0]).toMatchObject({ by: "cd", desk: "Desk 1" });
  expect(trail.steps.at(-1)?.text).toBe("Voided: Wrong patron");
  expect((await one.trail(newId())).kind).toBe("not-found");
});
