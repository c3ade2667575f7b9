/** The end of an outage: its record, what stands against closing it, and what comes late. */
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { agree, checkout, createWorld, linked, record, until, type World } from "./desks.ts";
import { checkin, loaded, part, takeValue, textOf, whole } from "./ending.ts";

let world: World;
beforeEach(() => {
  world = createWorld();
});
afterEach(() => world.end());

describe("the record of an outage", () => {
  it("asks the others where one desk is cut off, and keeps who was called and who says what", async () => {
    const [one, two, three] = [await world.start(1), await world.start(2), await world.start(3)];
    await linked(one, two, three);
    expect(await two.tellOutage({ says: "works" })).toMatchObject({ kind: "conflict", code: "lifecycle" });
    const called = [{ who: "Help desk", at: "2026-11-21T09:20:00+01:00", by: "mk" }];
    takeValue(await one.moveOutage("open", { scope: "this-desk", called }, "ms"));
    await until(
      "the others are asked",
      () => two.outage().question !== undefined && three.outage().question !== undefined,
    );
    expect(two.outage().question).toBe("Desk 1 has lost the library system. Is yours down too?");
    expect(one.outage().question).toBeUndefined();
    takeValue(await two.tellOutage({ says: "works", toldBy: "Head office" }, "ab"));
    expect(two.outage()).toMatchObject({ scope: "this-desk", record: { reports: [{ says: "works" }] } });
    expect(two.outage().question).toBeUndefined();
    takeValue(await three.moveOutage("open", {}, "cd"));
    await until("all know", () => one.outage().record?.reports.length === 2);
    takeValue(await one.tellOutage({ says: "called", called: [{ who: "Branch North" }] }, "ms"));
    expect(one.outage()).toMatchObject({
      scope: "several",
      record: {
        openedAt: { name: "Desk 1" },
        moves: [{ to: "open", desk: "Desk 1", by: "ms" }],
        calls: [...called, { who: "Branch North" }],
        reports: [
          { name: "Desk 2", says: "works", by: "ab", toldBy: "Head office" },
          { name: "Desk 3", says: "down", by: "cd" },
        ],
      },
    });
  });

  it("closes at once where nothing was done, and else says all that stands against it", async () => {
    const one = await world.start(1);
    takeValue(await one.moveOutage("open", {}));
    expect(
      takeValue(await one.moveOutage("close", { toldBy: "Help desk", reason: "it was a cable" })),
    ).toMatchObject({
      number: 1,
      state: "closed",
      record: { moves: [{ to: "open" }, { to: "close", toldBy: "Help desk", reason: "it was a cable" }] },
    });
    await record(one, checkout("33191000000001"));
    expect(await one.moveOutage("close", {})).toMatchObject({ obstacles: [/^1 scan is in no file/] });
    const made = takeValue(await one.makeBatch(whole));
    expect(await one.moveOutage("close", {})).toMatchObject({
      code: "not-loaded",
      obstacles: [`${made.id}: not marked as loaded yet.`],
    });
    takeValue(await one.markBatch(made.id, { state: "failed" }));
    expect(await one.moveOutage("close", {})).toMatchObject({ code: "not-loaded" });
    takeValue(await one.markBatch(made.id, loaded));
    expect(takeValue(await one.moveOutage("close", {})).state).toBe("closed");
  });

  it("is closed over a lost desk by name, until that desk comes back; what it brings is asked about", async () => {
    const [one, two] = [await world.start(1), await world.start(2)];
    await linked(one, two);
    await record(one, checkout("33191000000001"));
    await agree([one, two], 1);
    await part(world, one, two);
    await record(two, checkout("33191000000002"));
    const partial = { ...whole, partial: true, reason: "Desk 2 fell" };
    const made = takeValue(await one.makeBatch(partial));
    takeValue(await one.markBatch(made.id, loaded));
    expect(await one.moveOutage("close", {})).toMatchObject({ code: "incomplete", obstacles: [/Desk 2/] });
    const away = one.desks().desks.find(({ name }) => name === "Desk 2")!;
    takeValue(await one.actOnDesk(away.desk, { kind: "lost", reason: "its disk broke" }, "ms"));
    const view = takeValue(await one.completeness(1));
    expect(view).toMatchObject({ complete: true, waiting: 0 });
    expect(view.desks.find(({ name }) => name === "Desk 2")).toMatchObject({
      verdict: "lost",
      said: { says: "lost", reason: "its disk broke", by: "ms" },
    });
    takeValue(await one.moveOutage("close", {}));
    expect(one.outage()).toMatchObject({ number: 2, missing: [{ outage: 1, name: "Desk 2" }] });
    world.network.heal(one.pc.host, two.pc.host);
    const listLate = async () => (await one.exceptions()).filter(({ kind }) => kind === "overtaken");
    await until("it is back, and what it alone had is here", async () => (await listLate()).length > 0);
    await until("nobody is missed", () => one.outage().missing === undefined);
    const [late, ...more] = await listLate();
    expect(more).toEqual([]);
    expect(late).toMatchObject({ mustDecide: true, later: expect.stringContaining("Outage 1 was closed") });
    expect(late?.choices.map(({ decision }) => decision)).toEqual(["leave-out", "by-hand", "load"]);
    expect(await one.makeBatch(whole)).toMatchObject({ code: "undecided", undecided: [late!.id] });
    takeValue(await one.settle(late!.id, { decision: "load", reason: "it is still out" }, "ms"));
    const further = takeValue(await one.makeBatch(whole));
    expect(further).toMatchObject({ outage: 1, lines: 1 });
    expect(await textOf(one, further.id, "main")).toContain("33191000000002");
  });
});

