/** Attacks on the links of running desks, over real TLS: each is refused, nothing changes, the desk serves on. */
import { connect as connectTcp, type Socket } from "node:net";
import { type ConnectionOptions, connect, type TLSSocket } from "node:tls";
import { afterEach, beforeEach, expect, it } from "vitest";
import { frameKinds, parseFrame } from "../../src/crdt/log/frames.ts";
import { closeCodes, protocolVersion } from "../../src/node/mesh/hello.ts";
import { parsePeers } from "../../src/node/mesh/peer-exchange.ts";
import {
  agree,
  checkout,
  countLinked,
  createWorld,
  expectDone,
  linked,
  pause,
  type RunningDesk,
  readAll,
  record,
  until,
  type World,
} from "../node/desk/desks.ts";
import {
  type Attacker,
  cardOf,
  createAttacker,
  createInsider,
  createWriter,
  helloOf,
  openLine,
  openLink,
  updateFrame,
} from "./attacker.ts";

let world: World;
let one: RunningDesk;
let two: RunningDesk;
beforeEach(async () => {
  world = createWorld({ overTls: true });
  one = await world.start(1);
  two = await world.start(2);
  await linked(one, two);
  await record(one, checkout("33191000000001"));
  await agree([one, two], 1);
});
afterEach(async () => {
  await stillServes();
  await world.end();
});

async function stillServes(): Promise<void> {
  const before = (await readAll(one)).length;
  await record(two, checkout(`3319${Date.now()}`));
  await agree([one, two], before + 1);
}

function connectTls(desk: RunningDesk, options: ConnectionOptions): Promise<TLSSocket> {
  return new Promise((resolve, reject) => {
    const { host, port } = desk.pc;
    const socket = connect({ host, port, rejectUnauthorized: false, ...options }, () => resolve(socket));
    socket.once("error", reject);
  });
}

/** What comes back before the end. */
async function answerTo(socket: TLSSocket, request: string): Promise<string> {
  let heard = "";
  let ended = false;
  socket.on("data", (bytes: Buffer) => {
    heard += bytes.toString();
  });
  socket.on("error", () => undefined);
  socket.on("close", () => {
    ended = true;
  });
  socket.write(request);
  await until("the desk ends it", () => ended);
  return heard;
}

const upgrade =
  "GET /deskmesh/1/branch HTTP/1.1\r\nhost: desk\r\nconnection: upgrade\r\nupgrade: websocket\r\n" +
  "sec-websocket-version: 13\r\nsec-websocket-key: AAAAAAAAAAAAAAAAAAAAAA==\r\n\r\n";
const fetching = "GET /deskmesh/1/x HTTP/1.1\r\nhost: desk\r\n\r\n";

it.each([
  ["upgrade", upgrade],
  ["fetch", fetching],
])("without a certificate: no answer to an %s", async (_what, request) => {
  expect(await answerTo(await connectTls(one, { minVersion: "TLSv1.3" }), request)).toBe("");
});

it("below TLS 1.3, and without TLS: no connection", async () => {
  const { key, certificate } = (await createAttacker()).identity;
  await expect(connectTls(one, { key, cert: certificate, maxVersion: "TLSv1.2" })).rejects.toThrow();
  const plain = connectTcp({ host: one.pc.host, port: one.pc.port });
  let heard = "";
  plain.on("data", (bytes: Buffer) => {
    heard += bytes.toString("latin1");
  });
  plain.on("error", () => undefined);
  const gone = new Promise((resolve) => plain.once("close", resolve));
  plain.write(upgrade);
  await gone;
  // At most TLS's own alert.
  expect(heard.length).toBeLessThan(10);
});

