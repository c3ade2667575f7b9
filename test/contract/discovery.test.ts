import { describe } from "vitest";
import { createDiscovery } from "../../src/node/mesh/discovery.ts";
import { createAir } from "../../src/node/mesh/discovery-memory.ts";
import type { Discovery } from "../../src/node/ports.ts";
import { discoveryContract, type Listening, realClock, type World } from "./discovery.ts";

describe("in memory", () => {
  discoveryContract(async () => {
    const air = createAir(realClock);
    const wires = (place: number): [string, string][] =>
      [1, 2, 3].filter((other) => other !== place).map((other) => [String(place), String(other)]);
    return worldOf((place) => air.discovery(String(place)), {
      cut(place) {
        for (const [a, b] of wires(place)) air.cut(a, b);
      },
      heal(place) {
        for (const [a, b] of wires(place)) air.heal(a, b);
      },
    });
  });
});

describe("mDNS on this machine", () => {
  discoveryContract(async () =>
    worldOf(() =>
      createDiscovery({ clock: realClock, loopback: true, onError: (error) => console.warn(error.message) }),
    ),
  );
});

function worldOf(create: (place: number) => Discovery, wire?: World["wire"]): World {
  return {
    async listen(place, own, onSighting): Promise<Listening> {
      const discovery = create(place);
      const stop = await discovery.start(own, onSighting);
      return { refresh: async () => discovery.refresh(), stop };
    },
    ...(wire === undefined ? {} : { wire }),
    end: async () => undefined,
  };
}
