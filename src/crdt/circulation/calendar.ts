/**
 * When a branch is open: its weekly hours and closed days, made ready for due dates. Hours of real libraries are
 * sometimes wrong (close before open); then the day is open and its closing time unknown, and a warning says so.
 * Nothing here loops without a bound, whatever the files say.
 */
import {
  dayMs,
  dayOfWall,
  minuteMs,
  textToDay,
  type WallClock,
  weekdayOf,
  weekdays,
} from "./calendar-day.ts";

/** One row of hours.csv; times are `HH:MM`, empty on a closed day. */
export interface OpeningHours {
  readonly day: string;
  readonly open: string;
  readonly close: string;
}

/** One row of closed-days.csv: days, or days and times of the branch's wall clock, or of another one that they name. */
export interface Closing {
  readonly start: string;
  readonly end: string;
  readonly reason: string;
}

/** From opening to closing, wall times; a service day past midnight closes on the next day. */
export interface Stretch {
  readonly open: number;
  readonly close: number;
  /** False: nobody knows when; `close` is then the end of the day. */
  readonly closingKnown: boolean;
}

export interface Calendar {
  /** What the branch's files say that can't be right, in words for whoever made them. */
  readonly warnings: readonly string[];
  /** False: no hours are known, so every day is open that isn't closed by name. */
  readonly hasHours: boolean;
  stretches(day: number): readonly Stretch[];
  isOpen(day: number): boolean;
  /** The day that a time counts as: after midnight the day before, while that one is still open. */
  serviceDay(wall: number): number;
  /** The day itself if it is open; null: none within two years. */
  nextOpen(day: number): number | null;
  /** The same, back to `earliest`; null: none. */
  previousOpen(day: number, earliest: number): number | null;
  /** Why it is closed, by name; empty: the weekday is. */
  closedFor(day: number): string;
}

const daysLooked = 731;
/** A day that closes before it opens runs past midnight if it closes by then; else its hours are wrong. */
const latestNightClose = 5 * 60;
const minutesOfDay = 1440;
const keptDays = 2000;

/** `clock`: of the branch; left out: times are taken as they stand, whatever clock they name. */
export function createCalendar(
  hours: readonly OpeningHours[],
  closings: readonly Closing[],
  clock?: WallClock,
): Calendar {
  const { week, warnings } = readWeek(hours);
  const { gaps, wrong } = readClosings(closings, clock);
  const known = new Map<number, readonly Stretch[]>();

  function stretches(day: number): readonly Stretch[] {
    let found = known.get(day);
    if (found === undefined) {
      if (known.size >= keptDays) known.clear();
      found = cutOut(day, shift(week, day), gaps);
      known.set(day, found);
    }
    return found;
  }
  const isOpen = (day: number): boolean => stretches(day).length > 0;

  return {
    warnings: [...warnings, ...wrong],
    hasHours: hours.length > 0,
    stretches,
    isOpen,
    serviceDay(wall) {
      const day = dayOfWall(wall);
      if (stretches(day).some((stretch) => stretch.open <= wall)) return day;
      return stretches(day - 1).some(({ close }) => close > day * dayMs && wall < close) ? day - 1 : day;
    },
    nextOpen(day) {
      for (let next = day; next < day + daysLooked; next++) if (isOpen(next)) return next;
      return null;
    },
    previousOpen(day, earliest) {
      const last = Math.max(earliest, day - daysLooked);
      for (let before = day; before >= last; before--) if (isOpen(before)) return before;
      return null;
    },
    closedFor(day) {
      const from = day * dayMs;
      return gaps.find((gap) => gap.from < from + dayMs && gap.to > from)?.reason ?? "";
    },
  };
}

/** Minutes of the day; `close` above 1440 is after midnight. */
interface Hours {
  readonly open: number;
  readonly close: number;
  readonly closingKnown: boolean;
}

type Week = ReadonlyMap<string, readonly Hours[]>;

const openAllDay: Hours = { open: 0, close: minutesOfDay, closingKnown: false };

function readWeek(rows: readonly OpeningHours[]): { readonly week: Week; readonly warnings: string[] } {
  const week = new Map<string, Hours[]>();
  const warnings: string[] = [];
  if (rows.length === 0) for (const day of weekdays) week.set(day, [openAllDay]);
  for (const row of rows) {
    const read = readHours(row);
    if (typeof read === "string") warnings.push(read);
    const hours =
      typeof read === "string" ? { ...openAllDay, open: (toMinute(row.open) ?? 0) % minutesOfDay } : read;
    const day = week.get(row.day) ?? [];
    week.set(row.day, hours === null ? day : [...day, hours].sort((a, b) => a.open - b.open));
  }
  const missing = weekdays.filter((day) => !week.has(day));
  if (missing.length > 0) warnings.push(`hours: no row for ${missing.join(", ")}; taken as closed.`);
  if (![...week.values()].some((day) => day.length > 0))
    warnings.push("hours: every day is closed; no due date can be moved to an open day.");
  return { week, warnings };
}

