/**
 * Makes a snapshot of a folder of CSV files. Every file is read whole before anything counts: a file that can't be
 * read leaves the old snapshot in force, a bad row never ends the import. Memory: what the records are known by.
 */
import { createReadStream } from "node:fs";
import { readFile, stat } from "node:fs/promises";
import { join } from "node:path";
import type { EncryptedLevel } from "../store/encrypted-levels.ts";
import { readCsv } from "./csv-source.ts";
import { createPackWriter, headerToLine, type PackHeader, type RecordCounts } from "./pack.ts";
import {
  parseJson,
  parseRecord,
  primaryKey,
  type RecordKind,
  recordKinds,
  recordToLine,
  secondaryKey,
} from "./record.ts";
import { parseRow, type SnapshotFile, snapshotFiles } from "./row.ts";
import { createWriteBuffer, inOrder, type WriteBuffer } from "./slices.ts";
import type { SnapshotMeta, SnapshotStore } from "./snapshot-store.ts";

export interface ImportOptions {
  readonly folder: string;
  readonly store: SnapshotStore;
  /** At least once every 1,000 rows. */
  readonly onProgress?: (progress: ImportProgress) => void;
  readonly clock: { monotonic(): number };
}

export interface ImportProgress {
  /** Rows read, records packed. */
  readonly done: number;
  /** Left out while it isn't known. */
  readonly of?: number;
  readonly text: string;
}

export interface FileReport {
  readonly name: string;
  /** Rows, without the header; `read` = `kept` + `refused` + `duplicates`. */
  readonly read: number;
  readonly kept: number;
  readonly refused: number;
  /** Rows that a later row of the same barcode took the place of. */
  readonly duplicates: number;
  /** The first 20 refused rows. */
  readonly reasons: readonly { readonly line: number; readonly reason: string }[];
}

export type ImportResult =
  | {
      readonly kind: "imported";
      readonly sha256: string;
      readonly meta: SnapshotMeta;
      readonly report: readonly FileReport[];
      readonly tookMs: number;
    }
  /** Nothing has changed. `file` is the one at fault, where it is one. */
  | {
      readonly kind: "refused";
      readonly text: string;
      readonly file?: string;
      readonly report: readonly FileReport[];
    };

/** Faults of this desk's disk reject; what is wrong with the folder or its files is returned. */
export async function importSnapshot(options: ImportOptions): Promise<ImportResult> {
  const startedAt = options.clock.monotonic();
  const looked = await lookAtFolder(options.folder);
  if (looked.kind === "refused") return { ...looked, report: [] };
  const stage = await options.store.stageImport();
  let ended = false;
  try {
    const read = await readFiles(options, looked.files, stage.level);
    if (read.kind === "refused") return read;
    const header: PackHeader = {
      takenAt: looked.takenAt,
      counts: read.counts,
      files: looked.files.map((file) => file.kind),
    };
    const meta = await pack(stage.level, header, read.known, options);
    await stage.finish(meta);
    ended = true;
    const tookMs = options.clock.monotonic() - startedAt;
    return { kind: "imported", sha256: meta.sha256, meta, report: read.report, tookMs };
  } finally {
    if (!ended) await stage.discard();
  }
}

interface Refused {
  readonly kind: "refused";
  readonly text: string;
  readonly file?: string;
}
type Looked =
  | { readonly kind: "files"; readonly files: readonly SnapshotFile[]; readonly takenAt: number }
  | Refused;

async function lookAtFolder(folder: string): Promise<Looked> {
  const found = await stateOf(folder);
  if (typeof found === "string") return refused(`The folder can't be read: ${found}`);
  if (!found?.isDirectory) return refused("There is no such folder");
  const files: SnapshotFile[] = [];
  let newest = 0;
  for (const file of snapshotFiles) {
    const state = await stateOf(join(folder, file.name));
    if (typeof state === "string") return refused(`${file.name} can't be read: ${state}`, file.name);
    if (state === null) continue;
    if (state.isDirectory) return refused(`${file.name} is a folder`, file.name);
    files.push(file);
    newest = Math.max(newest, Math.floor(state.changedAt));
  }
  if (!files.some((file) => file.kind === "patron" || file.kind === "item")) {
    return refused("The folder holds neither patrons.csv nor items.csv");
  }
  const stated = await readTakenAt(join(folder, "snapshot.json"));
  if (typeof stated === "string") return refused(stated, "snapshot.json");
  return { kind: "files", files, takenAt: stated ?? newest };
}

interface FileState {
  readonly isDirectory: boolean;
  readonly changedAt: number;
}

/** `null`: not there. Text: why it can't be looked at. */
async function stateOf(path: string): Promise<FileState | string | null> {
  try {
    const found = await stat(path);
    return { isDirectory: found.isDirectory(), changedAt: found.mtimeMs };
  } catch (error) {
    const code = errorCode(error);
    if (code === undefined) throw error;
    return code === "ENOENT" || code === "ENOTDIR" ? null : code;
  }
}