it("resumes no session: each connection shows its certificate", async () => {
  const { key, certificate } = (await createAttacker()).identity;
  const options = { key, cert: certificate, minVersion: "TLSv1.3" } as const;
  const first = await connectTls(one, options);
  const sessions: Buffer[] = [];
  first.on("session", (session: Buffer) => sessions.push(session));
  await answerTo(first, fetching);
  for (const session of [...sessions, first.getSession()]) {
    if (!session) continue;
    const again = await connectTls(one, { ...options, session }).catch(() => null);
    expect(again?.isSessionReused() ?? false).toBe(false);
    again?.destroy();
    const bare = await connectTls(one, { minVersion: "TLSv1.3", session }).catch(() => null);
    if (bare) expect(await answerTo(bare, fetching)).toBe("");
  }
});

it("an unadmitted certificate hears only that it is not admitted, and no package", async () => {
  const stranger = await createAttacker();
  const line = await openLine(stranger, one, "/deskmesh/1/branch");
  line.say(helloOf(stranger, one));
  expect(await line.closed()).toBe(closeCodes.notAdmitted);
  expect(line.frames).toEqual([]);
  expect(line.ended?.reason).toBe("not admitted");
  const { key, certificate } = stranger.identity;
  const socket = await connectTls(one, { key, cert: certificate });
  const path = `/deskmesh/1/${one.state().branch!.id}/snapshot/${"a".repeat(64)}`;
  expect(await answerTo(socket, `GET ${path} HTTP/1.1\r\nhost: desk\r\n\r\n`)).toMatch(/^HTTP\/1.1 404 /);
});

it("a hello that was overheard is of no use with another certificate", async () => {
  const insider = await createInsider(one);
  const stranger = await createAttacker();
  const line = await openLine(stranger, one, "/deskmesh/1/branch");
  line.say(helloOf(insider, one));
  line.say(cardOf(insider));
  expect(await line.closed()).toBe(closeCodes.notAdmitted);
  expect(line.frames).toEqual([]);
});

it("an admitted desk can't say that it is another one", async () => {
  const insider = await createInsider(one);
  const line = await openLine(insider, one, "/deskmesh/1/branch");
  line.say(helloOf(insider, one));
  line.say(cardOf(insider, { desk: two.signer.desk }));
  expect(await line.closed()).toBe(closeCodes.noHello);
  expect(one.desks().desks.find(({ desk }) => desk === insider.signer.desk)?.linked).toBe(false);
});

it("an admitted desk can't take another's link by saying its run", async () => {
  const insider = await createInsider(one);
  const line = await openLink(insider, one, "branch");
  let run: string | undefined;
  // Linked desks are told where the others are, and so their runs.
  await until("it has heard the other's run", () => {
    const told = line.frames.map(parseFrame).flatMap((frame) => (frame.kind === "json" ? [frame] : []));
    const peers = told.findLast(({ message }) => message === frameKinds.peers)?.value;
    run = parsePeers(peers).find((peer) => peer.run !== insider.run)?.run;
    return run !== undefined;
  });
  // By now it isn't taken for two dials that crossed.
  await pause(2_500);
  const thief = await openLine(insider, one, "/deskmesh/1/branch");
  thief.say(helloOf(insider, one, { run }));
  expect(await thief.closed()).toBe(closeCodes.duplicate);
  expect(countLinked(two)).toBeGreaterThan(0);
  line.socket.cut();
});

it.each([
  ["another branch", { branch: "0".repeat(32) }, closeCodes.notThisBranch],
  ["a future protocol", { protocol: protocolVersion + 1 }, closeCodes.otherProtocol],
  ["no run", { run: "x" }, closeCodes.noHello],
])("a hello of %s is refused by name", async (_what, change, code) => {
  const insider = await createInsider(one);
  const line = await openLine(insider, one, "/deskmesh/1/branch");
  line.say(helloOf(insider, one, change));
  expect(await line.closed()).toBe(code);
  expect(line.frames).toEqual([]);
});

