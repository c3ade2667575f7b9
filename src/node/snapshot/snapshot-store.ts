/**
 * The snapshots that this desk holds: one database each, named by the package's SHA-256. A database is whole when its
 * `complete` mark is there, which is written last and with sync. Anything less is an import that was cut short, and
 * is removed at the start, or a package on its way, which is gone on with.
 */
import { type EncryptedLevel, type EncryptedLevels, KeyGone } from "../store/encrypted-levels.ts";
import { takeOver } from "./former-form.ts";
import { completeKey } from "./keys.ts";
import { headerToLine, type PackHeader, parseHeader } from "./pack.ts";
import { parseJson } from "./record.ts";
import { createSnapshot, type Snapshot } from "./snapshot.ts";

export interface SnapshotMeta extends PackHeader {
  /** Hex. */
  readonly sha256: string;
  /** Of the package, bytes. */
  readonly size: number;
}

/** A database that is being filled. Exactly one of the three ends it. */
export interface Stage {
  readonly level: EncryptedLevel;
  /** Marks it as whole, under its name; from then on the store holds it. All else must be on disk already. */
  finish(meta: SnapshotMeta): Promise<void>;
  /** Closes it and keeps what is there. */
  leave(): Promise<void>;
  discard(): Promise<void>;
}

export interface SnapshotStore {
  /** Those that are whole, in no particular order. */
  held(): readonly SnapshotMeta[];
  /** The same value for the same name until it is removed; `null` when it isn't held. */
  open(sha256: string): Promise<Snapshot | null>;
  /** An empty database for an import. Throws while another import runs. */
  stageImport(): Promise<Stage>;
  /** An empty database for what an import sorts on its way. Throws while there is another. */
  stageSorting(): Promise<Stage>;
  /** An empty database for what is uploaded, until it has been read. Throws while there is another. */
  stageUpload(): Promise<Stage>;
  /** The database of a package on its way, with what came of it before. Throws while it is being received. */
  stageIncoming(sha256: string): Promise<Stage>;
  /** Hashes of all that is stored: whole, on its way, or damaged. */
  stored(): Promise<readonly string[]>;
  /** For ever: its key is destroyed. Whether it was held or on its way. */
  remove(sha256: string): Promise<void>;
  close(): Promise<void>;
}

export interface OpenedSnapshotStore {
  readonly store: SnapshotStore;
  /** Databases that were half-written, and are removed now. */
  readonly removed: readonly string[];
  /** Databases that can't be read, with the reason. They are left alone until the same snapshot comes again. */
  readonly damaged: readonly { readonly name: string; readonly reason: string }[];
}

/** Looks at what is there, and tidies. */
export async function openSnapshotStore(levels: EncryptedLevels): Promise<OpenedSnapshotStore> {
  const metas = new Map<string, SnapshotMeta>();
  const removed: string[] = [];
  const damaged: { name: string; reason: string }[] = [];
  const former: SnapshotMeta[] = [];
  for (const name of await levels.names()) {
    const found = await inspect(levels, name);
    if (found.kind === "whole") metas.set(name, found.meta);
    if (found.kind === "former") former.push(found.meta);
    if (found.kind === "damaged") damaged.push({ name, reason: found.reason });
    if (found.kind !== "half") continue;
    await levels.remove(name);
    removed.push(name);
  }
  for (const sha256 of metas.keys()) await levels.remove(incomingName(sha256));
  const store = createStore(levels, metas);
  for (const { sha256, size } of former) {
    const reason = await takeOver(levels, store, sha256, size);
    if (reason !== null) damaged.push({ name: sha256, reason });
  }
  return { store, removed, damaged };
}

const importName = "import";
const sortingName = "sorting";
const uploadName = "upload";
/** Never gone on with. */
const isPassing = (name: string): boolean => [importName, sortingName, uploadName].includes(name);
const namePattern = /^[0-9a-f]{64}$/;

