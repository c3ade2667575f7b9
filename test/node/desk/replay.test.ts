/** A batch over SIP2, line by line: every line once, whatever the server and the PCs do. */
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import type { IlsOptions, Misdeed } from "../../sip2/ils.ts";
import { agree, checkout, createWorld, linked, newId, record, until, type World } from "./desks.ts";
import { loaded, part, takeValue } from "./ending.ts";
import {
  codeOf,
  createLine,
  ended,
  itemOf,
  type Line,
  patron,
  replay,
  server,
  startWithBatch,
  summary,
} from "./replaying.ts";

/** Lines a second where somebody steps in between: all of them are out only seconds after the first, on a busy machine too. */
const unhurried = { rate: 1 } as const;

let world: World;
let line: Line;
beforeEach(() => {
  world = createWorld();
  line = createLine();
});
afterEach(() => world.end());

describe("the server", () => {
  it("takes every line once, in order, and the batch is loaded", async () => {
    const ils = line.serve({ login: { user: "desk", password: "secret" } });
    const { desk, id } = await startWithBatch(world, line, 4);
    const request = { login: { user: "desk", password: "secret" }, location: "MAIN" };
    const batch = await replay(desk, id, request);
    expect(summary(batch)).toEqual([5, 0, 0, 0]);
    expect(batch).toMatchObject({ state: "loaded", outcomes: [{ job: "SIP2", by: "MK" }] });
    expect(ils.booked.map(({ act, item }) => [act, item])).toEqual([
      ...[1, 2, 3, 4].map((n) => ["loan", itemOf(n)]),
      ["return", itemOf(1)],
    ]);
    expect(ils.booked.every(({ noBlock }) => noBlock)).toBe(true);
    expect(ils.unread).toEqual([]);
    const progress = desk.events.filter(({ kind }) => kind === "progress").map(({ data }) => data);
    expect(progress).toContainEqual({ task: "replay", done: 5, of: 5, text: "Sending over SIP2" });
    expect(progress.at(-1)).toMatchObject({ task: "replay", of: 0 });
    // The due dates went along: they are no to-dos.
    expect(takeValue(await desk.todos({})).filter(({ done }) => !done)).toEqual([]);
    expect(codeOf(await desk.replay(id, server))).toBe("loaded");
    expect(desk.pc.said.join("\n")).not.toContain("secret");
  });

  const strange: Readonly<
    Record<string, { readonly options: IlsOptions; readonly first: readonly number[] }>
  > = {
    "ignores the no-block flag": {
      options: { noBlock: "ignores", blocked: new Set([patron]) },
      first: [0, 1, 0, 4],
    },
    "refuses the no-block flag": { options: { noBlock: "refuses" }, first: [0, 1, 0, 4] },
    "misreads the no-block flag": { options: { noBlock: "misreads" }, first: [1, 0, 0, 4] },
    "does not know an item": { options: { items: new Set([itemOf(1)]) }, first: [1, 1, 0, 3] },
  };
  it.each(Object.entries(strange))(
    "%s: it stops at once, and goes on when told to",
    async (_name, { options, first }) => {
      const ils = line.serve(options);
      const { desk, id } = await startWithBatch(world, line, 4);
      const stopped = await replay(desk, id);
      expect(summary(stopped)).toEqual(first);
      expect(stopped.replay?.stopped).toMatch(/^Stopped at line \d+/);
      expect(stopped.state).toBe("made");
      const rest = await replay(desk, id, { goOn: true });
      expect(summary(rest).slice(2)).toEqual([0, 0]);
      expect(ils.lines).toHaveLength(5);
      expect(new Set(ils.lines).size).toBe(5);
      expect(["loaded", "loaded-with-errors"]).toContain(rest.state);
      const todos = takeValue(await desk.todos({ batch: id }));
      const isMisread = options.noBlock === "misreads";
      expect(todos.some(({ kind }) => kind === (isMisread ? "due-date" : "refused"))).toBe(true);
      expect(JSON.stringify(todos.map(({ words }) => words))).not.toContain(patron);
    },
  );

  it.each([
    ["sends wrong checksums once", { at: { 2: "damaged" } }],
    ["sends none", { checksums: "never" }],
    ["could not read a line the first time", { at: { 2: "resend" } }],
    ["answers twice", { at: { 2: "twice" } }],
    ["comes byte by byte", { slowly: true }],
  ] as const)("%s: all is sent, and nothing booked twice", async (_name, options) => {
    const ils = line.serve(options as IlsOptions);
    const { desk, id } = await startWithBatch(world, line, 4);
    expect(summary(await replay(desk, id))).toEqual([5, 0, 0, 0]);
    expect(ils.booked).toHaveLength(5);
  });

  it.each([
    ["cut-before", /connection was cut/, 1],
    ["cut-after", /connection was cut/, 2],
    ["silent", /No answer came within 1 seconds/, 2],
    ["rubbish", /not SIP2/, 2],
    ["endless", /not SIP2/, 2],
    ["other", /something else than was asked/, 2],
  ] as const)("%s: the line is unknown, and only a person sends it again", async (misdeed, why, booked) => {
    const ils = line.serve({ at: { 2: misdeed as Misdeed } });
    const { desk, id } = await startWithBatch(world, line, 4);
    const stopped = await replay(desk, id, { answerWithin: 1, goOn: true });
    expect(summary(stopped)).toEqual([1, 0, 1, 3]);
    expect(stopped.replay?.unknown).toMatchObject([{ line: 3, sentBy: "Desk 1", words: why }]);
    expect(ils.booked).toHaveLength(booked);
    // Nothing goes out before somebody has said what became of it.
    expect(codeOf(await desk.replay(id, server))).toBe("unknown-lines");
    expect(codeOf(await desk.replay(id, { ...server, again: [4] }))).toBe("refused");
    expect(codeOf(await desk.replay(id, { ...server, again: [3], there: [3] }))).toBe("refused");
    expect(ils.lines).toHaveLength(2);
    const todo = takeValue(await desk.todos({ batch: id })).find(({ kind }) => kind === "refused");
    expect(todo?.text).toContain("no answer came");
    const isThere = booked === 2;
    const rest = await replay(desk, id, isThere ? { there: [3] } : { again: [3] });
    expect(summary(rest)).toEqual([5, 0, 0, 0]);
    expect(ils.booked).toHaveLength(5);
    expect(new Set(ils.booked.map(({ act, item }) => act + item)).size).toBe(5);
  });

  it("always sends wrong checksums: nothing is sent, or the line stays unknown", async () => {
    line.serve({ checksums: "wrong" });
    const { desk, id } = await startWithBatch(world, line, 1);
    const answer = await desk.replay(id, server);
    expect(answer).toMatchObject({ code: "no-sip2", text: /came damaged/ });
    expect(takeValue(await desk.batch(id)).replay).toBeUndefined();
  });

  it.each([
    ["is not there", null, { host: "nobody" }, "no-server"],
    [
      "knows another password",
      { login: { user: "a", password: "b" } },
      { login: { user: "a", password: "c" } },
      "no-login",
    ],
    ["has lost its library system", { online: false }, {}, "offline"],
    ["says that it takes nothing done while away", { offlineOk: false }, {}, "offline-not-ok"],
  ] as const)("%s: an error that says so, and no change", async (_name, options, request, code) => {
    if (options) line.serve(options);
    const { desk, id } = await startWithBatch(world, line, 1);
    const before = (await desk.audit()).length;
    expect(codeOf(await desk.replay(id, { ...server, ...request }))).toBe(code);
    expect((await desk.audit()).length).toBe(before);
    expect(takeValue(await desk.batch(id)).replay).toBeUndefined();
  });

  it("takes what was done while it was away, though it says otherwise, when a person insists", async () => {
    line.serve({ offlineOk: false });
    const { desk, id } = await startWithBatch(world, line, 1);
    const batch = await replay(desk, id, { anyway: true });
    expect(batch.replay?.notes.join()).toContain("while it was away");
    expect(summary(batch)).toEqual([2, 0, 0, 0]);
  });

  it("answers HTTP to everything: it says that this is no SIP2 server", async () => {
    const { tcp } = line;
    tcp.serve("ils:6001", (socket) => {
      socket.onBytes = () => socket.write(Buffer.from("HTTP/1.1 400 Bad Request\r\n\r\n"));
    });
    const { desk, id } = await startWithBatch(world, line, 1);
    expect(await desk.replay(id, server)).toMatchObject({
      code: "no-sip2",
      text: /does not speak SIP2: what came back is not SIP2/,
    });
  });
});

