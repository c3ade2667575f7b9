/**
 * Makes a snapshot of CSV files. Every file is read whole before anything counts: a file that can't be read leaves the
 * old snapshot in force, a bad row never ends the import. Memory: what the records are known by.
 */
import type { EncryptedLevel } from "../store/encrypted-levels.ts";
import { readCsv } from "./csv-source.ts";
import { createPackWriter, headerToLine, type PackHeader, type RecordCounts } from "./pack.ts";
import {
  parseRecord,
  primaryKey,
  type RecordKind,
  recordKinds,
  recordToLine,
  secondaryKey,
} from "./record.ts";
import { parseRow, type SnapshotFile, snapshotFiles } from "./row.ts";
import { readPolicy, readTakenAt } from "./side-text.ts";
import { createWriteBuffer, inOrder, type WriteBuffer } from "./slices.ts";
import type { SnapshotMeta, SnapshotStore } from "./snapshot-store.ts";
import {
  type OpenedSource,
  refuseSource,
  type Source,
  type SourceFile,
  type SourceRefused,
  SourceUnreadable,
} from "./source-file.ts";

export interface ImportOptions {
  /** Where the files lie; closed when they have been read. */
  readonly open: () => Promise<OpenedSource>;
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

/** Faults of this desk's disk reject; what is wrong with the files or their place is returned. */
export async function importSnapshot(options: ImportOptions): Promise<ImportResult> {
  const startedAt = options.clock.monotonic();
  const opened = await options.open();
  if (opened.kind === "refused") return { ...opened, report: [] };
  try {
    const looked = await lookAt(opened.source);
    if (looked.kind === "refused") return { ...looked, report: [] };
    return await importFiles(options, looked, startedAt);
  } finally {
    await opened.source.close();
  }
}

async function importFiles(
  options: ImportOptions,
  { files, takenAt, policy }: Extract<Looked, { kind: "files" }>,
  startedAt: number,
): Promise<ImportResult> {
  const stage = await options.store.stageImport();
  let ended = false;
  try {
    const read = await readFiles(options, files, stage.level);
    if (read.kind === "refused") return read;
    const kinds = files.map(({ file }) => file.kind);
    const header: PackHeader = {
      ...{ takenAt, counts: read.counts, files: kinds },
      ...(policy === null ? {} : { policy }),
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

type Looked =
  | {
      readonly kind: "files";
      readonly files: readonly { readonly file: SnapshotFile; readonly source: SourceFile }[];
      readonly takenAt: number;
      /** As the package carries it; null where there is none. */
      readonly policy: string | null;
    }
  | SourceRefused;

async function lookAt({ files: found }: Source): Promise<Looked> {
  const files: { file: SnapshotFile; source: SourceFile }[] = [];
  let newest = 0;
  for (const file of snapshotFiles) {
    const source = found.get(file.name);
    if (source === undefined) continue;
    files.push({ file, source });
    newest = Math.max(newest, source.changedAt);
  }
  if (!files.some(({ file }) => file.kind === "patron" || file.kind === "item")) {
    return refuseSource("It holds neither patrons.csv nor items.csv");
  }
  const stated = await readTakenAt(found);
  if (stated.kind === "refused") return stated;
  const policy = await readPolicy(found);
  if (policy.kind === "refused") return policy;
  return { kind: "files", files, takenAt: stated.takenAt ?? newest, policy: policy.text };
}

type Known = ReadonlyMap<RecordKind, ReadonlySet<string>>;

type Read =
  | {
      readonly kind: "read";
      readonly known: Known;
      readonly counts: RecordCounts;
      readonly report: readonly FileReport[];
    }
  | (SourceRefused & { readonly report: readonly FileReport[] });

/** Puts every record under its key: of two with one key, the later row stays. */
async function readFiles(
  options: ImportOptions,
  files: Extract<Looked, { kind: "files" }>["files"],
  level: EncryptedLevel,
): Promise<Read> {
  const buffer = createWriteBuffer(level);
  const known = new Map<RecordKind, Set<string>>();
  const report: FileReport[] = [];
  for (const { file, source } of files) {
    const keys = new Set<string>();
    known.set(file.kind, keys);
    const read = await readOne(options, file, source, keys, level, buffer);
    if (typeof read === "string") return { ...refuseSource(`${file.name}: ${read}`, file.name), report };
    report.push(read);
    if (read.kept === 0 && read.refused > 0) {
      const first = read.reasons[0];
      const text = `${file.name}: no row can be read; line ${first?.line}: ${first?.reason}`;
      return { ...refuseSource(text, file.name), report };
    }
  }
  await buffer.flush();
  const counts = Object.fromEntries(recordKinds.map((kind) => [kind, known.get(kind)?.size ?? 0]));
  if (counts.patron === 0 && counts.item === 0) {
    return { ...refuseSource("The files hold no patron and no item"), report };
  }
  return { kind: "read", known, counts: counts as RecordCounts, report };
}

const reasonLimit = 20;
const progressRows = 500;

/** Text: why the file as a whole can't be read. */
async function readOne(
  options: ImportOptions,
  file: SnapshotFile,
  source: SourceFile,
  keys: Set<string>,
  level: EncryptedLevel,
  buffer: WriteBuffer,
): Promise<FileReport | string> {
  const reasons: { line: number; reason: string }[] = [];
  let read = 0;
  let bad = 0;
  const tell = (): void =>
    options.onProgress?.({
      done: read,
      text: `Reading ${file.name}: ${read} rows read, ${keys.size} kept, ${bad} refused`,
    });
  const refuse = (line: number, reason: string): void => {
    bad += 1;
    if (reasons.length < reasonLimit) reasons.push({ line, reason });
  };
  try {
    const csv = await readCsv(source.read(), file.columns);
    if (csv.kind === "unreadable") return csv.reason;
    for await (const row of csv.rows) {
      read += 1;
      if (read % progressRows === 0) tell();
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
    if (error instanceof SourceUnreadable) return `it ${error.message}`;
    throw error;
  }
  tell();
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
