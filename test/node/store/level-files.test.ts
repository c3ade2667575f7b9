/** LevelDB's files, checked and mended without LevelDB: its sums, its tables, its logs. */
import { mkdtemp, readdir, readFile, rename, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { crc32c } from "../../../src/node/store/crc32c.ts";
import { LevelClass } from "../../../src/node/store/level.ts";
import { checkLevelFiles, isCorruption } from "../../../src/node/store/level-files.ts";
import { checkLog } from "../../../src/node/store/level-logs.ts";
import { rewriteLevel } from "../../../src/node/store/level-mending.ts";
import { checkTable } from "../../../src/node/store/level-tables.ts";
import { SyncedLevel } from "../../../src/node/store/log-store.ts";
import { unpackSnappy } from "../../../src/node/store/snappy.ts";
import * as fc from "../../properties.ts";
import { writeLog } from "./level-log-writer.ts";

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), "deskmesh-level-"));
});
afterEach(() => rm(folder, { recursive: true, force: true }));

/** Keys that share much, values that pack well and values that don't: packed blocks and plain ones. */
async function fill(count: number, compression: boolean, from = 0): Promise<Map<string, string>> {
  const database = new LevelClass<string, string>(folder, { compression, writeBufferSize: 1024 * 1024 });
  const written = new Map<string, string>();
  for (let i = from; i < from + count; i++) {
    const value =
      i % 2
        ? `${"same ".repeat(40)}${i}`
        : crc32c(Buffer.from(String(i)))
            .toString(36)
            .repeat(9);
    written.set(`segment/${String(i).padStart(6, "0")}`, value);
  }
  await database.batch([...written].map(([key, value]) => ({ type: "put", key, value })));
  // classic-level's own, which the types of `level` leave out.
  const compactor = database as unknown as { compactRange(from: string, to: string): Promise<void> };
  if (from === 0) await compactor.compactRange("", "~");
  await database.close();
  return written;
}

async function readBack(): Promise<Map<string, string>> {
  const database = new LevelClass<string, string>(folder);
  const read = new Map(await database.iterator().all());
  await database.close();
  return read;
}

async function pathOf(pattern: RegExp): Promise<string> {
  const name = (await readdir(folder)).find((one) => pattern.test(one));
  if (name === undefined) throw new Error("there is no such file");
  return join(folder, name);
}

async function mend(): Promise<void> {
  await rewriteLevel(SyncedLevel, folder, `${folder}.mending`);
  await rm(folder, { recursive: true });
  await rename(`${folder}.mending`, folder);
}

it("knows the sums of RFC 3720", () => {
  expect(crc32c(Buffer.alloc(32))).toBe(0x8a9136aa);
  expect(crc32c(Buffer.alloc(32, 0xff))).toBe(0x62a8ab43);
  expect(crc32c(Buffer.from(Array.from({ length: 32 }, (_, i) => i)))).toBe(0x46dd794e);
  expect(crc32c(Buffer.from("123456789"))).toBe(0xe3069283);
});

describe.each([true, false])("tables, packed: %s", (compression) => {
  it("that LevelDB wrote are whole, and each changed bit is found", async () => {
    await fill(400, compression);
    expect(await checkLevelFiles(folder)).toBe("whole");
    const path = await pathOf(/\.ldb$/);
    const bytes = await readFile(path);
    const { blocks } = checkTable(bytes);
    expect(blocks.length).toBeGreaterThan(5);
    // All but the two handles' padding in the footer, which nobody reads.
    const used = [...bytes.keys()].filter((at) => at < bytes.length - 48 || at >= bytes.length - 8);
    fc.assert(
      fc.property(fc.constantFrom(...used), fc.nat(7), (at, bit) => {
        const changed = Buffer.from(bytes);
        changed[at]! ^= 1 << bit;
        expect(checkTable(changed).isWhole).toBe(false);
      }),
      { numRuns: 300 },
    );
    for (let cut = 0; cut < bytes.length; cut += 97)
      expect(checkTable(bytes.subarray(0, cut)).isWhole).toBe(false);
  });

  it("with a changed bit lose one block, and nothing else", async () => {
    const written = await fill(400, compression);
    const path = await pathOf(/\.ldb$/);
    const bytes = await readFile(path);
    const blocks = checkTable(bytes).blocks.length;
    bytes[Math.floor(bytes.length / 3)]! ^= 4;
    await writeFile(path, bytes);
    expect(await checkLevelFiles(folder)).toBe("damaged");
    expect(checkTable(bytes).blocks).toHaveLength(blocks - 1);
    await mend();
    expect(await checkLevelFiles(folder)).toBe("whole");
    const read = await readBack();
    for (const [key, value] of read) expect(value).toBe(written.get(key));
    expect(read.size).toBeGreaterThanOrEqual(400 * (1 - 2 / blocks));
    expect(read.size).toBeLessThan(400);
  });
});

