/**
 * Every command of the README, run as it stands there and in its order, at the PCs that `at=` names: real processes,
 * folders and links, on free ports. What a reader does between the commands (scanning) goes through the API.
 */
import { type ChildProcess, spawn } from "node:child_process";
import { randomBytes } from "node:crypto";
import { readFileSync } from "node:fs";
import { mkdir, mkdtemp, readdir, rm, symlink, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it, vi } from "vitest";
import { uuidv7 } from "../../src/web/uuid.ts";
import { commandsOf, readDocument, root } from "./markdown.ts";

const readme = readDocument("README.md");
const blocks = readme.blocks.filter(({ info }) => info.startsWith("sh"));
/** Run by another test, which needs a clean PC for each. */
const onCleanPcs = ["maker", "package"];
const packageTest = "test/lan/package.test.ts";
const allSteps = blocks.flatMap(({ info, lines }) =>
  commandsOf(lines).map((line) => ({ at: /\bat=([\w-]+)/.exec(info)?.[1] ?? "nowhere", line })),
);

const waiting = { timeout: 40_000, interval: 50 };
const steps = allSteps.filter(({ at }) => !onCleanPcs.includes(at));

let folder = "";
const children: ChildProcess[] = [];
/** What the reader has learnt by now: the invite, the batch, the address of each desk. */
const learnt = { isBroken: false, invite: "", batch: "", urls: new Map<string, string>() };

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "deskmesh-readme-"));
  // A checkout without its `.git`; what commands write beside it goes with the folder.
  for (const name of ["bin", "dist", "node_modules", "package.json", "sample", "scripts", "src"])
    await symlink(join(root, name), join(folder, name));
  await mkdir(join(folder, "tmp"));
  await writeFile(join(folder, "pin"), "246813\n");
  await writeFile(join(folder, "passphrase"), "a long passphrase of the README\n");
});

afterAll(async () => {
  for (const child of children) if (child.exitCode === null) end(child, "SIGKILL");
  await rm(folder, { recursive: true, force: true });
});

/** The whole group: npm has a shell and a node below it. */
function end(child: ChildProcess, signal: NodeJS.Signals): void {
  try {
    process.kill(-child.pid!, signal);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== "ESRCH") throw error;
  }
}

function launch(at: string, line: string) {
  const env = {
    ...process.env,
    TMPDIR: join(folder, "tmp"),
    DESKMESH_DATA_DIR: join(folder, "pcs", at),
    DESKMESH_PORT: "0",
    DESKMESH_MESH_PORT: "0",
    DESKMESH_MDNS: "false",
  };
  const child = spawn("bash", ["-c", line], {
    cwd: folder,
    env,
    detached: true,
    stdio: ["ignore", "pipe", "pipe"],
  });
  children.push(child);
  const said = { out: "", err: "" };
  child.stdout.setEncoding("utf8").on("data", (text: string) => {
    said.out += text;
  });
  child.stderr.setEncoding("utf8").on("data", (text: string) => {
    said.err += text;
  });
  const ended = new Promise<number | null>((resolve) => child.once("close", resolve));
  return { child, said, ended };
}

/** Resolves once `pattern` was said; rejects when the process ends before. */
async function hear({ child, said }: ReturnType<typeof launch>, pattern: RegExp): Promise<RegExpExecArray> {
  return vi.waitUntil(() => {
    const found = pattern.exec(said.out);
    if (found === null && child.exitCode !== null)
      throw new Error(`it ended with ${child.exitCode} before it said ${pattern}: ${said.out}${said.err}`);
    return found;
  }, waiting);
}

/** Placeholders filled in. npx is tried once for all: it finds this file, and takes a second each time. */
function fill(line: string): string {
  const own = line.replace(/^npx deskmesh/, `${JSON.stringify(process.execPath)} bin/deskmesh.mjs`);
  return own.replace("deskmesh1.…", learnt.invite).replace(/RIV-1-1-[0-9a-f]{4}/, learnt.batch);
}

interface Answer {
  readonly questions?: readonly { readonly code: string; readonly ref: string }[];
  readonly waiting?: number;
}

async function ask(url: string, path: string, body?: unknown, user = "JD") {
  const init = body === undefined ? {} : { method: "POST", body: JSON.stringify(body) };
  const headers = { "content-type": "application/json", "deskmesh-staff": user };
  const response = await fetch(`${url}/api${path}`, { ...init, headers });
  return { status: response.status, json: (await response.json()) as Answer };
}

/** As staff do it: answers the questions that go with it. */
async function lend(url: string, patron: string, item: string) {
  const command = { id: uuidv7(Date.now(), randomBytes(10)), kind: "checkout", patron, item };
  const first = await ask(url, "/transactions", command);
  if (first.status !== 409) return first;
  const { questions = [] } = first.json;
  const overrides = questions.map(({ code, ref }) => ({
    code,
    ref,
    reason: "as staff said",
    acknowledged: true,
  }));
  const second = await ask(url, "/transactions", { ...command, overrides });
  return { ...second, asked: questions.map(({ code }) => code) };
}

