/**
 * A PC that loses its whole data folder at each restart, as under Deep Freeze: real processes, one of three, with its
 * identity folder elsewhere. What it acknowledged while it was linked is on the others and comes back to it.
 */
import { randomUUID } from "node:crypto";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { afterEach, beforeEach, expect, test } from "vitest";
import type {
  DesksView,
  InviteView,
  Page,
  ReadinessView,
  RecordedAnswer,
  StateView,
  TransactionRow,
} from "../../src/node/http/api.ts";
import { killAll, type Node, startNode } from "./process.ts";

const rounds = process.env.DESKMESH_FULL === "1" ? 20 : 3;
const by = { user: "mk", pin: "1234" };

let folder = "";
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), "deskmesh-wiped-"));
});
afterEach(async () => {
  await killAll();
  await rm(folder, { recursive: true, force: true });
});

async function get<T>(node: Node, path: string): Promise<T> {
  const reply = await node.api("GET", path);
  if (!reply.ok) throw new Error(`${path}: ${reply.status} ${await reply.text()}`);
  return (await reply.json()) as T;
}

async function until(what: string, holds: () => Promise<boolean>): Promise<void> {
  const deadline = performance.now() + 20_000;
  while (!(await holds())) {
    if (performance.now() > deadline) throw new Error(`not within 20 s: ${what}`);
    await sleep(50);
  }
}

/** Lends another item; gives what the desk answered. */
async function lend(node: Node, item: number): Promise<RecordedAnswer> {
  const id = randomUUID().replace(/^(.{14})./, "$17");
  const body = { id, kind: "checkout", patron: "21998000000001", item: String(33191000000000 + item) };
  const reply = await node.api("POST", "/api/transactions", body);
  if (reply.status !== 201) throw new Error(`${reply.status} ${await reply.text()}`);
  return (await reply.json()) as RecordedAnswer;
}

const codesOf = ({ view }: RecordedAnswer): readonly string[] => view.notes.map(({ code }) => code);
const linksOf = async (node: Node): Promise<number> =>
  (await get<DesksView>(node, "/api/desks")).desks.filter(({ self, linked }) => linked && !self).length;
const idsOf = async (node: Node): Promise<ReadonlySet<string>> => {
  const ids = new Set<string>();
  for (let path = "/api/transactions?limit=200"; ; ) {
    const page = await get<Page<TransactionRow>>(node, path);
    for (const { id } of page.rows) ids.add(id);
    if (page.next === undefined) return ids;
    path = `/api/transactions?limit=200&after=${encodeURIComponent(page.next)}`;
  }
};

interface Branch {
  readonly nodes: readonly [Node, Node];
  /** The one that forgets. */
  frozen: Node;
  startFrozen(): Promise<Node>;
  readonly frozenFolder: string;
}

/** Every mesh port stays the same, and each knows the others by it: no multicast is needed on this PC. */
async function startBranch(): Promise<Branch> {
  const local = ["--mesh-host", "127.0.0.1"];
  const one = await startNode(join(folder, "one"), local);
  await one.found();
  const peerOf = (node: Node) => ["--peer", `127.0.0.1:${node.meshPort}`];
  const admit = async (node: Node, desk: string): Promise<void> => {
    const made = await one.api("POST", "/api/invites", { by });
    const { invite } = (await made.json()) as InviteView;
    const reply = await node.api("POST", "/api/join", { invite, desk });
    if (!reply.ok) throw new Error(`${reply.status} ${await reply.text()}`);
  };
  const two = await startNode(join(folder, "two"), [...local, ...peerOf(one)]);
  await admit(two, "Desk 2");
  const frozenFolder = join(folder, "frozen");
  const startFrozen = () =>
    startNode(frozenFolder, [
      ...local,
      ...peerOf(one),
      ...peerOf(two),
      "--identity-dir",
      join(folder, "kept"),
    ]);
  const frozen = await startFrozen();
  await admit(frozen, "Desk 3");
  await until("three desks linked", async () => (await linksOf(frozen)) === 2 && (await linksOf(one)) === 2);
  await until("an outage everywhere", async () => {
    const states = await Promise.all([one, two, frozen].map((node) => get<StateView>(node, "/api/state")));
    return states.every(({ outage }) => outage.state === "open");
  });
  return { nodes: [one, two], frozen, startFrozen, frozenFolder };
}

