/**
 * What staff do at the desks of a test branch, and how two desks are compared: over HTTP, as the pages do it.
 */
import { createHash, randomBytes } from "node:crypto";
import { expect } from "vitest";
import type {
  DesksView,
  ExceptionView,
  InviteView,
  Page,
  Problem,
  RecordedAnswer,
  StateView,
  TransactionRow,
} from "../../src/node/http/api.ts";
import type { Lan, Reply } from "./bench.ts";

/** The body of POST /api/transactions. */
export type Scan = { readonly id: string; readonly kind: string } & Readonly<Record<string, unknown>>;

/** The first supervisor of every branch here. */
export const by = { user: "mk", pin: "1234" } as const;

/** Desk 1 makes the branch, the others join, all start, an outage opens. Gives the ms from the last start to all linked. */
export async function startBranch(lan: Lan, desks: number): Promise<{ branch: string; linkedMs: number }> {
  const branch = await startFirstDesk(lan);
  let linkedMs = 0;
  for (let desk = 2; desk <= desks; desk += 1) await joinBranch(lan, desk);
  for (let desk = 2; desk <= desks; desk += 1) {
    const startedAt = performance.now();
    await lan.startDesk(desk);
    if (desk < desks) continue;
    await waitFor("all desks are linked", async () => everyLinks(lan, desks, desks - 1));
    linkedMs = performance.now() - startedAt;
  }
  await openOutage(lan, desks);
  return { branch, linkedMs };
}

/** Starts desk 1 and creates the branch there; gives its id. */
export async function startFirstDesk(lan: Lan): Promise<string> {
  await lan.startDesk(1);
  const staff = { supervisor: by.user, pin: by.pin };
  const form = {
    name: "Riverside Library",
    code: "RIV",
    timezone: "Europe/Berlin",
    desk: "Desk 1",
    ...staff,
  };
  const created = await lan.api(1, "POST", "/api/branch", form);
  expect(created.status, created.bytes.toString("utf8")).toBe(201);
  const state = (await lan.api(1, "GET", "/api/state")).json<StateView>();
  return state.branch?.id ?? "";
}

/** By an invite of a desk that it can reach. */
export async function joinBranch(lan: Lan, desk: number, sponsor = 1): Promise<void> {
  const made = await lan.api(sponsor, "POST", "/api/invites", { by });
  expect(made.status, made.bytes.toString("utf8")).toBe(201);
  const where = ["--data-dir", lan.dataDir(desk)];
  await lan.run(desk, ["join", made.json<InviteView>().invite, "--desk", `Desk ${desk}`, ...where]);
}

/** Opens an outage at desk 1 and waits until all know. */
export async function openOutage(lan: Lan, desks: number): Promise<void> {
  const opened = await lan.api(1, "POST", "/api/outage/open", { scope: "branch" });
  expect(opened.status, opened.bytes.toString("utf8")).toBe(200);
  await waitFor("the outage is open everywhere", async () => {
    const states = await Promise.all(range(desks).map((desk) => readState(lan, desk)));
    return states.every((state) => state.outage.state === "open");
  });
}

/** Records one scan, answering yes to whatever is asked; resolves once it is acknowledged, with its id. */
export async function record(lan: Lan, desk: number, scan: Scan): Promise<string> {
  const reply = await answerScan(lan, desk, scan);
  if (reply.status !== 201) throw new Error(`desk ${desk}: ${reply.status} ${reply.bytes.toString("utf8")}`);
  return reply.json<RecordedAnswer>().receipt.id;
}

/** As `record`, but gives whatever the desk says in the end. */
export async function answerScan(lan: Lan, desk: number, scan: Scan): Promise<Reply> {
  const reply = await lan.api(desk, "POST", "/api/transactions", scan);
  if (reply.status !== 409) return reply;
  const overrides = (reply.json<Problem>().questions ?? []).map(({ code, ref }) => ({
    code,
    ref,
    reason: "Seen at the desk",
    acknowledged: true,
  }));
  return lan.api(desk, "POST", "/api/transactions", { ...scan, overrides });
}

