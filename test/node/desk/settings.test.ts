/** Settings of a real branch: set at one desk, in force at the other, and there again after a restart. */
import { afterEach, expect, test } from "vitest";
import { createWorld, linked, until, type World } from "./desks.ts";

const worlds: World[] = [];
afterEach(async () => {
  for (const world of worlds.splice(0)) await world.end();
});

test("what a desk says of the library system has the name that the branch gave it", async () => {
  const world = createWorld();
  worlds.push(world);
  const one = await world.start(1, []);
  const two = await world.start(2, [1]);
  await linked(one, two);
  await one.staff.changeSettings({ ilsName: "Symphony" }, "mk");
  await until("desk 2 has it", () => two.state().settings?.ilsName === "Symphony");
  await one.moveOutage("open", { scope: "this-desk" });
  await until("desk 2 is asked", () => two.outage().question !== undefined);
  expect(two.outage().question).toBe("Desk 1 has lost Symphony. Is yours down too?");
  await two.tellOutage({ says: "works" });
  await two.moveOutage("closing", {});
  const said = (await two.audit()).map(({ text }) => text);
  expect(said).toContain("Said: Symphony works here");
  expect(said).toContain("Outage 1 is ending: Symphony is back");
  expect(said.join()).not.toMatch(/library system/);
});

test("what a supervisor sets counts at every desk, with who set it, over a restart", async () => {
  const world = createWorld();
  worlds.push(world);
  const one = await world.start(1, []);
  const two = await world.start(2, [1]);
  await linked(one, two);
  expect(one.state().settings).toMatchObject({ ilsName: "the library system", privacyMinutes: 3 });
  const contacts = [{ who: "IT", reach: "555 0100", note: "" }];
  const answer = await one.staff.changeSettings(
    { ilsName: "Koha", ilsProfile: "koha", contacts, privacyMinutes: 3, retentionDays: 14 },
    "mk",
  );
  if (answer.kind !== "done") throw new Error(JSON.stringify(answer));
  expect(answer.value).toMatchObject({ ilsName: "Koha", contacts, retentionDays: 14 });
  // What was so before is no change, and needs no entry.
  expect(Object.keys(answer.value.changed).sort()).toEqual([
    "contacts",
    "ilsName",
    "ilsProfile",
    "retentionDays",
  ]);
  await until("desk 2 has it", () => two.state().settings?.ilsName === "Koha");
  await until("desk 2 has all of it", () => two.staff.settings().retentionDays === 14);
  // Each setting is an entry of its own, and a page is told of the contacts by its state.
  await until("desk 2 shows the contacts", () => two.state().settings?.contacts?.length === 1);
  expect(two.staff.settings().changed.ilsName?.by).toBe("mk");
  await world.stop(two);
  const again = await world.start(2, [1]);
  expect(again.state().settings).toMatchObject({ ilsName: "Koha", ilsProfile: "koha", contacts });
});
