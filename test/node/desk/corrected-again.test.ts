/** What is in the ILS is corrected there by hand, each time that it is corrected here. */
import { afterEach, beforeEach, expect, it } from "vitest";
import type { Settle } from "../../../src/node/desk/desk.ts";
import { agree, checkout, createWorld, linked, record, until, type World } from "./desks.ts";
import { loaded, part, takeValue, whole } from "./ending.ts";

let world: World;
beforeEach(() => {
  world = createWorld();
});
afterEach(() => world.end());

it("asks again where something else is decided after it was mended, and not where the same is", async () => {
  const [one, two] = [await world.start(1), await world.start(2)];
  await linked(one, two);
  await part(world, one, two);
  await record(one, checkout("33191000000001", "21234000000018"));
  const transaction = (await record(two, checkout("33191000000001", "21234000000026"))).receipt.id;
  world.network.heal(one.pc.host, two.pc.host);
  await agree([one, two], 2);
  const double = (await one.exceptions()).find(({ kind }) => kind === "double-loan")!;
  const decide = async (how: Omit<Settle, "reason">) =>
    takeValue(await one.settle(double.id, { ...how, reason: "looked at again" }, "ms"));
  await decide({ decision: "keep-both" });
  await until("all is here", () => one.desks().desks.every(({ verdict }) => verdict === "all-here"));
  takeValue(await one.markBatch(takeValue(await one.makeBatch(whole)).id, loaded));

  /** Ids of what is open, and of what is to do. */
  const listOpen = async () => {
    const found = (await one.exceptions()).filter(({ kind }) => kind === "void-after-export");
    const todos = takeValue(await one.todos({})).filter(({ done }) => done === undefined);
    return { open: found.filter(({ settled }) => settled === undefined), todos };
  };
  const mend = async () => {
    const { open, todos } = await listOpen();
    expect([open.length, todos.length]).toEqual([1, 1]);
    takeValue(await one.settle(open[0]!.id, { decision: "note", reason: "mended there" }, "ms"));
    takeValue(await one.tick({ todos: todos.map(({ id }) => id) }, "ms"));
  };
  await decide({ decision: "correct", transaction, barcode: "33191000000077" });
  await mend();
  await decide({ decision: "correct", transaction, barcode: "33191000000077" });
  expect(await listOpen()).toEqual({ open: [], todos: [] });
  await decide({ decision: "correct", transaction, barcode: "33191000000088" });
  await mend();
  await decide({ decision: "void", transaction });
  await mend();
  takeValue(await one.moveOutage("close", {}));
});
