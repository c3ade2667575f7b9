/**
 * The records of a branch's snapshot, whole in memory: then a scan needs no hop to the database, which costs about half
 * an fsync. A large one (a city's whole catalogue) stays on the disk.
 */
import type { EncryptedLevel } from "../store/encrypted-levels.ts";
import type { KeyRange } from "../store/level.ts";
import { type KeyKind, rangeOf } from "./keys.ts";
import type { PackedRecords } from "./packed-records.ts";
import type { RecordKind } from "./record.ts";
import { breathe } from "./slices.ts";

export interface Whole {
  readonly isLoaded: boolean;
  /** What `parse` makes of the record of that `recordKey`, `null` where there is none; `undefined` before it is loaded. */
  find<T>(key: string, parse: (bytes: Uint8Array) => T): T | null | undefined;
  /** All that begin with whole parts of a key, parsed anew each time; `undefined` before it is loaded. */
  all<T>(range: KeyRange, parse: (bytes: Uint8Array) => T): readonly T[] | undefined;
  /** In slices. Rejects when the disk fails, and then nothing is held. */
  load(isClosed: () => boolean): Promise<void>;
}

/** A scan asks for the same patron and item some five times. */
const parsedAtMost = 1_024;
/** About 250 bytes each in memory, since they are kept as they are stored: 40 MB. */
const mostRecords = 150_000;
const kinds = ["patron", "item", "loan"] as const;
const grouped: readonly KeyKind[] = ["loan-of-patron", "hold-of-item", "hold-of-patron"];

/** `null` for a snapshot that is too large. */
export function createWhole(
  level: EncryptedLevel,
  packed: PackedRecords,
  counts: Readonly<Record<RecordKind, number>>,
): Whole | null {
  const records = kinds.reduce((sum, kind) => sum + counts[kind], 0) + counts.loan + 2 * counts.hold;
  if (records > mostRecords) return null;
  let held: Packed | null = null;
  const parsed = new Map<string, unknown>();
  return {
    get isLoaded() {
      return held !== null;
    },
    find<T>(key: string, parse: (bytes: Uint8Array) => T) {
      if (held === null) return undefined;
      const known = parsed.get(key) as T | undefined;
      if (known !== undefined) return known;
      const bytes = held.get(key);
      if (bytes === undefined) return null;
      const value = parse(bytes);
      if (parsed.size >= parsedAtMost) parsed.clear();
      parsed.set(key, value);
      return value;
    },
    all: (range, parse) => held?.all(range.gte).map(parse),
    async load(isClosed) {
      const loading = createPacked();
      for (const kind of kinds) {
        for await (const slice of packed.lines(kind)) {
          if (isClosed()) return;
          loading.add(slice, false);
        }
      }
      for (const kind of grouped) {
        for await (const slice of level.slices(rangeOf(level, kind))) {
          if (isClosed()) return;
          loading.add(slice, true);
          await breathe();
        }
      }
      held = loading;
    },
  };
}

interface Packed {
  get(key: string): Uint8Array | undefined;
  /** In the order of their keys. */
  all(prefix: string): readonly Uint8Array[];
  /** `isGrouped`: also to be found by each beginning of the key. */
  add(slice: readonly (readonly [key: string, value: Uint8Array])[], isGrouped: boolean): void;
}

/** Bytes by key, a slice's end to end in one buffer: a view of its own for each would be larger than what it shows. */
function createPacked(): Packed {
  const places = new Map<string, number>();
  const groups = new Map<string, number[]>();
  const starts: number[] = [];
  const slices: Buffer[] = [];
  const sliceOf: number[] = [];

  function read(place: number): Uint8Array {
    const isLast = sliceOf[place + 1] !== sliceOf[place];
    return slices[sliceOf[place]!]!.subarray(starts[place], isLast ? undefined : starts[place + 1]);
  }

  /** Ranges begin with whole parts of a key, and its parts end with `!`. */
  function addToGroups(key: string, place: number): void {
    for (let end = key.indexOf("!"); end !== -1; end = key.indexOf("!", end + 1)) {
      const prefix = key.slice(0, end + 1);
      const group = groups.get(prefix);
      if (group) group.push(place);
      else groups.set(prefix, [place]);
    }
  }

  return {
    get(key) {
      const place = places.get(key);
      return place === undefined ? undefined : read(place);
    },
    all: (prefix) => (groups.get(prefix) ?? []).map(read),
    add(slice, isGrouped) {
      let start = 0;
      for (const [key, value] of slice) {
        if (isGrouped) addToGroups(key, starts.length);
        else places.set(key, starts.length);
        starts.push(start);
        sliceOf.push(slices.length);
        start += value.length;
      }
      slices.push(Buffer.concat(slice.map(([, value]) => value)));
    },
  };
}
