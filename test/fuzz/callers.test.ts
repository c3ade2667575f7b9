/**
 * At the mesh port of the real process, over TLS: strangers and an admitted desk say what would be right there, made
 * wrong. The process lives, records, keeps its state, and its log tells nothing of patrons.
 */
import { randomBytes } from "node:crypto";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, it } from "vitest";
import { frameKinds, frontierFrame, jsonFrame, syncFrame } from "../../src/crdt/log/frames.ts";
import type { InviteView, StateView } from "../../src/node/http/api.ts";
import { type Attacker, createAttacker, joinAs } from "../attacks/attacker.ts";
import { writeForged, writeUpdate } from "../bad-input/updates.ts";
import { killAll, type Node, startNode } from "../kill/process.ts";
import { newId } from "../node/desk/desks.ts";
import * as fc from "../properties.ts";
import { mutatedBytes, runs } from "./mutations.ts";
import { patronData } from "./patron-data.ts";

let folder: string;
let node: Node;
let branch: string;
let stranger: Attacker;
let insider: Attacker;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "deskmesh-callers-"));
  node = await startNode(folder);
  await node.found();
  branch = ((await (await node.api("GET", "/api/state")).json()) as StateView).branch!.id;
  [stranger, insider] = await Promise.all([createAttacker(), createAttacker()]);
  const { invite } = (await (await node.api("POST", "/api/invites", {})).json()) as InviteView;
  await joinAs(insider, invite, "Insider");
  expect((await record()).status).toBe(201);
});
afterAll(async () => {
  await killAll();
  await rm(folder, { recursive: true, force: true });
});

function record(): Promise<Response> {
  const scan = {
    id: newId(),
    kind: "checkout",
    patron: "30234000000001",
    item: `33191${randomBytes(3).readUIntBE(0, 3)}`,
  };
  return node.api("POST", "/api/transactions", scan);
}

async function readLog(): Promise<unknown> {
  const state = (await (await node.api("GET", "/api/state")).json()) as StateView;
  const rows = await (await node.api("GET", "/api/transactions?limit=200")).text();
  // Feeds of desks that nobody knows (yet) are kept aside, and counted among those that may hold a scan.
  const shown = rows.replaceAll(/"coverage":\{[^}]*\}/g, "");
  return { branch: state.branch, outage: state.outage, exceptions: state.exceptions, shown };
}

/** What a desk says on a link that stands, in its order. */
function sayings(who: Attacker): readonly Uint8Array[] {
  const hello = { protocol: 1, branch, run: randomBytes(8).toString("hex") };
  return [
    jsonFrame(frameKinds.hello, hello),
    jsonFrame(frameKinds.card, { desk: who.signer.desk, name: "Insider", version: "9", meshPort: 1 }),
    frontierFrame(new Map()),
    syncFrame("update", writeUpdate(branch)),
    syncFrame("update", writeForged(branch)),
    jsonFrame(frameKinds.peers, [{ host: "10.0.0.9", port: 8471, run: hello.run }]),
    jsonFrame(frameKinds.join, {
      protocol: 1,
      key: who.signer.publicKey,
      name: "New",
      signature: "x".repeat(86),
    }),
  ];
}

/** Says it all at once, and hangs up when the desk does, or when nothing more comes. */
function call(who: Attacker, path: string, says: readonly Uint8Array[]): Promise<void> {
  return new Promise((resolve) => {
    const socket = who.wire.dial({ host: "127.0.0.1", port: node.meshPort, path });
    const end = (): void => {
      clearTimeout(timer);
      socket.cut();
      resolve();
    };
    const timer = setTimeout(end, 2_000);
    socket.onOpen = () => {
      for (const frame of says) socket.send(frame);
      timer.refresh();
      setTimeout(end, 60);
    };
    socket.onClose = end;
  });
}

const paths = ["/deskmesh/1/branch", "/deskmesh/1/outage-1", "/deskmesh/1/join", "/deskmesh/1/%00", "/"];

it("whatever callers say, the desk goes on unchanged", async () => {
  const before = await readLog();
  const calls = fc.record({
    who: fc.constantFrom("stranger", "insider"),
    path: fc.constantFrom(...paths, paths[0]!, paths[1]!),
    wrong: fc.nat(6),
    nonce: fc.nat(),
  });
  await fc.assert(
    fc.asyncProperty(calls, async ({ who, path, wrong, nonce }) => {
      const caller = who === "insider" ? insider : stranger;
      const says = [...sayings(caller)];
      const seed = { numRuns: 1, seed: nonce };
      says[wrong] = fc.sample(mutatedBytes(says), seed)[0]!;
      await call(caller, path, says);
      expect(node.child.exitCode).toBeNull();
    }),
    { ...runs(80, 2_000), endOnFailure: true },
  );
  expect(await readLog()).toEqual(before);
  expect((await record()).status).toBe(201);
  expect(node.said.err).not.toMatch(/Unhandled|RangeError|\n {4}at /);
  expect(node.said.err).not.toMatch(patronData);
}, 1_800_000);
