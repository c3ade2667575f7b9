import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { blockCodes, readBlockList } from "../../../src/node/snapshot/block-list.ts";
import { type ImportResult, importSnapshot } from "../../../src/node/snapshot/import.ts";
import type { Snapshot } from "../../../src/node/snapshot/snapshot.ts";
import type { SnapshotStore } from "../../../src/node/snapshot/snapshot-store.ts";
import { openSource } from "../../../src/node/snapshot/source.ts";
import * as fc from "../../properties.ts";
import { clock, importFiles, memoryStore, sampleFolder, withFolder } from "./stores.ts";

async function* inPieces(text: string, size: number): AsyncGenerator<Uint8Array> {
  const bytes = Buffer.from(text, "latin1");
  for (let at = 0; at < bytes.length; at += size) yield bytes.subarray(at, at + size);
}

async function importList(store: SnapshotStore, text: string, base: Snapshot | null): Promise<ImportResult> {
  return withFolder(async (folder) => {
    const path = join(folder, "list.txt");
    await writeFile(path, text);
    return importSnapshot({ open: () => openSource(path), store, clock, base });
  });
}

describe("a block list", () => {
  it("is read line by line, wherever its bytes are cut", async () => {
    const barcode = fc.stringMatching(/^[!-~]([ -~]{0,8}[!-~])?$/);
    const line = fc.tuple(
      barcode,
      fc.constantFrom(...(Object.keys(blockCodes) as (keyof typeof blockCodes)[])),
    );
    await fc.assert(
      fc.asyncProperty(
        fc.array(line, { minLength: 1 }),
        fc.constantFrom("\n", "\r\n"),
        fc.integer({ min: 1, max: 40 }),
        async (lines, end, size) => {
          const list = await readBlockList(
            inPieces(lines.map((each) => each.join(" ") + end).join(""), size),
          );
          if (typeof list === "string") throw new Error(list);
          expect(list).toMatchObject({ read: lines.length, refused: 0 });
          for (const [card, letter] of lines) expect(list.blocks.get(card)).toContain(blockCodes[letter]);
        },
      ),
      { numRuns: 200 },
    );
  });

  it("says which lines are wrong, and not what stands there", async () => {
    const list = await readBlockList(
      inPieces("secret1 L\nsecret2 X\nsecret3\n\nmüll E\nsecret4 LE\nsecret1 D\n", 7),
    );
    if (typeof list === "string") throw new Error(list);
    expect([...list.blocks]).toEqual([["secret1", ["lost", "penalties"]]]);
    expect(list.reasons).toEqual([
      { line: 2, reason: "expected one of L, E, B, D after the barcode" },
      { line: 3, reason: "expected a barcode, a blank and one of L, E, B, D" },
      { line: 5, reason: "expected a barcode, a blank and one of L, E, B, D" },
      { line: 6, reason: "expected a barcode, a blank and one of L, E, B, D" },
    ]);
    expect(await readBlockList(inPieces("a X\n", 9))).toMatch(/^no line can be read; line 1:/);
  });

  it("is added to the snapshot in force, lifts nothing, and leaves all else as it was", async () => {
    const store = await memoryStore();
    const first = await importSnapshot({ open: () => openSource(sampleFolder), store, clock });
    if (first.kind === "refused") throw new Error(first.text);
    const base = await store.open(first.sha256);
    const known = "21998020000006";
    const merged = await importList(store, `${known} B\n${known} L\n999000111 E\n`, base);
    if (merged.kind === "refused") throw new Error(merged.text);
    expect(merged.meta).toMatchObject({
      takenAt: first.meta.takenAt,
      files: first.meta.files,
      policy: first.meta.policy,
      counts: { ...first.meta.counts, patron: first.meta.counts.patron + 1 },
    });
    const next = await store.open(merged.sha256);
    const before = await base?.patron(known);
    expect(await next?.patron(known)).toEqual({
      ...before,
      blocks: [...(before?.blocks ?? []), "barred", "lost"],
    });
    expect(await next?.patron("999000111")).toMatchObject({ surname: "", blocks: ["expired"] });
    expect(await next?.item("33191010009627")).toEqual(await base?.item("33191010009627"));
    const again = await importList(store, `${known} L\n`, next);
    expect(again).toMatchObject({ kind: "imported", sha256: merged.sha256 });
  });

  it("without a snapshot knows the blocked cards, and makes strangers of nobody", async () => {
    const store = await memoryStore();
    const result = await importList(store, "P1 B\n", null);
    expect(result).toMatchObject({ kind: "imported", meta: { files: [], counts: { patron: 1, item: 0 } } });
  });

  it("may lie beside the CSV files as blocks.txt", async () => {
    const store = await memoryStore();
    const result = await importFiles(store, {
      "patrons.csv": "barcode,surname,blocks\nP1,One,fines-limit\nP2,Two,\n",
      "blocks.txt": "P1 D\nP1 D\n",
    });
    if (result.kind === "refused") throw new Error(result.text);
    expect(result.report.at(-1)).toMatchObject({ name: "blocks.txt", read: 2, kept: 1, duplicates: 1 });
    const snapshot = await store.open(result.sha256);
    expect((await snapshot?.patron("P1"))?.blocks).toEqual(["fines-limit", "penalties"]);
    expect((await snapshot?.patron("P2"))?.blocks).toEqual([]);
  });
});