const cards = [...readme.prose.matchAll(/`(2\d{13})`/g)].map(([, card]) => card!);
const items = [...readme.prose.matchAll(/`(3\d{13})`/g)].map(([, item]) => item!);
const urlOf = (desk: string): string => learnt.urls.get(desk) ?? "";

/** What happens between the commands, before the one that begins so. */
async function meanwhile(line: string): Promise<void> {
  if (line.includes("carry out")) {
    const lent = [
      await lend(urlOf("desk-1"), cards[0]!, items[0]!),
      await lend(urlOf("desk-2"), cards[1]!, "33191010000378"),
    ];
    expect(lent.map(({ status }) => status)).toEqual([201, 201]);
  }
  if (line.includes("deskmesh export")) await untilAllHere(urlOf("desk-1"), 2);
}

/** Bounded by the time that a test may take. */
async function untilAllHere(url: string, count: number): Promise<void> {
  await vi.waitUntil(async () => ((await ask(url, "/state")).json.waiting ?? 0) >= count, waiting);
}

function learn(line: string, out: string): void {
  if (line.includes("deskmesh invite")) learnt.invite = out.trim();
  const batch = /^batch (\S+?):? /m.exec(out)?.[1];
  if (line.includes("deskmesh export") && batch !== undefined) learnt.batch = batch;
}

describe("the README's commands", () => {
  it("are found, each at its PC", () => {
    expect(steps.length).toBeGreaterThan(20);
    expect(new Set(steps.map(({ at }) => at))).toEqual(new Set(["demo", "desk-1", "desk-2", "desk-3"]));
    expect({ cards: cards.length, items: items.length }).toEqual({ cards: 2, items: 1 });
  });

  it("make and install packages as the test on clean PCs does", () => {
    const { scripts } = JSON.parse(readFileSync(join(root, "package.json"), "utf8")) as {
      scripts: Record<string, string>;
    };
    const typed = readFileSync(join(root, packageTest), "utf8");
    const others = allSteps.filter(({ at }) => onCleanPcs.includes(at)).map(({ line }) => line);
    expect(others).toHaveLength(3);
    for (const line of others) {
      const script = scripts[/^npm run (\w+)$/.exec(line)?.[1] ?? ""]?.replace("node ", "");
      // There it is root already, and of whatever version.
      expect(typed).toContain(script ?? line.replace(/^sudo /, "").replaceAll(/\d+\.\d+\.\d+/g, "*"));
    }
  });

  it("find this program by npx", async () => {
    const { said, ended } = launch("nobody", "npx deskmesh --version");
    expect(await ended).toBe(0);
    expect(said.out).toMatch(/^\d+\.\d+\.\d+\n$/);
  });

  it.each(steps.map(({ at, line }) => [at, line] as const))("%s: %s", async (at, line) => {
    // Each needs what the ones before left.
    expect(learnt.isBroken).toBe(false);
    learnt.isBroken = true;
    await meanwhile(line);
    const running = launch(at, fill(line));
    if (line === "npm run demo") await tryDemo(running);
    else if (line === "npm start") learnt.urls.set(at, (await hear(running, /^ready (\S+) mesh \d+$/m))[1]!);
    else await expectDone(line, running);
    learnt.isBroken = false;
  });

  it("leave a closed and forgotten outage", async () => {
    const { json } = await ask(urlOf("desk-1"), "/outages");
    expect(json).toMatchObject([{ number: 1, state: "closed", purged: {} }]);
  });
});

async function expectDone(line: string, running: ReturnType<typeof launch>): Promise<void> {
  const code = await running.ended;
  // What `doctor` finds is this machine's business.
  const expected = line.includes("doctor") ? [0, 3] : [0];
  expect(expected, `${code} ${running.said.out}${running.said.err}`).toContain(code);
  expect(running.said.out).not.toBe("");
  learn(line, running.said.out);
}

/** The numbered list below it: the loan of Desk 1 is asked about at Desk 2. */
async function tryDemo(running: ReturnType<typeof launch>): Promise<void> {
  const [, one = "", two = ""] = await hear(
    running,
    /Desk 1 +(\S+).*\nDesk 2 +(\S+).*\nDesk 3.*\n.*PIN \d{6}\n/,
  );
  expect(await lend(one, cards[0]!, items[0]!)).toMatchObject({ status: 201, asked: ["start-outage"] });
  await untilAllHere(two, 1);
  expect(await lend(two, cards[1]!, items[0]!)).toMatchObject({ status: 201, asked: ["item-out"] });
  // As Ctrl+C does; all streams are closed once the last of the group has ended.
  end(running.child, "SIGINT");
  await running.ended;
  expect((await readdir(join(folder, "tmp"))).filter((name) => name.startsWith("deskmesh"))).toEqual([]);
}
