/**
 * Days and times of a wall clock, as plain numbers. A day is the count of days since 1970-01-01; a wall time is in ms
 * as if that clock showed UTC. So calendars are arithmetic, and only `WallClock` knows of zones and daylight saving.
 */

/** The clock on the branch's wall. */
export interface WallClock {
  /** What it shows at an instant (ms). */
  toWall(at: number): number;
  /** When it shows that: a time that comes twice is the first one, a skipped one is moved on. */
  toInstant(wall: number): number;
}

export const dayMs = 86_400_000;
export const minuteMs = 60_000;

export function dayOfWall(wall: number): number {
  return Math.floor(wall / dayMs);
}

/** Last second of a day, as an instant: the one before the next day begins, whatever the clocks do at midnight. */
export function endOfDay(day: number, clock: WallClock): number {
  return clock.toInstant((day + 1) * dayMs) - 1000;
}

/** `YYYY-MM-DD…` → day; null when it isn't one. */
export function textToDay(text: string): number | null {
  const found = /^(\d{4})-(\d{2})-(\d{2})/.exec(text);
  if (found === null) return null;
  const ms = Date.UTC(Number(found[1]), Number(found[2]) - 1, Number(found[3]));
  const day = ms / dayMs;
  return dayToText(day) === found[0] ? day : null;
}

/** `2026-12-12` */
export function dayToText(day: number): string {
  return new Date(day * dayMs).toISOString().slice(0, 10);
}

export const weekdays = ["sun", "mon", "tue", "wed", "thu", "fri", "sat"] as const;
export type Weekday = (typeof weekdays)[number];

export function weekdayOf(day: number): Weekday {
  return weekdays[(((day + 4) % 7) + 7) % 7] ?? "sun";
}

const weekdayWords = ["Sun", "Mon", "Tue", "Wed", "Thu", "Fri", "Sat"];
const monthWords = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"];

/** `Sat 12 Dec`; with the year where it isn't that of `seenFrom`. */
export function dayToWords(day: number, seenFrom: number): string {
  const date = new Date(day * dayMs);
  const words = `${weekdayWords[date.getUTCDay()]} ${date.getUTCDate()} ${monthWords[date.getUTCMonth()]}`;
  const year = date.getUTCFullYear();
  return year === new Date(seenFrom * dayMs).getUTCFullYear() ? words : `${words} ${year}`;
}

/** `18:00` */
export function wallToTime(wall: number): string {
  const minute = Math.floor((wall - dayOfWall(wall) * dayMs) / minuteMs);
  return `${String(Math.floor(minute / 60)).padStart(2, "0")}:${String(minute % 60).padStart(2, "0")}`;
}
