/**
 * Stands outside the desks and keeps every receipt that they gave. Afterwards it asks all of them: is each receipt's
 * transaction there, once, with the same receipt; is there nothing that nobody posted; do all show the same; does a
 * batch have the same bytes everywhere?
 */
import { createHash } from "node:crypto";
import { expect } from "vitest";
import type { BatchView, Page, Receipt, RecordedAnswer, TransactionRow } from "../../src/node/http/api.ts";
import type { Lan } from "./bench.ts";
import { answerScan, makeBatch, makeScans, pause, readDesk, type Scan, signIn, waitFor } from "./scans.ts";

export const FORMATS = ["evergreen", "koha", "alma", "sierra", "csv", "jsonl"] as const;

export interface Oracle {
  /** How many receipts it holds. */
  readonly receipts: number;
  /** Clerks scan at these desks, each retrying what got no answer, as a page does; ends with what `act` gives. */
  during<T>(desks: readonly number[], act: () => Promise<T>): Promise<T>;
  /** One more scan at this desk, which must be recorded. */
  scan(desk: number): Promise<void>;
  /** Waits until the desks are alike, then asks all that stands above. `lost` may be missing: nobody else had them. */
  check(desks: readonly number[], limitMs?: number): Promise<void>;
  /** A batch in the next format, made at one of the desks: the same SHA-256 at all. */
  compareFiles(desks: readonly number[]): Promise<void>;
}

interface Given {
  readonly desk: number;
  readonly scan: Scan;
  readonly receipt: Receipt;
}

/** Between a clerk's scans, times the square of desks that scan: one PC runs them all, and each applies each scan. */
const breathMs = 2.7;
/** Receipts asked for again at each check; all of them would take longer than the rest of it. */
const askedAgain = 12;

export function createOracle(lan: Lan): Oracle {
  const given = new Map<string, Given>();
  const posted = new Set<string>();
  const made = new Map<number, number>();
  let batches = 0;

  function nextScan(desk: number): Scan {
    const n = made.get(desk) ?? 0;
    made.set(desk, n + 1);
    const [scan] = makeScans(desk, 1, n);
    if (scan === undefined) throw new Error("no scan was made");
    posted.add(scan.id);
    return scan;
  }

  /** Whether a receipt came; a desk that is dead, stopped or read-only gives none. */
  async function post(desk: number, scan: Scan): Promise<boolean> {
    const reply = await answerScan(lan, desk, scan).catch(() => null);
    if (reply === null || reply.status === 503) return false;
    if (reply.status !== 201)
      throw new Error(`desk ${desk}: ${reply.status} ${reply.bytes.toString("utf8")}`);
    const { receipt } = reply.json<RecordedAnswer>();
    const before = given.get(scan.id)?.receipt;
    if (before) expect(receipt, "a second post of one scan").toEqual(before);
    given.set(scan.id, { desk, scan, receipt });
    return true;
  }

  async function work(desk: number, breath: number, goesOn: () => boolean): Promise<void> {
    while (goesOn()) {
      const scan = nextScan(desk);
      while (!(await post(desk, scan)) && goesOn()) await pause(breath);
      await pause(breath);
    }
  }

  async function during<T>(desks: readonly number[], act: () => Promise<T>): Promise<T> {
    let going = true;
    const working = Promise.all(desks.map((desk) => work(desk, breathMs * desks.length ** 2, () => going)));
    // Told below: until then nobody waits for it.
    working.catch(() => undefined);
    try {
      return await act();
    } finally {
      going = false;
      await working;
    }
  }

  async function compareRows(desks: readonly number[]): Promise<string> {
    const lists = await Promise.all(desks.map((desk) => listIds(lan, desk)));
    const [first = []] = lists;
    if (lists.some((ids) => ids.join() !== first.join()))
      return `rows differ: ${lists.map((ids) => ids.length).join(", ")}`;
    const missing = [...given.keys()].filter((id) => !first.includes(id));
    return missing.length > 0 ? `${missing.length} receipts have no row` : "";
  }

  async function check(desks: readonly number[], limitMs = 30_000): Promise<void> {
    let why = "";
    await waitFor(
      `desks ${desks.join(", ")} agree and have all ${given.size} receipts`,
      async () => {
        try {
          why = await compareRows(desks);
          if (why !== "") return false;
          const records = await Promise.all(desks.map((desk) => readDesk(lan, desk)));
          const digests = new Set(records.map(({ digest }) => digest));
          why = digests.size === 1 ? "" : "the same rows, another state";
        } catch (error) {
          why = error instanceof Error ? error.message : String(error);
        }
        return why === "";
      },
      limitMs,
      () => why,
    );
    const ids = await listIds(lan, desks[0] ?? 1);
    expect(new Set(ids).size, "rows that are there twice").toBe(ids.length);
    expect(
      ids.filter((id) => !posted.has(id)),
      "rows that nobody posted",
    ).toEqual([]);
    for (const { desk, scan } of [...given.values()].slice(-askedAgain))
      if (desks.includes(desk)) expect(await post(desk, scan), "the same receipt again").toBe(true);
  }

  return {
    get receipts() {
      return given.size;
    },
    during,
    async scan(desk) {
      expect(await post(desk, nextScan(desk)), `desk ${desk} records`).toBe(true);
    },
    check,
    async compareFiles(desks) {
      const format = FORMATS[batches % FORMATS.length] ?? "csv";
      const maker = desks[batches % desks.length] ?? 1;
      batches += 1;
      const batch = (await makeBatch(lan, maker, format)).json<BatchView>();
      const sums = await Promise.all(desks.map((desk) => fileSum(lan, desk, batch.id)));
      expect(sums, format).toEqual(desks.map(() => batch.sha256));
    },
  };
}

async function listIds(lan: Lan, desk: number): Promise<readonly string[]> {
  const ids: string[] = [];
  let after = "";
  do {
    const reply = await lan.api(desk, "GET", `/api/transactions?limit=200${after}`);
    const page = reply.json<Page<TransactionRow>>();
    ids.push(...page.rows.map(({ id }) => id));
    after = page.next === undefined ? "" : `&after=${encodeURIComponent(page.next)}`;
  } while (after !== "");
  return ids;
}

/** SHA-256 of a batch's main file as this desk gives it out; it does so once the batch is durable on all desks. */
export async function fileSum(lan: Lan, desk: number, batch: string): Promise<string> {
  let sum = "";
  const headers = await signIn(lan, desk);
  await waitFor(`desk ${desk} gives out the file`, async () => {
    const path = `/api/batches/${encodeURIComponent(batch)}/file`;
    const reply = await lan.api(desk, "GET", path, undefined, headers);
    if (reply.status === 200) sum = createHash("sha256").update(reply.bytes).digest("hex");
    return reply.status === 200;
  });
  return sum;
}
