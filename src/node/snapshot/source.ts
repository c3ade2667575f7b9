/** Where the files of a snapshot come from: a folder of this PC, a zip file, or one that is uploaded. */
import { stat } from "node:fs/promises";
import { openFolder } from "./folder-source.ts";
import { errorCode, type OpenedSource, refuseSource } from "./source-file.ts";
import { openZipFile } from "./zip-source.ts";

/** A folder, or a zip file. Rejects with nothing: what is wrong with it is returned. */
export async function openSource(path: string): Promise<OpenedSource> {
  try {
    const found = await stat(path);
    return found.isDirectory() ? await openFolder(path) : await openZipFile(path);
  } catch (error) {
    const code = errorCode(error);
    if (code === undefined) throw error;
    if (code === "ENOENT" || code === "ENOTDIR") return refuseSource("There is no such folder or zip file");
    return refuseSource(`It can't be read: ${code}`);
  }
}
