/** The supervisor's pages without a browser: gates of the wizard, sheets read, windows of rows, geometry of pictures. */

import { describe, expect, test } from "vitest";
import { rowToCsv } from "../../src/export/csv-text.ts";
import type { TimelineView } from "../../src/node/http/api.ts";
import { parseSheet } from "../../src/web/csv-sheet.ts";
import { rowsInSight } from "../../src/web/elements/windowed-rows.ts";
import { draftToGate } from "../../src/web/export-gate.ts";
import { emptyDraft } from "../../src/web/office.ts";
import { offsetToX, placeDesks, viewToSlots } from "../../src/web/pictures/geometry.ts";
import { createTimeAxis, tickToMs, viewToAxis } from "../../src/web/pictures/time-axis.ts";
import { createModel, type Model } from "../../src/web/store.ts";
import { spanToText } from "../../src/web/words.ts";
import * as fc from "../properties.ts";
import { sampleDesk, sampleState } from "./sample.ts";

const now = Date.parse("2026-11-21T12:00:00Z");

describe("the wizard's gates", () => {
  const at = (step: number, state: Parameters<typeof sampleState>[0], draft = {}): Model => ({
    ...createModel("wizard", "mk"),
    state: sampleState(state),
    office: { sheet: "hand-over", draft: { ...emptyDraft, step, ...draft } },
  });
  const away = {
    desks: { desks: [sampleDesk("d1", { self: true }), sampleDesk("d3", { verdict: "away" })], matrix: [] },
  };

  test("a desk that is away shuts step 1, until the file is PARTIAL with a reason", () => {
    expect(draftToGate(at(1, {}), now).isOpen).toBe(true);
    expect(draftToGate(at(1, away), now)).toEqual({ isOpen: false, why: "Waiting for d3." });
    expect(draftToGate(at(1, away, { isPartial: true, reason: "  x" }), now).isOpen).toBe(false);
    expect(draftToGate(at(1, away, { isPartial: true, reason: "It is stolen" }), now).isOpen).toBe(true);
  });

  test("an open decision shuts step 2, nothing waiting step 3, and step 4 asks all of them again", () => {
    const undecided = { exceptions: { mustDecide: 1, lookAt: 3 } };
    expect(draftToGate(at(2, undecided), now).why).toContain("1 exception needs a decision");
    expect(draftToGate(at(2, { exceptions: { mustDecide: 0, lookAt: 3 } }), now).isOpen).toBe(true);
    expect(draftToGate(at(3, { waiting: 0 }), now).isOpen).toBe(false);
    for (const change of [away, undecided, { waiting: 0 }])
      expect(draftToGate(at(4, change), now).isOpen).toBe(false);
    expect(draftToGate(at(4, {}), now).isOpen).toBe(true);
  });

  test("a file is made once: step 4 is shut while it is being made", () => {
    const model = at(4, {});
    const busy = { ...model, office: { ...model.office, check: { state: "writing", text: "" } as const } };
    expect(draftToGate(busy, now).isOpen).toBe(false);
  });
});

test("a sheet is read as it was written, whatever its cells hold", () => {
  const cell = fc.string({ unit: fc.constantFrom("a", ",", '"', "\n", "\r", " ", "ü", "=") });
  const rows = fc.array(fc.array(cell, { minLength: 2, maxLength: 5 }), { maxLength: 8 });
  fc.assert(
    fc.property(rows, (table) => {
      const read = parseSheet(table.map(rowToCsv).join(""));
      expect(read.length).toBe(table.length);
      for (const [i, row] of table.entries())
        for (const [k, one] of row.entries()) expect(read[i]?.[k]).toBe(one);
    }),
  );
});

test("a window of rows holds all that is in sight, few others, and keeps the height of all", () => {
  fc.assert(
    fc.property(
      fc.nat(60_000),
      fc.integer({ min: 1, max: 200 }),
      fc.nat(4_000_000),
      fc.integer({ min: 0, max: 3000 }),
      (count, rowPx, scrolled, view) => {
        const { from, to, before, after } = rowsInSight(count, rowPx, scrolled, view);
        expect(before + (to - from) * rowPx + after).toBe(count * rowPx);
        expect(from).toBeGreaterThanOrEqual(0);
        expect(to).toBeLessThanOrEqual(count);
        expect(to - from).toBeLessThanOrEqual(Math.ceil(Math.max(view, rowPx) / rowPx) + 42);
        const first = Math.floor(scrolled / rowPx);
        const last = Math.min(count - 1, Math.floor((scrolled + view - 1) / rowPx));
        if (first < count && view > 0) {
          expect(from).toBeLessThanOrEqual(first);
          expect(to).toBeGreaterThan(last);
        }
      },
    ),
  );
});

