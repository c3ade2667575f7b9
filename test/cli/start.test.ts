/** The process as people and scripts start it: ready line, run file, ports and folders in use, and how it ends. */
import { type ChildProcess, spawn } from "node:child_process";
import { existsSync } from "node:fs";
import { chown, mkdir, mkdtemp, readdir, readFile, rm, stat, writeFile } from "node:fs/promises";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterEach, beforeEach, describe, expect, it } from "vitest";

const root = fileURLToPath(new URL("../..", import.meta.url));
let folder = "";
const children: ChildProcess[] = [];

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), "deskmesh-start-"));
});
afterEach(async () => {
  for (const child of children.splice(0)) {
    if (child.exitCode !== null || child.signalCode !== null) continue;
    child.kill("SIGKILL");
    await new Promise((resolve) => child.once("exit", resolve));
  }
  await rm(folder, { recursive: true, force: true });
});

interface Ended {
  readonly code: number | null;
  readonly out: string;
  readonly err: string;
}

function launch(script: string, args: readonly string[], dataDir = join(folder, "data"), more = {}) {
  const env = { ...process.env, ...more, DESKMESH_DATA_DIR: dataDir };
  const child = spawn(process.execPath, [join(root, script), ...args], {
    env,
    stdio: ["ignore", "pipe", "pipe"],
  });
  children.push(child);
  const said = { out: "", err: "" };
  const ended = new Promise<Ended>((resolve) => {
    child.once("close", (code) => resolve({ code, ...said }));
  });
  const lineMatching = (pattern: RegExp) =>
    new Promise<RegExpExecArray>((resolve, reject) => {
      const look = () => {
        const found = pattern.exec(said.out);
        if (found !== null) resolve(found);
      };
      child.stdout.on("data", look);
      void ended.then(({ code, err }) => reject(new Error(`ended with ${code}: ${err}`)));
      look();
    });
  child.stdout.setEncoding("utf8").on("data", (text: string) => {
    said.out += text;
  });
  child.stderr.setEncoding("utf8").on("data", (text: string) => {
    said.err += text;
  });
  return { child, ended, lineMatching, said };
}

const readyLine = /^ready (http:\/\/127\.0\.0\.1:\d+) mesh \d+\n/m;
const anyPorts = ["--port", "0", "--mesh-port", "0", "--no-mdns"];

describe("start", () => {
  it.each(["SIGTERM", "SIGINT"] as const)("is ready, serves, and ends in order on %s", async (signal) => {
    const node = launch("bin/deskmesh.mjs", ["start", ...anyPorts]);
    const [, url] = await node.lineMatching(readyLine);
    expect((await fetch(`${url}/healthz`)).status).toBe(200);
    const runFile = join(folder, "data", "run.json");
    expect((await stat(runFile)).mode & 0o777).toBe(0o600);
    const told = performance.now();
    node.child.kill(signal);
    const { code, out } = await node.ended;
    expect(code).toBe(0);
    expect(performance.now() - told).toBeLessThan(2_000);
    expect(out).toMatch(/^ready [^\n]+\n$/);
    expect(existsSync(runFile)).toBe(false);
  });

  it("is the same by npm start's script, which passes signals and exit code on", async () => {
    const node = launch("scripts/start.mjs", ["start", ...anyPorts]);
    await node.lineMatching(readyLine);
    node.child.kill("SIGTERM");
    expect((await node.ended).code).toBe(0);
  });

  it("says so when the port that was asked for is taken", async () => {
    const other = createServer();
    await new Promise<void>((resolve) => other.listen(0, "127.0.0.1", resolve));
    try {
      const address = other.address();
      const port = typeof address === "object" && address !== null ? address.port : 0;
      const { code, out, err } = await launch("bin/deskmesh.mjs", [...anyPorts, "--port", String(port)])
        .ended;
      expect({ code, out }).toEqual({ code: 8, out: "" });
      expect(err).toContain(String(port));
      const mesh = ["--port", "0", "--mesh-port", String(port), "--mesh-host", "127.0.0.1", "--no-mdns"];
      const busy = await launch("bin/deskmesh.mjs", ["start", ...mesh]).ended;
      expect(busy).toMatchObject({ code: 8, out: "" });
      expect(busy.err).toContain(`The mesh port ${port} on 127.0.0.1 is in use by another program.`);
      const away = await launch("bin/deskmesh.mjs", [...anyPorts, "--mesh-host", "203.0.113.7"]).ended;
      expect(away).toMatchObject({ code: 8, out: "" });
      expect(away.err).toMatch(
        /This PC has no such address: 203\.0\.113\.7\. Expected with --mesh-host: .*127\.0\.0\.1/,
      );
    } finally {
      other.close();
    }
  });

  it("refuses a data folder that another node uses, and leaves that one be", async () => {
    const first = launch("bin/deskmesh.mjs", anyPorts);
    const [, url] = await first.lineMatching(readyLine);
    const run = await readFile(join(folder, "data", "run.json"), "utf8");
    const { code, out, err } = await launch("bin/deskmesh.mjs", anyPorts).ended;
    expect({ code, out }).toEqual({ code: 8, out: "" });
    expect(err).toContain(join(folder, "data"));
    expect(await readFile(join(folder, "data", "run.json"), "utf8")).toBe(run);
    expect((await fetch(`${url}/healthz`)).status).toBe(200);
  });

  it("says so when the data folder can't be one", async () => {
    await writeFile(join(folder, "file"), "");
    const { code, out, err } = await launch("bin/deskmesh.mjs", anyPorts, join(folder, "file")).ended;
    expect(code).toBeGreaterThan(0);
    expect(out).toBe("");
    expect(err).toContain(join(folder, "file"));
    expect(err).not.toContain("    at ");
  });

  // Only root may hand a folder to somebody else.
  it.skipIf(process.getuid?.() !== 0)("leaves a data folder of another user of this PC alone", async () => {
    const data = join(folder, "data");
    await mkdir(data);
    await chown(data, 12_345, 12_345);
    const { code, err } = await launch("bin/deskmesh.mjs", ["start", ...anyPorts]).ended;
    expect([code, await readdir(data)]).toEqual([9, []]);
    expect(err).toContain("belongs to another user of this PC (number 12345)");
  });

  it("refuses, in words, a data folder that a newer program wrote", async () => {
    await mkdir(join(folder, "data"));
    await writeFile(join(folder, "data", "store.json"), '{"format": 99, "program": "9.0.0"}');
    const { code, err } = await launch("bin/deskmesh.mjs", ["start", ...anyPorts]).ended;
    expect([code, err.trim().split("\n").length]).toEqual([4, 1]);
    expect(err).toContain("written by a newer Deskmesh (9.0.0");
  });
});

