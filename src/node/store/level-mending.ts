/** A damaged LevelDB, written anew of what can be read of it. */
import { rm } from "node:fs/promises";
import { forLogs, syncFolder } from "./level.ts";
import { checkLevelFiles, readLevelFiles } from "./level-files.ts";
import type { LevelConstructor } from "./log-store.ts";

/** Of `level`, what is used here. */
interface Database {
  open(): Promise<void>;
  batch(operations: readonly object[]): Promise<void>;
  close(): Promise<void>;
}

const asBytes = { keyEncoding: "buffer", valueEncoding: "buffer" } as const;
/** A write ends behind so many: a full segment is half a megabyte, and a log may have hundreds. */
const bytesPerWrite = 128 * 1024;

/**
 * Into the folder `to`, as a whole and on the disk, or it throws; `from` stays as it is. Returns how many records there
 * are. LevelDB's own repair would leave out whatever it can't write, on a full disk, and call that done.
 */
export async function rewriteLevel(Level: LevelConstructor, from: string, to: string): Promise<number> {
  const records = await readLevelFiles(from);
  await rm(to, { recursive: true, force: true });
  try {
    await writeLevel(new Level(to, { ...forLogs, ...asBytes }) as Database, records);
    const isWhole = (await checkLevelFiles(to)) === "whole";
    if (!isWhole || !isSame(records, await readLevelFiles(to)))
      throw new Error("what was written does not read back as it was");
    await syncFolder(to);
  } catch (why) {
    // On a full disk it would stand in the way of all else.
    await rm(to, { recursive: true, force: true }).catch(() => undefined);
    throw why;
  }
  return records.size;
}

async function writeLevel(database: Database, records: ReadonlyMap<string, Buffer>): Promise<void> {
  let puts: object[] = [];
  let bytes = 0;
  try {
    await database.open();
    for (const [key, value] of records) {
      puts.push({ type: "put", key: Buffer.from(key, "latin1"), value });
      bytes += value.length;
      if (bytes < bytesPerWrite) continue;
      await database.batch(puts);
      [puts, bytes] = [[], 0];
    }
    await database.batch(puts);
  } finally {
    await database.close();
  }
}

function isSame(one: ReadonlyMap<string, Buffer>, other: ReadonlyMap<string, Buffer>): boolean {
  return one.size === other.size && [...one].every(([key, value]) => other.get(key)?.equals(value));
}
