import { readdir, readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { importSnapshot } from "../../../src/node/snapshot/import.ts";
import type { SnapshotStore } from "../../../src/node/snapshot/snapshot-store.ts";
import { openSource } from "../../../src/node/snapshot/source.ts";
import { openUpload } from "../../../src/node/snapshot/upload.ts";
import * as fc from "../../properties.ts";
import { clock, importedName, memoryStore, sampleFolder, withFolder } from "./stores.ts";
import { makeZip, type ZipEntry } from "./zips.ts";

const takenAt = '{"takenAt":"2026-03-02T05:30:00Z"}';

/** In pieces of odd sizes, as a socket gives them. */
async function* pieces(bytes: Uint8Array, size = 1_000): AsyncGenerator<Uint8Array> {
  for (let at = 0; at < bytes.length; at += size) yield bytes.subarray(at, at + size);
}

function importUpload(store: SnapshotStore, bytes: Uint8Array, size?: number) {
  return importSnapshot({ open: () => openUpload(store, { bytes: pieces(bytes, size) }), store, clock });
}

async function sampleEntries(prefix = ""): Promise<ZipEntry[]> {
  const names = (await readdir(sampleFolder)).filter((name) => /\.(csv|json)$/.test(name));
  const entry = async (name: string): Promise<ZipEntry> => ({
    name: prefix + name,
    content: await readFile(join(sampleFolder, name)),
  });
  return Promise.all(names.map(entry));
}

describe("a zip file", () => {
  it("gives the snapshot that its files give in a folder", async () => {
    const line = fc.record({
      barcode: fc.stringMatching(/^[!-+\--~]{1,12}$/),
      title: fc.stringMatching(/^\w+$/),
    });
    const files = fc.uniqueArray(line, { selector: ({ barcode }) => barcode, minLength: 1, maxLength: 30 });
    const how = fc.record({
      stored: fc.boolean(),
      folder: fc.constantFrom("", "snapshot/", "a/b c/"),
      size: fc.integer({ min: 1, max: 400 }),
      more: fc.constantFrom<ZipEntry[]>([], [{ name: "__MACOSX/._items.csv", content: "x" }]),
    });
    await fc.assert(
      fc.asyncProperty(files, how, async (rows, { stored, folder, size, more }) => {
        const store = await memoryStore();
        const csv = `barcode,title\n${rows.map(({ barcode, title }) => `"${barcode.replaceAll('"', '""')}",${title}\n`).join("")}`;
        const wanted = await importedName(store, { "items.csv": csv, "snapshot.json": takenAt });
        const zip = makeZip([
          { name: `${folder}items.csv`, content: csv, stored },
          ...more,
          { name: `${folder}snapshot.json`, content: takenAt, stored },
        ]);
        expect(await importUpload(store, zip, size)).toMatchObject({ kind: "imported", sha256: wanted });
      }),
      { numRuns: 30 },
    );
  });

  it("gives the sample library from the disk and as an upload, and says how far it is", async () => {
    const store = await memoryStore();
    const folder = await importSnapshot({ open: () => openSource(sampleFolder), store, clock });
    await withFolder(async (place) => {
      const path = join(place, "extract.zip");
      await writeFile(path, makeZip(await sampleEntries("library/")));
      const said: string[] = [];
      const onProgress = ({ text }: { text: string }): void => void said.push(text);
      const zip = await importSnapshot({ open: () => openSource(path), store, clock, onProgress });
      expect(zip).toMatchObject({ kind: "imported", sha256: folder.kind === "imported" && folder.sha256 });
      expect(said).toContain("Reading patrons.csv: 120 rows read, 120 kept, 0 refused");
    });
    const again = await importUpload(store, makeZip(await sampleEntries()), 70_001);
    expect(again).toMatchObject({ kind: "imported", sha256: folder.kind === "imported" && folder.sha256 });
  });

  it("takes the newest file's time where nothing states another", async () => {
    const store = await memoryStore();
    await importUpload(store, makeZip([{ name: "items.csv", content: "barcode,title\ni1,One\n" }]));
    expect(store.held()[0]?.takenAt).toBe(new Date(2026, 2, 2, 7, 30).getTime());
  });

  it("that is cut short or changed anywhere is refused or gives the same snapshot, never a fault", async () => {
    const store = await memoryStore();
    const items = `barcode,title\n${Array.from({ length: 40 }, (_, n) => `3319${n},Title ${n}\n`).join("")}`;
    const patrons = "barcode,surname\np1,Ada\n";
    const sound = makeZip([
      { name: "items.csv", content: items },
      { name: "patrons.csv", content: patrons, stored: true },
      { name: "snapshot.json", content: takenAt },
    ]);
    const first = await importUpload(store, sound);
    if (first.kind !== "imported") throw new Error(first.text);
    const change = fc.oneof(
      fc.record({ at: fc.nat(sound.length - 1), to: fc.nat(255) }),
      fc.record({ cut: fc.nat(sound.length - 1) }),
    );
    await fc.assert(
      fc.asyncProperty(change, async (how) => {
        const bytes = "cut" in how ? sound.subarray(0, how.cut) : Buffer.from(sound);
        if ("to" in how) bytes[how.at] = how.to;
        const result = await importUpload(store, bytes, 100);
        // A changed name or date is another zip file, not a damaged one: its rows are the same or fewer, never others.
        if (result.kind === "imported") {
          if (result.sha256 !== first.sha256) await store.remove(result.sha256);
          for (const { kept } of result.report) expect(kept).toBeLessThanOrEqual(40);
        } else expect(result.text.length).toBeGreaterThan(10);
        expect(store.held().map(({ sha256 }) => sha256)).toEqual([first.sha256]);
      }),
      { numRuns: 150 },
    );
  });

  it("whose upload breaks off is refused, and the next one is taken", async () => {
    const store = await memoryStore();
    const zip = makeZip(await sampleEntries());
    async function* broken(): AsyncGenerator<Uint8Array> {
      yield zip.subarray(0, 5_000);
      throw new Error("the connection is gone");
    }
    const result = await importSnapshot({ open: () => openUpload(store, { bytes: broken() }), store, clock });
    expect(result).toMatchObject({ kind: "refused", text: "The upload broke off before it was whole" });
    expect((await importUpload(store, zip)).kind).toBe("imported");
  });
});
