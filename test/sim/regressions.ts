/** Plans that broke something once, as short as they got. What they found is mended; each is played again in every test. */
import type { Act, Plan, Step } from "./steps.ts";

export interface Regression {
  readonly what: string;
  readonly plan: Plan;
}

type ShortStep = readonly [act: Act, a: number, b: number, n: number, waitMs: number];

const last: ShortStep = ["quiet", 0, 0, 1, 0];

function plan(seed: string, desks: number, mdns: boolean, ...steps: readonly ShortStep[]): Plan {
  const all = [...steps, last].map(([act, a, b, n, waitMs]): Step => ({ act, a, b, n, waitMs }));
  return { seed, desks, apart: [], mdns, steps: all };
}

export const regressions: readonly Regression[] = [
  {
    what: "a desk that a founder without a disk let in believed nobody, as its own admission was there and no other",
    plan: plan("7", 2, false, ["wipe", 4, 6, 2019434236, 0], ["join", 4, 4, 1610384255, 0]),
  },
  {
    what: "a transaction whose other copy was exported waited for ever, and its outage could not be closed",
    plan: plan(
      "569",
      2,
      false,
      ["stop", 0, 6, 2119803539, 0],
      ["scan", 2, 0, 987146442, 297],
      ["again", 3, 1, 3739773977, 12],
      ["export", 1, 1, 3859447376, 0],
    ),
  },
  {
    what: "of two batches that knew a copy each, the second was shown as the one that carries it",
    plan: plan(
      "1265",
      2,
      true,
      ["cut", 0, 5, 1171524653, 0],
      ["scan", 6, 1, 2938274307, 206],
      ["again", 5, 5, 1169904617, 0],
      ["start", 5, 3, 2735414825, 15],
      ["export", 3, 2, 2477859956, 4525],
      ["scan", 0, 1, 747732781, 0],
    ),
  },
  {
    what: "what a retired desk alone had kept the outage incomplete, and nobody could say that it is lost",
    plan: plan(
      "377",
      3,
      false,
      ["scan", 6, 6, 330389729, 15],
      ["scan", 6, 0, 1542185261, 0],
      ["overtake", 1, 1, 238511418, 6],
      ["one-way", 4, 4, 3602828007, 11],
      ["scan", 3, 3, 1042819385, 44],
      ["scan", 2, 3, 1893212265, 5],
      ["scan", 3, 4, 1296571971, 16],
      ["retire", 2, 0, 413546449, 49],
    ),
  },
];
