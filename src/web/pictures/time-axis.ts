/** An axis of time: instants to places, and where to write the hours. Pure. */
import type { TimelineView } from "../../node/http/api.ts";

export interface TimeAxis {
  readonly fromMs: number;
  readonly toMs: number;
  /** Between two marks. */
  readonly stepMs: number;
  /** Instant (ms) to x, held within the axis. */
  readonly x: (ms: number) => number;
  /** About eight, at round times of UTC, which zones of whole and half hours share. */
  readonly marks: readonly { readonly ms: number; readonly x: number }[];
}

const MINUTE_MS = 60_000;
const STEPS_MIN = [1, 5, 10, 15, 30, 60, 120, 240, 360, 720, 1440, 2880, 10_080] as const;
const MARKS_MOST = 8;

/** `left` and `right`: where it begins and ends, in units of the picture. */
export function createTimeAxis(fromMs: number, toMs: number, left: number, right: number): TimeAxis {
  const end = Math.max(toMs, fromMs + MINUTE_MS);
  const x = (ms: number): number => {
    const share = (Math.min(Math.max(ms, fromMs), end) - fromMs) / (end - fromMs);
    return Math.round((left + share * (right - left)) * 10) / 10;
  };
  const minutes = (end - fromMs) / MINUTE_MS;
  const step = (STEPS_MIN.find((each) => minutes / each <= MARKS_MOST) ?? minutes / MARKS_MOST) * MINUTE_MS;
  const marks: { ms: number; x: number }[] = [];
  for (let ms = Math.ceil(fromMs / step) * step; ms <= end; ms += step) marks.push({ ms, x: x(ms) });
  return { fromMs, toMs: end, stepMs: step, x, marks };
}

/** A tick is told by the beginning of its minute: of the first minute only what lies in the outage. */
export function tickToMs(view: TimelineView, at: string): number {
  const ms = Date.parse(at);
  const began = Date.parse(view.moves[0]?.at ?? "");
  return began > ms && began - ms < MINUTE_MS ? began : ms;
}

/** From the first thing that happened to the last; undefined: nothing did. */
export function viewToAxis(view: TimelineView, now: number, left = 0, right = 1): TimeAxis | undefined {
  const ticks = view.desks.flatMap((desk) => desk.ticks.map((tick) => tickToMs(view, tick.at)));
  const others = [...view.moves, ...view.batches, ...view.conflicts].map(({ at }) => Date.parse(at));
  const all = [...ticks, ...others].filter((ms) => !Number.isNaN(ms));
  if (all.length === 0) return undefined;
  const last = all.reduce((most, ms) => Math.max(most, ms), 0) + 60_000;
  const isOver = view.state === "closed" || view.state === "standby";
  const first = all.reduce((least, ms) => Math.min(least, ms), last);
  const axis = createTimeAxis(first, isOver ? last : Math.max(last, now), left, right);
  // A single mark says nothing of how long it was: its beginning stands beside it, where there is room.
  const [only, second] = axis.marks;
  const isBare = second === undefined && (only?.x ?? right) - left > (right - left) / MARKS_MOST;
  return isBare ? { ...axis, marks: [{ ms: first, x: left }, ...axis.marks] } : axis;
}
