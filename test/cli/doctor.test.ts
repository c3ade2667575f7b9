/** `doctor` against planted troubles: it finds each, names it, and says what to do; a sound PC has none. */
import { chmod, mkdir, rm, writeFile } from "node:fs/promises";
import { createServer } from "node:net";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import type { Finding } from "../../src/node/cli/doctor-checks.ts";
import type { Desk } from "../../src/node/desk/desk.ts";
import type { DeskView, StateView } from "../../src/node/http/api.ts";
import { fileSystemOf, type Pc } from "../../src/node/operating/pc.ts";
import { stateOfTests } from "../node/http/desk-double.ts";
import { folder, run, runAgainst } from "./command-runner.ts";

const lan = {
  address: "192.168.1.10",
  netmask: "255.255.255.0",
  family: "IPv4",
  mac: "",
  internal: false,
  cidr: null,
} as const;
const soundPc: Pc = {
  nodeVersion: "22.11.0",
  platform: "linux",
  now: () => Date.parse("2026-11-26T08:00:00Z"),
  interfaces: () => ({ eth0: [lan] }),
  freeBytes: async () => 50e9,
  forgets: async () => null,
  hasDefaultRoute: async () => false,
  firewall: async () => ({ program: "ufw", text: "Status: inactive" }),
  multicast: async () => ({ self: true, others: ["192.168.1.11", "192.168.1.12"] }),
  quickestSync: () => 210,
  bootId: async () => "b",
};
const desk: DeskView = {
  desk: "d2",
  name: "Desk 2",
  made: 0,
  here: 0,
  verdict: "all-here",
  self: false,
  linked: true,
  version: "0.0.0",
  offsetMs: 10,
  runs: [],
  twin: false,
  standing: "admitted",
};
const snapshot = {
  ...{ sha256: "", takenAt: "", ageHours: 10, patrons: 1, items: 1, loans: 0, holds: 0 },
  state: "in-force" as const,
};
const soundState: StateView = {
  ...stateOfTests,
  desks: { desks: [desk], matrix: [] },
  staff: { openDesks: true, supervisors: 2 },
  snapshot,
};
const freePorts = ["--port", "0", "--mesh-port", "0"];

let undo: (() => unknown)[] = [];
beforeEach(() => {
  undo = [];
});
afterEach(async () => {
  for (const one of undo) await one();
});

async function examine(
  plant: { pc?: Partial<Pc>; state?: Partial<StateView> | null; argv?: readonly string[] } = {},
): Promise<{ code: number; findings: readonly Finding[] }> {
  const { pc, state = {}, argv = [] } = plant;
  const effects = { pc: { ...soundPc, ...pc } };
  const all = ["doctor", "--json", ...freePorts, ...argv];
  const changes: Partial<Desk> = { state: () => ({ ...soundState, ...state }) };
  const said = state === null ? await run(all, effects) : await runAgainst(changes, all, effects);
  return { code: said.code, findings: (JSON.parse(said.out) as { findings: Finding[] }).findings };
}

async function takenPort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, "0.0.0.0", resolve));
  undo.push(() => server.close());
  return (server.address() as { port: number }).port;
}

interface Trouble {
  readonly check: string;
  readonly text: string;
  readonly remedy: string;
  readonly plant: () => Promise<Parameters<typeof examine>[0]>;
}

