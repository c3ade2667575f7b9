/** Snapshots made a little wrong, read whole: every one has an answer, and a refused one leaves nothing behind. */
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { beforeAll, describe, expect, it } from "vitest";
import { parsePolicy } from "../../src/node/policy/policy-text.ts";
import { type ImportResult, importSnapshot } from "../../src/node/snapshot/import.ts";
import { openSnapshotStore, type SnapshotStore } from "../../src/node/snapshot/snapshot-store.ts";
import type { OpenedSource } from "../../src/node/snapshot/source-file.ts";
import { openZipRange } from "../../src/node/snapshot/zip-source.ts";
import { createEncryptedLevels, type EncryptedLevels } from "../../src/node/store/encrypted-levels.ts";
import { createMemoryLevels } from "../../src/node/store/level-memory.ts";
import { clock, sampleFolder } from "../node/snapshot/stores.ts";
import { makeZip } from "../node/snapshot/zips.ts";
import { memoryKeyRing } from "../node/store/key-rings.ts";
import * as fc from "../properties.ts";
import { mutatedBytes, mutatedJson, runs } from "./mutations.ts";

/** The first lines of each file of the sample: as varied as the whole, and quick. */
const files = Object.fromEntries(
  ["patrons.csv", "items.csv", "loans.csv", "holds.csv", "hours.csv", "closed-days.csv"].map((name) => [
    name,
    Buffer.from(readFileSync(join(sampleFolder, name), "utf8").split("\n").slice(0, 12).join("\n")),
  ]),
);
const policy = readFileSync(join(sampleFolder, "policy.json"), "utf8");
const blocks = Buffer.from("21998020000006 L\r\n21998020000535 B\nP 7 E\nP7 D\n");
const whole = { ...files, "policy.json": Buffer.from(policy), "blocks.txt": blocks };
const names = Object.keys(whole) as (keyof typeof whole)[];
const zips = [true, false].map((stored) =>
  makeZip(names.map((name) => ({ name: `extract/${name}`, content: whole[name]!, stored }))),
);

let store: SnapshotStore;
let levels: EncryptedLevels;
let inForce: string;
beforeAll(async () => {
  levels = createEncryptedLevels(createMemoryLevels(), memoryKeyRing());
  store = (await openSnapshotStore(levels)).store;
  const first = await read(whole);
  if (first.kind === "refused") throw new Error(first.text);
  inForce = first.sha256;
});

async function read(from: Readonly<Record<string, Uint8Array>>): Promise<ImportResult> {
  const source = {
    files: new Map(
      Object.entries(from).map(([name, bytes]) => [
        name,
        {
          changedAt: 1_795_300_000_000,
          size: bytes.length,
          async *read() {
            yield bytes;
          },
        },
      ]),
    ),
    close: async () => undefined,
  };
  return importFrom(async () => ({ kind: "source", source }));
}

async function importFrom(open: () => Promise<OpenedSource>): Promise<ImportResult> {
  const base = inForce === undefined ? null : await store.open(inForce);
  return importSnapshot({ open, store, clock, base });
}

/** Taken whole or not at all; nobody's data is in the words. */
async function judge(result: ImportResult): Promise<void> {
  inputs += 1;
  if (result.kind === "refused") expect(result.text).not.toBe("");
  expect(JSON.stringify(result.report)).not.toMatch(/Nguy|Müller|Jürgen|21998020/);
  for (const { read: rows, kept, refused, duplicates } of result.report)
    expect(rows).toBe(kept + refused + duplicates);
  if (result.kind === "imported" && result.sha256 !== inForce) {
    const snapshot = await store.open(result.sha256);
    const { counts } = result.meta;
    expect(counts.patron + counts.item).toBeGreaterThan(0);
    let size = 0;
    for await (const piece of snapshot!.bytes(0)) size += piece.length;
    expect(size).toBe(result.meta.size);
    await store.remove(result.sha256);
  }
  expect(store.held().map(({ sha256 }) => sha256)).toEqual([inForce]);
  expect(await levels.names()).toEqual([inForce]);
}

const full = (share: number) => ({ ...runs(Math.ceil(share / 25), share) });
/** Inputs that were judged; a failing test may judge some again, smaller. */
let inputs = 0;

describe("a snapshot made wrong is taken whole or refused:", () => {
  it("each CSV file and the block list", async () => {
    const input = fc
      .constantFrom(...names.filter((name) => name !== "policy.json"))
      .chain((name) => fc.tuple(fc.constant(name), mutatedBytes([whole[name]!, ...Object.values(files)])));
    await fc.assert(
      fc.asyncProperty(input, async ([name, bytes]) => judge(await read({ ...whole, [name]: bytes }))),
      full(3_500),
    );
  });

  it("the block list by itself", async () => {
    await fc.assert(
      fc.asyncProperty(mutatedBytes([blocks]), async (bytes) => judge(await read({ "blocks.txt": bytes }))),
      full(1_500),
    );
  });

  it("zip files", async () => {
    await fc.assert(
      fc.asyncProperty(mutatedBytes(zips), async (bytes) => {
        const reader = {
          size: bytes.length,
          async *read(start: number, end: number) {
            yield bytes.subarray(start, end);
          },
          close: async () => undefined,
        };
        await judge(await importFrom(() => openZipRange(reader)));
      }),
      full(2_500),
    );
  });

  it("policies", async () => {
    const form = [
      { name: "surname", label: "Surname", pattern: "[A-Z].*", required: true, help: "as written" },
    ];
    const valid = { ...(JSON.parse(policy) as object), registration: form };
    const readInto = await read({ ...whole, "policy.json": Buffer.from(JSON.stringify(valid)) });
    expect(readInto.kind).toBe("imported");
    await judge(readInto);
    fc.assert(
      fc.property(mutatedJson(valid), (text) => {
        inputs += 1;
        const parsed = parsePolicy(text);
        if (parsed.kind === "problems") expect(parsed.problems.length).toBeGreaterThan(0);
        else expect(parsePolicy(parsed.canonical)).toEqual(parsed);
      }),
      full(2_500),
    );
  });

  it("ten thousand times in a full run", () => {
    expect(inputs).toBeGreaterThanOrEqual(process.env.DESKMESH_FULL === "1" ? 10_000 : 400);
  });
});
