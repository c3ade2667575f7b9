/** The command line without a node: what is told to people, and the exit code for scripts. */
import { chmod, mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { Effects, RunningNode } from "../../src/node/cli/command.ts";
import { commands, runCommandLine } from "../../src/node/cli/command-line.ts";
import { CommandFailure, exitCode } from "../../src/node/cli/exit-code.ts";
import type { Config } from "../../src/node/config.ts";

let dataDir = "";
beforeAll(async () => {
  dataDir = await mkdtemp(join(tmpdir(), "deskmesh-cli-"));
});
afterAll(() => rm(dataDir, { recursive: true, force: true }));

interface Started {
  readonly config: Config;
  closed: number;
}

async function run(argv: readonly string[], start?: (config: Config) => Promise<RunningNode>) {
  const said = { out: "", err: "", started: [] as Started[], code: -1 };
  const effects: Effects = {
    startNode: async (config) => {
      if (start !== undefined) return start(config);
      const started: Started = { config, closed: 0 };
      said.started.push(started);
      return {
        url: "http://127.0.0.1:8470",
        meshPort: 8471,
        close: async () => {
          started.closed++;
        },
      };
    },
    askSecret: async () => null,
    readPiped: async () => "",
    stopSignal: () => ({ stopped: Promise.resolve(), done: () => undefined }),
  };
  const terminal = {
    env: { DESKMESH_DATA_DIR: dataDir },
    platform: "linux",
    home: "/nowhere",
    stdout: (text: string) => {
      said.out += text;
    },
    stderr: (text: string) => {
      said.err += text;
    },
  };
  said.code = await runCommandLine(argv, terminal, "1.2.3", effects);
  return said;
}

describe("usage", () => {
  it.each([
    [["exprot", "--format", "koha"], "Did you mean export?"],
    [["--prot", "1"], "Did you mean --port?"],
    [["status", "--jsn"], "Did you mean --json?"],
    [["outage", "opne"], "Did you mean open?"],
    [["outage"], "Usage: deskmesh outage"],
    [["export"], "--format"],
    [["export"], "(Expected one of evergreen, koha, alma, sierra, csv, jsonl.)"],
    [["backup"], "(deskmesh --help, or deskmesh COMMAND --help, shows what there is.)"],
    [["import"], "folder"],
    [["import", "a", "b"], "too many arguments"],
    [["--port", "99999"], "--port: expected a port, 0 to 65535"],
    [["start", "--peer", "x:y"], "--peer: expected HOST:PORT"],
    [["export", "--format", "koha", "--partial"], "--partial needs --reason"],
    [["loaded", "RIV-1-1-0000"], "needs --job"],
    [["batches", "--out", "x"], "needs a batch"],
    [["branch", "create", "--name", "N", "--code", "1", "--supervisor", "mk"], "2 to 8 letters"],
    [["branch", "create", "--name", "N"], "--supervisor"],
    [["branch", "create", "--name", "Town", "--supervisor", "mk"], "--pin-file"],
    [["branch", "create", "--name", "Town", "--supervisor", "mk", "--pin", "1"], "unknown option"],
    [["join", "deskmesh1.x", "--desk", " "], "--desk"],
    [["join", "--desk", "Desk 2"], "invite"],
    [["join", "./no-such-file", "--desk", "Desk 2"], "ENOENT"],
    [["invite", "--ttl", "8d"], "--ttl: expected 1m to 7d"],
    [["desks", "lost", "Desk 3"], "--reason"],
    [["desks", "retir", "Desk 3"], "too many arguments"],
  ])("%j ends with 2 and says why", async (argv, text) => {
    const { code, err, out, started } = await run(argv);
    expect(code).toBe(exitCode.usage);
    expect(err).toContain(text);
    expect(out).toBe("");
    expect(started).toEqual([]);
  });

  it("says what it expected in place of a file as data folder, and a doctor goes on", async () => {
    const file = join(dataDir, "file");
    await writeFile(file, "");
    for (const argv of [["status"], ["start"], ["config", "get"]])
      expect(await run([...argv, "--data-dir", file])).toMatchObject({
        code: exitCode.usage,
        err: `--data-dir: expected a folder, and ${file} is a file, or lies in one\n`,
      });
    const doctor = await run(["doctor", "--port", "0", "--mesh-port", "0", "--data-dir", file]);
    expect([doctor.code, doctor.out]).toEqual([
      exitCode.notReady,
      expect.stringContaining("BAD   data folder"),
    ]);
  });

  it("shows help and version", async () => {
    expect(await run(["--version"])).toMatchObject({ code: 0, out: "1.2.3\n" });
    const help = await run(["--help"]);
    expect(help.code).toBe(0);
    for (const { usage } of commands) expect(help.out).toContain(usage.split(" ")[0]);
  });

  it.each(commands.map((spec) => [spec.usage, spec] as const))(
    "%s has help with examples",
    async (_, spec) => {
      const words = spec.usage.split(" ").filter((word) => /^[a-z-]+$/.test(word));
      const { code, out } = await run([...words, "--help"]);
      expect(code).toBe(0);
      for (const example of spec.examples) expect(out).toContain(example);
      expect(out).toContain("--data-dir");
    },
  );
});

describe("start", () => {
  it.each([[[]], [["start"]], [["--port", "0", "--no-mdns"]]])(
    "%j prints the ready line alone",
    async (argv) => {
      const { code, out, started } = await run(argv);
      expect(out).toBe("ready http://127.0.0.1:8470 mesh 8471\n");
      expect(code).toBe(0);
      expect(started).toHaveLength(1);
      expect(started[0]!.closed).toBe(1);
    },
  );

  it("says the same as JSON where that is asked for", async () => {
    const { code, out } = await run(["start", "--json"]);
    expect([code, JSON.parse(out)]).toEqual([0, { url: "http://127.0.0.1:8470", meshPort: 8471 }]);
  });

  it("hands over what was told, wherever it stands", async () => {
    const { started, err } = await run([
      ...["--peer", "10.0.0.2:1", "start", "--peer", "10.0.0.3:2", "--no-mdns"],
      ...["--mesh-host", "10.0.0.1", "--quiet"],
    ]);
    expect(started[0]!.config).toMatchObject({
      dataDir,
      mdns: false,
      meshHost: ["10.0.0.1"],
      peers: [
        { host: "10.0.0.2", port: 1 },
        { host: "10.0.0.3", port: 2 },
      ],
      portGiven: false,
    });
    expect(err).toBe("");
  });

  it("gives a known failure its code and its text, an unknown one 1", async () => {
    const inUse = await run(["start"], async () => {
      throw new CommandFailure(exitCode.inUse, "Port 8470 is taken.");
    });
    expect(inUse).toMatchObject({ code: exitCode.inUse, err: "Port 8470 is taken.\n", out: "" });
    const fault = await run(["start"], async () => {
      throw new Error("broken");
    });
    expect(fault).toMatchObject({ code: exitCode.fault, err: "fault: broken\n", out: "" });
  });
});

describe("without a node", () => {
  it.each([
    [["status"]],
    [["desks"]],
    [["batches"]],
    [["outage", "open"]],
    [["loaded", "x", "--job", "1"]],
    [["export", "--format", "csv"]],
  ])("%j ends with 7", async (argv) => {
    const { code, err, out } = await run(argv);
    expect(code).toBe(exitCode.nodeNotRunning);
    expect(err).toContain("deskmesh start");
    expect(out).toBe("");
  });

  it("a stale run file counts as none", async () => {
    await writeFile(join(dataDir, "run.json"), '{"port": 1, "pid": 1, "token": "t"}');
    try {
      expect((await run(["status"])).code).toBe(exitCode.nodeNotRunning);
    } finally {
      await rm(join(dataDir, "run.json"));
    }
  });

  it("doctor still examines this PC", async () => {
    const { code, out } = await run(["doctor", "--json", "--port", "0", "--mesh-port", "0"]);
    expect(code).toBe(exitCode.nodeNotRunning);
    const { findings } = JSON.parse(out) as { findings: { check: string; level: string }[] };
    expect(findings).toContainEqual(expect.objectContaining({ check: "data folder", level: "ok" }));
    expect(findings).toContainEqual(expect.objectContaining({ check: "node", level: "look" }));
    expect(findings.filter(({ level }) => level === "bad")).toEqual([]);
  });

  it("doctor finds keys that other users may read", async () => {
    const file = join(dataDir, "keys", "log-branch");
    await mkdir(join(dataDir, "keys"), { mode: 0o700 });
    await writeFile(file, "{}", { mode: 0o600 });
    const doctor = async () => {
      const { code, out } = await run(["doctor", "--json", "--port", "0", "--mesh-port", "0"]);
      const { findings } = JSON.parse(out) as { findings: { check: string; level: string; text: string }[] };
      return { code, finding: findings.find(({ check }) => check === "keys") };
    };
    try {
      expect((await doctor()).finding).toMatchObject({ level: "ok" });
      await chmod(file, 0o640);
      const { code, finding } = await doctor();
      expect(code).toBe(exitCode.notReady);
      expect(finding).toMatchObject({ level: "bad", text: expect.stringContaining(file) });
    } finally {
      await rm(join(dataDir, "keys"), { recursive: true });
    }
  });
});
