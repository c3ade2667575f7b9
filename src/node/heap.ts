/** How much memory V8 takes ahead of need. */
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
 * objects have no more room than they have by then (by itself V8 takes up to 48 MB for them, a little more each minute).
 * Looking goes on beside the scans, as ever; a desk has some 30 MB less.
 */
export function keepHeapFlat(): void {
  isFlat = true;
  setFlags(flat);
  roomNow = undefined;
  setRoom();
}

/**
 * How much garbage a long work may leave lying about before it is looked for. `some`: twice as much as else, and four
 * times as much of what is young, for a file of a large outage, which takes a third less time and 12 MB more. `much`: for
 * a large library, which is garbage as good as all of it: looking after each megabyte takes a third of its processor time.
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
  clearInterval(tending);
  if (room !== "some") return;
  tending = setInterval(tendYoung, 5).unref();
  tendYoung();
}

/** V8 takes no size for it once it runs, but can be told to double what it has, or to give some back. */
function tendYoung(): void {
  const young = getHeapSpaceStatistics().find(({ space_name }) => space_name === "new_space");
  const bytes = young?.space_size ?? youngBytes;
  if (bytes === youngBytes) clearInterval(tending);
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
let tending: NodeJS.Timeout | undefined;
let isFlat = false;

function setFlags(flags: readonly string[]): void {
  for (const flag of flags) setFlagsFromString(flag);
}