function createStore(levels: EncryptedLevels, metas: Map<string, SnapshotMeta>): SnapshotStore {
  const opened = new Map<string, Promise<Snapshot>>();
  const filling: Filling = { levels, metas, stages: new Set() };

  async function closeSnapshot(sha256: string): Promise<void> {
    const snapshot = opened.get(sha256);
    opened.delete(sha256);
    await (await snapshot)?.close();
  }

  return {
    held: () => [...metas.values()],
    async open(sha256) {
      const meta = metas.get(sha256);
      if (meta === undefined) return null;
      const known = opened.get(sha256);
      if (known !== undefined) return known;
      const opening = levels.open(sha256).then((level) => createSnapshot(level, meta));
      opened.set(sha256, opening);
      opening.catch(() => opened.delete(sha256));
      return opening;
    },
    stageImport: () => openStage(filling, importName),
    stageSorting: () => openStage(filling, sortingName),
    stageUpload: () => openStage(filling, uploadName),
    async stageIncoming(sha256) {
      if (!namePattern.test(sha256)) throw new Error("A snapshot is named by 64 hex digits");
      return openStage(filling, incomingName(sha256));
    },
    async stored() {
      const hashes = (await levels.names()).map((name) => name.replace(/^incoming-/, ""));
      return [...new Set(hashes)].filter((hash) => namePattern.test(hash));
    },
    async remove(sha256) {
      if (!namePattern.test(sha256)) throw new Error("A snapshot is named by 64 hex digits");
      await closeSnapshot(sha256);
      metas.delete(sha256);
      await levels.remove(sha256);
      if (!filling.stages.has(incomingName(sha256))) await levels.remove(incomingName(sha256));
    },
    async close() {
      await Promise.all([...opened.keys()].map(closeSnapshot));
    },
  };
}

interface Filling {
  readonly levels: EncryptedLevels;
  readonly metas: Map<string, SnapshotMeta>;
  /** Names of the databases that are being filled. */
  readonly stages: Set<string>;
}

async function openStage({ levels, metas, stages }: Filling, name: string): Promise<Stage> {
  if (stages.has(name)) throw new Error(`${name} is being filled already`);
  stages.add(name);
  let level: EncryptedLevel;
  try {
    if (isPassing(name)) await levels.remove(name);
    // What an earlier try left behind may be damaged: it is fetched again as a whole.
    level = await levels.open(name).catch(async () => {
      await levels.remove(name);
      return levels.open(name);
    });
  } catch (error) {
    stages.delete(name);
    throw error;
  }
  async function end(then: () => Promise<void>): Promise<void> {
    try {
      await level.close();
      await then();
    } finally {
      stages.delete(name);
    }
  }
  const discard = (): Promise<void> => end(() => levels.remove(name));
  return {
    level,
    leave: () => end(async () => undefined),
    discard,
    async finish(meta) {
      if (metas.has(meta.sha256)) return discard();
      const value = Buffer.from(metaToText(meta));
      await level.batch([{ type: "put", key: completeKey, value }], { sync: true });
      await end(async () => {
        // What may stand there under this name is damaged, or it would be held.
        await levels.remove(meta.sha256);
        await levels.rename(name, meta.sha256);
        metas.set(meta.sha256, meta);
      });
    },
  };
}

const incomingName = (sha256: string): string => `incoming-${sha256}`;

type Inspected =
  | { readonly kind: "whole" | "former"; readonly meta: SnapshotMeta }
  | { readonly kind: "half" | "other" }
  | { readonly kind: "damaged"; readonly reason: string };

async function inspect(levels: EncryptedLevels, name: string): Promise<Inspected> {
  if (isPassing(name)) return { kind: "half" };
  if (!namePattern.test(name)) return { kind: "other" };
  try {
    const level = await levels.open(name);
    try {
      const mark = await level.get(completeKey);
      if (mark === undefined) return { kind: "half" };
      const read = parseMark(Buffer.from(mark).toString("utf8"));
      return read?.meta.sha256 === name ? read : { kind: "damaged", reason: "its mark can't be read" };
    } finally {
      await level.close();
    }
  } catch (error) {
    // Whatever destroyed the key meant to remove this too.
    if (error instanceof KeyGone) return { kind: "half" };
    return { kind: "damaged", reason: error instanceof Error ? error.message : String(error) };
  }
}

function metaToText(meta: SnapshotMeta): string {
  return JSON.stringify({ form, sha256: meta.sha256, size: meta.size, header: headerToLine(meta) });
}

/** How it lies in its database. The first form, which didn't say so, had each record under a key of its own. */
const form = 2;

function parseMark(text: string): Extract<Inspected, { meta: SnapshotMeta }> | null {
  const parsed = parseJson(text);
  if (typeof parsed !== "object" || parsed === null) return null;
  const { sha256, size, header, ...more } = parsed as Partial<Record<string, unknown>>;
  const kind = more.form === form ? "whole" : more.form === undefined ? "former" : null;
  if (typeof sha256 !== "string" || typeof size !== "number" || typeof header !== "string") return null;
  const read = parseHeader(header);
  return read === null || kind === null ? null : { kind, meta: { ...read, sha256, size } };
}
