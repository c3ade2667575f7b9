/**
 * Makes a snapshot of CSV files. Every file is read whole before anything counts: a file that can't be read leaves the
 * old snapshot in force, a bad row never ends the import. Memory: what the records are known by.
 */
import { nameColumns } from "./column-names.ts";
import { readCsv } from "./csv-source.ts";
import { openKoha } from "./koha-database.ts";
import { type Mapping, readMapping } from "./mapping.ts";
import type { PackHeader } from "./pack.ts";
import { addBlocks, copyRecords, countRecords, type KnownKeys, packRecords } from "./pack-records.ts";
import { recordToLine } from "./record.ts";
import { parseRow, type SnapshotFile, snapshotFiles } from "./row.ts";
import { readPolicy, readTakenAt } from "./side-text.ts";
import type { Snapshot } from "./snapshot.ts";
import type { SnapshotMeta, SnapshotStore, Stage } from "./snapshot-store.ts";
import { createSortedRuns, type SortedRuns } from "./sorted-runs.ts";
import {
  blocksFile,
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
  /** In force: what a block list by itself is added to. */
  readonly base?: Snapshot | null;
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
    const koha = await openKoha(opened.source);
    if (koha.kind === "refused") return { ...koha, report: [] };
    try {
      const looked = await lookAt(koha.source);
      if (looked.kind === "refused") return { ...looked, report: [] };
      return await importFiles(options, looked, startedAt);
    } finally {
      if (koha.source !== opened.source) await koha.source.close();
    }
  } finally {
    await opened.source.close();
  }
}

async function importFiles(
  options: ImportOptions,
  looked: Extract<Looked, { kind: "files" }>,
  startedAt: number,
): Promise<ImportResult> {
  const { files, blocks, policy } = looked;
  const stage = await options.store.stageImport();
  let sorting: Stage | undefined;
  let ended = false;
  try {
    sorting = await options.store.stageSorting();
    const runs = createSortedRuns(sorting.level);
    // A block list by itself says nothing of anybody who isn't on it.
    const base = files.length === 0 ? (options.base ?? null) : null;
    const known: KnownKeys = new Map();
    if (base !== null) await copyRecords(base, runs, known, options.onProgress);
    const read = await readFiles(options, files, runs, known, looked.mapping);
    if (read.kind === "refused") return read;
    const listed = blocks === null ? null : await addBlocks(blocks, runs, known);
    if (typeof listed === "string") {
      return { ...refuseSource(`${blocksFile}: ${listed}`, blocksFile), report: read.report };
    }
    const report = listed === null ? read.report : [...read.report, listed.report];
    const counts = countRecords(known);
    if (counts.patron === 0 && counts.item === 0) {
      return { ...refuseSource("The files hold no patron and no item"), report };
    }
    const header: PackHeader =
      base === null
        ? {
            ...{
              takenAt: looked.takenAt,
              counts,
              files: files.filter(({ source }) => source.isPartial !== true).map(({ file }) => file.kind),
            },
            ...(policy === null ? {} : { policy }),
          }
        : { ...base.meta, counts };
    const { level } = stage;
    const { onProgress } = options;
    const meta = await packRecords({ level, header, runs, blocks: listed?.blocks ?? new Map(), onProgress });
    await stage.finish(meta);
    ended = true;
    const tookMs = options.clock.monotonic() - startedAt;
    return { kind: "imported", sha256: meta.sha256, meta, report, tookMs };
  } finally {
    try {
      await sorting?.discard();
    } finally {
      if (!ended) await stage.discard();
    }
  }
}

type Looked =
  | {
      readonly kind: "files";
      readonly files: readonly { readonly file: SnapshotFile; readonly source: SourceFile }[];
      readonly takenAt: number;
      /** As the package carries it; null where there is none. */
      readonly policy: string | null;
      readonly blocks: SourceFile | null;
      readonly mapping: Mapping;
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
  const blocks = found.get(blocksFile) ?? null;
  const isListAlone = blocks !== null && found.size === 1;
  if (!isListAlone && !files.some(({ file }) => file.kind === "patron" || file.kind === "item")) {
    return refuseSource("It holds neither patrons.csv nor items.csv, and no borrowers.db");
  }
  const stated = await readTakenAt(found);
  if (stated.kind === "refused") return stated;
  const mapping = await readMapping(found);
  if (mapping.kind === "refused") return mapping;
  const policy = await readPolicy(found);
  if (policy.kind === "refused") return policy;
  return {
    kind: "files",
    files,
    takenAt: stated.takenAt ?? (newest || (blocks?.changedAt ?? 0)),
    policy: policy.text,
    blocks,
    mapping,
  };
}

type Read =
  | { readonly kind: "read"; readonly report: readonly FileReport[] }
  | (SourceRefused & { readonly report: readonly FileReport[] });

/** Of two records with one key, the later row stays. */
async function readFiles(
  options: ImportOptions,
  files: Extract<Looked, { kind: "files" }>["files"],
  runs: SortedRuns,
  known: KnownKeys,
  mapping: Mapping,
): Promise<Read> {
  const report: FileReport[] = [];
  for (const { file, source } of files) {
    const keys = new Set<string>();
    known.set(file.kind, keys);
    const read = await readOne(options, file, source, keys, runs, mapping);
    if (typeof read === "string")
      return { ...refuseSource(`${source.table ?? file.name}: ${read}`, file.name), report };
    report.push(read);
    if (read.kept === 0 && read.refused > 0) {
      const first = read.reasons[0];
      const text = `${read.name}: no row can be read; line ${first?.line}: ${first?.reason}`;
      return { ...refuseSource(text, file.name), report };
    }
  }
  return { kind: "read", report };
}

const reasonLimit = 20;
const progressRows = 500;

/** Text: why the file as a whole can't be read. */
async function readOne(
  options: ImportOptions,
  file: SnapshotFile,
  source: SourceFile,
  keys: Set<string>,
  runs: SortedRuns,
  mapping: Mapping,
): Promise<FileReport | string> {
  const reasons: { line: number; reason: string }[] = [];
  const name = source.table ?? file.name;
  let read = 0;
  let bad = 0;
  const tell = (): void =>
    options.onProgress?.({
      done: read,
      text: `Reading ${name}: ${read} rows read, ${keys.size} kept, ${bad} refused`,
    });
  const refuse = (line: number, reason: string): void => {
    bad += 1;
    if (reasons.length < reasonLimit)
      reasons.push({ line: source.table === undefined ? line : read, reason });
  };
  try {
    const rename = (header: readonly string[]) =>
      nameColumns(header, file.kind, file.columns.known, mapping.columns.get(file.name));
    const csv = await readCsv(source.read(), { ...file.columns, rename });
    if (csv.kind === "unreadable") return csv.reason;
    for await (const rows of csv.rows)
      for (const row of rows) {
        // Before the next one counts, so that what is told adds up.
        if (read > 0 && read % progressRows === 0) tell();
        read += 1;
        if (row.kind === "refused") {
          refuse(row.line, row.reason);
          continue;
        }
        const parsed = parseRow(file.kind, row.fields, mapping.dates);
        if (parsed.kind === "refused") {
          refuse(row.line, parsed.reason);
          continue;
        }
        const key = parsed.parts.join("\0");
        keys.add(key);
        const putting = runs.put(file.kind, key, recordToLine(parsed.record));
        if (putting) await putting;
      }
  } catch (error) {
    if (error instanceof SourceUnreadable) return `it ${error.message}`;
    throw error;
  }
  tell();
  const duplicates = read - bad - keys.size;
  return { name, read, kept: keys.size, refused: bad, duplicates, reasons };
}
