import { expect, it } from "vitest";
import { createBlockWriter } from "../../../src/node/snapshot/block-writer.ts";
import {
  blockBytes,
  createBlockCutter,
  readBlockList,
  readBlocks,
} from "../../../src/node/snapshot/blocks.ts";
import { createPackageReader } from "../../../src/node/snapshot/package-reader.ts";
import { createPackedRecords } from "../../../src/node/snapshot/packed-records.ts";
import {
  lineToKey,
  parseRecord,
  partsToKey,
  type RecordKind,
  recordKinds,
  recordToLine,
  type SnapshotRecord,
} from "../../../src/node/snapshot/record.ts";
import { createWriteBuffer } from "../../../src/node/snapshot/slices.ts";
import { createEncryptedLevels, type EncryptedLevel } from "../../../src/node/store/encrypted-levels.ts";
import { createMemoryLevels } from "../../../src/node/store/level-memory.ts";
import * as fc from "../../properties.ts";
import { memoryKeyRing } from "../store/key-rings.ts";

const kinds = ["item", "loan", "patron"] as const;
type Kind = (typeof kinds)[number];
const barcode = fc.string({ unit: fc.constantFrom(..."aAbz09 ~!é😀￿"), minLength: 1, maxLength: 4 });
/** Some fill a block by themselves, or more than one. */
const text = fc.oneof(
  fc.string({ maxLength: 20 }),
  fc.integer({ min: 1_000, max: 30_000 }).map((length) => "x".repeat(length)),
);
const records = fc.array(fc.tuple(fc.constantFrom<Kind>(...kinds), barcode, text), { maxLength: 60 });

function toLine(kind: Kind, code: string, words: string): string {
  if (kind === "item") return recordToLine({ kind, value: { ...emptyItem, barcode: code, title: words } });
  if (kind === "patron")
    return recordToLine({ kind, value: { ...emptyPatron, barcode: code, address: words } });
  return recordToLine({ kind, value: { item: code, patron: words, checkedOutAt: "", dueAt: "2026-01-01" } });
}

const emptyItem = {
  ...{ barcode: "", title: "", author: "", callNumber: "", itemType: "", location: "", branch: "" },
  ...{ status: "", itemMessage: "", opacMessage: "", price: "", titleId: "" },
};
const emptyPatron = {
  ...{ barcode: "", surname: "", givenNames: "", category: "", branch: "", expires: "", birthDate: "" },
  ...{ phone: "", email: "", address: "", blocks: [], message: "" },
};

/** By key, in the package's order. */
function sorted(given: readonly (readonly [Kind, string, string])[]): readonly (readonly [string, string])[] {
  const byKey = new Map(given.map((each) => [partsToKey(each[0], [each[1]]), toLine(...each)]));
  return [...byKey].sort(([a], [b]) => (a < b ? -1 : 1));
}

function headerOf(lines: readonly (readonly [string, string])[]): string {
  const counts: Record<RecordKind, number> = {
    ...{ "closed-days": 0, hold: 0, hours: 0 },
    ...{ item: countOf("i", lines), loan: countOf("l", lines), patron: countOf("p", lines) },
  };
  return `${JSON.stringify({ format: 1, takenAt: 1, counts, files: recordKinds })}\n`;
}

const countOf = (letter: string, lines: readonly (readonly [string, string])[]): number =>
  lines.filter(([key]) => key.startsWith(letter)).length;

async function withLevel(use: (level: EncryptedLevel) => Promise<void>): Promise<void> {
  const level = await createEncryptedLevels(createMemoryLevels(), memoryKeyRing()).open("packed");
  await use(level);
  await level.close();
}

