import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { importSnapshot } from "../../../src/node/snapshot/import.ts";
import { openSource } from "../../../src/node/snapshot/source.ts";
import * as fc from "../../properties.ts";
import { clock, importedName, importFiles, memoryStore, sampleFolder, toCsv, withFolder } from "./stores.ts";

const takenAt = '{"takenAt":"2026-03-02T05:30:00Z"}';
const items = "barcode,title\ni1,One\n";

describe("importSnapshot", () => {
  it("names the same content alike, in whatever order its rows and columns are", async () => {
    const store = await memoryStore();
    const barcode = fc.stringMatching(/^[!-~]{1,12}$/);
    const text = fc.string({ unit: "grapheme", maxLength: 12 });
    const row = fc.record({ barcode, title: text, author: text, title_id: text });
    const input = fc
      .uniqueArray(row, { selector: (each) => each.barcode, minLength: 1, maxLength: 12 })
      .chain((rows) =>
        fc.tuple(
          fc.constant(rows),
          fc.shuffledSubarray(rows, { minLength: rows.length }),
          fc.shuffledSubarray(["barcode", "title", "author", "title_id"], { minLength: 4 }),
        ),
      );
    await fc.assert(
      fc.asyncProperty(input, async ([rows, shuffled, columns]) => {
        const first = toCsv(rows, ["barcode", "title", "author", "title_id", "extra"]);
        const one = await importedName(store, { "items.csv": first, "snapshot.json": takenAt });
        const two = { "items.csv": toCsv(shuffled, columns), "snapshot.json": takenAt };
        expect(await importedName(store, two)).toBe(one);
        await store.remove(one);
      }),
      { numRuns: 40 },
    );
  });

  it("keeps what was written, control characters and line ends become blanks", async () => {
    const store = await memoryStore();
    const sha256 = await importedName(store, {
      "items.csv": '\ufeffBarcode,TITLE,price\r\n 0042 ,"A title\r\n of two\u0007lines",5.00\r\n',
      "snapshot.json": takenAt,
    });
    const snapshot = await store.open(sha256);
    expect(await snapshot?.item("0042")).toMatchObject({
      title: "A title of two lines",
      price: "5.00",
      author: "",
    });
    expect(await snapshot?.item("42")).toBeNull();
  });

  it("carries the sample library whole", async () => {
    const store = await memoryStore();
    const rows: number[] = [];
    const onProgress = (progress: { done: number }): void => void rows.push(progress.done);
    const result = await importSnapshot({ open: () => openSource(sampleFolder), store, clock, onProgress });
    if (result.kind === "refused") throw new Error(result.text);
    expect(result.meta.counts).toEqual({
      "closed-days": 4,
      hold: 10,
      item: 600,
      loan: 80,
      hours: 7,
      patron: 120,
    });
    expect(result.report.filter((file) => file.refused + file.duplicates > 0)).toEqual([]);
    expect(result.meta.takenAt).toBe(Date.parse("2026-03-02T05:30:00Z"));
    expect(rows).toContain(500);
    const snapshot = await store.open(result.sha256);
    const [found] = (await snapshot?.searchPatrons("jürgen müller")) ?? [];
    const loans = (await snapshot?.loansOf(found?.barcode ?? "")) ?? [];
    expect(loans.length).toBeGreaterThan(0);
    for (const loan of loans) expect(await snapshot?.loanOf(loan.item)).toEqual(loan);
  });

  it("refuses bad rows with line and reason, counts them, and says nothing of the patron", async () => {
    const rows = [
      "p1,Good,2026-01-31,",
      `${"9".repeat(300)},Secret,,`,
      "p\u00003,Secret,,",
      "pü,Secret,,",
      ",Secret,,",
      "p6,Secret,2026-02-30,",
      "p7,Secret,31/01/2026,",
      "p1,Better,2026-01-31T00:00:00-05:00,a; b;;",
    ];
    const store = await memoryStore();
    const text = `barcode,surname,expires,blocks\n${rows.join("\n")}\n`;
    const result = await importFiles(store, { "patrons.csv": text });
    if (result.kind === "refused") throw new Error(result.text);
    expect(result.report[0]).toEqual({
      name: "patrons.csv",
      read: 8,
      kept: 1,
      refused: 6,
      duplicates: 1,
      reasons: [
        { line: 3, reason: "barcode is longer than 80 characters" },
        { line: 4, reason: "barcode holds a control character" },
        { line: 5, reason: "barcode holds a character that is not ASCII" },
        { line: 6, reason: "barcode is empty" },
        { line: 7, reason: expect.stringContaining("expires is not a date") },
        { line: 8, reason: expect.stringContaining("expires is not a date") },
      ],
    });
    expect(JSON.stringify(result)).not.toContain("Secret");
    const snapshot = await store.open(result.sha256);
    expect(await snapshot?.patron("p1")).toMatchObject({
      surname: "Better",
      expires: "2026-01-31",
      blocks: ["a", "b"],
    });
  });

  it("gives the first 20 reasons of a file, and all in numbers", async () => {
    const text = `barcode,title\n${"ü,Bad\n".repeat(50)}i1,Good\n`;
    const result = await importFiles(await memoryStore(), { "items.csv": text });
    expect(result.report[0]).toMatchObject({ read: 51, kept: 1, refused: 50 });
    expect(result.report[0]?.reasons).toHaveLength(20);
  });

  it.each([
    [{}, "neither patrons.csv nor items.csv"],
    [{ "loans.csv": "item_barcode,patron_barcode,due_at\n" }, "neither patrons.csv nor items.csv"],
    [{ "items.csv": "barcode,name\ni1,One\n" }, "items.csv: the column title is missing"],
    [
      { "items.csv": items, "loans.csv": "item_barcode\n" },
      "loans.csv: the column patron_barcode is missing",
    ],
    [
      { "items.csv": items, "holds.csv": "patron_barcode\n" },
      "the column item_barcode or title_id is missing",
    ],
    [{ "items.csv": "barcode,title\nü,One\n" }, "items.csv: no row can be read; line 2: barcode"],
    [{ "items.csv": "barcode,title\n" }, "no patron and no item"],
    [{ "items.csv": items, "snapshot.json": "{}" }, 'snapshot.json must be {"takenAt"'],
    [
      { "items.csv": items, "snapshot.json": '{"takenAt":"2026-03-02T05:30:00"}' },
      'snapshot.json must be {"takenAt"',
    ],
    [{ "items.csv": items, "snapshot.json": "\u0000" }, 'snapshot.json must be {"takenAt"'],
  ])("refuses a folder that can't be one, and changes nothing (%#)", async (files, text) => {
    const store = await memoryStore();
    const before = await importedName(store, { "items.csv": "barcode,title\ni0,Old\n" });
    const result = await importFiles(store, files);
    expect(result).toMatchObject({ kind: "refused", text: expect.stringContaining(text) });
    expect(store.held().map((meta) => meta.sha256)).toEqual([before]);
    expect(await (await store.open(before))?.item("i0")).toMatchObject({ title: "Old" });
  });

  it("says so when the folder is none", async () => {
    const store = await memoryStore();
    await withFolder(async (folder) => {
      await writeFile(join(folder, "file"), "");
      for (const each of ["none", "file", "file/below"]) {
        const result = await importSnapshot({ open: () => openSource(join(folder, each)), store, clock });
        expect(result).toMatchObject({
          kind: "refused",
          text: expect.stringMatching(/no such folder or zip file|no zip file/),
        });
      }
    });
  });

  it("takes the newest file's time where nothing states another", async () => {
    const store = await memoryStore();
    const startedAt = Date.now();
    await importFiles(store, { "items.csv": items });
    const [meta] = store.held();
    expect(Math.abs((meta?.takenAt ?? 0) - startedAt)).toBeLessThan(60_000);
  });
});
