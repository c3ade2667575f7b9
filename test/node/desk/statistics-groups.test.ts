/** Statistics groups of desks in Sierra's file: those that were set when it was made, on every desk and in every copy. */
import { afterEach, beforeEach, expect, it } from "vitest";
import { agree, createWorld, linked, type RunningDesk, record, until, type World } from "./desks.ts";
import { checkin, takeValue, textOf } from "./ending.ts";

let world: World;
beforeEach(() => {
  world = createWorld();
});
afterEach(() => world.end());

async function setGroups(one: RunningDesk, other: RunningDesk, groups: string): Promise<void> {
  takeValue(await one.staff.changeSettings({ statisticsGroups: groups }, "mk"));
  await until("the other desk knows", () => other.staff.settings().statisticsGroups === groups);
}

it("are those of its making, whatever is set since and wherever the file is made", async () => {
  const [one, two] = [await world.start(1), await world.start(2)];
  await linked(one, two);
  const names = new Map(one.desks().desks.map(({ desk, name }) => [desk, name]));
  await setGroups(one, two, `99; ${names.get(two.signer.desk)!.toUpperCase()} = 102`);
  await record(one, checkin("33191000000001"));
  await record(two, checkin("33191000000002"));
  await agree([one, two], 2);
  const made = takeValue(await one.makeBatch({ format: "sierra" }, "mk"));
  await setGroups(two, one, "7");
  await until("desk 2 has it", async () => (await two.batches()).length === 1);
  const text = await textOf(one, made.id, "main");
  expect(
    text
      .trim()
      .split("\n")
      .map((line) => line.split(":").slice(2)),
  ).toEqual([
    ["b33191000000001", "", "", "99"],
    ["b33191000000002", "", "", "102"],
  ]);
  expect(await textOf(two, made.id, "main")).toBe(text);
  takeValue(await two.markBatch(made.id, { state: "re-issued", note: "the stick is lost" }, "mk"));
  expect(await textOf(two, made.id, "main")).toBe(text);
});

it("are refused where they name a desk that there isn't, and nothing of that change is kept", async () => {
  const one = await world.start(1);
  const [name] = one.desks().desks.map((desk) => desk.name);
  const refused = await one.staff.changeSettings(
    { statisticsGroups: `${name}=101; Annex=102`, openDesks: false },
    "mk",
  );
  expect(refused).toMatchObject({ kind: "refused", refusal: { kind: "invalid" } });
  expect(JSON.stringify(refused)).toContain(`called “annex”. Expected names of desks, such as ${name}.`);
  expect(one.staff.settings().changed).toEqual({});
  takeValue(await one.staff.changeSettings({ statisticsGroups: `${name}=101; 100` }, "mk"));
  expect(one.staff.settings().statisticsGroups).toBe(`${name}=101; 100`);
});
