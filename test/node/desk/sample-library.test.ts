/**
 * What the sample library must be good for, as an ILS's real extract: everything in, and its warts asked about, shown as
 * they are written, and never looped on.
 */
import { cp, mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, it } from "vitest";
import type { TryView } from "../../../src/node/http/api.ts";
import { sampleFolder } from "../snapshot/stores.ts";
import { checkout, createWorld, expectDone, type RunningDesk, record, recordOrAnswer } from "./desks.ts";

const adult = "21998020000006";
const restricted = "21998020001590";
const books = ["33191010000006", "33191010000378", "33191010000741"] as const;
/** Patrons with block codes that no policy explains. */
const unknownBlock = "21998029000001";
const digital = "21998029000002";

const world = createWorld();
let folder: string;
let desk: RunningDesk;
let report: Awaited<ReturnType<RunningDesk["importSnapshot"]>>;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "deskmesh-sample-"));
  await cp(sampleFolder, folder, { recursive: true });
  const policy = {
    loanRules: [
      { category: "Digital Only", length: "none" },
      { itemType: ["music-cd", "video"], length: "14 days", renewals: 1 },
      { length: "21 days", renewals: 2 },
    ],
    limits: [
      { category: "Restricted", items: 2 },
      { category: "Digital Only", items: 0 },
    ],
  };
  await writeFile(join(folder, "policy.json"), JSON.stringify(policy));
  await writeFile(
    join(folder, "hours.csv"),
    "branch,day,open,close\nRIV,mon,09:00,08:30\nRIV,tue,09:00,08:30\nRIV,fri,09:00,06:30\nRIV,sun,00:00,00:00\n",
  );
  const more = [
    `${unknownBlock},Odd,Otto,Adult,RIV,2099-01-01,,,,,inactive;§ 7 (b),`,
    `${digital},Bit,Bea,Digital Only,RIV,2099-01-01,,,,,,`,
  ];
  await writeFile(join(folder, "patrons.csv"), `${more.join("\n")}\n`, { flag: "a" });
  desk = await world.start(1);
  report = await desk.importSnapshot(folder);
});
afterAll(async () => {
  await world.end();
  await rm(folder, { recursive: true, force: true });
});

const tried = async (item: string, patron: string = adult): Promise<TryView> =>
  expectDone(await desk.tryLoan({ patron, item }));

it("is in to the last row, and its wrong hours are warned about", () => {
  const { snapshot, warnings, files } = expectDone(report);
  expect(snapshot).toMatchObject({ patrons: 122, items: 600, loans: 80, holds: 10 });
  expect(files.map(({ refused }) => refused)).toEqual(files.map(() => 0));
  expect(warnings).toEqual([
    expect.stringMatching(/fri closes \(06:30\) before it opens \(09:00\)/),
    expect.stringMatching(/mon closes \(08:30\) before it opens \(09:00\)/),
    expect.stringMatching(/tue closes \(08:30\) before it opens \(09:00\)/),
    "hours: no row for wed, thu, sat; taken as closed.",
  ]);
});

it("computes a due date by hours that can't be right", async () => {
  expect((await tried(books[0])).due?.why).toMatch(/^21 days by rule 3/);
});

it.each(["33191010007407", "33191010007779"])(
  "asks for a supervisor over an item for use in the library only (%s)",
  async (item) => {
    const { questions } = await tried(item);
    expect(questions).toContainEqual(
      expect.objectContaining({ code: "item-status", role: "supervisor", severity: "override" }),
    );
  },
);

it("stops a patron who borrows nothing", async () => {
  const { questions } = await tried(books[0], digital);
  expect(questions).toContainEqual(
    expect.objectContaining({
      code: "patron-limit",
      severity: "stop",
      text: "Digital Only patrons may borrow no items.",
    }),
  );
  expect((await recordOrAnswer(desk, checkout(books[0], digital))).kind).not.toBe("recorded");
});

it("asks at the third loan of a patron who may have two", async () => {
  for (const item of books.slice(0, 2)) await record(desk, checkout(item, restricted));
  expect((await tried(books[2], restricted)).questions).toMatchObject([
    { code: "patron-limit", severity: "override" },
  ]);
});

it("asks over an item on hold for another, by its barcode or by its title, and over one on loan to nobody known", async () => {
  const codesOf = async (item: string) => (await tried(item)).questions.map(({ code }) => code);
  expect(await codesOf("33191010023685")).toContain("item-held");
  expect(await codesOf("33191010074373")).toContain("item-held");
  const { questions } = await tried("33191010014437");
  expect(questions.find(({ code }) => code === "item-status")?.text).toContain("on loan, borrower unknown");
});

it("shows a title of 400 characters whole", async () => {
  const { title = "" } = await desk.item("33191010001855");
  // Of the 400 characters the last is a blank.
  expect(title).toHaveLength(399);
  expect(await readFile(join(sampleFolder, "items.csv"), "utf8")).toContain(title);
  expect((await record(desk, checkout("33191010001855", adult))).view.item?.title).toBe(title);
});

it("shows block codes that nothing explains as they are written", async () => {
  const { questions } = await tried(books[2], unknownBlock);
  expect(questions).toMatchObject([{ code: "patron-blocked", severity: "override" }]);
  expect(questions[0]?.text).toContain("inactive, § 7 (b). This may have changed since.");
  const view = await desk.patron(unknownBlock);
  expect(view.blocks).toEqual([
    { code: "inactive", text: "inactive" },
    { code: "§ 7 (b)", text: "§ 7 (b)" },
  ]);
});
