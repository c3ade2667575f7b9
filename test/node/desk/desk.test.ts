/** One and two desks as values: same id same receipt, outages, runs, voiding, paging and events. */
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import type { TransactionRow } from "../../../src/node/http/api.ts";
import { realClock } from "../../../src/node/real-ports.ts";
import { createMemoryFolders } from "../../../src/node/store/log-folders.ts";
import {
  agree,
  checkout,
  createWorld,
  linked,
  newId,
  readAll,
  record,
  recordOrAnswer,
  until,
  type World,
} from "./desks.ts";

let world: World;
beforeEach(() => {
  world = createWorld();
});
afterEach(() => world.end());

describe("the same id", () => {
  it("gives the same receipt: at once, afterwards, at another desk, after a restart", async () => {
    let one = await world.start(1);
    const two = await world.start(2);
    await linked(one, two);
    await record(one, checkout("33191000000001"));
    const command = checkout("33191000000002");
    const answers = await Promise.all(Array.from({ length: 5 }, () => record(one, command)));
    const { receipt } = answers[0]!;
    expect(receipt).toMatchObject({ id: command.id, durable: true });
    for (const answer of answers) expect(answer.receipt).toEqual(receipt);
    expect((await record(one, command)).receipt).toEqual(receipt);
    await agree([one, two], 2);
    expect((await record(two, command)).receipt).toEqual(receipt);
    await one.close();
    one = await world.start(1);
    expect((await record(one, command)).receipt).toEqual(receipt);
    await agree([one, two], 2);
  });

  it("with other content is refused, in flight as well", async () => {
    const one = await world.start(1);
    await record(one, checkout("33191000000001"));
    const command = checkout("33191000000002");
    const [first, other] = await Promise.all([
      one.record(command),
      one.record({ ...command, item: "33191000000003" }),
    ]);
    expect(first.kind).toBe("recorded");
    expect(other).toMatchObject({ kind: "refused", refusal: { kind: "id-taken" } });
    expect(await readAll(one)).toHaveLength(2);
  });

  it("from before an outage was closed is still known in the next", async () => {
    const one = await world.start(1);
    const command = checkout("33191000000001");
    const { receipt } = await record(one, command);
    const made = await one.makeBatch({ format: "csv" });
    if (made.kind !== "done") throw new Error(made.kind);
    await one.markBatch(made.value.id, { state: "loaded", job: "1" });
    await one.moveOutage("close", {});
    expect((await record(one, command)).receipt).toEqual(receipt);
    expect(one.outage()).toMatchObject({ number: 2, state: "standby" });
  });
});

describe("an outage", () => {
  it("is started by the first scan, once staff say so", async () => {
    const one = await world.start(1);
    const command = checkout("33191000000001");
    const asked = await one.record(command);
    if (asked.kind !== "questions") throw new Error(asked.kind);
    expect(asked.questions.map(({ code }) => code)).toEqual(["start-outage"]);
    expect(one.outage().state).toBe("standby");
    expect(await readAll(one)).toEqual([]);
    const { code, ref } = asked.questions[0]!;
    const stale = await one.record({ ...command, overrides: [{ code, ref: `${ref}0`, acknowledged: true }] });
    expect(stale.kind).toBe("questions");
    const many = await Promise.all(
      [command, checkout("33191000000002")].map((one_) =>
        one.record({ ...one_, overrides: [{ code, ref, acknowledged: true }] }),
      ),
    );
    expect(many.map(({ kind }) => kind)).toEqual(["recorded", "recorded"]);
    expect(one.outage()).toMatchObject({ number: 1, state: "open" });
  });

  it("goes through its states on every desk, and closes when nothing waits", async () => {
    const [one, two] = [await world.start(1), await world.start(2)];
    await linked(one, two);
    expect(await one.moveOutage("closing", {})).toMatchObject({ kind: "conflict", code: "lifecycle" });
    expect(await one.moveOutage("open", { scope: "branch" })).toMatchObject({ kind: "done" });
    expect(await one.moveOutage("open", {})).toMatchObject({ kind: "done", value: { state: "open" } });
    await until("desk 2 knows", () => two.outage().state === "open");
    await record(two, checkout("33191000000001"));
    await agree([one, two], 1);
    await two.moveOutage("closing", {});
    await until("desk 1 knows", () => one.outage().state === "closing");
    expect(await one.moveOutage("close", {})).toMatchObject({ kind: "conflict", code: "waiting" });
    expect(await one.moveOutage("open-again", {})).toMatchObject({ value: { state: "open" } });
    const made = await one.makeBatch({ format: "koha" });
    if (made.kind !== "done") throw new Error(JSON.stringify(made));
    expect(one.outage().state).toBe("loading");
    expect(await one.moveOutage("close", {})).toMatchObject({ kind: "conflict", code: "not-loaded" });
    await one.markBatch(made.value.id, { state: "failed", note: "ILS said no" });
    expect(await one.moveOutage("close", {})).toMatchObject({ kind: "conflict", code: "not-loaded" });
    await one.markBatch(made.value.id, { state: "loaded", job: "4711" });
    expect(await one.markBatch(made.value.id, { state: "failed" })).toMatchObject({ kind: "conflict" });
    expect(await one.moveOutage("close", {})).toMatchObject({
      kind: "done",
      value: { number: 1, state: "closed" },
    });
    await until("desk 2 is in the next", () => two.outage().number === 2);
    expect(two.outage().state).toBe("standby");
    await record(two, checkout("33191000000002"));
    await agree([one, two], 2);
    expect(one.outage()).toMatchObject({ number: 2, state: "open" });
  });
});

