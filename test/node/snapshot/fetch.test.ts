import { createHash } from "node:crypto";
import { beforeAll, describe, expect, it } from "vitest";
import { blockBytes, durableBytes } from "../../../src/node/snapshot/blocks.ts";
import { packRange, receivePack } from "../../../src/node/snapshot/fetch.ts";
import { openSnapshotStore, type SnapshotStore } from "../../../src/node/snapshot/snapshot-store.ts";
import type { EncryptedLevels } from "../../../src/node/store/encrypted-levels.ts";
import { importedName, kindsOfLevels, memoryStore, withFolder } from "./stores.ts";

let source: SnapshotStore;
let sha256: string;
let bytes: Buffer;

beforeAll(async () => {
  source = await memoryStore();
  const rows = Array.from({ length: 8000 }, (_, n) => `i${n},"Title ${n} ${"x".repeat(200)}"\n`);
  const loans = Array.from({ length: 300 }, (_, n) => `i${n},p${n % 10},2026-03-01\n`);
  sha256 = await importedName(source, {
    "items.csv": `barcode,title\n${rows.join("")}`,
    "loans.csv": `item_barcode,patron_barcode,due_at\n${loans.join("")}`,
  });
  const parts: Uint8Array[] = [];
  for await (const part of packRange(source, sha256, 0)) parts.push(part);
  bytes = Buffer.concat(parts);
});

describe.each(kindsOfLevels)("receivePack on %s", (_kind, createLevels) => {
  it("gets every record to another desk", async () => {
    await withFolder(async (folder) => {
      const { store } = await openSnapshotStore(createLevels(folder));
      const done: number[] = [];
      const onProgress = (progress: { done: number }): void => void done.push(progress.done);
      const readRange = (from: number) => packRange(source, sha256, from);
      const result = await receivePack({ sha256, size: bytes.length, readRange, store, onProgress });
      expect(result).toEqual({ kind: "received", meta: source.held()[0] });
      expect(done.at(-1)).toBe(bytes.length);
      const [here, there] = [await store.open(sha256), await source.open(sha256)];
      expect(await here?.item("i3999")).toEqual(await there?.item("i3999"));
      expect(await here?.item("i3999")).toMatchObject({ barcode: "i3999" });
      expect(await here?.loansOf("p3")).toEqual(await there?.loansOf("p3"));
      expect(await here?.loansOf("p3")).toHaveLength(30);
      await store.close();
    });
  });

  it("goes on after a restart from every edge of what is durable, and asks for no byte twice", async () => {
    const edges = [0];
    await receivePack({
      ...{ sha256, size: bytes.length, readRange: sends(bytes), store: await memoryStore() },
      onProgress: ({ done }) => edges.push(done),
    });
    expect(edges.at(-1)).toBe(bytes.length);
    expect(edges.length).toBeGreaterThan(4);
    const steps = edges.slice(1).map((edge, n) => edge - edges[n]!);
    expect(Math.max(...steps)).toBeLessThan(durableBytes + 2 * blockBytes);
    // The last edge is not one before all is here.
    const cuts = edges.slice(0, -1).flatMap((edge) => [edge - 1, edge, edge + 1]);
    for (const cut of cuts.filter((each) => each >= 0)) {
      await withFolder(async (folder) => {
        const levels = createLevels(folder);
        const { store } = await openSnapshotStore(levels);
        const lost = await receivePack({ sha256, size: bytes.length, readRange: cutAt(cut), store });
        const have = edges.findLast((edge) => edge <= cut)!;
        expect(lost).toEqual({ kind: "interrupted", have, text: "the link was lost" });
        expect(store.held()).toEqual([]);
        await store.close();
        const again = await openSnapshotStore(levels);
        const asked: number[] = [];
        const readRange = (from: number) => {
          asked.push(from);
          return packRange(source, sha256, from);
        };
        const result = await receivePack({ sha256, size: bytes.length, readRange, store: again.store });
        expect(result.kind).toBe("received");
        expect(asked).toEqual([have]);
        await again.store.close();
      });
    }
  });

  it("does the index again when it was cut short after the last byte", async () => {
    await withFolder(async (folder) => {
      const levels = createLevels(folder);
      const before = await openSnapshotStore(failingAt(levels, "begins!"));
      const cutShort = receivePack({ sha256, size: bytes.length, readRange: sends(bytes), ...before });
      await expect(cutShort).rejects.toThrow("EIO");
      await before.store.close();
      const level = await levels.open(`incoming-${sha256}`);
      await level.batch([{ type: "put", key: "record!loan-of-patron!stale!", value: Buffer.from("x") }], {
        sync: true,
      });
      await level.close();
      const { store } = await openSnapshotStore(levels);
      const readRange = (): never => {
        throw new Error("not to be asked");
      };
      const result = await receivePack({ sha256, size: bytes.length, readRange, store });
      expect(result.kind).toBe("received");
      const snapshot = (await store.open(sha256))!;
      expect(await snapshot.searchItems("title 3999")).toHaveLength(1);
      expect(await snapshot.loansOf("p3")).toHaveLength(30);
      await store.close();
      const stored = await levels.open(sha256);
      const records = await stored.keys({ gte: "record!", lt: "record!~" });
      expect(records).toHaveLength(300);
      await stored.close();
      await store.close();
    });
  });

  it.each([
    ["one wrong byte", (all: Buffer) => Buffer.from(all.map((byte, at) => (at === 1000 ? byte ^ 1 : byte)))],
    ["a byte too many", (all: Buffer) => Buffer.concat([all, Buffer.from("x")])],
    ["other bytes", (all: Buffer) => Buffer.alloc(all.length)],
  ])("throws %s away, says so, and takes the right ones afterwards", async (_name, spoil) => {
    await withFolder(async (folder) => {
      const levels = createLevels(folder);
      const { store } = await openSnapshotStore(levels);
      const wrong = await receivePack({ sha256, size: bytes.length, readRange: sends(spoil(bytes)), store });
      expect(wrong.kind).toBe("wrong-bytes");
      expect(await levels.names()).toEqual([]);
      const right = await receivePack({ sha256, size: bytes.length, readRange: sends(bytes), store });
      expect(right.kind).toBe("received");
      await store.close();
    });
  });
});

