/**
 * Requests at the real process, valid ones made wrong: each gets an answer in bounded time, none is a fault, what is
 * refused changed nothing, and no refusal repeats what it was given.
 */
import { existsSync, readFileSync } from "node:fs";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, it } from "vitest";
import type { Problem } from "../../src/node/http/api.ts";
import { killAll, type Node, startNode } from "../kill/process.ts";
import { newId } from "../node/desk/desks.ts";
import * as fc from "../properties.ts";
import { mutatedJson, runs } from "./mutations.ts";
import { patronData } from "./patron-data.ts";

const supervisor = { user: "mk", pin: "1234" };
const patron = "30234000000001";
const item = "33191000000001";
const fields = { surname: "Dalloway", given_names: "Clarissa", birth_date: "1882-06-13" };

let folder: string;
let node: Node;
let token: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "deskmesh-http-fuzz-"));
  node = await startNode(folder);
  await node.found();
  const session = await node.api("POST", "/api/session", supervisor);
  token = ((await session.json()) as { token: string }).token;
  expect((await send("POST", "/api/transactions", JSON.stringify({ ...checkout, id: newId() }))).status).toBe(
    201,
  );
});
afterAll(async () => {
  await killAll();
  await rm(folder, { recursive: true, force: true });
});

const checkout = {
  id: newId(),
  kind: "checkout",
  patron,
  item,
  due: "2031-02-03",
  source: "scan",
  overrides: [],
};
const batch = "RIV-1-1-abcd";
const desk = "0123456789abcdef0123456789abcdef";

/** Method, address and a body that would do there. */
const requests: readonly (readonly [path: string, ...bodies: readonly unknown[]])[] = [
  [
    "/api/transactions",
    checkout,
    { id: newId(), kind: "registration", patron: "30234000000777", fields },
    { id: newId(), kind: "checkin", item, effective: "2026-07-22T21:00:00-04:00" },
    { id: newId(), kind: "in-house-use", item, count: 3 },
    { id: newId(), kind: "payment", patron, amount: 250, currency: "EUR", note: "fine" },
    { id: newId(), kind: "voiding", voids: newId(), reason: "wrong card" },
    { ...checkout, overrides: [{ code: "block", ref: "r", reason: "seen", acknowledged: true }] },
  ],
  ["/api/batches", { format: "csv", partial: true, reason: "Desk 3 is away" }, { format: "koha" }],
  [`/api/batches/${batch}/loaded`, { job: "4711" }, { byHand: true, name: "Ann" }],
  [`/api/batches/${batch}/failed`, { reason: "line 3", lines: [3] }],
  ["/api/exceptions/x", { decision: "void", transaction: newId(), reason: "Lent at Desk 1" }],
  ["/api/invites", { ttlMs: 60_000 }],
  ["/api/joins/x", { matches: true }],
  ["/api/staff", { user: "cd", pin: "5678", role: "staff" }],
  ["/api/settings", { openDesks: true }],
  ["/api/session", { user: "zz", pin: "0000" }],
  ["/api/snapshots", { path: "/nowhere/30234000000001" }],
  [`/api/desks/${desk}/rename`, { name: "Desk 9" }],
  [`/api/desks/${desk}/lost`, { reason: "broken" }],
  [
    "/api/outage/open",
    { scope: "branch", called: [{ who: "help desk", at: "2026-07-22T21:00:00-04:00", by: "ab" }] },
  ],
];

const posts = fc
  .constantFrom(...requests)
  .chain(([path, ...bodies]) => mutatedJson(...bodies).map((body) => ["POST", path, body] as const));
const queries = fc
  .tuple(
    fc.constantFrom(
      "transactions?after=",
      "transactions?limit=",
      "transactions?kind=",
      "patrons?q=",
      "items?q=",
      "items/",
      "patrons/",
      "scan/",
      "batches/",
      "batches/x/file?part=",
    ),
    fc.oneof(mutatedJson([item, 5, "a"]), fc.string({ unit: "binary", maxLength: 200 })),
    fc.boolean(),
  )
  .map(([path, text, encoded]) => {
    // Half a pair can stand in no address.
    const shown = Buffer.from(text.slice(0, 3_000)).toString("utf8");
    const tail = encoded ? encodeURIComponent(shown) : Buffer.from(shown).toString("base64url");
    return ["GET", `/api/${path}${tail}`, undefined] as const;
  });

const mostTries = 100;

async function send(method: string, path: string, body?: string): Promise<Response> {
  for (let tries = 0; tries < mostTries; tries++) {
    const reply = await fetch(`${node.url}${path}`, {
      method,
      headers: {
        authorization: `Bearer ${token}`,
        "content-type": "application/json",
        "deskmesh-staff": "ab",
      },
      signal: AbortSignal.timeout(10_000),
      ...(body === undefined ? {} : { body }),
    });
    if (reply.status !== 429) return reply;
    // The desk lets in so many requests a second, and says so: nothing else is waited for.
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
  throw new Error(`${method} ${path}: too many requests, ${mostTries} times`);
}

/** What no refused request may change. */
async function readEverything(): Promise<string> {
  const paths = ["transactions?limit=200", "outage", "exceptions", "batches", "snapshots", "staff"];
  const texts = await Promise.all(paths.map(async (path) => (await send("GET", `/api/${path}`)).text()));
  return texts.join("\n");
}

it("answers whatever is asked, and refuses without a trace", async () => {
  const tally = new Map<number, number>();
  // What was read after a refusal stands before the next request: the desk lets in so many a second, and this is most of them.
  let known: string | null = null;
  await fc.assert(
    fc.asyncProperty(fc.oneof({ weight: 3, arbitrary: posts }, queries), async ([method, path, body]) => {
      const before = known ?? (await readEverything());
      known = null;
      const reply = await send(method, path, body);
      const said = await reply.text();
      tally.set(reply.status, (tally.get(reply.status) ?? 0) + 1);
      expect(reply.status, `${method} ${path} ${body}: ${said}`).toBeLessThan(500);
      if (reply.status < 400) return;
      expect(said).not.toMatch(/ at .*\.js:|node_modules/);
      const { title, detail } = JSON.parse(said) as Problem;
      expect(`${title} ${detail ?? ""}`, `${method} ${path}`).not.toMatch(patronData);
      const after = await readEverything();
      expect(after).toBe(before);
      known = after;
    }),
    { ...runs(250, 3_000), endOnFailure: true },
  );
  console.log(
    `http: ${[...tally]
      .sort()
      .map(([status, count]) => `${count} × ${status}`)
      .join(", ")}`,
  );
  expect(node.child.exitCode).toBeNull();
  expect(node.said.err).not.toMatch(/fault [0-9a-f]{12}|Unhandled|RangeError/);
  expect(node.said.err).not.toMatch(patronData);
  // Half of it is what a node takes anyway.
  expect(residentKilobytes(node.child.pid ?? 0)).toBeLessThan(600 * 1024);
}, 1_800_000);

/** 0 where the system doesn't tell. */
function residentKilobytes(pid: number): number {
  const path = `/proc/${pid}/status`;
  if (!existsSync(path)) return 0;
  return Number(/VmRSS:\s+(\d+)/.exec(readFileSync(path, "utf8"))?.[1] ?? 0);
}
