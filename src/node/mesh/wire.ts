/**
 * The network between desks on ws and node:https: the one file that imports `ws`. TLS 1.3 with a certificate from both
 * sides, each known by its fingerprint; no session is ever resumed, since then no certificate would be shown. Private
 * addresses alone, whatever the PC is connected to.
 */
import type { LookupAddress } from "node:dns";
import type { ClientRequestArgs } from "node:http";
import { createServer, type Server } from "node:https";
import { type AddressInfo, isIP, type LookupFunction, type Socket } from "node:net";
import { type ConnectionOptions, connect, type TLSSocket } from "node:tls";
import { WebSocket, WebSocketServer } from "ws";
import { maxUpdateBytes } from "../../crdt/log/guard.ts";
import type { LinkIdentity } from "../certificate.ts";
import type { Wire, WireServer, WireSocket } from "../ports.ts";
import { isFromBrowser } from "./browser.ts";
import { createCrowd } from "./crowd.ts";
import { isPrivateAddress } from "./interfaces.ts";
import { createNames, type Names } from "./names.ts";
import { dialOptions, peerOf, type TlsOptions, tlsOptions } from "./tls.ts";
import { fetchRange, serveFetch } from "./transfer.ts";

/**
 * A first packet that was lost is sent again after a second only: a new try is sooner. Once the other side has answered,
 * it may take its time for the handshake, for it may be busy.
 */
const connectTimeoutMs = 500;
const handshakeTimeoutMs = 2_000;
const tlsTimeoutMs = 2_000;
const requestTimeoutMs = 2_000;
/** Connections that have not asked for anything yet. */
const maxKnocking = 128;
/** A frame is an update with a few bytes around it. */
const maxFrameBytes = maxUpdateBytes + 1024;

export function createWire(identity: LinkIdentity): Wire {
  let tls = tlsOptions(identity);
  let dialling = dialOptions(tls);
  let { fingerprint } = identity;
  const servers = new Set<Server>();
  const names = createNames(isNear);
  return {
    get fingerprint() {
      return fingerprint;
    },
    show(next) {
      tls = tlsOptions(next);
      dialling = dialOptions(tls);
      ({ fingerprint } = next);
      for (const server of servers) server.setSecureContext(tls);
    },
    dial(target) {
      // The address goes in by `lookup`: a link-local one with its scope (fe80::1%eth0) can't stand in a URL.
      const lookup = lookUp(target.host, names);
      const socket = new WebSocket(`wss://desk:${target.port}${target.path}`, {
        ...dialling,
        lookup,
        handshakeTimeout: handshakeTimeoutMs,
        // And no agent, which would connect by itself: a desk never goes through a proxy, and keeps no session.
        createConnection: connectSoon,
        maxPayload: maxFrameBytes,
        perMessageDeflate: false,
      });
      return wrapSocket(socket, target, target.path);
    },
    listen: (options) => listen(tls, options, servers),
    fetch: (target, from) => fetchRange(dialling, target, from),
  };
}

function lookUp(host: string, names: Names): LookupFunction {
  const family = isIP(host);
  return (_name, asked, answer) => {
    const give = (found: readonly LookupAddress[]): void => {
      const [first] = found;
      if (!first) answer(new Error(`no near address of ${host} is known`), "");
      else if (asked.all) answer(null, [...found]);
      else answer(null, first.address, first.family);
    };
    // Never at once: a connect that fails at once would tell before anybody listens.
    if (family === 0) names.find(host).then(give);
    else process.nextTick(() => give([{ address: host, family }]));
  };
}

/** As `ws` does it by itself, but soon or not at all. */
function connectSoon(options: ClientRequestArgs): TLSSocket {
  const socket = connect({ ...options, path: undefined } as ConnectionOptions);
  const timer = setTimeout(() => socket.destroy(new Error("no answer")), connectTimeoutMs);
  socket.once("connect", () => clearTimeout(timer)).once("close", () => clearTimeout(timer));
  return socket;
}

function wrapSocket(
  socket: WebSocket,
  remote: { host: string; port: number },
  path: string,
  accepted: string | null = null,
): WireSocket {
  let peerFingerprint = accepted;
  let localHost = accepted === null ? null : localOf(socket);
  const wire: WireSocket = {
    remote,
    path,
    get localHost() {
      return localHost;
    },
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
    localHost = localOf(socket);
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

function localOf(socket: WebSocket): string {
  return plainAddress(tcpOf(socket)?.localAddress);
}

function toBytes(data: Buffer | ArrayBuffer | Buffer[]): Uint8Array {
  if (Array.isArray(data)) return Buffer.concat(data);
  return data instanceof ArrayBuffer ? new Uint8Array(data) : data;
}

/** Those that listen are in `open` as long as they do. */
async function listen(
  tls: TlsOptions,
  options: Parameters<Wire["listen"]>[0],
  open: Set<Server>,
): Promise<WireServer> {
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
    open.add(server);
  }
  return {
    port,
    async close() {
      for (const client of sockets.clients) client.terminate();
      sockets.close();
      await Promise.all(
        servers.map((server) => {
          open.delete(server);
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

function isNear(address: string | undefined): boolean {
  const plain = plainAddress(address);
  return plain === "::1" || plain.startsWith("127.") || isPrivateAddress(plain);
}

/** `::ffff:10.0.0.1` → `10.0.0.1` */
function plainAddress(address: string | undefined): string {
  return (address ?? "").replace(/^::ffff:/i, "");
}
