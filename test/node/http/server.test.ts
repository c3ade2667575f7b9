import { mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { connect, type Socket } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, describe, expect, test } from "vitest";
import { type Listening, serveApp } from "../../../src/node/http/server.ts";
import { createDeskDouble, createTestParts, type DeskDouble } from "./desk-double.ts";

const cleanUps: (() => Promise<unknown>)[] = [];
afterEach(async () => {
  for (const cleanUp of cleanUps.splice(0).reverse()) await cleanUp();
});

async function start(double: DeskDouble = createDeskDouble(), webRoot = "/nowhere") {
  const made = createTestParts(double, { webRoot });
  const server = (await serveApp(made.app, 0)) as Listening;
  expect(server.kind).toBe("listening");
  cleanUps.push(() => server.close());
  return { ...made, server, url: `http://127.0.0.1:${server.port}` };
}

async function startWithDouble() {
  const double = createDeskDouble();
  return { ...(await start(double)), ...double };
}

/** Sends raw bytes and gives what came back until the other side closed. */
function speak(port: number, write: (socket: Socket) => void): Promise<string> {
  return new Promise((resolve) => {
    let text = "";
    const socket = connect(port, "127.0.0.1", () => write(socket));
    socket.on("data", (chunk) => {
      text += chunk.toString("latin1");
    });
    // A reset after the answer is the node's way to not read 10 MB.
    socket.on("error", () => undefined);
    socket.on("close", () => resolve(text));
  });
}

async function until(isTrue: () => boolean): Promise<void> {
  for (let turn = 0; turn < 2_000 && !isTrue(); turn++)
    await new Promise((resolve) => setTimeout(resolve, 5));
  expect(isTrue()).toBe(true);
}

describe("serveApp", () => {
  test("a port in use is an answer, not a crash", async () => {
    const { server, app } = await start();
    expect(await serveApp(app, server.port)).toEqual({ kind: "port-in-use", port: server.port });
  });

  test("answers over a real socket, lengths and headers as the app says", async () => {
    const { url } = await start();
    const response = await fetch(`${url}/healthz`);
    expect([response.status, await response.json()]).toEqual([200, { status: "ok" }]);
    expect(response.headers.get("x-content-type-options")).toBe("nosniff");
    const posted = await fetch(`${url}/api/outage/open`, {
      method: "POST",
      headers: { "content-type": "application/json", "deskmesh-staff": "%C3%BC" },
      body: "{}",
    });
    expect(posted.status).toBe(200);
  });

  test.each([
    ["a page of another site", "Origin: http://evil.example\r\n"],
    ["a page of this node", ""],
  ])("no upgrade is served, whoever asks: %s", async (_, header) => {
    const { server } = await start();
    const head = `GET /api/events HTTP/1.1\r\nHost: 127.0.0.1:${server.port}\r\n`;
    const upgrade = "Connection: Upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Version: 13\r\n";
    const key = "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n";
    const text = await speak(server.port, (socket) => socket.write(head + header + upgrade + key));
    expect(text).toMatch(/^HTTP\/1\.1 400 /);
    expect(text).not.toContain("event:");
  });

  test("a foreign host or origin gets nothing by GET, POST, DELETE or as a stream", async () => {
    const { server, recorded, calls } = await startWithDouble();
    const own = `127.0.0.1:${server.port}`;
    const body = "Content-Type: application/json\r\nContent-Length: 2\r\n\r\n{}";
    for (const foreign of ["Host: evil.example", `Host: ${own}\r\nOrigin: http://evil.example`]) {
      for (const request of [
        `GET /api/patrons/1 HTTP/1.1\r\n${foreign}\r\nConnection: close\r\n\r\n`,
        `GET /api/events HTTP/1.1\r\n${foreign}\r\nConnection: close\r\n\r\n`,
        `DELETE /api/session HTTP/1.1\r\n${foreign}\r\nConnection: close\r\n\r\n`,
        `POST /api/outage/open HTTP/1.1\r\n${foreign}\r\nDeskmesh-Staff: ab\r\nConnection: close\r\n${body}`,
      ]) {
        const text = await speak(server.port, (socket) => socket.write(request));
        expect(text).toMatch(/^HTTP\/1\.1 (?:421|403) /);
      }
    }
    expect([recorded, calls]).toEqual([[], []]);
  });

  test("10 MB are refused early, announced or in chunks", async () => {
    const { server } = await start();
    const head = `POST /api/transactions HTTP/1.1\r\nHost: 127.0.0.1:${server.port}\r\nContent-Type: application/json\r\n`;
    const piece = Buffer.alloc(65_536, 32);
    const announced = await speak(server.port, (socket) => {
      // Not one byte of the body is sent: the head is enough.
      socket.write(`${head}Content-Length: 10000000\r\n\r\n`);
    });
    expect(announced).toMatch(/^HTTP\/1\.1 413 /);
    expect(announced).toMatch(/connection: close/i);
    let sent = 0;
    const chunked = await speak(server.port, (socket) => {
      socket.write(`${head}Transfer-Encoding: chunked\r\n\r\n`);
      const next = () => {
        if (socket.destroyed || sent > 10_000_000) return;
        sent += piece.length;
        socket.write(Buffer.concat([Buffer.from("10000\r\n"), piece, Buffer.from("\r\n")]), () =>
          setImmediate(next),
        );
      };
      next();
    });
    expect(chunked).toMatch(/^HTTP\/1\.1 413 /);
  });

  test.each([
    ["GET /api/state HTTP/1.1\r\n\r\n", 400],
    ["GET /api/state HTTP/1.1\r\nHost: evil.example\r\n\r\n", 421],
    ["GET http://evil.example/api/state HTTP/1.1\r\nHost: evil.example\r\n\r\n", 421],
    ["GET /api/state HTTP/1.1\r\nHost: 127.0.0.1\r\nHost: evil.example\r\n\r\n", 421],
    ["GET /../../etc/passwd HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n", 404],
    ["GET /%2e%2e/%2e%2e/etc/passwd HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n", 404],
    ["GET / HTTP/1.1\r\nHost: a b\r\n\r\n", 400],
    ["rubbish\r\n\r\n", 400],
  ])("%j gets %i", async (request, status) => {
    const { server } = await start();
    const text = await speak(server.port, (socket) =>
      socket.end(request.replace(/\r\n\r\n$/, "\r\nConnection: close\r\n\r\n")),
    );
    expect(text).toMatch(new RegExp(`^HTTP/1.1 ${status} `));
    expect(text).not.toMatch(/\bat .*\.[tj]s|root:/);
  });

  test("events arrive as they happen; a page that goes takes its listener along", async () => {
    const double = createDeskDouble();
    const { url } = await start(double);
    const abort = new AbortController();
    const response = await fetch(`${url}/api/events`, { signal: abort.signal });
    const reader = response.body!.getReader();
    const decoder = new TextDecoder();
    let text = "";
    while (!text.includes("event: state\n")) text += decoder.decode((await reader.read()).value);
    double.emit("outage", { number: 9, state: "closing" });
    while (!text.includes('data: {"number":9,"state":"closing"}'))
      text += decoder.decode((await reader.read()).value);
    abort.abort();
    await until(() => double.listeners.size === 0);
  });

  test("a page that never reads is cut off", async () => {
    const double = createDeskDouble();
    const { server, logged } = await start(double);
    const socket = connect(server.port, "127.0.0.1", () => {
      socket.write(`GET /api/events HTTP/1.1\r\nHost: 127.0.0.1:${server.port}\r\n\r\n`);
    });
    socket.pause();
    cleanUps.push(async () => socket.destroy());
    await until(() => double.listeners.size === 1);
    const fault = { kind: "x", text: "y".repeat(50_000) };
    // The kernel's buffers take some megabytes first.
    for (let n = 0; n < 1_000 && double.listeners.size > 0; n++) {
      double.emit("fault", fault);
      await new Promise((resolve) => setImmediate(resolve));
    }
    expect([double.listeners.size, logged.length]).toEqual([0, 1]);
  });

  test("close ends open streams", async () => {
    const double = createDeskDouble();
    const { url, server } = await start(double);
    const response = await fetch(`${url}/api/events`);
    await response.body!.getReader().read();
    await server.close();
    await until(() => double.listeners.size === 0);
  });
});

