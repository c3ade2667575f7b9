import { describe, expect, test } from "vitest";
import { isPrivateAddress, privateAddresses } from "../../../src/node/mesh/interfaces.ts";
import { createRepeatFilter, heardToSighting } from "../../../src/node/mesh/sighting.ts";
import * as fc from "../../properties.ts";

const own = { branch: "b1", run: "mine", port: 4001 };
const addresses = privateAddresses(
  {
    eth0: ["10.77.0.1/24", "fe80::1/64"].map((cidr) => {
      const common = { address: cidr.split("/")[0] ?? "", netmask: "", mac: "", internal: false, cidr };
      return cidr.includes(":")
        ? { ...common, family: "IPv6" as const, scopeid: 2 }
        : { ...common, family: "IPv4" as const };
    }),
  },
  { platform: "linux" },
);

describe("heardToSighting", () => {
  test("whatever a stranger sends gives nothing, or private addresses and a port for another run of our branch", () => {
    const text = fc.oneof(fc.string(), fc.ipV4(), fc.ipV6(), fc.constantFrom("10.77.0.9", "fe80::9"));
    const heard = fc.record(
      {
        port: fc.oneof(fc.integer(), fc.double()),
        txt: fc.oneof(
          fc.anything(),
          fc.record({
            branch: fc.constantFrom("b1", "b2"),
            run: fc.oneof(fc.string(), fc.constant("other")),
          }),
        ),
        addresses: fc.array(text, { maxLength: 40 }),
        referer: fc.record({ address: text }),
      },
      { requiredKeys: ["port"] },
    );
    fc.assert(
      fc.property(heard, (service) => {
        const sighting = heardToSighting(service, own, addresses);
        if (sighting === null) return;
        expect(sighting.branch).toBe("b1");
        expect(sighting.run).not.toBe("mine");
        expect(sighting.port).toBeGreaterThan(0);
        expect(sighting.port).toBeLessThan(65_536);
        expect(sighting.addresses.length).toBeGreaterThan(0);
        expect(sighting.addresses.length).toBeLessThan(20);
        expect(sighting.addresses.every(isPrivateAddress)).toBe(true);
      }),
    );
  });

  test("the sender's address first, then what is on our link, then the rest; link-local gets our scope", () => {
    const heard = {
      port: 8471,
      txt: { branch: "b1", run: "theirs" },
      addresses: ["10.77.0.8", "169.254.3.3", "fe80::9", "203.0.113.1", "10.77.0.9"],
      referer: { address: "10.77.0.9" },
    };
    expect(heardToSighting(heard, own, addresses)?.addresses).toEqual([
      "10.77.0.9",
      "10.77.0.8",
      "fe80::9%eth0",
      "169.254.3.3",
    ]);
  });

  test("a sender in another subnet comes after its link-local address", () => {
    const heard = {
      port: 8471,
      txt: { branch: "b1", run: "theirs" },
      addresses: ["169.254.3.3", "fe80::9"],
      referer: { address: "169.254.3.3" },
    };
    expect(heardToSighting(heard, own, addresses)?.addresses).toEqual(["fe80::9%eth0", "169.254.3.3"]);
  });
});

describe("createRepeatFilter", () => {
  test("the same news within a moment is told once, other news and later news always", () => {
    let nowMs = 0;
    const clock = { now: () => 0, monotonic: () => nowMs, after: () => () => undefined };
    const filter = createRepeatFilter(clock);
    const a = { branch: "b1", run: "r1", port: 1, addresses: ["10.0.0.1", "10.0.0.2"] };
    expect(filter.isNews(a)).toBe(true);
    expect(filter.isNews({ ...a, addresses: ["10.0.0.2", "10.0.0.1"] })).toBe(false);
    expect(filter.isNews({ ...a, run: "r2" })).toBe(true);
    expect(filter.isNews({ ...a, addresses: ["10.0.0.3"] })).toBe(true);
    expect(filter.isNews({ ...a, addresses: ["10.0.0.3"] })).toBe(false);
    nowMs += 1_000;
    expect(filter.isNews({ ...a, addresses: ["10.0.0.3"] })).toBe(true);
    filter.forget();
    expect(filter.isNews({ ...a, addresses: ["10.0.0.3"] })).toBe(true);
  });
});
