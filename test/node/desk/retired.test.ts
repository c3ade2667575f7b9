/** What a desk wrote after it was retired: aside at every desk, to be decided, and counted where a supervisor says so. */
import { afterEach, beforeEach, expect, it } from "vitest";
import {
  agree,
  checkout,
  createWorld,
  expectDone,
  linked,
  type RunningDesk,
  record,
  until,
  type World,
} from "./desks.ts";

import { takeValue } from "./ending.ts";
import { closeOver, gone, heal, loadPartial, part, scanRetired } from "./purging.ts";

let world: World;
beforeEach(() => {
  world = createWorld();
});
afterEach(() => world.end());

const places = ["10.0.0.1", "10.0.0.2", "10.0.0.3"] as const;
const findingAt = async (desk: RunningDesk) =>
  (await desk.exceptions()).find(({ kind }) => kind === "retired-desk");

/** Desk 1 retires desk 3 while it sees neither of the others; desk 3 goes on, and desk 2 gets what it does. */
async function retireUnseen(): Promise<readonly [RunningDesk, RunningDesk, RunningDesk]> {
  const desks = [await world.start(1), await world.start(2), await world.start(3)] as const;
  const [one, two, three] = desks;
  await linked(...desks);
  await record(three, checkout("33191000000001"));
  await agree(desks, 1);
  await until("all hold it durably", async () => (await one.transactions({})).rows[0]?.coverage.desks === 3);
  world.network.cut(places[0], places[1]);
  world.network.cut(places[0], places[2]);
  expectDone(await one.actOnDesk("Desk 3", { kind: "retire", reason: "Stolen" }));
  await record(three, checkout("33191000000002"));
  await record(three, checkout("33191000000003"));
  await agree([two, three], 3);
  world.network.heal(places[0], places[1]);
  await agree([one, two], 1);
  return desks;
}

it("is one exception, equal at all desks, that stands before the export; accepted, it counts everywhere", async () => {
  const [one, two] = await retireUnseen();
  await until(
    "both say so",
    async () => (await findingAt(one)) !== undefined && (await findingAt(two)) !== undefined,
  );
  const finding = (await findingAt(one))!;
  expect(finding).toMatchObject({ mustDecide: true });
  expect(finding.transactions.map(({ item }) => item)).toEqual(["33191000000002", "33191000000003"]);
  expect((await findingAt(two))?.id).toBe(finding.id);
  expect(two.state().exceptions.mustDecide).toBe(1);
  expect(await two.makeBatch({ format: "csv" })).toMatchObject({ kind: "conflict" });
  await until(
    "all of it is here",
    () => one.desks().desks.find(({ name }) => name === "Desk 3")?.verdict === "finished",
  );
  const seen = one.desks().desks.find(({ name }) => name === "Desk 3");
  expect(seen).toMatchObject({ made: 3, here: 3, standing: "retired" });

  const reason = "Lent before anybody knew";
  expect(await two.settle(finding.id, { decision: "keep-both", reason })).toMatchObject({ kind: "refused" });
  expectDone(await two.settle(finding.id, { decision: "accept", reason }, "mk"));
  await agree([one, two], 3);
  await until("it is settled at both", async () =>
    (await Promise.all([one, two].map(findingAt))).every((found) => found?.settled?.decision === "accept"),
  );
  expect((await one.item("33191000000003")).loan?.patron).toBe("30234000000001");
  const batch = expectDone(await one.makeBatch({ format: "csv" }));
  expect(batch.lines).toBe(3);
  await two.close();
  const again = await world.start(2);
  await agree([one, again], 3);
  expect((await findingAt(again))?.id).toBe(finding.id);
});

it("left out by a note, it stays out, and the export goes on", async () => {
  const [one, two] = await retireUnseen();
  await until("it is there", async () => (await findingAt(two)) !== undefined);
  const { id } = (await findingAt(two))!;
  expectDone(await two.settle(id, { decision: "note", reason: "The thief's" }, "mk"));
  await until("it is settled at both", async () =>
    (await Promise.all([one, two].map(findingAt))).every((found) => found?.settled !== undefined),
  );
  await agree([one, two], 1);
  // Kept aside, and wanted all the same: else nobody could decide about it.
  await until(
    "all of it is here",
    () => one.desks().desks.find(({ name }) => name === "Desk 3")?.verdict === "finished",
  );
  expect(expectDone(await one.makeBatch({ format: "csv" })).lines).toBe(1);
});

it("is taken in run by run where it was carried on from a purged outage: what was accepted, and no other", async () => {
  const [one, two, three] = [await world.start(1), await world.start(2), await world.start(3)] as const;
  await linked(one, two, three);
  await record(one, checkout("33191000000001"));
  await agree([one, two, three], 1);
  await scanRetired(world, [one, two, three]);
  takeValue(await three.deskDone("ms"));
  // A new run of it.
  await record(three, checkout("33191000000004"));
  await agree([two, three], 3);
  await part(world, two, three);
  await loadPartial(one);
  await closeOver(one, "Desk 2");
  takeValue(await one.purge(1, undefined, "ms"));
  heal(world, one, two);
  await gone([one, two], 1);
  const list = async () => (await one.exceptions()).filter(({ kind }) => kind === "retired-desk");
  await until("both runs are asked about", async () => (await list()).length === 2);
  const second = (await list())[1]!;
  takeValue(await one.settle(second.id, { decision: "accept", reason: "staff did it" }, "ms"));
  await until("it counts", async () => (await one.transactions({})).rows.length > 0);
  const { rows } = await one.transactions({});
  expect(rows.map(({ item }) => item)).toEqual(second.transactions.map(({ item }) => item));
});
