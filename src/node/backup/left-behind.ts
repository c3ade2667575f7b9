/**
 * Folders that a killed process left half written. A desk notes where it writes a backup and clears it away at its next
 * start; a restore, which has no desk yet, clears away what an earlier one of the same place left.
 */
import { readdir, rm, rmdir } from "node:fs/promises";
import { basename, dirname, isAbsolute, join } from "node:path";
import type { Vault } from "../ports.ts";
import { contentsName, headerName } from "./archive.ts";

/** In the vault, while a backup is being written: the path of its unfinished folder. */
export const underwayName = "backup-underway.json";

export async function noteUnderway(vault: Vault, folder: string): Promise<void> {
  await vault.write(underwayName, JSON.stringify({ folder }));
}

export async function forgetUnderway(vault: Vault): Promise<void> {
  await vault.destroy(underwayName);
}

/** At the start of a desk. `log`: hears what was removed, or why it could not be. */
export async function clearUnderway(vault: Vault, log: (text: string) => void): Promise<void> {
  const text = await vault.read(underwayName);
  if (text === null) return;
  const folder = parseUnderway(text);
  try {
    if (folder !== null && (await removeUnfinished(folder)))
      log("Removed what a backup had begun to write when this desk was ended.");
  } catch (error) {
    // A disk that was pulled out, say: the desk starts all the same, and the folder is of no use to anybody.
    const { code = "unknown" } = error as NodeJS.ErrnoException;
    log(`What a backup had begun to write could not be removed: ${code}`);
  }
  await forgetUnderway(vault);
}

/** Only a folder that a backup may have made: whatever else the text says is left alone. */
function parseUnderway(text: string): string | null {
  try {
    const { folder } = JSON.parse(text) as Record<string, unknown>;
    return typeof folder === "string" && isAbsolute(folder) && folder.endsWith(".unfinished") ? folder : null;
  } catch {
    // Cut off by a power cut: then no folder was made yet.
    return null;
  }
}

/** Our own files alone: somebody else's folder of that name stays. False: there was none. */
export async function removeUnfinished(folder: string): Promise<boolean> {
  try {
    for (const name of [headerName, contentsName]) await rm(join(folder, name), { force: true });
    await rmdir(folder);
    return true;
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code === "ENOENT" || code === "ENOTDIR") return false;
    throw error;
  }
}

/** What a restore's folder is called until it is whole; `mkdtemp` adds six characters. */
export function unfinishedPrefix(folder: string): string {
  return `${folder}.unfinished-${process.pid}-`;
}

/** Removes what restores into `folder` left whose processes are gone. */
export async function clearRestores(folder: string): Promise<void> {
  const beginning = `${basename(folder)}.unfinished-`;
  for (const name of await readdir(dirname(folder))) {
    const pid = name.startsWith(beginning)
      ? /^(\d+)-\w{6}$/.exec(name.slice(beginning.length))?.[1]
      : undefined;
    if (pid === undefined || isRunning(Number(pid))) continue;
    await rm(join(dirname(folder), name), { recursive: true, force: true });
  }
}

function isRunning(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code !== "ESRCH";
  }
}
