import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { createEncryptedLevels } from "../../../src/node/store/encrypted-levels.ts";
import { createLevels, type Levels } from "../../../src/node/store/level.ts";
import { createMemoryLevels } from "../../../src/node/store/level-memory.ts";
import { memoryKeyRing } from "./key-rings.ts";

const onDisk = (folder: string): Levels => createLevels(join(folder, "not", "there", "yet"));
const kinds: readonly (readonly [string, (folder: string) => Levels])[] = [
  ["LevelDB", onDisk],
  ["memory", () => createMemoryLevels()],
  ["LevelDB, encrypted", (folder) => createEncryptedLevels(onDisk(folder), memoryKeyRing())],
  ["memory, encrypted", () => createEncryptedLevels(createMemoryLevels(), memoryKeyRing())],
];

describe.each(kinds)("a folder of databases: %s", (_kind, create) => {
  let folder: string;
  let levels: Levels;
  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), "deskmesh-level-"));
    levels = create(folder);
  });
  afterEach(() => rm(folder, { recursive: true, force: true }));

  it("keeps bytes by key, in order, across close and rename", async () => {
    expect(await levels.names()).toEqual([]);
    const level = await levels.open("one");
    const writes = Array.from({ length: 600 }, (_, n) => ({
      type: "put" as const,
      key: `k${(599 - n).toString().padStart(3, "0")}`,
      value: Uint8Array.of(n & 255, 0, 255),
    }));
    await level.batch(writes, { sync: true });
    await level.batch([{ type: "del", key: "k001" }], { sync: false });
    await expect(levels.open("one")).rejects.toThrow();
    await level.close();
    await levels.rename("one", "two");
    const again = await levels.open("two");
    expect(await levels.names()).toEqual(["two"]);
    expect([...((await again.get("k599")) ?? [])]).toEqual([0, 0, 255]);
    expect(await again.get("k001")).toBeUndefined();
    const [none, value] = await again.getMany(["none", "k598"]);
    expect([none, ...(value ?? [])]).toEqual([undefined, 1, 0, 255]);
    const sizes: number[] = [];
    const keys: string[] = [];
    for await (const slice of again.slices({ gte: "k000", lt: "k599" })) {
      sizes.push(slice.length);
      keys.push(...slice.map(([key]) => key));
    }
    expect(Math.max(...sizes)).toBeLessThanOrEqual(256);
    expect(keys).toEqual([...keys].sort());
    expect(keys).toHaveLength(598);
    expect(await again.keys({ gte: "k597", lt: "k599" })).toEqual(["k597", "k598"]);
    await again.close();
    await levels.remove("two");
    await levels.remove("two");
    expect(await levels.names()).toEqual([]);
  });
});