describe("pages", () => {
  async function startWithPages() {
    const root = await mkdtemp(join(tmpdir(), "deskmesh-web-"));
    cleanUps.push(() => rm(root, { recursive: true }));
    const web = join(root, "web");
    await mkdir(join(web, "assets"), { recursive: true });
    await writeFile(join(web, "index.html"), "<!doctype html><title>Deskmesh</title>");
    await writeFile(join(web, "assets", "main-1a2b.js"), "export {};");
    await writeFile(join(web, ".hidden.txt"), "hidden");
    await writeFile(join(root, "secret.txt"), "secret");
    return start(createDeskDouble(), web);
  }

  test("are served with their types", async () => {
    const { url } = await startWithPages();
    const page = await fetch(`${url}/`);
    expect([page.status, page.headers.get("content-type"), page.headers.get("cache-control")]).toEqual([
      200,
      "text/html; charset=utf-8",
      "no-cache",
    ]);
    expect(await page.text()).toContain("Deskmesh");
    const script = await fetch(`${url}/assets/main-1a2b.js`);
    expect(script.headers.get("content-type")).toBe("text/javascript; charset=utf-8");
    expect(script.headers.get("cache-control")).toContain("immutable");
    expect((await fetch(`${url}/`, { method: "HEAD" })).status).toBe(200);
    expect((await fetch(`${url}/`, { method: "POST" })).status).toBe(405);
  });

  test.each([
    "/.hidden.txt",
    "/..%2fsecret.txt",
    "/assets/..%2f..%2fsecret.txt",
    "/assets%2f..%2f..%2fsecret.txt",
    "/%2e%2e%2fsecret.txt",
    "/..%5csecret.txt",
    "/assets",
    "/index.html/x",
    "/main.js%00.html",
  ])("%s is not there", async (path) => {
    const { url } = await startWithPages();
    const response = await fetch(url + path);
    expect(response.status).toBe(404);
    expect(await response.text()).not.toMatch(/hidden"|secret$/);
  });
});
