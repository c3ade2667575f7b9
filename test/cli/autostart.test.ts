/** `service`: what it writes and runs on each system; systemd's own judge reads the unit where it is here. */
import { spawnSync } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, expect, it } from "vitest";
import { systemdUnit, windowsTask } from "../../src/node/operating/autostart.ts";
import type { System } from "../../src/node/operating/system.ts";
import { run } from "./command-runner.ts";

const folders: string[] = [];
afterEach(() => {
  for (const folder of folders.splice(0)) rmSync(folder, { recursive: true });
});

interface Recorded {
  readonly system: System;
  readonly ran: string[];
  readonly files: Map<string, string>;
}

/** A system that takes everything but what `refuses` names. */
function pretend(platform: "linux" | "win32" | "darwin", refuses: RegExp = /^$/, isRoot = true): Recorded {
  const ran: string[] = [];
  const files = new Map<string, string>();
  const system: System = {
    platform,
    node:
      platform === "win32" ? "C:\\Program Files\\Deskmesh\\runtime\\node.exe" : "/opt/deskmesh/runtime/node",
    script: "/opt/deskmesh/app/bin/deskmesh.mjs",
    isAdministrator: async () => isRoot,
    exists: (path) => files.has(path) || path === "/run/systemd/system",
    write: async (path, content) =>
      void files.set(path, typeof content === "string" ? content : Buffer.from(content).toString("utf16le")),
    makeFolder: async (path) => void ran.push(`mkdir ${path}`),
    remove: async (path) => void files.delete(path),
    async run(program, args) {
      const line = [program, ...args].join(" ");
      ran.push(line);
      return refuses.test(line) ? { code: 1, text: "no" } : { code: 0, text: "" };
    },
  };
  return { system, ran, files };
}

const unit = "/etc/systemd/system/deskmesh.service";

it("installs a unit that starts with the PC and again whenever it ends, for a user of its own", async () => {
  const { system, ran, files } = pretend("linux", /^id /);
  const { code, out } = await run(["service", "install", "--data-dir", "/srv/desk"], { system });
  expect([code, out]).toEqual([0, "installed; data folder /srv/desk\n"]);
  expect(files.get(unit)).toMatch(/^Restart=always$/m);
  expect(files.get(unit)).toContain(
    "ExecStart=/opt/deskmesh/runtime/node /opt/deskmesh/app/bin/deskmesh.mjs start --data-dir /srv/desk\n",
  );
  expect(ran).toEqual([
    "id -u deskmesh",
    expect.stringMatching(/^useradd --system .* deskmesh$/),
    "mkdir /srv/desk",
    "chown -R deskmesh: /srv/desk",
    "systemctl daemon-reload",
    "systemctl enable deskmesh.service",
    "systemctl restart deskmesh.service",
  ]);
  expect((await run(["service", "status"], { system })).code).toBe(0);
  expect((await run(["service", "uninstall"], { system })).code).toBe(0);
  expect(files.size).toBe(0);
  expect((await run(["service", "status", "--json"], { system })).out).toBe(
    '{"installed":false,"running":false}\n',
  );
});

it("installs a task and firewall rules on Windows, and takes both away", async () => {
  const { system, ran, files } = pretend("win32");
  const argv = ["--data-dir", "/data", "--mesh-port", "9000"];
  expect((await run(["service", "install", ...argv], { system })).code).toBe(0);
  const [[path, xml] = ["", ""]] = files;
  expect(path).toMatch(/service\.xml$/);
  expect(xml).toContain("<BootTrigger>");
  expect(ran.filter((line) => line.startsWith("netsh") && line.includes(" add "))).toEqual([
    "netsh advfirewall firewall add rule name=Deskmesh mesh dir=in action=allow protocol=TCP localport=9000 profile=any",
    "netsh advfirewall firewall add rule name=Deskmesh mDNS dir=in action=allow protocol=UDP localport=5353 profile=any",
  ]);
  expect(ran.at(-1)).toBe("schtasks /Run /TN Deskmesh");
  ran.length = 0;
  expect((await run(["service", "uninstall", ...argv], { system })).code).toBe(0);
  expect(ran).toContain("schtasks /Delete /TN Deskmesh /F");
  expect(ran.filter((line) => line.includes("delete rule"))).toHaveLength(2);
});

it("makes no firewall rule for any free port", async () => {
  const { system, ran, files } = pretend("win32");
  const { code, err } = await run(["service", "install", "--mesh-port", "0"], { system });
  expect([code, err]).toEqual([
    2,
    expect.stringContaining("expected --mesh-port NUMBER. Nothing was changed."),
  ]);
  expect([ran.filter((line) => !line.startsWith("net ")), files.size]).toEqual([[], 0]);
});

it.each([
  ["without rights", pretend("linux", /^$/, false), 9, "sudo deskmesh service install"],
  ["on a system that has neither", pretend("darwin"), 4, "no service for darwin"],
  [
    "where systemd refuses",
    pretend("linux", /^systemctl enable/),
    1,
    "systemctl enable deskmesh.service ended with 1. no",
  ],
])("says what to do %s", async (_, { system }, exit, text) => {
  const { code, err } = await run(["service", "install"], { system });
  expect(code).toBe(exit);
  expect(err).toContain(text);
});

it("refuses a user's name that would be more than one", async () => {
  const { system, ran, files } = pretend("linux");
  const { code } = await run(["service", "install", "--user", "a b"], { system });
  expect([code, ran, files.size]).toEqual([2, [], 0]);
});

it("tells of a service that is installed and doesn't run", async () => {
  const { system } = pretend("linux", /^systemctl is-active/);
  await run(["service", "install"], { system });
  expect(await run(["service", "status"], { system })).toMatchObject({
    code: 7,
    out: "installed, not running\n",
  });
});

const plan = {
  node: "/opt/desk mesh/50%/node",
  script: "/opt/desk mesh/app/bin/deskmesh.mjs",
  dataDir: "/srv/a $HOME",
  identityDir: "/srv/keys",
  user: "root",
};

it("writes a unit that systemd understands, paths with blanks and all", () => {
  expect(systemdUnit(plan)).toContain(
    'ExecStart="/opt/desk mesh/50%%/node" "/opt/desk mesh/app/bin/deskmesh.mjs" start --data-dir "/srv/a $$HOME" --identity-dir /srv/keys\n',
  );
  if (spawnSync("systemd-analyze", ["--version"]).status !== 0) return;
  const folder = mkdtempSync(join(tmpdir(), "deskmesh-unit-"));
  folders.push(folder);
  const path = join(folder, "deskmesh.service");
  writeFileSync(path, systemdUnit({ ...plan, node: process.execPath }));
  const verified = spawnSync("systemd-analyze", ["verify", "--man=no", path], { encoding: "utf8" });
  expect(verified.stderr.split("\n").filter((line) => line.includes("deskmesh.service"))).toEqual([]);
  const judged = spawnSync("systemd-analyze", ["security", "--offline=yes", path], { encoding: "utf8" });
  const [, exposure] = /Overall exposure level for \S+: ([\d.]+)/.exec(judged.stdout) ?? [];
  expect(Number(exposure)).toBeLessThan(3);
});

it("writes a task whose command line keeps its quotes in XML", () => {
  const xml = windowsTask({ ...plan, node: "C:\\Program Files\\R&D\\node.exe" });
  expect(xml).toContain("&quot;C:\\Program Files\\R&amp;D\\node.exe&quot;");
  expect(xml.match(/<(?![?/])/g)?.length).toBe(xml.match(/<\//g)?.length);
});
