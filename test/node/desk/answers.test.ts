/** From the ILS's report to to-dos that every desk has, each to be ticked off, and the list of what to scan again. */
import { afterEach, beforeEach, expect, it } from "vitest";
import type { BatchView, TodoView } from "../../../src/node/http/api.ts";
import {
  agree,
  checkout,
  createWorld,
  expectDone,
  linked,
  newId,
  type RunningDesk,
  record,
  until,
  type World,
} from "./desks.ts";

let world: World;
beforeEach(() => {
  world = createWorld();
});
afterEach(() => world.end());

async function batchOf(desk: RunningDesk, format: "koha" | "alma" | "csv"): Promise<BatchView> {
  let made = await desk.makeBatch({ format });
  await until("a batch is made", async () => {
    if (made.kind !== "done") made = await desk.makeBatch({ format });
    return made.kind === "done";
  });
  return expectDone(made);
}

const todosOf = async (desk: RunningDesk, batch?: string): Promise<readonly TodoView[]> =>
  expectDone(await desk.todos(batch === undefined ? {} : { batch }));

it("brings every refusal to every desk as a to-do, and keeps what is ticked off over a restart", async () => {
  const [one, two] = [await world.start(1), await world.start(2)];
  await linked(one, two);
  const lent = await record(one, checkout("33191000000001", "21234000000018"));
  await agree([one, two], 1);
  await record(two, checkout("33191000000002", "21234000000026"));
  await record(two, { id: newId(), kind: "checkin", item: "33191000000003" });
  await agree([one, two], 3);
  const batch = await batchOf(one, "alma");
  const report = [
    "Item not found. Barcode: 33191000000001",
    "Return item failed, item was not on loan. Barcode: 33191000000003",
    "User not found. Barcode: 29999999999999",
  ].join("\n");
  const answer = expectDone(await one.takeAnswer(batch.id, report, "MK"));
  expect(answer).toMatchObject({ done: 0, refused: 2, batch: { state: "made", refused: 2 } });
  expect(answer.unmatched).toEqual([
    { line: 3, words: "User not found", why: "no line of this file has all that it names" },
  ]);
  expectDone(await one.markBatch(batch.id, { state: "loaded", job: "52" }, "MK"));
  await until("desk 2 has them", async () => (await todosOf(two, batch.id)).length === 2);
  await until(
    "and the word",
    async () => expectDone(await two.batch(batch.id)).state === "loaded-with-errors",
  );
  const [item, back] = await todosOf(two, batch.id);
  expect(item).toMatchObject({
    kind: "refused",
    batch: batch.id,
    words: "Item not found",
    row: { id: lent.receipt.id },
  });
  expect(item?.text).toContain("does not know this item barcode");
  expect(back?.text).toContain("did not have it on loan");
  // The same again, from either desk, changes nothing.
  const entries = (await one.audit()).length;
  expectDone(await one.takeAnswer(batch.id, report, "MK"));
  expect((await one.audit()).length).toBe(entries);
  expectDone(await two.tick({ todos: [item!.id], note: "catalogued" }, "AB"));
  await until("desk 1 knows", async () => (await todosOf(one)).some(({ done }) => done?.by === "AB"));
  expect(await two.tick({ todos: ["0123456789abcdef", back!.id] }, "AB")).toMatchObject({
    kind: "not-found",
  });
  expect((await todosOf(two)).filter(({ done }) => done).length).toBe(1);
  await one.close();
  const again = await world.start(1);
  expect((await todosOf(again)).map(({ id, done }) => [id, done?.note])).toEqual([
    [back!.id, undefined],
    [item!.id, "catalogued"],
  ]);
  expectDone(await again.tick({ todos: [item!.id], undone: true }, "AB"));
  expect((await todosOf(again)).every(({ done }) => done === undefined)).toBe(true);
  // That record is kept for good: it names no patron.
  expect(JSON.stringify(await again.audit())).not.toMatch(/33191|21234/);
});

it("changes nothing for another batch's report, half a one or rubbish", async () => {
  const one = await world.start(1);
  await record(one, checkout("33191000000001", "21234000000018"));
  const batch = await batchOf(one, "koha");
  const entries = (await one.audit()).length;
  const wrong = [
    ["Item not found. Barcode: 33191000000077\nissue 33191000000078 Success.", "other-batch"],
    ["Failed: 3\nissue 33191000000001 Barcode not found.", "cut-off"],
    ["Lorem ipsum dolor", "no-report"],
    ["\u0000\u0001", "no-report"],
  ] as const;
  for (const [report, kind] of wrong)
    expect(await one.takeAnswer(batch.id, report, "MK")).toMatchObject({
      kind: "refused",
      refusal: { kind },
    });
  expect(await one.takeAnswer("RIV-9-9-0000", "x", "MK")).toMatchObject({ kind: "not-found" });
  expect((await one.audit()).length).toBe(entries);
});

