/** What comes while a purge is worked out, between two slices of it: it stands in its way, is counted, or is carried on. */
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import type { Answer } from "../../../src/node/desk/desk.ts";
import type { PastOutageView } from "../../../src/node/http/api.ts";
import type { Clock } from "../../../src/node/ports.ts";
import { realClock } from "../../../src/node/real-ports.ts";
import {
  agree,
  checkout,
  createWorld,
  expectDone,
  linked,
  newId,
  type RunningDesk,
  readAll,
  record,
  until,
  type World,
} from "./desks.ts";
import {
  closeOver,
  gone,
  heal,
  isGone,
  load,
  loadAndClose,
  loadPartial,
  part,
  pastOf,
  scanRetired,
} from "./purging.ts";

/** The time of a PC on which each step of long work is a slice, and what waits for its next one waits for something else. */
function createHeldClock(): { readonly clock: Clock; hold(come: () => Promise<void>): void } {
  let awaited: (() => Promise<void>) | null = null;
  let passedMs = 0;
  /** It has just been looked at, as a slice does at its end. */
  let isSlice = false;
  return {
    clock: {
      now: realClock.now,
      monotonic() {
        if (awaited) passedMs += 10;
        isSlice = true;
        queueMicrotask(() => {
          isSlice = false;
        });
        return realClock.monotonic() + passedMs;
      },
      after(delayMs, run) {
        const come = awaited;
        if (delayMs > 0 || !come || !isSlice) return realClock.after(delayMs, run);
        awaited = null;
        come().then(run, (why: unknown) => {
          failure = why;
          run();
        });
        return () => undefined;
      },
    },
    hold(come) {
      awaited = come;
    },
  };
}

let world: World;
let held: ReturnType<typeof createHeldClock>;
let failure: unknown;
beforeEach(() => {
  world = createWorld();
  held = createHeldClock();
  world.pc(1).clock = held.clock;
  failure = undefined;
});
afterEach(() => world.end());

/** Purges outage 1; what comes, comes after the first step of its working out. */
async function purgeWhile(
  desk: RunningDesk,
  come: () => Promise<void>,
  reason?: string,
): Promise<Answer<PastOutageView>> {
  let came = 0;
  // With that nothing else of this desk waits for a slice of its own.
  await desk.outages();
  held.hold(async () => {
    expect((await pastOf(desk, 1)).purged).toBeUndefined();
    await come();
    came++;
  });
  const answer = await desk.purge(1, reason, "MK");
  if (failure !== undefined) throw failure;
  expect(came).toBe(1);
  return answer;
}