it("nothing but a hello is heard first", async () => {
  const insider = await createInsider(one);
  const line = await openLine(insider, one, "/deskmesh/1/outage-1");
  const writer = createWriter(one, insider.signer);
  writer.add({ k: "note" });
  line.say(updateFrame(writer.takeGroup(8)!.update));
  expect(await line.closed()).toBe(closeCodes.noHello);
  expect(one.desks().desks.find(({ desk }) => desk === insider.signer.desk)?.made).toBe(0);
});

it("a desk that is linked while it is retired is gone at once, everywhere, and stays out", async () => {
  const insider = await createInsider(one);
  await until("both know it", () => two.desks().desks.some(({ desk }) => desk === insider.signer.desk));
  const lines = await Promise.all([one, two].map((desk) => openLink(insider, desk)));
  const writer = createWriter(one, insider.signer);
  writer.add({ k: "note" });
  for (const line of lines) line.say(updateFrame(writer.takeGroup(8)?.update ?? new Uint8Array([0, 0])));
  const retiredAt = performance.now();
  expectDone(await one.actOnDesk(insider.signer.desk, { kind: "retire", reason: "Stolen" }));
  expect(await Promise.all(lines.map((line) => line.closed()))).toEqual([4401, 4401]);
  expect(performance.now() - retiredAt).toBeLessThan(2_000);
  for (const desk of [one, two]) {
    const line = await openLine(insider, desk, "/deskmesh/1/branch");
    line.say(helloOf(insider, desk));
    expect(await line.closed()).toBe(closeCodes.retired);
    expect(line.frames).toEqual([]);
  }
});

it("one that goes on talking after it was retired is not heard", async () => {
  const insider = await createInsider(one);
  const line = await openLink(insider, one);
  const writer = createWriter(one, insider.signer);
  const retiring = one.actOnDesk(insider.signer.desk, { kind: "retire" });
  while (line.ended === null) {
    writer.add({ k: "note" });
    line.say(updateFrame(writer.takeGroup(8)!.update));
    await pause(5);
  }
  expectDone(await retiring);
  await pause(100);
  const seen = one.desks().desks.find(({ desk }) => desk === insider.signer.desk);
  const made = seen?.made ?? 0;
  await pause(200);
  expect(one.desks().desks.find(({ desk }) => desk === insider.signer.desk)?.made ?? 0).toBe(made);
});

/** Both ends of every connection, for attacker and desks are one process here. */
function countEnds(): number {
  return process.getActiveResourcesInfo().filter((resource) => resource === "TCPSocketWrap").length;
}

const full = process.env.DESKMESH_FULL === "1";
it(`${full ? "10,000" : "2,000"} half-open connections keep no desk out`, async () => {
  const before = countEnds();
  const sockets = new Set<Socket>();
  const { host, port } = one.pc;
  const held = (): number => countEnds() - sockets.size;
  for (let i = 0; i < (full ? 10_000 : 2_000); i++) {
    const socket = connectTcp({ host, port });
    socket.on("error", () => undefined);
    socket.on("close", () => sockets.delete(socket));
    // Unread, an end would not be noticed here.
    socket.resume();
    sockets.add(socket);
    if (i % 100 === 0) await pause(5);
  }
  try {
    const three = await world.start(3, [1, 2]);
    await until("a new desk is linked meanwhile", () => countLinked(three) === 2);
    // Asked of the desk's ends: the kernel gives some up while the queue is full, and never tells the other end.
    await until("the desk holds no more than may knock", () => held() < before + 200, 30_000, held);
    await three.close();
    await until("the desk has let go of all", () => held() <= before, 30_000, held);
  } finally {
    for (const socket of sockets) socket.destroy();
  }
});

it("sockets that have a certificate and say nothing are let go too", async () => {
  const stranger: Attacker = await createAttacker();
  const lines = await Promise.all(
    Array.from({ length: 90 }, () => openLine(stranger, one, "/deskmesh/1/branch")),
  );
  await Promise.all(lines.map((line) => line.closed()));
  expect(lines.flatMap(({ frames }) => frames.map((frame) => parseFrame(frame).kind))).toEqual([]);
});