/** `null`: no such file. Text: what is wrong with it. */
async function readTakenAt(path: string): Promise<number | string | null> {
  let text: string;
  try {
    text = await readFile(path, "utf8");
  } catch (error) {
    const code = errorCode(error);
    if (code === undefined) throw error;
    return code === "ENOENT" ? null : `snapshot.json can't be read: ${code}`;
  }
  const parsed = parseJson(text.replace(/^\ufeff/, ""));
  const stated = typeof parsed === "object" && parsed !== null && "takenAt" in parsed ? parsed.takenAt : null;
  // Without an offset it would be another instant on a PC of another time zone.
  const isInstant = typeof stated === "string" && /T.*(Z|[+-]\d{2}:\d{2})$/.test(stated);
  const takenAt = isInstant ? Date.parse(stated) : stated;
  if (typeof takenAt === "number" && Number.isSafeInteger(takenAt) && takenAt > 0) return takenAt;
  return 'snapshot.json must be {"takenAt": "2026-01-31T18:00:00Z"}';
}

type Known = ReadonlyMap<RecordKind, ReadonlySet<string>>;

type Read =
  | {
      readonly kind: "read";
      readonly known: Known;
      readonly counts: RecordCounts;
      readonly report: readonly FileReport[];
    }
  | (Refused & { readonly report: readonly FileReport[] });

/** Puts every record under its key: of two with one key, the later row stays. */
async function readFiles(
  options: ImportOptions,
  files: readonly SnapshotFile[],
  level: EncryptedLevel,
): Promise<Read> {
  const buffer = createWriteBuffer(level);
  const known = new Map<RecordKind, Set<string>>();
  const report: FileReport[] = [];
  for (const file of files) {
    const keys = new Set<string>();
    known.set(file.kind, keys);
    const read = await readOne(options, file, keys, level, buffer);
    if (typeof read === "string") return { ...refused(`${file.name}: ${read}`, file.name), report };
    report.push(read);
    if (read.kept === 0 && read.refused > 0) {
      const first = read.reasons[0];
      const text = `${file.name}: no row can be read; line ${first?.line}: ${first?.reason}`;
      return { ...refused(text, file.name), report };
    }
  }
  await buffer.flush();
  const counts = Object.fromEntries(recordKinds.map((kind) => [kind, known.get(kind)?.size ?? 0]));
  if (counts.patron === 0 && counts.item === 0) {
    return { ...refused("The files hold no patron and no item"), report };
  }
  return { kind: "read", known, counts: counts as RecordCounts, report };
}

const reasonLimit = 20;
const progressRows = 500;

/** Text: why the file as a whole can't be read. */
async function readOne(
  options: ImportOptions,
  file: SnapshotFile,
  keys: Set<string>,
  level: EncryptedLevel,
  buffer: WriteBuffer,
): Promise<FileReport | string> {
  const reasons: { line: number; reason: string }[] = [];
  let read = 0;
  let bad = 0;
  const refuse = (line: number, reason: string): void => {
    bad += 1;
    if (reasons.length < reasonLimit) reasons.push({ line, reason });
  };
  try {
    const csv = await readCsv(createReadStream(join(options.folder, file.name)), file.columns);
    if (csv.kind === "unreadable") return csv.reason;
    for await (const row of csv.rows) {
      read += 1;
      if (read % progressRows === 0) options.onProgress?.({ done: read, text: `Reading ${file.name}` });
      if (row.kind === "refused") {
        refuse(row.line, row.reason);
        continue;
      }
      const parsed = parseRow(file.kind, row.fields);
      if (parsed.kind === "refused") {
        refuse(row.line, parsed.reason);
        continue;
      }
      keys.add(parsed.parts.join("\0"));
      await buffer.put(primaryKey(level, file.kind, parsed.parts), Buffer.from(recordToLine(parsed.record)));
    }
  } catch (error) {
    // Of the source only: what the database throws names no `syscall`.
    if (error instanceof Error && "syscall" in error) return `can't be read: ${errorCode(error)}`;
    throw error;
  }
  options.onProgress?.({ done: read, text: `Reading ${file.name}` });
  const duplicates = read - bad - keys.size;
  return { name: file.name, read, kept: keys.size, refused: bad, duplicates, reasons };
}

/** Writes the package in its order, and what is looked up by patron beside it. */
async function pack(
  level: EncryptedLevel,
  header: PackHeader,
  known: Known,
  options: ImportOptions,
): Promise<SnapshotMeta> {
  const buffer = createWriteBuffer(level);
  const writer = createPackWriter(buffer);
  const of = recordKinds.reduce((sum, kind) => sum + header.counts[kind], 0);
  let done = 0;
  await writer.write(headerToLine(header));
  for (const kind of recordKinds) {
    for await (const slice of inOrder(known.get(kind) ?? [])) {
      const lines = await level.getMany(slice.map((key) => primaryKey(level, kind, key.split("\0"))));
      for (const line of lines) {
        if (line === undefined) throw new Error("A record that was written is gone");
        await writer.write(line);
        if (kind !== "loan" && kind !== "hold") continue;
        const record = parseRecord(Buffer.from(line).toString("utf8"));
        const key = record === null ? undefined : secondaryKey(level, record);
        if (key !== undefined) await buffer.put(key, line);
      }
      done += slice.length;
      options.onProgress?.({ done, of, text: "Putting the snapshot together" });
    }
  }
  const { sha256, size } = await writer.end();
  await buffer.flush();
  return { ...header, sha256, size };
}

function refused(text: string, file?: string): Refused {
  return { kind: "refused", text, ...(file === undefined ? {} : { file }) };
}

/** Of an error of the file system, e.g. `EACCES`. */
function errorCode(error: unknown): string | undefined {
  return error instanceof Error && "code" in error && typeof error.code === "string" ? error.code : undefined;
}
