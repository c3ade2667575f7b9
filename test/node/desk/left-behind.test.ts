/** What a batch left out and what stands after all: it waits, goes into the next file, and is in one file alone. */
import { afterEach, beforeEach, expect, it } from "vitest";
import type { TransactionState } from "../../../src/node/desk/activity.ts";
import type { Desk } from "../../../src/node/desk/desk.ts";
import {
  agree,
  checkout,
  createWorld,
  linked,
  newId,
  type RunningDesk,
  record,
  until,
  type World,
} from "./desks.ts";
import { checkin, loaded, part, takeValue, textOf, whole } from "./ending.ts";

const item = "33191000000001";
const withdrawn = { state: "withdrawn", note: "made for another ILS" } as const;
const partial = { ...whole, partial: true, reason: "desk 2 is cut off" } as const;

let world: World;
beforeEach(() => {
  world = createWorld();
});
afterEach(() => world.end());

async function idsIn(desk: Desk, batch: string): Promise<readonly string[]> {
  const lines = (await textOf(desk, batch, "main")).trim().split("\n");
  return lines.map((line) => String((JSON.parse(line) as { id: unknown }).id));
}

async function idsOf(desk: Desk, state: TransactionState): Promise<readonly string[]> {
  return (await desk.transactions({ limit: 9, state })).rows.map(({ id }) => id);
}

async function openOf(desk: Desk, kind: string): Promise<string | undefined> {
  return (await desk.exceptions()).find((one) => one.kind === kind && one.settled === undefined)?.id;
}

async function heal(a: RunningDesk, b: RunningDesk): Promise<void> {
  world.network.heal(a.pc.host, b.pc.host);
  await linked(a, b);
}

it("goes out after all where one desk took it back and exported, and another kept it", async () => {
  const [one, two] = [await world.start(1), await world.start(2)];
  await linked(one, two);
  await part(world, one, two);
  const first = (await record(one, checkout(item, "21234000000018"))).receipt.id;
  const second = (await record(two, checkout(item, "21234000000026"))).receipt.id;
  await heal(one, two);
  await agree([one, two], 2);
  const double = (await openOf(one, "double-loan"))!;
  await part(world, one, two);
  takeValue(
    await one.settle(double, { decision: "void", transaction: second, reason: "it is still here" }, "ms"),
  );
  const a = takeValue(await one.makeBatch(partial, "ms"));
  expect(a.counts).toMatchObject([{ kind: "checkout", onScreen: 2, written: 1, voided: 1 }]);
  await new Promise((resolve) => setTimeout(resolve, 20));
  takeValue(await two.settle(double, { decision: "keep-both", reason: "both were lent" }, "ab"));
  await heal(one, two);
  for (const desk of [one, two])
    await until("it waits", async () => takeValue(await desk.completeness(1)).waiting === 1);
  const rowOf = async (desk: Desk) =>
    (await desk.transactions({ limit: 9 })).rows.find(({ id }) => id === second);
  // What the pages say of it agrees with the count: it waits, and no file has it, though it lies within one.
  for (const desk of [one, two])
    expect([await idsOf(desk, "waiting"), await idsOf(desk, "exported")]).toEqual([[second], [first]]);
  const b = takeValue(await two.makeBatch(whole, "ab"));
  expect([await idsIn(one, a.id), await idsIn(one, b.id)]).toEqual([[first], [second]]);
  expect(b.counts).toMatchObject([{ kind: "checkout", onScreen: 1, written: 1, voided: 0 }]);
  expect([(await rowOf(one))?.batch, (await rowOf(two))?.batch]).toEqual([b.id, b.id]);
  expect(await one.makeBatch(whole)).toMatchObject({ kind: "not-found" });
});

/** Decides what must be decided, so that nothing is in the next file's way. */
async function decideAll(desk: Desk): Promise<void> {
  for (const { id, kind, mustDecide, settled } of await desk.exceptions()) {
    const decision = kind === "overtaken" ? "load" : "note";
    if (mustDecide && !settled) takeValue(await desk.settle(id, { decision, reason: "looked at" }, "ms"));
  }
}

