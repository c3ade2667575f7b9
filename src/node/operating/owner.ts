/**
 * Whose the data folder is. A service has a user of its own, and people type its commands with `sudo`: a file that root
 * left there the service could no longer open.
 */
import { stat } from "node:fs/promises";

interface Owner {
  readonly uid: number;
  readonly gid: number;
}

/** `null`: this process isn't root, or the folder is root's, or isn't there. */
export async function otherOwnerOf(folder: string): Promise<Owner | null> {
  if (process.geteuid?.() !== 0) return null;
  try {
    const { uid, gid } = await stat(folder);
    return uid === 0 ? null : { uid, gid };
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "ENOENT") return null;
    throw error;
  }
}