describe("logs", () => {
  const writes = fc.array(
    fc.oneof(
      { weight: 5, arbitrary: fc.uint8Array({ maxLength: 300 }) },
      fc.integer({ min: 30_000, max: 100_000 }).map((length) => new Uint8Array(length).fill(length)),
    ),
    { maxLength: 12 },
  );
  // Texts are compared a hundred times quicker.
  const toText = (bytes: Buffer): string => bytes.toString("latin1");
  const asBuffers = (list: readonly Uint8Array[]): Buffer[] => list.map((one) => Buffer.from(one));

  it("read back what was written, over all blocks", () => {
    fc.assert(
      fc.property(writes, (list) => {
        const wanted = asBuffers(list);
        const { writes: read, ...condition } = checkLog(writeLog(wanted));
        expect(condition).toEqual({ damaged: false, cutOff: false });
        expect(read.map(toText)).toEqual(wanted.map(toText));
      }),
      // In the first block there is room for a header then, and no byte more.
      { examples: [[[new Uint8Array(32 * 1024 - 2 * 7), Uint8Array.of(1)]]] },
    );
  });

  it("cut off anywhere hold the writes before it, and are not called damaged", () => {
    fc.assert(
      fc.property(writes, fc.nat(), (list, at) => {
        const bytes = writeLog(asBuffers(list));
        const found = checkLog(bytes.subarray(0, at % (bytes.length + 1)));
        expect(found.damaged).toBe(false);
        const wanted = asBuffers(list).slice(0, found.writes.length);
        expect(found.writes.map(toText)).toEqual(wanted.map(toText));
      }),
    );
  });

  it("with a changed bit lose one write, and say so", () => {
    fc.assert(
      fc.property(writes, fc.nat(), fc.nat(7), (list, at, bit) => {
        const wanted = asBuffers(list);
        const bytes = writeLog(wanted);
        if (bytes.length === 0) return;
        bytes[at % bytes.length]! ^= 1 << bit;
        const { damaged, cutOff, writes: kept } = checkLog(bytes);
        const isPadding = kept.length === wanted.length;
        expect(damaged || cutOff || isPadding).toBe(true);
        expect(kept.length).toBeGreaterThanOrEqual(wanted.length - 1);
        let from = 0;
        for (const one of kept) {
          from = wanted.findIndex((other, i) => i >= from && other.equals(one)) + 1;
          expect(from).toBeGreaterThan(0);
        }
      }),
    );
  });

  it("of LevelDB's are read alike, and mended lose one write only", async () => {
    const written = await fill(200, true);
    for (let i = 0; i < 5; i++)
      for (const [key, value] of await fill(10, true, 1_000 + 10 * i)) written.set(key, value);
    expect(await checkLevelFiles(folder)).toBe("whole");
    const path = await pathOf(/\.log$/);
    expect(checkLog(await readFile(path)).writes.length).toBeGreaterThan(0);
    const database = new LevelClass<string, string>(folder);
    for (let i = 0; i < 20; i++) {
      await database.put(`late/${i}`, "x".repeat(50));
      written.set(`late/${i}`, "x".repeat(50));
    }
    await database.close();
    const last = await pathOf(/\.log$/);
    const bytes = await readFile(last);
    bytes[Math.floor(bytes.length / 2)]! ^= 1;
    await writeFile(last, bytes);
    expect(await checkLevelFiles(folder)).toBe("damaged");
    await mend();
    expect((await readBack()).size).toBe(written.size - 1);
  });
});

