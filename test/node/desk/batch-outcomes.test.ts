/** What becomes of a batch: issued again, withdrawn, loaded though it overlaps, seen beforehand, in parts. */
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { agree, checkout, createWorld, linked, newId, record, until, type World } from "./desks.ts";
import { checkin, loaded, part, takeValue, textOf, whole } from "./ending.ts";
import { load, loadAndClose, loadPartial } from "./purging.ts";

let world: World;
beforeEach(() => {
  world = createWorld();
});
afterEach(() => world.end());

describe("a batch", () => {
  it("is issued again under another name with the same bytes, and only with a reason", async () => {
    const one = await world.start(1);
    await record(one, checkout("33191000000001"));
    const made = takeValue(await one.makeBatch(whole));
    expect(await one.markBatch(made.id, { state: "re-issued", note: " " })).toMatchObject({
      kind: "refused",
    });
    takeValue(await one.markBatch(made.id, { state: "failed", note: "refused" }));
    const again = takeValue(await one.markBatch(made.id, { state: "re-issued", note: "sent again" }, "ms"));
    expect(again).toMatchObject({
      state: "re-issued",
      sha256: made.sha256,
      outcomes: [{}, { note: "sent again", by: "ms" }],
    });
    const file = takeValue(await one.batchFile(made.id, "main"));
    expect(file.name).toBe(`${made.id}-REISSUE.jsonl`);
    expect(again.files[0]).toMatchObject({ name: file.name, sha256: made.sha256 });
    expect(await one.moveOutage("close", {})).toMatchObject({ code: "not-loaded" });
    expect(takeValue(await one.markBatch(made.id, loaded)).state).toBe("loaded");
    expect(await one.markBatch(made.id, { state: "withdrawn", note: "a mistake" })).toMatchObject({
      code: "loaded",
    });
    expect((await one.makeBatch(whole)).kind).toBe("not-found");
  });

  it("that is withdrawn gives its lines to the next one", async () => {
    const one = await world.start(1);
    const { receipt } = await record(one, checkout("33191000000001"));
    const wrong = takeValue(await one.makeBatch({ format: "koha" }));
    takeValue(await one.markBatch(wrong.id, { state: "withdrawn", note: "another ILS" }));
    expect((await one.batchFile(wrong.id, "main")).kind).toBe("conflict");
    const right = takeValue(await one.makeBatch(whole));
    expect(await textOf(one, right.id, "main")).toContain(receipt.id);
    // Somebody had loaded it all the same: what is in both is in the ILS twice, and both say so.
    expect(right.doubled).toBeUndefined();
    const { id } = await record(one, checkout("33191000000002")).then(({ receipt }) => receipt);
    takeValue(await one.markBatch(wrong.id, { state: "loaded-too", job: "1", note: "it was loaded" }));
    const next = takeValue(await one.makeBatch(whole));
    const named = (batch: string) => [{ transaction: receipt.id, batch }];
    const shown = new Map((await one.batches()).map((batch) => [batch.id, batch.doubled]));
    expect([shown.get(wrong.id), shown.get(right.id)]).toEqual([named(right.id), named(wrong.id)]);
    expect([next.lines, next.doubled, await textOf(one, next.id, "main")]).toEqual([
      1,
      undefined,
      expect.stringContaining(id),
    ]);
  });

  it("made in a split beside another withdraws itself; was it loaded too, its doubled lines are named", async () => {
    const [one, two] = [await world.start(1), await world.start(2)];
    await linked(one, two);
    const shared = await record(one, checkout("33191000000001"));
    await agree([one, two], 1);
    await part(world, one, two);
    await record(two, checkout("33191000000002"));
    const partial = { ...whole, partial: true, reason: "cut off" };
    const first = takeValue(await one.makeBatch(partial));
    const second = takeValue(await two.makeBatch(partial));
    world.network.heal(one.pc.host, two.pc.host);
    await until(
      "both are known",
      async () => (await one.batches()).length === 2 && (await two.batches()).length === 2,
    );
    const [late] = (await one.batches()).filter(({ state }) => state === "withdrawn");
    const stands = late?.id === first.id ? second : first;
    expect(late).toMatchObject({ overlaps: stands.id });
    expect(await one.markBatch(late!.id, loaded)).toMatchObject({
      code: "withdrawn",
      text: expect.stringContaining(stands.id),
    });
    const note = "it was loaded before the desks met";
    expect(await one.markBatch(stands.id, { state: "loaded-too", note })).toMatchObject({ kind: "conflict" });
    const too = takeValue(await one.markBatch(late!.id, { state: "loaded-too", job: "2", note }, "ms"));
    expect(too).toMatchObject({
      state: "loaded",
      doubled: [{ transaction: shared.receipt.id, batch: stands.id }],
    });
    await agree([one, two], 2);
    // What the two hold is in the ILS, and goes out no more.
    await until("all is here", () => one.desks().desks.every(({ verdict }) => verdict === "all-here"));
    expect((await one.makeBatch(whole)).kind).toBe("not-found");
  });

  it("leaves out what a file of another outage carries: one id, recorded there and here", async () => {
    const [one, two] = [await world.start(1), await world.start(2)];
    await linked(one, two);
    await record(one, checkout("33191000000001"));
    await agree([one, two], 1);
    await loadAndClose(one);
    await part(world, one, two);
    takeValue(await one.moveOutage("open", {}, "MK"));
    // A page took its unanswered scan to another desk, which had not heard of the new outage.
    const shared = checkout("33191000000002");
    await record(two, shared);
    const late = await record(two, checkout("33191000000003"));
    await record(one, shared);
    await loadPartial(one);
    world.network.heal(one.pc.host, two.pc.host);
    await agree([one, two], 3);
    expect(await load(one)).toEqual([late.receipt.id]);
    expect(await load(two)).toEqual([]);
  });

  it("says beforehand what it would hold, and comes in parts for Alma", async () => {
    const [one, two] = [await world.start(1), await world.start(2)];
    await linked(one, two);
    await record(one, checkout("33191000000001"));
    await agree([one, two], 1);
    await record(two, { id: newId(), kind: "in-house-use", item: "33191000000002", count: 1 });
    await record(two, checkout("33191000000003"));
    const gone = await record(two, checkout("33191000000004"), "ab");
    await record(two, { id: newId(), kind: "voiding", voids: gone.receipt.id, reason: "wrong card" }, "ab");
    await record(two, checkin("33191000000001"));
    await agree([one, two], 6);
    const preview = takeValue(await one.previewBatch({ format: "alma", split: true }));
    expect(preview.counts).toEqual([
      {
        kind: "checkout",
        onScreen: 3,
        written: 2,
        converted: 0,
        extra: 0,
        patrons: 0,
        voided: 1,
        repeated: 0,
      },
      {
        kind: "in-house-use",
        onScreen: 1,
        written: 0,
        converted: 0,
        extra: 1,
        patrons: 0,
        voided: 0,
        repeated: 0,
      },
      {
        kind: "voiding",
        onScreen: 1,
        written: 0,
        converted: 0,
        extra: 0,
        patrons: 0,
        voided: 1,
        repeated: 0,
      },
      {
        kind: "checkin",
        onScreen: 1,
        written: 1,
        converted: 0,
        extra: 0,
        patrons: 0,
        voided: 0,
        repeated: 0,
      },
    ]);
    expect(preview.reasons).toMatchObject([{ kind: "in-house-use", into: "extra", count: 1 }]);
    expect(preview.checklist.map(({ code }) => code)).toContain("block");
    expect(await one.batches()).toEqual([]);
    expect(await one.previewBatch({ format: "koha", split: true })).toMatchObject({ kind: "refused" });
    const made = takeValue(await one.makeBatch({ format: "alma", split: true }));
    const parts = made.files.filter(({ role }) => role === "main");
    // The item that both desks had goes wholly to the last of them.
    expect(parts.map(({ name, part: n }) => [name, n])).toEqual([[`${made.id}-part1.dat`, 1]]);
    expect(await one.batchFile(made.id, "main")).toMatchObject({ kind: "done" });
    expect(await one.batchFile(made.id, "main", 2)).toMatchObject({ kind: "refused" });
    expect((await textOf(one, made.id, "main", 1)).trim().split("\r\n")).toHaveLength(3);
  });
});
