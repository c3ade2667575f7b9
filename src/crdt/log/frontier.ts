/**
 * Frontiers: how many entries of each feed somebody holds *durably*, and the hash of the last (L14). Coverage and
 * gaps are functions of them.
 */
import { parseFeedKey } from "./feed-name.ts";

export interface FrontierMark {
  readonly count: number;
  /** Hash of the last entry, base64url: two feeds of equal length and other content are told apart by it. */
  readonly hash: string;
}

/** Feed key `<desk>/<run>` → mark. */
export type Frontier = ReadonlyMap<string, FrontierMark>;

/** JSON shape: `{"<desk>/<run>": [count, hash], …}`, feeds sorted. */
export function frontierToJson(frontier: Frontier): Record<string, [number, string]> {
  const keys = [...frontier.keys()].sort();
  return Object.fromEntries(keys.map((key) => [key, [frontier.get(key)!.count, frontier.get(key)!.hash]]));
}

/** `null` when it is not the shape that `frontierToJson` makes. */
export function parseFrontier(value: unknown): Frontier | null {
  if (typeof value !== "object" || value === null || Array.isArray(value)) return null;
  const frontier = new Map<string, FrontierMark>();
  for (const [key, mark] of Object.entries(value)) {
    if (!parseFeedKey(key) || !Array.isArray(mark) || mark.length !== 2) return null;
    const [count, hash] = mark as unknown[];
    if (!Number.isSafeInteger(count) || (count as number) < 1 || typeof hash !== "string") return null;
    if (!/^[A-Za-z0-9_-]{43}$/.test(hash)) return null;
    frontier.set(key, { count: count as number, hash });
  }
  return frontier;
}

/** The higher mark of each feed. */
export function joinFrontiers(frontiers: Iterable<Frontier>): Frontier {
  const joined = new Map<string, FrontierMark>();
  for (const frontier of frontiers) {
    for (const [key, mark] of frontier) {
      const known = joined.get(key);
      if (!known || mark.count > known.count) joined.set(key, mark);
    }
  }
  return joined;
}

/** Whether `frontier` holds entry `seq` (0-based) of a feed. */
export function frontierCovers(frontier: Frontier, key: string, seq: number): boolean {
  return (frontier.get(key)?.count ?? 0) > seq;
}

/** Whether all of `inner` is within `outer`. */
export function frontierWithin(inner: Frontier, outer: Frontier): boolean {
  for (const [key, mark] of inner) {
    if ((outer.get(key)?.count ?? 0) < mark.count) return false;
  }
  return true;
}

/**
 * How many of the given frontiers hold how much of a feed: steps `{upTo, holders}`, `upTo` falling, e.g.
 * `[{upTo: 118, holders: 1}, {upTo: 110, holders: 3}]`: the first 110 entries are on three, the rest on one.
 */
export function coverageSteps(
  key: string,
  frontiers: readonly Frontier[],
): { readonly upTo: number; readonly holders: number }[] {
  const counts = frontiers.map((frontier) => frontier.get(key)?.count ?? 0).filter((count) => count > 0);
  counts.sort((a, b) => b - a);
  const steps: { upTo: number; holders: number }[] = [];
  counts.forEach((count, i) => {
    const last = steps.at(-1);
    if (last?.upTo === count) last.holders = i + 1;
    else steps.push({ upTo: count, holders: i + 1 });
  });
  return steps;
}
