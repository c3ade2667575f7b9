/**
 * Instants in requests: RFC 3339 text to milliseconds. Stricter than `Date.parse`, which takes 30 February for
 * 2 March and reads a text without an offset in the zone of this PC.
 */

/** Milliseconds since 1970 of an RFC 3339 instant with an offset; `null` when it is none or not in 2000–2199. */
export function parseInstant(text: string): number | null {
  const match = instantPattern.exec(text);
  if (!match) return null;
  const [, year, month, day, hour, minute, second, fraction = "", offset] = match;
  if (!isDay(`${year}-${month}-${day}`)) return null;
  if (Number(hour) > 23 || Number(minute) > 59 || Number(second) > 59) return null;
  const shiftMinutes = parseOffset(offset!);
  if (shiftMinutes === null) return null;
  const local = Date.UTC(
    Number(year),
    Number(month) - 1,
    Number(day),
    Number(hour),
    Number(minute),
    Number(second),
  );
  return local + Number(fraction.slice(0, 3).padEnd(3, "0")) - shiftMinutes * 60_000;
}

/** Is `text` a day of the calendar as `YYYY-MM-DD`, in 2000–2199? */
export function isDay(text: string): boolean {
  const match = dayPattern.exec(text);
  if (!match) return false;
  const [year, month, day] = match.slice(1).map(Number) as [number, number, number];
  const date = new Date(Date.UTC(year, month - 1, day));
  return year >= 2000 && year < 2200 && date.getUTCMonth() === month - 1 && date.getUTCDate() === day;
}

const dayPattern = /^(\d{4})-(\d{2})-(\d{2})$/;
const instantPattern =
  /^(\d{4})-(\d{2})-(\d{2})[Tt](\d{2}):(\d{2}):(\d{2})(?:\.(\d{1,9}))?([Zz]|[+-]\d{2}:\d{2})$/;

function parseOffset(text: string): number | null {
  if (text === "Z" || text === "z") return 0;
  const hours = Number(text.slice(1, 3));
  const minutes = Number(text.slice(4, 6));
  if (hours > 23 || minutes > 59) return null;
  return (hours * 60 + minutes) * (text[0] === "-" ? -1 : 1);
}
