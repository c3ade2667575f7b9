/** What patron data say that are newer than an outage's files in the ILS goes before what that outage's scans say (log.md, L17). */
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, it } from "vitest";
import { createWorld, expectDone, newId, type RunningDesk, record, type World } from "./desks.ts";
import { checkin } from "./ending.ts";
import { loadAndClose } from "./purging.ts";

const item = "33191000000042";
const [anna, ben, cleo] = ["30234000000001", "30234000000002", "30234000000003"];

let world: World;
let folder: string;
beforeEach(async () => {
  world = createWorld();
  folder = await mkdtemp(join(tmpdir(), "deskmesh-newer-"));
  const patrons = [anna, ben, cleo].map((barcode) => `${barcode},Reader,Adult\n`);
  await writeFile(join(folder, "patrons.csv"), `barcode,surname,category\n${patrons.join("")}`);
  await writeFile(join(folder, "items.csv"), `barcode,title\n${item},A book\n`);
});
afterEach(async () => {
  await world.end();
  await rm(folder, { recursive: true, force: true });
});

/** `borrower`: who has the item by the ILS; left out: it says nothing of loans. */
async function bring(desk: RunningDesk, borrower?: string | null): Promise<void> {
  const loan = borrower === null ? "" : `${item},${borrower},2026-01-02,2026-12-24\n`;
  const head = "item_barcode,patron_barcode,checked_out_at,due_at\n";
  if (borrower !== undefined) await writeFile(join(folder, "loans.csv"), head + loan);
  await new Promise((resolve) => setTimeout(resolve, 5));
  await writeFile(join(folder, "snapshot.json"), JSON.stringify({ takenAt: Date.now() }));
  expectDone(await desk.importSnapshot(folder));
}

const lend = (patron: string) => ({ id: newId(), kind: "checkout", patron, item }) as const;
const renew = () => ({ id: newId(), kind: "renewal", item }) as const;

async function closed(): Promise<RunningDesk> {
  const desk = await world.start(1);
  await bring(desk, null);
  await record(desk, lend(anna));
  await loadAndClose(desk);
  return desk;
}

it("names the borrower by it, and takes nothing for lent twice", async () => {
  const desk = await closed();
  await bring(desk, ben);
  expect((await desk.item(item)).loan).toMatchObject({ patron: ben, from: "snapshot" });
  expect((await desk.patron(anna)).loans).toEqual([]);
  expect((await desk.patron(ben)).loans).toMatchObject([{ item }]);
  // Renewed without a card, it goes to the ILS under the borrower's name.
  await record(desk, renew());
  expect((await desk.transactions({})).rows[0]).toMatchObject({ kind: "renewal", patron: ben });
  expect((await desk.patron(ben)).loans).toMatchObject([{ item, from: "desk" }]);
  await record(desk, checkin(item));
  expect((await desk.item(item)).loan).toBeUndefined();
  await record(desk, lend(cleo));
  expect((await desk.item(item)).loan).toMatchObject({ patron: cleo, from: "desk" });
  expect(await desk.exceptions()).toEqual([]);
});

it("asks nothing of a loan that it knows the end of", async () => {
  const desk = await closed();
  await bring(desk, null);
  const asked = await desk.record(lend(ben));
  expect(asked.kind === "questions" && asked.questions.map(({ code }) => code)).toEqual(["start-outage"]);
  await record(desk, lend(ben));
  expect(await desk.exceptions()).toEqual([]);
});

it("says nothing against scans that it doesn't know of: of an outage that is on, or closed since, or of loans at all", async () => {
  const desk = await world.start(1);
  await bring(desk, ben);
  await record(desk, checkin(item));
  await record(desk, lend(anna));
  await bring(desk, ben);
  expect((await desk.item(item)).loan).toMatchObject({ patron: anna, from: "desk" });
  await loadAndClose(desk);
  expect((await desk.item(item)).loan).toMatchObject({ patron: anna, from: "desk" });
  await rm(join(folder, "loans.csv"));
  await bring(desk);
  expect((await desk.item(item)).loan).toMatchObject({ patron: anna, from: "desk" });
  await record(desk, renew());
  expect((await desk.transactions({})).rows[0]).toMatchObject({ kind: "renewal", patron: anna });
});
