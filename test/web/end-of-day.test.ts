/** The end of a day: what counts, and the cash that must be there. */

import { expect, test } from "vitest";
import { cashPerDesk, centsToText, dayCounts } from "../../src/web/end-of-day.ts";
import * as fc from "../properties.ts";
import { sampleRow } from "./sample.ts";

test("only the day's own minutes count, in the branch's zone", () => {
  const ticks = [
    { at: "2026-11-20T22:59:00Z", kind: "checkout", count: 5 },
    { at: "2026-11-20T23:00:00Z", kind: "checkout", count: 2 },
    { at: "2026-11-21T10:00:00Z", kind: "checkout", count: 1 },
    { at: "2026-11-21T10:01:00Z", kind: "checkin", count: 4 },
  ];
  const timeline = { number: 1, state: "open", desks: [{ desk: "d1", name: "Desk 1", ticks }] } as never;
  expect(dayCounts(timeline, "2026-11-21", "Europe/Berlin")).toEqual([
    {
      name: "Desk 1",
      counts: [
        { kind: "checkout", count: 3 },
        { kind: "checkin", count: 4 },
      ],
    },
  ]);
});

test("cash is the sum of what stands, by desk and currency, whatever the order", () => {
  const payment = fc.record({
    desk: fc.constantFrom("Desk 1", "Desk 2"),
    amount: fc.integer({ min: 1, max: 100_000 }),
    isVoided: fc.boolean(),
  });
  fc.assert(
    fc.property(fc.array(payment), (payments) => {
      const rows = payments.map(({ desk, amount, isVoided }, index) =>
        sampleRow(`p${index}`, {
          ...{ kind: "payment", desk: { id: desk, name: desk }, amount, currency: "EUR" },
          ...(isVoided ? { voided: { at: "2026-11-21T10:00:00Z" } } : {}),
        }),
      );
      const cash = cashPerDesk(rows);
      const stands = payments.filter((each) => !each.isVoided);
      expect(cash.reduce((sum, each) => sum + each.cents, 0)).toBe(
        stands.reduce((sum, each) => sum + each.amount, 0),
      );
      expect(cash.reduce((sum, each) => sum + each.payments, 0)).toBe(stands.length);
      expect(cashPerDesk(rows.toReversed())).toEqual(cash);
    }),
  );
  expect([centsToText(1240, "EUR"), centsToText(5, "EUR"), centsToText(100, "")]).toEqual([
    "12.40 EUR",
    "0.05 EUR",
    "1.00",
  ]);
});
