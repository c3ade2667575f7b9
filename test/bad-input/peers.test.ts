/**
 * Rubbish at the mesh port of the real process, from strangers with a certificate of their own and from a desk that was
 * admitted: each is told with a code, and the node goes on unchanged.
 */
import { randomBytes } from "node:crypto";
import { mkdtemp, rm } from "node:fs/promises";
import { connect as connectTcp } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { connect, type TLSSocket } from "node:tls";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { WebSocket } from "ws";
import { frameKinds, frontierFrame, jsonFrame, syncFrame } from "../../src/crdt/log/frames.ts";
import type { InviteView, StateView } from "../../src/node/http/api.ts";
import { closeCodes, protocolVersion } from "../../src/node/mesh/hello.ts";
import { tlsOptions } from "../../src/node/mesh/tls.ts";
import { type Attacker, createAttacker, joinAs } from "../attacks/attacker.ts";
import { killAll, type Node, startNode } from "../kill/process.ts";
import { newId, until } from "../node/desk/desks.ts";
import { writeDeletion, writeForged, writeMap, writeUpdate } from "./updates.ts";

let folder: string;
let node: Node;
let branch: string;
let stranger: Attacker;
let insider: Attacker;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "deskmesh-stranger-"));
  node = await startNode(folder);
  await node.found();
  branch = (await readState()).branch!.id;
  [stranger, insider] = await Promise.all([createAttacker(), createAttacker()]);
  const { invite } = (await (await node.api("POST", "/api/invites", {})).json()) as InviteView;
  await joinAs(insider, invite, "Insider");
});
afterAll(async () => {
  await killAll();
  await rm(folder, { recursive: true, force: true });
});

async function readState(): Promise<StateView> {
  return (await (await node.api("GET", "/api/state")).json()) as StateView;
}

/** What must not change, whoever calls. */
async function readLog(): Promise<unknown> {
  const { branch: known, outage, exceptions, waiting, ready } = await readState();
  const rows = await (await node.api("GET", "/api/transactions?limit=200")).json();
  return { known, outage, exceptions, waiting, ready, rows };
}

function hello(changes: Record<string, unknown> = {}): Uint8Array {
  const run = randomBytes(8).toString("hex");
  return jsonFrame(frameKinds.hello, { protocol: 1, branch, run, ...changes });
}

function card(changes: Record<string, unknown> = {}): Uint8Array {
  const desk = insider.signer.desk;
  return jsonFrame(frameKinds.card, { desk, name: "Insider", version: "9.9.9", meshPort: 1, ...changes });
}

interface Call {
  readonly code: number;
  readonly reason: string;
  readonly frames: number;
}

type Say = Uint8Array | string;

/**
 * Says one thing after the other, each once the node has sent as many frames as stand before it (its hello and its card
 * come together). Gives how it ended.
 */
function call(
  who: Attacker,
  says: readonly (readonly [after: number, say: Say])[],
  path = "/deskmesh/1/branch",
): Promise<Call> {
  return new Promise((resolve, reject) => {
    const address = `wss://127.0.0.1:${node.meshPort}${path}`;
    const socket = new WebSocket(address, { ...tlsOptions(who.identity), perMessageDeflate: false });
    const left = [...says];
    let frames = 0;
    const sayDue = (): void => {
      while (left[0] && left[0][0] <= frames) socket.send(left.shift()![1]);
    };
    socket.on("open", sayDue);
    socket.on("message", () => {
      frames++;
      sayDue();
    });
    socket.on("close", (code, reason) => resolve({ code, reason: reason.toString(), frames }));
    socket.on("error", (why) => (socket.readyState === WebSocket.CONNECTING ? reject(why) : undefined));
  });
}

/** Whoever it is, without waiting for an answer. */
function callAtOnce(who: Attacker, says: readonly Say[], path?: string): Promise<Call> {
  return call(
    who,
    says.map((say) => [0, say]),
    path,
  );
}

/** As an admitted desk, over a link that stands. */
function callLinked(says: readonly Say[]): Promise<Call> {
  return call(insider, [[0, hello()], [2, card()], ...says.map((say) => [3, say] as const)]);
}

async function stillWorks(before: unknown): Promise<void> {
  expect(await readLog()).toEqual(before);
  expect((await node.api("GET", "/healthz")).status).toBe(200);
  expect(node.child.exitCode).toBeNull();
}

const { noHello, faultOfForm } = closeCodes;

