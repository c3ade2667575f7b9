/** Where things stand in pictures: bars of pace, desks around this one, clocks on their line. Pure. */
import type { DeskView, TimelineView } from "../../node/http/api.ts";
import { viewToAxis } from "./time-axis.ts";

const SLOT_MS = 5 * 60_000;
const SLOTS_MOST = 96;
/** The line of clocks: its middle and how far it reaches, in units of the picture. */
export const MIDDLE = 280;
export const REACH = 220;
/** Where this desk stands among the linked ones. */
export const CENTRE = { x: 280, y: 148 };

export interface Slot {
  readonly fromMs: number;
  readonly count: number;
}

/** Slots of five minutes (of more over a long outage), whole, in order. */
export function viewToSlots(view: TimelineView, now: number): readonly Slot[] {
  const axis = viewToAxis(view, now);
  if (axis === undefined) return [];
  const factor = Math.max(1, Math.ceil((axis.toMs - axis.fromMs) / SLOT_MS / SLOTS_MOST));
  const width = SLOT_MS * factor;
  const first = Math.floor(axis.fromMs / width);
  const count = Math.floor(axis.toMs / width) - first + 1;
  const sums = new Array<number>(count).fill(0);
  for (const tick of view.desks.flatMap((desk) => desk.ticks)) {
    const at = Math.floor(Date.parse(tick.at) / width) - first;
    sums[at] = (sums[at] ?? 0) + tick.count;
  }
  return sums.map((sum, index) => ({ fromMs: (first + index) * width, count: sum }));
}

/** Place of an offset: far ones end at the edge. `widestMs` ≥ 2 min. */
export function offsetToX(offsetMs: number, widestMs: number): number {
  const share = Math.max(-1, Math.min(1, -offsetMs / widestMs));
  return Math.round(MIDDLE + share * REACH);
}

export interface Place {
  readonly desk: DeskView;
  readonly x: number;
  readonly y: number;
}

/** This desk in the middle, the others around it, from the top. */
export function placeDesks(desks: readonly DeskView[]): readonly Place[] {
  const others = desks.filter((desk) => !desk.self);
  const own = desks.filter((desk) => desk.self).map((desk) => ({ desk, ...CENTRE }));
  const around = others.map((desk, index) => {
    const angle =
      (2 * Math.PI * index) / Math.max(others.length, 1) -
      Math.PI / 2 +
      (others.length === 2 ? Math.PI / 2 : 0);
    return {
      desk,
      x: Math.round(CENTRE.x + 190 * Math.cos(angle)),
      y: Math.round(CENTRE.y + 100 * Math.sin(angle)),
    };
  });
  return [...own, ...around];
}
