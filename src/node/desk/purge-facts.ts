/**
 * What is said of an outage with its purge, and could not be said any more after it: numbers, and what went out. Worked
 * out in steps, of a log that grows meanwhile.
 */
import { inOneEntry, slices } from "../../crdt/circulation/batch-lists.ts";
import type { BranchFact } from "../../crdt/circulation/branch-fact.ts";
import { pairsToStretches, stretchesToPairs } from "../../crdt/circulation/feed-stretches.ts";
import type { FrontierCounts } from "../../crdt/circulation/frontier-counts.ts";
import { contentInSteps } from "../../crdt/circulation/lines.ts";
import { standingBatches } from "../../crdt/circulation/purge-state.ts";
import { countInSteps, toStatisticsFacts } from "../../crdt/circulation/statistics.ts";
import type { Steps } from "../../crdt/circulation/steps.ts";
import { frontiersOf } from "./exported.ts";
import type { Ledger } from "./ledger.ts";
import { outageDocument } from "./ledger-entries.ts";

type LookedAt = Pick<Ledger, "fold" | "branch" | "watch" | "placesOf"> & {
  readonly books: Pick<Ledger["books"], "get">;
};

export interface Look {
  /** Entries of the outage that were here when it began, by feed. */
  readonly upper: FrontierCounts;
  readonly steps: Steps<readonly BranchFact[]>;
  /** What the steps came to, or come to, is what they would come to now. */
  isSame(): boolean;
  /** To be called, or it is told of every scan for ever. */
  end(): void;
}

export function lookAt(ledger: LookedAt, outage: number): Look {
  const { fold } = ledger;
  const batches = batchesToText(ledger, outage);
  let isTouched = false;
  const isOfIt = (id: string): boolean =>
    fold.copiesOf(id).some(({ position }) => position.outage === outage);
  // Also what is recorded in another outage: taken back there, it counts here no more.
  const end = ledger.watch(({ facts, change }) => {
    isTouched ||= facts.some(({ position }) => position.outage === outage) || change.ids.some(isOfIt);
  });
  return {
    upper: heldOf(ledger, outage),
    steps: factsInSteps(ledger, outage),
    // The fold is asked for first: what was appended here is told of with that.
    isSame: () => ledger.fold === fold && !isTouched && batchesToText(ledger, outage) === batches,
    end,
  };
}

function heldOf({ books }: LookedAt, outage: number): FrontierCounts {
  const held = books.get(outageDocument(outage))?.document.frontier() ?? new Map();
  return new Map([...held].map(([feed, { count }]) => [feed, count]));
}

/** Changes with whatever makes their lines others, but for the log itself. */
function batchesToText({ branch }: LookedAt, outage: number): string {
  const batches = branch.batches.filter(({ fact }) => fact.outage === outage);
  const texts = batches.map(({ fact: { id, after, elsewhere, voided, again }, state }) => {
    const lists = [after, elsewhere, voided, again].map((ids) => ids?.length ?? 0);
    return [id, state === "withdrawn", ...lists].join(" ");
  });
  return texts.join("\n");
}

/** Counts by desk and hour, and what is a line of a file of it and stands in another outage as well. */
function* factsInSteps(ledger: LookedAt, outage: number): Steps<readonly BranchFact[]> {
  const cells = yield* countInSteps(ledger.fold, outage);
  const carried = yield* listCarried(ledger, outage);
  return [
    ...toStatisticsFacts(outage, cells),
    ...carried.map((some) => ({ kind: "went-out" as const, outage, carried: some })),
  ];
}

/**
 * What counts nowhere in an outage goes with it, and goes out by another way; where that file is withdrawn after all, it
 * must not be taken for what went out with this one. Asked for in the same turn as the purge is said.
 */
export function vainFacts(
  { vainBelow }: Pick<Ledger, "vainBelow">,
  outage: number,
  upper: FrontierCounts,
): readonly BranchFact[] {
  return slices(stretchesToPairs(vainBelow(outage, upper)), inOneEntry.stretches).map((some) => ({
    ...{ kind: "went-out", outage, carried: new Map() },
    vain: pairsToStretches(some),
  }));
}

/** By batch, in parts that an entry has room for. */
function* listCarried(
  ledger: LookedAt,
  outage: number,
): Steps<readonly ReadonlyMap<string, readonly string[]>[]> {
  const { fold, branch } = ledger;
  const doubled = new Set(listDoubled(ledger, outage));
  // As a rule: then no batch's lines need to be gone through.
  if (doubled.size === 0) return [];
  const carried: ReadonlyMap<string, readonly string[]>[] = [];
  for (const { fact } of standingBatches(branch, outage)) {
    const { lines } = yield* contentInSteps(fold, frontiersOf(ledger, fact));
    const ids = lines.flatMap(({ recorded: { fact: line } }) => (doubled.has(line.id) ? [line.id] : []));
    carried.push(...slices(ids, inOneEntry.ids).map((some) => new Map([[fact.id, some]])));
  }
  return carried;
}

/** Ids with a copy in the outage and one in another. */
function listDoubled({ fold }: LookedAt, outage: number): readonly string[] {
  return fold.copiedIds().filter((id) => {
    const outages = new Set(fold.copiesOf(id).map(({ position }) => position.outage));
    return outages.size > 1 && outages.has(outage);
  });
}
