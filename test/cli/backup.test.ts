/** `backup` and `restore` as one types them, with the real process: while it scans, when it doesn't run, and elsewhere. */
import { spawn } from "node:child_process";
import { mkdtemp, readdir, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterAll, beforeAll, expect, it } from "vitest";
import { killAll, type Node, startNode } from "../kill/process.ts";
import { newId } from "../node/desk/desks.ts";
import { sampleFolder } from "../node/snapshot/stores.ts";
import { folder as commandFolder, run } from "./command-runner.ts";

const launcher = fileURLToPath(new URL("../../bin/deskmesh.mjs", import.meta.url));
let folder: string;
let secret: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "deskmesh-backup-cli-"));
  secret = join(folder, "passphrase");
  await writeFile(secret, "correct horse battery\n");
});
afterAll(async () => {
  await killAll();
  await rm(folder, { recursive: true, force: true });
});

async function deskmesh(dataDir: string, ...args: readonly string[]) {
  const child = spawn(process.execPath, [launcher, ...args], {
    env: { ...process.env, DESKMESH_DATA_DIR: dataDir },
    stdio: ["ignore", "pipe", "pipe"],
  });
  const said = { code: -1, out: "", err: "" };
  child.stdout.on("data", (text: Buffer) => {
    said.out += text;
  });
  child.stderr.on("data", (text: Buffer) => {
    said.err += text;
  });
  said.code = await new Promise<number>((resolve) => child.once("close", (code) => resolve(code ?? -1)));
  return said;
}

async function scan(node: Node, n: number): Promise<void> {
  const body = { id: newId(), kind: "checkout", patron: "30234000000001", item: String(33190000000000 + n) };
  const first = await node.api("POST", "/api/transactions", body);
  const { questions = [] } = (await first.json()) as { questions?: { code: string; ref: string }[] };
  if (first.status !== 409) return expect(first.status).toBe(201);
  const overrides = questions.map(({ code, ref }) => ({ code, ref, reason: "Seen", acknowledged: true }));
  expect((await node.api("POST", "/api/transactions", { ...body, overrides })).status).toBe(201);
}

async function rowsOf(node: Node): Promise<readonly unknown[]> {
  const page = (await (await node.api("GET", "/api/transactions?limit=200")).json()) as {
    rows: { id: string }[];
  };
  return page.rows.map(({ id }) => id);
}

it("a desk that scans is backed up, and the restored one shows the same rows", async () => {
  const data = join(folder, "data");
  const node = await startNode(data);
  await node.found();
  expect((await node.api("POST", "/api/snapshots", { path: sampleFolder })).status).toBe(201);
  for (let n = 0; n < 30; n++) await scan(node, n);
  const place = join(folder, "first");
  const refused = await deskmesh(data, "backup", place);
  expect(refused).toMatchObject({ code: 4, err: expect.stringContaining("--passphrase-file") });
  const backingUp = deskmesh(data, "backup", place, "--passphrase-file", secret, "--with-identity", "--json");
  for (let n = 100; n < 130; n++) await scan(node, n);
  const made = await backingUp;
  expect(made.code, made.err).toBe(0);
  expect(JSON.parse(made.out)).toMatchObject({ path: place, snapshots: 1, openedBy: "passphrase" });
  expect(await readdir(place)).toEqual(["backup.json", "contents"]);
  expect(await readFile(join(place, "backup.json"), "utf8")).not.toContain("horse");
  const here = await rowsOf(node);
  node.child.kill("SIGTERM");
  await node.ended;

  // Without the running node it is the same command.
  const second = join(folder, "second");
  const still = await deskmesh(data, "backup", second, "--passphrase-file", secret, "--with-identity");
  expect(still.code, still.err).toBe(0);

  for (const [from, least] of [
    [place, 30],
    [second, 60],
  ] as const) {
    const target = join(folder, `restored-${least}`);
    const restored = await deskmesh(target, "restore", from, "--passphrase-file", secret);
    expect(restored.code, restored.err).toBe(0);
    const again = await startNode(target);
    const rows = await rowsOf(again);
    expect(rows.length).toBeGreaterThanOrEqual(least);
    expect(rows).toEqual(here.slice(here.length - rows.length));
    await scan(again, 900);
    expect((await rowsOf(again)).length).toBe(rows.length + 1);
    again.child.kill("SIGTERM");
    await again.ended;
    const over = await deskmesh(target, "restore", from, "--passphrase-file", secret);
    expect(over).toMatchObject({ code: 4, err: expect.stringContaining("not empty") });
  }
});

it("says what was expected, and writes nothing", async () => {
  const target = join(folder, "nothing");
  const wrong = join(folder, "wrong");
  await writeFile(wrong, "another one\n");
  const before = (await readdir(folder)).sort();
  const tries: readonly (readonly [readonly string[], number, RegExp])[] = [
    [["restore", join(folder, "first"), "--passphrase-file", wrong], 9, /not the passphrase/],
    [["restore", join(folder, "first")], 9, /needs its passphrase.*--passphrase-file/],
    [["restore", folder, "--passphrase-file", secret], 4, /backup\.json.*missing/],
    [
      ["restore", join(folder, "first"), "--passphrase-file", join(folder, "none")],
      2,
      /--passphrase-file.*ENOENT/,
    ],
    [["restore"], 2, /dir/],
  ];
  for (const [args, code, text] of tries)
    expect(await deskmesh(target, ...args)).toMatchObject({ code, err: expect.stringMatching(text) });
  expect((await readdir(folder)).sort()).toEqual(before);
});

it("asks twice for a passphrase, and takes none of two that differ", async () => {
  const typed = ["correct horse", "correct house"];
  const askSecret = async () => typed.shift() ?? null;
  const said = await run(["backup", join(commandFolder(), "b")], { askSecret });
  expect(said).toMatchObject({ code: 2, err: expect.stringContaining("differ") });
});