it("is in one file alone where the batch that had left it out is withdrawn after another one took it", async () => {
  const one = await world.start(1);
  const first = (await record(one, checkin(item), "ms")).receipt.id;
  takeValue(await one.markBatch(takeValue(await one.makeBatch(whole)).id, loaded));
  const second = (await record(one, checkin(item), "ms")).receipt.id;
  const other = (await record(one, checkin("33191000000002"), "ms")).receipt.id;
  const a = takeValue(await one.makeBatch(whole));
  await record(one, { id: newId(), kind: "voiding", voids: first, reason: "wrong item" }, "ms");
  await decideAll(one);
  const b = takeValue(await one.makeBatch(whole));
  expect([await idsIn(one, a.id), await idsIn(one, b.id)]).toEqual([[other], [second]]);
  takeValue(await one.markBatch(b.id, loaded));
  takeValue(await one.markBatch(a.id, withdrawn));
  expect(takeValue(await one.completeness(1)).waiting).toBe(1);
  await decideAll(one);
  const c = takeValue(await one.makeBatch(whole));
  expect(await idsIn(one, c.id)).toEqual([other]);
  // What the next file took is told of as any other that went out: taken back now, it is a to-do.
  await record(one, { id: newId(), kind: "voiding", voids: second, reason: "wrong item" }, "ms");
  expect(await openOf(one, "void-after-export")).toBeDefined();
});

it("goes out as long as its act is in no file: the first scan's is withdrawn, and the second lies within the next", async () => {
  const one = await world.start(1);
  const first = (await record(one, checkin(item), "ms")).receipt.id;
  const a = takeValue(await one.makeBatch(whole));
  await record(one, checkin(item), "ms");
  const other = (await record(one, checkin("33191000000002"), "ms")).receipt.id;
  const b = takeValue(await one.makeBatch(whole));
  expect([await idsIn(one, a.id), await idsIn(one, b.id)]).toEqual([[first], [other]]);
  takeValue(await one.markBatch(b.id, loaded));
  takeValue(await one.markBatch(a.id, withdrawn));
  expect(takeValue(await one.completeness(1)).waiting).toBe(1);
  expect(await one.moveOutage("close", { toldBy: "Help desk" })).toMatchObject({ kind: "conflict" });
  await decideAll(one);
  expect(await idsIn(one, takeValue(await one.makeBatch(whole)).id)).toEqual([first]);
});

it("stays taken back though that was done in a later outage, and that one goes after the one it is about", async () => {
  const one = await world.start(1);
  const lent = (await record(one, checkout(item), "ms")).receipt.id;
  const made = takeValue(await one.makeBatch(whole));
  takeValue(await one.markBatch(made.id, loaded));
  takeValue(await one.moveOutage("close", { toldBy: "Help desk" }));
  await record(one, checkin("33191000000002"));
  await record(one, { id: newId(), kind: "voiding", voids: lent, reason: "wrong card" }, "ms");
  takeValue(
    await one.settle((await openOf(one, "void-after-export"))!, { decision: "note", reason: "mended there" }),
  );
  const next = takeValue(await one.makeBatch(whole));
  takeValue(await one.markBatch(next.id, loaded));
  const todos = takeValue(await one.todos({}));
  takeValue(await one.tick({ todos: todos.map(({ id }) => id) }));
  takeValue(await one.moveOutage("close", { toldBy: "Help desk" }));
  expect(await one.purge(2, undefined)).toMatchObject({ code: "older", text: /purge outage 1 first/ });
  takeValue(await one.purge(1, undefined));
  takeValue(await one.purge(2, undefined));
});

it("is named where there is more of it than one entry has room for", { timeout: 400_000 }, async () => {
  const [one, two] = [await world.start(1), await world.start(2)];
  await linked(one, two);
  await part(world, one, two);
  await record(one, checkin(item));
  const many: string[] = [];
  for (let n = 0; n < 1_001; n++) {
    const barcode = String(33191000001000 + n);
    many.push((await record(two, checkin(barcode), "ms")).receipt.id);
  }
  takeValue(await one.actOnDesk(two.signer.desk, { kind: "lost", reason: "its PC is gone" }, "ms"));
  takeValue(await one.markBatch(takeValue(await one.makeBatch(whole)).id, loaded));
  takeValue(await one.moveOutage("close", { toldBy: "Help desk" }));
  await heal(one, two);
  await agree([one, two], 1_002);
  const [kept, ...voided] = many;
  for (const id of voided)
    await record(one, { id: newId(), kind: "voiding", voids: id, reason: "not ours" }, "ms");
  const late = (await one.exceptions()).filter(({ kind, settled }) => kind === "overtaken" && !settled);
  expect(late.map(({ transactions }) => transactions.map(({ id }) => id))).toEqual([[kept]]);
  takeValue(await one.settle(late[0]!.id, { decision: "load", reason: "it is true" }, "ms"));
  const made = takeValue(await one.makeBatch(whole));
  expect(made.counts).toMatchObject([{ kind: "checkin", onScreen: 1_001, written: 1, voided: 1_000 }]);
  await agree([one, two], 2_002);
  for (const desk of [one, two]) expect(await idsIn(desk, made.id)).toEqual([kept]);
});
