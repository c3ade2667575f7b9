/** Where the files of a snapshot come from: a folder or zip file of this PC, or one file that says itself what it is. */
import { open, stat } from "node:fs/promises";
import { looksLikeBlockList } from "./block-list.ts";
import { openFolder, readFileIn } from "./folder-source.ts";
import {
  blocksFile,
  errorCode,
  kohaFile,
  type OpenedSource,
  refuseSource,
  type SourceFile,
} from "./source-file.ts";
import { looksLikeSqlite } from "./sqlite-file.ts";
import { openZipFile } from "./zip-source.ts";

/** A folder, a zip file, or a block list or Koha's `borrowers.db` by itself. Rejects with nothing: what is wrong with it is returned. */
export async function openSource(path: string): Promise<OpenedSource> {
  try {
    const found = await stat(path);
    if (found.isDirectory()) return await openFolder(path);
    const name = nameByContent(await startOf(path));
    if (name === undefined) return await openZipFile(path);
    return openOneFile(name, {
      changedAt: Math.floor(found.mtimeMs),
      size: found.size,
      read: () => readFileIn(path),
    });
  } catch (error) {
    const code = errorCode(error);
    if (code === undefined) throw error;
    if (code === "ENOENT" || code === "ENOTDIR")
      return refuseSource(
        "There is no such folder or zip file, no such block list, and no such borrowers.db",
      );
    return refuseSource(`It can't be read: ${code}`);
  }
}

/** How much of a file says what it is. */
export const startLength = 4096;

/** As what a file that nobody has named is read; `undefined`: as a zip file. */
export function nameByContent(start: Uint8Array): string | undefined {
  if (looksLikeSqlite(start)) return kohaFile;
  return looksLikeBlockList(start) ? blocksFile : undefined;
}

export function openOneFile(
  name: string,
  file: SourceFile,
  close: () => Promise<void> = async () => undefined,
): OpenedSource {
  return { kind: "source", source: { files: new Map([[name, file]]), close } };
}

async function startOf(path: string): Promise<Uint8Array> {
  const file = await open(path);
  try {
    const { buffer, bytesRead } = await file.read(Buffer.alloc(startLength), 0, startLength, 0);
    return buffer.subarray(0, bytesRead);
  } finally {
    await file.close();
  }
}
