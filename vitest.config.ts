import { defineConfig } from "vitest/config";
import { LongestFirst } from "./test/longest-first.ts";
import { NearLimits } from "./test/near-limits.ts";

/** Where `scripts/test.mjs` wants the report that it counts; by a name that no desk takes for a setting of its own. */
const report = process.env.TEST_REPORT_FILE;

export default defineConfig({
  test: {
    include: ["test/**/*.test.ts"],
    // Bounds against what never ends, not measures: a busy machine with half the speed of the one at hand stays under them.
    testTimeout: 120_000,
    hookTimeout: 120_000,
    pool: "forks",
    // Most of a run is waiting (for links, browsers, disks): by default one of two cores would be left without a test.
    // The third and the fourth are for what only computes, and gives way to the others (test/background.ts).
    maxWorkers: 4,
    sequence: { sequencer: LongestFirst },
    reporters: [
      "default",
      new NearLimits(),
      ...(report ? [["json", { outputFile: report }] satisfies [string, object]] : []),
    ],
  },
});
