/**
 * Local time of a branch: instants in, text of the branch's wall clock out, and back. The one file that knows
 * Temporal. A zone keeps the stretches of equal offset that it has met, so that 100,000 lines cost a few look-ups;
 * the stretches end exactly at the zone's changes, so the cache is right across daylight-saving changes.
 */
import { Temporal } from "temporal-polyfill";
import type { WallClock } from "../crdt/circulation/calendar-day.ts";

export interface Zone {
  /** IANA name. */
  readonly name: string;
  /** What local time is ahead of UTC at an instant, ms; whole minutes. `at`: ms, see `isCalendarTime`. */
  offsetMs(at: number): number;
  /** `2026-07-22T21:04:` of minutes since 1970 on the wall's clock; the last thousand are kept. */
  minuteToText(minute: number): string;
  /** `-04:00` of `offsetMs`. */
  offsetToText(offsetMs: number): string;
  /** What `msToExactText` says; the last few are kept, as a line names its times in several places. */
  exactText(ms: number): string;
}

interface Stretch {
  readonly from: number;
  readonly until: number;
  readonly offsetMs: number;
}

const MINUTE_MS = 60_000;
const DAY_MS = 86_400_000;
/** 9999-12-31: one day before the end, as local time may be ahead of UTC. */
const END_MS = 253_402_214_400_000;

export function isTimezone(name: string): boolean {
  try {
    new Temporal.ZonedDateTime(0n, name);
    return true;
  } catch (error) {
    if (error instanceof RangeError) return false;
    throw error;
  }
}

/** Throws a RangeError for a zone that this Node does not know: check text from outside with `isTimezone`. */
export function createZone(name: string): Zone {
  new Temporal.ZonedDateTime(0n, name);
  const stretches: Stretch[] = [];
  let last: Stretch = { from: 0, until: 0, offsetMs: 0 };
  const holds = (stretch: Stretch, at: number): boolean => at >= stretch.from && at < stretch.until;
  const zone: Zone = {
    name,
    exactText: rememberLast((ms) => exactTextOf(ms, zone)),
    offsetMs(at) {
      if (holds(last, at)) return last.offsetMs;
      let found = stretches.find((stretch) => holds(stretch, at));
      if (found === undefined) {
        found = stretchAround(at, name);
        stretches.push(found);
      }
      last = found;
      return found.offsetMs;
    },
    minuteToText: remember((minute) => new Date(minute * MINUTE_MS).toISOString().slice(0, 17)),
    offsetToText: remember(offsetToText),
  };
  return zone;
}

/** Can this instant (ms) be written with a four-digit year from 1970 on? A desk's clock may say anything. */
export function isCalendarTime(ms: number): boolean {
  return Number.isSafeInteger(ms) && ms >= 0 && ms < END_MS;
}

/** `2026-07-22T21:00:00.000`, always 23 characters. Throws unless `isCalendarTime`. */
export function msToLocal(ms: number, zone: Zone): string {
  if (!isCalendarTime(ms)) throw new RangeError("instant outside of the years 1970 to 9999");
  return shiftedToText(ms + zone.offsetMs(ms), zone);
}

/** `2026-07-22T21:00:00-04:00`, seconds cut off. Throws unless `isCalendarTime`. */
export function msToRfc3339(ms: number, zone: Zone): string {
  return msToLocal(ms, zone).slice(0, 19) + zone.offsetToText(zone.offsetMs(ms));
}

/** `2026-07-22T21:00:00.123-04:00`; the bare number of ms for an instant that has no such text. Never throws. */
export function msToExactText(ms: number, zone: Zone): string {
  return zone.exactText(ms);
}

function exactTextOf(ms: number, zone: Zone): string {
  if (!isCalendarTime(ms)) return String(ms);
  const offsetMs = zone.offsetMs(ms);
  return shiftedToText(ms + offsetMs, zone) + zone.offsetToText(offsetMs);
}

/** The wall clock of a zone, as due dates reckon with it; an instant of no calendar counts as the nearest that is. */
export function zoneToWallClock(zone: Zone): WallClock {
  return {
    toWall(at) {
      const instant = Math.min(Math.max(Math.floor(at), 0), END_MS - 1);
      return instant + zone.offsetMs(instant);
    },
    toInstant(wall) {
      const before = zone.offsetMs(wall - DAY_MS);
      const after = zone.offsetMs(wall + DAY_MS);
      // A time that comes twice is the first one; one that is skipped is moved on by what the clock jumps.
      const isThere = before === after || zone.offsetMs(wall - before) === before;
      return wall - (isThere || zone.offsetMs(wall - after) !== after ? before : after);
    },
  };
}