it.each([
  ["", "empty"],
  ['{"format":2}\n', "format"],
  ["rubbish\n", "format"],
  [`${header(1)}\n["i",5]\n`, "Line 2 of the snapshot is no record"],
  [`${header(1)}\n["x",{"barcode":"1"}]\n`, "Line 2 of the snapshot is no record"],
  [`${header(1)}\n["i",{"barcode":"7","barcode":"8"}]\n`, "Line 2 of the snapshot is no record"],
  [`${header(1)}\n["i",{"barcode":7}]\n`, "Line 2 of the snapshot is no record"],
  [`${header(2)}\n["i",{"barcode":"7"}]\n`, "counts another number of item"],
  [
    `${header(2)}\n["i",{"barcode":"7"}]\n["i",{"barcode":"6"}]\n`,
    "Line 3 of the snapshot stands in the wrong place",
  ],
  [
    `${header(2)}\n["i",{"barcode":"7"}]\n["i",{"barcode":"7"}]\n`,
    "Line 3 of the snapshot stands in the wrong place",
  ],
  [`${header(1)}\n["i",{"barcode":"${"7".repeat(5 * 1024 ** 2)}"}]\n`, "longer than any may be"],
])("refuses a package of the right hash that is none (%#)", async (text, reason) => {
  const store = await memoryStore();
  const all = Buffer.from(text);
  const name = createHash("sha256").update(all).digest("hex");
  const result = await receivePack({ sha256: name, size: all.length, readRange: sends(all), store });
  expect(result).toEqual({ kind: "wrong-bytes", text: expect.stringContaining(reason) });
});

it("gives the package from any byte on", async () => {
  const edge = bytes.indexOf(0x0a, blockBytes - 1) + 1;
  const middle = Math.floor(bytes.length / 2);
  for (const from of [0, 1, edge - 1, edge, edge + 1, middle, bytes.length - 1, bytes.length]) {
    const parts: Uint8Array[] = [];
    for await (const part of packRange(source, sha256, from)) parts.push(part);
    expect(Buffer.concat(parts).equals(bytes.subarray(from))).toBe(true);
  }
  expect(createHash("sha256").update(bytes).digest("hex")).toBe(sha256);
});

/** The disk fails at the first write of a key that begins so. */
function failingAt(levels: EncryptedLevels, start: string): EncryptedLevels {
  return {
    ...levels,
    async open(name) {
      const level = await levels.open(name);
      return {
        ...level,
        async batch(writes, options) {
          if (writes.some(({ key }) => key.startsWith(start))) throw new Error("EIO");
          await level.batch(writes, options);
        },
      };
    },
  };
}

function header(items: number): string {
  const counts = { "closed-days": 0, hold: 0, item: items, loan: 0, hours: 0, patron: 0 };
  return JSON.stringify({ format: 1, takenAt: 1, counts, files: ["item"] });
}

function sends(all: Buffer): (from: number) => AsyncIterable<Uint8Array> {
  return async function* (from) {
    for (let at = from; at < all.length; at += 50_000) yield all.subarray(at, at + 50_000);
  };
}

/** Sends the package up to byte `cut`, and fails then. */
function cutAt(cut: number): (from: number) => AsyncIterable<Uint8Array> {
  return async function* (from) {
    for (let at = from; at < cut; at += 60_000) yield bytes.subarray(at, Math.min(at + 60_000, cut));
    throw new Error("the link was lost");
  };
}
