/** What a simulated day must come to: what is gone leaves next to nothing, what is open grows with its scans alone. */
import type { Day, OutageFigures, Sample } from "./day.ts";

/** Of the last half of the outages against the first. */
const mostGrowth = 1.05;
/**
 * Bytes of heap for one scan at one desk. In it are about 1,000 of the desk (the entry's text in the document, the fact,
 * its loan and keys in the fold) and as many of the simulated disk, which lists each record twice in the same heap.
 */
const heapAScan = 2_500;
/** The entry, about 480 bytes deflated to 250, and its share of a signature, sealed, with its key and the segment's index. */
const diskAScan = 500;
/** The moves, the batch, what became of it, the purge: about ten entries of `branch`. */
const diskAnOutage = 6_000;
/** Pings and links come and go. */
const waitingSlack = 10;

export interface Row {
  readonly what: string;
  readonly first: string;
  readonly second: string;
  readonly must: string;
  readonly holds: boolean;
}

/**
 * The first outage is left out where heaps are compared, and what one scan takes is that of the last half: the program is
 * compiled meanwhile.
 */
export function judgeDay({ outages }: Pick<Day, "outages">, desks: number, scans: number): readonly Row[] {
  const steady = outages.slice(1);
  const half = steady.length >> 1;
  const halves = [steady.slice(0, half), steady.slice(-half)] as const;
  const mean = (list: readonly OutageFigures[], of: (one: OutageFigures) => number): number =>
    list.reduce((sum, one) => sum + of(one), 0) / list.length;
  const most = (list: readonly OutageFigures[], of: (one: OutageFigures) => number): number =>
    Math.max(...list.map(of));
  const each = scans * desks;
  const grown = (of: (sample: Sample) => number) => (one: OutageFigures) =>
    (of(one.full) - of(one.before)) / each;
  const [kept, keptLater] = halves.map((list) => mean(list, ({ after }) => after.heap)) as [number, number];
  const [waits, waitsLater] = halves.map((list) => most(list, ({ after }) => after.waiting)) as [
    number,
    number,
  ];
  const heap = most(
    halves[1],
    grown((sample) => sample.heap),
  );
  const disk = most(
    outages,
    grown((sample) => sample.disk),
  );
  const left = (outages.at(-1)!.after.disk - outages[0]!.after.disk) / (outages.length - 1) / desks;
  return [
    {
      what: "heap when the outage is gone, mean, MB",
      first: (kept / 1e6).toFixed(2),
      second: (keptLater / 1e6).toFixed(2),
      must: `≤ ${mostGrowth} of it; is ${(keptLater / kept).toFixed(3)}`,
      holds: keptLater <= mostGrowth * kept,
    },
    bound("heap of an open outage, a scan and desk, bytes", heap, heapAScan),
    bound("disk of an open outage, a scan and desk, bytes", disk, diskAScan),
    bound("disk left of an outage that is gone, a desk, bytes", left, diskAnOutage),
    {
      what: "timers and frames that wait when it is gone, most",
      first: String(waits),
      second: String(waitsLater),
      must: `≤ ${waitingSlack} more`,
      holds: waitsLater <= waits + waitingSlack,
    },
  ];
}

function bound(what: string, value: number, most: number): Row {
  return { what, first: "", second: value.toFixed(0), must: `≤ ${most} computed`, holds: value <= most };
}
