/**
 * A backup becomes a data folder. All of it is read and proven first: every frame, every entry's hash and signature,
 * every snapshot's SHA-256; then it is written beside the data folder, under keys of its own, and takes its place at once.
 */
import { createHash } from "node:crypto";
import { readdir } from "node:fs/promises";
import { join, relative } from "node:path";
import { createLogDocument, type LogDocument } from "../../crdt/log/document.ts";
import { segmentNameToText } from "../../crdt/log/feed-name.ts";
import { guardUpdate } from "../../crdt/log/guard.ts";
import { keyName, loadMembership, membershipName } from "../identity.ts";
import type { Vault } from "../ports.ts";
import { createFileVault, realRandom } from "../real-ports.ts";
import { receivePack } from "../snapshot/fetch.ts";
import { openSnapshotStore } from "../snapshot/snapshot-store.ts";
import { createEncryptedLevels } from "../store/encrypted-levels.ts";
import { createKeyRing, type KeyRing } from "../store/key-ring.ts";
import { createLevels } from "../store/level.ts";
import { createDiskFolders } from "../store/log-folders.ts";
import { createLogStores } from "../store/log-store.ts";
import { type BackupHeader, BackupUnreadable, type Frame, readHeader, withArchive } from "./archive.ts";
import { unwrapKey, WrongPassphrase } from "./archive-key.ts";
import { createPlaces, isReplaceable } from "./places.ts";

export interface RestoreOptions {
  /** The backup. */
  readonly folder: string;
  readonly passphrase?: string;
  readonly dataDir: string;
  readonly identityDir: string;
  readonly onProgress: (text: string) => void;
}

export interface Restored {
  readonly branch: string;
  readonly madeAt: number;
  readonly entries: number;
  readonly snapshots: number;
  /** `old`: that of the backup, or what this PC has already. `none`: it is no desk yet. */
  readonly identity: "old" | "none";
}

export type RestoreAnswer =
  | { readonly kind: "restored"; readonly restored: Restored }
  /** Nothing has changed. */
  | { readonly kind: "refused" | "wrong-passphrase"; readonly text: string };

/** What was written until something failed is removed. */
export async function restoreBackup(options: RestoreOptions): Promise<RestoreAnswer> {
  try {
    return await restoreChecked(options);
  } catch (error) {
    if (error instanceof BackupUnreadable) return { kind: "refused", text: error.message };
    if (error instanceof WrongPassphrase) return { kind: "wrong-passphrase", text: error.message };
    const why = whyUnwritten(error);
    if (why === null) throw error;
    return { kind: "refused", text: `The data folder ${options.dataDir} can't be written: ${why}` };
  }
}

async function restoreChecked(options: RestoreOptions): Promise<RestoreAnswer> {
  const { folder, dataDir, passphrase, onProgress } = options;
  const header = await readHeader(folder);
  if ((await namesIn(dataDir)).length > 0)
    return { kind: "refused", text: `The data folder ${dataDir} is not empty; choose another (--data-dir)` };
  const identity = await lookAtIdentity(options, header);
  if (typeof identity === "string") return { kind: "refused", text: identity };
  for (const place of identity.isApart ? [options.identityDir, dataDir] : [dataDir])
    if (!(await isReplaceable(place))) {
      const text = `The folder ${place} can't be replaced: a disk is mounted there; choose a folder in it (--data-dir, --identity-dir)`;
      return { kind: "refused", text };
    }
  const keys = identity.held ? createKeyRing(identity.held, noFiles, realRandom) : noKeys;
  const key = await unwrapKey(header, {
    keys,
    random: realRandom,
    ...(passphrase === undefined ? {} : { passphrase }),
  });
  onProgress("Checking the backup");
  const found = await withArchive(folder, key, (frames) => checkArchive(frames, header.branch));
  if (identity.held && found.identity.size > 0 && !(await isSame(identity.held, found.identity))) {
    const text = `${options.identityDir} holds an identity, and so does the backup; choose another folder (--identity-dir)`;
    return { kind: "refused", text };
  }
  onProgress("Writing the data folder");
  await withArchive(folder, key, (frames) => writeFolders(options, identity, frames));
  const { entries, snapshots } = found;
  const isDesk = identity.isDesk || found.identity.size > 0;
  const restored = { branch: header.branch, madeAt: header.madeAt, entries, snapshots };
  return { kind: "restored", restored: { ...restored, identity: isDesk ? "old" : "none" } };
}

