/**
 * What answers at an address that this desk dials may be anything, even with an admitted certificate: it is told with a
 * code, and not dialled in a rush.
 */
import { afterEach, beforeEach, expect, it } from "vitest";
import { createSigner } from "../../../src/crdt/log/digest.ts";
import { frameKinds, jsonFrame } from "../../../src/crdt/log/frames.ts";
import { parseInvite } from "../../../src/node/pairing/invite.ts";
import { joinByInvite } from "../../../src/node/pairing/joiner.ts";
import type { WireSocket } from "../../../src/node/ports.ts";
import { realClock, realRandom } from "../../../src/node/real-ports.ts";
import {
  checkout,
  countLinked,
  createWorld,
  expectDone,
  linked,
  pause,
  type RunningDesk,
  record,
  until,
  type World,
} from "../desk/desks.ts";

let world: World;
beforeEach(() => {
  world = createWorld();
});
afterEach(() => world.end());

let branch = "";
const signer = createSigner(Buffer.alloc(32, 9));
const hello = (changes: Record<string, unknown> = {}): Uint8Array =>
  jsonFrame(frameKinds.hello, { protocol: 1, branch, run: "f".repeat(16), ...changes });
const card = (): Uint8Array =>
  jsonFrame(frameKinds.card, { desk: signer.desk, name: "Stranger", version: "9", meshPort: 8471 });

/** So that it is spoken to at all. */
async function admit(desk: RunningDesk): Promise<void> {
  const invite = parseInvite(expectDone(await desk.invite(60_000)).invite)!;
  branch = invite.branch;
  const wire = world.network.wire("10.0.0.9");
  const joined = await joinByInvite(
    { wire, clock: realClock, random: realRandom, signer, name: "Stranger" },
    invite,
  );
  expect(joined.kind).toBe("joined");
}

/** Answers each dial at place 9 as told, and collects how it ended. */
async function listen(answer: (socket: WireSocket) => void): Promise<{ code: number; reason: string }[]> {
  const ends: { code: number; reason: string }[] = [];
  await world.network.wire("10.0.0.9").listen({
    port: 8471,
    hosts: [],
    onFetch: () => null,
    onSocket(socket) {
      socket.onFrame = () => {
        socket.onFrame = () => undefined;
        answer(socket);
      };
      // Dialled before it was admitted, it was cut off without a word.
      socket.onClose = (code, reason) => void (code === 4511 || ends.push({ code, reason }));
    },
  });
  return ends;
}

it.each([
  ["garbage", () => [Uint8Array.of(9, 9, 9)], 4508],
  ["nothing in a frame", () => [new Uint8Array(0)], 4508],
  ["a hello of another protocol", () => [hello({ protocol: 7 })], 4510],
  ["a hello of another branch", () => [hello({ branch: "0".repeat(32) })], 4400],
  ["garbage for a card", () => [hello(), Uint8Array.of(9, 9, 9)], 4508],
  ["rubbish behind a good greeting", () => [hello(), card(), Uint8Array.of(0, 2, 9, 1)], 4520],
  ["an empty frame behind a good greeting", () => [hello(), card(), new Uint8Array(0)], 4520],
  ["an unknown message behind a good greeting", () => [hello(), card(), Uint8Array.of(77)], 4520],
] as const)("%s", async (_name, says, code) => {
  const ends = await listen((socket) => {
    for (const frame of says()) socket.send(frame);
  });
  const one = await world.start(1, [9]);
  await admit(one);
  await until("it ended", () => ends.length > 0);
  expect(ends[0]?.code).toBe(code);
  expect(countLinked(one)).toBe(0);
  const dials = world.network.dials;
  await pause(1_200);
  // The book waits 10 s and more with such an address.
  if (code !== 4508) expect(world.network.dials - dials).toBeLessThanOrEqual(1);
  else expect(world.network.dials - dials).toBeLessThanOrEqual(8);
  const two = await world.start(2, [1]);
  await linked(one, two);
  await record(one, checkout("33191000000001"));
});

it("a reset after some silence is followed by a new link at once", async () => {
  const [one, two] = [await world.start(1), await world.start(2)];
  await linked(one, two);
  world.network.cut("10.0.0.1", "10.0.0.2");
  await pause(3_200);
  world.network.drop("10.0.0.1", "10.0.0.2");
  world.network.heal("10.0.0.1", "10.0.0.2");
  await until("they are linked", () => countLinked(one) === 1 && countLinked(two) === 1, 3_000);
  await record(two, checkout("33191000000001"));
  await until("it came", async () => (await one.transactions({})).rows.length === 1, 2_000);
});
