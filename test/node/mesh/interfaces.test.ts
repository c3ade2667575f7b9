import type { NetworkInterfaceInfo } from "node:os";
import { describe, expect, test } from "vitest";
import {
  type Interfaces,
  isOnLink,
  isPrivateAddress,
  privateAddresses,
  watchInterfaces,
} from "../../../src/node/mesh/interfaces.ts";
import type { Clock } from "../../../src/node/ports.ts";
import * as fc from "../../properties.ts";

describe("isPrivateAddress", () => {
  test("agrees with arithmetic for any IPv4 address", () => {
    const byte = fc.integer({ min: 0, max: 255 });
    const first = fc.oneof(byte, fc.constantFrom(10, 172, 192, 169, 100));
    const second = fc.oneof(byte, fc.constantFrom(15, 16, 31, 32, 168, 254, 64));
    fc.assert(
      fc.property(first, second, byte, byte, (a, b, c, d) => {
        const wanted =
          a === 10 ||
          (a === 172 && b >= 16 && b <= 31) ||
          (a === 192 && b === 168) ||
          (a === 169 && b === 254);
        expect(isPrivateAddress(`${a}.${b}.${c}.${d}`)).toBe(wanted);
      }),
    );
  });
  test("agrees with the first 16 bits for any IPv6 address", () => {
    const group = fc.integer({ min: 0, max: 0xffff });
    const first = fc.oneof(group, fc.integer({ min: 0xfb00, max: 0xffff }));
    fc.assert(
      fc.property(first, fc.array(group, { minLength: 7, maxLength: 7 }), (head, rest) => {
        const address = [head, ...rest].map((n) => n.toString(16)).join(":");
        const wanted = (head & 0xfe00) === 0xfc00 || (head & 0xffc0) === 0xfe80;
        expect(isPrivateAddress(address)).toBe(wanted);
        expect(isPrivateAddress(`${address}%eth0`)).toBe(wanted);
      }),
    );
  });
  test("takes anything at all, and rubbish is not private", () => {
    fc.assert(fc.property(fc.string(), (text) => void isPrivateAddress(text)));
    for (const text of ["", "10.0.0", "10.0.0.1%eth0", "10.0.0.1:80", "fe80::1::2", "localhost", "%"]) {
      expect(isPrivateAddress(text)).toBe(false);
    }
  });
});

describe("privateAddresses", () => {
  const interfaces: Interfaces = {
    wlan0: [info("192.168.1.7", 24), info("2001:db8::7", 64), info("fe80::7", 64, 3)],
    eth0: [info("10.77.0.1", 16), info("fd00::1", 64), info("fe80::1", 64, 2)],
    tailscale0: [info("100.101.102.103", 32)],
    lo: [info("127.0.0.1", 8, 0, true), info("::1", 128, 0, true)],
    wan: [info("203.0.113.5", 24)],
    gone: undefined,
  };
  test("keeps private ones, sorted, link-local with its scope", () => {
    expect(privateAddresses(interfaces, { platform: "linux" }).map((a) => a.address)).toEqual([
      "10.77.0.1",
      "fd00::1",
      "fe80::1%eth0",
      "192.168.1.7",
      "fe80::7%wlan0",
    ]);
  });
  test("scopes are numbers on Windows; loopback comes when asked for", () => {
    const addresses = privateAddresses(interfaces, { platform: "win32", loopback: true }).map(
      (a) => a.address,
    );
    expect(addresses).toContain("fe80::1%2");
    expect(addresses).toContain("127.0.0.1");
  });
  test("on-link means our subnet, or the scope of one of our interfaces", () => {
    const own = privateAddresses(interfaces, { platform: "linux" });
    const near = ["10.77.200.9", "192.168.1.200", "fd00::99", "fe80::99%eth0", "fe80::99%wlan0"];
    const far = ["10.78.0.1", "192.168.2.1", "169.254.7.7", "fd01::1", "fe80::99", "fe80::99%eth1", "x"];
    expect(near.filter((a) => !isOnLink(a, own))).toEqual([]);
    expect(far.filter((a) => isOnLink(a, own))).toEqual([]);
  });
});

describe("watchInterfaces", () => {
  test("tells of a changed address, of a sleep, and of nothing else, until it is ended", () => {
    const clock = createSteppedClock();
    let now: Interfaces = { eth0: [info("10.0.0.1", 24)] };
    const told: string[] = [];
    const end = watchInterfaces(clock, (change, addresses) => told.push(`${change} ${addresses.length}`), {
      read: () => now,
    });
    clock.step(1_000);
    expect(told).toEqual([]);
    now = { eth0: [info("10.0.0.1", 24), info("203.0.113.9", 24)] };
    clock.step(1_000);
    expect(told).toEqual([]);
    now = { eth0: [info("169.254.3.4", 16)] };
    clock.step(1_000);
    now = {};
    clock.step(1_000);
    expect(told).toEqual(["addresses 1", "addresses 0"]);
    clock.wallMs += 3_600_000; // Linux: the monotonic clock slept too.
    clock.step(1_000);
    expect(told.slice(2)).toEqual(["wake 0"]);
    clock.step(3_600_000); // Windows: it ran on.
    expect(told.slice(3)).toEqual(["wake 0"]);
    end();
    now = { eth0: [info("10.0.0.1", 24)] };
    clock.step(10_000);
    expect(told).toHaveLength(4);
  });
});

function info(address: string, bits: number, scopeid = 0, internal = false): NetworkInterfaceInfo {
  const common = { address, netmask: "", mac: "02:00:00:00:00:01", internal, cidr: `${address}/${bits}` };
  return address.includes(":") ? { ...common, family: "IPv6", scopeid } : { ...common, family: "IPv4" };
}

/** One timer at most, run by hand: what `watchInterfaces` needs. */
function createSteppedClock(): Clock & { wallMs: number; step(ms: number): void } {
  let monotonicMs = 0;
  let timer: { readonly at: number; readonly run: () => void } | undefined;
  return {
    wallMs: 1_700_000_000_000,
    now() {
      return this.wallMs;
    },
    monotonic: () => monotonicMs,
    after(delayMs, run) {
      const mine = { at: monotonicMs + delayMs, run };
      timer = mine;
      return () => {
        if (timer === mine) timer = undefined;
      };
    },
    step(ms) {
      monotonicMs += ms;
      this.wallMs += ms;
      if (timer === undefined || timer.at > monotonicMs) return;
      const { run } = timer;
      timer = undefined;
      run();
    },
  };
}