/** Signs the supervisor in at a desk; gives the headers that say so. */
export async function signIn(lan: Lan, desk: number): Promise<Readonly<Record<string, string>>> {
  const reply = await lan.api(desk, "POST", "/api/session", by);
  if (reply.status !== 200) throw new Error(`${reply.status} ${reply.bytes.toString("utf8")}`);
  return { authorization: `Bearer ${reply.json<{ token: string }>().token}` };
}

/** A mixed hour at one desk: `count` scans, none of which needs a decision later. Items are this desk's own. */
export function makeScans(desk: number, count: number, from = 0): readonly Scan[] {
  return Array.from({ length: count }, (_, i) => {
    const n = from + i;
    const id = newId();
    const patron = patronBarcode(n % 20);
    // The item of the last checkout: each ten scans begin with one of it, and renew it, then take it back.
    const item = itemBarcode(desk * 100_000 + Math.floor(n / 10));
    if (n % 10 === 0) return { id, kind: "checkout", patron, item };
    if (n % 10 === 3) return { id, kind: "renewal", item };
    if (n % 10 === 4)
      return { id, kind: "in-house-use", item: itemBarcode(desk * 100_000 + 50_000 + n), count: 2 };
    if (n % 10 === 5) return { id, kind: "non-catalogued", patron, type: "Paperback", count: 1 };
    if (n % 10 === 6) return { id, kind: "payment", patron, amount: 250, currency: "EUR" };
    if (n % 10 === 7) {
      const fields = { surname: `New-${desk}-${n}`, given_names: "Ada", birth_date: "2001-02-03" };
      return { id, kind: "registration", patron: patronBarcode(desk * 100_000 + n), fields };
    }
    if (n % 10 === 9) return { id, kind: "checkin", item };
    return { id, kind: "checkout", patron, item: itemBarcode(desk * 100_000 + 20_000 + n) };
  });
}

export function makeCheckout(patron: number, item: number): Scan {
  return { id: newId(), kind: "checkout", patron: patronBarcode(patron), item: itemBarcode(item) };
}

/** Records them one after the other; gives their ids. */
export async function recordAll(lan: Lan, desk: number, scans: readonly Scan[]): Promise<string[]> {
  const ids: string[] = [];
  for (const scan of scans) ids.push(await record(lan, desk, scan));
  return ids;
}

export interface DeskRecord {
  readonly rows: readonly TransactionRow[];
  readonly exceptions: readonly ExceptionView[];
  /** Hash of everything that must be equal on all desks: rows, exceptions, what each patron has. */
  readonly digest: string;
}

/** All that a desk shows of the log. How far entries have been copied differs for a moment: left out of the digest. */
export async function readDesk(lan: Lan, desk: number): Promise<DeskRecord> {
  const rows: TransactionRow[] = [];
  let after = "";
  do {
    const page = (await lan.api(desk, "GET", `/api/transactions?limit=200${after}`)).json<
      Page<TransactionRow>
    >();
    rows.push(...page.rows);
    after = page.next === undefined ? "" : `&after=${encodeURIComponent(page.next)}`;
  } while (after !== "");
  const exceptions = (await lan.api(desk, "GET", "/api/exceptions")).json<ExceptionView[]>();
  const patrons = [...new Set(rows.flatMap((row) => row.patron ?? []))].sort();
  const views: unknown[] = [];
  for (const patron of patrons) views.push((await lan.api(desk, "GET", `/api/patrons/${patron}`)).json());
  const text = JSON.stringify({ rows, exceptions, views }, (key, value) =>
    key === "coverage" ? undefined : value,
  );
  return { rows, exceptions, digest: createHash("sha256").update(text).digest("hex") };
}