interface Identity {
  /** The identity folder that is there already. */
  readonly held: Vault | null;
  /** By what is held. */
  readonly isDesk: boolean;
  /** There is none, and it is to be written into a folder of its own; else it is in the data folder. */
  readonly isApart: boolean;
}

/** Text: why this PC can't take the backup. */
async function lookAtIdentity(
  { dataDir, identityDir }: RestoreOptions,
  { branch }: BackupHeader,
): Promise<Identity | string> {
  const below = relative(dataDir, identityDir);
  const isInside = below !== "" && !below.startsWith("..");
  if (isInside || (await namesIn(identityDir)).length === 0)
    return { held: null, isDesk: false, isApart: !isInside };
  const held = await createFileVault(identityDir);
  const membership = await loadMembership(held);
  if (membership && membership.branch !== branch)
    return `The identity in ${identityDir} belongs to another branch than the backup`;
  return { held, isDesk: membership !== null, isApart: false };
}

/** As a restore leaves it that the power ended between its two folders: then the data alone are missing. */
async function isSame(held: Vault, files: Found["identity"]): Promise<boolean> {
  const texts = await Promise.all([keyName, membershipName].map((name) => held.read(name)));
  return texts[0] === files.get(keyName) && texts[1] === files.get(membershipName);
}

interface Found {
  readonly entries: number;
  readonly snapshots: number;
  /** Files of the identity folder, by name. */
  readonly identity: ReadonlyMap<string, string>;
}

/** Throws {@link BackupUnreadable} for the first thing that doesn't fit. */
async function checkArchive(frames: AsyncIterable<Frame>, branch: string): Promise<Found> {
  const documents = new Map<string, LogDocument>();
  const reader = createPackageReader(frames);
  let entries = 0;
  let snapshots = 0;
  const identity = new Map<string, string>();
  for (let frame = await reader.next(); frame; frame = await reader.next()) {
    const { head, bytes } = frame;
    if (head.kind === "identity") identity.set(head.name, toText(bytes));
    if (head.kind === "log") {
      const document = documents.get(head.document) ?? emptyDocument(branch, head.document);
      documents.set(head.document, document);
      const accepted = document.accept(bytes);
      if (accepted.kind !== "advanced")
        throw new BackupUnreadable(`The backup is wrong: a part of ${head.document} can't be proven`);
      entries += accepted.advance.count - accepted.advance.from;
    }
    if (head.kind !== "snapshot") continue;
    snapshots += 1;
    const hash = createHash("sha256");
    let size = 0;
    for await (const piece of reader.pieces()) {
      hash.update(piece);
      size += piece.length;
    }
    if (size !== head.size || hash.digest("hex") !== head.sha256)
      throw new BackupUnreadable("The backup is wrong: the patron data in it is not what it is named by");
  }
  if (!documents.has("branch")) throw new BackupUnreadable("The backup is wrong: there is no branch in it");
  return { entries, snapshots, identity };
}

function emptyDocument(branch: string, name: string): LogDocument {
  const unheard = { onEntries: () => undefined, onTwin: () => undefined };
  // Whose entries count is for the desk to say when it opens them.
  return createLogDocument(branch, name, () => null, unheard);
}

