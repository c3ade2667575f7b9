/** Folders that are written beside their places, which they take at the end: all of them, or none. */
import { mkdtemp, rename, rm, rmdir } from "node:fs/promises";
import { dirname } from "node:path";
import { makeFolders } from "../folders.ts";
import { syncFolder } from "../store/level.ts";
import { clearRestores, unfinishedPrefix } from "./left-behind.ts";

export interface Places {
  /** A new folder on the same disk as `folder`, for its owner alone; in the end it is called that. */
  beside(folder: string): Promise<string>;
  /** In the order in which they were begun. Fails when somebody has put something there meanwhile. */
  take(): Promise<void>;
  /** Removes whatever was written, also where it has taken its place. */
  clear(): Promise<void>;
}

export function createPlaces(): Places {
  const begun: { readonly folder: string; at: string }[] = [];
  return {
    async beside(folder) {
      await makeFolders(dirname(folder));
      await clearRestores(folder);
      const at = await mkdtemp(unfinishedPrefix(folder));
      begun.push({ folder, at });
      return at;
    },
    async take() {
      for (const one of begun) {
        await syncFolder(one.at);
        await ignoreMissing(rmdir(one.folder));
        await rename(one.at, one.folder);
        one.at = one.folder;
        await syncFolder(dirname(one.folder));
      }
    },
    async clear() {
      for (const { at } of begun.toReversed()) await rm(at, { recursive: true, force: true });
    },
  };
}

/** By moving an empty folder away and back. False: a disk is mounted there, and nothing can take its place. */
export async function isReplaceable(folder: string): Promise<boolean> {
  // Where the power goes in between it is cleared away like any other.
  const aside = `${unfinishedPrefix(folder)}moved0`;
  try {
    await ignoreMissing(rename(folder, aside));
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "EBUSY") return false;
    throw error;
  }
  await ignoreMissing(rename(aside, folder));
  return true;
}

async function ignoreMissing(done: Promise<void>): Promise<void> {
  try {
    await done;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== "ENOENT") throw error;
  }
}