it("asks for due dates, patrons and what the format can't carry, and for a void after the file", async () => {
  const one = await world.start(1);
  await record(one, {
    id: newId(),
    kind: "registration",
    patron: "21234000000034",
    fields: { surname: "Ö" },
  });
  const due = Date.now() + 3 * 86_400_000;
  const lent = await record(one, { ...checkout("33191000000001", "21234000000034"), due });
  await record(one, { id: newId(), kind: "in-house-use", item: "33191000000002", count: 2 });
  const batch = await batchOf(one, "koha");
  const kinds = async () => (await todosOf(one)).map(({ kind }) => kind).sort();
  expect(await kinds()).toEqual(["by-hand", "due-date", "new-patron"]);
  expectDone(await one.markBatch(batch.id, { state: "loaded", job: "1" }, "MK"));
  const voiding = { id: newId(), kind: "voiding", voids: lent.receipt.id, reason: "wrong card" } as const;
  const questions = await one.record(voiding, "MK", "supervisor");
  if (questions.kind === "questions") {
    const overrides = questions.questions.map(({ code, ref }) => ({ code, ref, acknowledged: true }));
    expect((await one.record({ ...voiding, overrides }, "MK", "supervisor")).kind).toBe("recorded");
  } else expect(questions.kind).toBe("recorded");
  expect(await kinds()).toEqual(["by-hand", "due-date", "new-patron", "void-after-export"]);
});

it("lists what came back for the next scan, and not what went out again", async () => {
  const one = await world.start(1);
  for (const item of ["33191000000001", "33191000000002", "CONC4000036"])
    await record(one, { id: newId(), kind: "checkin", item });
  await record(one, checkout("33191000000002"));
  const list = expectDone(await one.rescan({}));
  expect(list).toMatchObject({ outage: 1, items: 2 });
  const rows = list.groups.flatMap(({ items }) => items);
  expect(rows.map(({ item, symbology }) => [item, symbology])).toEqual([
    ["33191000000001", "code128"],
    ["CONC4000036", "code128"],
  ]);
  expect(rows.every(({ svg }) => svg.startsWith("<svg "))).toBe(true);
  const batch = await batchOf(one, "alma");
  expect(expectDone(await one.rescan({ batch: batch.id })).items).toBe(0);
  const report = "Return item failed, item was not on loan. Barcode: CONC4000036";
  expectDone(await one.takeAnswer(batch.id, report));
  expect(expectDone(await one.rescan({ batch: batch.id, symbology: "code39" })).groups).toMatchObject([
    { destination: "Not in the patron data", items: [{ item: "CONC4000036", symbology: "code39" }] },
  ]);
  expect(await one.rescan({ outage: 9 })).toMatchObject({ kind: "not-found" });
});

it("calls the library system as the branch does now: in the list for a file, and of what is missing or left", async () => {
  const one = await world.start(1);
  await record(one, checkout("33191000000001", "21234000000018"));
  const { id } = await batchOf(one, "koha");
  const stepsOf = async () =>
    expectDone(await one.batch(id))
      .checklist.map(({ text }) => text)
      .join();
  expect(await stepsOf()).toContain("Nobody uses the library system for loans");
  expectDone(await one.staff.changeSettings({ ilsName: "Symphony" }, "MK"));
  expect(await stepsOf()).toContain("Nobody uses Symphony for loans");
  expect(await stepsOf()).not.toContain("library system");
  expect(await one.takeAnswer(id, "\0", "MK")).toMatchObject({
    refusal: { text: expect.stringContaining("Expected the report of Symphony: its messages") },
  });
  const report = expectDone(await one.takeAnswer(id, "Barcode not found 33191000000001", "MK"));
  expect(report.refused).toBe(1);
  expectDone(await one.markBatch(id, { state: "loaded", job: "52" }, "MK"));
  const closed = JSON.stringify(await one.moveOutage("close", {}, "MK"));
  expect(closed).toContain("1 to-do is open: do them in Symphony, and tick them off.");
  expect(closed).not.toContain("library system");
});