it("says that a scan is not saved where the next outage's log can't be made on this disk", async () => {
  const pc = world.pc(1);
  let isFull = false;
  const write = pc.keyFiles.write;
  pc.keyFiles.write = async (name, text) => {
    if (isFull) throw new Error("IO error: No space left");
    await write(name, text);
  };
  const one = await world.start(1);
  await record(one, checkout("33191000000001"));
  takeValue(await one.markBatch(takeValue(await one.makeBatch(whole)).id, loaded));
  isFull = true;
  takeValue(await one.moveOutage("close", {}));
  const answer = await one.record(checkout("33191000000002"));
  expect(answer).toMatchObject({ kind: "fault", fault: { text: expect.stringContaining("NOT SAVED") } });
  expect(one.state().fault?.text).toContain("No space left");
});

describe("what was overtaken", () => {
  it.each(["leave-out", "by-hand", "load"] as const)(
    "is asked about: lent at a dead desk, returned elsewhere and loaded, the dead desk back: %s",
    async (decision) => {
      const [one, two] = [await world.start(1), await world.start(2)];
      await linked(one, two);
      await record(one, checkout("33191000000009"));
      await agree([one, two], 1);
      await part(world, one, two);
      const lent = await record(two, checkout("33191000000001"));
      const other = await record(two, checkout("33191000000002"));
      const back = await record(one, checkin("33191000000001"));
      const first = takeValue(
        await one.makeBatch({ format: "koha", partial: true, reason: "Desk 2 is dead" }),
      );
      takeValue(await one.markBatch(first.id, loaded));
      world.network.heal(one.pc.host, two.pc.host);
      await agree([one, two], 4);
      const [late, ...more] = (await one.exceptions()).filter(({ kind }) => kind === "overtaken");
      expect(more).toEqual([]);
      expect(late?.transactions.map(({ id }) => id)).toEqual([lent.receipt.id, back.receipt.id]);
      expect(late?.later).toMatch(new RegExp(`^The return of .* at Desk 1 is in ${first.id}\\.$`));
      expect(await one.makeBatch({ format: "koha" })).toMatchObject({ code: "undecided" });
      takeValue(await two.settle(late!.id, { decision, reason: "it is on the shelf" }, "ms"));
      await until("it is decided here too", async () =>
        (await one.exceptions()).some(({ id, settled }) => id === late!.id && settled !== undefined),
      );
      await until("all is here", () => one.desks().desks.every(({ verdict }) => verdict === "all-here"));
      const further = takeValue(await one.makeBatch({ format: "koha" }));
      const [main, extra] = [await textOf(one, further.id, "main"), await textOf(one, further.id, "extra")];
      expect(main).toContain("33191000000002");
      expect(main.includes("33191000000001")).toBe(decision === "load");
      const why =
        decision === "leave-out" ? "Left out, since it came late." : "Do this by hand, since it came late.";
      if (decision === "load") expect(extra).not.toContain(lent.receipt.id);
      else expect(extra).toContain(`${why} The return of`);
      expect(further.counts).toMatchObject([
        { kind: "checkout", onScreen: 2, extra: decision === "load" ? 0 : 1 },
      ]);
      await until("the other desk has it", async () => (await two.batch(further.id)).kind === "done");
      expect(await textOf(two, further.id, "extra")).toBe(extra);
      expect(main).not.toContain(other.receipt.id);
    },
  );
});
