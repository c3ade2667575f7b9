import { beforeAll, describe } from "vitest";
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
});

describe("in memory", () =>
  wireContract(() => {
    const network = createNetwork(realClock);
    return { server: network.wire("10.0.0.1"), client: network.wire("10.0.0.2"), host: "10.0.0.1" };
  }));
