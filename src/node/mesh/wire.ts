/**
 * The network between desks on ws and node:https: the one file that imports `ws`. TLS 1.3 with a certificate from both
 * sides, each known by its fingerprint; no session is ever resumed, since then no certificate would be shown. Private
 * addresses alone, whatever the PC is connected to.
 */
import { get, type IncomingMessage, type ServerResponse } from "node:http";
import { createServer, type Server } from "node:https";
import type { AddressInfo, Socket } from "node:net";
import { connect, type TLSSocket } from "node:tls";
import { WebSocket, WebSocketServer } from "ws";
import { maxUpdateBytes } from "../../crdt/log/guard.ts";
import type { LinkIdentity } from "../certificate.ts";
import type { ServeFetch, Wire, WireServer, WireSocket } from "../ports.ts";
import { isFromBrowser } from "./browser.ts";
import { createCrowd } from "./crowd.ts";
import { isPrivateAddress } from "./interfaces.ts";
import { peerOf, type TlsOptions, tlsOptions } from "./tls.ts";

const handshakeTimeoutMs = 700;
const tlsTimeoutMs = 2_000;
const requestTimeoutMs = 2_000;
const fetchIdleTimeoutMs = 10_000;
/** Connections that have not asked for anything yet. */
const maxKnocking = 128;
/** A frame is an update with a few bytes around it. */
const maxFrameBytes = maxUpdateBytes + 1024;

export function createWire(identity: LinkIdentity): Wire {
  const tls = tlsOptions(identity);
  return {
    fingerprint: identity.fingerprint,
    dial(target) {
      // The address goes in by `lookup`: a link-local one with its scope (fe80::1%eth0) can't stand in a URL.
      const family = target.host.includes(":") ? 6 : 4;
      const socket = new WebSocket(`wss://desk:${target.port}${target.path}`, {
        ...tls,
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
        // A desk never goes through a proxy to its neighbour, and keeps no session of it.
        agent: false,
      });
      return wrapSocket(socket, target, target.path);
    },
    listen: (options) => listen(tls, options),
    fetch: (target, from) => fetch(tls, target, from),
  };
}

function wrapSocket(
  socket: WebSocket,
  remote: { host: string; port: number },
  path: string,
  accepted: string | null = null,
): WireSocket {
  let peerFingerprint = accepted;
  const wire: WireSocket = {
    remote,
    path,
    get peerFingerprint() {
      return peerFingerprint;
    },
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
    peerFingerprint = peerOf(tcpOf(socket) as TLSSocket | undefined);
    if (peerFingerprint === null) socket.terminate();
    else wire.onOpen?.();
  });
  socket.on("message", (data, isBinary) => wire.onFrame?.(isBinary ? toBytes(data) : null));
  socket.on("close", (code, reason) => wire.onClose?.(code, reason.toString()));
  // Every error is followed by `close`, which tells the owner; without a listener it would end the process.
  socket.on("error", () => undefined);
  return wire;
}

/** A scan is one small frame: it must not wait for another to share a packet. */
function noDelay(socket: WebSocket): void {
  tcpOf(socket)?.setNoDelay(true);
}

function tcpOf(socket: WebSocket): Socket | undefined {
  return (socket as unknown as { _socket?: Socket })._socket;
}

function toBytes(data: Buffer | ArrayBuffer | Buffer[]): Uint8Array {
  if (Array.isArray(data)) return Buffer.concat(data);
  return data instanceof ArrayBuffer ? new Uint8Array(data) : data;
}