/** As a PC that is shut down in order and set back. */
async function restartWiped(branch: Branch, signal: "SIGTERM" | "SIGKILL"): Promise<void> {
  branch.frozen.child.kill(signal);
  await branch.frozen.ended;
  await rm(branch.frozenFolder, { recursive: true });
  branch.frozen = await branch.startFrozen();
}

test(`nothing is lost that was acknowledged while linked, over ${rounds} restarts that wipe the disk`, {
  timeout: 30_000 + rounds * 15_000,
}, async () => {
  const branch = await startBranch();
  const [one, two] = branch.nodes;
  const acknowledged = new Set<string>();
  for (let round = 0; round < rounds; round++) {
    let last = "";
    for (const node of [branch.frozen, one, branch.frozen, two, branch.frozen]) {
      const answer = await lend(node, acknowledged.size);
      acknowledged.add(answer.receipt.id);
      expect(codesOf(answer)).not.toContain("rec.copy.none");
      last = answer.receipt.id;
    }
    // An end in order hands over what was just acknowledged; a power cut leaves what others have said that they hold.
    const isCut = round % 3 === 2;
    if (isCut) {
      await until("the last scan is on another desk", async () => {
        const { rows } = await get<Page<TransactionRow>>(branch.frozen, "/api/transactions?limit=1");
        return rows[0]?.id === last && rows[0].coverage.desks > 1;
      });
    }
    await restartWiped(branch, isCut ? "SIGKILL" : "SIGTERM");
    for (const node of [branch.frozen, one, two])
      await until("all of it is there", async () => (await idsOf(node)).size >= acknowledged.size);
    expect(await idsOf(branch.frozen)).toEqual(acknowledged);
    expect(branch.frozen.said.err).toContain("found wiped");
  }
  const { desks } = await get<DesksView>(one, "/api/desks");
  expect(desks.map(({ name, twin }) => [name, twin]).toSorted()).toEqual([
    ["Desk 1", false],
    ["Desk 2", false],
    ["Desk 3", false],
  ]);
});

test("alone it says on each scan, and on the readiness page, that this PC holds the only copy", {
  timeout: 120_000,
}, async () => {
  const branch = await startBranch();
  await restartWiped(branch, "SIGTERM");
  const { nodes, frozen } = branch;
  for (const node of nodes) node.child.kill("SIGTERM");
  await Promise.all(nodes.map((node) => node.ended));
  await until("it is alone", async () => (await linksOf(frozen)) === 0);
  for (let i = 0; i < 3; i++) {
    const answer = await lend(frozen, 500 + i);
    expect(codesOf(answer)).toContain("rec.copy.none");
    expect(answer.view.notes.at(-1)?.text).toContain("Saved on this PC only");
  }
  const { ready, checks } = await get<ReadinessView>(frozen, "/api/readiness");
  expect(ready).toBe(false);
  const disk = checks.find(({ name }) => name === "disk");
  expect(disk?.level).toBe("red");
  expect(disk?.text).toContain("what is recorded here now is nowhere else");
});

test.skipIf(process.platform !== "linux")(
  "without an identity folder elsewhere, readiness says beforehand that a wiped desk must join anew",
  async () => {
    // In memory: gone with the next restart of this PC.
    const forgetful = await mkdtemp("/dev/shm/deskmesh-wiped-");
    try {
      const node = await startNode(join(forgetful, "one"), ["--mesh-host", "127.0.0.1"]);
      await node.found();
      const { ready, checks } = await get<ReadinessView>(node, "/api/readiness");
      const disk = checks.find(({ name }) => name === "disk");
      expect([ready, disk?.level]).toEqual([false, "red"]);
      expect(disk?.text).toContain("it would have to join the branch anew");
      expect(disk?.remedy).toContain("--identity-dir");
      node.child.kill("SIGTERM");
      await node.ended;
    } finally {
      await rm(forgetful, { recursive: true, force: true });
    }
  },
);
