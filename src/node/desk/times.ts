/** Times as this branch writes them: RFC 3339 for programs, weekday and day for people, the default due date. */
import {
  createZone,
  dayAfter,
  endOfDayToMs,
  isCalendarTime,
  msToLocal,
  msToRfc3339,
  parseLocal,
  type Zone,
} from "../../export/local-time.ts";

export interface Times {
  readonly timezone: string;
  /** Outside of the years 1970–9999 the bare number, so that a mad clock can't break a view. */
  rfc3339(ms: number): string;
  /** `Sat 12 Dec`; with the year where it isn't the one of `now`. */
  day(ms: number): string;
  /** `10:04` */
  time(ms: number): string;
  /** `YYYY-MM-DD` */
  date(ms: number): string;
  /** NaN when it can't be read. */
  parse(text: string): number;
  /** End of the day `defaultLoanDays` after this one, ms. */
  defaultDue(now: number): number;
}

/** The dates of a snapshot's loans fall on few days, and each view of a patron reads them again. */
const parsedAtMost = 1_000;
/** Until loan rules come: the date as given, else this (issue text: "else 21 days"). */
const defaultLoanDays = 21;

export function createTimes(timezone: string, now: () => number): Times {
  const zone = createZone(timezone);
  const parsed = new Map<string, number>();
  const parts = new Intl.DateTimeFormat("en-GB", {
    timeZone: timezone,
    weekday: "short",
    day: "numeric",
    month: "short",
  });
  /** Each scan asks, and a day has one answer. */
  let lastDue: { readonly today: string; readonly due: number | null } | undefined;
  /** As a rule all loans of a day are due on one. */
  let lastDay: { readonly date: string; readonly text: string } | undefined;
  const local = (ms: number): string =>
    isCalendarTime(ms) ? msToLocal(ms, zone) : "1970-01-01T00:00:00.000";
  const nameDay = (ms: number): string => {
    const named = Object.fromEntries(parts.formatToParts(ms).map(({ type, value }) => [type, value]));
    return `${named.weekday} ${named.day} ${named.month}`;
  };
  return {
    timezone,
    rfc3339: (ms) => (isCalendarTime(ms) ? msToRfc3339(ms, zone) : String(ms)),
    day(ms) {
      if (!isCalendarTime(ms)) return "an unknown day";
      const date = local(ms).slice(0, 10);
      if (lastDay?.date !== date) lastDay = { date, text: nameDay(ms) };
      const year = date.slice(0, 4);
      return year === local(now()).slice(0, 4) ? lastDay.text : `${lastDay.text} ${year}`;
    },
    time: (ms) => local(ms).slice(11, 16),
    date: (ms) => local(ms).slice(0, 10),
    parse(text) {
      const known = parsed.get(text);
      if (known !== undefined) return known;
      const ms = parseLocal(text, zone) ?? Number.NaN;
      if (parsed.size >= parsedAtMost) parsed.clear();
      parsed.set(text, ms);
      return ms;
    },
    defaultDue(now) {
      const today = local(now).slice(0, 10);
      if (lastDue?.today !== today) lastDue = { today, due: dueFrom(today, zone) };
      return lastDue.due ?? now;
    },
  };
}

function dueFrom(today: string, zone: Zone): number | null {
  let day = today;
  for (let i = 0; i < defaultLoanDays; i++) day = dayAfter(day);
  return endOfDayToMs(day, zone);
}
