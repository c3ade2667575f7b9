/** How far feeds are meant, as facts of `branch` name it: feed `<desk>/<run>` → entries. */

export type FrontierCounts = ReadonlyMap<string, number>;

type CountsBody = Readonly<Record<string, Readonly<Record<string, number>>>>;

/** Desk → counts of its runs, sorted: shorter than naming each feed in full. */
export function countsToBody(counts: FrontierCounts): CountsBody {
  const desks: Record<string, Record<string, number>> = {};
  for (const [feed, count] of [...counts].sort(([a], [b]) => (a < b ? -1 : 1))) {
    const [desk, run] = feed.split("/") as [string, string];
    desks[desk] ??= {};
    desks[desk][run] = count;
  }
  return desks;
}

/** `null` when it is not the shape that `countsToBody` makes. */
export function parseCounts(value: unknown): FrontierCounts | null {
  if (!isRecord(value)) return null;
  const counts = new Map<string, number>();
  for (const [desk, runs] of Object.entries(value)) {
    if (!isCountByName(runs)) return null;
    for (const [run, count] of Object.entries(runs)) counts.set(`${desk}/${run}`, count);
  }
  return counts;
}

/** The higher count of each feed. */
export function joinCounts(all: Iterable<FrontierCounts>): FrontierCounts {
  const joined = new Map<string, number>();
  for (const counts of all)
    for (const [feed, count] of counts) joined.set(feed, Math.max(count, joined.get(feed) ?? 0));
  return joined;
}

export function isCountByName(value: unknown): value is Record<string, number> {
  return isRecord(value) && Object.values(value).every(isCount);
}

export function isCount(value: unknown): value is number {
  return Number.isSafeInteger(value) && (value as number) >= 0;
}

export function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