const troubles: readonly Trouble[] = [
  {
    check: "Node",
    text: "18.0.0 is too old",
    remedy: "nodejs.org",
    plant: async () => ({ pc: { nodeVersion: "18.0.0" } }),
  },
  {
    check: "settings",
    text: "did you mean port?",
    remedy: "config path",
    async plant() {
      await writeFile(join(folder(), "config.json"), '{"prot": 1}');
      undo.push(() => rm(join(folder(), "config.json")));
      return {};
    },
  },
  {
    check: "identity folder",
    text: "ENOTDIR",
    remedy: "--identity-dir",
    async plant() {
      await writeFile(join(folder(), "file"), "");
      return { argv: ["--identity-dir", join(folder(), "file")] };
    },
  },
  {
    check: "disk",
    text: "nothing is recorded below",
    remedy: "make room",
    plant: async () => ({ pc: { freeBytes: async () => 20e6 } }),
  },
  {
    check: "restart",
    text: "Deep Freeze is installed",
    remedy: "join anew after each restart",
    plant: async () => ({ pc: { forgets: async () => "Deep Freeze is installed" } }),
  },
  {
    check: "keys",
    text: "other users of this PC may read",
    remedy: "chmod",
    async plant() {
      const keys = join(folder(), "keys");
      await mkdir(keys, { mode: 0o700 });
      await writeFile(join(keys, "log-branch"), "{}");
      await chmod(join(keys, "log-branch"), 0o644);
      undo.push(() => rm(keys, { recursive: true }));
      return {};
    },
  },
  {
    check: "pages port",
    text: "taken by another program",
    remedy: "--port",
    plant: async () => ({ state: null, argv: ["--port", String(await takenPort())] }),
  },
  {
    check: "mesh port",
    text: "taken by another program",
    remedy: "--mesh-port",
    plant: async () => ({ state: null, argv: ["--mesh-port", String(await takenPort())] }),
  },
  {
    check: "network",
    text: "works alone",
    remedy: "plug in the cable",
    plant: async () => ({ pc: { interfaces: () => ({}) } }),
  },
  {
    check: "multicast",
    text: "nothing comes back on eth0",
    remedy: "config set peers",
    plant: async () => ({ pc: { multicast: async () => ({ self: false, others: [], trouble: "EACCES" }) } }),
  },
  {
    check: "multicast",
    text: "Desk 2 is linked and not heard",
    remedy: "IGMP snooping",
    plant: async () => ({
      pc: { multicast: async () => ({ self: true, others: [] }) },
      state: { desks: { desks: [{ ...desk, address: "192.168.1.11 8471" }], matrix: [] } },
    }),
  },
  {
    check: "sync",
    text: "no disk is that quick",
    remedy: "on a disk of this PC",
    plant: async () => ({ pc: { quickestSync: () => 2.4 } }),
  },
  {
    check: "twin",
    text: "two PCs are Desk 2",
    remedy: "make it a new desk",
    plant: async () => ({ state: { desks: { desks: [{ ...desk, twin: true }], matrix: [] } } }),
  },
  {
    check: "firewall",
    text: "8471/tcp and 5353/udp not open",
    remedy: "sudo ufw allow 8471/tcp ; sudo ufw allow 5353/udp",
    // The port of the node that runs: here, as in each of these, --mesh-port 0 is set.
    plant: async () => ({
      pc: { firewall: async () => ({ program: "ufw", text: "Status: active\n\n22/tcp  ALLOW  Anywhere" }) },
    }),
  },
  {
    check: "firewall",
    text: "netsh keeps other desks out",
    remedy:
      'netsh advfirewall firewall add rule name="Deskmesh mesh" dir=in action=allow protocol=TCP localport=8471',
    plant: async () => ({
      pc: { platform: "win32", firewall: async () => ({ program: "netsh", text: "Rule Name: Other" }) },
    }),
  },
  {
    check: "firewall",
    text: "ufw is on, and the mesh port is any free one (--mesh-port 0)",
    remedy: "deskmesh config set meshPort 8471",
    plant: async () => ({
      state: null,
      pc: { firewall: async () => ({ program: "ufw", text: "Status: active" }) },
    }),
  },
  {
    check: "clock",
    text: "2001-01-01, which can't be",
    remedy: "battery",
    plant: async () => ({ pc: { now: () => Date.parse("2001-01-01T00:00:00Z") } }),
  },
  {
    check: "clock",
    text: "600 s ahead of Desk 2's",
    remedy: "set the clock",
    plant: async () => ({ state: { desks: { desks: [{ ...desk, offsetMs: 600_000 }], matrix: [] } } }),
  },
  {
    check: "versions",
    text: "Desk 2 runs 0.2.0",
    remedy: "one version",
    plant: async () => ({ state: { desks: { desks: [{ ...desk, version: "0.2.0" }], matrix: [] } } }),
  },
  {
    check: "mesh",
    text: "works alone",
    remedy: "mesh port (here: 8471) open in its firewall",
    plant: async () => ({ state: { desks: { desks: [{ ...desk, linked: false }], matrix: [] } } }),
  },
  {
    check: "snapshot",
    text: "5 days old",
    remedy: "deskmesh import",
    plant: async () => ({ state: { snapshot: { ...snapshot, ageHours: 120 } } }),
  },
  {
    check: "staff",
    text: "only one supervisor",
    remedy: "add another",
    plant: async () => ({ state: { staff: { openDesks: true, supervisors: 1 } } }),
  },
  {
    check: "recording",
    text: "disk failed",
    remedy: "another desk",
    plant: async () => ({ state: { fault: { kind: "disk", text: "The disk failed." } } }),
  },
  {
    check: "node",
    text: "is not running",
    remedy: "deskmesh start",
    plant: async () => ({ state: null }),
  },
];

describe("doctor", () => {
  it("finds nothing on a sound PC, and no default route is nothing", async () => {
    const { code, findings } = await examine();
    expect(findings.filter(({ level }) => level !== "ok")).toEqual([]);
    expect(findings.find(({ check }) => check === "route")?.text).toContain("the desks need none");
    expect(code).toBe(0);
  });

  it.each(troubles.map((trouble) => [`${trouble.check}: ${trouble.text}`, trouble] as const))(
    "finds %s",
    async (_, { check, text, remedy, plant }) => {
      const { code, findings } = await examine(await plant());
      const wrong = findings.filter((one) => one.level !== "ok");
      const found = wrong.find((one) => one.check === check && one.text.includes(text));
      expect(found, JSON.stringify(wrong)).toBeDefined();
      expect(found?.remedy).toContain(remedy);
      // Beside it only what comes with it: a node that doesn't run.
      const others = wrong.filter((one) => one !== found && one.check !== "node");
      expect(others).toEqual([]);
      if (found?.level === "bad") expect(code).toBe(3);
    },
  );
});

it.each([
  ["/var/lib/deskmesh", "ext4"],
  ["/run/user/1", "tmpfs"],
  ["/mnt/usb stick/d", "vfat"],
])("the file system of %s is %s", (path, kind) => {
  const mounts =
    "/dev/sda1 / ext4 rw 0 0\ntmpfs /run tmpfs rw 0 0\n/dev/sdb1 /mnt/usb\\040stick vfat rw 0 0\n";
  expect(fileSystemOf(path, mounts)).toBe(kind);
});
