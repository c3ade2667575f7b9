// What the machine itself can do, sampled between the measurements: the disk's sync, the loopback's round trip.
import { closeSync, fdatasyncSync, openSync, writeSync } from "node:fs";
import { open } from "node:fs/promises";
import { Agent, createServer as createHttpServer, request } from "node:http";
import { connect, createServer } from "node:net";
import { join } from "node:path";
import { connect as connectTls, createServer as createTlsServer } from "node:tls";

/** An entry as small as they get. */
const entryBytes = 200;

/** 200 bytes appended and synced: blocking, and awaited through the thread pool. Each resolves in ms. */
export async function createSyncLimit(folder) {
  const blockingFile = openSync(join(folder, "limit-blocking"), "a");
  const awaitedFile = await open(join(folder, "limit-awaited"), "a");
  const bytes = Buffer.alloc(entryBytes, 120);
  return {
    blocking() {
      const start = performance.now();
      writeSync(blockingFile, bytes);
      fdatasyncSync(blockingFile);
      return performance.now() - start;
    },
    async awaited() {
      const start = performance.now();
      await awaitedFile.write(bytes);
      await awaitedFile.datasync();
      return performance.now() - start;
    },
    /** `size` bytes in one write, awaited. */
    async bulk(size) {
      const whole = Buffer.alloc(size, 120);
      const start = performance.now();
      await awaitedFile.write(whole);
      await awaitedFile.datasync();
      return performance.now() - start;
    },
    async close() {
      closeSync(blockingFile);
      await awaitedFile.close();
    },
  };
}

/** A TCP echo on the loopback, in this process: `roundTrip(size)` resolves in ms. */
export async function createEchoLimit() {
  const server = createServer((socket) => {
    socket.setNoDelay(true);
    socket.pipe(socket);
  });
  await new Promise((resolve) => server.listen(0, "127.0.0.1", resolve));
  const socket = connect(server.address().port, "127.0.0.1");
  await new Promise((resolve) => socket.once("connect", resolve));
  socket.setNoDelay(true);
  let missing = 0;
  let done = () => undefined;
  socket.on("data", (data) => {
    missing -= data.length;
    if (missing <= 0) done();
  });
  return {
    async roundTrip(size) {
      const start = performance.now();
      missing = size;
      const back = new Promise((resolve) => {
        done = resolve;
      });
      socket.write(Buffer.alloc(size, 120));
      await back;
      return performance.now() - start;
    },
    close() {
      socket.destroy();
      return new Promise((resolve) => server.close(resolve));
    },
  };
}

/** A bare TLS server that says a byte once it has the client's certificate: `connect()` resolves in ms. */
export async function createTlsLimit({ key, certificate }) {
  const options = { key, cert: certificate, minVersion: "TLSv1.3", rejectUnauthorized: false };
  const server = createTlsServer({ ...options, requestCert: true }, (socket) => {
    socket.on("error", () => undefined);
    if (socket.getPeerX509Certificate()) socket.write(Buffer.of(1));
  });
  await new Promise((resolve) => server.listen(0, "127.0.0.1", resolve));
  const { port } = server.address();
  return {
    connect() {
      const start = performance.now();
      return new Promise((resolve, reject) => {
        const socket = connectTls({ host: "127.0.0.1", port, ...options });
        socket.setNoDelay(true);
        socket.once("error", reject);
        socket.once("data", () => {
          const ms = performance.now() - start;
          socket.destroy();
          resolve(ms);
        });
      });
    },
    close: () => new Promise((resolve) => server.close(resolve)),
  };
}

/** A bare HTTP server that answers a POST with 1 kB of JSON: `roundTrip(body)` resolves in ms. */
export async function createHttpLimit() {
  const answer = JSON.stringify({ filler: "x".repeat(1000) });
  const server = createHttpServer((incoming, outgoing) => {
    incoming.on("end", () => {
      outgoing.writeHead(201, { "content-type": "application/json" });
      outgoing.end(answer);
    });
    incoming.resume();
  });
  await new Promise((resolve) => server.listen(0, "127.0.0.1", resolve));
  const client = createHttpClient(server.address().port);
  return {
    async roundTrip(body) {
      const start = performance.now();
      await client.post("/", body);
      return performance.now() - start;
    },
    close() {
      client.close();
      return new Promise((resolve) => server.close(resolve));
    },
  };
}

/** One kept-open connection, as a browser has. `post` resolves with status and text. */
export function createHttpClient(port) {
  const agent = new Agent({ keepAlive: true, maxSockets: 32 });
  return {
    post(path, body) {
      const headers = {
        "content-type": "application/json",
        "content-length": Buffer.byteLength(body),
        "deskmesh-staff": "ab",
      };
      return new Promise((resolve, reject) => {
        const sent = request({ host: "127.0.0.1", port, path, method: "POST", agent, headers }, (reply) => {
          let text = "";
          reply.setEncoding("utf8");
          reply.on("data", (part) => {
            text += part;
          });
          reply.on("end", () => resolve({ status: reply.statusCode, text }));
        });
        sent.on("error", reject);
        sent.end(body);
      });
    },
    close: () => agent.destroy(),
  };
}

export const floorName = "the same bytes over TCP, written and synced by groups of 256";
/** An entry as it travels and lies on disk, about. */
const sentBytes = 500;

/** What wire and disk need for as many entries, sent and stored in groups, ms. */
export async function bulkFloor(limit, echo, entries, group) {
  let ms = 0;
  for (let i = 0; i < entries; i += group) {
    const bytes = Math.min(group, entries - i) * sentBytes;
    ms += (await echo.roundTrip(bytes)) / 2 + (await limit.bulk(bytes));
  }
  return ms;
}
