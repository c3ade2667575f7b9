/** Runs commands in this process against a desk that a test makes up; registers with vitest a data folder for each test. */
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach } from "vitest";
import type { Effects } from "../../src/node/cli/command.ts";
import { runCommandLine } from "../../src/node/cli/command-line.ts";
import { removeRunFile, writeRunFile } from "../../src/node/cli/run-file.ts";
import type { Desk } from "../../src/node/desk/desk.ts";
import { serveApp } from "../../src/node/http/server.ts";
import { createDeskDouble, createTestParts, tokenOfTests } from "../node/http/desk-double.ts";

let dataDir = "";
/** The data folder of this test. */
export const folder = (): string => dataDir;
export const closers: (() => Promise<void>)[] = [];
beforeEach(async () => {
  dataDir = await mkdtemp(join(tmpdir(), "deskmesh-commands-"));
});
afterEach(async () => {
  for (const close of closers.splice(0)) await close();
  await rm(dataDir, { recursive: true, force: true });
});

/** The node's API on a free port, found through its run file. */
export async function startApi(desk: Partial<Desk>) {
  const double = createDeskDouble(desk);
  const listening = await serveApp(createTestParts(double).app, 0);
  if (listening.kind !== "listening") throw new Error(listening.kind);
  const ports = { port: listening.port, meshPort: 8471 };
  await writeRunFile(dataDir, { ...ports, pid: process.pid, token: tokenOfTests });
  const close = async () => {
    await removeRunFile(dataDir);
    await listening.close();
  };
  return { double, close, url: `http://127.0.0.1:${listening.port}` };
}

/** What a supervisor adds to a command. */
export async function asSupervisor(user = "mk"): Promise<readonly string[]> {
  const file = join(dataDir, `${user}.pin`);
  await writeFile(file, `${user}-pin\n`);
  return ["--as", user, "--pin-file", file];
}

export async function run(argv: readonly string[], effects: Partial<Effects> = {}) {
  const said = { code: -1, out: "", err: "" };
  const refuse = () => Promise.reject(new Error("not expected"));
  said.code = await runCommandLine(
    argv,
    {
      env: { DESKMESH_DATA_DIR: dataDir },
      platform: "linux",
      home: "/nowhere",
      stdout: (text) => {
        said.out += text;
      },
      stderr: (text) => {
        said.err += text;
      },
    },
    "0.0.0",
    {
      startNode: refuse,
      askSecret: async () => null,
      readPiped: refuse,
      stopSignal: () => ({ stopped: Promise.resolve(), done: () => undefined }),
      ...effects,
    },
  );
  return said;
}

export async function runAgainst(
  desk: Partial<Desk>,
  argv: readonly string[],
  effects: Partial<Effects> = {},
) {
  const { double, close } = await startApi(desk);
  closers.push(close);
  return { ...(await run(argv, effects)), calls: double.calls };
}
