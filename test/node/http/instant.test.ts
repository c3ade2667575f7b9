import { describe, expect, test } from "vitest";
import { isDay, parseInstant } from "../../../src/node/http/instant.ts";
import * as fc from "../../properties.ts";

const inRange = fc.integer({ min: Date.UTC(2000, 0, 2), max: Date.UTC(2199, 11, 30) });

describe("parseInstant", () => {
  test("reads what any clock writes, with any offset", () => {
    fc.assert(
      fc.property(inRange, fc.integer({ min: -14 * 60, max: 14 * 60 }), (ms, offsetMinutes) => {
        const local = new Date(ms + offsetMinutes * 60_000).toISOString().slice(0, 23);
        const minutes = Math.abs(offsetMinutes);
        const pad = (value: number) => String(value).padStart(2, "0");
        const offset = `${offsetMinutes < 0 ? "-" : "+"}${pad(Math.floor(minutes / 60))}:${pad(minutes % 60)}`;
        expect(parseInstant(local + offset)).toBe(ms);
        expect(parseInstant(new Date(ms).toISOString())).toBe(ms);
      }),
    );
  });

  test("any text gives an instant or null, never NaN", () => {
    fc.assert(
      fc.property(fc.oneof(fc.string(), fc.stringMatching(/^[0-9T:Z.+-]{0,30}$/)), (text) => {
        const ms = parseInstant(text);
        expect(ms === null || Number.isSafeInteger(ms)).toBe(true);
      }),
    );
  });

  test.each([
    "2026-02-30T00:00:00Z",
    "2026-07-22T24:00:00Z",
    "2026-07-22T23:59:60Z",
    "2026-07-22T21:00:00",
    "2026-07-22 21:00:00Z",
    "2026-07-22T21:00Z",
    "1999-12-31T23:59:59Z",
    "2026-13-01T00:00:00Z",
    "2026-07-22T21:00:00+24:00",
    " 2026-07-22T21:00:00Z",
  ])("%s is none", (text) => {
    expect(parseInstant(text)).toBeNull();
  });

  test("a leap day is a day only in a leap year", () => {
    expect([isDay("2028-02-29"), isDay("2027-02-29"), isDay("2100-02-29"), isDay("2026-7-1")]).toEqual([
      true,
      false,
      false,
      false,
    ]);
  });
});
