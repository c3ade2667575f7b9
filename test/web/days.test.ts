import { expect, test } from "vitest";
import { addDays, localToInstant, todayIn } from "../../src/web/days.ts";
import { dayOf, instantToTime } from "../../src/web/words.ts";
import { assert, constantFrom, integer, property } from "../properties.ts";

const zones = constantFrom("Europe/Berlin", "America/New_York", "Asia/Kolkata", "Pacific/Auckland", "UTC");

test("a time of the branch is the instant that shows as that time there", () => {
  assert(
    property(zones, integer({ min: 0, max: 1400 }), integer({ min: 0, max: 1439 }), (zone, days, minute) => {
      const day = addDays("2026-01-01", days);
      const time = `${String(Math.floor(minute / 60)).padStart(2, "0")}:${String(minute % 60).padStart(2, "0")}`;
      const instant = localToInstant(day, time, zone) ?? "";
      const shown = [dayOf(instant, zone), instantToTime(instant, zone)];
      // In the hour that a change of clocks leaves out, the one after it is meant.
      if (shown[1] !== time) expect(Number(shown[1]?.slice(0, 2)) - Number(time.slice(0, 2))).toBe(1);
      else expect(shown).toEqual([day, time]);
    }),
  );
});

test("known days: winter, summer, the night between, and what is none", () => {
  expect(localToInstant("2026-11-25", "23:59:59", "Europe/Berlin")).toBe("2026-11-25T22:59:59Z");
  expect(localToInstant("2026-07-22", "21:00", "America/New_York")).toBe("2026-07-23T01:00:00Z");
  expect(localToInstant("2026-10-25", "02:30", "Europe/Berlin")).toBe("2026-10-25T00:30:00Z");
  expect(localToInstant("2026-03-29", "02:30", "Europe/Berlin")).toBe("2026-03-29T01:30:00Z");
  expect(localToInstant("2026-13-01", "10:00", "UTC")).toBeUndefined();
  expect(addDays("2026-12-30", 3)).toBe("2027-01-02");
  expect(todayIn("Pacific/Auckland", Date.parse("2026-11-25T12:00:00Z"))).toBe("2026-11-26");
});
