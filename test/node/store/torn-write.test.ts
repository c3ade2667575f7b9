/** A file that can't grow in the middle of a write: LevelDB goes on behind it where its next start won't read. */
import { execFileSync, spawnSync } from "node:child_process";
import { mkdtemp, readdir, rm, stat } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, it } from "vitest";
import { mergeUpdates } from "yjs";
import type { SegmentWrite } from "../../../src/node/ports.ts";
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

it.runIf(hasLimits)("a store takes nothing more behind a write that LevelDB tore", async () => {
  const keys = memoryKeyRing(createMemoryVault(), createMemoryVault());
  const open = async () => createLogStores(await createDiskFolders(folder), keys, () => undefined).open("o");
  const store = await open();
  const writes = writeSegments("1", Array(600).fill(1), 100);
  for (const one of writes) await store.write([one]);
  const log = (await readdir(join(folder, "o"))).find((name) => name.endsWith(".log"))!;
  limitFiles((await stat(join(folder, "o", log))).size + 40_000);
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
  const again = await open();
  let count = 0;
  for await (const { updates } of again.load()) count += updates.length;
  await again.close();
  expect(count).toBe(acknowledged.length);
});
