/**
 * What happens in one simulated outage, as a list of steps drawn from a seed. A step says all that it needs by itself,
 * so a list with steps taken out is still a list that can be played: that is how a failure is shrunk.
 */
import type { Random } from "../../src/node/ports.ts";
import { createSeededRandom } from "../../src/node/ports-memory.ts";

/** What staff do. */
const works = [
  "scan",
  "again",
  "other-content",
  "done",
  "export",
  "mark",
  "settle",
  "move",
  "retire",
  "join",
  "look",
] as const;
/** What they do besides where outages are ended: in seeds whose name begins with "end". */
const endings = ["end", "end", "purge", "rename"] as const;
/** What befalls them; each outage draws some of these kinds. */
const mishaps = {
  network: ["cut", "one-way", "heal", "drop", "delay"],
  weather: ["double", "overtake", "fair"],
  noise: ["truncate", "corrupt", "fair"],
  power: ["power", "process", "start"],
  orderly: ["stop", "start"],
  slow: ["stall", "slow-disk"],
  clock: ["skew", "jump", "stand-still", "go-on"],
  disk: ["io-error", "full-disk", "power", "start"],
  loss: ["wipe", "backup", "restore", "start"],
  clone: ["clone"],
} as const;

export type Act =
  | (typeof works)[number]
  | (typeof endings)[number]
  | (typeof mishaps)[keyof typeof mishaps][number]
  | "quiet";

export interface Step {
  readonly act: Act;
  /** Of a PC. */
  readonly a: number;
  readonly b: number;
  /** All further choices are made from it. */
  readonly n: number;
  /** Until the next step. */
  readonly waitMs: number;
}

export interface Plan {
  readonly seed: string;
  readonly desks: number;
  /** Desks that can't reach each other, whatever heals: others relay for them. */
  readonly apart: readonly (readonly [number, number])[];
  readonly mdns: boolean;
  readonly steps: readonly Step[];
}

const maxDesks = 5;
const maxScans = 60;

export function isEndingSeed(seed: string): boolean {
  return seed.startsWith("end");
}

export function drawPlan(seed: string): Plan {
  const random = createSeededRandom(`plan ${seed}`);
  const below = (n: number): number => random.uint32() % n;
  const desks = [1, 2, 2, 2, 3, 3, 3, 3, 4, maxDesks][below(10)]!;
  const kinds = Object.values(mishaps).filter(() => below(3) === 0);
  const bad: readonly Act[] = kinds.flat();
  const scans = 5 + Math.min(below(maxScans - 5), below(maxScans - 5));
  const isEnding = isEndingSeed(seed);
  const steps: Step[] = [];
  let scanned = 0;
  while (scanned < scans) {
    const act = drawAct(below, bad, isEnding);
    if (act === "scan") scanned++;
    steps.push({
      act,
      a: below(maxDesks + 2),
      b: below(maxDesks + 2),
      n: random.uint32(),
      waitMs: drawWait(below),
    });
  }
  steps.push({ act: "quiet", a: 0, b: 0, n: 1, waitMs: 0 });
  return { seed, desks, apart: drawApart(below, desks), mdns: below(2) === 0, steps };
}

/** Exports and the like are rare, but where an outage is ended; a mishap comes with every third scan. */
function drawAct(below: (n: number) => number, bad: readonly Act[], isEnding: boolean): Act {
  const roll = below(100);
  if (isEnding && roll >= 50 && roll < 60) return endings[below(endings.length)]!;
  if (roll < 60) return "scan";
  if (roll < 80 && bad.length > 0) return bad[below(bad.length)]!;
  if (roll < 86) return "again";
  if (roll < 88) return "export";
  if (roll < 99) return works[below(works.length)]!;
  return "quiet";
}

/** Mostly at once: what happens at the same time is what goes wrong. */
function drawWait(below: (n: number) => number): number {
  const roll = below(100);
  if (roll < 35) return 0;
  if (roll < 70) return below(20);
  return roll < 96 ? below(300) : below(6_000);
}

/** Rarely, and never so that somebody can reach nobody. */
function drawApart(below: (n: number) => number, desks: number): readonly (readonly [number, number])[] {
  if (desks < 3 || below(4) > 0) return [];
  const hub = below(desks);
  const pairs: [number, number][] = [];
  for (let a = 0; a < desks; a++)
    for (let b = a + 1; b < desks; b++) if (a !== hub && b !== hub && below(2) === 0) pairs.push([a, b]);
  return pairs;
}

/** Choices of one step. */
export function choicesOf(step: Step): Random {
  return createSeededRandom(`step ${step.act} ${step.a} ${step.b} ${step.n}`);
}
