/**
 * The records of a branch's snapshot, whole in memory: then a scan needs no hop to the database, which costs about half
 * an fsync. A large one (a city's whole catalogue) stays on the disk.
 */
import type { EncryptedLevel } from "../store/encrypted-levels.ts";
import { rangeOf } from "./keys.ts";
import type { RecordKind } from "./record.ts";
import { breathe } from "./slices.ts";

export interface Whole {
  /** What `parse` makes of the record, `null` where there is none; `undefined` before it is loaded. */
  find<T>(key: string, parse: (bytes: Uint8Array) => T): T | null | undefined;
  /** In slices. Rejects when the disk fails, and then nothing is held. */
  load(isClosed: () => boolean): Promise<void>;
}

/** A scan asks for the same patron and item some five times. */
const parsedAtMost = 1_024;
/** About 250 bytes each in memory, since they are kept as they are stored: 40 MB. */
const mostRecords = 150_000;
const kinds = ["patron", "item", "loan"] as const;

/** `null` for a snapshot that is too large. */
export function createWhole(
  level: EncryptedLevel,
  counts: Readonly<Record<RecordKind, number>>,
): Whole | null {
  if (kinds.reduce((sum, kind) => sum + counts[kind], 0) > mostRecords) return null;
  let records: Packed | null = null;
  const parsed = new Map<string, unknown>();
  return {
    find<T>(key: string, parse: (bytes: Uint8Array) => T) {
      if (records === null) return undefined;
      const known = parsed.get(key) as T | undefined;
      if (known !== undefined) return known;
      const bytes = records.get(key);
      if (bytes === undefined) return null;
      const value = parse(bytes);
      if (parsed.size >= parsedAtMost) parsed.clear();
      parsed.set(key, value);
      return value;
    },
    async load(isClosed) {
      const loading = createPacked();
      for (const kind of kinds) {
        for await (const slice of level.slices(rangeOf(level, kind))) {
          if (isClosed()) return;
          loading.add(slice);
          await breathe();
        }
      }
      records = loading;
    },
  };
}

interface Packed {
  readonly get: (key: string) => Uint8Array | undefined;
  add(slice: readonly (readonly [key: string, value: Uint8Array])[]): void;
}

/** Bytes by key, a slice's end to end in one buffer: a view of its own for each would be larger than what it shows. */
function createPacked(): Packed {
  const places = new Map<string, number>();
  const starts: number[] = [];
  const slices: Buffer[] = [];
  const sliceOf: number[] = [];
  return {
    get(key) {
      const place = places.get(key);
      if (place === undefined) return undefined;
      const isLast = sliceOf[place + 1] !== sliceOf[place];
      return slices[sliceOf[place]!]!.subarray(starts[place], isLast ? undefined : starts[place + 1]);
    },
    add(slice) {
      let start = 0;
      for (const [key, value] of slice) {
        places.set(key, starts.length);
        starts.push(start);
        sliceOf.push(slices.length);
        start += value.length;
      }
      slices.push(Buffer.concat(slice.map(([, value]) => value)));
    },
  };
}