it("a folder whose manifest or CURRENT is gone is damaged, an empty one is not", async () => {
  expect(await checkLevelFiles(join(folder, "none"))).toBe("whole");
  expect(await checkLevelFiles(folder)).toBe("whole");
  await fill(50, true);
  const manifest = await pathOf(/^MANIFEST/);
  const bytes = await readFile(manifest);
  await writeFile(manifest, bytes.subarray(0, bytes.length - 3));
  expect(await checkLevelFiles(folder)).toBe("damaged");
  await writeFile(manifest, bytes);
  expect(await checkLevelFiles(folder)).toBe("whole");
  await rm(join(folder, "CURRENT"));
  expect(await checkLevelFiles(folder)).toBe("damaged");
});

describe("a table that no manifest tells of", () => {
  it("is left over from a compaction that was cut short: whatever is in it, the database is whole", async () => {
    const written = await fill(400, true);
    const [table] = (await readdir(folder)).filter((name) => name.endsWith(".ldb"));
    const whole = await readFile(join(folder, table!));
    await fc.assert(
      fc.asyncProperty(
        fc.oneof(
          fc.uint8Array({ maxLength: 60 }),
          fc.nat(whole.length).map((end) => whole.subarray(0, end)),
        ),
        async (bytes) => {
          await writeFile(join(folder, "900000.ldb"), bytes);
          expect(await checkLevelFiles(folder)).toBe("whole");
        },
      ),
      { numRuns: 20 },
    );
    expect(await readBack()).toEqual(written);
    await writeFile(join(folder, table!), whole.subarray(0, -1));
    expect(await checkLevelFiles(folder)).toBe("damaged");
  });

  it("is there when a database is closed in the middle of one, and opens no less", async () => {
    // Three rounds of four leave one.
    for (let round = 0; round < 6; round++) {
      const database = new LevelClass<string, string>(folder, {
        compression: false,
        writeBufferSize: 64 * 1024,
      });
      const value = "x".repeat(1_000);
      const put = (i: number) => ({ type: "put" as const, key: `${(i * 7_919) % 1_000}/${round}`, value });
      for (let i = 0; i < 3_000; i += 100)
        await database.batch(Array.from({ length: 100 }, (_, n) => put(i + n)));
      await database.close();
      expect(await checkLevelFiles(folder)).toBe("whole");
    }
    expect((await readBack()).size).toBe(6_000);
  });
});

it("unpacks nothing that isn't packed, whatever it is given", () => {
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 200 }), (bytes) => {
      const unpacked = unpackSnappy(Buffer.from(bytes));
      expect(unpacked === null || unpacked.length <= 16 * 1024 * 1024).toBe(true);
    }),
    { numRuns: 2_000 },
  );
  // "deskmesh deskmesh ": a literal of 9, then a copy of 9 from 9 before.
  const packed = Buffer.from([18, 8 << 2, ...Buffer.from("deskmesh "), ((9 - 4) << 2) | 1, 9]);
  expect(unpackSnappy(packed)?.toString()).toBe("deskmesh deskmesh ");
});

describe("what LevelDB says when it opens", () => {
  const asThrown = (code: string, message: string): Error =>
    Object.assign(new Error("Database is not open", { cause: Object.assign(new Error(message), { code }) }), {
      code: "LEVEL_DATABASE_NOT_OPEN",
    });

  it.each([
    "IO error: /d/log/branch/MANIFEST-000007: No space left on device",
    "IO error: /d/log/branch/MANIFEST-000007: Input/output error",
    "IO error: /d/log/branch/MANIFEST-000007: Too many open files",
    "IO error: /d/log/branch/MANIFEST-000007: Permission denied",
    "IO error: /d/log/branch/000012.ldb: Disk quota exceeded",
    "IO error: C:\\d\\branch\\MANIFEST-000007: The process cannot access the file because it is being used by another process.",
    "IO error: lock /d/log/branch/LOCK: Resource temporarily unavailable",
  ])("is no damage: %s", (message) => {
    expect(isCorruption(asThrown("LEVEL_IO_ERROR", message))).toBe(false);
  });

  it.each([
    ["LEVEL_CORRUPTION", "Corruption: 1 missing files; e.g.: /d/log/branch/000005.ldb"],
    ["LEVEL_IO_ERROR", "IO error: /d/log/branch/MANIFEST-000007: No such file or directory"],
    ["LEVEL_IO_ERROR", "IO error: /d/log/branch/000005.ldb: Invalid argument"],
  ])("is damage: %s, %s", (code, message) => {
    expect(isCorruption(asThrown(code, message))).toBe(true);
  });
});