it("ends a run with desk-done, and a later scan starts another: finished, then not, and no twin", async () => {
  const [one, two] = [await world.start(1), await world.start(2)];
  await linked(one, two);
  const verdictOf = () => two.desks().desks.find(({ name }) => name === "Desk 1")?.verdict;
  const first = await record(one, checkout("33191000000001"));
  await agree([one, two], 1);
  expect(verdictOf()).toBe("all-here");
  await one.deskDone("MS");
  await one.deskDone("MS");
  await until("it is finished", () => verdictOf() === "finished");
  const second = await record(one, checkout("33191000000002"));
  expect(second.receipt.run).not.toBe(first.receipt.run);
  await agree([one, two], 2);
  await until("it goes on", () => verdictOf() === "all-here");
  await one.close();
  await until("it is finished and gone", () => verdictOf() === "finished");
  expect(await two.makeBatch({ format: "csv" })).toMatchObject({ kind: "done", value: { partial: false } });
  expect(two.desks().desks.some(({ twin }) => twin)).toBe(false);
  expect(await two.exceptions()).toEqual([]);
});

it("refills a PC that forgets its disk at each restart, even with its clock set back, and finds no twin", async () => {
  const two = await world.start(2);
  let rows = 0;
  const ids: string[] = [];
  for (let day = 0; day < 4; day++) {
    world.pc(1).folders = createMemoryFolders();
    world.pc(1).clock = { ...realClock, now: () => realClock.now() - day * 180_000 };
    const one = await world.start(1);
    await linked(one, two);
    await agree([one, two], rows);
    for (const desk of [one, two])
      ids.push((await record(desk, checkout(`3319100000${1000 + ids.length}`))).receipt.id);
    rows += 2;
    await agree([one, two], rows);
    expect([...one.desks().desks, ...two.desks().desks].some(({ twin }) => twin)).toBe(false);
    expect((await two.exceptions()).filter(({ kind }) => kind !== "clock")).toEqual([]);
    await one.close();
  }
  await until("all of desk 1's days are finished", () =>
    two.desks().desks.every(({ verdict }) => verdict === "finished" || verdict === "all-here"),
  );
  expect(await two.makeBatch({ format: "jsonl" })).toMatchObject({
    kind: "done",
    value: { lines: ids.length },
  });
});

it("voids, also what was recorded in an earlier outage, and only once", async () => {
  const one = await world.start(1);
  const lent = await record(one, checkout("33191000000001"), "MS");
  const voiding = (voids: string) => ({ id: newId(), kind: "voiding" as const, voids, reason: "wrong card" });
  const gone = await record(one, checkout("33191000000002"), "MS");
  await record(one, voiding(gone.receipt.id), "MS");
  expect(await one.record(voiding(gone.receipt.id))).toMatchObject({ refusal: { kind: "already-voided" } });
  expect(await one.record(voiding(newId()))).toMatchObject({ refusal: { kind: "not-found" } });
  const made = await one.makeBatch({ format: "csv" });
  if (made.kind !== "done") throw new Error(made.kind);
  expect(made.value.lines).toBe(1);
  await one.markBatch(made.value.id, { state: "loaded", job: "1" });
  await one.moveOutage("close", {});
  await record(one, voiding(lent.receipt.id), "MS");
  expect((await one.patron("30234000000001")).loans).toEqual([]);
  const rows = (await one.transactions({ item: "33191000000001" })).rows;
  expect(rows[0]).toMatchObject({ voided: { by: "MS" }, batch: made.value.id });
  expect(await one.exceptions()).toMatchObject([{ kind: "void-after-export", mustDecide: true }]);
});

