/**
 * The fold of what `branch` says of forgetting (log.md, L24). Total; joined rather than replaced where two supervisors
 * purge at once. It also says which entries need nobody to carry them any more: what went out once goes out once.
 */
import { type BatchReach, createBatchReach, isWithin } from "./batch-reach.ts";
import type { Batch, BranchState } from "./branch-state.ts";
import { type FeedStretches, isInStretches, pairsToStretches, stretchesToPairs } from "./feed-stretches.ts";
import { type FrontierCounts, joinCounts } from "./frontier-counts.ts";
import type { HourCount, PurgeFact } from "./purge-fact.ts";

export interface Purge {
  /** ms */
  readonly at: number;
  readonly desk: string;
  /** Nobody: it was due. */
  readonly by?: string;
  readonly reason?: string;
  /** Of all purges of that outage. */
  readonly upper: FrontierCounts;
}

export type CarryOver = Extract<PurgeFact, { kind: "carry-over" }> & { readonly desk: string };

export interface DeskHourCount extends HourCount {
  readonly desk: string;
}

export interface PurgeState {
  /** By outage; the first word in order tells when and by whom. */
  readonly purges: ReadonlyMap<number, Purge>;
  readonly carryOvers: readonly CarryOver[];
  /** Id of which a copy is left → the batch of a purged outage that carries it: the copy goes into no file. */
  readonly carried: ReadonlyMap<string, string>;
  /** Purged outage → carried entries that counted nowhere in it. */
  readonly vain: ReadonlyMap<number, FeedStretches>;
  /** Outage → desks where nothing is left of it. */
  readonly destroyed: ReadonlyMap<number, ReadonlySet<string>>;
  readonly statistics: ReadonlyMap<number, readonly DeskHourCount[]>;
  /** Something was purged since the snapshot in force came: the one before it goes too. */
  readonly forgetsReplaced: boolean;
}

export interface PurgeFold {
  add(entry: { readonly at: number; readonly desk: string; readonly staff?: string }, fact: PurgeFact): void;
  /** Another snapshot is in force. */
  snapshotReplaced(): void;
  readonly state: PurgeState;
}

export function createPurgeFold(): PurgeFold {
  const purges = new Map<number, Purge>();
  const carryOvers: CarryOver[] = [];
  const carried = new Map<string, string>();
  const vain = new Map<number, FeedStretches>();
  const destroyed = new Map<number, Set<string>>();
  const cells = new Map<number, Map<string, DeskHourCount>>();
  let forgetsReplaced = false;

  function addStatistics(fact: Extract<PurgeFact, { kind: "statistics" }>): void {
    const known = cells.get(fact.outage) ?? new Map<string, DeskHourCount>();
    cells.set(fact.outage, known);
    for (const cell of fact.counts) {
      const key = `${fact.desk} ${cell.kind} ${cell.hour}`;
      if ((known.get(key)?.count ?? 0) < cell.count) known.set(key, { desk: fact.desk, ...cell });
    }
  }

  return {
    add({ at, desk, staff }, fact) {
      if (fact.kind === "statistics") addStatistics(fact);
      else if (fact.kind === "went-out") {
        for (const [batch, ids] of fact.carried)
          for (const id of ids) if (!carried.has(id)) carried.set(id, batch);
        const all = [vain.get(fact.outage), fact.vain].flatMap(stretchesToPairs);
        if (all.length > 0) vain.set(fact.outage, pairsToStretches(all));
      } else if (fact.kind === "carry-over") carryOvers.push({ ...fact, desk });
      else if (fact.kind === "destroyed")
        destroyed.set(fact.outage, (destroyed.get(fact.outage) ?? new Set()).add(desk));
      else {
        const { reason, upper } = fact;
        const first = purges.get(fact.outage) ?? {
          ...{ at, desk, upper },
          ...(staff === undefined ? {} : { by: staff }),
          ...(reason === undefined ? {} : { reason }),
        };
        purges.set(fact.outage, { ...first, upper: joinCounts([first.upper, upper]) });
        forgetsReplaced = true;
      }
    },
    snapshotReplaced() {
      forgetsReplaced = false;
    },
    get state() {
      const statistics = new Map([...cells].map(([outage, known]) => [outage, [...known.values()]]));
      return { purges, carryOvers, carried, vain, destroyed, statistics, forgetsReplaced };
    },
  };
}

/** Where an entry stands, or stood: `feed` is `<desk>/<run>`. */
export interface LogPlace {
  readonly outage: number;
  readonly feed: string;
  readonly seq: number;
}

/** Batches that stand of an outage; whether they are loaded is for the ILS to say. */
export function standingBatches(state: BranchState, outage: number): readonly Batch[] {
  return state.batches.filter(({ fact, state: how }) => fact.outage === outage && how !== "withdrawn");
}