async function listen(tls: TlsOptions, options: Parameters<Wire["listen"]>[0]): Promise<WireServer> {
  const hosts = options.hosts.length > 0 ? options.hosts : [undefined];
  const sockets = new WebSocketServer({
    noServer: true,
    maxPayload: maxFrameBytes,
    perMessageDeflate: false,
  });
  const servers: Server[] = [];
  let port = options.port;
  for (const host of hosts) {
    const server = openServer(tls, sockets, options);
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

function openServer(
  tls: TlsOptions,
  sockets: WebSocketServer,
  { onSocket, onFetch }: Pick<Parameters<Wire["listen"]>[0], "onSocket" | "onFetch">,
): Server {
  const knocking = createCrowd(maxKnocking);
  const server = createServer({
    ...tls,
    requestCert: true,
    handshakeTimeout: tlsTimeoutMs,
    headersTimeout: requestTimeoutMs,
    requestTimeout: requestTimeoutMs,
    connectionsCheckingInterval: 500,
  });
  server.on("connection", (socket: Socket) => {
    // All interfaces are listened on, so that a new address needs no new start; strangers' ways in are not.
    if (!isNear(socket.localAddress) || !isNear(socket.remoteAddress)) {
      socket.destroy();
      return;
    }
    const key = endOf(socket);
    knocking.enter(plainAddress(socket.remoteAddress), key, () => socket.destroy());
    socket.once("close", () => knocking.leave(key));
  });
  // In TLS 1.3 the other side believes itself connected before this: it hears nothing, and is gone.
  server.on("secureConnection", (socket) => {
    if (peerOf(socket) === null) socket.destroy();
  });
  server.on("request", (request, response) => {
    knocking.leave(endOf(request.socket));
    serveFetch(request, response, onFetch);
  });
  server.on("upgrade", (request, socket: Socket, head) => {
    const fingerprint = peerOf(request.socket as TLSSocket);
    socket.on("error", () => socket.destroy());
    knocking.leave(endOf(request.socket));
    if (fingerprint === null) {
      socket.destroy();
      return;
    }
    if (isFromBrowser(request.headers)) {
      const refusal = "HTTP/1.1 403 Forbidden\r\nConnection: close\r\nContent-Length: 0\r\n\r\n";
      socket.end(refusal, () => socket.destroy());
      return;
    }
    sockets.handleUpgrade(request, socket, head, (webSocket) => {
      noDelay(webSocket);
      const host = plainAddress(request.socket.remoteAddress);
      const remote = { host, port: request.socket.remotePort ?? 0 };
      onSocket(wrapSocket(webSocket, remote, request.url ?? "/", fingerprint));
    });
  });
  return server;
}

/** The same for a connection and for the TLS on it. */
function endOf(socket: Socket): string {
  return `${socket.remoteAddress} ${socket.remotePort}`;
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

function serveFetch(request: IncomingMessage, response: ServerResponse, onFetch: ServeFetch): void {
  const fingerprint = peerOf(request.socket as TLSSocket);
  if (fingerprint === null) {
    request.socket.destroy();
    return;
  }
  if (isFromBrowser(request.headers)) {
    response.writeHead(403, { connection: "close" }).end();
    return;
  }
  // Not by URL: it throws on what a stranger may ask for, such as "//".
  const path = (request.url ?? "/").replace(/\?.*$/s, "");
  const from = Number(/^bytes=(\d{1,15})-$/.exec(request.headers.range ?? "")?.[1] ?? 0);
  const body = request.method === "GET" ? onFetch(path, from, fingerprint) : null;
  if (!body) {
    response.writeHead(404, { connection: "close" }).end();
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

async function* fetch(
  tls: TlsOptions,
  target: Parameters<Wire["fetch"]>[0],
  from: number,
): AsyncGenerator<Uint8Array> {
  const { host, port, path } = target;
  const socket = await connectTo(tls, target);
  const response = await new Promise<IncomingMessage>((resolve, reject) => {
    const headers = { range: `bytes=${from}-`, connection: "close" };
    const request = get({ host, port, path, headers, createConnection: () => socket }, resolve);
    request.setTimeout(fetchIdleTimeoutMs, () => request.destroy(new Error("the other desk fell silent")));
    request.once("error", reject);
  });
  try {
    if (response.statusCode !== 206) throw new Error(`the other desk answered ${response.statusCode}`);
    for await (const chunk of response) yield chunk as Uint8Array;
  } finally {
    response.destroy();
  }
}

/** Looks who is there before anything is asked. */
function connectTo(tls: TlsOptions, target: Parameters<Wire["fetch"]>[0]): Promise<TLSSocket> {
  const { host, port, fingerprint } = target;
  return new Promise((resolve, reject) => {
    const socket = connect({ ...tls, host, port });
    socket.setTimeout(tlsTimeoutMs, () => socket.destroy(new Error("no answer")));
    socket.once("error", reject);
    socket.once("secureConnect", () => {
      socket.setTimeout(0);
      if (peerOf(socket) === fingerprint) resolve(socket);
      else socket.destroy(new Error("another desk is at that address"));
    });
  });
}

function isNear(address: string | undefined): boolean {
  const plain = plainAddress(address);
  return plain === "::1" || plain.startsWith("127.") || isPrivateAddress(plain);
}

/** `::ffff:10.0.0.1` → `10.0.0.1` */
function plainAddress(address: string | undefined): string {
  return (address ?? "").replace(/^::ffff:/i, "");
}
