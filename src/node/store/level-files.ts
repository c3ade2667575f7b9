/**
 * LevelDB's files, checked by their own sums before LevelDB opens them, and read where it must not. LevelDB reads its
 * tables without looking at their sums, and what a changed bit makes of a key may end the whole process (its checks are
 * assertions); of its logs it leaves out far more than what is damaged, without a word.
 */
import { readdir, readFile } from "node:fs/promises";
import { join } from "node:path";
import { checkLog } from "./level-logs.ts";
import { liveTables } from "./level-manifest.ts";
import { type LevelRecord, recordsOfLog, recordsOfTable } from "./level-records.ts";
import { checkTable } from "./level-tables.ts";

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
  if (!hasFiles) return "whole";
  const live = await readManifest(folder, names);
  if (live === null) return "damaged";
  let condition: LevelCondition = "whole";
  for (const name of names) {
    if (manifestName.test(name)) continue;
    if (tableName.test(name) && !live.has(Number.parseInt(name, 10))) continue;
    const found = await checkFile(folder, name);
    if (found === "damaged") return "damaged";
    if (found === "cut-off") condition = "cut-off";
  }
  return condition;
}

/** Numbers of the tables that count; `null`: what says so is damaged. */
async function readManifest(folder: string, names: readonly string[]): Promise<ReadonlySet<number> | null> {
  const current = (await readFile(join(folder, "CURRENT"), "latin1")).trim();
  if (!manifestName.test(current) || !names.includes(current)) return null;
  const { damaged, cutOff, writes } = checkLog(await readFile(join(folder, current)));
  // What a manifest no longer tells of is deleted as left over: its end must be there.
  return damaged || cutOff || writes.length === 0 ? null : liveTables(writes);
}

async function checkFile(folder: string, name: string): Promise<LevelCondition> {
  if (tableName.test(name))
    return checkTable(await readFile(join(folder, name))).isWhole ? "whole" : "damaged";
  if (!logName.test(name)) return "whole";
  const { damaged, cutOff } = checkLog(await readFile(join(folder, name)));
  if (damaged) return "damaged";
  return cutOff ? "cut-off" : "whole";
}

/** Key (a letter for each byte) → what it was given last, of all that is whole in tables and logs. */
export async function readLevelFiles(folder: string): Promise<ReadonlyMap<string, Buffer>> {
  const found = new Map<string, LevelRecord>();
  for (const name of await listNames(folder)) {
    const kind = [tableName, logName].find((one) => one.test(name));
    if (!kind) continue;
    const bytes = await readFile(join(folder, name));
    for (const one of kind === tableName ? recordsOfTable(bytes) : recordsOfLog(bytes)) {
      const known = found.get(one.key);
      if (!known || one.sequence > known.sequence) found.set(one.key, one);
    }
  }
  return new Map([...found].flatMap(([key, { value }]) => (value ? [[key, value] as const] : [])));
}

async function listNames(folder: string): Promise<readonly string[]> {
  try {
    return await readdir(folder);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "ENOENT") return [];
    throw error;
  }
}

/** True when LevelDB refuses what is stored, and not its use, nor the disk to read or write it. */
export function isCorruption(error: unknown): boolean {
  const texts: string[] = [];
  for (let cause: unknown = error; cause instanceof Error; cause = cause.cause) {
    texts.push(`${(cause as { code?: string }).code ?? ""} ${cause.message}`);
  }
  // The name of the file stands in these texts: a pattern of names would take a full disk for a damaged manifest.
  const refused =
    /: (No space left|Input\/output error|Too many open files|Permission denied|.*quota|.*being used by another)/i;
  if (texts.some((text) => refused.test(text))) return false;
  // A table too short to be mapped is an invalid argument to LevelDB, a garbled CURRENT names a file that isn't there.
  const corrupt = /LEVEL_CORRUPTION|Corruption|missing files|IO error: .*: (Invalid argument|No such file)/i;
  return texts.some((text) => corrupt.test(text));
}
