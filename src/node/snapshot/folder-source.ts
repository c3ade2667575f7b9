/** A snapshot as a folder of files on this PC. */
import { createReadStream } from "node:fs";
import { stat } from "node:fs/promises";
import { join } from "node:path";
import {
  errorCode,
  type OpenedSource,
  refuseSource,
  type SourceFile,
  SourceUnreadable,
  sourceNames,
} from "./source-file.ts";

export async function openFolder(folder: string): Promise<OpenedSource> {
  const files = new Map<string, SourceFile>();
  for (const name of sourceNames) {
    const path = join(folder, name);
    const found = await stateOf(path);
    if (typeof found === "string") return refuseSource(`${name} can't be read: ${found}`, name);
    if (found === null) continue;
    if (found.isDirectory) return refuseSource(`${name} is a folder`, name);
    const { changedAt, size } = found;
    files.set(name, { changedAt, size, read: () => readFileIn(path) });
  }
  return { kind: "source", source: { files, close: async () => undefined } };
}

export async function* readFileIn(path: string): AsyncGenerator<Uint8Array> {
  try {
    yield* createReadStream(path);
  } catch (error) {
    throw new SourceUnreadable(`can't be read: ${errorCode(error)}`);
  }
}

interface FileState {
  readonly isDirectory: boolean;
  readonly changedAt: number;
  readonly size: number;
}

/** `null`: not there. Text: why it can't be looked at. */
async function stateOf(path: string): Promise<FileState | string | null> {
  try {
    const found = await stat(path);
    return { isDirectory: found.isDirectory(), changedAt: Math.floor(found.mtimeMs), size: found.size };
  } catch (error) {
    const code = errorCode(error);
    if (code === undefined) throw error;
    return code === "ENOENT" ? null : code;
  }
}
