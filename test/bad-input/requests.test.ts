/** Bad requests and bad snapshot files at the real process: a clear message each, and nothing has changed. (10 MB: test/node/http.) */
import { mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { Problem } from "../../src/node/http/api.ts";
import { killAll, type Node, startNode } from "../kill/process.ts";
import { newId } from "../node/desk/desks.ts";

let folder: string;
let node: Node;
let token: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "deskmesh-bad-"));
  node = await startNode(join(folder, "data"));
  await node.found();
  token = node.token;
  const good = { ...checkout(), item: "33191000000001" };
  expect((await node.api("POST", "/api/transactions", good)).status).toBe(201);
});
afterAll(async () => {
  await killAll();
  await rm(folder, { recursive: true, force: true });
});

function checkout(): Record<string, unknown> {
  return { id: newId(), kind: "checkout", patron: "30234000000001", item: "33191000000002" };
}

async function readEverything(): Promise<unknown> {
  const paths = [
    "/api/transactions?limit=200",
    "/api/outage",
    "/api/exceptions",
    "/api/batches",
    "/api/snapshots",
  ];
  return Promise.all(paths.map(async (path) => (await node.api("GET", path)).json()));
}

async function send(body: string | Uint8Array, contentType = "application/json", path = "/api/transactions") {
  return fetch(`${node.url}${path}`, {
    method: "POST",
    headers: { authorization: `Bearer ${token}`, "content-type": contentType, "deskmesh-staff": "ab" },
    body: body as string,
  });
}

describe("POST /api/transactions", () => {
  const bodies: readonly (readonly [string, () => string | Uint8Array, number, RegExp])[] = [
    ["an unknown kind", () => json({ kind: "chekout" }), 422, /kind/],
    ["a missing field", () => json({ item: undefined }), 422, /item/],
    ["a field too many", () => json({ itme: "1" }), 422, /itme/],
    ["an id that is none", () => json({ id: "7" }), 422, /id/],
    ["a barcode of 300 characters", () => json({ item: "3".repeat(300) }), 422, /item|barcode/i],
    ["control characters", () => json({ item: "3319\u00001" }), 422, /item|barcode/i],
    ["a line break in a barcode", () => json({ patron: "30234\n1" }), 422, /patron|barcode/i],
    ["letters beyond ASCII in a barcode", () => json({ patron: "30234é" }), 422, /patron|barcode/i],
    ["a number for a barcode", () => json({ item: 33191000000002 }), 422, /item/],
    ["a due date that is none", () => json({ due: "soon" }), 422, /due/],
    ["a count beyond 99", () => json({ kind: "in-house-use", patron: undefined, count: 100 }), 422, /count/],
    ["wrong JSON", () => '{"id": 7,,}', 400, /line 1/],
    ["no JSON object", () => "[]", 422, /./],
    ["nothing", () => "", 422, /kind/],
    ["bytes that are no UTF-8", () => Uint8Array.of(123, 34, 255, 254), 400, /./],
    [
      "keys that reach into prototypes",
      () => `{"__proto__": {"kind": "checkout"}, "constructor": 1}`,
      422,
      /./,
    ],
  ];
  it.each(bodies)("%s", async (_name, body, status, text) => {
    const before = await readEverything();
    const reply = await send(body());
    const said = await reply.text();
    expect({ status: reply.status, said }).toEqual({ status, said: expect.stringMatching(text) });
    const problem = JSON.parse(said) as Problem;
    expect(problem.title.length + (problem.detail ?? "").length).toBeGreaterThan(10);
    expect(said).not.toMatch(/ at .*\.js:|node_modules/);
    expect(await readEverything()).toEqual(before);
  });

  it("another content type", async () => {
    const before = await readEverything();
    const reply = await send(json({}), "text/plain");
    expect({ status: reply.status, said: await reply.text() }).toEqual({
      status: 415,
      said: expect.stringContaining("application/json"),
    });
    expect(await readEverything()).toEqual(before);
  });

  function json(changes: Record<string, unknown>): string {
    return JSON.stringify({ ...checkout(), ...changes });
  }
});

describe("POST /api/snapshots", () => {
  const header = "barcode,title\n";
  const good = "33191000000002,A title\n";
  const folders: readonly (readonly [string, Record<string, string | Uint8Array>, RegExp])[] = [
    ["a missing column", { "items.csv": `title\nA title\n` }, /items\.csv.*barcode/s],
    ["nothing in it", {}, /csv|folder|snapshot/i],
    ["an empty file", { "items.csv": "" }, /items\.csv/],
  ];
  it.each(folders)("%s: refused", async (_name, files, text) => {
    const before = await readEverything();
    const reply = await importFiles(files);
    const said = await reply.text();
    expect({ status: reply.status, said }).toEqual({ status: 422, said: expect.stringMatching(text) });
    expect(await readEverything()).toEqual(before);
  });

  it.each([
    ["Latin-1", Buffer.from(`${header}${good}33191000000003,Caf\xe9\n`, "latin1")],
    [
      "a row of a million characters",
      Buffer.from(`${header}${good}33191000000003,${"x".repeat(1_000_000)}\n`),
    ],
  ])("%s: the row is named, or the file refused, and the process lives", async (_name, bytes) => {
    const reply = await importFiles({ "items.csv": bytes });
    const said = await reply.text();
    expect([201, 422], said).toContain(reply.status);
    expect(said).toMatch(/items\.csv/);
    expect(said).toMatch(/"line":3|line 3|UTF-8/);
    expect((await node.api("GET", "/healthz")).status).toBe(200);
  });

  it("a BOM is no part of the first column's name", async () => {
    const reply = await importFiles({ "items.csv": `\ufeff${header}33191000000777,With a BOM\n` });
    expect(reply.status, await reply.text()).toBe(201);
    const item = (await (await node.api("GET", "/api/items/33191000000777")).json()) as { title?: string };
    expect(item.title).toBe("With a BOM");
  });

  async function importFiles(files: Record<string, string | Uint8Array>): Promise<Response> {
    const path = join(folder, newId());
    await mkdir(path);
    for (const [name, content] of Object.entries(files)) await writeFile(join(path, name), content);
    return send(JSON.stringify({ path }), "application/json", "/api/snapshots");
  }
});