/** `YYYY-MM-DD` of the day after; throws when `day` is not such a day. */
export function dayAfter(day: string): string {
  return new Date(Date.parse(`${day}T00:00:00Z`) + DAY_MS).toISOString().slice(0, 10);
}

/** Whole days from one local day to another, both `YYYY-MM-DD`. */
export function daysBetween(from: string, to: string): number {
  return Math.round((Date.parse(`${to}T00:00:00Z`) - Date.parse(`${from}T00:00:00Z`)) / DAY_MS);
}

/** Last second (23:59:59) of a local day `YYYY-MM-DD`, ms; null when it is not a day. */
export function endOfDayToMs(day: string, zone: Zone): number | null {
  return /^\d{4}-\d{2}-\d{2}$/.test(day) ? parseLocal(`${day}T23:59:59`, zone) : null;
}

/**
 * `YYYY-MM-DD`, `YYYY-MM-DD HH:MM[:SS[.mmm]]` (blank or `T`), each with or without `Z` or `±HH[:]MM` (and a blank before it),
 * to ms. Without an offset it is the zone's wall time: an hour that comes twice is the first one, a skipped time is moved
 * on. `24:00` is the last second of its day, as day loans are due. Null when the text is no such time.
 */
export function parseLocal(text: string, zone: Zone): number | null {
  const parts =
    /^(\d{4}-\d{2}-\d{2})(?:[T ](\d{2}:\d{2}(?::\d{2}(?:[.,]\d{1,9})?)?)(?: ?(Z|[+-]\d{2}(?::?\d{2})?))?)?$/i.exec(
      text.trim(),
    );
  if (parts === null) return null;
  const [, day, written = "00:00", offset] = parts;
  const time = /^24:00(?::00(?:[.,]0+)?)?$/.test(written) ? "23:59:59" : written;
  try {
    if (offset !== undefined) return Temporal.Instant.from(`${day}T${time}${offset}`).epochMilliseconds;
    return Temporal.PlainDateTime.from(`${day}T${time}`, { overflow: "reject" }).toZonedDateTime(zone.name)
      .epochMilliseconds;
  } catch (error) {
    if (error instanceof RangeError) return null;
    throw error;
  }
}

const upTo = (count: number, digits: number): readonly string[] =>
  Array.from({ length: count }, (_, value) => String(value).padStart(digits, "0"));
const SECONDS = upTo(60, 2).map((second) => `${second}.`);
const MILLISECONDS = upTo(1000, 3);

/** Text of an instant that was moved by its offset: of few parts, as this runs some times for each line of a batch. */
function shiftedToText(shifted: number, zone: Zone): string {
  const minute = Math.floor(shifted / MINUTE_MS);
  const inMinute = shifted - minute * MINUTE_MS;
  const second = Math.floor(inMinute / 1000);
  return zone.minuteToText(minute) + SECONDS[second] + MILLISECONDS[inMinute - second * 1000];
}

/** The same function, keeping the answers for the last thousand or so inputs. */
function remember(toText: (input: number) => string): (input: number) => string {
  const known = new Map<number, string>();
  return (input) => {
    let text = known.get(input);
    if (text === undefined) {
      if (known.size >= 1000) known.clear();
      text = toText(input);
      known.set(input, text);
    }
    return text;
  };
}

/** The same function, keeping the answers for the last two inputs. */
function rememberLast(toText: (input: number) => string): (input: number) => string {
  let last = { input: Number.NaN, text: "" };
  let before = last;
  return (input) => {
    if (input === last.input) return last.text;
    if (input === before.input) return before.text;
    before = last;
    last = { input, text: toText(input) };
    return last.text;
  };
}

function stretchAround(at: number, name: string): Stretch {
  const here = Temporal.Instant.fromEpochMilliseconds(at).toZonedDateTimeISO(name);
  // "previous" is strictly earlier: ask from one ms later, or a change at this very instant would be missed.
  const before = here.add({ milliseconds: 1 }).getTimeZoneTransition("previous");
  const after = here.getTimeZoneTransition("next");
  return {
    from: before === null ? Number.NEGATIVE_INFINITY : before.epochMilliseconds,
    until: after === null ? Number.POSITIVE_INFINITY : after.epochMilliseconds,
    // Local mean times have seconds, which RFC 3339 can't write: rounded, so that text and instant agree.
    offsetMs: Math.round(here.offsetNanoseconds / 1e6 / MINUTE_MS) * MINUTE_MS,
  };
}

function offsetToText(offsetMs: number): string {
  const minutes = Math.abs(offsetMs) / MINUTE_MS;
  const hour = String(Math.floor(minutes / 60)).padStart(2, "0");
  return `${offsetMs < 0 ? "-" : "+"}${hour}:${String(minutes % 60).padStart(2, "0")}`;
}