/** Waits until the desks show the same, and exactly these transactions. Gives the ms, and what they show. */
export async function waitAlike(
  lan: Lan,
  desks: readonly number[],
  ids: readonly string[],
  limitMs = 30_000,
): Promise<{ ms: number; record: DeskRecord }> {
  const wanted = [...ids].sort();
  let records: readonly DeskRecord[] = [];
  const ms = await waitFor(
    `desks ${desks.join(", ")} show the same ${ids.length} transactions`,
    async () => {
      const counts = await Promise.all(desks.map((desk) => newestOf(lan, desk)));
      if (new Set(counts).size > 1) return false;
      records = await Promise.all(desks.map((desk) => readDesk(lan, desk)));
      return (
        new Set(records.map((one) => one.digest)).size === 1 &&
        records.every((one) => one.rows.length === wanted.length)
      );
    },
    limitMs,
    () =>
      records
        .map((one, i) => `desk ${desks[i]}: ${one.rows.length} rows, ${one.digest.slice(0, 8)}`)
        .join("; "),
  );
  const record = records[0];
  if (record === undefined) throw new Error("no desk was read");
  expect(record.rows.map((row) => row.id).sort()).toEqual(wanted);
  return { ms, record };
}

/** How many other desks this one is linked to now. */
export async function countLinks(lan: Lan, desk: number): Promise<number> {
  const { desks } = (await lan.api(desk, "GET", "/api/desks")).json<DesksView>();
  return desks.filter((other) => !other.self && other.linked).length;
}

/** Has each of desks 1…`desks` exactly so many links? */
export async function everyLinks(lan: Lan, desks: number, links: number): Promise<boolean> {
  const counts = await Promise.all(range(desks).map((desk) => countLinks(lan, desk)));
  return counts.every((count) => count === links);
}

export async function readState(lan: Lan, desk: number): Promise<StateView> {
  return (await lan.api(desk, "GET", "/api/state")).json<StateView>();
}

/** Makes the next batch; whoever lacks something a moment longer is waited for. */
export async function makeBatch(lan: Lan, desk: number, format: string): Promise<Reply> {
  let reply: Reply | undefined;
  await waitFor(
    `a batch for ${format}`,
    async () => {
      reply = await lan.api(desk, "POST", "/api/batches", { format, by });
      return reply.status !== 409;
    },
    10_000,
    () => reply?.bytes.toString("utf8") ?? "",
  );
  if (reply?.status !== 201) throw new Error(`${reply?.status} ${reply?.bytes.toString("utf8")}`);
  return reply;
}

/** Polls until `holds`; gives the ms that it took. A desk that can't be asked yet doesn't hold. */
export async function waitFor(
  what: string,
  holds: () => Promise<boolean>,
  limitMs = 30_000,
  explain: () => string = () => "",
): Promise<number> {
  const startedAt = performance.now();
  for (;;) {
    if (await holds()) return performance.now() - startedAt;
    if (performance.now() - startedAt > limitMs) {
      throw new Error(`not within ${limitMs} ms: ${what}. ${explain()}`);
    }
    await pause(40);
  }
}

export function pause(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms));
}

/** 1 … n */
export function range(n: number): readonly number[] {
  return Array.from({ length: n }, (_, i) => i + 1);
}

/** UUIDv7: time in ms, then random bits. */
export function newId(): string {
  const bytes = randomBytes(16);
  bytes.writeUIntBE(Date.now(), 0, 6);
  bytes[6] = ((bytes[6] ?? 0) & 0x0f) | 0x70;
  bytes[8] = ((bytes[8] ?? 0) & 0x3f) | 0x80;
  return bytes.toString("hex").replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, "$1-$2-$3-$4-$5");
}

export function patronBarcode(n: number): string {
  return withCheckDigit(`2900${String(n).padStart(9, "0")}`);
}

export function itemBarcode(n: number): string {
  return withCheckDigit(`3900${String(n).padStart(9, "0")}`);
}

function withCheckDigit(digits: string): string {
  const sum = [...digits].reduce((total, digit, i) => {
    const doubled = Number(digit) * (i % 2 === 0 ? 2 : 1);
    return total + (doubled > 9 ? doubled - 9 : doubled);
  }, 0);
  return `${digits}${(10 - (sum % 10)) % 10}`;
}

/** A quick first look, so that desks that plainly differ aren't read whole. */
async function newestOf(lan: Lan, desk: number): Promise<string> {
  const page = (await lan.api(desk, "GET", "/api/transactions?limit=20")).json<Page<TransactionRow>>();
  return page.rows.map((row) => row.id).join();
}
