/** Plays a plan: sets the desks up, takes its steps one by one, and judges the world at each quiet point. */
import { take } from "./acts.ts";
import { judgeTheEnd } from "./final.ts";
import { judgeAtRest, judgeWhileRunning } from "./invariants.ts";
import { comeToRest, setUp } from "./rest.ts";
import { drawPlan, type Plan } from "./steps.ts";
import { createWorld, type Outcome, type World } from "./world.ts";

export async function playSeed(seed: string): Promise<Outcome> {
  return playPlan(drawPlan(seed));
}

/** The first thing that was broken, if any. What is thrown here is a fault of the simulation. */
export async function playPlan(plan: Plan): Promise<Outcome> {
  const world = createWorld(plan);
  const { oracle, scheduler } = world;
  try {
    await setUp(world);
    for (const step of plan.steps) {
      if (oracle.broken.length > 0) break;
      if (step.act === "quiet") await judge(world, step.n === 1);
      else take(world, step);
      await world.pass(step.waitMs);
      judgeWhileRunning(world);
    }
    const broken = oracle.broken[0] ?? null;
    return {
      broken,
      trace: oracle.trace(),
      events: world.events(),
      simulatedMs: scheduler.now,
      receipts: oracle.given.length,
      files: oracle.files.size,
    };
  } finally {
    world.end();
  }
}

async function judge(world: World, isLast: boolean): Promise<void> {
  if (!(await comeToRest(world))) return;
  await judgeAtRest(world);
  if (isLast && world.oracle.broken.length === 0) await judgeTheEnd(world);
}
