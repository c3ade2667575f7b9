/** Packages between desks: given out and fetched by range, each to and from a certificate that is known. */
import { get, type IncomingMessage, type ServerResponse } from "node:http";
import { connect, type TLSSocket } from "node:tls";
import type { ServeFetch, Wire } from "../ports.ts";
import { isFromBrowser } from "./browser.ts";
import { peerOf, type TlsOptions } from "./tls.ts";

const connectTimeoutMs = 2_000;
const idleTimeoutMs = 10_000;

export function serveFetch(request: IncomingMessage, response: ServerResponse, onFetch: ServeFetch): void {
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
  const cut = (): void => void response.destroy();
  const body = request.method === "GET" ? onFetch(path, from, fingerprint, cut) : null;
  if (!body) {
    response.writeHead(404, { connection: "close" }).end();
    return;
  }
  // Nor does it wait for ever for one who reads nothing.
  response.setTimeout(idleTimeoutMs, cut);
  sendBody(response, body).catch(cut);
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

export async function* fetchRange(
  tls: TlsOptions,
  target: Parameters<Wire["fetch"]>[0],
  from: number,
): AsyncGenerator<Uint8Array> {
  const { host, port, path } = target;
  const socket = await connectTo(tls, target);
  const response = await new Promise<IncomingMessage>((resolve, reject) => {
    const headers = { range: `bytes=${from}-`, connection: "close" };
    const request = get({ host, port, path, headers, createConnection: () => socket }, resolve);
    request.setTimeout(idleTimeoutMs, () => request.destroy(new Error("the other desk fell silent")));
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
    socket.setTimeout(connectTimeoutMs, () => socket.destroy(new Error("no answer")));
    socket.once("error", reject);
    socket.once("secureConnect", () => {
      socket.setTimeout(0);
      if (peerOf(socket) === fingerprint) resolve(socket);
      else socket.destroy(new Error("another desk is at that address"));
    });
  });
}
