/** Seeded outages: the same seed plays the same, no invariant breaks, and what once broke one stays mended. */
import { describe, expect, it } from "vitest";
import { playPlan, playSeed } from "./play.ts";
import { regressions } from "./regressions.ts";
import { shrink } from "./shrink.ts";
import { drawPlan, type Plan } from "./steps.ts";

const isFull = process.env.DESKMESH_FULL === "1";
const runs = isFull ? 2_000 : 300;
const runsInOne = 50;
const blocks = Array.from(
  { length: runs / runsInOne },
  (_, i) => [1 + i * runsInOne, (i + 1) * runsInOne] as const,
);
/** A loaded machine is no reason to fail: nothing here waits for real time. */
const slowMs = 300_000;

describe("a simulated outage", () => {
  it.each(blocks)(
    "breaks nothing: seeds %i to %i",
    async (from, to) => {
      const seen = { receipts: 0, files: 0 };
      for (let seed = from; seed <= to; seed++) {
        const { broken, receipts, files } = await playSeed(String(seed));
        expect(broken, `seed ${seed}; npm run sim -- --from ${seed} --to ${seed} shrinks it`).toBeNull();
        seen.receipts += receipts;
        seen.files += files;
      }
      // A world in which nothing happens breaks nothing either.
      expect(seen.receipts).toBeGreaterThan(5 * runsInOne);
      expect(seen.files).toBeGreaterThan(runsInOne / 2);
    },
    slowMs,
  );

  it(
    "plays the same again, frame by frame, and another one otherwise",
    async () => {
      for (const seed of ["3", "11", "42"]) {
        const [one, two, other] = [await playSeed(seed), await playSeed(seed), await playSeed(`${seed}b`)];
        expect(two).toEqual(one);
        expect(other.trace).not.toBe(one.trace);
      }
    },
    slowMs,
  );

  it.each(regressions)("stays mended: $what", async ({ plan }) => {
    expect((await playPlan(plan)).broken).toBeNull();
  });
});

describe("a plan", () => {
  it("that breaks is made as short as it gets", async () => {
    const plan = drawPlan("7");
    const wanted = [plan.steps[2]!, plan.steps.at(-2)!];
    const play = async ({ steps }: Plan) => {
      const isBroken = wanted.every((step) => steps.includes(step));
      const broken = isBroken ? { invariant: "I0", what: "both are there" } : null;
      return { broken, trace: "", events: 0, simulatedMs: 0, receipts: 0, files: 0 };
    };
    expect((await shrink(plan, "I0", play)).plan.steps).toEqual(wanted);
  });
});
