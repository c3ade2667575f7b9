/** A desk that was admitted and turned, and says what is well-formed: it stays one that can be got rid of. */
import { afterEach, beforeEach, expect, it } from "vitest";
import { closeCodes } from "../../src/node/mesh/hello.ts";
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
} from "../node/desk/desks.ts";
import { type Attacker, createInsider, createWriter, type Line, openLink, updateFrame } from "./attacker.ts";

let world: World;
let one: RunningDesk;
let two: RunningDesk;
let insider: Attacker;
let line: Line;

beforeEach(async () => {
  world = createWorld({ overTls: true });
  one = await world.start(1);
  two = await world.start(2);
  await linked(one, two);
  insider = await createInsider(one);
  line = await openLink(insider, one, "branch");
});
afterEach(() => world.end());

/** One entry in a run of its own. */
function say(body: { readonly k: string; readonly [field: string]: unknown }): void {
  const writer = createWriter(one, insider.signer, { document: "branch" });
  writer.add(body);
  for (let group = writer.takeGroup(2); group; group = writer.takeGroup(2))
    line.say(updateFrame(group.update));
}

/** What it may say without harm, and what counts of that at a desk. */
function call(who: string): void {
  say({ k: "outage-word", o: 1, s: "called", w: who });
}

async function listCalled(desk: RunningDesk): Promise<readonly string[]> {
  return (await desk.audit()).map(({ text }) => text).filter((text) => text.startsWith("Called "));
}

it("can be retired however many runs it has, and all that was held of them counts for good", async () => {
  const names = Array.from({ length: 400 }, (_, n) => `somebody ${n}`);
  for (const name of names) call(name);
  const isAll = async (desk: RunningDesk) => (await listCalled(desk)).length === names.length;
  for (const desk of [one, two]) await until("all of it is heard", () => isAll(desk));
  // The first one has answered none of the desk's questions meanwhile.
  line = await openLink(insider, one, "branch");
  expectDone(await one.actOnDesk(insider.signer.desk, { kind: "retire", reason: "Stolen" }));
  expect(await line.closed()).toBe(closeCodes.retired);
  for (const desk of [one, two]) {
    const isThere = () => desk.desks().desks.some(({ desk: id }) => id === insider.signer.desk);
    await until("it is no desk any more", () => !isThere());
    expect(await listCalled(desk)).toHaveLength(names.length);
  }
});

it("opens no logs by naming an outage that nobody got to", async () => {
  for (const to of ["open", "close"]) say({ k: "outage", o: 999_999, to });
  say({ k: "outage", o: 999_998, to: "close" });
  call("somebody");
  for (const desk of [one, two])
    await until("all of it is heard", async () => (await listCalled(desk)).length === 1);
  await record(two, checkout("33191000000001"));
  await agree([one, two], 1);
  for (const desk of [one, two]) {
    expect(desk.outage().number).toBe(1);
    expect([...(await desk.pc.folders.names())].sort()).toEqual(["branch", "outage-1"]);
  }
});
