/** What stays of an outage when its patrons are forgotten: how often each kind of thing was done, by desk and hour. */
import type { Fold } from "./fold.ts";
import type { PurgeFact } from "./purge-fact.ts";
import type { DeskHourCount } from "./purge-state.ts";
import type { Steps } from "./steps.ts";
import type { Recorded, Transaction } from "./transaction.ts";
import { countedTime } from "./wall-time.ts";

/** Transactions of an outage that stand, once each: of those in the fold at the first step, each as it stands at its turn. */
export function* countInSteps(fold: Fold, outage: number): Steps<readonly DeskHourCount[]> {
  const cells = new Map<string, DeskHourCount>();
  for (const [n, recorded] of [...fold.all()].entries()) {
    if (n % factsInStep === 0) yield n;
    if (recorded.position.outage !== outage || !counts(fold, recorded)) continue;
    const { desk } = recorded.position;
    const { kind } = recorded.fact;
    const hour = Math.max(0, Math.floor(countedTime(recorded) / 3_600_000));
    const key = `${desk} ${kind} ${hour}`;
    cells.set(key, { desk, kind, hour, count: (cells.get(key)?.count ?? 0) + 1 });
  }
  return [...cells.values()];
}

/** Well below a millisecond. */
const factsInStep = 200;

/** About 10 bytes a cell: an entry holds 8 KiB (L2). */
const cellsPerFact = 300;

export function toStatisticsFacts(
  outage: number,
  cells: readonly DeskHourCount[],
): readonly Extract<PurgeFact, { kind: "statistics" }>[] {
  const desks = [...new Set(cells.map(({ desk }) => desk))].sort();
  return desks.flatMap((desk) => {
    const own = cells.filter((cell) => cell.desk === desk).map(({ desk: _, ...cell }) => cell);
    const parts = Array.from({ length: Math.ceil(own.length / cellsPerFact) }, (_, n) =>
      own.slice(n * cellsPerFact, (n + 1) * cellsPerFact),
    );
    return parts.map((counts) => ({ kind: "statistics" as const, outage, desk, counts }));
  });
}

function counts(fold: Fold, recorded: Recorded): recorded is Recorded<Transaction> {
  const { fact } = recorded;
  if (fact.kind === "settlement" || fold.recordedById(fact.id) !== recorded) return false;
  return !fold.isVoided(fact.id) && !fold.isRepeat(fact.id);
}
