// Counts syncs at the C library: the driver compiles a shim and preloads it, the measured process reads its count.
import { spawnSync } from "node:child_process";
import { closeSync, openSync, readSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";

const source = fileURLToPath(new URL("sync-counter.c", import.meta.url));

/** Environment of a process whose syncs are to be counted; empty where there is no compiler or no preloading. */
export function syncCounterEnvironment(folder) {
  if (process.platform !== "linux") return {};
  const library = join(folder, "sync-counter.so");
  const built = spawnSync("cc", ["-shared", "-fPIC", "-O1", "-o", library, source, "-ldl"], {
    stdio: "ignore",
  });
  if (built.status !== 0) return {};
  return { LD_PRELOAD: library, BENCH_SYNC_COUNTER: join(folder, "sync-count") };
}

/** In the measured process: a function that reads the count so far, or null where nothing counts. */
export function openSyncCounter() {
  const path = process.env.BENCH_SYNC_COUNTER;
  if (path === undefined) return null;
  return () => {
    const bytes = Buffer.alloc(8);
    const file = openSync(path, "r");
    readSync(file, bytes, 0, 8, 0);
    closeSync(file);
    return Number(bytes.readBigUInt64LE());
  };
}