/** Up to where all entries of an outage's feeds are in a file, or purged: nobody needs to carry those. */
export function settledCounts(state: BranchState, outage: number): FrontierCounts {
  const purge = state.purges.purges.get(outage);
  const uppers = standingBatches(state, outage).map(({ fact }) => fact.upper);
  const reached = joinCounts(purge ? [purge.upper, ...uppers] : uppers);
  const isWhole = !state.purges.vain.has(outage) && state.batches.every(isWholeBatch(outage));
  if (isWhole) return reached;
  // What one carried that was withdrawn since may lie below and be in no file, and so may what counted nowhere.
  return new Map(
    [...reached].map(([feed, count]) => [feed, firstOpen(state, { outage, feed, seq: 0 }, count)]),
  );
}

function isWholeBatch(outage: number): (batch: Batch) => boolean {
  return ({ fact, state }) => fact.outage !== outage || (state !== "withdrawn" && fact.vain === undefined);
}

function firstOpen(state: BranchState, place: LogPlace, count: number): number {
  for (let seq = place.seq; seq < count; seq++) if (!isSettledThere(state, { ...place, seq })) return seq;
  return count;
}

/** At that very place: within a purge, or carried by a batch that stands; and it counted there. */
function isSettledThere(state: BranchState, { outage, feed, seq }: LogPlace): boolean {
  const { purges, vain } = state.purges;
  const isPurged = (purges.get(outage)?.upper.get(feed) ?? 0) > seq;
  if (isPurged && !isInStretches(vain.get(outage), feed, seq)) return true;
  const stands = (index: number): boolean => state.batches[index]!.state !== "withdrawn";
  const isCarried = reachOf(state).firstCarrying(
    (bounds) => bounds.outage === outage && isWithin(bounds, feed, seq),
    stands,
  );
  return isCarried !== -1;
}

/** Asked of entry after entry. */
const reaches = new WeakMap<BranchState, BatchReach>();

function reachOf(state: BranchState): BatchReach {
  const known = reaches.get(state) ?? createBatchReach(state.batches.map(({ fact }) => fact));
  reaches.set(state, known);
  return known;
}

/** Where an entry was carried to, as somebody claims. */
export interface ClaimedPlace extends LogPlace {
  /** By an older program, which named no more than the end of all that it carried then. */
  readonly isEnd?: true;
  /** And others claimed the same before, so that it may have carried less. */
  readonly isDoubtful?: true;
}

/** In order of the log. */
export function listClaimed(state: BranchState, { outage, feed, seq }: LogPlace): readonly ClaimedPlace[] {
  const places: ClaimedPlace[] = [];
  for (const { desk, run, into, count, upper, carried, ...claim } of state.purges.carryOvers) {
    const there = { outage: into, feed: `${desk}/${run}` };
    if (carried) {
      const stretches = carried.get(outage)?.get(feed) ?? [];
      for (const [from, to, at] of stretches)
        if (from <= seq && seq < to) places.push({ ...there, seq: at + seq - from });
    } else if (claim.outage === outage && (upper.get(feed) ?? 0) > seq) {
      const isFirst = places.length === 0;
      places.push({ ...there, seq: count - 1, isEnd: true, ...(isFirst ? {} : { isDoubtful: true }) });
    }
  }
  return places;
}

/** An entry is in a file, or purged, where it first stood or where somebody carried it. */
export function isSettledPlace(state: BranchState, place: LogPlace): boolean {
  return isSettledThere(state, place) || listClaimed(state, place).some((one) => isSettledClaim(state, one));
}

function isSettledClaim(state: BranchState, place: ClaimedPlace): boolean {
  if (!place.isEnd) return isSettledThere(state, place);
  const { outage, feed, seq } = place;
  // Nobody can see any more what was in it, and as a rule that was all of it.
  if ((state.purges.purges.get(outage)?.upper.get(feed) ?? 0) > seq) return true;
  return !place.isDoubtful && (settledCounts(state, outage).get(feed) ?? 0) > seq;
}

/**
 * Whether a carried entry comes too late: it is in a file, or purged, where it first stood or where another desk carried it
 * to, and not in this outage. It then counts nowhere, or the ILS would get it twice; and counts again where that file is
 * withdrawn. A batch that was made meanwhile knows nothing of it all the same, since it names it (`vain`).
 */
export function isCarriedInVain(state: BranchState, source: LogPlace, carrier: LogPlace): boolean {
  if (source.outage === carrier.outage || isSettledThere(state, carrier)) return false;
  const claimed = listClaimed(state, source);
  // Of two carriers in one outage each is a place of the same scan: what carries one of them carries it.
  const beside = claimed.filter(({ outage, isEnd }) => outage === carrier.outage && !isEnd);
  if (beside.some((place) => isSettledThere(state, place))) return false;
  if (isSettledThere(state, source)) return true;
  return claimed.some((place) => !beside.includes(place) && isSettledClaim(state, place));
}

/** Changes with whatever `isCarriedInVain` depends on; constant as long as nothing was carried on. */
export function carryMark(state: BranchState): string {
  const { carryOvers, purges, vain } = state.purges;
  if (carryOvers.length === 0) return "";
  const batches = state.batches.filter((batch) => batch.state !== "withdrawn").map(({ fact }) => fact.id);
  const uppers = [...purges.values()].flatMap(({ upper }) => [...upper.values()]);
  const sum = uppers.reduce((all, count) => all + count, 0);
  return [carryOvers.length, purges.size, sum, vain.size, ...batches].join(" ");
}
