/** The pulse of a link, on a clock that is told the time: when it asks, when it gives up, and when it does neither. */
import { expect, it } from "vitest";
import { calmOf, firstCalm, startPulse } from "../../../src/node/mesh/pulse.ts";
import { createManualClock } from "../../../src/node/ports-memory.ts";
import * as fc from "../../properties.ts";

/** One end, and when it asked and was cut. `answers`: as a peer does that is there, so many ms later. */
function begin(calm: Parameters<typeof startPulse>[0]["calm"], answers: () => number | null) {
  const clock = createManualClock(0);
  const asked: number[] = [];
  const cut: number[] = [];
  const pulse = startPulse({
    clock,
    calm,
    ask() {
      asked.push(clock.monotonic());
      const afterMs = answers();
      if (afterMs !== null) clock.after(afterMs, () => pulse.heard());
    },
    cut() {
      cut.push(clock.monotonic());
      pulse.stop();
    },
  });
  return { clock, pulse, asked, cut };
}

const prompt = (): number => 1;

it("asks at once, then as seldom as it may while nothing happens, and keeps who answers", () => {
  const branch = begin(calmOf("branch", true), prompt);
  branch.clock.advance(12_500);
  expect(branch.asked).toEqual([0, 4_000, 8_000, 12_000]);
  const outage = begin(calmOf("outage-1", true), prompt);
  outage.clock.advance(250_000);
  expect(outage.asked).toEqual([0, 120_000, 240_000]);
  expect([branch.cut, outage.cut]).toEqual([[], []]);
});

it("is not asked by the other end while questions come, and is when they stay away", () => {
  const { clock, pulse, asked, cut } = begin(calmOf("branch", false), prompt);
  for (let i = 0; i < 5; i++) {
    clock.advance(4_000);
    pulse.heard();
  }
  expect(asked).toEqual([0]);
  clock.advance(5_001);
  expect([asked, cut]).toEqual([[0, 25_000], []]);
});

it("asks soon when what was sent stays without a word", () => {
  const { clock, pulse, asked } = begin(calmOf("outage-1", true), prompt);
  clock.advance(10_000);
  pulse.sent();
  clock.advance(500);
  pulse.heard();
  pulse.sent();
  clock.advance(1_999);
  expect(asked).toEqual([0]);
  clock.advance(1);
  expect(asked).toEqual([0, 12_500]);
});

it("gives up whoever doesn't answer, and waits for one that a busy PC hasn't read yet", () => {
  const silent = begin(calmOf("branch", true), () => null);
  silent.clock.advance(2_999);
  expect(silent.cut).toEqual([]);
  silent.clock.advance(1);
  expect(silent.cut).toEqual([3_000]);
  // Its own process stood still: the timer comes late, and so does what the other side said in time.
  let now = 0;
  let due: { at: number; run: () => void } | null = null;
  const stalled: number[] = [];
  const pulse = startPulse({
    clock: {
      now: () => now,
      monotonic: () => now,
      after(delayMs, run) {
        const timer = { at: now + delayMs, run };
        due = timer;
        return () => {
          if (due === timer) due = null;
        };
      },
    },
    calm: firstCalm,
    ask: () => undefined,
    cut: () => stalled.push(now),
  });
  const fire = (): void => {
    const { run } = due!;
    due = null;
    run();
  };
  fire();
  now = 60_000;
  fire();
  expect(stalled).toEqual([]);
  pulse.heard();
  fire();
  expect(stalled).toEqual([]);
});

it("notices within eight seconds whatever was said before, and never parts from one that answers in time", () => {
  const calm = fc.constantFrom(calmOf("branch", true), calmOf("branch", false), firstCalm);
  const events = fc.array(fc.record({ afterMs: fc.nat(6_000), sent: fc.boolean() }), { maxLength: 20 });
  fc.assert(
    fc.property(calm, events, fc.nat(2_900), (calm, said, slowMs) => {
      let isThere = true;
      const { clock, pulse, cut } = begin(calm, () => (isThere ? slowMs : null));
      for (const { afterMs, sent } of said) {
        clock.advance(afterMs);
        if (sent) pulse.sent();
        else pulse.heard();
      }
      expect(cut).toEqual([]);
      clock.advance(slowMs);
      isThere = false;
      const goneAt = clock.monotonic();
      clock.advance(slowMs + 8_001);
      expect(cut.length).toBe(1);
      expect(cut[0]! - goneAt).toBeLessThanOrEqual(slowMs + 8_000);
    }),
  );
});
