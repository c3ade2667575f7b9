/** The real outside world behind the ports: this PC's clock, randomness and small files. */
import { randomBytes } from "node:crypto";
import { open, readdir, readFile, rename, rm } from "node:fs/promises";
import { join } from "node:path";
import { makeFolders } from "./folders.ts";
import type { Clock, Random, Vault } from "./ports.ts";
import { syncFolder } from "./store/level.ts";

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
  await makeFolders(folder, 0o700);
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

  /** One after the other: two writes of one name must not share the temporary file. */
  function inTurn(run: () => Promise<void>): Promise<void> {
    const next = writing.then(run);
    writing = next.catch(() => undefined);
    return next;
  }

  return {
    async names() {
      return (await readdir(folder)).filter((name) => !name.endsWith(".new"));
    },
    async read(name) {
      try {
        return await readFile(join(folder, name), "utf8");
      } catch (error) {
        if ((error as NodeJS.ErrnoException).code === "ENOENT") return null;
        throw error;
      }
    },
    write: (name, text) => inTurn(() => writeWhole(name, text)),
    destroy: (name) =>
      inTurn(async () => {
        // A write that a power cut ended may have left a copy beside it.
        for (const path of [`${join(folder, name)}.new`, join(folder, name)]) await overwrite(path);
        await syncFolder(folder);
      }),
  };
}

/** A removed file's bytes stay on the disk until something else is written there. */
async function overwrite(path: string): Promise<void> {
  const file = await open(path, "r+").catch((error: NodeJS.ErrnoException) => {
    if (error.code === "ENOENT") return null;
    throw error;
  });
  if (!file) return;
  try {
    const { size } = await file.stat();
    await file.write(randomBytes(size), 0, size, 0);
    await file.sync();
  } finally {
    await file.close();
  }
  await rm(path);
}
