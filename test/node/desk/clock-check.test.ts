/** A clock that can't be right is asked about once; a neighbour's clock never moves this desk's by itself. */

import { describe, expect, it } from "vitest";
import { type ClockCheckOptions, createClockCheck } from "../../../src/node/desk/clock-check.ts";
import { realClock } from "../../../src/node/real-ports.ts";
import * as fc from "../../properties.ts";
import { checkout, createWorld, record } from "./desks.ts";

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

/** To the question that stands. */
function give(check: ReturnType<typeof make>, text: string): boolean {
  return check.answer(text, check.question()?.ref);
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
    expect(give(check, "2026-11-23T10:00:00")).toBe(true);
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
    for (const wrong of ["yesterday", "", "2026-11-21T11:00:00"]) expect(give(check, wrong)).toBe(false);
    expect(check.offsetMs()).toBeUndefined();
    expect(check.question()?.ref).not.toBe(first?.ref);
    expect(give(check, "2026-12-02T08:00:00")).toBe(true);
  });

  it("takes the true time of a lone desk that recorded days ahead, once staff have said it twice", () => {
    let now = start + 400 * day;
    const check = make({ now: () => now, ownLatestAt: () => start + 401 * day });
    expect(give(check, "2026-11-21T10:00:00")).toBe(false);
    expect(check.question()?.text).toContain("give it once more");
    // Another time is another slip, or another try: it stands alone again.
    expect(give(check, "2026-10-21T10:00:00")).toBe(false);
    now += 2 * minute;
    expect(give(check, "2026-11-21T10:02:00")).toBe(false);
    now += minute;
    expect(give(check, "no time")).toBe(false);
    expect(check.question()?.text).not.toContain("give it once more");
    expect(give(check, "2026-11-21T10:03:00")).toBe(false);
    now += 3 * minute;
    expect(give(check, "2026-11-21T10:06:00")).toBe(true);
    expect(check.question()).toBeNull();
    expect(check.offsetMs()).toBe(400 * day);
  });

  it("takes a request that is only sent again for the same answer, not for a second one", () => {
    const check = make({ ownLatestAt: () => start + 30 * day });
    const ref = check.question()?.ref;
    for (let i = 0; i < 3; i++) expect(check.answer("2026-11-21T10:00:00", ref)).toBe(false);
    expect(give(check, "2026-11-21T10:00:00")).toBe(true);
  });

  it("takes an unlikely time only when it is said again about as much later as has passed", () => {
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 60 }), fc.integer({ min: -60, max: 60 }), (passed, apart) => {
        let now = start;
        const check = make({ now: () => now, ownLatestAt: () => start + 30 * day });
        const say = (ms: number): boolean => give(check, new Date(ms).toISOString().slice(0, 19));
        expect(say(start)).toBe(false);
        now += passed * minute;
        expect(say(now + apart * minute)).toBe(Math.abs(apart) <= 5);
      }),
    );
  });

  it("never moves by a neighbour's clock below the tolerance, and by staff's word exactly", () => {
    fc.assert(
      fc.property(fc.integer({ min: -9 * minute, max: 9 * minute }), fc.nat({ max: 400 }), (offset, days) => {
        const check = make({ meshOffsetMs: () => offset });
        expect(check.offsetMs()).toBe(offset);
        const said = new Date(start + days * day).toISOString().slice(0, 19);
        expect(give(check, said)).toBe(true);
        expect(check.offsetMs()).toBe(0 - days * day);
      }),
    );
  });
});

it("lets a lone desk go on whose clock was a year ahead when it recorded, once staff have said the time twice", async () => {
  const world = createWorld();
  try {
    world.pc(1).clock = { ...realClock, now: () => realClock.now() + 400 * day };
    const ahead = await world.start(1);
    await record(ahead, checkout("33191000000001"));
    await ahead.close();
    world.pc(1).clock = realClock;
    const desk = await world.start(1);
    let command = checkout("33191000000002");
    const asked: string[] = [];
    let answer = await desk.record(command);
    for (let tries = 0; answer.kind === "questions" && tries < 5; tries++) {
      const overrides = answer.questions.map(({ code, ref }) => {
        asked.push(code);
        const reason = code === "clock" ? `${new Date().toISOString().slice(0, 19)}Z` : "Seen at the desk";
        return { code, ref, reason, acknowledged: true };
      });
      command = { ...command, overrides: [...(command.overrides ?? []), ...overrides] };
      answer = await desk.record(command);
    }
    expect(answer).toMatchObject({ kind: "recorded" });
    expect(asked.filter((code) => code === "clock")).toHaveLength(2);
    const { rows } = await desk.transactions({});
    const at = Date.parse(rows.find(({ item }) => item === "33191000000002")!.at);
    expect(Math.abs(at - Date.now())).toBeLessThan(10 * minute);
  } finally {
    await world.end();
  }
});