it("finds every record that was written and no other, each kind in order, and the bytes from anywhere", async () => {
  await fc.assert(
    fc.asyncProperty(records, fc.array(barcode), fc.nat(), async (given, others, at) => {
      await withLevel(async (level) => {
        const lines = sorted(given);
        const header = headerOf(lines);
        const buffer = createWriteBuffer(level);
        const writer = createBlockWriter(buffer);
        await writer.append(Buffer.from(header), "");
        for (const [key, line] of lines) await writer.append(Buffer.from(`${line}\n`), key);
        const { size } = await writer.end();
        await buffer.flush();

        const packed = createPackedRecords(level);
        const byKey = new Map(lines);
        const asked = [
          ...byKey.keys(),
          ...others.flatMap((code) => kinds.map((kind) => partsToKey(kind, [code]))),
        ];
        const found = await packed.getMany(asked);
        expect(found.map((line) => line && Buffer.from(line).toString())).toEqual(
          asked.map((key) => byKey.get(key)),
        );
        for (const kind of recordKinds) {
          const those = lines.filter(([, line]) => parseRecord(line)?.kind === kind);
          const read: [string, string][] = [];
          for await (const slice of packed.lines(kind))
            read.push(...slice.map(([key, line]): [string, string] => [key, Buffer.from(line).toString()]));
          expect(read).toEqual(those);
          const parsed: SnapshotRecord[] = [];
          for await (const slice of packed.slices(kind)) parsed.push(...slice);
          expect(parsed).toEqual(those.map(([, line]) => parseRecord(line)));
        }
        const all = Buffer.from(header + lines.map(([, line]) => `${line}\n`).join(""));
        expect(size).toBe(all.length);
        const from = at % (all.length + 1);
        const pieces: Uint8Array[] = [];
        for await (const piece of packed.bytes(from)) pieces.push(piece);
        expect(Buffer.concat(pieces).equals(all.subarray(from))).toBe(true);
      });
    }),
    { numRuns: 200 },
  );
});

it("cuts a package that comes in pieces of any size into the blocks that its maker wrote", async () => {
  const pieces = fc.array(fc.integer({ min: 1, max: 20_000 }), { minLength: 1 });
  await fc.assert(
    fc.asyncProperty(records, pieces, async (given, sizes) => {
      await withLevel(async (level) => {
        const lines = sorted(given);
        const header = headerOf(lines);
        const buffer = createWriteBuffer(level);
        const writer = createBlockWriter(buffer);
        await writer.append(Buffer.from(header), "");
        for (const [key, line] of lines) await writer.append(Buffer.from(`${line}\n`), key);
        await writer.end();
        await buffer.flush();
        const written: Uint8Array[] = [];
        for await (const blocks of readBlocks(level)) written.push(...blocks);

        const all = Buffer.concat(written);
        const cutter = createBlockCutter();
        const cut: Uint8Array[] = [];
        for (let at = 0, n = 0; at < all.length; n++) {
          const size = sizes[n % sizes.length]!;
          cut.push(...(cutter.add(all.subarray(at, at + size)) ?? []));
          at += size;
        }
        if (cutter.rest().length > 0) cut.push(cutter.rest());
        expect(cut.map((block) => Buffer.from(block).toString())).toEqual(
          written.map((block) => Buffer.from(block).toString()),
        );
        expect(cut.slice(0, -1).every((block) => block.length >= blockBytes && block.at(-1) === 0x0a)).toBe(
          true,
        );

        const reader = createPackageReader();
        const read = cut.map((block) => reader.read(block));
        expect(reader.end()).toMatchObject({ takenAt: 1 });
        const list = await readBlockList(level);
        expect(read.map((each) => (typeof each === "string" ? each : each.first))).toEqual(list.firsts);
        expect(cut.map(({ length }) => length)).toEqual(list.lengths);
      });
    }),
    { numRuns: 200 },
  );
});

it("says so when a block or the list of them is gone", async () => {
  await withLevel(async (level) => {
    const buffer = createWriteBuffer(level);
    const writer = createBlockWriter(buffer);
    for (let n = 100; n < 400; n++)
      await writer.append(Buffer.from(`${toLine("item", `${n}`, "x".repeat(200))}\n`), `i${n}`);
    await writer.end();
    await buffer.flush();
    const without = (key: string): Promise<void> => level.batch([{ type: "del", key }], { sync: false });
    await without("block!00000002");
    const packed = createPackedRecords(level);
    expect(await packed.getMany(["i100"])).toEqual([Buffer.from(toLine("item", "100", "x".repeat(200)))]);
    await expect(packed.slices("item").next()).rejects.toThrow("missing");
    await level.batch([{ type: "put", key: "begins!00000000", value: Buffer.from("[]") }], { sync: false });
    await expect(createPackedRecords(level).getMany(["i100"])).rejects.toThrow("can't be read");
  });
});

it("reads of each line what it is known by, as it does of the record, in whatever order its members come", () => {
  fc.assert(
    fc.property(fc.constantFrom<Kind>(...kinds), barcode, text, fc.boolean(), (kind, code, words, turned) => {
      const [letter, members] = JSON.parse(toLine(kind, code, words)) as [string, Record<string, string>];
      const ordered = turned ? Object.fromEntries(Object.entries(members).reverse()) : members;
      const line = Buffer.from(JSON.stringify([letter, ordered]));
      expect(lineToKey(line)).toBe(partsToKey(kind, [code]));
    }),
    { numRuns: 1_000 },
  );
});
