/** What the soak of 20,000 seeds broke, shrunk: see `regressions.ts`. */
import { plan, type Regression } from "./regression-plan.ts";
import { drawPlan } from "./steps.ts";

export const soakRegressions: readonly Regression[] = [
  {
    what: "an outage that a desk retired since had led to was held by whoever had heard its word, with the scans in it, and by nobody else",
    plan: plan(
      "211949",
      4,
      false,
      ["retire", 2, 5, 2540015458, 7],
      ["move", 5, 2, 3884301984, 0],
      ["scan", 5, 0, 2989052689, 288],
    ),
  },
  {
    what: "two desks that stood still retired each other (of the simulation)",
    plan: plan(
      "211388",
      3,
      false,
      ["stall", 5, 3, 3979103116, 0],
      ["stall", 1, 5, 623898137, 0],
      ["retire", 4, 5, 489873128, 226],
      ["retire", 2, 4, 3195362951, 80],
    ),
  },
  {
    what: "a retirement that went with a disk had its author's word count at the next one (of the simulation)",
    plan: plan(
      "212665",
      3,
      false,
      ["io-error", 2, 3, 1845278912, 217],
      ["retire", 2, 1, 3502240708, 187],
      ["clone", 5, 1, 2683492399, 139],
      ["quiet", 6, 4, 1062269864, 296],
      ["retire", 1, 3, 1965718241, 0],
    ),
  },
  {
    what: "a PC was set back to before its first start, and got another key under the same certificate (of the simulation)",
    plan: plan(
      "217499",
      2,
      false,
      ["join", 4, 1, 4208625279, 0],
      ["backup", 5, 2, 2357722812, 252],
      ["scan", 3, 1, 3522493248, 190],
      ["restore", 5, 5, 1893846145, 2],
    ),
  },
  {
    what: "a file of a purged outage was kept by some desks, and an exception about a scan in it told by them alone (of the simulation)",
    plan: plan(
      "end-21166",
      3,
      false,
      ["scan", 1, 3, 1985142374, 0],
      ["one-way", 6, 1, 568384963, 8],
      ["end", 1, 4, 3811637980, 0],
      ["scan", 5, 4, 2750548781, 290],
      ["drop", 2, 4, 1329817044, 0],
      ["cut", 3, 4, 4036379813, 12],
      ["scan", 3, 0, 1505112490, 16],
      ["one-way", 5, 1, 1353227566, 0],
      ["join", 4, 0, 3997251996, 13],
      ["export", 0, 6, 3721523350, 4302],
      ["scan", 0, 5, 814655570, 233],
      ["scan", 4, 4, 291157408, 293],
      ["purge", 5, 5, 2599598677, 265],
      ["scan", 3, 3, 2223010315, 0],
    ),
  },
  // Whole: what is left of them when shrunk is long, or breaks another thing.
  ...["209249", "end-20337", "end-21198", "end-21274", "end-21403"].map((seed) => ({
    what: `what the soak broke in ${seed} (of the simulation)`,
    plan: drawPlan(seed),
  })),
];