describe("before its hello, a stranger hears nothing but why it is sent away", () => {
  const strangers: readonly (readonly [string, () => readonly Say[], number])[] = [
    ["garbage", () => [randomBytes(200)], noHello],
    ["a text frame", () => ["hello"], noHello],
    ["an empty frame", () => [new Uint8Array(0)], noHello],
    ["sync before hello", () => [syncFrame("step1", Uint8Array.of(0))], noHello],
    ["a card before hello", () => [card()], noHello],
    ["a hello that is null", () => [jsonFrame(frameKinds.hello, null)], noHello],
    ["a hello without a run", () => [hello({ run: undefined })], noHello],
    ["a hello with a branch of 300 characters", () => [hello({ branch: "x".repeat(300) })], noHello],
    ["a hello whose run is no run", () => [hello({ run: "../../etc" })], noHello],
    ["another branch", () => [hello({ branch: "0".repeat(32) })], closeCodes.notThisBranch],
    ["another protocol version", () => [hello({ protocol: protocolVersion + 1 })], closeCodes.otherProtocol],
    ["a hello that is right", () => [hello(), card(), frontierFrame(new Map())], closeCodes.notAdmitted],
    ["a frame of 2 MB", () => [new Uint8Array(2 * 1024 * 1024)], 1009],
    ["awareness", () => [Uint8Array.of(1, 255, 255, 255, 255, 255, 255, 255, 255)], noHello],
  ];
  it.each(strangers)("%s", async (_name, says, code) => {
    const before = await readLog();
    const ended = await callAtOnce(stranger, says());
    expect(ended).toMatchObject({ code, frames: 0 });
    if (code === closeCodes.otherProtocol) expect(ended.reason).toContain(`protocol ${protocolVersion + 1}`);
    await stillWorks(before);
  });

  it("silence: closed after a moment", async () => {
    expect(await call(stranger, [])).toMatchObject({ code: noHello, reason: "no hello" });
  });
});

describe("an admitted desk before its link stands", () => {
  it("a document that isn't known, and a path that is none", async () => {
    const none = await callAtOnce(insider, [hello()], "/deskmesh/1/outage-99");
    expect(none.code).toBe(closeCodes.notYet);
    expect((await callAtOnce(insider, [hello()], "/deskmesh/1/../x")).code).toBe(noHello);
    expect((await callAtOnce(stranger, [hello()], "/deskmesh/1/outage-99")).code).toBe(
      closeCodes.notAdmitted,
    );
  });

  const cards: readonly (readonly [string, () => Say])[] = [
    ["garbage", () => randomBytes(200)],
    ["a text frame", () => "{}"],
    ["a card that is null", () => jsonFrame(frameKinds.card, null)],
    ["a card of another desk", () => card({ desk: randomBytes(16).toString("hex") })],
    ["a card with a name of 300 characters", () => card({ name: "x".repeat(300) })],
    ["a card without a port", () => card({ meshPort: "8471" })],
    ["a second hello", () => hello()],
  ];
  it.each(cards)("instead of its card: %s", async (_name, say) => {
    const before = await readLog();
    const ended = await call(insider, [
      [0, hello()],
      [2, say()],
    ]);
    expect(ended).toMatchObject({ code: noHello, frames: 2 });
    await stillWorks(before);
  });
});

describe("an admitted desk on its link", () => {
  const rubbish: readonly (readonly [string, () => readonly Say[], number])[] = [
    ["garbage", () => [Uint8Array.of(0, 2, 255, 1, 2, 3)], faultOfForm],
    ["a text frame", () => ["{}"], faultOfForm],
    ["an empty frame", () => [new Uint8Array(0)], faultOfForm],
    ["a message of no known kind", () => [Uint8Array.of(99, 1, 2)], faultOfForm],
    [
      "an update that is cut off",
      () => [syncFrame("update", writeUpdate(branch).subarray(0, 60))],
      faultOfForm,
    ],
    ["an update that deletes", () => [syncFrame("update", writeDeletion())], faultOfForm],
    ["a map instead of a feed", () => [syncFrame("update", writeMap())], faultOfForm],
    ["an entry signed by another desk", () => [syncFrame("update", writeForged(branch))], faultOfForm],
    ["a frontier that is none", () => [jsonFrame(frameKinds.frontier, { x: [1] })], faultOfForm],
    ["a frame of 2 MB", () => [new Uint8Array(2 * 1024 * 1024)], 1009],
  ];
  it.each(rubbish)("%s", async (_name, says, code) => {
    const before = await readLog();
    expect((await callLinked(says())).code).toBe(code);
    await stillWorks(before);
  });

  it("peers and clocks that can't be are not taken, and nobody is parted for them", async () => {
    const before = await readLog();
    const says = [
      jsonFrame(frameKinds.peers, [{ host: "8.8.8.8", port: 53, run: "x" }, null, { host: "evil" }, 7]),
      jsonFrame(frameKinds.peers, { length: 1e9 }),
      jsonFrame(frameKinds.pong, { t: "now", wall: null }),
      jsonFrame(frameKinds.ping, null),
      frontierFrame(new Map()),
      Uint8Array.of(1, 255, 255, 255),
      "the end",
    ];
    expect((await callLinked(says)).code).toBe(faultOfForm);
    await stillWorks(before);
  });
});

