/** A desk's data of every release, opened by the program of today: all of it is there, and it goes on from there. */
import { execFileSync } from "node:child_process";
import { createHash } from "node:crypto";
import { mkdtemp, readdir, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterEach, beforeEach, expect, it, test } from "vitest";
import type { BatchView, Page, StateView, TransactionRow } from "../../../src/node/http/api.ts";
import { killAll, type Node, startNode } from "../../kill/process.ts";

const golden = fileURLToPath(new URL("golden/", import.meta.url));
const releases = (await readdir(golden)).filter((name) => name.endsWith(".tgz"));

let folder = "";
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), "deskmesh-golden-"));
});
afterEach(async () => {
  await killAll();
  await rm(folder, { recursive: true, force: true });
});

interface Expected {
  readonly transactions: readonly string[];
  readonly batch: { readonly id: string; readonly sha256: string; readonly lines: number };
  readonly waiting: number;
  readonly patrons: number;
}

async function get<T>(node: Node, path: string): Promise<T> {
  const reply = await node.api("GET", path);
  expect(reply.status).toBe(200);
  return (await reply.json()) as T;
}

test("there is a store of this release, or of one before it", () => {
  expect(releases.length).toBeGreaterThan(0);
});

it.each(releases)("opens the store of %s", async (name) => {
  const expected = JSON.parse(
    await readFile(join(golden, name.replace(".tgz", ".json")), "utf8"),
  ) as Expected;
  execFileSync("tar", ["--no-same-owner", "-xzf", join(golden, name), "-C", folder]);
  const node = await startNode(folder);
  expect((await fetch(`${node.url}/readyz`)).status).toBe(200);
  const rows = await get<Page<TransactionRow>>(node, "/api/transactions");
  expect(rows.rows.map(({ id }) => id).sort()).toEqual(expected.transactions);
  const state = await get<StateView>(node, "/api/state");
  expect([state.waiting, state.snapshot?.patrons]).toEqual([expected.waiting, expected.patrons]);
  const [batch] = await get<readonly BatchView[]>(node, "/api/batches");
  expect(batch).toMatchObject(expected.batch);
  // The supervisor's PIN is still theirs, and the file is the same, byte for byte.
  const session = await node.api("POST", "/api/session", { user: "mk", pin: "4711" });
  const { token } = (await session.json()) as { token: string };
  const file = await fetch(`${node.url}/api/batches/${expected.batch.id}/file`, {
    headers: { authorization: `Bearer ${token}` },
  });
  expect(file.status).toBe(200);
  const bytes = Buffer.from(await file.arrayBuffer());
  expect(createHash("sha256").update(bytes).digest("hex")).toBe(expected.batch.sha256);
  const more = { id: "0190b0a0-0000-7000-8000-000000000099", kind: "checkin", item: "33191010000378" };
  expect((await node.api("POST", "/api/transactions", more)).status).toBe(201);
});
