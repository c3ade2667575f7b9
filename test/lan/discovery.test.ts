/** The real discovery, between namespaces that have no route out: what a branch is left with when its router dies. */
import { once } from "node:events";
import { describe, expect, test } from "vitest";
import type { Sighting } from "../../src/node/ports.ts";
import { discoveryContract, waitUntil } from "../contract/discovery.ts";
import { createLan, type Lan, lanLack } from "./bench.ts";

describe.skipIf(lanLack() !== null)("mDNS on a LAN without a route", () => {
  discoveryContract(async () => {
    const lan = await createLan({ desks: 3 });
    return {
      listen: (place, own, onSighting) => lan.probe(place, own, onSighting),
      wire: { cut: lan.portDown, heal: lan.portUp },
      end: lan.destroy,
    };
  });

  test("an address that changes is told at once, and a lost lease by IPv6", async () => {
    const lan = await createLan({ desks: 2 });
    try {
      // As many distributions have it: packets from an address that no route leads back to are dropped.
      expect(
        await shell(lan, 1, "cd /proc/sys/net/ipv4/conf/all && echo 1 > rp_filter && cat rp_filter"),
      ).toBe("1");
      const heard: Sighting[] = [];
      const own = (run: string) => ({ branch: "b1", run, port: 4001 });
      await lan.probe(1, own("run-1"), (sighting) => heard.push(sighting));
      await lan.probe(2, own("run-2"), () => undefined);
      const first = await waitUntil("the first address", () => heard.at(-1)?.addresses[0] === "10.77.0.2");
      lan.changeAddress(2, "10.77.0.99/24");
      const second = await waitUntil("the new one", () => heard.at(-1)?.addresses[0] === "10.77.0.99");
      lan.loseLease(2);
      const third = await waitUntil(
        "the lost lease",
        () => heard.at(-1)?.addresses.at(-1) === "169.254.77.2",
      );
      console.log(
        `discovery: found in ${first.toFixed(0)} ms, new address known in ${second.toFixed(0)} ms, lost lease in ${third.toFixed(0)} ms`,
      );
      // Not in our subnet: what can be dialled without a router comes first.
      expect(heard.at(-1)?.addresses[0]).toMatch(/^fe80::.*%eth0$/);
    } finally {
      await lan.destroy();
    }
  });

  test("ports that are isolated hear only the one between", async () => {
    const lan = await createLan({ desks: 3 });
    try {
      lan.isolate([1, 3]);
      const heard = new Set<string>();
      for (const desk of [1, 2, 3]) {
        const own = { branch: "b1", run: `run-${desk}`, port: 4001 };
        await lan.probe(desk, own, (sighting) => heard.add(`${desk} hears ${sighting.run}`));
      }
      await waitUntil("all that can be heard", () => heard.size >= 4);
      expect([...heard].sort()).toEqual(["1 hears run-2", "2 hears run-1", "2 hears run-3", "3 hears run-2"]);
    } finally {
      await lan.destroy();
    }
  });

  test("a busy port ends nothing: it is said once, and tried again", async () => {
    const lan = await createLan({ desks: 3 });
    try {
      const script = `require("dgram").createSocket("udp4").bind(5353, () => console.log("held"))`;
      const holder = lan.spawn(1, process.execPath, ["-e", script]);
      if (holder.stdout !== null) await once(holder.stdout, "data");
      const heard: Sighting[] = [];
      const probe = await lan.probe(1, { branch: "b1", run: "run-1", port: 4001 }, (s) => heard.push(s));
      await lan.probe(2, { branch: "b1", run: "run-2", port: 4001 }, () => undefined);
      await shell(lan, 3, "echo 1 > /proc/sys/net/ipv6/conf/all/disable_ipv6 && echo done");
      await lan.probe(3, { branch: "b1", run: "run-3", port: 4001 }, () => undefined);
      await waitUntil("the error is told", () => probe.errors.length > 0);
      expect(probe.errors[0]).toContain("EADDRINUSE");
      // IPv6 works meanwhile: it is a port of its own.
      await waitUntil("the one with IPv6 is heard", () => heard.some((s) => s.run === "run-2"));
      expect(heard.some((s) => s.run === "run-3")).toBe(false);
      const gone = once(holder, "exit");
      holder.kill();
      await gone;
      await probe.refresh();
      await waitUntil("heard by IPv4", () => heard.some((s) => s.run === "run-3"));
      expect(probe.errors).toHaveLength(1);
    } finally {
      await lan.destroy();
    }
  });
});

async function shell(lan: Lan, desk: number, script: string): Promise<string> {
  const { stdout } = lan.spawn(desk, "sh", ["-c", script]);
  return stdout === null ? "" : String((await once(stdout, "data"))[0]).trim();
}
