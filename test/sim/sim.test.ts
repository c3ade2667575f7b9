/** Seeded outages: the same seed plays the same, no invariant breaks, and what once broke one stays mended. */
import { describe, expect, it } from "vitest";
import { giveWay } from "../background.ts";
import { playPlan, playSeed } from "./play.ts";
import { regressions } from "./regressions.ts";
import { shrink } from "./shrink.ts";
import { drawPlan, type Plan } from "./steps.ts";

giveWay();
const isFull = process.env.DESKMESH_FULL === "1";
const runsInOne = 50;
/** Seeds `end-…` play the whole way to an outage that is closed and purged; the others stay longer with what goes wrong before. */
const kinds = [
  { prefix: "end-", runs: isFull ? 1_000 : 200 },
  { prefix: "", runs: isFull ? 1_000 : 100 },
] as const;
const blocks = kinds.flatMap(({ prefix, runs }) =>
  Array.from({ length: runs / runsInOne }, (_, i) => ({
    prefix,
    from: 1 + i * runsInOne,
    to: (i + 1) * runsInOne,
  })),
);
/** A loaded machine is no reason to fail: nothing here waits for real time, and it gives way to all else that runs. */
const slowMs = 900_000;

describe("a simulated outage", () => {
  // By `%s`: of two `$` names side by side the runner makes one, which nothing has.
  it.each(blocks.map((block) => [`${block.prefix}${block.from} to ${block.to}`, block] as const))(
    "breaks nothing: seeds %s",
    async (_, { prefix, from, to }) => {
      const seen = { receipts: 0, files: 0 };
      for (let n = from; n <= to; n++) {
        const seed = `${prefix}${n}`;
        const { broken, receipts, files } = await playSeed(seed);
        expect(broken, `seed ${seed}; npm run sim -- --seed ${seed} --runs 1 shrinks it`).toBeNull();
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
