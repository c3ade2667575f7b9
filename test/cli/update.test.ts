/**
 * `update` as one types it: who may, what is refused, and what stands in the program's folder afterwards. The program's
 * folder and its script are real, on a disk; systemd alone is made up. `test/lan/package.test.ts` does it with true packages.
 */
import { execFileSync } from "node:child_process";
import { createHash } from "node:crypto";
import { mkdir, mkdtemp, readdir, readFile, readlink, rm, symlink, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, it } from "vitest";
import type { UpdatesView } from "../../src/node/http/api-operating.ts";
import { realSystem, type System } from "../../src/node/operating/system.ts";
import { asSupervisor, folder, run, runAgainst } from "./command-runner.ts";

let opt = "";
beforeEach(async () => {
  opt = await mkdtemp(join(tmpdir(), "deskmesh-opt-"));
  await writeProgram("versions/first", "0.1.0");
  await symlink(join(opt, "versions/first"), join(opt, "deskmesh"));
});
afterEach(() => rm(opt, { recursive: true, force: true }));

async function writeProgram(name: string, version: string): Promise<void> {
  const top = join(opt, name);
  await mkdir(join(top, "app", "bin"), { recursive: true });
  await writeFile(join(top, "app", "package.json"), JSON.stringify({ version }));
  await writeFile(join(top, "SHA256SUMS"), "");
  await writeFile(join(top, "data-dir"), `${folder()}\n`);
}

const programOf = async (name = "deskmesh"): Promise<string> =>
  (JSON.parse(await readFile(join(opt, name, "app", "package.json"), "utf8")) as { version: string }).version;

/** As a true package: it puts itself beside what is there, then sets the links. */
async function makePackage(): Promise<{ file: string; sha256: string; size: number }> {
  const name = "deskmesh-0.2.0-linux-x64";
  await writeProgram(name, "0.2.0");
  const install = [
    "#!/bin/sh",
    "set -eu",
    `cd ${opt}`,
    'cp -R "$(dirname "$0")" versions/second',
    "mv -T deskmesh deskmesh.old",
    `ln -s ${join(opt, "versions/second")} deskmesh`,
    'echo "$*" > installed-with',
  ];
  await writeFile(join(opt, name, "install.sh"), `${install.join("\n")}\n`, { mode: 0o755 });
  const file = join(folder(), "package");
  execFileSync("tar", ["-czf", file, "-C", opt, name]);
  await rm(join(opt, name), { recursive: true });
  const bytes = await readFile(file);
  return { file, sha256: createHash("sha256").update(bytes).digest("hex"), size: bytes.length };
}

/** Its node answers as the version that stands in the folder when it is started, unless that one is broken. */
function pretend({ broken = "", isRoot = true } = {}) {
  const state = { running: "0.1.0", restarts: 0 };
  const system: System = {
    ...realSystem,
    platform: "linux",
    script: join(opt, "deskmesh", "app", "bin", "deskmesh.mjs"),
    isAdministrator: async () => isRoot,
    exists: (path) => path === "/run/systemd/system" || realSystem.exists(path),
    async run(program, args, withinMs) {
      if (program !== "systemctl") return realSystem.run(program, args, withinMs);
      state.restarts++;
      state.running = await programOf();
      return state.running === broken ? { code: 1, text: "no" } : { code: 0, text: "" };
    },
  };
  return { system, state };
}

function view(
  state: { readonly running: string },
  more: Partial<UpdatesView["offers"][number]> = {},
  hold?: string,
) {
  const offer = {
    ...{
      platform: "linux-x64",
      version: "0.2.0",
      sha256: "",
      size: 50_000_000,
      at: "2026-11-28T08:00:00+01:00",
    },
    state: "on-its-way" as const,
    have: 12_000_000,
    newer: state.running === "0.1.0",
    by: "mk",
    ...more,
  };
  const value: UpdatesView = {
    version: state.running,
    platform: "linux-x64",
    offers: [offer],
    ...(hold === undefined ? {} : { hold }),
  };
  return async () => ({ kind: "done", value }) as const;
}

it("installs what is here, keeps the version before, and goes back to it", async () => {
  const { system, state } = pretend();
  const made = { ...(await makePackage()), state: "here" } as const;
  const updates = () => view(state, made)();
  const installed = await runAgainst({ updates }, ["update", "install"], { system });
  expect(installed).toMatchObject({
    code: 0,
    out: "version 0.2.0 runs; 0.1.0 is kept (deskmesh update back)\n",
  });
  expect([await programOf(), await programOf("deskmesh.old"), state.restarts]).toEqual(["0.2.0", "0.1.0", 1]);
  expect(await readFile(join(opt, "installed-with"), "utf8")).toBe(`--no-service --data-dir ${folder()}\n`);
  expect((await readdir(opt)).sort()).toEqual(["deskmesh", "deskmesh.old", "installed-with", "versions"]);
  const again = await runAgainst({ updates }, ["update", "install"], { system });
  expect(again.out).toContain("nothing to install: this desk runs 0.2.0");
  const back = await runAgainst({ updates }, ["update", "back", "--json"], { system });
  expect([back.code, back.out]).toEqual([0, '{"version":"0.1.0","started":true}\n']);
  expect([await programOf(), await programOf("deskmesh.old")]).toEqual(["0.1.0", "0.2.0"]);
});