describe("at the port itself, with a certificate", () => {
  it.each([
    ["a request for nothing", "GET / HTTP/1.1\r\nHost: x\r\n\r\n", /^HTTP\/1\.1 404/],
    ["a path that is no URL", "GET // HTTP/1.1\r\nHost: x\r\n\r\n", /^HTTP\/1\.1 40[04]/],
    [
      "a snapshot that isn't there",
      "GET /deskmesh/1/x/snapshot/y HTTP/1.1\r\nHost: x\r\n\r\n",
      /^HTTP\/1\.1 404/,
    ],
    ["no HTTP at all", "\x16\x03\x01\x02\x00\x01\r\n\r\n", /^HTTP\/1\.1 400/],
    [
      "an upgrade to something else",
      "GET /deskmesh/1/branch HTTP/1.1\r\nHost: x\r\nConnection: Upgrade\r\nUpgrade: tea\r\n\r\n",
      /^HTTP\/1\.1 4\d\d/,
    ],
    [
      "an upgrade without a key",
      "GET /deskmesh/1/branch HTTP/1.1\r\nHost: x\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n\r\n",
      /^HTTP\/1\.1 4\d\d/,
    ],
  ])("%s", async (_name, text, wanted) => {
    const before = await readLog();
    expect(await sendRaw(text)).toMatch(wanted);
    await stillWorks(before);
  });

  it("many that say nothing, half a handshake or half a request keep nobody else out", async () => {
    const before = await readLog();
    // How a client of TLS begins: the header of a record of 512 bytes that never come.
    const halfHandshake = Uint8Array.of(0x16, 3, 1, 2, 0, 1, 0, 1, 0xfc, 3, 3);
    const sockets = Array.from({ length: 200 }, (_, i) => {
      if (i % 8 === 0) {
        const socket = connectAs(stranger, () => socket.write("GET /deskmesh/1/branch HTTP/1.1\r\nHos"));
        return socket;
      }
      const socket = connectTcp(node.meshPort, "127.0.0.1");
      if (i % 2) socket.write(halfHandshake);
      return socket;
    });
    try {
      for (const socket of sockets) socket.on("error", () => undefined);
      expect((await callAtOnce(stranger, [hello({ protocol: protocolVersion + 1 })])).code).toBe(
        closeCodes.otherProtocol,
      );
      await stillWorks(before);
    } finally {
      for (const socket of sockets) socket.destroy();
    }
  });
});

it("after all of this it still records, and says in its log who was refused and why", async () => {
  const scan = { id: newId(), kind: "checkout", patron: "30234000000001", item: "33191000000001" };
  expect((await node.api("POST", "/api/transactions", scan)).status).toBe(201);
  await until("the log says it", () => node.said.err.includes("another branch"));
  expect(node.said.err).toContain(`protocol ${protocolVersion + 1}`);
  expect(node.said.err).toContain("not admitted");
  expect(node.said.err).not.toMatch(/\n {4}at |33191|30234/);
});

function connectAs(who: Attacker, onConnected: () => void): TLSSocket {
  return connect({ ...tlsOptions(who.identity), host: "127.0.0.1", port: node.meshPort }, onConnected);
}

function sendRaw(text: string): Promise<string> {
  return new Promise((resolve, reject) => {
    const socket = connectAs(stranger, () => socket.write(text));
    let came = "";
    socket.setEncoding("latin1").on("data", (more: string) => {
      came += more;
      socket.destroy();
    });
    socket.on("error", reject);
    socket.on("close", () => resolve(came));
  });
}
