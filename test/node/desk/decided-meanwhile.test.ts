/** A supervisor decides while another one's file is being made: it holds what was decided, or is refused. */
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import {
  agree,
  checkout,
  createWorld,
  linked,
  type RunningDesk,
  record,
  until,
  type World,
} from "./desks.ts";
import { checkin, loaded, part, takeValue, textOf } from "./ending.ts";

const koha = { format: "koha" } as const;
const leaveOut = { decision: "leave-out", reason: "it is on the shelf" } as const;

let world: World;
beforeEach(() => {
  world = createWorld();
});
afterEach(() => world.end());

/** The loan of desk 2 comes after its item's return at desk 1 went out; so many scans that a draft takes a while follow. */
async function lateLoan(): Promise<{
  readonly desks: readonly [RunningDesk, RunningDesk];
  readonly lent: string;
  readonly late: string;
}> {
  const [one, two] = [await world.start(1), await world.start(2)] as const;
  await linked(one, two);
  await record(one, checkout("33191000000009"));
  await agree([one, two], 1);
  await part(world, one, two);
  const { receipt } = await record(two, checkout("33191000000001"));
  await record(one, checkin("33191000000001"));
  const made = takeValue(await one.makeBatch({ ...koha, partial: true, reason: "Desk 2 is dead" }));
  takeValue(await one.markBatch(made.id, loaded));
  world.network.heal(one.pc.host, two.pc.host);
  await agree([one, two], 3);
  for (let n = 0; n < 300; n++) await record(one, checkin(String(33191000001000 + n)), "ms");
  await agree([one, two], 303);
  await until("all is here", () => one.desks().desks.every(({ verdict }) => verdict === "all-here"));
  const found = (await one.exceptions()).find(({ kind }) => kind === "overtaken")!;
  expect(await one.makeBatch(koha)).toMatchObject({ kind: "conflict", code: "undecided" });
  return { desks: [one, two], lent: receipt.id, late: found.id };
}

describe("a late loan that is decided on while a file is made", () => {
  it("is left out of it, decided at the same desk", async () => {
    const { desks, lent, late } = await lateLoan();
    const [one] = desks;
    const making = one.makeBatch(koha);
    takeValue(await one.settle(late, leaveOut, "ms"));
    await expectLeftOut(one, await making, lent);
  });

  it("is left out of it, decided at another desk", async () => {
    const { desks, lent, late } = await lateLoan();
    const [one, two] = desks;
    const settling = two.settle(late, leaveOut, "ms");
    const making = one.makeBatch(koha);
    takeValue(await settling);
    await expectLeftOut(one, await making, lent);
  });
});

/** The other desk's word may have come too late for this one: then nothing was made. */
async function expectLeftOut(
  desk: RunningDesk,
  made: Awaited<ReturnType<RunningDesk["makeBatch"]>>,
  lent: string,
): Promise<void> {
  const isRefused = made.kind === "conflict" && made.code === "undecided";
  await until("the decision is here", async () => {
    const late = (await desk.exceptions()).filter(({ kind }) => kind === "overtaken");
    return late.every(({ settlements }) => settlements.length > 0);
  });
  const { id } = takeValue(isRefused ? await desk.makeBatch(koha) : made);
  expect(await textOf(desk, id, "main")).not.toContain("33191000000001");
  expect(await textOf(desk, id, "extra")).toContain(lent);
}
