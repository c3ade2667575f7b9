/**
 * Packages of the program that this desk holds: `<data folder>/updates/<sha256>`, and `<sha256>.part` while one is on
 * its way. Nothing in them tells of patrons; nothing here starts one.
 */
import { createReadStream } from "node:fs";
import { copyFile, mkdir, open, readdir, rename, rm } from "node:fs/promises";
import { join } from "node:path";
import { syncFolder } from "../store/level.ts";
import { hashFile, type ReadPackage, readPackage } from "./package-file.ts";

export interface PackageFolder {
  /** Hashes of those that are whole. */
  held(): Promise<ReadonlySet<string>>;
  pathOf(sha256: string): string;
  /** Its bytes from `from` on. */
  read(sha256: string, from: number): AsyncIterable<Uint8Array>;
  /** Copies a file of this PC in, where it is a package. Rejects with the system's error. */
  takeIn(path: string): Promise<ReadPackage>;
  /** One that another desk sends, going on where it stopped. Rejects when this desk's disk fails. */
  receive(incoming: Incoming): Promise<Received>;
  /** Removes all others, also what is half here. */
  keepOnly(hashes: ReadonlySet<string>): Promise<void>;
}

export interface Incoming {
  readonly sha256: string;
  /** Bytes. */
  readonly size: number;
  /** May throw when the link is lost. */
  readonly readRange: (from: number) => AsyncIterable<Uint8Array>;
  /** Asked between two pieces; `false`: stop, and keep what is here. */
  readonly mayGoOn: () => boolean;
  readonly onProgress?: (done: number) => void;
}

export type Received = "received" | "interrupted" | "wrong-bytes";

const takenIn = "offered.part";

export function createPackageFolder(folder: string): PackageFolder {
  const pathOf = (name: string): string => join(folder, name);

  async function settle(from: string, sha256: string): Promise<void> {
    const file = await open(from, "r+");
    try {
      await file.sync();
    } finally {
      await file.close();
    }
    await rename(from, pathOf(sha256));
    await syncFolder(folder);
  }

  async function receive(incoming: Incoming): Promise<Received> {
    const { sha256, size } = incoming;
    await mkdir(folder, { recursive: true, mode: 0o700 });
    const part = pathOf(`${sha256}.part`);
    const file = await open(part, "a", 0o600);
    let have = (await file.stat()).size;
    try {
      if (have < size) have = await append(incoming, have, (bytes) => file.appendFile(bytes));
    } finally {
      await file.close();
    }
    if (have < size) return "interrupted";
    if (have === size && (await hashFile(part)) === sha256) {
      await settle(part, sha256);
      return "received";
    }
    await rm(part);
    return "wrong-bytes";
  }

  return {
    async held() {
      const names = await readdir(folder).catch(emptyIfMissing);
      return new Set(names.filter((name) => /^[0-9a-f]{64}$/.test(name)));
    },
    pathOf,
    read: (sha256, from) => createReadStream(pathOf(sha256), { start: from }),
    async takeIn(path) {
      await mkdir(folder, { recursive: true, mode: 0o700 });
      try {
        // The copy is what is judged: the file itself may change meanwhile.
        await copyFile(path, pathOf(takenIn));
        const read = await readPackage(pathOf(takenIn));
        if (read.kind === "package") await settle(pathOf(takenIn), read.file.sha256);
        return read;
      } finally {
        await rm(pathOf(takenIn), { force: true });
      }
    },
    receive,
    async keepOnly(hashes) {
      for (const name of await readdir(folder).catch(emptyIfMissing))
        if (!hashes.has(name.replace(/\.part$/, ""))) await rm(pathOf(name), { force: true });
    },
  };
}

/** Bytes that are here afterwards: more than `size` where more came than the package has. */
async function append(
  { size, readRange, mayGoOn, onProgress }: Incoming,
  from: number,
  write: (bytes: Uint8Array) => Promise<void>,
): Promise<number> {
  let have = from;
  onProgress?.(have);
  const pieces = readRange(from)[Symbol.asyncIterator]();
  while (mayGoOn()) {
    // Only the reading may fail with the link; what the disk throws must not be taken for it.
    const next = await pieces.next().catch(() => null);
    if (next === null || next.done) return have;
    await write(next.value);
    have += next.value.length;
    onProgress?.(have);
    if (have > size) break;
  }
  await pieces.return?.();
  return have;
}

function emptyIfMissing(error: NodeJS.ErrnoException): string[] {
  if (error.code === "ENOENT") return [];
  throw error;
}