it("puts the version before back where the new one doesn't start", async () => {
  const { system, state } = pretend({ broken: "0.2.0" });
  const made = { ...(await makePackage()), state: "here" } as const;
  const { code, err } = await runAgainst({ updates: () => view(state, made)() }, ["update", "install"], {
    system,
  });
  expect([code, err]).toEqual([1, expect.stringContaining("Version 0.1.0 is in its place again, and runs.")]);
  expect([await programOf(), state.running]).toEqual(["0.1.0", "0.1.0"]);
});

it("knows of no version before where the power went between the two links", async () => {
  const { system, state } = pretend();
  const now = await readlink(join(opt, "deskmesh"));
  await symlink(now, join(opt, "deskmesh.old"));
  const { code, err } = await runAgainst({ updates: view(state) }, ["update", "back"], { system });
  expect([code, err]).toEqual([4, expect.stringContaining("No version before is kept")]);
  expect([await readlink(join(opt, "deskmesh")), state.restarts]).toEqual([now, 0]);
});

it("changes nothing where the file on the disk is not the one that was offered", async () => {
  const { system, state } = pretend();
  const made = { ...(await makePackage()), state: "here", sha256: "ab".repeat(32) } as const;
  const { code, err } = await runAgainst({ updates: view(state, made) }, ["update", "install"], { system });
  expect([code, err]).toEqual([
    4,
    expect.stringContaining("is not the one that was offered. Nothing was changed"),
  ]);
  expect([await readdir(opt), state.restarts]).toEqual([["deskmesh", "versions"], 0]);
});

it.each([
  [{}, "outage", 4, "Not now: an outage is open."],
  [{}, undefined, 3, "Version 0.2.0 is on its way: 12.0 of 50.0 MB are here."],
] as const)("waits its turn: %o, %s", async (more, hold, code, text) => {
  const { system, state } = pretend();
  const updates = view(state, more, hold && "an outage is open");
  expect(await runAgainst({ updates }, ["update", "install"], { system })).toMatchObject({
    code,
    err: expect.stringContaining(text),
  });
  expect([await readdir(opt), state.restarts]).toEqual([["deskmesh", "versions"], 0]);
});

it("asks for the system's rights, a package, a version before, and a node that says whether an outage is open", async () => {
  const { system, state } = pretend();
  const updates = view(state);
  const user = pretend({ isRoot: false }).system;
  const checkout = { ...system, script: "/srv/checkout/bin/deskmesh.mjs" };
  const ends = [
    [
      await runAgainst({ updates }, ["update", "install"], { system: user }),
      9,
      "sudo deskmesh update install",
    ],
    [
      await runAgainst({ updates }, ["update", "install"], { system: checkout }),
      4,
      "not installed from a package",
    ],
    [
      await runAgainst({ updates }, ["update", "install", "--data-dir", opt], { system }),
      2,
      `has its data in ${folder()}: expected no --data-dir`,
    ],
    [await runAgainst({ updates }, ["update", "back"], { system }), 4, "No version before is kept"],
    [
      await runAgainst({ updates }, ["update", "install"], { system: { ...system, platform: "win32" } }),
      4,
      "install.cmd as administrator",
    ],
  ] as const;
  for (const [said, code, text] of ends)
    expect([said.code, said.err]).toEqual([code, expect.stringContaining(text)]);
});

it("needs the running node", async () => {
  expect((await run(["update", "install"], { system: pretend().system })).code).toBe(7);
  expect((await run(["update", "status"])).code).toBe(7);
});

it("offers by a supervisor alone, with a copy that its node may read and that is gone afterwards", async () => {
  const { state } = pretend();
  const path = join(opt, "a package");
  await writeFile(path, "bytes");
  const updates = view(state, { state: "here" });
  let offered = "";
  const offerUpdate = async (copy: string) => {
    offered = await readFile(copy, "utf8");
    return updates();
  };
  const argv = ["update", "offer", path];
  expect((await runAgainst({ offerUpdate }, argv)).code).toBe(9);
  expect(offered).toBe("");
  const said = await runAgainst({ offerUpdate }, [...argv, ...(await asSupervisor())]);
  expect([said.code, offered]).toEqual([0, "bytes"]);
  expect(said.out).toContain("this desk runs 0.1.0 (linux-x64)");
  expect(said.out).toMatch(/0\.2\.0 +linux-x64 +yes +mk/);
  expect((await readdir(folder())).filter((name) => name.startsWith("package-"))).toEqual([]);
  const none = await runAgainst({ offerUpdate }, [
    "update",
    "offer",
    join(opt, "none"),
    ...(await asSupervisor()),
  ]);
  expect([none.code, none.err]).toEqual([2, expect.stringContaining("expected a package of Deskmesh")]);
  const withdrawn = { kind: "done", value: { version: "0.1.0", offers: [] } } as const;
  const back = await runAgainst({ withdrawUpdate: async () => withdrawn }, [
    "update",
    "withdraw",
    ...(await asSupervisor()),
  ]);
  expect(back.out).toBe("this desk runs 0.1.0\nnothing is offered\n");
});