test("an axis of time keeps the order, stays within its edges, and has few marks at round times", () => {
  const instant = fc.integer({ min: 0, max: 4_000_000_000_000 });
  fc.assert(
    fc.property(
      instant,
      fc.nat(40 * 86_400_000),
      fc.array(instant, { maxLength: 20 }),
      (from, span, points) => {
        const axis = createTimeAxis(from, from + span, 100, 900);
        const xs = [...points].sort((a, b) => a - b).map(axis.x);
        for (const [i, x] of xs.entries()) {
          expect(x).toBeGreaterThanOrEqual(100);
          expect(x).toBeLessThanOrEqual(900);
          if (i > 0) expect(x).toBeGreaterThanOrEqual(xs[i - 1] ?? 0);
        }
        expect(axis.marks.length).toBeLessThanOrEqual(10);
        for (const mark of axis.marks) expect(mark.ms % 60_000).toBe(0);
      },
    ),
  );
});

test("an outage of seconds begins with its opening, and says when", () => {
  const minute = "2026-11-21T08:00:00Z";
  const view: TimelineView = {
    ...{ number: 1, state: "closed", calls: [], batches: [], conflicts: [] },
    moves: [{ at: "2026-11-21T08:00:07Z", to: "open" }],
    desks: [
      { desk: "d", name: "Desk 1", verdict: "finished", ticks: [{ at: minute, kind: "checkout", count: 1 }] },
    ],
  };
  expect(tickToMs(view, minute)).toBe(Date.parse("2026-11-21T08:00:07Z"));
  expect(tickToMs(view, "2026-11-21T07:59:00Z")).toBe(Date.parse("2026-11-21T07:59:00Z"));
  const axis = viewToAxis(view, now, 100, 900);
  expect(axis?.fromMs).toBe(Date.parse("2026-11-21T08:00:07Z"));
  expect(axis?.marks.map(({ ms }) => new Date(ms).toISOString().slice(11, 16))).toEqual(["08:00", "08:01"]);
});

test("bars of pace count every record once", () => {
  const tick = fc.record({ minute: fc.nat(3000), count: fc.integer({ min: 1, max: 9 }) });
  fc.assert(
    fc.property(fc.array(tick, { minLength: 1, maxLength: 60 }), (ticks) => {
      const view: TimelineView = {
        ...{ number: 1, state: "closed", moves: [], calls: [], batches: [], conflicts: [] },
        desks: [
          {
            desk: "d",
            name: "Desk 1",
            verdict: "finished",
            ticks: ticks.map(({ minute, count }) => ({
              at: new Date(Date.parse("2026-11-21T08:00:00Z") + minute * 60_000).toISOString(),
              kind: "checkout",
              count,
            })),
          },
        ],
      };
      const slots = viewToSlots(view, now);
      const sum = slots.reduce((total, slot) => total + slot.count, 0);
      expect(sum).toBe(ticks.reduce((total, one) => total + one.count, 0));
      expect(slots.length).toBeLessThanOrEqual(97);
    }),
  );
});

test("clocks ahead stand right, and every desk has a place of its own", () => {
  expect(offsetToX(0, 180_000)).toBe(280);
  expect(offsetToX(-420_000, 420_000)).toBeGreaterThan(280);
  expect(offsetToX(420_000, 420_000)).toBeLessThan(280);
  for (let count = 0; count < 9; count++) {
    const others = Array.from({ length: count }, (_, n) => sampleDesk(`o${n}`));
    const places = placeDesks([sampleDesk("self", { self: true }), ...others]);
    expect(new Set(places.map(({ x, y }) => `${x} ${y}`)).size).toBe(count + 1);
  }
});

test("a span of time is told in hours and minutes", () => {
  expect([0, 59_000, 60_000, 3 * 3_600_000 + 12 * 60_000, Number.NaN].map(spanToText)).toEqual([
    "under a minute",
    "under a minute",
    "1 min",
    "3 h 12 min",
    "under a minute",
  ]);
});
