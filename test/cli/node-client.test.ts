import { mkdtemp, rm, stat } from "node:fs/promises";
import { createServer, type IncomingHttpHeaders, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { exitOfRefusedBatch } from "../../src/node/cli/export.ts";
import { connectToNode } from "../../src/node/cli/node-client.ts";
import { parseRunFile, readRunFile, removeRunFile, writeRunFile } from "../../src/node/cli/run-file.ts";
import * as fc from "../properties.ts";

let dataDir = "";
let server: Server;
let seen: { url: string; headers: IncomingHttpHeaders }[] = [];
let answer = { status: 200, type: "application/json", body: "{}" };

beforeAll(async () => {
  dataDir = await mkdtemp(join(tmpdir(), "deskmesh-client-"));
  server = createServer((request, response) => {
    seen.push({ url: request.url ?? "", headers: request.headers });
    const { status, type, body } =
      request.url === "/healthz" ? { ...answer, status: 200, body: "{}" } : answer;
    response.writeHead(status, { "content-type": type }).end(body);
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  await writeRunFile(dataDir, { port: (server.address() as AddressInfo).port, pid: 1, token: "t0ken" });
});
afterAll(async () => {
  server.closeAllConnections();
  await new Promise((resolve) => server.close(resolve));
  await rm(dataDir, { recursive: true, force: true });
});

describe("the client", () => {
  it("brings token, staff and JSON", async () => {
    seen = [];
    answer = { status: 200, type: "application/json", body: '{"ok":1}' };
    const client = await connectToNode(dataDir, { staff: "MK" });
    expect(await client.post("/api/x", { a: 1 })).toEqual({ ok: 1 });
    expect(seen.at(-1)).toMatchObject({
      url: "/api/x",
      headers: { authorization: "Bearer t0ken", "deskmesh-staff": "MK", "content-type": "application/json" },
    });
  });

  it.each([
    [{ status: 409, body: '{"title":"T","detail":"why"}' }, 4, "why"],
    [{ status: 422, body: '{"title":"T","refusal":{"kind":"k","text":"words"}}' }, 4, "words"],
    [{ status: 503, body: '{"title":"T","fault":{"kind":"k","text":"NOT SAVED"}}' }, 1, "NOT SAVED"],
    [{ status: 401, body: '{"title":"who are you"}' }, 9, "who are you"],
    [{ status: 404, body: "<html>" }, 4, "the node answered 404 to /api/x"],
  ])("tells %j in words and by its code", async (given, code, text) => {
    answer = { type: "application/problem+json", ...given };
    const client = await connectToNode(dataDir);
    await expect(client.get("/api/x")).rejects.toMatchObject({ exitCode: code, message: text });
  });
});

describe("the exit code of a batch that was not made", () => {
  const problem = { type: "about:blank", title: "t" };
  const lacking = [{ desk: "d", name: "Desk 3", made: 2, here: 1, verdict: "away" as const }];
  it.each([
    [{ ...problem, status: 404 }, 5],
    [{ ...problem, status: 409, incomplete: lacking }, 4],
    [{ ...problem, status: 409, undecided: ["x"] }, 6],
    [{ ...problem, status: 409, incomplete: lacking, undecided: ["x"] }, 4],
    [{ ...problem, status: 503 }, 1],
    [{ ...problem, status: 422 }, 4],
  ])("%j → %i", (given, code) => expect(exitOfRefusedBatch(given)).toBe(code));
});

describe("the run file", () => {
  it("is read back as written, by its owner alone, and is gone when removed", async () => {
    const folder = await mkdtemp(join(tmpdir(), "deskmesh-run-"));
    try {
      expect(await readRunFile(folder)).toBeNull();
      const run = { port: 8470, meshPort: 8471, pid: 7, token: "abc-_1" };
      await writeRunFile(folder, run);
      expect(await readRunFile(folder)).toEqual(run);
      expect((await stat(join(folder, "run.json"))).mode & 0o777).toBe(0o600);
      await removeRunFile(folder);
      expect(await readRunFile(folder)).toBeNull();
    } finally {
      await rm(folder, { recursive: true, force: true });
    }
  });
  it("is nothing when it is anything else", () => {
    fc.assert(fc.property(fc.oneof(fc.string(), fc.json()), (text) => parseRunFile(text) === null));
  });
});
