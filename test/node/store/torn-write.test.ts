/** Files that can't grow in the middle of a write, on a real disk: LevelDB goes on behind it, or leaves it out. */
import { execFileSync, spawnSync } from "node:child_process";
import { mkdtemp, readdir, readFile, rm, stat, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, it } from "vitest";
import { mergeUpdates } from "yjs";
import type { LogStore, SegmentWrite } from "../../../src/node/ports.ts";
import { createMemoryVault } from "../../../src/node/ports-memory.ts";
import { createDiskFolders } from "../../../src/node/store/log-folders.ts";
import { createLogStores } from "../../../src/node/store/log-store.ts";
import { memoryKeyRing } from "./key-rings.ts";
import { writeSegments } from "./segments.ts";

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), "deskmesh-torn-"));
});
afterEach(() => rm(folder, { recursive: true, force: true }));

const hasLimits = process.platform === "linux" && spawnSync("prlimit", ["--version"]).status === 0;
/** For this process: files that grow beyond it can't be written. */
const limitFiles = (bytes: number | "unlimited"): void =>
  void execFileSync("prlimit", ["--pid", String(process.pid), `--fsize=${bytes}:unlimited`]);

const keys = memoryKeyRing(createMemoryVault(), createMemoryVault());
const open = async () => createLogStores(await createDiskFolders(folder), keys, () => undefined).open("o");
const logFile = async (): Promise<string> =>
  join(folder, "o", (await readdir(join(folder, "o"))).find((name) => name.endsWith(".log"))!);

async function countUpdates(store: LogStore): Promise<number> {
  let count = 0;
  for await (const { updates } of store.load()) count += updates.length;
  await store.close();
  return count;
}

it.runIf(hasLimits)("a store takes nothing more behind a write that LevelDB tore", async () => {
  const store = await open();
  const writes = writeSegments("1", Array(600).fill(1), 100);
  for (const one of writes) await store.write([one]);
  limitFiles((await stat(await logFile())).size + 40_000);
  try {
    const whole = mergeUpdates(writes.map(({ update }) => update));
    await expect(store.compact(writes[0]!.segment, whole)).rejects.toThrow("File too large");
  } finally {
    limitFiles("unlimited");
  }
  const acknowledged: SegmentWrite[] = [...writes];
  for (const one of writeSegments("2", Array(500).fill(1), 100))
    await store.write([one]).then(
      () => acknowledged.push(one),
      () => undefined,
    );
  await store.close();
  expect(await countUpdates(await open())).toBe(acknowledged.length);
});

it.runIf(hasLimits)(
  "a damaged log is left as it is where it can't be written anew, and mended once it can",
  async () => {
    const store = await open();
    for (const one of writeSegments("1", Array(600).fill(1), 100)) await store.write([one]);
    await store.close();
    const path = await logFile();
    const bytes = await readFile(path);
    bytes[60_000]! ^= 1;
    await writeFile(path, bytes);
    for (const limit of [0, 1_000, 100_000]) {
      limitFiles(limit);
      try {
        await expect(open()).rejects.toThrow("could not be mended yet; nothing of it is lost");
      } finally {
        limitFiles("unlimited");
      }
      expect(await readdir(folder)).toEqual(["o"]);
      expect(await readFile(path)).toEqual(bytes);
    }
    expect(await countUpdates(await open())).toBe(599);
  },
);
