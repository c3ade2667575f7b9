/** An address where nobody answers at all: a PC that was switched off, an old lease. A first packet may just be lost. */
import { type ChildProcess, spawn } from "node:child_process";
import { connect, type Socket } from "node:net";
import { afterEach, expect, it } from "vitest";
import { loadLinkIdentity } from "../../../src/node/certificate.ts";
import { createWire } from "../../../src/node/mesh/wire.ts";
import { createMemoryVault } from "../../../src/node/ports-memory.ts";
import { realClock } from "../../../src/node/real-ports.ts";

/** Takes no connection: whoever comes when two wait hears nothing, as the kernel drops its packets. */
const deaf = `
  const server = require("node:net").createServer().listen({ port: 0, host: "127.0.0.1", backlog: 1 }, () => {
    require("node:fs").writeSync(1, String(server.address().port));
    Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 60_000);
  });`;

let child: ChildProcess | undefined;
const sockets: Socket[] = [];
afterEach(() => {
  for (const socket of sockets.splice(0)) socket.destroy();
  child?.kill("SIGKILL");
});

function knock(port: number): Socket {
  const socket = connect(port, "127.0.0.1");
  socket.on("error", () => undefined);
  sockets.push(socket);
  return socket;
}

it("is given up long before a handshake would be, so that the next try comes soon", async () => {
  child = spawn(process.execPath, ["-e", deaf], { stdio: ["ignore", "pipe", "inherit"] });
  const port = Number(await new Promise((resolve) => child!.stdout!.once("data", resolve)));
  for (let n = 0; n < 2; n++) {
    const waiting = knock(port);
    await new Promise((resolve) => waiting.once("connect", resolve));
  }
  const wire = createWire(await loadLinkIdentity(createMemoryVault()));
  const unheard = knock(port);
  const ends: string[] = [];
  const handshakeTimeoutMs = 2_000;
  await new Promise<void>((resolve) => {
    const end = (which: string) => {
      ends.push(which);
      resolve();
    };
    realClock.after(handshakeTimeoutMs, () => end("a handshake's time"));
    wire.dial({ host: "127.0.0.1", port, path: "/mesh" }).onClose = () => end("the dial");
  });
  expect(ends).toEqual(["the dial"]);
  expect(unheard.connecting).toBe(true);
});
