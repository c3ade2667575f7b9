/** A package that came from elsewhere, read block by block: whether it is one, whole and in order. */
import { linesOf } from "./blocks.ts";
import { type PackHeader, parseHeader } from "./pack.ts";
import { lineToKey, parseRecord, recordKey, recordKinds, type SnapshotRecord } from "./record.ts";

export interface PackageReader {
  /** What the block begins with, and its records; text: what is wrong with it. */
  read(block: Uint8Array): ReadBlock | string;
  /** Behind the last block. */
  end(): PackHeader | string;
}

export interface ReadBlock {
  /** As `recordKey`; the header's is empty. */
  readonly first: string;
  readonly records: readonly { readonly record: SnapshotRecord; readonly line: string }[];
}

export function createPackageReader(): PackageReader {
  let header: PackHeader | null | undefined;
  let line = 0;
  let last = "";
  const counted = new Map<string, number>(recordKinds.map((kind) => [kind, 0]));
  return {
    read(block) {
      const records: { record: SnapshotRecord; line: string }[] = [];
      let first: string | undefined;
      for (const text of linesOf(block)) {
        line += 1;
        if (header === undefined) {
          header = parseHeader(text);
          if (header === null) return "The snapshot is of a format that this version can't read";
          first = "";
          continue;
        }
        const record = parseRecord(text);
        // One that names a member twice would be found by the one and read by the other.
        if (record === null || lineToKey(Buffer.from(text)) !== recordKey(record))
          return `Line ${line} of the snapshot is no record`;
        const key = recordKey(record);
        // Records are found by halving, so one that stands elsewhere would never be.
        if (key <= last) return `Line ${line} of the snapshot stands in the wrong place`;
        last = key;
        first ??= key;
        counted.set(record.kind, (counted.get(record.kind) ?? 0) + 1);
        records.push({ record, line: text });
      }
      return { first: first ?? last, records };
    },
    end() {
      if (!header) return "The snapshot is empty";
      const { counts } = header;
      const differs = recordKinds.find((kind) => counts[kind] !== counted.get(kind));
      return differs === undefined ? header : `The snapshot's header counts another number of ${differs}`;
    },
  };
}
