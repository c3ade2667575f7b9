/**
 * Look-ups by key in a snapshot's database, for scans: one asks for several records at once, and for some of them
 * again for what it shows. Keys that are asked for in one turn go to the database in one call, as each call costs
 * about as much as a third of an fsync; and what was read last is kept, since a snapshot never changes.
 */
import type { KeyRange } from "../store/level.ts";

/** The part of a database that is read here. */
export interface Source {
  getMany(keys: readonly string[]): Promise<readonly (Uint8Array | undefined)[]>;
  slices(range: KeyRange): AsyncIterable<readonly (readonly [key: string, value: Uint8Array])[]>;
}

/** Both reject when the disk fails, and ask it again the next time. */
export interface LookUps {
  /** The value of `key` as `parse` reads it; `null` where there is none. One key has always the same `parse`. */
  one<T>(key: string, parse: (bytes: Uint8Array) => T): Promise<T | null>;
  all<T>(range: KeyRange, parse: (bytes: Uint8Array) => T): Promise<readonly T[]>;
}

/** Some hundred bytes each: the patrons and items of the last hours at a desk. */
const keptAtMost = 4_096;

export function createLookUps(source: Source): LookUps {
  const kept = new Map<string, Promise<unknown>>();
  let asked: string[] = [];
  let gathered: Promise<readonly (Uint8Array | undefined)[]> | null = null;

  /** What is asked for until the end of this turn of the event loop's microtasks goes out together. */
  async function gather(): Promise<readonly (Uint8Array | undefined)[]> {
    await Promise.resolve();
    const keys = asked;
    asked = [];
    gathered = null;
    return source.getMany(keys);
  }

  async function read(key: string): Promise<Uint8Array | undefined> {
    const place = asked.push(key) - 1;
    gathered ??= gather();
    return (await gathered)[place];
  }

  async function readAll<T>(range: KeyRange, parse: (bytes: Uint8Array) => T): Promise<readonly T[]> {
    const values: T[] = [];
    for await (const slice of source.slices(range)) for (const [, bytes] of slice) values.push(parse(bytes));
    return values;
  }

  function remember<T>(name: string, look: () => Promise<T>): Promise<T> {
    const known = kept.get(name) as Promise<T> | undefined;
    const found = known ?? look();
    // Put in anew at each use: the first of the map is the one unused for longest.
    kept.delete(name);
    kept.set(name, found);
    if (known) return known;
    if (kept.size > keptAtMost) kept.delete(kept.keys().next().value!);
    found.catch(() => kept.get(name) === found && kept.delete(name));
    return found;
  }

  return {
    one: (key, parse) =>
      remember(key, async () => {
        const bytes = await read(key);
        return bytes === undefined ? null : parse(bytes);
      }),
    all: (range, parse) => remember(`${range.gte} ${range.lt}`, () => readAll(range, parse)),
  };
}
