/** Makes a plan that breaks an invariant as short as it gets: takes steps out for as long as that one still breaks. */
import type { Broken } from "./oracle.ts";
import { playPlan } from "./play.ts";
import type { Plan, Step } from "./steps.ts";

export interface Least {
  readonly plan: Plan;
  readonly broken: Broken;
}

const mostTries = 400;

export async function shrink(plan: Plan, invariant: string, play = playPlan): Promise<Least> {
  let tries = 0;
  let least: Least | null = null;

  async function breaks(candidate: Plan): Promise<boolean> {
    tries++;
    const { broken } = await play(candidate);
    if (broken?.invariant !== invariant) return false;
    least = { plan: candidate, broken };
    return true;
  }

  if (!(await breaks(plan))) throw new Error(`seed ${plan.seed} broke ${invariant} once and not again`);
  let steps: readonly Step[] = plan.steps;
  // Halves, quarters, …, single steps, and from the start again while that helps.
  for (let size = Math.ceil(steps.length / 2); size >= 1 && tries < mostTries; ) {
    let shorter = false;
    for (let at = 0; at < steps.length && tries < mostTries; ) {
      const candidate = [...steps.slice(0, at), ...steps.slice(at + size)];
      if (await breaks({ ...plan, steps: candidate })) {
        steps = candidate;
        shorter = true;
      } else at += size;
    }
    if (size === 1 && !shorter) break;
    size = size === 1 ? 1 : Math.ceil(size / 2);
  }
  for (const simpler of [{ mdns: false }, { apart: [] }])
    if (least && tries < mostTries) await breaks({ ...(least as Least).plan, ...simpler });
  if (!least) throw new Error("nothing was shrunk");
  return least;
}
