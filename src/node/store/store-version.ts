/**
 * Which form a data folder's stores have: `<data folder>/store.json`. An older one is taken over as it is; one that a
 * newer program wrote is refused in words, before anything in it is opened.
 */
import { open, readFile, rename } from "node:fs/promises";
import { join } from "node:path";
import { CommandFailure, exitCode } from "../cli/exit-code.ts";
import { syncFolder } from "./level.ts";

/** Raised when a program of today could not read what is written from then on. */
export const storeFormat = 2;

/** Rejects with `CommandFailure` where a newer program wrote it, or where the file is none of ours. */
export async function claimStore(dataDir: string, version: string): Promise<void> {
  const path = join(dataDir, "store.json");
  const before = await readOrNull(path);
  if (before !== null) {
    const { format, program } = parse(before);
    if (format === null) {
      const text = `${path} is not what Deskmesh wrote there. Restore a backup into another folder, or take that file away if you know that this version (${version}) wrote the rest.`;
      throw new CommandFailure(exitCode.refused, text);
    }
    if (format > storeFormat) {
      const text = `The data folder ${dataDir} was written by a newer Deskmesh (${program}, store format ${format}); this one (${version}) reads up to ${storeFormat}. Install ${program} or newer. Nothing was changed.`;
      throw new CommandFailure(exitCode.refused, text);
    }
    if (format === storeFormat && program === version) return;
  }
  const file = await open(`${path}.new`, "w", 0o600);
  try {
    await file.writeFile(`${JSON.stringify({ format: storeFormat, program: version })}\n`);
    await file.sync();
  } finally {
    await file.close();
  }
  await rename(`${path}.new`, path);
  await syncFolder(dataDir);
}

function parse(text: string): { readonly format: number | null; readonly program: string } {
  try {
    const { format, program } = JSON.parse(text) as Record<string, unknown>;
    const known = Number.isSafeInteger(format) && typeof program === "string" && program.length <= 40;
    return known ? { format: format as number, program } : { format: null, program: "" };
  } catch {
    return { format: null, program: "" };
  }
}

async function readOrNull(path: string): Promise<string | null> {
  try {
    return await readFile(path, "utf8");
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "ENOENT") return null;
    throw error;
  }
}
