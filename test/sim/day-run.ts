/** Plays a busy day and judges it: `npm run soak -- --simulated`. Exit code 1 where something grew more than it may. */
import { parseArgs } from "node:util";
import { playDay } from "./day.ts";
import { judgeDay } from "./day-figures.ts";

const { values } = parseArgs({
  options: {
    desks: { type: "string", default: "2" },
    hours: { type: "string", default: "24" },
    outages: { type: "string", default: "12" },
    scans: { type: "string", default: "900" },
  },
});
const [desks, hours, outages, scans] = [values.desks, values.hours, values.outages, values.scans].map(
  Number,
) as [number, number, number, number];
const startedAt = performance.now();
const day = await playDay({ desks, hours, outages, scans });
const rows = judgeDay(day, desks, scans);
const lines = rows.map(({ what, first, second, must, holds }) =>
  [what, first, second, must, holds ? "holds" : "DOES NOT HOLD"].join(" | "),
);
process.stdout.write(
  [
    `${desks} desks, ${(day.simulatedMs / 3_600_000).toFixed(1)} simulated hours in ${Math.round((performance.now() - startedAt) / 1000)} s: ${day.scans} scans in ${outages} outages, each exported, loaded, closed and destroyed`,
    "",
    "| figure | first half | last half | must be | |",
    "|---|---|---|---|---|",
    ...lines.map((line) => `| ${line} |`),
    "",
  ].join("\n"),
);
process.exitCode = rows.every(({ holds }) => holds) ? 0 : 1;
