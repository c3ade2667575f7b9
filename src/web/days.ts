/** Days and times as staff set them, in the branch's zone. Pure. */
import { dayOf } from "./words.ts";

/** `YYYY-MM-DD`, so many days later. */
export function addDays(day: string, count: number): string {
  return new Date(Date.parse(`${day}T00:00:00Z`) + count * 86_400_000).toISOString().slice(0, 10);
}

export function todayIn(timezone: string, now: number): string {
  return dayOf(new Date(now).toISOString(), timezone);
}

/**
 * The instant of a day and a time (`HH:MM` or `HH:MM:SS`) in a zone, RFC 3339 in UTC. A time that a change of clocks
 * leaves out is the one an hour later; one that comes twice is the first.
 */
export function localToInstant(day: string, time: string, timezone: string): string | undefined {
  const wall = Date.parse(`${day}T${time.length === 5 ? `${time}:00` : time}Z`);
  if (Number.isNaN(wall)) return undefined;
  // The offset of the day before and after: one of them is that of the time that is meant.
  const offsets = [wall - 86_400_000, wall + 86_400_000].map((ms) => offsetMs(ms, timezone));
  const found = offsets.map((offset) => wall - offset).filter((ms) => ms + offsetMs(ms, timezone) === wall);
  const ms = found.length > 0 ? Math.min(...found) : wall - Math.min(...offsets);
  return new Date(ms).toISOString().replace(".000", "");
}

const formats = new Map<string, Intl.DateTimeFormat>();

/** Wall clock minus UTC at an instant. */
function offsetMs(ms: number, timezone: string): number {
  let format = formats.get(timezone);
  if (format === undefined) {
    format = new Intl.DateTimeFormat("en-GB", {
      timeZone: timezone,
      hourCycle: "h23",
      year: "numeric",
      month: "2-digit",
      day: "2-digit",
      hour: "2-digit",
      minute: "2-digit",
      second: "2-digit",
    });
    formats.set(timezone, format);
  }
  const part = new Map(format.formatToParts(ms).map(({ type, value }) => [type, value]));
  const text = `${part.get("year")}-${part.get("month")}-${part.get("day")}T${part.get("hour")}:${part.get("minute")}:${part.get("second")}Z`;
  return Date.parse(text) - Math.floor(ms / 1_000) * 1_000;
}
