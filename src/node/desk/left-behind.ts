/**
 * Lines that a batch knew and left out for a reason that holds no longer: what it took for taken back, or for a second scan,
 * stands after all. They lie within that batch and are in no file, so they wait for the next one (decision 0121).
 */
import type { BatchFact } from "../../crdt/circulation/batch-fact.ts";
import { createBatchReach, type Reaches } from "../../crdt/circulation/batch-reach.ts";
import type { Batch } from "../../crdt/circulation/branch-state.ts";
import type { LeftBehind } from "../../crdt/circulation/late-lines.ts";
import { contentInSteps } from "../../crdt/circulation/lines.ts";
import type { Steps } from "../../crdt/circulation/steps.ts";
import { frontiersOf, reachesOf } from "./exported.ts";
import type { Ledger } from "./ledger.ts";
import { outageDocument } from "./ledger-entries.ts";

export function createLeftBehind(ledger: Ledger): LeftBehind {
  const { fold, branch } = ledger;
  const { batches } = branch;
  const standing = batches.filter(({ state }) => state !== "withdrawn");
  const reach = createBatchReach(batches.map(({ fact }) => fact));
  const linesByBatch = new Map<Batch, ReadonlySet<string>>();
  const knows = standing.map(({ fact }) => ({ fact, isKnown: frontiersOf(ledger, fact).isUpper }));

  function carriersOf(id: string): readonly Batch[] {
    const copies = fold.copiesOf(id).map(({ position }): Reaches => {
      return reachesOf(position.outage, ledger.placesOf(position));
    });
    return standing.filter((batch) => {
      const isMeant = (index: number): boolean => batches[index] === batch;
      return (
        batch.fact.again?.includes(id) === true ||
        copies.some((reaches) => reach.firstCarrying(reaches, isMeant) !== -1)
      );
    });
  }

  /** False as well where not all of the batch is here, so that nobody can tell. */
  function* hasLeftOut(batch: Batch, id: string): Steps<boolean> {
    const { fact } = batch;
    if (fact.elsewhere?.includes(id) === true || !isWhole(ledger, fact)) return false;
    const known = linesByBatch.get(batch) ?? new Set(yield* idsOfLines(ledger, fact));
    linesByBatch.set(batch, known);
    return !known.has(id);
  }

  return {
    mayBe(recorded) {
      const { id, kind } = recorded.fact;
      if (kind === "voiding" || fold.isVoided(id) || fold.isRepeat(id)) return false;
      return knows.some(({ fact, isKnown }) => {
        if (fact.voided?.includes(id) === true) return true;
        return isKnown(recorded.position) && fold.mayHaveChanged(recorded, isKnown);
      });
    },
    *is({ fact: { id } }) {
      const carriers = carriersOf(id);
      for (const batch of carriers) if (!(yield* hasLeftOut(batch, id))) return false;
      return carriers.length > 0;
    },
  };
}

/** All that the batch knew is on this desk. */
export function isWhole({ books }: Ledger, { outage, upper }: BatchFact): boolean {
  const held = books.get(outageDocument(outage))?.document.frontier() ?? new Map();
  return [...upper].every(([feed, count]) => (held.get(feed)?.count ?? 0) >= count);
}

function* idsOfLines(ledger: Ledger, fact: BatchFact): Steps<readonly string[]> {
  const { lines } = yield* contentInSteps(ledger.fold, frontiersOf(ledger, fact));
  return lines.map(({ recorded }) => recorded.fact.id);
}
