/**
 * kill -9 right after the 201, with more scans in flight: whatever was acknowledged is there after the restart with the
 * same receipt, and the same id posted again makes no second entry. 10 rounds; 100 with DESKMESH_FULL=1.
 */
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, it } from "vitest";
import type { Page, Receipt, RecordedAnswer, TransactionRow } from "../../src/node/http/api.ts";
import { newId } from "../node/desk/desks.ts";
import { killAll, type Node, startNode } from "./process.ts";

const rounds = process.env.DESKMESH_FULL ? 100 : 10;

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), "deskmesh-kill-"));
});
afterEach(async () => {
  await killAll();
  await rm(folder, { recursive: true, force: true });
});

interface Scan {
  readonly id: string;
  readonly kind: "checkout";
  readonly patron: string;
  readonly item: string;
}

function makeScan(n: number): Scan {
  const item = `33191${String(n).padStart(9, "0")}`;
  return { id: newId(), kind: "checkout", patron: "30234000000001", item };
}

async function post(node: Node, scan: Scan): Promise<Receipt> {
  const reply = await node.api("POST", "/api/transactions", scan);
  if (reply.status !== 201) throw new Error(`${reply.status} ${await reply.text()}`);
  return ((await reply.json()) as RecordedAnswer).receipt;
}

async function readIds(node: Node): Promise<string[]> {
  const ids: string[] = [];
  let after = "";
  do {
    const reply = await node.api("GET", `/api/transactions?limit=200${after}`);
    const page = (await reply.json()) as Page<TransactionRow>;
    ids.push(...page.rows.map(({ id }) => id));
    after = page.next === undefined ? "" : `&after=${encodeURIComponent(page.next)}`;
  } while (after !== "");
  return ids;
}

it(
  "keeps every acknowledged scan over each kill",
  async () => {
    let node = await startNode(folder);
    await node.found();
    const acknowledged = new Map<string, { readonly scan: Scan; readonly receipt: Receipt }>();
    const posted = new Set<string>();
    let n = 0;
    for (let round = 0; round < rounds; round++) {
      // Several in flight: the kill comes as the first, the second, … is answered.
      const scans = Array.from({ length: 1 + (round % 6) }, () => makeScan(n++));
      for (const { id } of scans) posted.add(id);
      let answered = 0;
      const target = 1 + (round % scans.length);
      const living = node;
      await Promise.allSettled(
        scans.map(async (scan) => {
          const receipt = await post(living, scan);
          acknowledged.set(scan.id, { scan, receipt });
          answered++;
          if (answered === target) living.child.kill("SIGKILL");
        }),
      );
      await node.ended;
      expect(answered).toBeGreaterThanOrEqual(target);
      node = await startNode(folder);
      const ids = await readIds(node);
      expect(new Set(ids).size).toBe(ids.length);
      expect(ids).toEqual(expect.arrayContaining([...acknowledged.keys()]));
      for (const id of ids) expect(posted).toContain(id);
      // What was in flight is posted again, as a page would: acknowledged or not, it is there once from now on.
      for (const scan of scans) {
        const receipt = await post(node, scan);
        expect(receipt).toEqual(acknowledged.get(scan.id)?.receipt ?? receipt);
        acknowledged.set(scan.id, { scan, receipt });
      }
    }
    for (const { scan, receipt } of acknowledged.values()) expect(await post(node, scan)).toEqual(receipt);
    expect((await readIds(node)).sort()).toEqual([...acknowledged.keys()].sort());
    expect(node.said.err).not.toMatch(/damaged|NOT SAVED/);
  },
  rounds * 15_000,
);
