// The least that does the job: a line of JSON, written and synced, and sent over TCP through a hub that keeps all lines.
import { mkdirSync } from "node:fs";
import { open } from "node:fs/promises";
import { connect, createServer } from "node:net";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { scan } from "../scans.mjs";

export async function openHub() {
  const sockets = new Set();
  const kept = [];
  const server = createServer((socket) => {
    socket.setNoDelay(true);
    socket.on("error", () => sockets.delete(socket));
    socket.on("close", () => sockets.delete(socket));
    if (kept.length > 0) socket.write(kept.join(""));
    sockets.add(socket);
    createInterface({ input: socket }).on("line", (text) => {
      kept.push(`${text}\n`);
      for (const other of sockets) if (other !== socket) other.write(`${text}\n`);
    });
  });
  await new Promise((resolve) => server.listen(0, "127.0.0.1", resolve));
  return {
    about: { port: server.address().port },
    close() {
      for (const socket of sockets) socket.destroy();
      server.close();
    },
  };
}

export async function openDesk({ folder, hub, onKnown }) {
  mkdirSync(folder, { recursive: true });
  const file = await open(join(folder, "lines.jsonl"), "a");
  const socket = connect(hub.port, "127.0.0.1");
  socket.setNoDelay(true);
  await new Promise((resolve) => socket.once("connect", resolve));
  let held = 0;
  let storing = Promise.resolve();
  let waiting = [];
  /** Lines that came while the disk was busy go into its next write together. */
  const store = (text) => {
    waiting.push(text);
    if (waiting.length === 1) storing = storing.then(writeWaiting);
    return storing;
  };
  async function writeWaiting() {
    const lines = waiting;
    waiting = [];
    await file.write(lines.join(""));
    await file.datasync();
    held += lines.length;
    return lines;
  }
  createInterface({ input: socket }).on("line", (text) => {
    const { id } = JSON.parse(text);
    void store(`${text}\n`);
    onKnown(id);
  });
  const write = async (texts) => {
    const text = texts.map((one) => `${JSON.stringify(one)}\n`).join("");
    await store(text);
    held += texts.length - 1;
    socket.write(text);
  };
  return {
    about: {},
    record: ({ n, id }) => write([{ ...scan(n), id }]),
    async append(from, to, perChange) {
      for (let n = from; n < to; n += perChange)
        await write(Array.from({ length: Math.min(perChange, to - n) }, (_, i) => scan(n + i)));
    },
    count: () => held,
    linked: () => undefined,
    async close() {
      socket.destroy();
      await storing;
      await file.close();
    },
  };
}