/** Null: closed. Text: what is wrong; the day is then open, with its closing time unknown. */
function readHours({ day, open, close }: OpeningHours): Hours | null | string {
  const from = toMinute(open);
  const to = toMinute(close);
  if (from === null && to === null) return null;
  if (from === null || to === null)
    return `hours: ${day} has only one of opening and closing time; taken as open, closing time unknown.`;
  if (from === to) return null;
  if (from >= minutesOfDay) return `hours: ${day} opens at ${open}; taken as open, closing time unknown.`;
  if (to > from) return { open: from, close: to, closingKnown: true };
  if (to <= latestNightClose) return { open: from, close: to + minutesOfDay, closingKnown: true };
  return `hours: ${day} closes (${close}) before it opens (${open}); taken as open, closing time unknown.`;
}

function toMinute(time: string): number | null {
  const found = /^(\d{2}):(\d{2})/.exec(time);
  return found === null ? null : Number(found[1]) * 60 + Number(found[2]);
}

interface Gap {
  readonly from: number;
  readonly to: number;
  readonly reason: string;
}

function readClosings(
  rows: readonly Closing[],
  clock: WallClock | undefined,
): { readonly gaps: readonly Gap[]; readonly wrong: string[] } {
  const gaps: Gap[] = [];
  const wrong: string[] = [];
  for (const { start, end, reason } of rows) {
    const from = toWall(start, 0, clock);
    const to = toWall(end, dayMs, clock);
    if (from === null || to === null || to <= from) wrong.push(`closed days: ${start} to ${end} is no time.`);
    else gaps.push({ from, to, reason });
  }
  return { gaps: gaps.sort((a, b) => a.from - b.from), wrong };
}

/**
 * A day alone stands for its beginning, or its end. A last minute of the day (23:59) is meant as its end. What names its offset
 * is an instant: at the branch it may be another day.
 */
function toWall(text: string, ofDay: number, clock: WallClock | undefined): number | null {
  const day = textToDay(text);
  if (day === null) return null;
  const time = /^.{10}[T ](\d{2}):(\d{2})/.exec(text);
  if (time === null) return day * dayMs + ofDay;
  const written = day * dayMs + (Number(time[1]) * 60 + Number(time[2])) * minuteMs;
  const aheadMs = offsetOf(text);
  const wall = aheadMs === null || clock === undefined ? written : clock.toWall(written - aheadMs);
  return ofDay > 0 && (wall + minuteMs) % dayMs === 0 ? wall + minuteMs : wall;
}

/** Of `…Z`, `…+01`, `…-03:30`; null: it names none. */
function offsetOf(text: string): number | null {
  const found = /^.{16}.*?(?:Z|([+-])(\d{2}):?(\d{2})?)$/.exec(text);
  if (found === null) return null;
  const [, sign, hours = "0", minutes = "0"] = found;
  return (Number(hours) * 60 + Number(minutes)) * minuteMs * (sign === "-" ? -1 : 1);
}

function shift(week: Week, day: number): readonly Stretch[] {
  return (week.get(weekdayOf(day)) ?? []).map(({ open, close, closingKnown }) => ({
    open: day * dayMs + open * minuteMs,
    close: day * dayMs + close * minuteMs,
    closingKnown,
  }));
}

/**
 * What is left of a day's stretches when the gaps are closed. A gap that begins or ends with a day means the service
 * day: it takes the hours after midnight along, and leaves those of the day before.
 */
function cutOut(day: number, stretches: readonly Stretch[], gaps: readonly Gap[]): readonly Stretch[] {
  const nextDay = (day + 1) * dayMs;
  let left = stretches;
  for (const gap of gaps) {
    if (gap.from >= nextDay && gap.from % dayMs === 0) continue;
    const to = gap.to === nextDay ? Number.POSITIVE_INFINITY : gap.to;
    const from = gap.from === day * dayMs ? Number.NEGATIVE_INFINITY : gap.from;
    left = left.flatMap((stretch) => {
      if (to <= stretch.open || from >= stretch.close) return [stretch];
      const before = { ...stretch, close: from, closingKnown: true };
      const after = { ...stretch, open: to };
      return [...(from > stretch.open ? [before] : []), ...(to < stretch.close ? [after] : [])];
    });
  }
  return left;
}