/** Frames one by one; `pieces` gives those of a snapshot, up to whatever comes behind them. */
function createPackageReader(frames: AsyncIterable<Frame>) {
  const iterator = frames[Symbol.asyncIterator]();
  let held: Frame | null = null;
  async function next(): Promise<Frame | null> {
    const frame = held ?? (await take());
    held = null;
    return frame;
  }
  async function take(): Promise<Frame | null> {
    const taken = await iterator.next();
    return taken.done ? null : taken.value;
  }
  return {
    next,
    async *pieces(): AsyncGenerator<Uint8Array> {
      for (let frame = await next(); frame; frame = await next()) {
        if (frame.head.kind !== "package") {
          held = frame;
          return;
        }
        yield frame.bytes;
      }
    },
  };
}

async function writeFolders(
  { dataDir, identityDir }: RestoreOptions,
  { held, isApart }: Identity,
  frames: AsyncIterable<Frame>,
): Promise<void> {
  const places = createPlaces();
  try {
    // The identity goes first: data without it would be taken for somebody else's.
    const apart = isApart ? await places.beside(identityDir) : null;
    const data = await places.beside(dataDir);
    const vault = held ?? (await createFileVault(apart ?? join(data, relative(dataDir, identityDir))));
    await writeFrames(frames, data, vault, held === null);
    await places.take();
  } catch (error) {
    await places.clear();
    throw error;
  }
}

async function writeFrames(
  frames: AsyncIterable<Frame>,
  data: string,
  vault: Vault,
  withIdentity: boolean,
): Promise<void> {
  const keys = createKeyRing(vault, await createFileVault(join(data, "keys")), realRandom);
  const trouble = (text: string): void => {
    throw new Error(text);
  };
  const stores = createLogStores(await createDiskFolders(join(data, "log")), keys, trouble);
  const levels = createEncryptedLevels(createLevels(join(data, "snapshots")), keys);
  const { store } = await openSnapshotStore(levels);
  const reader = createPackageReader(frames);
  const opened = new Map<string, Awaited<ReturnType<typeof stores.open>>>();
  try {
    for (let frame = await reader.next(); frame; frame = await reader.next()) {
      const { head, bytes } = frame;
      if (head.kind === "identity" && withIdentity) await vault.write(head.name, toText(bytes));
      if (head.kind === "snapshot") {
        const readRange = () => reader.pieces();
        const received = await receivePack({ ...head, store, readRange });
        if (received.kind !== "received") throw new BackupUnreadable(`The backup is wrong: ${received.text}`);
      }
      if (head.kind !== "log") continue;
      const log = opened.get(head.document) ?? (await stores.open(head.document));
      opened.set(head.document, log);
      await log.write([{ segment: segmentOf(bytes), update: Uint8Array.from(bytes) }]);
    }
  } finally {
    for (const log of opened.values()) await log.close();
    await store.close();
  }
}

function toText(bytes: Uint8Array): string {
  return Buffer.from(bytes).toString("utf8");
}

function segmentOf(update: Uint8Array): string {
  const guarded = guardUpdate(update);
  const segment = guarded.kind === "append" ? guarded.segment : undefined;
  if (!segment)
    throw new BackupUnreadable("The backup is wrong: a part of the log doesn't begin at its beginning");
  return segmentNameToText(segment);
}

/** What the disk says; LevelDB says it in words. `null`: it is about something else. */
function whyUnwritten(error: unknown): string | null {
  for (let cause = error; cause instanceof Error; cause = cause.cause) {
    const { code, syscall } = cause as NodeJS.ErrnoException;
    if (code === "ENOSPC" || /No space left/.test(cause.message)) return "the disk is full";
    if (syscall !== undefined && code !== undefined) return code;
  }
  return null;
}

async function namesIn(folder: string): Promise<readonly string[]> {
  try {
    return await readdir(folder);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "ENOENT") return [];
    throw error;
  }
}

/** Whoever has no identity yet opens nothing by it. */
const noKeys: Pick<KeyRing, "unseal"> = { unseal: async () => null };
/** The wrapping key alone is asked for: there are no wrapped keys to look after. */
const noFiles: Vault = {
  names: async () => [],
  read: async () => null,
  write: () => Promise.reject(new Error("nothing is written yet")),
  destroy: async () => undefined,
};
