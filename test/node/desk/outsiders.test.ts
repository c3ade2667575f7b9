/** A desk that only a retired one let in: it is nobody, it is waited for, and a supervisor may give it up. */
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

let world: World;
beforeEach(() => {
  world = createWorld();
});
afterEach(() => world.end());

const place = (n: number): string => `10.0.0.${n}`;

/** Desk 1 retires desk 3, which doesn't hear of it and lets desk 4 in; desk 2 takes what desk 4 scans, and brings it to desk 1. */
async function letInByRetired(): Promise<readonly [RunningDesk, RunningDesk, RunningDesk]> {
  const [one, two, three] = [await world.start(1), await world.start(2), await world.start(3)];
  await linked(one, two, three);
  await record(one, checkout("33191000000001"));
  await agree([one, two, three], 1);
  for (const [from, to] of [
    [1, 2],
    [1, 3],
    [1, 4],
    [2, 4],
  ] as const)
    world.network.cut(place(from), place(to));
  expectDone(await one.actOnDesk("Desk 3", { kind: "retire", reason: "Stolen" }));
  const four = await world.start(4);
  await record(four, checkout("33191000000002"));
  await agree([two, three, four], 2);
  world.network.heal(place(1), place(2));
  await until("desk 1 has what desk 4 wrote, aside", () => {
    const seen = one.desks().desks.find(({ desk }) => desk === four.signer.desk);
    return seen?.standing === "unknown" && seen.here === 1;
  });
  return [one, four, two];
}

it("is waited for until a supervisor says that it is lost, and then exports go on without it", async () => {
  const [one, four] = await letInByRetired();
  const outsider = four.signer.desk;
  expect(await one.makeBatch({ format: "csv" })).toMatchObject({ kind: "conflict", code: "incomplete" });
  for (const act of [
    { kind: "retire" },
    { kind: "rename", name: "Desk 9" },
    { kind: "was-off", reason: "I say so" },
  ] as const)
    expect(await one.actOnDesk(outsider, act)).toMatchObject({ kind: "conflict", code: "not-admitted" });
  expectDone(await one.actOnDesk(outsider, { kind: "lost", reason: "Nobody knows it" }));
  expect(one.desks().desks.find(({ desk }) => desk === outsider)?.verdict).toBe("lost");
  expect(expectDone(await one.makeBatch({ format: "csv" }))).toMatchObject({ lines: 1, partial: false });
});

it("is no desk that a scan is on, or could be on", async () => {
  const [one, , two] = await letInByRetired();
  // Desk 2 is the one that desk 4 is linked with; desk 1 only heard of it.
  for (const desk of [one, two]) {
    await until(
      "both say that they have it",
      async () => (await desk.transactions({})).rows[0]?.coverage.desks === 2,
    );
    const { rows } = await desk.transactions({});
    expect(rows.map(({ coverage }) => coverage)).toEqual([{ desks: 2, of: 2 }]);
  }
});
