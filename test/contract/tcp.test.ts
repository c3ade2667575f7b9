/** Outward connections: sockets of this machine and their twin in memory, held to one suite. */
import { createServer, type Server } from "node:net";
import { afterEach, describe, expect, it } from "vitest";
import type { ByteSocket, Tcp } from "../../src/node/ports.ts";
import { realTcp } from "../../src/node/sip2/tcp.ts";
import { createMemoryTcp } from "../../src/node/sip2/tcp-memory.ts";
import { until } from "../node/desk/desks.ts";
import { serveSockets } from "../sip2/ils.ts";

interface Place {
  readonly tcp: Tcp;
  readonly host: string;
  readonly port: number;
  end(): Promise<void>;
}

const places: readonly (readonly [string, (accept: (socket: ByteSocket) => void) => Promise<Place>])[] = [
  [
    "real",
    async (accept) => {
      const { port, close } = await serveSockets(accept);
      return { tcp: realTcp, host: "127.0.0.1", port, end: close };
    },
  ],
  [
    "in memory",
    async (accept) => {
      const tcp = createMemoryTcp();
      const end = tcp.serve("ils:1", accept);
      return { tcp, host: "ils", port: 1, end: async () => end() };
    },
  ],
];

describe.each(places)("tcp: %s", (_name, serve) => {
  let place: Place | null = null;
  afterEach(() => place?.end());

  it("carries bytes both ways, in order, and says once that it is closed", async () => {
    let far: ByteSocket | null = null;
    place = await serve((socket) => {
      far = socket;
      socket.onBytes = (bytes) => socket.write(bytes);
    });
    const near = await place.tcp.dial({ host: place.host, port: place.port, tls: false }, 2_000);
    const heard: number[] = [];
    let closed = 0;
    near.onBytes = (bytes) => void heard.push(...bytes);
    near.onClose = () => {
      closed += 1;
    };
    expect(near.closed).toBe(false);
    for (let n = 0; n < 50; n += 1) near.write(Uint8Array.of(n, 255 - n));
    await until("all came back", () => heard.length === 100);
    expect(heard).toEqual(Array.from({ length: 50 }, (_, n) => [n, 255 - n]).flat());
    (far as ByteSocket | null)?.cut();
    await until("it is closed", () => closed === 1 && near.closed);
    near.write(Uint8Array.of(1));
    near.cut();
    expect(closed).toBe(1);
  });

  it("rejects where nobody is, with a code that tells of nobody", async () => {
    place = await serve(() => undefined);
    const { tcp, host, port, end } = place;
    await end();
    await expect(tcp.dial({ host, port, tls: false }, 2_000)).rejects.toMatchObject({ code: "ECONNREFUSED" });
  });
});

describe("tcp: real alone", () => {
  let server: Server | null = null;
  afterEach(() => void server?.close());

  it("gives up on whoever says nothing of the TLS that was asked for", async () => {
    server = createServer((socket) => void socket.on("error", () => undefined));
    await new Promise<void>((resolve) => server?.listen(0, "127.0.0.1", resolve));
    const address = server.address();
    const port = address !== null && typeof address === "object" ? address.port : 0;
    await expect(realTcp.dial({ host: "127.0.0.1", port, tls: true }, 200)).rejects.toMatchObject({
      code: "ETIMEDOUT",
    });
  });
});
