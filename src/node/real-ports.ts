/** The real outside world behind the ports: this PC's clock, randomness and small files. */
import { randomBytes } from "node:crypto";
import { mkdir, open, readFile, rename } from "node:fs/promises";
import { join } from "node:path";
import type { Clock, Random, Vault } from "./ports.ts";

export const realClock: Clock = {
  now: () => Date.now(),
  monotonic: () => performance.now(),
  after(delayMs, run) {
    // A timer of 0 would wait a millisecond: "give way once" is meant.
    if (delayMs <= 0) {
      const immediate = setImmediate(run);
      return () => clearImmediate(immediate);
    }
    const timer = setTimeout(run, delayMs);
    return () => clearTimeout(timer);
  },
};

export const realRandom: Random = {
  bytes: (length) => new Uint8Array(randomBytes(length)),
  uint32: () => randomBytes(4).readUInt32LE(),
};

/** Small files in a folder that only its owner may read. A write is on disk, whole, when it resolves. */
export async function createFileVault(folder: string): Promise<Vault> {
  await mkdir(folder, { recursive: true, mode: 0o700 });
  let writing: Promise<void> = Promise.resolve();

  async function writeWhole(name: string, text: string): Promise<void> {
    const path = join(folder, name);
    const file = await open(`${path}.new`, "w", 0o600);
    try {
      await file.writeFile(text);
      await file.sync();
    } finally {
      await file.close();
    }
    await rename(`${path}.new`, path);
    await syncFolder(folder);
  }

  return {
    async read(name) {
      try {
        return await readFile(join(folder, name), "utf8");
      } catch (error) {
        if ((error as NodeJS.ErrnoException).code === "ENOENT") return null;
        throw error;
      }
    },
    write(name, text) {
      // One after the other: two writes of one name must not share the temporary file.
      const next = writing.then(() => writeWhole(name, text));
      writing = next.catch(() => undefined);
      return next;
    },
  };
}

/** The new name is on disk once its folder is. Windows can't open a folder, and needs no such thing. */
async function syncFolder(folder: string): Promise<void> {
  if (process.platform === "win32") return;
  const handle = await open(folder, "r");
  try {
    await handle.sync();
  } finally {
    await handle.close();
  }
}
