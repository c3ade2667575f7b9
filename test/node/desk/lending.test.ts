/** The policy of a snapshot at the desks: it travels with it, decides loans at each of them, and is refused when wrong. */
import { cp, mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, it } from "vitest";
import { sampleFolder } from "../snapshot/stores.ts";
import { agree, checkout, createWorld, expectDone, linked, record, until, type World } from "./desks.ts";

let world: World;
let folder: string;
beforeEach(async () => {
  world = createWorld();
  folder = await mkdtemp(join(tmpdir(), "deskmesh-lending-"));
  await cp(sampleFolder, folder, { recursive: true });
});
afterEach(async () => {
  await world.end();
  await rm(folder, { recursive: true, force: true });
});

const adult = "21998020000006";
const restricted = "21998020001590";
const oneDay = "33191010009627";
const videos = ["33191010190559", "33191010190922"];

it("travels with the snapshot, and decides at each desk by what all of them lent", async () => {
  const [one, two] = [await world.start(1), await world.start(2)];
  await linked(one, two);
  expect(expectDone(await two.policy())).toMatchObject({ hasPolicy: false, rules: [] });
  expect(one.state().defaultDue).toBeDefined();
  const imported = expectDone(await one.importSnapshot(folder));
  expect(imported.warnings).toEqual([]);
  await until("desk 2 has it", () => two.snapshots()[0]?.state === "in-force");
  const policy = expectDone(await two.policy());
  expect(policy).toEqual(expectDone(await one.policy()));
  expect(policy).toMatchObject({ hasPolicy: true, calendarOf: "RIV", closedDays: "push", warnings: [] });
  expect(two.state().defaultDue).toBeUndefined();

  const tried = expectDone(await one.tryLoan({ patron: adult, item: oneDay }));
  const { view, receipt } = await record(two, checkout(oneDay, adult));
  expect(tried).toMatchObject({ rule: 2, category: "Adult", location: "One-Day Shelf" });
  expect(receipt.due).toBe(tried.due?.at);
  expect(view.notes.map(({ code }) => code)).toEqual(["rec.out", "item.limited", "due.why"]);
  expect(view.slip).toContain("1-day loan");
  expect(view.item?.opacMessage).toBe("1-day loan");

  for (const item of ["33191010000006", "33191010000378"]) await record(one, checkout(item, restricted));
  await agree([one, two], 3);
  const third = expectDone(await two.tryLoan({ patron: restricted, item: "33191010000741" }));
  expect(third.questions.map(({ code }) => code)).toEqual(["patron-limit"]);
  expect(third.due?.why).toContain("21 days by rule");
  expect((await two.transactions({})).rows).toHaveLength(3);
});

it("gives no loan where the rules give none, and says which rule that is", async () => {
  const one = await world.start(1);
  expectDone(await one.importSnapshot(folder));
  const found = await one.items("The");
  expect(found.length).toBeGreaterThan(0);
  for (const item of videos) {
    const tried = expectDone(await one.tryLoan({ patron: restricted, item }));
    expect([tried.itemType, tried.due, tried.rule]).toEqual(["video", undefined, 4]);
    expect(tried.questions).toMatchObject([{ code: "loan-none", needsDue: true, role: "supervisor" }]);
  }
});

it("that can't be read refuses the whole snapshot and keeps the one in force", async () => {
  const one = await world.start(1);
  const first = expectDone(await one.importSnapshot(folder));
  const text = await readFile(join(folder, "policy.json"), "utf8");
  for (const [bad, why] of [
    [text.replace('"2 hours"', '"two hours"'), "loanRules.0.length: expected a length such as 21 days"],
    [text.replace('"limits"', '"limmits"'), "limmits is not a known field. Did you mean limits?"],
    [text.slice(0, -9), "expected"],
  ] as const) {
    await writeFile(join(folder, "policy.json"), bad);
    const refused = await one.importSnapshot(folder);
    expect(refused).toMatchObject({ kind: "refused", refusal: { kind: "snapshot" } });
    expect(refused.kind === "refused" && refused.refusal.text).toContain(why);
  }
  expect(one.snapshots()).toMatchObject([{ sha256: first.snapshot.sha256, state: "in-force" }]);
  await rm(join(folder, "policy.json"));
  const without = expectDone(await one.importSnapshot(folder));
  expect(without.snapshot.sha256).not.toBe(first.snapshot.sha256);
  expect(expectDone(await one.policy()).hasPolicy).toBe(false);
});

it("warns of hours that can't be right, and of hours of another branch", async () => {
  const one = await world.start(1);
  await writeFile(
    join(folder, "hours.csv"),
    "branch,day,open,close\nRIV,tue,09:00,08:30\nRIV,sun,00:00,00:00\n",
  );
  const { warnings } = expectDone(await one.importSnapshot(folder));
  expect(warnings[0]).toContain("tue closes (08:30) before it opens (09:00)");
  await writeFile(join(folder, "hours.csv"), "branch,day,open,close\nELSE,tue,09:00,18:30\n");
  const other = expectDone(await one.importSnapshot(folder));
  expect(other.warnings).toEqual(['hours.csv has no row for "RIV": every day is open.']);
});
