/** Days and times of an instant in a zone, and a day as the language of the page writes it. */
import { inPseudo, languageTag } from "./language.ts";

/**
 * A day as the node writes it, in the language of the page: `Sat 12 Dec`, with a time or without; undefined: it is none.
 * The year is not told, and no weekday needs it.
 */
export function englishDayToText(text: string): string | undefined {
  const found = /^(?:([A-Z][a-z]{2}) )?(\d{1,2}) ([A-Z][a-z]{2})(?: (\d{4}))?(?:,? (\d{2}:\d{2}))?$/.exec(
    text,
  );
  const [, weekday, day = "", month = "", year, time] = found ?? [];
  const at = MONTHS.indexOf(month);
  if (at === -1) return undefined;
  const instant = dayLike(Number(day), at, year, weekday);
  if (instant === undefined) return undefined;
  const words = dayIn(instant, "UTC", {
    ...(weekday === undefined ? {} : { weekday: true }),
    ...(year === undefined ? {} : { year: true }),
  });
  return time === undefined ? words : `${words}, ${time}`;
}

/** An instant on such a day: of the year that is told, else of any in which it is that weekday. */
function dayLike(day: number, month: number, year?: string, weekday?: string): string | undefined {
  const first = year === undefined ? 2024 : Number(year);
  for (let tried = first; tried < first + (year === undefined ? 28 : 1); tried++) {
    const instant = new Date(Date.UTC(tried, month, day, 12)).toISOString();
    if (parts(instant, "UTC").dayNumber !== String(day).padStart(2, "0")) continue;
    if (weekday === undefined || parts(instant, "UTC").weekday === weekday) return instant;
  }
  return undefined;
}

interface Parts {
  readonly [name: string]: string | undefined;
}

const formats = new Map<string, Intl.DateTimeFormat>();
/** Each row is rendered over and over with the same times, and to take a time apart is most of that work. */
const known = new Map<string, Parts>();
const KNOWN_MAX = 2_000;
const MINUTE_MS = 60_000;

/** Of an instant in a zone, to the minute; nothing of what is no instant. */
export function parts(instant: string, timezone: string): Parts {
  const ms = Date.parse(instant);
  if (Number.isNaN(ms)) return {};
  const key = `${Math.floor(ms / MINUTE_MS)} ${timezone}`;
  let found = known.get(key);
  if (found === undefined) {
    if (known.size >= KNOWN_MAX) known.clear();
    found = takeApart(ms, timezone);
    known.set(key, found);
  }
  return found;
}

function takeApart(ms: number, timezone: string): Parts {
  let format = formats.get(timezone);
  if (format === undefined) {
    format = createFormat("en-GB", timezone, PARTS);
    formats.set(timezone, format);
  }
  const found: Record<string, string> = {};
  for (const part of format.formatToParts(ms)) found[part.type] = part.value;
  const month = Number(found.month);
  return {
    year: found.year,
    monthNumber: found.month,
    dayNumber: found.day,
    month: MONTHS[month - 1],
    day: String(Number(found.day)),
    weekday: found.weekday,
    hour: found.hour,
    minute: found.minute,
  };
}

const MONTHS = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"];

/** A day as the language of the page writes it; English as libraries write it, whatever this browser's data say. */
export function dayIn(instant: string, timezone: string, shows: { weekday?: true; year?: true }): string {
  const ms = Date.parse(instant);
  if (Number.isNaN(ms)) return "";
  if (languageTag() === "en") {
    const { weekday, day, month, year } = parts(instant, timezone);
    return inPseudo(`${shows.weekday ? `${weekday} ` : ""}${day} ${month}${shows.year ? ` ${year}` : ""}`);
  }
  const key = `${languageTag()} ${timezone} ${shows.weekday ?? ""} ${shows.year ?? ""}`;
  let format = dayFormats.get(key);
  if (format === undefined) {
    format = createFormat(languageTag(), timezone, {
      ...(shows.weekday ? { weekday: "short" } : {}),
      day: "numeric",
      month: "short",
      ...(shows.year ? { year: "numeric" } : {}),
    });
    dayFormats.set(key, format);
  }
  return format.format(ms);
}

const dayFormats = new Map<string, Intl.DateTimeFormat>();

const PARTS: Intl.DateTimeFormatOptions = {
  weekday: "short",
  year: "numeric",
  month: "2-digit",
  day: "2-digit",
  hour: "2-digit",
  minute: "2-digit",
  hourCycle: "h23",
};

function createFormat(
  language: string,
  timezone: string,
  options: Intl.DateTimeFormatOptions,
): Intl.DateTimeFormat {
  try {
    return new Intl.DateTimeFormat(language, { ...options, timeZone: timezone });
  } catch {
    // An old browser may not know a new zone: its own zone is better than a blank page.
    return new Intl.DateTimeFormat(language, options);
  }
}
