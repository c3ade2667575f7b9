/** A desk that is switched off while staff work at it: what was begun ends, what comes after is refused, no disk is blamed. */
import { afterEach, beforeEach, expect, it } from "vitest";
import { checkout, createWorld, record, type World } from "./desks.ts";

let world: World;
beforeEach(() => {
  world = createWorld();
});
afterEach(() => world.end());

it("records and exports what was begun, and refuses what comes after", async () => {
  const desk = await world.start(1);
  await record(desk, checkout("33191000000001"));
  const begun = [desk.makeBatch({ format: "csv" }), record(desk, checkout("33191000000002"))];
  const closing = desk.close();
  const late = checkout("33191000000003");
  const [batch, , refused, conflict] = await Promise.all([
    ...begun,
    desk.record(late),
    desk.moveOutage("closing", {}, "MK"),
    closing,
  ]);
  expect(batch).toMatchObject({ kind: "done" });
  expect(refused).toMatchObject({ kind: "refused", refusal: { kind: "ending" } });
  expect(conflict).toMatchObject({ kind: "conflict", code: "ending" });
  expect(desk.pc.said.join("\n")).not.toContain("NOT SAVED");

  const again = await world.start(1);
  const { rows } = await again.transactions({});
  expect(rows.map(({ item }) => item).sort()).toEqual(["33191000000001", "33191000000002"]);
  expect(await again.batches()).toHaveLength(1);
  await record(again, late);
});
