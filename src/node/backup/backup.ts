/**
 * A backup of this desk while it works: its log and the snapshots that it holds, out of what it has in memory and verified,
 * so that no file of a database is copied while it is written. It becomes a folder of its own, whole or not at all.
 */
import { mkdir, readdir, rename, rmdir } from "node:fs/promises";
import { dirname, isAbsolute } from "node:path";
import { guardUpdate } from "../../crdt/log/guard.ts";
import { updatesSince } from "../../crdt/log/updates.ts";
import type { Answer, BackupRequest } from "../desk/desk.ts";
import type { DeskPorts } from "../desk/desk-ports.ts";
import type { DeskParts } from "../desk/parts.ts";
import { makeFolders } from "../folders.ts";
import type { BackupView } from "../http/api.ts";
import { keyLength } from "../store/cipher.ts";
import { syncFolder } from "../store/level.ts";
import { type ArchiveWriter, createArchive, writeHeader } from "./archive.ts";
import { objectToPassphrase, wrapKey } from "./archive-key.ts";
import { forgetUnderway, noteUnderway, removeUnfinished, underwayName } from "./left-behind.ts";
import { holdsEntriesAlone } from "./only-here.ts";

type Ports = Pick<DeskPorts, "vault" | "keys">;

export async function makeBackup(
  parts: DeskParts,
  ports: Ports,
  request: BackupRequest,
): Promise<Answer<BackupView>> {
  const { passphrase } = request;
  const expected = objectTo(request) ?? (passphrase === undefined ? null : objectToPassphrase(passphrase));
  if (expected !== null) return refused("invalid", `expected ${expected}`);
  if (passphrase === undefined && holdsEntriesAlone(parts)) return refused("passphrase", needsPassphrase);
  if (writing.has(parts)) return refused("path", "Another backup of this desk is being written.");
  writing.add(parts);
  try {
    return await writeWhole(parts, ports, request);
  } finally {
    writing.delete(parts);
    parts.emit("progress", { task: "backup", done: 0, of: 0, text: "" });
  }
}

const writing = new WeakSet<DeskParts>();

async function writeWhole(
  parts: DeskParts,
  ports: Ports,
  request: BackupRequest,
): Promise<Answer<BackupView>> {
  const { path, passphrase, withIdentity = false } = request;
  const unfinished = `${path}.unfinished`;
  try {
    const taken = await prepare(path, unfinished, ports.vault);
    if (taken !== null) return refused("path", taken);
    const written = await writeInto(unfinished, parts, ports, request);
    // Windows doesn't put a folder in the place of another, not even of an empty one.
    await rmdir(path).catch(ignoreMissing);
    await rename(unfinished, path);
    await syncFolder(dirname(path));
    await forgetUnderway(ports.vault);
    const openedBy = passphrase === undefined ? "identity" : "passphrase";
    return { kind: "done", value: { path, ...written, openedBy, withIdentity } };
  } catch (error) {
    await removeUnfinished(unfinished);
    await forgetUnderway(ports.vault);
    const { code } = error as NodeJS.ErrnoException;
    // What the disk says of the place that was asked for; all else is a fault of this desk.
    if (!(error instanceof Error) || typeof code !== "string" || !("syscall" in error)) throw error;
    const why = code === "ENOSPC" ? "the disk is full" : code;
    return refused("path", `The backup can't be written there: ${why}. Nothing of it is left.`);
  }
}

const needsPassphrase =
  "Some entries are at this desk alone, so a backup must open without it. Give a passphrase (--passphrase-file FILE).";

/** What was expected of the request, where it is another thing. */
function objectTo({ path, passphrase, withIdentity }: BackupRequest): string | null {
  if (!isAbsolute(path)) return "an absolute path";
  return withIdentity && passphrase === undefined ? "a passphrase, as the identity is to be in it" : null;
}

/** An empty folder to write into. Text: why there can be none. */
async function prepare(path: string, unfinished: string, vault: Ports["vault"]): Promise<string | null> {
  const there = await readdir(path).catch(ignoreMissing);
  if (there && there.length > 0) return "Expected a folder that isn't there yet, or is empty";
  await removeUnfinished(unfinished);
  await makeFolders(dirname(path));
  await noteUnderway(vault, unfinished);
  await mkdir(unfinished, { mode: 0o700 });
  return null;
}

function ignoreMissing(error: NodeJS.ErrnoException): undefined {
  if (error.code !== "ENOENT" && error.code !== "ENOTDIR") throw error;
}

async function writeInto(
  folder: string,
  parts: DeskParts,
  ports: Ports,
  { passphrase, withIdentity = false }: BackupRequest,
): Promise<Pick<BackupView, "entries" | "snapshots" | "bytes">> {
  const { random } = parts;
  const key = random.bytes(keyLength);
  const header = { branch: parts.branchId, desk: parts.own.desk, madeAt: parts.clock.now() };
  const how = { ...ports, random, ...(passphrase === undefined ? {} : { passphrase }) };
  await writeHeader(folder, { ...header, key: await wrapKey(key, header, how) });
  const archive = await createArchive(folder, key, random);
  try {
    const entries = await writeLog(archive, parts);
    const snapshots = await writeSnapshots(archive, parts);
    if (withIdentity) await writeIdentity(archive, ports);
    await archive.end();
    await syncFolder(folder);
    return { entries, snapshots, bytes: archive.bytes };
  } finally {
    await archive.close();
  }
}

/**
 * A beginning of each feed, as a desk holds it that is a little behind. `branch` is first: what it says of batches and
 * desks is about entries that are in the outages by then.
 */
async function writeLog(archive: ArchiveWriter, parts: DeskParts): Promise<number> {
  let entries = 0;
  const journals = [...parts.ledger.books.all()].sort(
    (a, b) => Number(b.document.name === "branch") - Number(a.document.name === "branch"),
  );
  for (const { document } of journals) {
    const { name } = document;
    for (const update of updatesSince(document, new Map())) {
      await archive.add({ kind: "log", document: name }, update);
      const guarded = guardUpdate(update);
      if (guarded.kind === "append") entries += guarded.texts.length;
      tell(parts, archive, `Writing ${name}`);
    }
  }
  return entries;
}

async function writeSnapshots(archive: ArchiveWriter, parts: DeskParts): Promise<number> {
  let written = 0;
  for (const { sha256, size } of parts.library.held()) {
    const snapshot = await parts.library.open(sha256);
    // It was replaced meanwhile, and nobody needs it.
    if (!snapshot) continue;
    await archive.add({ kind: "snapshot", sha256, size });
    for await (const piece of snapshot.bytes(0)) {
      await archive.add({ kind: "package" }, piece);
      tell(parts, archive, "Writing patron data");
    }
    written += 1;
  }
  return written;
}

/** Not its wrapping key, which opens what lies on this disk alone; nor invites, which would be good a second time. */
async function writeIdentity(archive: ArchiveWriter, { vault }: Ports): Promise<void> {
  for (const name of await vault.names()) {
    if (/^(wrapping-key-|invites)/.test(name) || name === underwayName) continue;
    const text = await vault.read(name);
    if (text !== null) await archive.add({ kind: "identity", name }, Buffer.from(text));
  }
}

function tell({ emit }: DeskParts, { bytes }: ArchiveWriter, text: string): void {
  emit("progress", { task: "backup", done: bytes, text: `${text}: ${Math.ceil(bytes / 1024)} KiB so far` });
}

function refused(kind: string, text: string): Answer<never> {
  return { kind: "refused", refusal: { kind, text } };
}
