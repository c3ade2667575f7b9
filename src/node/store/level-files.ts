/**
 * LevelDB's files, checked by their own sums before LevelDB opens them, and mended for its repair. LevelDB reads its
 * tables without looking at their sums, and what a changed bit makes of a key may end the whole process (its checks are
 * assertions); of its logs it leaves out far more than what is damaged, without a word.
 */
import { readdir, readFile, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { checkLog, writeLog } from "./level-logs.ts";
import { checkTable, writeTable } from "./level-tables.ts";

/** `cut-off`: the last write of a log isn't whole, as after a power cut; LevelDB passes over it. */
export type LevelCondition = "whole" | "cut-off" | "damaged";

const tableName = /\.(ldb|sst)$/;
const logName = /\.log$/;
const manifestName = /^MANIFEST-/;

/** Of the LevelDB in that folder; `whole` when there is none. */
export async function checkLevelFiles(folder: string): Promise<LevelCondition> {
  const names = await listNames(folder);
  // Without the file that says which of them count, LevelDB would take the folder for a new one, and delete them.
  const hasFiles = names.some((name) => [tableName, logName, manifestName].some((one) => one.test(name)));
  if (hasFiles && !names.includes("CURRENT")) return "damaged";
  let condition: LevelCondition = "whole";
  for (const name of names) {
    const found = await checkFile(folder, name);
    if (found === "damaged") return "damaged";
    if (found === "cut-off") condition = "cut-off";
  }
  return condition;
}

/** Leaves out of its files what is damaged; LevelDB's own repair makes a database of the rest. */
export async function mendLevelFiles(folder: string): Promise<void> {
  for (const name of await listNames(folder)) {
    if ((await checkFile(folder, name)) === "whole") continue;
    const path = join(folder, name);
    const bytes = await readFile(path);
    // A repair needs no manifest: it makes one of what is there.
    const mended = tableName.test(name)
      ? writeTable(bytes, checkTable(bytes).blocks)
      : logName.test(name)
        ? writeLog(checkLog(bytes).writes)
        : null;
    if (mended === null) await rm(path);
    else await writeFile(path, mended);
  }
}

async function checkFile(folder: string, name: string): Promise<LevelCondition> {
  if (tableName.test(name))
    return checkTable(await readFile(join(folder, name))).isWhole ? "whole" : "damaged";
  const isManifest = manifestName.test(name);
  if (!isManifest && !logName.test(name)) return "whole";
  const { damaged, cutOff, writes } = checkLog(await readFile(join(folder, name)));
  // What a manifest no longer tells of is deleted as left over: its end must be there.
  if (damaged || (isManifest && (cutOff || writes.length === 0))) return "damaged";
  return cutOff ? "cut-off" : "whole";
}

async function listNames(folder: string): Promise<readonly string[]> {
  try {
    return await readdir(folder);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "ENOENT") return [];
    throw error;
  }
}
