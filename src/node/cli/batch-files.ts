/**
 * Putting a batch's files into a folder of this PC: never over a file that says something else, whole or not at all, and
 * read back afterwards: a stick that lost a byte would be loaded as it is.
 */
import { createHash, randomUUID } from "node:crypto";
import { link, open, readFile, rm } from "node:fs/promises";
import { dirname, join, resolve } from "node:path";
import { makeFolders } from "../folders.ts";
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
  const files: { path: string; bytes: Uint8Array; sha256: string }[] = [];
  for (const { role, name, sha256, part: number } of batch.files) {
    // Sierra's main file has a name of its own that says nothing of the batch: it lies in a folder that does.
    const parts = name.split("/");
    if (parts.length > 2 || !parts.every((part) => /^[A-Za-z0-9][\w.-]*$/.test(part)))
      throw new CommandFailure(
        exitCode.fault,
        `the node gave a file name that is no name: ${JSON.stringify(name)}`,
      );
    const part = role === "main" ? "file" : role;
    const query = number === undefined ? "" : `?part=${number}`;
    const bytes = await client.bytes(`/api/batches/${encodeURIComponent(batch.id)}/${part}${query}`);
    if (sha256Of(bytes) !== sha256)
      throw new CommandFailure(
        exitCode.fault,
        `${name} did not come whole from the node; nothing was written`,
      );
    files.push({ path: join(resolve(out), ...parts), bytes, sha256 });
  }
  // All are looked at before the first is written: half a batch in a folder would be taken for one.
  const there = await Promise.all(files.map(({ path }) => readIfThere(path)));
  for (const [index, { path, bytes }] of files.entries()) {
    const before = there[index];
    if (before != null && !before.equals(bytes)) throw differs(path, batch);
  }
  const written: string[] = [];
  try {
    for (const [index, { path, bytes, sha256 }] of files.entries()) {
      if (there[index] != null) continue;
      await makeFolders(dirname(path));
      await writeNew(path, bytes, batch);
      written.push(path);
      if (sha256Of(await readFile(path)) !== sha256)
        throw new CommandFailure(
          exitCode.fault,
          `${path} reads otherwise than it was written: use another disk`,
        );
    }
  } catch (error) {
    // Half a batch in a folder would be taken for one.
    for (const path of written) await rm(path, { force: true });
    throw error instanceof CommandFailure ? error : cannotWrite(error, out, batch);
  }
  return files.map(({ path }, index) => ({ path, outcome: there[index] == null ? "written" : "unchanged" }));
}

function sha256Of(bytes: Uint8Array): string {
  return createHash("sha256").update(bytes).digest("hex");
}

function cannotWrite(error: unknown, out: string, batch: BatchView): CommandFailure {
  const code = error instanceof Error && "code" in error ? String(error.code) : String(error);
  const why = code === "ENOSPC" ? "the disk is full" : code;
  return new CommandFailure(
    exitCode.refused,
    `the files could not be written to ${out} (${why}), and none was left there. The batch is made: fetch its files with: deskmesh batches ${batch.id} --out FOLDER`,
  );
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
      } catch (failed) {
        await rm(path, { force: true });
        throw failed;
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
