/**
 * The records of a small snapshot, whole in memory: then a scan needs no hop to the database, which costs about half
 * an fsync. A large one (a city's whole catalogue) stays on the disk.
 */
import type { EncryptedLevel } from "../store/encrypted-levels.ts";
import { rangeOf } from "./keys.ts";
import type { RecordKind } from "./record.ts";
import { breathe } from "./slices.ts";

export interface Whole {
  /** Undefined until it is loaded, then the record or `null`. */
  find(key: string): unknown;
  /** In slices. Rejects when the disk fails, and then nothing is held. */
  load(parse: (kind: WholeKind, bytes: Uint8Array) => unknown, isClosed: () => boolean): Promise<void>;
}

export type WholeKind = Extract<RecordKind, "patron" | "item" | "loan">;

/** About 10 MB in memory. */
const mostRecords = 20_000;
const kinds = ["patron", "item", "loan"] as const;

/** `null` for a snapshot that is too large. */
export function createWhole(
  level: EncryptedLevel,
  counts: Readonly<Record<RecordKind, number>>,
): Whole | null {
  if (kinds.reduce((sum, kind) => sum + counts[kind], 0) > mostRecords) return null;
  let records: ReadonlyMap<string, unknown> | null = null;
  return {
    find: (key) => (records === null ? undefined : (records.get(key) ?? null)),
    async load(parse, isClosed) {
      const loading = new Map<string, unknown>();
      for (const kind of kinds) {
        for await (const slice of level.slices(rangeOf(level, kind))) {
          if (isClosed()) return;
          for (const [key, bytes] of slice) loading.set(key, parse(kind, bytes));
          await breathe();
        }
      }
      records = loading;
    },
  };
}
