import { describe, expect, it } from "vitest";
import { createCalendar } from "../../../src/crdt/circulation/calendar.ts";
import { dayOfWall, dayToText, dayToWords } from "../../../src/crdt/circulation/calendar-day.ts";
import { computeDue } from "../../../src/crdt/circulation/due-date.ts";
import type { LoanRule, Policy } from "../../../src/crdt/circulation/policy.ts";
import { createZone, parseLocal, zoneToWallClock } from "../../../src/export/local-time.ts";
import * as fc from "../../properties.ts";
import { dueOf, localOf } from "./due-date-rows.ts";
import { dueDateTable } from "./due-date-table.ts";

const rows = dueDateTable
  .trim()
  .split("\n")
  .filter((line) => !line.startsWith("#"))
  .map((line) => line.split(" | "));

describe("the table of due dates", () => {
  it("has its rows, each with a reason", () => {
    expect(rows.length).toBeGreaterThanOrEqual(120);
    expect(rows.filter((row) => row.length !== 8 || row[7] === "")).toEqual([]);
  });
  it.each(rows)(
    "%s, %s, %s: %s lent %s is due %s (%s): %s",
    (zone, calendar, modes, rule, lent, due, why) => {
      const found = dueOf({ zone, calendar, modes, rule, lent } as Parameters<typeof dueOf>[0]);
      expect({ due: localOf(found.due, zone ?? ""), why: found.why }).toEqual({ due, why });
    },
  );
});

describe("a closed day whose times name their offset", () => {
  it.each([
    ["Pacific/Auckland", "2026-12-24T11:00:00Z", "2026-12-25T10:59:59Z", "2026-12-25"],
    ["Pacific/Auckland", "2026-12-24 11:00:00+00", "2026-12-25 11:00:00+00", "2026-12-25"],
    ["America/Los_Angeles", "2026-12-25 08:00:00+00", "2026-12-26 07:59:59+00", "2026-12-25"],
    ["Asia/Kolkata", "2026-12-25T00:00:00.000+05:30", "2026-12-25T23:59:59.999+05:30", "2026-12-25"],
    ["America/New_York", "2026-12-24 23:00:00 -0600", "2026-12-25 22:59:00 -0600", "2026-12-25"],
    ["Pacific/Auckland", "2026-12-25T00:00:00", "2026-12-25T23:59:59", "2026-12-25"],
  ])("in %s, from %s to %s, is %s at the branch", (zone, start, end, day) => {
    const hours = ["wed", "thu", "fri", "sat"].map((each) => ({ day: each, open: "00:30", close: "23:30" }));
    const clock = zoneToWallClock(createZone(zone));
    const { warnings, isOpen, stretches } = createCalendar(hours, [{ start, end, reason: "" }], clock);
    const at = Date.parse(`${day}T00:00:00Z`) / 86_400_000;
    expect([at - 1, at, at + 1].map(isOpen)).toEqual([true, false, true]);
    expect(warnings.filter((text) => text.startsWith("closed days"))).toEqual([]);
    // The days around it are open as long as ever.
    for (const day of [at - 1, at + 1])
      expect(stretches(day)).toMatchObject([
        { open: day * 86_400_000 + 1_800_000, close: (day + 1) * 86_400_000 - 1_800_000 },
      ]);
  });
});

const zones = [
  "Europe/Berlin",
  "America/New_York",
  "Australia/Lord_Howe",
  "Asia/Beirut",
  "Pacific/Apia",
  "UTC",
];
const clocks = zones.map((name) => zoneToWallClock(createZone(name)));
const time = fc.constantFrom("", "00:00", "09:00", "10:30", "12:00", "18:00", "02:00", "23:59", "24:00");
const weekday = fc.constantFrom("sun", "mon", "tue", "wed", "thu", "fri", "sat");
const hours = fc.array(fc.record({ day: weekday, open: time, close: time }), { maxLength: 12 });
const first = Date.UTC(2026, 0, 1);
const day = fc.integer({ min: 0, max: 730 }).map((n) => dayToText(first / 86_400_000 + n));
const instant = fc
  .tuple(day, fc.constantFrom("", "T00:00", "T12:00", "T23:59"))
  .map((parts) => parts.join(""));
