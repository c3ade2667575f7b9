/**
 * The records of an import: those of the snapshot in force that a block list is added to, and all of them as the package
 * that is sent and named.
 */
import type { EncryptedLevel } from "../store/encrypted-levels.ts";
import { readBlockList } from "./block-list.ts";
import { createBlockWriter } from "./block-writer.ts";
import type { FileReport, ImportProgress } from "./import.ts";
import { headerToLine, type PackHeader, type RecordCounts, readLines } from "./pack.ts";
import {
  letters,
  lookUpKeys,
  parseRecord,
  type RecordKind,
  recordKinds,
  recordToLine,
  recordToParts,
} from "./record.ts";
import { breathe, createWriteBuffer } from "./slices.ts";
import type { Snapshot } from "./snapshot.ts";
import type { SnapshotMeta } from "./snapshot-store.ts";
import type { SortedRuns } from "./sorted-runs.ts";
import { blocksFile, type SourceFile } from "./source-file.ts";

/** What the records of each kind are known by, their parts joined. */
export type KnownKeys = Map<RecordKind, Set<string>>;
type OnProgress = ((progress: ImportProgress) => void) | undefined;

export function countRecords(known: KnownKeys): RecordCounts {
  const counts = recordKinds.map((kind) => [kind, known.get(kind)?.size ?? 0]);
  return Object.fromEntries(counts) as RecordCounts;
}

function keysOf(known: KnownKeys, kind: RecordKind): Set<string> {
  const keys = known.get(kind) ?? new Set();
  known.set(kind, keys);
  return keys;
}

/** All records of a snapshot, as its package carries them. */
export async function copyRecords(
  base: Snapshot,
  runs: SortedRuns,
  known: KnownKeys,
  onProgress: OnProgress,
): Promise<void> {
  const of = recordKinds.reduce((sum, kind) => sum + base.meta.counts[kind], 0);
  let done = 0;
  for await (const lines of readLines(base.bytes(0))) {
    for (const line of lines) {
      const record = parseRecord(line);
      // The header is no record.
      if (record === null) continue;
      const key = recordToParts(record).join("\0");
      keysOf(known, record.kind).add(key);
      await runs.put(record.kind, key, line);
    }
    done += lines.length;
    onProgress?.({ done, of, text: "Taking over the patron data in force" });
  }
}

export type Blocks = ReadonlyMap<string, readonly string[]>;

/** Text: why the list can't be read. A card that nobody knows yet is known by its blocks alone. */
export async function addBlocks(
  source: SourceFile,
  runs: SortedRuns,
  known: KnownKeys,
): Promise<{ readonly report: FileReport; readonly blocks: Blocks } | string> {
  const list = await readBlockList(source.read());
  if (typeof list === "string") return list;
  const keys = keysOf(known, "patron");
  for (const barcode of list.blocks.keys()) {
    if (keys.has(barcode)) continue;
    keys.add(barcode);
    await runs.put("patron", barcode, recordToLine({ kind: "patron", value: { ...nobody, barcode } }));
  }
  const { read, refused, reasons, blocks } = list;
  const kept = blocks.size;
  const report = { name: blocksFile, read, kept, refused, duplicates: read - refused - kept, reasons };
  return { report, blocks };
}

/** The patron's line with what the list says of them, too. */
function withBlocks(line: string, codes: readonly string[]): string {
  const record = parseRecord(line);
  if (record?.kind !== "patron") throw new Error("A patron that was written can't be read");
  const { value } = record;
  const blocks = [...value.blocks, ...codes.filter((code) => !value.blocks.includes(code))];
  return recordToLine({ kind: "patron", value: { ...value, blocks } });
}

const nobody = {
  surname: "",
  givenNames: "",
  category: "",
  branch: "",
  expires: "",
  birthDate: "",
  phone: "",
  email: "",
  address: "",
  blocks: [],
  message: "",
};

export interface Packing {
  readonly level: EncryptedLevel;
  readonly header: PackHeader;
  readonly runs: SortedRuns;
  /** To be added to the patrons. */
  readonly blocks: Blocks;
  readonly onProgress: OnProgress;
}

/** Writes the package in its order, and some kinds beside it under the keys that they are looked up by. */
export async function packRecords({
  level,
  header,
  runs,
  blocks,
  onProgress,
}: Packing): Promise<SnapshotMeta> {
  const buffer = createWriteBuffer(level);
  const writer = createBlockWriter(buffer);
  const of = recordKinds.reduce((sum, kind) => sum + header.counts[kind], 0);
  let done = 0;
  await writer.append(Buffer.from(`${headerToLine(header)}\n`), "");
  for (const kind of recordKinds) {
    for await (const slice of runs.inOrder(kind)) {
      for (const { key, line } of slice) {
        const codes = kind === "patron" ? blocks.get(key) : undefined;
        const bytes = Buffer.from(`${codes === undefined ? line : withBlocks(line, codes)}\n`);
        const appending = writer.append(bytes, letters[kind] + key);
        if (appending) await appending;
        if (kind === "patron" || kind === "item") continue;
        const record = parseRecord(line);
        if (record === null) throw new Error("A record that was written can't be read");
        for (const by of lookUpKeys(level, record)) await buffer.put(by, bytes.subarray(0, -1));
      }
      done += slice.length;
      onProgress?.({ done, of, text: "Putting the snapshot together" });
      await breathe();
    }
  }
  if (done !== of) throw new Error("A record that was written is gone");
  const { sha256, size } = await writer.end();
  await buffer.flush();
  return { ...header, sha256, size };
}