describe("what can't go this way", () => {
  it("is a to-do, and registrations aren't sent", async () => {
    const ils = line.serve();
    world.pc(1).tcp = line.tcp;
    const desk = await world.start(1);
    await record(desk, { id: newId(), kind: "in-house-use", item: itemOf(1), count: 2 });
    await record(desk, checkout(itemOf(2), patron));
    await record(desk, checkout("33|91", patron));
    const { id } = takeValue(await desk.makeBatch({ format: "csv" }));
    const batch = await replay(desk, id);
    expect(summary(batch)).toEqual([1, 2, 0, 0]);
    expect(ils.booked.map(({ item }) => item)).toEqual([itemOf(2)]);
    expect(batch.state).toBe("loaded-with-errors");
    const todos = takeValue(await desk.todos({ batch: id }));
    expect(todos.map(({ text }) => text)).toEqual(
      Array(2).fill("This cannot be sent. Enter it in the library system by hand."),
    );
  });
});

describe("a batch that is being sent", () => {
  it("can be stopped and gone on with, and neither withdrawn nor loaded as a file beside", async () => {
    const ils = line.serve();
    const { desk, id } = await startWithBatch(world, line, 4);
    takeValue(await desk.replay(id, { ...server, ...unhurried }));
    expect(codeOf(await desk.replay(id, server))).toBe("replaying");
    await until("a line is out", () => ils.booked.length > 0);
    takeValue(await desk.stopReplay(id));
    const sent = ils.booked.length;
    expect(sent).toBeLessThan(5);
    const stopped = takeValue(await desk.batch(id));
    expect(stopped.replay).toMatchObject({ here: false, stopped: "Somebody stopped it.", waiting: 5 - sent });
    expect(codeOf(await desk.batchFile(id, "main"))).toBe("replayed");
    expect(codeOf(await desk.markBatch(id, { state: "withdrawn", note: "made for nothing" }))).toBe(
      "replayed",
    );
    expect(codeOf(await desk.stopReplay(id))).toBe("not-replaying");
    expect(summary(await replay(desk, id))).toEqual([5, 0, 0, 0]);
    expect(ils.booked).toHaveLength(5);
  });

  it("sends no more once it was marked as loaded elsewhere, nor after a switch-off", async () => {
    const ils = line.serve();
    const { desk, id } = await startWithBatch(world, line, 4);
    takeValue(await desk.replay(id, { ...server, ...unhurried }));
    await until("a line is out", () => ils.booked.length > 0);
    takeValue(await desk.markBatch(id, loaded));
    const after = await ended(desk, id);
    expect(after.replay?.stopped).toContain("Meanwhile the batch was marked");
    expect(ils.booked.length).toBeLessThan(5);
  });

  it("is gone on with at the next start, from the first line without an answer", async () => {
    const ils = line.serve();
    const { desk, id } = await startWithBatch(world, line, 4);
    takeValue(await desk.replay(id, { ...server, ...unhurried }));
    await until("a line is out", () => ils.booked.length > 0);
    await world.stop(desk);
    const again = await world.start(1);
    expect(summary(await replay(again, id))).toEqual([5, 0, 0, 0]);
    expect(ils.booked).toHaveLength(5);
  });
});

