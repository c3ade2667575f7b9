/** What two ends tell each other of their clocks, each on a clock of its own that is set while they talk. */
import { expect, it } from "vitest";
import { parseFrame } from "../../../src/crdt/log/frames.ts";
import { createQuestions, type Questions } from "../../../src/node/mesh/questions.ts";
import { createManualClock } from "../../../src/node/ports-memory.ts";
import * as fc from "../../properties.ts";

const startMs = 1_795_300_000_000;

/** Two ends; a frame takes `wayMs`. Only the first asks. */
function begin(wayMs: number, aheadMs: number, free: () => number | null = () => null) {
  const clocks = [createManualClock(startMs), createManualClock(startMs + aheadMs)] as const;
  const advance = (ms: number): void => clocks.forEach((clock) => void clock.advance(ms));
  const sent: { readonly to: number; readonly frame: Uint8Array }[] = [];
  const ends: readonly Questions[] = clocks.map((clock, n) =>
    createQuestions(clock, free, (frame) => sent.push({ to: 1 - n, frame })),
  );
  function deliver(): Record<string, unknown> {
    const { to, frame } = sent.shift()!;
    const parsed = parseFrame(frame);
    if (parsed.kind !== "json") throw new Error(parsed.kind);
    advance(wayMs);
    const fields = parsed.value as Record<string, unknown>;
    if (parsed.message === 6) ends[to]!.answer(fields);
    else ends[to]!.learn(fields);
    return fields;
  }
  function ask(): Record<string, unknown>[] {
    ends[0]!.ask();
    return [deliver(), deliver()];
  }
  return { clocks, ends, ask };
}

it("lets both know how far apart they are, though one asks, and of a clock that is set its own desk at once", () => {
  const day = 24 * 60 * 60_000;
  const ahead = fc.integer({ min: -400 * day, max: 400 * day });
  fc.assert(
    fc.property(fc.nat(200), ahead, ahead, fc.constantFrom(0, 1), (wayMs, aheadMs, jumpMs, jumper) => {
      const { clocks, ends, ask } = begin(wayMs, aheadMs);
      const offsets = (): (number | undefined)[] => ends.map(({ clock }) => clock?.offsetMs);
      expect(offsets()).toEqual([undefined, undefined]);
      ask();
      ask();
      expect(offsets()).toEqual([0 - aheadMs, aheadMs]);
      clocks[jumper]!.setWall(clocks[jumper]!.now() + jumpMs);
      const apart = jumper === 0 ? aheadMs - jumpMs : aheadMs + jumpMs;
      expect(offsets()[jumper]).toBe(jumper === 0 ? 0 - apart : apart);
      ask();
      expect(offsets()).toEqual([0 - apart, apart]);
      expect(ends[1]!.clock!.roundTripMs).toBeCloseTo(2 * wayMs, 6);
    }),
  );
});

it("says how much room there is when that changes by a megabyte, and nothing for less", () => {
  let free = 5_000_000_000;
  const { ends, ask } = begin(1, 0, () => free);
  expect(ask().map((said) => said.free)).toEqual([free, free]);
  free -= 1_000_000;
  expect(ask().map((said) => said.free)).toEqual([undefined, undefined]);
  free -= 100_000;
  expect(ask().map((said) => said.free)).toEqual([free, free]);
  expect(ends.map(({ peerFreeBytes }) => peerFreeBytes)).toEqual([free, free]);
});
