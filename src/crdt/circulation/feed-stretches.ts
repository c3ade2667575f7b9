/** Stretches of feeds, as facts of `branch` name entries that lie together: shorter than one by one. */
import { isCount, isRecord } from "./frontier-counts.ts";

/** Feed `<desk>/<run>` → stretches of it, each from an entry up to before another. */
export type FeedStretches = ReadonlyMap<string, readonly (readonly [number, number])[]>;

export function isInStretches(stretches: FeedStretches | undefined, feed: string, seq: number): boolean {
  return stretches?.get(feed)?.some(([from, to]) => from <= seq && seq < to) === true;
}

export function stretchesToBody(stretches: FeedStretches): Readonly<Record<string, readonly number[]>> {
  return Object.fromEntries([...stretches].map(([feed, pairs]) => [feed, pairs.flat()]));
}

/** `null` when it is not the shape that `stretchesToBody` makes. */
export function parseStretches(value: unknown): FeedStretches | null {
  const rows = parseRows(value, 2);
  return rows && new Map([...rows].map(([feed, row]) => [feed, row as [number, number][]]));
}

/** Feed → numbers, so many of them belonging together each. */
export function parseRows(value: unknown, width: number): ReadonlyMap<string, readonly number[][]> | null {
  if (!isRecord(value)) return null;
  const rows = new Map<string, number[][]>();
  for (const [feed, numbers] of Object.entries(value)) {
    if (!Array.isArray(numbers) || numbers.length % width !== 0 || !numbers.every(isCount)) return null;
    const count = numbers.length / width;
    rows.set(
      feed,
      Array.from({ length: count }, (_, n) => numbers.slice(n * width, (n + 1) * width)),
    );
  }
  return rows;
}

type FeedPair = readonly [string, readonly [number, number]];

export function stretchesToPairs(stretches: FeedStretches | undefined): readonly FeedPair[] {
  return [...(stretches ?? [])].flatMap(([feed, pairs]) => pairs.map((pair) => [feed, pair] as const));
}

export function pairsToStretches(pairs: readonly FeedPair[]): FeedStretches {
  const byFeed = new Map<string, (readonly [number, number])[]>();
  for (const [feed, pair] of pairs) {
    const known = byFeed.get(feed) ?? [];
    byFeed.set(feed, known);
    known.push(pair);
  }
  return byFeed;
}