describe("while a purge is worked out", () => {
  it("a late scan of another desk comes: it is refused, and the scan goes into a file first", async () => {
    const [one, two] = [await world.start(1), await world.start(2)];
    await linked(one, two);
    await record(one, checkout("33191000000001"));
    await agree([one, two], 1);
    await part(world, one, two);
    const late = (await record(two, checkout("33191000000002"))).receipt.id;
    await loadPartial(one);
    await closeOver(one, "Desk 2");
    const answer = await purgeWhile(one, async () => {
      heal(world, one, two);
      await agree([one, two], 2);
    });
    expect(answer).toMatchObject({ kind: "conflict", code: "waiting" });
    for (const desk of [one, two]) {
      expect((await pastOf(desk, 1)).purged).toBeUndefined();
      expect(await readAll(desk)).toHaveLength(2);
    }
    expect(await load(one)).toEqual([late]);
    expect(expectDone(await one.purge(1, undefined, "MK")).counts).toEqual([{ kind: "checkout", count: 2 }]);
    await gone([one, two], 1);
  });

  it("word comes that a file was taken back before it was loaded: it is refused", async () => {
    const [one, two] = [await world.start(1), await world.start(2)];
    await linked(one, two);
    await record(one, checkout("33191000000001"));
    await agree([one, two], 1);
    const { id } = expectDone(await one.makeBatch({ format: "jsonl" }));
    await until("desk 2 knows", async () => (await two.batches()).length === 1);
    await part(world, one, two);
    expectDone(await two.markBatch(id, { state: "withdrawn", note: "wrong ILS" }));
    expectDone(await one.markBatch(id, { state: "loaded", job: "1" }));
    await closeOver(one, "Desk 2");
    const answer = await purgeWhile(one, async () => {
      heal(world, one, two);
      await until("desk 1 knows", async () => (await one.batches())[0]?.state === "withdrawn");
    });
    expect(answer).toMatchObject({ kind: "conflict", code: "waiting" });
    expect((await pastOf(one, 1)).purged).toBeUndefined();
    expect(await isGone(one, 1)).toBe(false);
    expect(await readAll(one)).toHaveLength(1);
  });

  it("another desk purges it: once is enough", async () => {
    const [one, two] = [await world.start(1), await world.start(2)];
    await linked(one, two);
    await record(one, checkout("33191000000001"));
    await agree([one, two], 1);
    await loadAndClose(one);
    await until("desk 2 knows", async () => (await pastOf(two, 1)).obstacles.length === 0);
    const answer = await purgeWhile(one, async () => {
      expectDone(await two.purge(1, undefined, "AB"));
      await gone([one, two], 1);
    });
    expect(expectDone(answer)).toMatchObject({
      counts: [{ kind: "checkout", count: 1 }],
      purged: { by: "AB" },
    });
    const said = (await one.audit()).filter(({ text }) => text === "Outage 1 was forgotten");
    expect(said).toHaveLength(1);
  });

  it("a scan of a retired desk comes, which the reason was not given for: it is carried on", async () => {
    const [one, two, three] = [await world.start(1), await world.start(2), await world.start(3)];
    await linked(one, two, three);
    await record(one, checkout("33191000000001"));
    await agree([one, two, three], 1);
    await scanRetired(world, [one, two, three]);
    await loadPartial(one);
    await closeOver(one, "Desk 2");
    const come = async () => {
      heal(world, one, two);
      await until("desk 1 keeps it aside", async () => (await pastOf(one, 1)).needsReason);
    };
    expectDone(await purgeWhile(one, come, "Nothing is kept aside"));
    await gone([one, two], 1);
    await until("it is to be decided", async () => {
      const open = (await one.exceptions()).filter(({ kind }) => kind === "retired-desk");
      return open.length === 1;
    });
  });
});

describe("decisions that come while a purge is worked out", () => {
  /** A desk that may purge a loan, and a return that somebody looks at. */
  async function prepare(
    loans: number,
  ): Promise<{ one: RunningDesk; decide: (isVoid: boolean) => Promise<void> }> {
    const one = await world.start(1);
    const { id } = (await record(one, { id: newId(), kind: "checkin", item: "9783161484100" })).receipt;
    for (let n = 0; n < loans; n++) await record(one, checkout(String(33191000000001 + n)));
    await loadAndClose(one);
    const exception = (await one.exceptions()).find(({ transactions }) => transactions[0]?.id === id)!;
    const decide = async (isVoid: boolean) => {
      const how = isVoid
        ? ({ decision: "void", transaction: id } as const)
        : ({ decision: "keep-both" } as const);
      expectDone(await one.settle(exception.id, { ...how, reason: "looked at again" }, "MK"));
      if (isVoid) await mend(one);
      // With that nothing else of this desk waits for a slice of its own.
      await one.outages();
    };
    return { one, decide };
  }

  /** What was taken back after its file is mended in the ILS, and that is said, too: nothing stands against the purge. */
  async function mend(one: RunningDesk): Promise<void> {
    const found = (await one.exceptions()).find(({ kind }) => kind === "void-after-export")!;
    expectDone(await one.settle(found.id, { decision: "note", reason: "mended there" }, "MK"));
    expectDone(await one.tick({ todos: expectDone(await one.todos({})).map((todo) => todo.id) }, "MK"));
  }

  it("are counted, also where what they are about had been counted already", async () => {
    // More than one step goes through.
    const loans = 220;
    const { one, decide } = await prepare(loans);
    const answer = await purgeWhile(one, async () => held.hold(() => decide(true)));
    expect(expectDone(answer).counts).toEqual([{ kind: "checkout", count: loans }]);
    await gone([one], 1);
  });

  it("come to an end for it, even where one comes with each slice", async () => {
    const { one, decide } = await prepare(1);
    let came = 0;
    const come = async () => {
      if ((await pastOf(one, 1)).purged) return;
      came++;
      await decide(false);
      if (came < 20) held.hold(come);
    };
    await one.outages();
    held.hold(come);
    const { counts } = expectDone(await one.purge(1, undefined, "MK"));
    if (failure !== undefined) throw failure;
    expect(came).toBe(3);
    expect(counts).toEqual([
      { kind: "checkin", count: 1 },
      { kind: "checkout", count: 1 },
    ]);
    await gone([one], 1);
  });
});
