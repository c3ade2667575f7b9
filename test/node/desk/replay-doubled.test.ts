/** Of two batches made apart one was sent over SIP2 before the other was heard of: no line is booked twice. */
import { afterEach, beforeEach, expect, it } from "vitest";
import { agree, checkout, createWorld, linked, record, until, type World } from "./desks.ts";
import { part, takeValue } from "./ending.ts";
import { createLine, itemOf, replay, server, summary } from "./replaying.ts";

let world: World;
beforeEach(() => {
  world = createWorld();
});
afterEach(() => world.end());

it("stands beside the one before it, which names what is in both, and is not sent", async () => {
  const line = createLine();
  const ils = line.serve();
  for (const n of [1, 2]) world.pc(n).tcp = line.tcp;
  const [one, two] = [await world.start(1), await world.start(2)];
  await linked(one, two);
  const both: string[] = [];
  for (const n of [1, 2, 3]) both.push((await record(one, checkout(itemOf(n)))).receipt.id);
  await agree([one, two], 3);
  await part(world, one, two);
  await record(one, checkout(itemOf(5)));
  await record(two, checkout(itemOf(4)));
  const csv = { format: "csv", partial: true, reason: "the other desk is away" } as const;
  const earlier = takeValue(await one.makeBatch(csv));
  const sent = takeValue(await two.makeBatch(csv));
  expect(summary(await replay(two, sent.id, { alone: true }))).toEqual([4, 0, 0, 0]);
  world.network.heal(one.pc.host, two.pc.host);
  await agree([one, two], 5);
  for (const desk of [one, two]) {
    const ids = [earlier.id, sent.id] as const;
    for (const id of ids) await until("both are known", async () => (await desk.batch(id)).kind === "done");
    const [before, after] = [takeValue(await desk.batch(ids[0])), takeValue(await desk.batch(ids[1]))];
    expect(before.state).toBe("made");
    expect(before.doubled?.map(({ transaction }) => transaction)).toEqual(both);
    expect(after).toMatchObject({ state: "loaded", overlaps: earlier.id });
    expect(after.doubled?.map(({ transaction }) => transaction)).toEqual(both);
  }
  await until("it may be given out", async () => takeValue(await one.batch(earlier.id)).released);
  expect(await one.replay(earlier.id, server, "MK")).toMatchObject({
    ...{ kind: "conflict", code: "doubled", text: expect.stringContaining(sent.id) },
  });
  takeValue(await one.markBatch(earlier.id, { state: "withdrawn", note: "the other one was sent" }));
  const rest = takeValue(await one.makeBatch({ format: "csv" }));
  expect(summary(await replay(one, rest.id))).toEqual([1, 0, 0, 0]);
  expect(ils.booked.map(({ item }) => item).sort()).toEqual([1, 2, 3, 4, 5].map(itemOf));
});
