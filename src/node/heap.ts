/** How much memory V8 takes ahead of need. */
import { PerformanceObserver } from "node:perf_hooks";
import { getHeapSpaceStatistics, setFlagsFromString } from "node:v8";

/**
 * A start makes as much garbage as what it keeps, and V8 by itself lets the heap double before it looks: of a desk with
 * 100,000 entries that is 50 MB which no scan ever uses. At 10 percent the start takes as long as at 30, measured, and
 * has 12 MB less at its peak.
 */
export function keepHeapSmall(): void {
  setFlags(small);
}

/**
 * From when a desk has started: it lives for weeks on a PC that has other work, so V8 takes memory back sooner, and new
 * objects have 4 MB and no more (by itself V8 takes up to 48 MB for them, a little more each minute; with the 1 MB that
 * it has at first, a fifth to a third of a scan's processor time goes to looking for garbage).
 * Looking goes on beside the scans, as ever; a desk has some 30 MB less.
 */
export function keepHeapFlat(): void {
  isFlat = true;
  setFlags(flat);
  roomNow = undefined;
  setRoom();
  if (lookings) return;
  // After each look for garbage, since only there what is young grows or shrinks: V8 takes it back from who is idle.
  lookings = new PerformanceObserver(tendYoung);
  lookings.observe({ entryTypes: ["gc"] });
}

/**
 * How much garbage a long work may leave lying about before it is looked for. `some`: twice as much as else, for a file
 * of a large outage. `much`: for a large library, which is garbage as good as all of it, also of what is young: looking
 * after each megabyte takes a third of its processor time.
 */
export type Room = "some" | "much";

/** Changes nothing in a process that doesn't keep its heap flat. */
export async function withRoom<T>(room: Room, work: () => Promise<T>): Promise<T> {
  taken[room] += 1;
  setRoom();
  try {
    return await work();
  } finally {
    taken[room] -= 1;
    setRoom();
  }
}

function setRoom(): void {
  if (!isFlat) return;
  const room: Room | undefined = taken.much > 0 ? "much" : taken.some > 0 ? "some" : undefined;
  if (room === roomNow) return;
  roomNow = room;
  setFlags([...small, ...flat, ...(room ? rooms[room] : [])]);
  tendYoung();
}

/** V8 takes no size for it once it runs, but can be told to double what it has, or to give some back. */
function tendYoung(): void {
  if (roomNow === "much") return;
  const young = getHeapSpaceStatistics().find(({ space_name }) => space_name === "new_space");
  const bytes = young?.space_size ?? youngBytes;
  setFlags(bytes > youngBytes ? shrinking : bytes < youngBytes ? growing : steady);
}

/** Both halves, of which one is in use. */
const youngBytes = 8 * 1024 * 1024;
const steady = ["--no-optimize-for-size", "--semi-space-growth-factor=1"];
const growing = ["--no-optimize-for-size", "--semi-space-growth-factor=2"];

const small = ["--heap-growing-percent=10"];
const shrinking = ["--optimize-for-size", "--semi-space-growth-factor=1"];
const flat = shrinking;
const rooms: Readonly<Record<Room, readonly string[]>> = {
  some: ["--heap-growing-percent=20"],
  much: ["--no-optimize-for-size", "--semi-space-growth-factor=2", "--heap-growing-percent=40"],
};
/** How many works have such room now. */
const taken: Record<Room, number> = { some: 0, much: 0 };
let roomNow: Room | undefined;
let lookings: PerformanceObserver | undefined;
let isFlat = false;

function setFlags(flags: readonly string[]): void {
  for (const flag of flags) setFlagsFromString(flag);
}
