/** The mesh port serves desks alone: a browser's request is refused before anybody looks at it, certificate or not. */
import { get } from "node:https";
import { connect } from "node:tls";
import { afterEach, beforeAll, expect, test } from "vitest";
import { type LinkIdentity, loadLinkIdentity } from "../../../src/node/certificate.ts";
import { createWire } from "../../../src/node/mesh/wire.ts";
import type { WireServer } from "../../../src/node/ports.ts";
import { createMemoryVault } from "../../../src/node/ports-memory.ts";

const servers: WireServer[] = [];
afterEach(async () => {
  for (const server of servers.splice(0)) await server.close();
});

let identity: LinkIdentity;
beforeAll(async () => {
  identity = await loadLinkIdentity(createMemoryVault());
});
const tls = () => ({ key: identity.key, cert: identity.certificate, rejectUnauthorized: false });

async function listen() {
  const asked: string[] = [];
  const server = await createWire(identity).listen({
    port: 0,
    hosts: ["127.0.0.1"],
    onSocket: (socket) => asked.push(socket.path),
    onFetch: (path) => {
      asked.push(path);
      return null;
    },
  });
  servers.push(server);
  return { server, asked };
}

const ofBrowsers = [{ origin: "http://evil.example" }, { "sec-fetch-mode": "no-cors" }];

test.each(ofBrowsers)("a fetch with %j gets 403, and nobody is asked", async (headers) => {
  const { server, asked } = await listen();
  const status = await new Promise((resolve, reject) => {
    const request = get(
      { ...tls(), host: "127.0.0.1", port: server.port, path: "/snapshot/x", headers },
      (response) => {
        response.resume();
        resolve(response.statusCode);
      },
    );
    request.on("error", reject);
  });
  expect([status, asked]).toEqual([403, []]);
});

test.each(ofBrowsers)("a WebSocket with %j gets 403, and no link", async (headers) => {
  const { server, asked } = await listen();
  const [[name, value]] = Object.entries(headers) as [[string, string]];
  const text = await new Promise<string>((resolve) => {
    let said = "";
    const socket = connect({ ...tls(), port: server.port, host: "127.0.0.1" }, () =>
      socket.write(
        `GET /mesh/branch HTTP/1.1\r\nHost: desk\r\n${name}: ${value}\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n` +
          "Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n",
      ),
    );
    socket.on("data", (chunk) => {
      said += String(chunk);
    });
    socket.on("error", () => undefined);
    socket.on("close", () => resolve(said));
  });
  expect(text).toMatch(/^HTTP\/1\.1 403 /);
  expect(asked).toEqual([]);
});
