/** One simulated outage: plays a plan's steps against real desks, and looks at every quiet point what must hold. */
import type { Desk } from "../../src/node/desk/desk.ts";
import { createAir } from "../../src/node/mesh/discovery-memory.ts";
import { createNetwork } from "../../src/node/mesh/wire-memory.ts";
import { createSeededRandom } from "../../src/node/ports-memory.ts";
import type { Clerk } from "./clerk.ts";
import { type Broken, createOracle, type Oracle } from "./oracle.ts";
import { createPc, killPc, meshPort, type Pc, type Surroundings, startPc } from "./pc.ts";
import { createScheduler } from "./scheduler.ts";
import { choicesOf, type Plan, type Step } from "./steps.ts";
import { createWeather, type Weather } from "./weather.ts";

export interface World extends Surroundings {
  readonly plan: Plan;
  readonly pcs: Pc[];
  readonly oracle: Oracle;
  readonly weather: Weather;
  readonly random: ReturnType<typeof createSeededRandom>;
  /** In the plan's pairs that never reach each other. */
  isApart(a: Pc, b: Pc): boolean;
  start(pc: Pc): void;
  kill(pc: Pc, how: "power" | "process"): void;
  /** Lets time go by. */
  pass(ms: number): Promise<void>;
  /** Asks a desk, and lets time go by until it has answered; `null`: it has not, or is gone. */
  ask<T>(pc: Pc, question: (desk: Desk) => Promise<T>, withinMs?: number): Promise<T | null>;
  /** Has staff do something at a PC, without waiting for it; false: nothing runs there. */
  tell(pc: Pc, step: Step, act: (clerk: Clerk) => Promise<unknown>): boolean;
  /** Its PC stands still: nobody expects an answer. */
  excuse(pc: Pc): void;
  end(): void;
}

export interface Outcome {
  readonly broken: Broken | null;
  /** Hash of every frame, receipt and file. */
  readonly trace: string;
  readonly events: number;
  readonly simulatedMs: number;
  /** How many were given, and given out: a world in which nothing happens proves nothing. */
  readonly receipts: number;
  readonly files: number;
}

const askMs = 30_000;
const answerWithinMs = 10_000;

interface Waiting {
  readonly pc: Pc;
  readonly until: number;
}

export function createWorld(plan: Plan): World & { readonly events: () => number } {
  const scheduler = createScheduler();
  const oracle = createOracle(() => scheduler.now);
  const random = createSeededRandom(`world ${plan.seed}`);
  const pcs: Pc[] = [];
  const waiting = new Set<Waiting>();
  const pcAt = (host: string): Pc | undefined => pcs.find((pc) => pc.host === host);
  const weather = createWeather(random, oracle, pcAt);
  const network = createNetwork(scheduler.clock, {
    weather: weather.pass,
    at: (host, run) => pcAt(host)?.running?.process.run(run),
  });
  const fault = (why: unknown): void =>
    oracle.break("I33", why instanceof Error ? (why.stack ?? why.message) : String(why));
  let events = 0;

  const world: World & { readonly events: () => number } = {
    plan,
    seed: plan.seed,
    scheduler,
    network,
    air: plan.mdns ? createAir(scheduler.clock) : null,
    pcs,
    oracle,
    weather,
    random,
    events: () => events,
    // With mDNS nobody is told of anybody: they find each other.
    peersOf: (pc) =>
      plan.mdns ? [] : pcs.filter((other) => other !== pc).map(({ host }) => ({ host, port: meshPort })),
    isApart: (a, b) =>
      plan.apart.some(([x, y]) => (a.number === x && b.number === y) || (a.number === y && b.number === x)),
    start(pc) {
      if (pc.running) return;
      startPc(world, pc, (why) => {
        pc.said.push(`start failed: ${String(why)}`);
        world.kill(pc, "process");
      });
    },
    kill(pc, how) {
      world.excuse(pc);
      killPc(world, pc, how, random);
    },
    async pass(ms) {
      const until = scheduler.now + ms;
      while (await scheduler.step(until)) events++;
      for (const why of scheduler.takeCrashes()) fault(why);
      for (const one of waiting) {
        if (one.until > scheduler.now) continue;
        waiting.delete(one);
        oracle.break("I13", `${one.pc.name} did not answer within ${answerWithinMs / 1000} s`);
      }
    },
    async ask<T>(pc: Pc, question: (desk: Desk) => Promise<T>, withinMs = askMs): Promise<T | null> {
      const { running } = pc;
      if (!running?.desk) return null;
      const { desk } = running;
      const answers: { readonly value: T }[] = [];
      running.process.clock.after(0, () => {
        question(desk).then((value) => void answers.push({ value }), fault);
      });
      const until = scheduler.now + withinMs;
      while (answers.length === 0 && (await scheduler.step(until))) events++;
      return answers[0]?.value ?? null;
    },
    tell(pc, step, act) {
      const { running } = pc;
      if (!running?.desk) return false;
      const { desk } = running;
      const clerk = { pc, running, desk, oracle, choices: choicesOf(step) };
      const goesOn = Math.max(scheduler.now, running.process.stalledUntil);
      const asked = { pc, until: goesOn + answerWithinMs };
      if (step.act === "scan" || step.act === "again") waiting.add(asked);
      running.process.clock.after(0, () => {
        act(clerk).then(
          () => waiting.delete(asked),
          (why: unknown) => {
            waiting.delete(asked);
            // A disk that fails is told as it is; whatever else is thrown is a fault of the program.
            if (!desk.state().fault) fault(why);
          },
        );
      });
      return true;
    },
    excuse(pc) {
      for (const one of waiting) if (one.pc === pc) waiting.delete(one);
    },
    end: () => scheduler.end(),
  };
  for (let n = 0; n < plan.desks; n++) pcs.push(createPc(n));
  return world;
}
