import { describe, expect, it } from "vitest";
import {
  createZone,
  dayAfter,
  daysBetween,
  endOfDayToMs,
  isCalendarTime,
  isTimezone,
  msToExactText,
  msToLocal,
  msToRfc3339,
  parseLocal,
} from "../../src/export/local-time.ts";
import * as fc from "../properties.ts";

// Whole and half hour changes, no changes, changes given up, a zone that skipped a whole day, the far east and west.
const NAMES = [
  "America/New_York",
  "Europe/Berlin",
  "Australia/Lord_Howe",
  "Asia/Kolkata",
  "America/Sao_Paulo",
  "Pacific/Apia",
  "Pacific/Kiritimati",
  "Pacific/Pago_Pago",
  "Africa/Casablanca",
  "UTC",
];
const FIRST = Date.UTC(1973, 0, 1);
const LAST = Date.UTC(2090, 0, 1);

/** Local time as Intl knows it: another road to the same answer than the one that is tested. */
function createIntlClock(name: string): (ms: number) => string {
  const format = new Intl.DateTimeFormat("en-CA-u-hc-h23", {
    timeZone: name,
    year: "numeric",
    month: "2-digit",
    day: "2-digit",
    hour: "2-digit",
    minute: "2-digit",
    second: "2-digit",
  });
  return (ms) => {
    const parts = new Map(format.formatToParts(ms).map((part) => [part.type, part.value]));
    const day = `${parts.get("year")}-${parts.get("month")}-${parts.get("day")}`;
    return `${day}T${parts.get("hour")}:${parts.get("minute")}:${parts.get("second")}`;
  };
}

describe("a zone's cached offsets", () => {
  const zones = NAMES.map((name) => ({ zone: createZone(name), intl: createIntlClock(name) }));

  it("agree with Intl at any instant, in any order of asking", () => {
    fc.assert(
      fc.property(
        fc.constantFrom(...zones),
        fc.array(fc.integer({ min: FIRST, max: LAST }), { maxLength: 20 }),
        ({ zone, intl }, instants) => {
          for (const ms of instants) expect(msToLocal(ms, zone).slice(0, 19)).toBe(intl(ms));
        },
      ),
    );
  });

  it("agree with Intl around each change of 2024 to 2027, to the millisecond", () => {
    for (const { zone, intl } of zones) {
      for (let ms = Date.UTC(2024, 0, 1); ms < Date.UTC(2028, 0, 1); ms += 1_800_000) {
        if (zone.offsetMs(ms) === zone.offsetMs(ms - 1)) continue;
        for (const at of [ms - 1000, ms - 1, ms, ms + 1, ms + 1000]) {
          expect(msToLocal(at, createZone(zone.name)).slice(0, 19)).toBe(intl(at));
          expect(msToLocal(at, zone).slice(0, 19)).toBe(intl(at));
        }
      }
    }
  });

  it("give text that names the same instant again", () => {
    fc.assert(
      fc.property(fc.constantFrom(...zones), fc.integer({ min: FIRST, max: LAST }), ({ zone }, ms) => {
        expect(Date.parse(msToExactText(ms, zone))).toBe(ms);
        expect(parseLocal(msToExactText(ms, zone), zone)).toBe(ms);
        expect(Date.parse(msToRfc3339(ms, zone))).toBe(ms - (ms % 1000));
      }),
    );
  });
});

describe("local time", () => {
  const newYork = createZone("America/New_York");

  it("keeps a late evening on its day", () => {
    expect(msToRfc3339(Date.UTC(2026, 6, 23, 1), newYork)).toBe("2026-07-22T21:00:00-04:00");
  });

  it("tells the two hours of the autumn change apart by offset", () => {
    expect(msToRfc3339(Date.UTC(2026, 10, 1, 5, 30), newYork)).toBe("2026-11-01T01:30:00-04:00");
    expect(msToRfc3339(Date.UTC(2026, 10, 1, 6, 30), newYork)).toBe("2026-11-01T01:30:00-05:00");
  });

  it("reads times with and without an offset, and refuses what is none", () => {
    const at = Date.UTC(2026, 6, 23, 1);
    expect(parseLocal("2026-07-22 21:00", newYork)).toBe(at);
    expect(parseLocal("2026-07-22T21:00:00.000", newYork)).toBe(at);
    expect(parseLocal("2026-07-23T01:00:00Z", newYork)).toBe(at);
    expect(parseLocal("2026-07-23 03:00:00+0200", newYork)).toBe(at);
    expect(parseLocal("2026-07-23 03:00:00+02", newYork)).toBe(at);
    expect(parseLocal("2026-07-22", newYork)).toBe(Date.UTC(2026, 6, 22, 4));
    // As programs in Ruby write it, and others.
    expect(parseLocal("2026-07-23 03:00:00 +0200", newYork)).toBe(at);
    expect(parseLocal("2026-07-22 21:00:00,000", newYork)).toBe(at);
    // The end of the day is that of a day loan, and not the beginning of the next.
    for (const text of ["2026-07-22 24:00", "2026-07-22T24:00:00.000", "2026-07-22T24:00:00-04:00"])
      expect(parseLocal(text, newYork)).toBe(endOfDayToMs("2026-07-22", newYork));
    for (const text of ["", "tomorrow", "2026-02-30", "2026-07-22T25:00", "2026-07-22 24:01", "22.07.2026"]) {
      expect(parseLocal(text, newYork)).toBeNull();
    }
  });

  it("ends a day at 23:59:59, also where the day has 23 or 25 hours", () => {
    expect(endOfDayToMs("2026-03-08", newYork)).toBe(Date.UTC(2026, 2, 9, 3, 59, 59));
    expect(endOfDayToMs("2026-11-01", newYork)).toBe(Date.UTC(2026, 10, 2, 4, 59, 59));
    expect(endOfDayToMs("2026-11-31", newYork)).toBeNull();
    expect(endOfDayToMs("soon", newYork)).toBeNull();
  });

  it("counts days by the calendar", () => {
    expect(dayAfter("2028-02-28")).toBe("2028-02-29");
    expect(dayAfter("2026-12-31")).toBe("2027-01-01");
    expect(daysBetween("2026-10-30", "2026-11-06")).toBe(7);
  });

  it("never throws on an instant that has no date, where it is only shown", () => {
    fc.assert(
      fc.property(fc.oneof(fc.maxSafeInteger(), fc.double()), (ms) => {
        expect(msToExactText(ms, newYork)).toBeTypeOf("string");
        if (!isCalendarTime(ms)) expect(() => msToLocal(ms, newYork)).toThrow(RangeError);
      }),
    );
  });

  it("knows its zones", () => {
    expect(isTimezone("Europe/Berlin")).toBe(true);
    expect(isTimezone("Europe/Atlantis")).toBe(false);
    expect(() => createZone("Europe/Atlantis")).toThrow(RangeError);
  });
});