describe("several desks", () => {
  it("one replays at a time; another takes over, and every line goes out once", async () => {
    const ils = line.serve();
    const { desk: one, id } = await startWithBatch(world, line, 6);
    world.pc(2).tcp = line.tcp;
    const two = await world.start(2);
    await linked(one, two);
    await agree([one, two], 7);
    await until("desk 2 knows the batch", async () => (await two.batch(id)).kind === "done");
    await until("it may be sent", async () => takeValue(await one.batch(id)).released);
    takeValue(await one.replay(id, { ...server, ...unhurried }));
    await until("desk 2 knows", async () => takeValue(await two.batch(id)).replay?.desk === "Desk 1");
    const refused = await two.replay(id, server);
    expect(refused).toMatchObject({ code: "replaying", text: /Desk 1 replays this batch/ });
    expect(summary(await replay(two, id, { takeOver: true }))).toEqual([7, 0, 0, 0]);
    expect((await ended(one, id)).replay?.stopped).toMatch(/taken over|marked/);
    expect(ils.booked).toHaveLength(7);
    expect(new Set(ils.lines).size).toBe(7);
    await until("desk 1 hears of it", async () => takeValue(await one.batch(id)).state === "loaded");
  });

  it("asks first whether a desk that is out of reach replays, and never lets a batch both be sent and withdrawn", async () => {
    const ils = line.serve();
    const { desk: one, id } = await startWithBatch(world, line, 2);
    const two = await world.start(2);
    await linked(one, two);
    await agree([one, two], 3);
    await until("desk 2 knows the batch", async () => (await two.batch(id)).kind === "done");
    await part(world, one, two);
    expect(await one.replay(id, server)).toMatchObject({ code: "desks-away", text: /Desk 2 can't be asked/ });
    takeValue(await two.markBatch(id, { state: "withdrawn", note: "nobody loaded it" }));
    const other = takeValue(await two.makeBatch({ format: "koha", partial: true, reason: "desk 1 is away" }));
    expect(summary(await replay(one, id, { alone: true }))).toEqual([3, 0, 0, 0]);
    world.network.heal(one.pc.host, two.pc.host);
    for (const desk of [one, two]) {
      await until("its other file is withdrawn", async () => {
        const answer = await desk.batch(other.id);
        return answer.kind === "done" && answer.value.state === "withdrawn" && answer.value.overlaps === id;
      });
      expect(takeValue(await desk.batch(id)).state).toBe("loaded");
    }
    expect(ils.booked).toHaveLength(3);
  });
});
