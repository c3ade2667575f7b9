/** The main case: the router is dead, three desks lend, one is cut off for a while, and one file comes out. */
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import type { BatchView } from "../../src/node/http/api.ts";
import { createLan, type Lan, lanLack, showOutputOnFailure } from "./bench.ts";
import { FORMATS, fileSum } from "./oracle.ts";
import {
  by,
  countLinks,
  type DeskRecord,
  everyLinks,
  makeBatch,
  makeCheckout,
  makeScans,
  readDesk,
  record,
  recordAll,
  startBranch,
  waitAlike,
  waitFor,
} from "./scans.ts";

const DESKS = [1, 2, 3] as const;

describe.skipIf(lanLack() !== null)("three desks, no route out", () => {
  let lan: Lan;
  const ids: string[] = [];
  beforeAll(async () => {
    lan = await createLan({ desks: 3 });
  });
  afterAll(() => lan?.destroy());
  showOutputOnFailure(() => lan, 3);

  test("find each other and are linked within 3 s of the last start", async () => {
    const { linkedMs } = await startBranch(lan, 3);
    console.log(`three desks: linked ${linkedMs.toFixed(0)} ms after the last start`);
    expect(linkedMs).toBeLessThan(3_000);
  });

  test("300 transactions are the same on all, and copied to all", async () => {
    const startedAt = performance.now();
    const made = await Promise.all(DESKS.map((desk) => recordAll(lan, desk, makeScans(desk, 100))));
    const recordedMs = performance.now() - startedAt;
    ids.push(...made.flat());
    expect(ids).toHaveLength(300);
    const { ms } = await waitAlike(lan, DESKS, ids, 5_000);
    const copiedMs = await waitFor("all rows are on 3 of 3 desks", async () => {
      const { record } = await waitAlike(lan, DESKS, ids);
      return record.rows.every((row) => row.coverage.desks === 3 && row.coverage.of === 3);
    });
    console.log(
      `three desks: 300 transactions in ${recordedMs.toFixed(0)} ms, alike ${ms.toFixed(0)} ms and copied ${copiedMs.toFixed(0)} ms later`,
    );
  });

  test("a desk that was cut off agrees within 3 s of its return, with one double loan", {
    timeout: 120_000,
  }, async () => {
    lan.portDown(3);
    const noticedMs = await waitFor(
      "the cut is noticed",
      async () => (await countLinks(lan, 3)) === 0 && (await countLinks(lan, 1)) === 1,
    );
    const [first, second] = [makeCheckout(1, 777), makeCheckout(2, 777)];
    const apart = await Promise.all([
      recordAll(lan, 1, [first, ...makeScans(1, 15, 100)]),
      recordAll(lan, 2, makeScans(2, 15, 100)),
      recordAll(lan, 3, [second, ...makeScans(3, 15, 100)]),
    ]);
    const [one, , three] = await Promise.all(DESKS.map((desk) => readDesk(lan, desk)));
    expect(three?.rows).toHaveLength(ids.length + 16);
    expect(one?.rows.some((row) => row.id === second.id)).toBe(false);
    ids.push(...apart.flat());
    const upAt = performance.now();
    lan.portUp(3);
    const { record: seen } = await waitAlike(lan, DESKS, ids);
    const agreedMs = performance.now() - upAt;
    console.log(
      `three desks: cut noticed in ${noticedMs.toFixed(0)} ms, agreed ${agreedMs.toFixed(0)} ms after port up`,
    );
    expect(agreedMs).toBeLessThan(3_000);
    const doubles = doubleLoans(seen);
    expect(doubles).toHaveLength(1);
    expect(doubles[0]?.mustDecide).toBe(true);
    expect(doubles[0]?.transactions.map((row) => row.id).sort()).toEqual([first.id, second.id].sort());
  });

  test("once it is settled, six formats give one file on all three desks", async () => {
    const { record: before } = await waitAlike(lan, DESKS, ids);
    const double = doubleLoans(before)[0];
    const decision = {
      decision: "void",
      transaction: double?.transactions.at(-1)?.id,
      reason: "Lent at Desk 1",
      by,
    };
    const settled = await lan.api(
      2,
      "POST",
      `/api/exceptions/${encodeURIComponent(double?.id ?? "")}`,
      decision,
    );
    expect(settled.status, settled.bytes.toString("utf8")).toBe(200);
    const { record: after } = await waitAlike(lan, DESKS, ids);
    expect(doubleLoans(after)[0]?.settled?.decision).toBe("void");

    for (const [round, format] of FORMATS.entries()) {
      for (const desk of DESKS)
        ids.push(await record(lan, desk, makeCheckout(round, 900 + round * 10 + desk)));
      await waitAlike(lan, DESKS, ids);
      const startedAt = performance.now();
      const batch = (await makeBatch(lan, DESKS[round % 3] ?? 1, format)).json<BatchView>();
      // A second export repeats nothing of the first: these are the three new scans alone.
      if (round > 0) expect(batch.lines, format).toBe(3);
      const sums = await Promise.all(DESKS.map((desk) => fileSum(lan, desk, batch.id)));
      expect(sums, format).toEqual([batch.sha256, batch.sha256, batch.sha256]);
      const ms = performance.now() - startedAt;
      console.log(`three desks: ${format}, ${batch.lines} lines, equal on all three in ${ms.toFixed(0)} ms`);
    }
    // The first format made one big batch; nothing is left but what came after the last.
    await waitFor("no desk is behind", () => everyLinks(lan, 3, 2));
  });
});

function doubleLoans(seen: DeskRecord): DeskRecord["exceptions"] {
  return seen.exceptions.filter((exception) => exception.kind === "double-loan");
}
