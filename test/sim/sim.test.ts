/** Seeded outages: the same seed plays the same, no invariant breaks, and what once broke one stays mended. */
import { describe, expect, it } from "vitest";
import { giveWay } from "../background.ts";
import { playPlan, playSeed } from "./play.ts";
import { regressions } from "./regressions.ts";
import { breakNothing, isFull, slowMs } from "./seeds.ts";
import { shrink } from "./shrink.ts";
import { drawPlan, type Plan } from "./steps.ts";

giveWay();
describe("a simulated outage", () => {
  // They stay longer with what goes wrong before the end than those of endings.test.ts.
  breakNothing("", isFull ? 1_000 : 100);

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

  // So, since a name that stands in `$` is cut short and quoted.
  it.each(regressions.map(({ what, plan }) => [what, plan] as const))("stays mended: %s", async (_, plan) => {
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
