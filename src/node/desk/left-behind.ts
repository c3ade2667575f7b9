/**
 * Lines that a batch knew and left out for a reason that holds no longer: what it took for taken back, or for a second scan,
 * stands after all. They lie within that batch and are in no file, so they wait for the next one (decision 0121).
 */
import type { BatchFact } from "../../crdt/circulation/batch-fact.ts";
import { createBatchReach, type Reaches } from "../../crdt/circulation/batch-reach.ts";
import type { Batch } from "../../crdt/circulation/branch-state.ts";
import type { Fold } from "../../crdt/circulation/fold.ts";
import type { LeftBehind } from "../../crdt/circulation/late-lines.ts";
import { contentInSteps } from "../../crdt/circulation/lines.ts";
import type { Steps } from "../../crdt/circulation/steps.ts";
import {
  comparePositions,
  type Position,
  type Recorded,
  type Transaction,
} from "../../crdt/circulation/transaction.ts";
import { frontiersOf, reachesOf } from "./exported.ts";
import type { Ledger } from "./ledger.ts";
import { outageDocument } from "./ledger-entries.ts";

export function createLeftBehind(ledger: Ledger): LeftBehind {
  const { batches } = ledger.branch;
  const standing = batches.filter(({ state }) => state !== "withdrawn");
  const reach = createBatchReach(batches.map(({ fact }) => fact));
  const linesByBatch = new Map<Batch, ReadonlySet<string>>();

  function carriersOf(id: string): readonly Batch[] {
    const copies = copiesOf(ledger, id);
    return standing.filter((batch) => {
      const isMeant = (index: number): boolean => batches[index] === batch;
      return copies.some((reaches) => reach.firstCarrying(reaches, isMeant, id) !== -1);
    });
  }

  /**
   * In a file of another outage, as this one says. Where batches of that are known here, they say themselves whether it
   * is; not where it is purged or its batch unheard of, nor where they all only say the same of each other.
   */
  function isElsewhere({ outage, elsewhere }: BatchFact, id: string): boolean {
    if (elsewhere?.includes(id) !== true) return false;
    const copies = copiesOf(ledger, id);
    const knew = batches.filter(({ fact }) => copies.some((reaches) => reaches(fact)));
    const isThere = knew.some(({ fact }) => fact.outage !== outage);
    return !(isThere && knew.some(({ fact }) => fact.elsewhere?.includes(id) !== true));
  }

  /** False as well where not all of the batch is here, so that nobody can tell. */
  function* hasLeftOut(batch: Batch, id: string): Steps<boolean> {
    const { fact } = batch;
    if (isElsewhere(fact, id) || !isWhole(ledger, fact)) return false;
    const known = linesByBatch.get(batch) ?? new Set(yield* idsOfLines(ledger, fact));
    linesByBatch.set(batch, known);
    return !known.has(id);
  }

  return {
    mayBe: createDoubt(ledger),
    *is({ fact: { id } }) {
      const carriers = carriersOf(id);
      for (const batch of carriers) if (!(yield* hasLeftOut(batch, id))) return false;
      return carriers.length > 0;
    },
  };
}

/** A batch, what its maker knew, and the batches that it was made after. */
interface Knower {
  readonly fact: BatchFact;
  readonly isStanding: boolean;
  readonly isKnown: (position: Position) => boolean;
  readonly before: readonly Knower[];
}

/**
 * A batch left it out for what it was then, and something has changed; or since one before had heard of another copy, or
 * of another scan of the same act, that went out there: then that one may be withdrawn, or have left this out itself.
 */
function createDoubt(ledger: Ledger): LeftBehind["mayBe"] {
  const { fold } = ledger;
  const knowers = listKnowers(ledger);
  const standing = knowers.filter(({ isStanding }) => isStanding);

  /** Asked of batch after batch: where its copies stand is looked up once. */
  function createHeard(id: string): (knower: Knower) => boolean {
    const copies = copiesOf(ledger, id);
    return ({ fact }) => copies.some((reaches) => reaches(fact));
  }

  /** Batches for whose sake one after them may have left it out. As a rule none. */
  function listDoubtful(counted: Recorded<Transaction>, hasHeard: (knower: Knower) => boolean): Knowers {
    const mates = listMates(fold, counted).map(({ fact, position }) => ({
      isLater: comparePositions(position, counted.position) > 0,
      hasHeardIt: createHeard(fact.id),
    }));
    if (mates.length === 0 && standing.length === knowers.length) return [];
    return knowers.filter((one) =>
      hasHeard(one)
        ? !one.isStanding
        : mates.some(({ isLater, hasHeardIt }) => (isLater || !one.isStanding) && hasHeardIt(one)),
    );
  }

  return (recorded) => {
    const { id } = recorded.fact;
    // Of two contents under one id the first counts, whichever of them a batch had heard of.
    const counted = fold.recordedById(id) ?? recorded;
    if (counted.fact.kind === "voiding" || fold.isVoided(id)) return false;
    if (standing.some(({ fact }) => fact.voided?.includes(id) === true)) return true;
    const hasHeard = createHeard(id);
    const heard = standing.filter(hasHeard);
    if (heard.some(({ isKnown }) => fold.mayHaveChanged(counted, isKnown))) return true;
    const doubtful = listDoubtful(counted, hasHeard);
    return doubtful.length > 0 && heard.some(({ before }) => before.some((one) => doubtful.includes(one)));
  };
}

type Knowers = readonly Knower[];

function listKnowers(ledger: Ledger): Knowers {
  const knowers = new Map<string, Knower>();
  // Those that a batch was made after come before it.
  for (const { fact, state } of ledger.branch.batches)
    knowers.set(fact.id, {
      fact,
      isStanding: state !== "withdrawn",
      isKnown: frontiersOf(ledger, fact).isUpper,
      before: fact.after.flatMap((id) => knowers.get(id) ?? []),
    });
  return [...knowers.values()];
}

/** What may be a scan of the same act. */
function listMates(fold: Fold, recorded: Recorded<Transaction>): readonly Recorded<Transaction>[] {
  const { fact } = recorded;
  const now = fold.corrected(recorded).fact;
  const mates = [...besideOf(fold, fact), ...(now === fact ? [] : besideOf(fold, now))];
  return mates.filter((one) => one.fact.kind === fact.kind && one.fact.id !== fact.id);
}

function besideOf(fold: Fold, fact: Transaction): readonly Recorded<Transaction>[] {
  if ("item" in fact) return fold.historyOf(fact.item);
  return fact.kind === "registration" ? fold.historyOfPatron(fact.patron) : [];
}

function copiesOf(ledger: Ledger, id: string): readonly Reaches[] {
  return ledger.fold
    .copiesOf(id)
    .map(({ position }) => reachesOf(position.outage, ledger.placesOf(position)));
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
