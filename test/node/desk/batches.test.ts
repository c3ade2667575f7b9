/** From scans at several desks to files that are equal everywhere, hold each transaction once, and lack nothing. */
import { createHash } from "node:crypto";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import type { Answer, Desk } from "../../../src/node/desk/desk.ts";
import type { BatchView } from "../../../src/node/http/api.ts";
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

const formats = ["evergreen", "koha", "alma", "sierra", "csv", "jsonl"] as const;

let world: World;
beforeEach(() => {
  world = createWorld();
});
afterEach(() => world.end());

function takeValue<T>(answer: Answer<T>): T {
  if (answer.kind !== "done") throw new Error(JSON.stringify(answer));
  return answer.value;
}

/** Makes the next batch, waiting for desks whose last word is on its way. */
async function makeBatch(desk: Desk, format: (typeof formats)[number] = "jsonl"): Promise<BatchView> {
  let answer = await desk.makeBatch({ format });
  await until(
    "a batch is made",
    async () => {
      if (answer.kind === "conflict") answer = await desk.makeBatch({ format });
      return answer.kind !== "conflict";
    },
    5_000,
    () => answer,
  );
  return takeValue(answer);
}

/** Ids of the transactions in a batch's main file, which must be JSON Lines. */
async function idsIn(desk: Desk, id: string): Promise<string[]> {
  await until("the file may be given out", async () => takeValue(await desk.batch(id)).released);
  const file = takeValue(await desk.batchFile(id, "main"));
  const lines = Buffer.from(file.bytes).toString().trim().split("\n");
  return lines.map((line) => idOf(JSON.parse(line) as Record<string, unknown>));
}

function idOf(line: Record<string, unknown>): string {
  const id = line.id ?? line.transaction_id ?? (line.fact as { id?: unknown } | undefined)?.id;
  if (typeof id !== "string") throw new Error(`a line without an id: ${Object.keys(line).join()}`);
  return id;
}

async function part(a: RunningDesk, b: RunningDesk): Promise<void> {
  world.network.cut(a.pc.host, b.pc.host);
  world.network.drop(a.pc.host, b.pc.host);
}

it("has nothing to export before the first scan, and nothing twice", async () => {
  const one = await world.start(1);
  expect(await one.makeBatch({ format: "csv" })).toMatchObject({ kind: "not-found" });
  const first = (await record(one, checkout("33191000000001"))).receipt.id;
  const a = await makeBatch(one);
  expect(a.id).toMatch(/^RIV-1-1-[0-9a-f]{4}$/);
  expect(await one.makeBatch({ format: "csv" })).toMatchObject({ kind: "not-found" });
  const second = (await record(one, checkout("33191000000002"))).receipt.id;
  const b = await makeBatch(one);
  expect(b.id).toMatch(/^RIV-1-2-[0-9a-f]{4}$/);
  expect([await idsIn(one, a.id), await idsIn(one, b.id)]).toEqual([[first], [second]]);
  expect(await one.batch("RIV-1-9-0000")).toMatchObject({ kind: "not-found" });
});

it("is equal on the other desk, byte for byte, in all six formats", async () => {
  const [one, two] = [await world.start(1), await world.start(2)];
  await linked(one, two);
  let rows = 0;
  for (const [i, format] of formats.entries()) {
    const patron = `3023400000${1000 + i}`;
    const item = `3319100000${1000 + i}`;
    const other = i % 2 ? one : two;
    await record(one, {
      id: newId(),
      kind: "registration",
      patron,
      fields: { surname: "Ö", given_names: "Ada" },
    });
    rows += 1;
    await agree([one, two], rows);
    await record(two, checkout(item, patron));
    rows += 1;
    await agree([one, two], rows);
    await record(one, { id: newId(), kind: "renewal", item });
    await record(one, { id: newId(), kind: "payment", patron, amount: 250, currency: "EUR" });
    await record(two, { id: newId(), kind: "in-house-use", item: `3319200000${1000 + i}`, count: 2 });
    rows += 3;
    await agree([one, two], rows);
    await record(other, { id: newId(), kind: "checkin", item });
    rows += 1;
    await agree([one, two], rows);
    const made = await makeBatch(one, format);
    await until("the other desk may give it out", async () => {
      const there = await two.batch(made.id);
      return there.kind === "done" && there.value.released;
    });
    const [here, there] = await Promise.all(
      [one, two].map(async (desk) => takeValue(await desk.batchFile(made.id, "main"))),
    );
    expect(sha256(here!.bytes)).toBe(made.sha256);
    expect(sha256(there!.bytes)).toBe(made.sha256);
    expect(there!.name).toBe(here!.name);
    const lines = await Promise.all([one, two].map(async (desk) => desk.batchFile(made.id, "lines")));
    expect(sha256(takeValue(lines[0]!).bytes)).toBe(sha256(takeValue(lines[1]!).bytes));
  }
});

