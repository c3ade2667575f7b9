/**
 * A nemesis is one thing that goes wrong on such a day, done to running desks while clerks scan at all of them. Each
 * round ends healed, and then the oracle asks. DESKMESH_ROUNDS=10 runs each of them so often; without it the quick ones
 * run once, and all of them three times with DESKMESH_FULL=1.
 */
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { createLan, type Lan, lanLack, showOutputOnFailure } from "./bench.ts";
import { createOracle, type Oracle } from "./oracle.ts";
import { pause, range, startBranch } from "./scans.ts";

export interface Scene {
  readonly lan: Lan;
  readonly oracle: Oracle;
  /** 1 … n */
  readonly desks: readonly number[];
  /** Counts from 0. */
  readonly round: number;
}

export interface Nemesis {
  readonly name: string;
  readonly desks?: number;
  /** Namespaces beside the desks', for whoever is no desk. */
  readonly others?: number;
  readonly addresses?: readonly string[];
  /** Part of `npm test`. */
  readonly quick?: boolean;
  /** Why it can't be done on this machine. */
  readonly lack?: string | null;
  readonly roundMs?: number;
  /** Before the first desk starts. */
  readonly lay?: (lan: Lan) => void;
  /** Once the branch stands. */
  readonly prepare?: (scene: Scene) => Promise<void>;
  /** Done to the desks while clerks scan, or without them where it sees to that itself. Ends healed. */
  readonly act: (scene: Scene) => Promise<void>;
  readonly clerks?: boolean;
  /** When all desks have ended. */
  readonly clean?: (lan: Lan) => void;
}

const told = Number(process.env.DESKMESH_ROUNDS ?? 0);
const isFull = process.env.DESKMESH_FULL === "1";
const fullRounds = 3;

/** `null`: not this time. */
function roundsOf(nemesis: Nemesis): number | null {
  if (told > 0) return told;
  if (isFull) return fullRounds;
  return nemesis.quick ? 1 : null;
}

/** Registers the nemesis with vitest: a LAN of its own, one test for each round. */
export function face(nemesis: Nemesis): void {
  const count = nemesis.desks ?? 3;
  const rounds = roundsOf(nemesis);
  const lack = lanLack() ?? nemesis.lack ?? null;
  if (rounds === null || lack !== null) {
    test.skip(`${nemesis.name} (${lack ?? "runs with DESKMESH_FULL=1 or DESKMESH_ROUNDS"})`);
    return;
  }
  describe(nemesis.name, () => {
    let lan: Lan;
    let oracle: Oracle;
    const desks = range(count);
    beforeAll(
      async () => {
        lan = await createLan({
          desks: count + (nemesis.others ?? 0),
          ...(nemesis.addresses ? { addresses: nemesis.addresses } : {}),
        });
        nemesis.lay?.(lan);
        await startBranch(lan, count);
        oracle = createOracle(lan);
        await nemesis.prepare?.({ lan, oracle, desks, round: -1 });
      },
      60_000 + count * 15_000,
    );
    afterAll(async () => {
      if (!lan) return;
      for (const desk of desks) await lan.kill(desk);
      nemesis.clean?.(lan);
      await lan.destroy();
    });
    showOutputOnFailure(() => lan, count);

    test.each(range(rounds))(
      "round %i",
      async (round) => {
        const startedAt = performance.now();
        const before = oracle.receipts;
        const scene = { lan, oracle, desks, round: round - 1 };
        const act = () => nemesis.act(scene);
        await (nemesis.clerks === false ? act() : oracle.during(desks, act));
        const healedAt = performance.now();
        await oracle.check(desks);
        const alikeMs = performance.now() - healedAt;
        await oracle.compareFiles(desks);
        for (const desk of desks) expect(lan.output(desk), `desk ${desk}`).not.toMatch(/\n {4}at |Unhandled/);
        const [ms, receipts] = [performance.now() - startedAt, oracle.receipts - before];
        console.log(
          `nemesis ${nemesis.name}, round ${round}: ${receipts} receipts, checked ${alikeMs.toFixed(0)} ms after, ${ms.toFixed(0)} ms in all`,
        );
      },
      nemesis.roundMs ?? 90_000,
    );
  });
}

export function pick<T>(list: readonly T[]): T {
  const one = list[Math.floor(Math.random() * list.length)];
  if (one === undefined) throw new Error("nothing to pick from");
  return one;
}

/** A while of `from` to `to` ms: how long a fault lasts, not a wait for a state. */
export function aWhile(from: number, to: number): Promise<void> {
  return pause(from + Math.random() * (to - from));
}
