/**
 * What a node tells whoever watches it (log lines, metrics, readiness, run file) after a morning of scans, mistakes and a
 * fault: enough to see what happened, and nothing of a patron.
 */
import { mkdtemp, readdir, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, it } from "vitest";
import { killAll, type Node, startNode } from "../kill/process.ts";

/** All that is a patron's, or tells of what one reads. */
const personal = ["21998077777777", "33191066666666", "Zyxwvut", "Quetzal", "zq@example.org", "1931-07-13"];
let folder = "";
let node: Node;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "deskmesh-watching-"));
  node = await startNode(folder);
});
afterAll(async () => {
  await killAll();
  await rm(folder, { recursive: true, force: true });
});

const id = (n: number): string => `0190b0a0-0000-7000-8000-${String(n).padStart(12, "0")}`;

async function spendMorning(): Promise<void> {
  await node.found();
  const [patron, item, surname, given, mail, born] = personal;
  const fields = { surname, givenNames: given, email: mail, birthDate: born };
  const note = `for ${surname}`;
  const bodies: readonly Record<string, unknown>[] = [
    { id: id(1), kind: "registration", patron, fields },
    { id: id(2), kind: "checkout", patron, item, note },
    { id: id(2), kind: "checkout", patron, item: `${item}1` },
    { id: id(3), kind: "checkout", patron, [surname ?? ""]: item },
    { id: id(4), kind: surname, patron: { given } },
    { id: id(5), kind: "checkin", item, effective: mail },
  ];
  const answers: number[] = [];
  for (const body of bodies) answers.push((await node.api("POST", "/api/transactions", body)).status);
  expect(answers[1]).toBe(201);
  expect(answers.filter((status) => status >= 400).length).toBeGreaterThanOrEqual(4);
  const paths = [
    ["GET", `/api/patrons?q=${surname}`],
    ["GET", `/api/patrons/${patron}`],
    ["GET", `/api/items/${item}/${surname}`],
    ["DELETE", `/api/patrons/${patron}`],
    ["GET", `/${surname}/${patron}?q=${given}`],
    ["POST", "/api/snapshots", { path: join(folder, "Zyxwvut Quetzal") }],
    ["POST", "/api/session", { user: surname, pin: "0000" }],
  ] as const;
  for (const [method, path, body] of paths)
    expect((await node.api(method, path, body)).status).toBeLessThan(500);
  // Not JSON, and not even UTF-8, with a name in it.
  for (const bytes of [`{"patron": "${patron}", ${surname}`, Buffer.from(`\xff${surname}`, "latin1")])
    expect(
      (await fetch(`${node.url}/api/transactions`, { method: "POST", headers, body: bytes })).status,
    ).toBe(400);
}

const headers = { authorization: "", "content-type": "application/json", "deskmesh-staff": "ab" };

it("tells what happened, and nothing of a patron", async () => {
  headers.authorization = `Bearer ${node.token}`;
  await spendMorning();
  const told = await Promise.all(
    ["/metrics", "/healthz", "/readyz"].map(async (path) => (await fetch(`${node.url}${path}`)).text()),
  );
  node.child.kill("SIGTERM");
  expect(await node.ended).toBe(0);
  const messages = join(folder, "messages");
  const files = await Promise.all(
    (await readdir(messages)).map((name) => readFile(join(messages, name), "utf8")),
  );
  const lines = files.join("").trimEnd().split("\n");
  const said = lines.map((line) => (JSON.parse(line) as { msg: string }).msg);
  expect(said).toContain("Outage 1 is open.");
  expect(said.at(-1)).toBe("Stopped.");
  expect(told[0]).toMatch(/^deskmesh_waiting [1-9]/m);
  expect(told[2]).toBe('{"status":"ready"}');
  for (const text of [...told, ...files, node.said.err, node.said.out]) {
    expect(text).not.toBe("");
    for (const word of personal) expect(text.toLowerCase()).not.toContain(word.toLowerCase());
  }
});
