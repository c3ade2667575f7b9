/**
 * The network between desks on ws and node:http: the one file that imports `ws`. Plain TCP until desks are admitted
 * and links are encrypted (the next release); private addresses alone, whatever the PC is connected to.
 */
import { createServer, get, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import type { AddressInfo, Socket } from "node:net";
import { WebSocket, WebSocketServer } from "ws";
import { maxUpdateBytes } from "../../crdt/log/guard.ts";
import type { Wire, WireServer, WireSocket } from "../ports.ts";
import { isFromBrowser } from "./browser.ts";
import { isPrivateAddress } from "./interfaces.ts";

const handshakeTimeoutMs = 700;
const fetchIdleTimeoutMs = 10_000;
/** A frame is an update with a few bytes around it. */
const maxFrameBytes = maxUpdateBytes + 1024;

export function createWire(): Wire {
  return {
    dial(target) {
      // The address goes in by `lookup`: a link-local one with its scope (fe80::1%eth0) can't stand in a URL.
      const family = target.host.includes(":") ? 6 : 4;
      const socket = new WebSocket(`ws://desk:${target.port}${target.path}`, {
        lookup(_name, asked, answer) {
          // Never at once: a connect that fails at once would tell before anybody listens.
          process.nextTick(() => {
            if (asked.all) answer(null, [{ address: target.host, family }]);
            else answer(null, target.host, family);
          });
        },
        handshakeTimeout: handshakeTimeoutMs,
        maxPayload: maxFrameBytes,
        perMessageDeflate: false,
        // A desk never goes through a proxy to its neighbour.
        agent: false,
      });
      return wrapSocket(socket, target, target.path);
    },
    listen,
    fetch,
  };
}

function wrapSocket(socket: WebSocket, remote: { host: string; port: number }, path: string): WireSocket {
  const wire: WireSocket = {
    remote,
    path,
    get queuedBytes() {
      return socket.bufferedAmount;
    },
    send(frame) {
      if (socket.readyState === WebSocket.OPEN) socket.send(frame);
    },
    close: (code, reason) => socket.close(code, reason),
    cut: () => socket.terminate(),
    onOpen: null,
    onFrame: null,
    onClose: null,
  };
  socket.on("open", () => {
    noDelay(socket);
    wire.onOpen?.();
  });
  socket.on("message", (data, isBinary) => wire.onFrame?.(isBinary ? toBytes(data) : null));
  socket.on("close", (code, reason) => wire.onClose?.(code, reason.toString()));
  // Every error is followed by `close`, which tells the owner; without a listener it would end the process.
  socket.on("error", () => undefined);
  return wire;
}

/** A scan is one small frame: it must not wait for another to share a packet. */
function noDelay(socket: WebSocket): void {
  (socket as unknown as { _socket?: Socket })._socket?.setNoDelay(true);
}

function toBytes(data: Buffer | ArrayBuffer | Buffer[]): Uint8Array {
  if (Array.isArray(data)) return Buffer.concat(data);
  return data instanceof ArrayBuffer ? new Uint8Array(data) : data;
}

async function listen(options: Parameters<Wire["listen"]>[0]): Promise<WireServer> {
  const hosts = options.hosts.length > 0 ? options.hosts : [undefined];
  const sockets = new WebSocketServer({
    noServer: true,
    maxPayload: maxFrameBytes,
    perMessageDeflate: false,
  });
  const servers: Server[] = [];
  let port = options.port;
  for (const host of hosts) {
    const server = createServer((request, response) => serveFetch(request, response, options.onFetch));
    server.on("connection", (socket) => {
      // All interfaces are listened on, so that a new address needs no new start; strangers' ways in are not.
      if (!isNear(socket.localAddress) || !isNear(socket.remoteAddress)) socket.destroy();
    });
    server.on("upgrade", (request, socket, head) => {
      socket.on("error", () => socket.destroy());
      if (isFromBrowser(request.headers)) {
        socket.end("HTTP/1.1 403 Forbidden\r\nConnection: close\r\nContent-Length: 0\r\n\r\n", () =>
          socket.destroy(),
        );
        return;
      }
      sockets.handleUpgrade(request, socket, head, (webSocket) => {
        noDelay(webSocket);
        const remote = {
          host: plainAddress(request.socket.remoteAddress),
          port: request.socket.remotePort ?? 0,
        };
        options.onSocket(wrapSocket(webSocket, remote, request.url ?? "/"));
      });
    });
    await listenOn(server, port, host);
    port = (server.address() as AddressInfo).port;
    servers.push(server);
  }
  return {
    port,
    async close() {
      for (const client of sockets.clients) client.terminate();
      sockets.close();
      await Promise.all(
        servers.map((server) => {
          server.closeAllConnections();
          return new Promise((resolve) => server.close(resolve));
        }),
      );
    },
  };
}

function listenOn(server: Server, port: number, host: string | undefined): Promise<void> {
  return new Promise((resolve, reject) => {
    server.once("error", reject);
    server.listen({ port, ...(host === undefined ? {} : { host }) }, () => {
      server.off("error", reject);
      resolve();
    });
  });
}

function serveFetch(
  request: IncomingMessage,
  response: ServerResponse,
  onFetch: (path: string, from: number) => AsyncIterable<Uint8Array> | null,
): void {
  if (isFromBrowser(request.headers)) {
    response.writeHead(403, { connection: "close" }).end();
    return;
  }
  // Not by URL: it throws on what a stranger may ask for, such as "//".
  const path = (request.url ?? "/").replace(/\?.*$/s, "");
  const from = Number(/^bytes=(\d{1,15})-$/.exec(request.headers.range ?? "")?.[1] ?? 0);
  const body = request.method === "GET" ? onFetch(path, from) : null;
  if (!body) {
    response.writeHead(404).end();
    return;
  }
  sendBody(response, body).catch(() => response.destroy());
}

async function sendBody(response: ServerResponse, body: AsyncIterable<Uint8Array>): Promise<void> {
  response.writeHead(206, { "content-type": "application/octet-stream" });
  for await (const chunk of body) {
    if (response.destroyed) return;
    if (response.write(chunk)) continue;
    await new Promise<void>((resolve) => {
      const goOn = (): void => {
        response.off("drain", goOn).off("close", goOn);
        resolve();
      };
      response.on("drain", goOn).on("close", goOn);
    });
  }
  response.end();
}

async function* fetch(target: Parameters<Wire["fetch"]>[0], from: number): AsyncGenerator<Uint8Array> {
  const { host, port, path } = target;
  const response = await new Promise<IncomingMessage>((resolve, reject) => {
    const options = { host, port, path, headers: { range: `bytes=${from}-` }, agent: false as const };
    const request = get(options, resolve);
    request.setTimeout(fetchIdleTimeoutMs, () => request.destroy(new Error("the other desk fell silent")));
    request.once("error", reject);
  });
  if (response.statusCode !== 206) {
    response.destroy();
    throw new Error(`the other desk answered ${response.statusCode}`);
  }
  for await (const chunk of response) yield chunk as Uint8Array;
}

function isNear(address: string | undefined): boolean {
  const plain = plainAddress(address);
  return plain === "::1" || plain.startsWith("127.") || isPrivateAddress(plain);
}

/** `::ffff:10.0.0.1` → `10.0.0.1` */
function plainAddress(address: string | undefined): string {
  return (address ?? "").replace(/^::ffff:/i, "");
}
