/** A desk that is away while an outage is purged: it follows, and what it alone held is neither lost nor doubled. */
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import {
  agree,
  checkout,
  createWorld,
  expectDone,
  linked,
  readAll,
  record,
  until,
  type World,
} from "./desks.ts";
import { closeOver, gone, heal, isGone, load, loadAndClose, part, pastOf, takeLate } from "./purging.ts";

let world: World;
beforeEach(() => {
  world = createWorld();
});
afterEach(() => world.end());

describe("a desk that was away", () => {
  it("follows when it comes back, and brings what it alone held, once", async () => {
    const desks = [await world.start(1), await world.start(2), await world.start(3)] as const;
    const [one, two, three] = desks;
    await linked(...desks);
    const early = (await record(three, checkout("33191000000001"))).receipt.id;
    await agree(desks, 1);
    await part(world, one, three);
    await part(world, two, three);
    const late = (await record(three, checkout("33191000000003"), "AB")).receipt.id;
    const request = { format: "jsonl", partial: true, reason: "desk 3 is away" } as const;
    const partial = expectDone(await one.makeBatch(request));
    expectDone(await one.markBatch(partial.id, { state: "loaded", job: "1" }));
    await closeOver(one, "Desk 3");
    const receipt = expectDone(await one.purge(1, undefined, "MK"));
    expect(receipt.purged?.desks.map(({ done }) => done)).toEqual([true, true, false]);
    await gone([one, two], 1);
    expect(await isGone(three, 1)).toBe(false);
    heal(world, one, three);
    heal(world, two, three);
    await gone(desks, 1);
    await agree(desks, 1);
    const [row] = (await one.transactions({})).rows;
    expect(row).toMatchObject({ id: late, item: "33191000000003", staff: "AB", desk: { name: "Desk 3" } });
    expect(row?.position.outage).toBe(2);
    expect((await one.transactions({})).rows.map(({ id }) => id)).not.toContain(early);
    expect(one.state().waiting).toBe(1);
    expect(await loadAndClose(two)).toEqual([late]);
    await until("desk 3 knows", async () => (await pastOf(three, 2)).obstacles.length === 0);
    expectDone(await three.purge(2, undefined, "MK"));
    await gone(desks, 2);
    expect(await load(one)).toEqual([]);
  });

  it("does so after it was switched off with it, too", async () => {
    const [one, two] = [await world.start(1), await world.start(2)];
    await linked(one, two);
    await record(one, checkout("33191000000001"));
    await agree([one, two], 1);
    await part(world, one, two);
    const late = (await record(two, checkout("33191000000002"))).receipt.id;
    await two.close();
    const request = { format: "jsonl", partial: true, reason: "desk 2 is off" } as const;
    const made = expectDone(await one.makeBatch(request));
    expectDone(await one.markBatch(made.id, { state: "loaded", job: "1" }));
    await closeOver(one, "Desk 2");
    expectDone(await one.purge(1, undefined, "MK"));
    heal(world, one, two);
    const back = await world.start(2);
    await gone([one, back], 1);
    await agree([one, back], 1);
    expect(await loadAndClose(one)).toEqual([late]);
  });

  it("needs to carry nothing that others have carried and loaded meanwhile", async () => {
    const desks = [await world.start(1), await world.start(2), await world.start(3)] as const;
    const [one, two, three] = desks;
    await linked(...desks);
    await record(one, checkout("33191000000001"));
    await agree(desks, 1);
    // Desks 2 and 3 hold the same late scan; desk 1 exports, closes and purges without it.
    await part(world, one, two);
    await part(world, one, three);
    const late = (await record(two, checkout("33191000000002"))).receipt.id;
    await agree([two, three], 2);
    const request = { format: "jsonl", partial: true, reason: "cut off" } as const;
    const partial = expectDone(await one.makeBatch(request));
    expectDone(await one.markBatch(partial.id, { state: "loaded", job: "1" }));
    await closeOver(one, "Desk 2", "Desk 3");
    expectDone(await one.purge(1, undefined, "MK"));
    // Desk 2 comes back alone, brings it, and it is loaded and purged, too.
    await part(world, two, three);
    heal(world, one, two);
    await gone([one, two], 1);
    await agree([one, two], 1);
    await takeLate(one);
    const second = expectDone(await one.makeBatch(request));
    expect(second.lines).toBe(1);
    expectDone(await one.markBatch(second.id, { state: "loaded", job: "2" }));
    await closeOver(one, "Desk 3");
    expectDone(await one.purge(2, undefined, "MK"));
    await gone([one, two], 2);
    heal(world, one, three);
    heal(world, two, three);
    await gone(desks, 1);
    await linked(...desks);
    await until("desk 3 is where the others are", () => three.outage().number === 3);
    expect(await readAll(three)).toEqual([]);
    expect(await load(three)).toEqual([]);
    expect(late).toBeTruthy();
  });
});