const closings = fc.array(fc.record({ start: instant, end: instant, reason: fc.constant("Feast") }), {
  maxLength: 8,
});
const length = fc.oneof(
  fc.record({ kind: fc.constant("days" as const), days: fc.integer({ min: 1, max: 60 }) }),
  fc.record({ kind: fc.constant("hours" as const), hours: fc.integer({ min: 1, max: 48 }) }),
);
const rule: fc.Arbitrary<LoanRule> = fc
  .record({
    length,
    on: fc.option(day),
    when: fc.constantFrom("latest" as const, "always" as const),
    minute: fc.option(fc.integer({ min: 0, max: 1439 })),
  })
  .map(({ length, on, when, minute }) => ({
    category: ["*"],
    itemType: ["*"],
    location: ["*"],
    length,
    renewals: 0,
    graceDays: 0,
    ...(on !== null && { hardDue: { on, when } }),
    ...(minute !== null && { dueAtMinute: minute }),
  }));
const policy = fc.record({
  closedDays: fc.constantFrom("ignore", "skip", "push"),
  hourlyPastClosing: fc.constantFrom("shorten", "next-opening"),
}) as fc.Arbitrary<Pick<Policy, "closedDays" | "hourlyPastClosing">>;
const loan = fc.record({
  clock: fc.constantFrom(...clocks),
  hours,
  closings,
  rule,
  policy,
  loanAt: fc.integer({ min: first, max: first + 730 * 86_400_000 }),
  expires: fc.oneof(day, fc.constantFrom("", "soon")),
});

describe("any due date", () => {
  it("comes after its loan, on an open day where there is one, and says each shift", () => {
    fc.assert(
      fc.property(loan, ({ clock, hours, closings, rule, policy, loanAt, expires }) => {
        const calendar = createCalendar(hours, closings);
        const found = computeDue({ rule, number: 1, loanAt, expires }, { calendar, clock, policy });
        expect(found.due).toBeGreaterThan(loanAt);
        expect(found.due).toBeLessThan(loanAt + 1700 * 86_400_000);
        const wall = clock.toWall(loanAt);
        // A loan may end at the very end of a service day, which is the beginning of the next.
        const isOpen = [found.due, found.due - 1000].some((at) =>
          calendar.isOpen(calendar.serviceDay(clock.toWall(at))),
        );
        const given = /no open day/.test(found.why);
        if (policy.closedDays !== "ignore" && !given) expect(isOpen).toBe(true);
        const { length } = rule;
        if (length.kind !== "days" || rule.dueAtMinute !== undefined) return;
        const plain = calendar.serviceDay(wall) + length.days;
        const last = dayOfWall(clock.toWall(found.due));
        if (last !== plain) expect(found.why).toMatch(/not counted|moved|ends on|all due by/);
        const saysWhere = found.why.includes(dayToWords(last, dayOfWall(wall)));
        if (last !== plain && policy.closedDays === "push") expect(saysWhere).toBe(true);
      }),
      { numRuns: 3000 },
    );
  });

  it("keeps its day whatever the clocks do: 23:59:59 of a day loan", () => {
    fc.assert(
      fc.property(
        fc.constantFrom(...zones),
        fc.integer({ min: first, max: first + 730 * 86_400_000 }),
        (name, loanAt) => {
          const zone = createZone(name);
          const clock = zoneToWallClock(zone);
          const calendar = createCalendar([], []);
          const surroundings = {
            calendar,
            clock,
            policy: { closedDays: "ignore", hourlyPastClosing: "shorten" },
          } as const;
          const { due } = computeDue(
            { rule: undefined, number: undefined, loanAt, expires: "" },
            surroundings,
          );
          const lastSecond = clock.toWall(due);
          expect(dayOfWall(lastSecond)).toBe(dayOfWall(clock.toWall(loanAt)) + 21);
          expect(lastSecond % 86_400_000).toBe(86_399_000);
        },
      ),
    );
  });

  it("reads wall time as Temporal does, gaps and doubled hours too", () => {
    for (const name of zones) {
      const zone = createZone(name);
      const clock = zoneToWallClock(zone);
      for (let minute = 0; minute < 730 * 24; minute += 5) {
        const wall = first + minute * 3_600_000 + (minute % 7) * 60_000;
        expect(clock.toInstant(wall)).toBe(parseLocal(new Date(wall).toISOString().slice(0, 19), zone));
      }
    }
  });
});
