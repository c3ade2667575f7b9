/** Desks that are admitted, renamed, retired and lost; and identities that outlive their disk. */
import { afterEach, beforeEach, expect, it } from "vitest";
import { createMemoryFolders } from "../../../src/node/store/log-folders.ts";
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

let world: World;
beforeEach(() => {
  world = createWorld();
});
afterEach(() => world.end());

const viewOf = (desk: RunningDesk, name: string) => desk.desks().desks.find((other) => other.name === name);

it.each([1, 2])(
  "desk %i, whose disk forgot everything but its identity, is refilled by the others",
  async (n) => {
    const desks = [await world.start(1), await world.start(2)];
    await linked(...desks);
    for (const [i, desk] of desks.entries()) await record(desk, checkout(`3319100000000${i}`));
    await agree(desks, 2);
    await desks[n - 1]!.close();
    world.pc(n).folders = createMemoryFolders();
    const again = await world.start(n);
    const other = desks[2 - n]!;
    await linked(again, other);
    await agree([again, other], 2);
    await record(again, checkout("33191000000009"));
    await agree([again, other], 3);
    expect(again.desks().desks.map(({ standing }) => standing)).toEqual(["admitted", "admitted"]);
  },
);

it("a desk that is let in by a founder without a disk, before it hears of the others, links with all", async () => {
  const [one, two] = [await world.start(1), await world.start(2)];
  await linked(one, two);
  await record(two, checkout("33191000000001"));
  await agree([one, two], 1);
  await two.close();
  await one.close();
  world.pc(1).folders = createMemoryFolders();
  const again = await world.start(1);
  const three = await world.start(3);
  await three.close();
  const desks = [again, await world.start(2), await world.start(3)];
  await linked(...desks);
  await agree(desks, 1);
});

it("a new name is every desk's at once", async () => {
  const [one, two] = [await world.start(1), await world.start(2)];
  await linked(one, two);
  expectDone(await one.actOnDesk("desk 2", { kind: "rename", name: "Children" }));
  await until("all know", () => [one, two].every((desk) => viewOf(desk, "Children") !== undefined));
  expect(await one.actOnDesk("Desk 2", { kind: "rename", name: "x" })).toMatchObject({ kind: "not-found" });
});

it("a retired desk is complete with what is here, and nobody waits for it", async () => {
  const desks = [await world.start(1), await world.start(2), await world.start(3)] as const;
  const [one, two, three] = desks;
  await linked(...desks);
  await record(three, checkout("33191000000001"));
  await agree(desks, 1);
  expectDone(await one.actOnDesk(three.signer.desk, { kind: "retire", reason: "Sold" }));
  await until("it is out everywhere", () =>
    [one, two].every((desk) => viewOf(desk, "Desk 3")?.linked === false),
  );
  await until("its scans are whole", () => viewOf(one, "Desk 3")?.verdict === "finished");
  expect(viewOf(two, "Desk 3")?.standing).toBe("retired");
  expect((await one.transactions({})).rows).toHaveLength(1);
  const { receipt } = await record(one, checkout("33191000000002"));
  await agree([one, two], 2);
  await until("of two desks", async () => {
    const row = (await one.transactions({})).rows.find(({ id }) => id === receipt.id);
    return row?.coverage.of === 2 && row.coverage.desks === 2;
  });
  expect(await one.actOnDesk("Desk 3", { kind: "retire" })).toMatchObject({ code: "retired" });
  expect(expectDone(await one.makeBatch({ format: "csv" })).lines).toBe(2);
});

it("says no to what makes no sense, and lets a desk that was off be said so", async () => {
  const [one, two] = [await world.start(1), await world.start(2)];
  await linked(one, two);
  expect(await one.actOnDesk("Desk 1", { kind: "retire" })).toMatchObject({ code: "own-desk" });
  expect(await one.actOnDesk("Desk 2", { kind: "lost", reason: "x" })).toMatchObject({ code: "linked" });
  expect(await one.actOnDesk("Desk 7", { kind: "retire" })).toMatchObject({ kind: "not-found" });
  await two.close();
  await until("it is away", () => viewOf(one, "Desk 2")?.linked === false);
  expectDone(await one.actOnDesk("Desk 2", { kind: "was-off", reason: "Closed on Saturdays" }));
  await record(one, checkout("33191000000001"));
  await until("nobody is missed", () => viewOf(one, "Desk 2")?.verdict === "finished");
});