it("asks to settle one item lent twice in a split, and is held up until then", async () => {
  const [one, two] = [await world.start(1), await world.start(2)];
  await linked(one, two);
  await record(one, checkout("33191000000001"));
  await agree([one, two], 1);
  await part(one, two);
  const a = await record(one, checkout("33191000000002", "30234000000001"));
  const b = await record(two, checkout("33191000000002", "30234000000002"));
  await until("it is missed", () => one.desks().desks.some(({ linked: there }) => !there));
  const early = await one.makeBatch({ format: "csv" });
  expect(early).toMatchObject({ kind: "conflict", code: "incomplete", incomplete: [{ name: "Desk 2" }] });
  expect(await one.makeBatch({ format: "csv", partial: true })).toMatchObject({ code: "reason" });
  world.network.heal("10.0.0.1", "10.0.0.2");
  await agree([one, two], 3);
  const [exception, ...more] = await two.exceptions();
  expect(more).toEqual([]);
  expect(exception).toMatchObject({ kind: "double-loan", mustDecide: true });
  expect(exception?.transactions.map(({ id }) => id).sort()).toEqual([a.receipt.id, b.receipt.id].sort());
  expect((await one.exceptions()).map(({ id, kind }) => [id, kind])).toEqual([
    [exception!.id, "double-loan"],
  ]);
  await until("all are complete", () => two.desks().desks.every(({ verdict }) => verdict === "all-here"));
  expect(await two.makeBatch({ format: "csv" })).toMatchObject({
    code: "undecided",
    undecided: [exception!.id],
  });
  const wrong = await two.settle(exception!.id, { decision: "void", reason: "seen" });
  expect(wrong.kind).toBe("refused");
  const transaction = b.receipt.id;
  takeValue(
    await two.settle(exception!.id, { decision: "void", transaction, reason: "book is here" }, "SUP"),
  );
  await until("desk 1 knows", async () => one.state().exceptions.mustDecide === 0);
  const made = await makeBatch(one);
  expect(await idsIn(one, made.id)).not.toContain(b.receipt.id);
  expect(made.lines).toBe(2);
});

it("lets a desk that was away bring exactly the lacking lines", async () => {
  const desks = [await world.start(1), await world.start(2), await world.start(3)] as const;
  const [one, two, three] = desks;
  await linked(...desks);
  await record(one, checkout("33191000000001"));
  await agree(desks, 1);
  await part(one, three);
  await part(two, three);
  const late = (await record(three, checkout("33191000000003"))).receipt.id;
  const inTime = (await record(two, checkout("33191000000002"))).receipt.id;
  await agree([one, two], 2);
  await until("it is missed", () => one.desks().desks.filter(({ linked: there }) => !there).length === 1);
  const partial = takeValue(
    await one.makeBatch({ format: "jsonl", partial: true, reason: "desk 3 is in the van" }),
  );
  expect(partial).toMatchObject({ partial: true, reason: "desk 3 is in the van", lines: 2 });
  expect(takeValue(await one.batchFile(partial.id, "main")).name).toContain("-PARTIAL");
  expect(await idsIn(one, partial.id)).toContain(inTime);
  world.network.heal("10.0.0.1", "10.0.0.3");
  world.network.heal("10.0.0.2", "10.0.0.3");
  // The row names its batch: all three agree on which it is in.
  await agree(desks, 3);
  const rest = await makeBatch(three);
  expect(await idsIn(three, rest.id)).toEqual([late]);
  expect(rest.partial).toBe(false);
});

