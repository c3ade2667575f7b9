import { beforeAll, describe, expect, it } from "vitest";
import { type LinkIdentity, loadLinkIdentity } from "../../src/node/certificate.ts";
import { createWire } from "../../src/node/mesh/wire.ts";
import { createNetwork } from "../../src/node/mesh/wire-memory.ts";
import { createMemoryVault } from "../../src/node/ports-memory.ts";
import { realClock } from "../../src/node/real-ports.ts";
import { wireContract } from "./wire.ts";

describe("ws over TLS on loopback", () => {
  let identities: readonly LinkIdentity[] = [];
  beforeAll(async () => {
    identities = await Promise.all([1, 2].map(() => loadLinkIdentity(createMemoryVault())));
  });
  wireContract(() => ({
    server: createWire(identities[0]!),
    client: createWire(identities[1]!),
    host: "127.0.0.1",
  }));

  it("dials a PC by its name, too, and nobody by one that is unknown", async () => {
    const [server, client] = [createWire(identities[0]!), createWire(identities[1]!)];
    const listening = await server.listen({
      port: 0,
      hosts: ["127.0.0.1"],
      onSocket: (socket) => socket.close(4507, ""),
      onFetch: () => null,
    });
    const dial = (host: string): Promise<"open" | "closed"> =>
      new Promise((resolve) => {
        const socket = client.dial({ host, port: listening.port, path: "/deskmesh/1/branch" });
        socket.onOpen = () => resolve("open");
        socket.onClose = () => resolve("closed");
      });
    expect(await dial("localhost")).toBe("open");
    expect(await dial("desk-3.invalid")).toBe("closed");
    await listening.close();
  });
});

describe("in memory", () =>
  wireContract(() => {
    const network = createNetwork(realClock);
    return { server: network.wire("10.0.0.1"), client: network.wire("10.0.0.2"), host: "10.0.0.1" };
  }));
