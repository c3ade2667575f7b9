/** `replay` over the node's API, by a desk that holds a batch, to a SIP2 server on a port of this machine. */
import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { realTcp } from "../../src/node/sip2/tcp.ts";
import { checkout, createWorld, type RunningDesk, record, type World } from "../node/desk/desks.ts";
import { takeValue } from "../node/desk/ending.ts";
import { itemOf, patron } from "../node/desk/replaying.ts";
import { createIls, type Ils, type IlsOptions, serveSockets } from "../sip2/ils.ts";
import { asSupervisor, closers, folder, runAgainst } from "./command-runner.ts";

let world: World;
beforeEach(() => {
  world = createWorld();
});
afterEach(() => world.end());

const login = { user: "desk", password: "sip-secret" } as const;

async function prepare(options: IlsOptions): Promise<{
  readonly desk: RunningDesk;
  readonly id: string;
  readonly ils: Ils;
  readonly argv: readonly string[];
}> {
  world.pc(1).tcp = realTcp;
  const desk = await world.start(1);
  for (const n of [1, 2, 3]) await record(desk, checkout(itemOf(n), patron));
  const { id } = takeValue(await desk.makeBatch({ format: "csv" }));
  const ils = createIls({ login, ...options });
  const { port, close } = await serveSockets(ils.accept);
  closers.push(close);
  await writeFile(join(folder(), "sip2"), `${login.password}\n`);
  const target = ["--sip2", `127.0.0.1:${port}`, "--sip2-user", login.user];
  const argv = ["replay", id, ...target, "--sip2-password-file", join(folder(), "sip2"), "--rate", "20"];
  return { desk, id, ils, argv: [...argv, ...(await asSupervisor())] };
}

const actsOf = ({ replay, stopReplay, batch, subscribe }: RunningDesk) => ({
  replay,
  stopReplay,
  batch,
  subscribe,
});

describe("replay", () => {
  it("sends all, shows how far it is, and says what came of it", async () => {
    const { desk, id, ils, argv } = await prepare({});
    const { code, out, err } = await runAgainst(actsOf(desk), argv);
    expect({ code, out }).toEqual({
      code: 0,
      out: `batch ${id} loaded: 3 lines, 3 done, 0 refused, 0 without an answer, 0 not sent\nAll lines were sent.\n`,
    });
    expect(err).toMatch(/Sending over SIP2: 3 of 3/);
    expect(ils.booked).toHaveLength(3);
    expect(out + err).not.toContain(login.password);
    expect((await runAgainst(actsOf(desk), argv)).err).toMatch(
      /is loaded: sending it would double its lines/,
    );
    expect(ils.booked).toHaveLength(3);
  });

  it("stops where the server answers rubbish, names the line, and goes on by what a person has looked up", async () => {
    const { desk, id, ils, argv } = await prepare({ at: { 2: "rubbish" } });
    const stopped = await runAgainst(actsOf(desk), argv);
    expect(stopped.code).toBe(4);
    expect(stopped.out).toContain(
      `batch ${id} made: 3 lines, 1 done, 0 refused, 1 without an answer, 1 not sent`,
    );
    expect(stopped.out).toMatch(/ {2}line 3: sent .+ by Desk 1, no answer \(What came back is not SIP2\)/);
    expect(stopped.out).toContain("--there, --again or --leave");
    expect(stopped.out + stopped.err).not.toContain(patron);
    const asked = await runAgainst(actsOf(desk), argv);
    expect(asked).toMatchObject({ code: 4, out: "" });
    expect(asked.err).toContain("Sent, and no answer came: line 3.");
    expect((await runAgainst(actsOf(desk), [...argv, "--there", "3"])).code).toBe(0);
    expect(ils.booked).toHaveLength(3);
  });

  it("says what is wrong with what it was given, and sends nothing", async () => {
    const { desk, id, ils, argv } = await prepare({});
    const supervisor = await asSupervisor();
    const to = async (...more: string[]) => runAgainst(actsOf(desk), ["replay", id, ...more, ...supervisor]);
    expect((await to("--sip2", "ils.example.org")).err).toMatch(/--sip2: expected HOST:PORT/);
    expect(await to("--sip2", "127.0.0.1:1", "--again", "one")).toMatchObject({ code: 2 });
    expect(await to("--sip2", "127.0.0.1:1", "--rate", "fast")).toMatchObject({ code: 2 });
    expect((await to("--sip2", "127.0.0.1:1", "--rate", "50")).err).toMatch(/a number from 0.1 to 20/);
    expect((await to("--sip2", "127.0.0.1:1")).err).toMatch(/Nobody answers at 127.0.0.1:1 \(ECONNREFUSED\)/);
    const withoutAs = argv.slice(0, argv.indexOf("--as"));
    expect((await runAgainst(actsOf(desk), withoutAs)).code).toBe(9);
    expect((await runAgainst(actsOf(desk), [...withoutAs, ...(await asSupervisor("ab"))])).code).toBe(9);
    await writeFile(join(folder(), "sip2"), "another\n");
    expect((await runAgainst(actsOf(desk), argv)).err).toMatch(/refuses this user and password/);
    expect(ils.lines).toEqual([]);
    expect(takeValue(await desk.batch(id)).replay).toBeUndefined();
  });
});
