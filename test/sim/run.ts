/**
 * Runs simulated outages one after the other: `npm run sim -- --runs N --seed S`, or a range of numbered seeds with
 * `--from` and `--to` (with `--seed S`: S-A to S-B), so that a soak can be split over cores and machines. What fails is
 * shrunk and printed.
 */
import { parseArgs } from "node:util";
import { playPlan } from "./play.ts";
import { shrink } from "./shrink.ts";
import { drawPlan } from "./steps.ts";

const { values } = parseArgs({
  options: {
    runs: { type: "string" },
    seed: { type: "string" },
    from: { type: "string" },
    to: { type: "string" },
    "no-shrink": { type: "boolean" },
    "keep-going": { type: "boolean" },
  },
});
const first = Number(values.from ?? 1);
const runs = Number(values.runs ?? (values.to === undefined ? 100 : Number(values.to) - first + 1));
const nameOf = (n: number): string =>
  values.seed === undefined
    ? String(first + n)
    : runs === 1 && values.from === undefined
      ? values.seed
      : `${values.seed}-${first + n}`;
const startedAt = performance.now();
let played = 0;
let failed = 0;
let events = 0;
let simulatedMs = 0;

for (let n = 0; n < runs; n++) {
  const plan = drawPlan(nameOf(n));
  const outcome = await playPlan(plan);
  played++;
  events += outcome.events;
  simulatedMs += outcome.simulatedMs;
  if (played % 500 === 0) process.stderr.write(`${played} of ${runs}, ${failed} failed\n`);
  if (!outcome.broken) continue;
  failed++;
  process.stdout.write(`seed ${plan.seed}: ${outcome.broken.invariant}: ${outcome.broken.what}\n`);
  if (!values["no-shrink"]) {
    const least = await shrink(plan, outcome.broken.invariant);
    process.stdout.write(`${JSON.stringify(least.plan)}\n${least.broken.invariant}: ${least.broken.what}\n`);
  }
  if (!values["keep-going"]) break;
}

const seconds = (performance.now() - startedAt) / 1000;
process.stdout.write(
  `${played} runs, ${failed} failed; ${(played / seconds).toFixed(1)} a second, ` +
    `${Math.round(simulatedMs / 60_000)} simulated minutes, ${events} events\n`,
);
process.exitCode = failed > 0 ? 1 : 0;
