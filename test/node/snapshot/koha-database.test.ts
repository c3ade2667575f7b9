/** Koha's `borrowers.db`: read as the CSV files that it stands for, or refused with a reason, whatever is in it. */
import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { type ImportResult, importSnapshot } from "../../../src/node/snapshot/import.ts";
import type { SnapshotStore } from "../../../src/node/snapshot/snapshot-store.ts";
import { openSource } from "../../../src/node/snapshot/source.ts";
import { openUpload } from "../../../src/node/snapshot/upload.ts";
import { mutatedBytes, runs } from "../../fuzz/mutations.ts";
import * as fc from "../../properties.ts";
import { kohaRows, kohaTables, makeDatabase } from "./koha-files.ts";
import { clock, memoryStore, withFolder } from "./stores.ts";
import { makeZip } from "./zips.ts";

const takenAt = Date.parse("2026-11-30T05:00:00Z");
const whole = makeDatabase([...kohaTables, ...kohaRows]);

async function upload(bytes: Uint8Array, store: SnapshotStore): Promise<ImportResult> {
  async function* pieces() {
    for (let at = 0; at < bytes.length; at += 4_000) yield bytes.subarray(at, at + 4_000);
  }
  const open = () => openUpload(store, { bytes: pieces(), changedAt: takenAt });
  return importSnapshot({ open, store, clock });
}

function imported(result: ImportResult): Extract<ImportResult, { kind: "imported" }> {
  if (result.kind === "refused") throw new Error(result.text);
  return result;
}

describe("Koha's borrowers.db", () => {
  it("gives patrons with their blocks, loans, and what is out", async () => {
    const store = await memoryStore();
    const { sha256, meta, report } = imported(await upload(whole, store));
    expect(meta).toMatchObject({
      takenAt,
      counts: { patron: 3, loan: 1, item: 2 },
      files: ["loan", "patron"],
    });
    expect(report).toMatchObject([
      { name: "borrowers.db (issues)", read: 2, kept: 2, refused: 0 },
      {
        name: "borrowers.db (issues)",
        read: 2,
        kept: 1,
        reasons: [{ line: 2, reason: "patron_barcode is empty" }],
      },
      {
        name: "borrowers.db (borrowers)",
        read: 4,
        kept: 3,
        reasons: [{ line: 4, reason: "barcode is empty" }],
      },
    ]);
    const snapshot = await store.open(sha256);
    expect(await snapshot?.patron("21998020000006")).toEqual({
      barcode: "21998020000006",
      surname: "Müller",
      givenNames: 'Jürgen "JM"',
      category: "PT",
      branch: "RIV",
      expires: "2027-02-28",
      birthDate: "1969-02-14",
      phone: "0555 1234567",
      email: "",
      address: "1 Mill Lane Rear, 12345, Riverside",
      blocks: [],
      message: "",
    });
    expect(await snapshot?.patron("21998020000014")).toMatchObject({
      birthDate: "",
      blocks: ["lost", "gone, no address", "restricted"],
      message: "Parcel at the desk · Ask the office · Owes 12.50",
    });
    // A restriction that had ended when the file was made is none.
    expect((await snapshot?.patron("21998020000022"))?.blocks).toEqual([]);
    expect(await snapshot?.loanOf("33191010000006")).toEqual({
      item: "33191010000006",
      patron: "21998020000006",
      checkedOutAt: "2026-11-29 10:04:05",
      dueAt: "2026-12-20 23:59:00",
    });
    expect(await snapshot?.item("33191010000006")).toMatchObject({
      title: 'A, B and "C"',
      author: "Ferchault, Guy",
      itemType: "BK",
      status: "checked-out",
      opacMessage: "w",
      titleId: "77",
    });
  });

  it("comes by path, in a zip file, and beside CSV files, which go before its tables", async () => {
    await withFolder(async (folder) => {
      const store = await memoryStore();
      const path = join(folder, "borrowers.db");
      await writeFile(path, whole);
      const alone = imported(await importSnapshot({ open: () => openSource(path), store, clock }));
      expect(alone.meta.counts.patron).toBe(3);
      await writeFile(join(folder, "items.csv"), "barcode,title\ni1,One\n");
      const beside = imported(await importSnapshot({ open: () => openSource(folder), store, clock }));
      expect(beside.meta).toMatchObject({
        counts: { patron: 3, item: 1 },
        files: ["item", "loan", "patron"],
      });
      const zip = makeZip([{ name: "x/borrowers.db", content: Buffer.from(whole) }]);
      expect(imported(await upload(zip, store)).meta.counts.patron).toBe(3);
    });
  });

  it.each([
    [
      "of another program",
      makeDatabase(["CREATE TABLE places (id)"]),
      "no table borrowers with the column cardnumber",
    ],
    [
      "with a view in its place",
      makeDatabase([
        "CREATE VIEW borrowers AS WITH RECURSIVE c(n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM c) SELECT n AS cardnumber FROM c",
      ]),
      "no table borrowers with the column cardnumber",
    ],
    [
      "with a column that is made while it is read",
      makeDatabase(["CREATE TABLE borrowers (id, cardnumber AS (hex(zeroblob(400000000))))"]),
      "no table borrowers with the column cardnumber",
    ],
    ["cut short", whole.subarray(0, whole.length - 4_096), "damaged"],
    ["of one page", whole.subarray(0, 1_024), "damaged"],
    ["without a patron", makeDatabase(kohaTables), "hold no patron and no item"],
  ])("%s is refused", async (_, bytes, why) => {
    const store = await memoryStore();
    const result = await upload(bytes, store);
    expect(result).toMatchObject({ kind: "refused", text: expect.stringContaining(why) });
    expect(await store.stored()).toEqual([]);
  });

  it("by itself must say when it was written", async () => {
    const store = await memoryStore();
    async function* bytes() {
      yield whole;
    }
    const result = await importSnapshot({ open: () => openUpload(store, { bytes: bytes() }), store, clock });
    expect(result).toMatchObject({ kind: "refused", text: expect.stringContaining("Last-Modified") });
  });

  it("made wrong is taken whole or refused, and nobody's data is in the words", async () => {
    const store = await memoryStore();
    await fc.assert(
      fc.asyncProperty(mutatedBytes([Buffer.from(whole)]), async (bytes) => {
        const result = await upload(bytes, store);
        if (result.kind === "refused") expect(result.text).not.toBe("");
        expect(JSON.stringify([result.report, result.kind === "refused" && result.text])).not.toMatch(
          /Nguy|Müller|21998020/,
        );
        if (result.kind === "imported") await store.remove(result.sha256);
        expect(await store.stored()).toEqual([]);
      }),
      runs(8, 250),
    );
  });
});
