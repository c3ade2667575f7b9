/** A clock that can't be right is asked about once; a neighbour's clock never moves this desk's by itself. */
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { type ClockCheckOptions, createClockCheck } from "../../../src/node/desk/clock-check.ts";

const minute = 60_000;
const day = 24 * 60 * minute;
const start = Date.UTC(2026, 10, 21, 10, 0);

function make(options: Partial<ClockCheckOptions> = {}) {
  const { meshOffsetMs } = options;
  return createClockCheck({
    othersOffsetMs: meshOffsetMs ?? (() => undefined),
    now: () => start,
    meshOffsetMs: () => undefined,
    ownLatestAt: () => 0,
    takenAt: () => 0,
    describe: (ms) => new Date(ms).toISOString(),
    parse: (text) => Date.parse(`${text}Z`),
    ...options,
  });
}

describe("the clock check", () => {
  it("believes a clock that agrees with what is known", () => {
    expect(make().question()).toBeNull();
    expect(make({ ownLatestAt: () => start - day, takenAt: () => start - 1 }).question()).toBeNull();
    expect(make({ ownLatestAt: () => start + minute }).question()).toBeNull();
  });

  it.each([
    ["its own newest entry", { ownLatestAt: () => start + 3 * minute }],
    ["the patron data", { takenAt: () => start + day }],
  ])("asks a lone desk whose time lies before %s, once", (_what, known) => {
    const check = make(known);
    expect(check.question()).toMatchObject({ code: "clock", severity: "override", role: "staff" });
    expect(check.answer("2026-11-23T10:00:00")).toBe(true);
    expect(check.question()).toBeNull();
    expect(check.offsetMs()).toBe(-2 * day);
  });

  it("asks a linked desk only when it is far from the others", () => {
    expect(make({ meshOffsetMs: () => 9 * minute }).question()).toBeNull();
    expect(make({ meshOffsetMs: () => -11 * minute }).question()?.text).toContain("11 minutes behind");
    // Linked and agreeing: the others vouch for it, whatever the files say.
    expect(make({ meshOffsetMs: () => 0, takenAt: () => start + day }).question()).toBeNull();
  });

  it("asks again, with another ref, when the answer is no time or lies before what is known", () => {
    const check = make({ ownLatestAt: () => start + 10 * day });
    const first = check.question();
    for (const wrong of ["yesterday", "", "2026-11-21T11:00:00"]) expect(check.answer(wrong)).toBe(false);
    expect(check.offsetMs()).toBeUndefined();
    expect(check.question()?.ref).not.toBe(first?.ref);
    expect(check.answer("2026-12-02T08:00:00")).toBe(true);
  });

  it("never moves by a neighbour's clock below the tolerance, and by staff's word exactly", () => {
    fc.assert(
      fc.property(fc.integer({ min: -9 * minute, max: 9 * minute }), fc.nat({ max: 400 }), (offset, days) => {
        const check = make({ meshOffsetMs: () => offset });
        expect(check.offsetMs()).toBe(offset);
        const said = new Date(start + days * day).toISOString().slice(0, 19);
        expect(check.answer(said)).toBe(true);
        expect(check.offsetMs()).toBe(0 - days * day);
      }),
    );
  });
});
