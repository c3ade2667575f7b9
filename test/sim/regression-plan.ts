/** How a plan that broke something is written down. */
import type { Act, Plan, Step } from "./steps.ts";

export interface Regression {
  readonly what: string;
  readonly plan: Plan;
}

type ShortStep = readonly [act: Act, a: number, b: number, n: number, waitMs: number];

const last: ShortStep = ["quiet", 0, 0, 1, 0];

export function plan(seed: string, desks: number, mdns: boolean, ...steps: readonly ShortStep[]): Plan {
  const all = [...steps, last].map(([act, a, b, n, waitMs]): Step => ({ act, a, b, n, waitMs }));
  return { seed, desks, apart: [], mdns, steps: all };
}