describe("a branch from the command line", () => {
  const command = (dataDir: string, ...args: string[]) => launch("bin/deskmesh.mjs", args, dataDir).ended;

  it("is created at one desk, and joined at another before that one runs", async () => {
    const [one, two] = [join(folder, "one"), join(folder, "two")];
    const pin = join(folder, "pin");
    await writeFile(pin, "1234\n");
    const create = ["branch", "create", "--supervisor", "mk", "--pin-file", pin];
    const created = await command(one, ...create, "--name", "Town", "--code", "TWN", "--desk", "Desk 1");
    expect(created.code).toBe(0);
    const [, id = ""] = /^branch (\S+)\nrecovery code (?:\w{4}-){6}\w{4}\n$/.exec(created.out) ?? [];
    expect((await command(one, ...create, "--name", "Other")).code).toBe(4);
    expect((await command(one, "invite")).code).toBe(7);
    await launch("bin/deskmesh.mjs", ["start", ...anyPorts], one).lineMatching(readyLine);
    const invite = (await command(one, "invite")).out.trim();
    const joining = () => command(two, "join", invite, "--desk", "Desk 2");
    expect(await joining()).toMatchObject({ code: 0, out: `joined ${id} as Desk 2\n` });
    expect(await joining()).toMatchObject({ code: 4 });
    const third = await command(join(folder, "three"), "join", invite, "--desk", "Desk 3");
    expect(third).toMatchObject({ code: 4, err: expect.stringContaining("used already") });
    const node = launch("bin/deskmesh.mjs", ["start", ...anyPorts], two);
    await node.lineMatching(readyLine);
    const status = await command(two, "status", "--json");
    expect(JSON.parse(status.out)).toMatchObject({
      desk: { name: "Desk 2" },
      branch: { id, name: "Town", code: "TWN" },
    });
  });
});

describe("a snapshot from the command line", () => {
  it("lies encrypted in the data folder, its key for this user alone", async () => {
    const data = join(folder, "data");
    const command = (...args: string[]) => launch("bin/deskmesh.mjs", args, data).ended;
    const pin = join(folder, "pin");
    await writeFile(pin, "2468\n");
    const create = [
      "branch",
      "create",
      "--name",
      "Town",
      "--code",
      "TWN",
      "--supervisor",
      "mk",
      "--pin-file",
      pin,
    ];
    expect((await command(...create)).code).toBe(0);
    expect((await command("import", join(root, "sample"))).code).toBe(0);
    const keys = await readdir(join(data, "keys"));
    expect(keys).toContain("log-branch");
    expect(keys.filter((name) => name.startsWith("snapshot-"))).toHaveLength(1);
    expect((await stat(join(data, "keys"))).mode & 0o777).toBe(0o700);
    for (const name of keys) expect((await stat(join(data, "keys", name))).mode & 0o777).toBe(0o600);
    const entries = await readdir(data, { recursive: true, withFileTypes: true });
    for (const entry of entries.filter((one) => one.isFile())) {
      const bytes = await readFile(join(entry.parentPath, entry.name));
      for (const text of ["21998020000006", "33191010014809", "Nguyễn", "The Slow Bridge"])
        expect(bytes.includes(text), `${text} in ${entry.name}`).toBe(false);
    }
  });
});

describe("demo", () => {
  it("shows three desks that know the sample library, and keeps nothing", async () => {
    const demo = launch("bin/deskmesh.mjs", ["demo"], join(folder, "data"), { TMPDIR: folder });
    const found = await demo.lineMatching(
      /Desk 1 +(\S+).*\nDesk 2 +(\S+).*\nDesk 3 +(\S+).*\nSupervisor +demo +PIN (\d{6})\n/,
    );
    const pin = found[4];
    const signedIn = await fetch(`${found[1]}/api/session`, {
      method: "POST",
      headers: { "content-type": "application/json" },
      body: JSON.stringify({ user: "demo", pin }),
    });
    expect(signedIn.status).toBe(200);
    for (const url of found.slice(1, 4)) expect((await fetch(`${url}/healthz`)).status).toBe(200);
    demo.child.kill("SIGINT");
    expect((await demo.ended).code).toBe(0);
    expect(await readdir(folder)).toEqual([]);
  });
});
