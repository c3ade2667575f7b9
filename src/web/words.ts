/**
 * Words, dates and numbers as staff read them. Pure; times are shown in the branch's zone, whatever this PC says.
 */
import type { Coverage, Kind, PatronView, TransactionRow, Verdict } from "../node/http/api.ts";

/** `10:04` */
export function instantToTime(instant: string, timezone: string): string {
  const { hour, minute } = parts(instant, timezone);
  return hour === undefined || minute === undefined ? "" : `${hour}:${minute}`;
}

/** `Sat 12 Dec` */
export function instantToDay(instant: string, timezone: string): string {
  const { weekday, day, month } = parts(instant, timezone);
  return day === undefined ? "" : `${weekday} ${day} ${month}`;
}

/** `12 Dec`, `23 May 2014` of another year; today's is a time: `16:40`. */
export function instantToShort(instant: string, timezone: string, now: number): string {
  if (dayOf(instant, timezone) === dayOf(new Date(now).toISOString(), timezone))
    return instantToTime(instant, timezone);
  return dateToText(instant, timezone, now);
}

/** `Sat 12 Dec`, or `Today 16:40`. A day loan is due at the end of its day and shows no time. */
export function dueToText(due: string, timezone: string, now: number): string {
  const time = instantToTime(due, timezone);
  const ends = time === "23:59";
  if (dayOf(due, timezone) === dayOf(new Date(now).toISOString(), timezone))
    return ends ? "Today" : `Today ${time}`;
  return ends ? instantToDay(due, timezone) : `${instantToDay(due, timezone)} ${time}`;
}

/** Since when something is so: `06:00` today, `21 Nov 06:00` else, with the year where it is another. */
export function sinceToText(instant: string, timezone: string, now: number): string {
  const time = instantToTime(instant, timezone);
  if (dayOf(instant, timezone) === dayOf(new Date(now).toISOString(), timezone)) return time;
  return `${dateToText(instant, timezone, now)} ${time}`;
}

/** `YYYY-MM-DD` of an instant in a zone. */
export function dayOf(instant: string, timezone: string): string {
  const { year, monthNumber, dayNumber } = parts(instant, timezone);
  return `${year}-${monthNumber}-${dayNumber}`;
}

/** `Sat 12 Dec` of a calendar day `YYYY-MM-DD`. */
export function dayToText(day: string): string {
  return instantToDay(`${day}T12:00:00Z`, "UTC");
}

/** `…5250`: enough to tell two cards apart, too little to use. */
export function barcodeToTail(barcode: string): string {
  return barcode.length <= 4 ? barcode : `…${barcode.slice(-4)}`;
}

/** `Gregory Jones` → `GJ` */
export function nameToInitials(name: string): string {
  const words = name.split(/[\s,]+/).filter((word) => word !== "");
  const first = words[0]?.[0] ?? "?";
  const last = words.length > 1 ? (words[words.length - 1]?.[0] ?? "") : "";
  return (first + last).toUpperCase();
}

/** A patron's name; of a card that nobody knows, its end. */
export function patronToName(patron: PatronView): string {
  return patron.name.trim() === "" ? `Card ${barcodeToTail(patron.barcode)}` : patron.name;
}

export function countToText(count: number, one: string, many: string): string {
  return `${count} ${count === 1 ? one : many}`;
}

const KINDS: Readonly<Record<Kind, string>> = {
  checkout: "Check out",
  renewal: "Renewal",
  checkin: "Check in",
  registration: "Registration",
  "in-house-use": "In-house use",
  "non-catalogued": "Not catalogued",
  payment: "Payment",
  voiding: "Voiding",
};

const PLURALS: Readonly<Record<Kind, readonly [string, string]>> = {
  checkout: ["loan", "loans"],
  renewal: ["renewal", "renewals"],
  checkin: ["return", "returns"],
  registration: ["registration", "registrations"],
  "in-house-use": ["in-house use", "in-house uses"],
  "non-catalogued": ["loan without a barcode", "loans without a barcode"],
  payment: ["payment", "payments"],
  voiding: ["voiding", "voidings"],
};

/** `150 loans` */
export function kindCountToText(kind: string, count: number): string {
  const words = (PLURALS as Readonly<Record<string, readonly [string, string]>>)[kind];
  return words === undefined ? `${count} ${kind}` : countToText(count, words[0], words[1]);
}

export const ALL_KINDS = Object.keys(KINDS) as readonly Kind[];

export function kindToWord(kind: string): string {
  return (KINDS as Readonly<Record<string, string>>)[kind] ?? kind;
}

const VERDICTS: Readonly<Record<Verdict, string>> = {
  finished: "✓ finished",
  "all-here": "✓ all here",
  away: "away, may have more",
  lost: "lost",
  unknown: "not heard yet",
};

export function verdictToWord(verdict: Verdict): string {
  return VERDICTS[verdict];
}

/** `on 2 of 3 desks`; `saved` only while the row is nowhere else. */
export function coverageToText(coverage: Coverage): string {
  if (coverage.of <= 1) return "on this desk";
  return `on ${coverage.desks} of ${coverage.of} desks`;
}

/** What a row is about, in one line. */
export function rowToTitle(row: TransactionRow): string {
  if (row.title !== undefined && row.title !== "") return row.title;
  if (row.kind === "registration") return row.patronName ?? "New patron";
  if (row.kind === "voiding") return row.reason ?? "Voided";
  return row.item === undefined ? kindToWord(row.kind) : "Unknown item";
}

/** `7 min ahead`, `3 s behind`, `agrees`: another desk's clock as seen from this one. */
export function offsetToText(offsetMs: number): string {
  const seconds = Math.round(Math.abs(offsetMs) / 1000);
  if (seconds < 2) return "agrees";
  const size = seconds < 120 ? `${seconds} s` : `${Math.round(seconds / 60)} min`;
  return `${size} ${offsetMs > 0 ? "behind" : "ahead"}`;
}

/** A loan of 2014 must not look like one of last May. */
function dateToText(instant: string, timezone: string, now: number): string {
  const { day, month, year } = parts(instant, timezone);
  if (day === undefined) return "";
  return year === parts(new Date(now).toISOString(), timezone).year
    ? `${day} ${month}`
    : `${day} ${month} ${year}`;
}

interface Parts {
  readonly [name: string]: string | undefined;
}

const formats = new Map<string, Intl.DateTimeFormat>();

function parts(instant: string, timezone: string): Parts {
  const ms = Date.parse(instant);
  if (Number.isNaN(ms)) return {};
  let format = formats.get(timezone);
  if (format === undefined) {
    format = createFormat(timezone);
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

function createFormat(timezone: string): Intl.DateTimeFormat {
  const options: Intl.DateTimeFormatOptions = {
    weekday: "short",
    year: "numeric",
    month: "2-digit",
    day: "2-digit",
    hour: "2-digit",
    minute: "2-digit",
    hourCycle: "h23",
  };
  try {
    return new Intl.DateTimeFormat("en-GB", { ...options, timeZone: timezone });
  } catch {
    // An old browser may not know a new zone: its own zone is better than a blank page.
    return new Intl.DateTimeFormat("en-GB", options);
  }
}