it("pages through transactions without gap or repeat while more come in", async () => {
  const [one, two] = [await world.start(1), await world.start(2)];
  await linked(one, two);
  const ids: string[] = [];
  for (let i = 0; i < 40; i++)
    ids.push((await record(i % 3 ? one : two, checkout(`3319100000${1000 + i}`))).receipt.id);
  await agree([one, two], 40);
  const seen: string[] = [];
  let after: string | undefined;
  do {
    const page = await one.transactions({ limit: 7, ...(after === undefined ? {} : { after }) });
    seen.push(...page.rows.map(({ id }) => id));
    after = page.next;
    await record(one, checkout(`3319200000${1000 + seen.length}`));
  } while (after !== undefined);
  expect([...seen].sort()).toEqual([...ids].sort());
  expect(new Set(seen).size).toBe(40);
  expect((await one.transactions({ after: "not a cursor" })).rows.length).toBeGreaterThan(0);
  expect((await one.transactions({ desk: two.signer.desk, limit: 200 })).rows).toHaveLength(14);
  expect((await one.transactions({ kind: "checkin" })).rows).toEqual([]);
});

it("tells pages what happens: rows, how far they got, exceptions, the outage", async () => {
  const [one, two] = [await world.start(1), await world.start(2)];
  await linked(one, two);
  const { receipt } = await record(one, checkout("33191000000001", "30234000000001"));
  const rowsAt = (events: typeof two.events) =>
    events.flatMap(({ kind, data }) =>
      kind === "recorded" ? [(data as { row: TransactionRow }).row.id] : [],
    );
  await until("desk 2 was told of the row", () => rowsAt(two.events).includes(receipt.id));
  await until("desk 1 was told that it is on both", () => coverageOf(one.events, receipt) === 2);
  expect(
    two.events.some(({ kind, data }) => kind === "outage" && (data as { state: string }).state === "open"),
  ).toBe(true);
  // A loan that the other desk had not seen: both are told that there is something to decide.
  world.network.cut("10.0.0.1", "10.0.0.2");
  await record(one, checkout("33191000000002", "30234000000001"));
  await record(two, checkout("33191000000002", "30234000000002"));
  world.network.heal("10.0.0.1", "10.0.0.2");
  for (const desk of [one, two]) {
    await until("told of the exception", () =>
      desk.events.some(
        ({ kind, data }) => kind === "exception" && (data as { mustDecide: number }).mustDecide === 1,
      ),
    );
  }
  expect(rowsAt(one.events).filter((id) => id === receipt.id)).toHaveLength(1);
});

it("refuses what can't be said truthfully, and changes nothing", async () => {
  const one = await world.start(1);
  await record(one, checkout("33191000000001"));
  const before = await readAll(one);
  for (const command of [
    { ...checkout("33191000000002"), id: "not-an-id" },
    { ...checkout("33191000000002"), patron: "x".repeat(300) },
    { ...checkout("33191000000002"), effective: Date.now() + 3_600_000 },
    { ...checkout("33191000000002"), note: "x".repeat(20_000) },
    { id: newId(), kind: "checkin" as const },
  ])
    expect((await recordOrAnswer(one, command)).kind, JSON.stringify(command).slice(0, 80)).toBe("refused");
  expect(await readAll(one)).toEqual(before);
});

function coverageOf(
  events: readonly { readonly kind: string; readonly data: unknown }[],
  { run, seq }: { readonly run: string; readonly seq: number },
): number {
  let most = 0;
  for (const { kind, data } of events) {
    if (kind !== "coverage") continue;
    const { feeds } = data as { feeds: { run: string; steps: { upTo: number; desks: number }[] }[] };
    for (const feed of feeds.filter((one) => one.run === run))
      for (const step of feed.steps) if (step.upTo >= seq) most = Math.max(most, step.desks);
  }
  return most;
}