it("withdraws, of two batches made in a split, the later one, and its lines go out again", async () => {
  const [one, two] = [await world.start(1), await world.start(2)];
  await linked(one, two);
  await record(one, checkout("33191000000001"));
  await agree([one, two], 1);
  await part(one, two);
  const atOne = (await record(one, checkout("33191000000002"))).receipt.id;
  const atTwo = (await record(two, checkout("33191000000003"))).receipt.id;
  const request = { format: "jsonl", partial: true, reason: "cut off" } as const;
  await until("both know", () =>
    [one, two].every((desk) => desk.desks().desks.some((other) => !other.linked)),
  );
  const first = takeValue(await one.makeBatch(request));
  const second = takeValue(await two.makeBatch(request));
  expect([first.state, second.state]).toEqual(["made", "made"]);
  world.network.heal("10.0.0.1", "10.0.0.2");
  await agree([one, two], 3);
  await until("both see both", async () => {
    const lists = await Promise.all([one, two].map((desk) => desk.batches()));
    return lists.every((list) => list.length === 2);
  });
  for (const desk of [one, two]) {
    expect(takeValue(await desk.batch(first.id)).state).toBe("made");
    expect(takeValue(await desk.batch(second.id)).state).toBe("withdrawn");
    expect(await desk.batchFile(second.id, "main")).toMatchObject({ kind: "conflict", code: "withdrawn" });
    expect(await desk.markBatch(second.id, { state: "loaded", job: "1" })).toMatchObject({
      kind: "conflict",
    });
  }
  expect(await idsIn(one, first.id)).toContain(atOne);
  const third = await makeBatch(two);
  expect(await idsIn(two, third.id)).toEqual([atTwo]);
});

it("knows a transaction as exported whichever of its copies the batch knew", async () => {
  const [one, two] = [await world.start(1), await world.start(2)];
  await linked(one, two);
  await record(one, checkout("33191000000001"));
  await agree([one, two], 1);
  await part(one, two);
  // Its page lost the answer of desk 1 and asked again at desk 2, which makes a file of its copy.
  const command = checkout("33191000000002");
  await record(one, command);
  await record(two, command);
  await until("it is missed", () => two.desks().desks.some((other) => !other.linked));
  const made = takeValue(await two.makeBatch({ format: "jsonl", partial: true, reason: "cut off" }));
  world.network.heal("10.0.0.1", "10.0.0.2");
  await agree([one, two], 2);
  for (const desk of [one, two]) {
    await until("the file is known", async () => (await desk.batches()).length === 1);
    const rows = (await desk.transactions({ item: "33191000000002" })).rows;
    expect(rows.map(({ id, batch }) => [id, batch])).toEqual([[command.id, made.id]]);
    expect((await desk.makeBatch({ format: "jsonl" })).kind).toBe("not-found");
  }
  takeValue(await one.markBatch(made.id, { state: "loaded", job: "1" }));
  const voiding = { id: newId(), kind: "voiding", voids: command.id, reason: "wrong card" } as const;
  expect((await one.record(voiding, "ms", "supervisor")).kind).toBe("recorded");
  const [late] = (await one.exceptions()).filter(({ kind }) => kind === "void-after-export");
  expect(one.state().waiting).toBe(0);
  expect(await one.moveOutage("close", {})).toMatchObject({
    code: "undecided",
    obstacles: expect.arrayContaining([expect.stringContaining("1 exception")]),
  });
  takeValue(await one.settle(late!.id, { decision: "note", reason: "mended in the ILS" }, "ms"));
  const todos = takeValue(await one.todos({}));
  takeValue(await one.tick({ todos: todos.map(({ id }) => id) }, "ms"));
  expect((await one.moveOutage("close", {})).kind).toBe("done");
});

describe("while desks are not all linked", () => {
  it("gives no file out before every linked desk holds the batch", async () => {
    const [one, two] = [await world.start(1), await world.start(2)];
    await linked(one, two);
    await record(one, checkout("33191000000001"));
    await agree([one, two], 1);
    // The other side's words still come, ours don't arrive: so it looks linked, and can't know.
    world.network.cut("10.0.0.1", "10.0.0.2", { oneWay: true });
    const made = takeValue(await one.makeBatch({ format: "csv" }));
    expect(made.released).toBe(false);
    expect(await one.batchFile(made.id, "main")).toMatchObject({ kind: "conflict", code: "not-released" });
    world.network.heal("10.0.0.1", "10.0.0.2");
    await until("it is released", async () => takeValue(await one.batch(made.id)).released);
    expect((await one.batchFile(made.id, "main")).kind).toBe("done");
  });
});

function sha256(bytes: Uint8Array): string {
  return createHash("sha256").update(bytes).digest("hex");
}
