import { describe } from "vitest";
import { createWire } from "../../src/node/mesh/wire.ts";
import { createNetwork } from "../../src/node/mesh/wire-memory.ts";
import { realClock } from "../../src/node/real-ports.ts";
import { wireContract } from "./wire.ts";

describe("ws on loopback", () =>
  wireContract(() => ({ server: createWire(), client: createWire(), host: "127.0.0.1" })));

describe("in memory", () =>
  wireContract(() => {
    const network = createNetwork(realClock);
    return { server: network.wire("10.0.0.1"), client: network.wire("10.0.0.2"), host: "10.0.0.1" };
  }));
