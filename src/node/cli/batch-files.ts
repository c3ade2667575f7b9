/** Putting a batch's files into a folder of this PC: never over a file that says something else. */
import { randomUUID } from "node:crypto";
import { link, mkdir, open, readFile, rm } from "node:fs/promises";
import { dirname, join, resolve } from "node:path";
import type { BatchView } from "../http/api.ts";
import { CommandFailure, exitCode } from "./exit-code.ts";
import type { NodeClient } from "./node-client.ts";

export interface WrittenFile {
  readonly path: string;
  /** `unchanged`: it was there already, byte for byte. */
  readonly outcome: "written" | "unchanged";
}

/** All files of the batch, main file first. Rejects with exit code 4 before anything is written over. */
export async function writeBatchFiles(
  client: NodeClient,
  batch: BatchView,
  out: string,
): Promise<readonly WrittenFile[]> {
  const files: { path: string; bytes: Uint8Array }[] = [];
  for (const { role, name } of batch.files) {
    // Sierra's main file has a name of its own that says nothing of the batch: it lies in a folder that does.
    const parts = name.split("/");
    if (parts.length > 2 || !parts.every((part) => /^[A-Za-z0-9][\w.-]*$/.test(part)))
      throw new CommandFailure(
        exitCode.fault,
        `the node gave a file name that is no name: ${JSON.stringify(name)}`,
      );
    const part = role === "main" ? "file" : role;
    const bytes = await client.bytes(`/api/batches/${encodeURIComponent(batch.id)}/${part}`);
    files.push({ path: join(resolve(out), ...parts), bytes });
  }
  // All are looked at before the first is written: half a batch in a folder would be taken for one.
  const there = await Promise.all(files.map(({ path }) => readIfThere(path)));
  for (const [index, { path, bytes }] of files.entries()) {
    const before = there[index];
    if (before != null && !before.equals(bytes)) throw differs(path, batch);
  }
  const written: WrittenFile[] = [];
  for (const [index, { path, bytes }] of files.entries()) {
    if (there[index] == null) {
      await mkdir(dirname(path), { recursive: true });
      await writeNew(path, bytes, batch);
    }
    written.push({ path, outcome: there[index] == null ? "written" : "unchanged" });
  }
  return written;
}

/** Whole or not at all, and never over another: a hard link fails where a rename would replace. */
async function writeNew(path: string, bytes: Uint8Array, batch: BatchView): Promise<void> {
  const partial = `${path}.${randomUUID().slice(0, 8)}.part`;
  const file = await open(partial, "wx", 0o600);
  try {
    await file.writeFile(bytes);
    await file.sync();
    await file.close();
    await link(partial, path).catch(async (error: unknown) => {
      const code = error instanceof Error && "code" in error ? error.code : "";
      if (code === "EEXIST") throw differs(path, batch);
      // USB sticks know no hard links.
      const plain = await open(path, "wx", 0o600);
      try {
        await plain.writeFile(bytes);
        await plain.sync();
      } finally {
        await plain.close();
      }
    });
  } finally {
    await file.close();
    await rm(partial, { force: true });
  }
}

async function readIfThere(path: string): Promise<Buffer | null> {
  try {
    return await readFile(path);
  } catch (error) {
    if (error instanceof Error && "code" in error && error.code === "ENOENT") return null;
    throw new CommandFailure(exitCode.refused, `${path} is there and can't be read`);
  }
}

function differs(path: string, batch: BatchView): CommandFailure {
  return new CommandFailure(
    exitCode.refused,
    `${path} is there already and is another file; nothing was written over. The batch is made: fetch its files with: deskmesh batches ${batch.id} --out FOLDER`,
  );
}
