/** Which facts lie within which batch: frontiers of batch entries against places in the log (log.md, L21). */
import type { BatchFact } from "../../crdt/circulation/batch-fact.ts";
import {
  type BatchRange,
  createBatchReach,
  isWithin,
  type Reaches,
} from "../../crdt/circulation/batch-reach.ts";
import type { Batch, BranchState } from "../../crdt/circulation/branch-state.ts";
import type { ExportCheck } from "../../crdt/circulation/export-exceptions.ts";
import type { Frontiers } from "../../crdt/circulation/lines.ts";
import type { Position } from "../../crdt/circulation/transaction.ts";
import type { FeedPlace } from "./carriers.ts";
import type { Ledger } from "./ledger.ts";

export interface ExportedCheck {
  /** Id of the first batch, not withdrawn, that carries the transaction `id`, of which copies stand at these places. */
  batchOf(id: string, ...copies: readonly Position[]): string | undefined;
  /** The same of all its copies: where a batch names it since one before left it out, that one. Or of a purged outage. */
  batchOfId(id: string): string | undefined;
  exported: ExportCheck;
}

/** The places of one position are asked for once, not for each batch: this runs for every entry of the log. */
export function reachesOf(outage: number, places: readonly FeedPlace[]): Reaches {
  return (bounds) => bounds.outage === outage && places.some(({ feed, seq }) => isWithin(bounds, feed, seq));
}

/** Where a batch begins and ends, as a question to any place of the log. */
export function frontiersOf(
  ledger: Pick<Ledger, "branch" | "placesOf">,
  range: Omit<BatchRange, "id"> & Pick<BatchFact, "elsewhere" | "voided">,
): Frontiers {
  const { outage } = range;
  const isCarried = createBatchReach(ledger.branch.batches.map(({ fact }) => fact)).isCarriedBy(range.after);
  const isBelow = ({ feed, seq }: FeedPlace): boolean => isWithin(range, feed, seq);
  const isFirst = range.after.length === 0;
  return {
    isUpper: (position) => position.outage === outage && ledger.placesOf(position).some(isBelow),
    isLower: (position, id) =>
      !isFirst &&
      isCarried(reachesOf(position.outage, position.outage === outage ? ledger.placesOf(position) : []), id),
    elsewhere: new Set(range.elsewhere),
    voided: new Set(range.voided),
    again: new Set(range.again),
  };
}

const lastChecks = new WeakMap<Ledger, { readonly branch: BranchState; readonly check: ExportedCheck }>();

/** All batches that stand. Every row of every list asks: made once for each state of the branch. */
export function exportCheck(ledger: Ledger): ExportedCheck {
  const { branch } = ledger;
  const last = lastChecks.get(ledger);
  if (last?.branch === branch) return last.check;
  const check = exportCheckOf(ledger, () => true);
  lastChecks.set(ledger, { branch, check });
  return check;
}

/** `isMeant`: of all batches that stand, those that are asked about. */
export function exportCheckOf(ledger: Ledger, isMeant: (batch: Batch) => boolean): ExportedCheck {
  const { batches } = ledger.branch;
  const reach = createBatchReach(batches.map(({ fact }) => fact));
  const asked = batches.map((batch) => batch.state !== "withdrawn" && isMeant(batch));
  const isAsked = (index: number): boolean => asked[index] === true;
  const batchAt = (position: Position, id: string): number =>
    batches.length === 0
      ? -1
      : reach.firstCarrying(reachesOf(position.outage, ledger.placesOf(position)), isAsked, id);
  const again = new Map(
    batches.flatMap(({ fact }, index) =>
      isAsked(index) ? (fact.again ?? []).map((id) => [id, fact.id] as const) : [],
    ),
  );

  function batchOf(id: string, ...copies: readonly Position[]): string | undefined {
    const indexes = copies.map((position) => batchAt(position, id)).filter((index) => index !== -1);
    return batches[Math.min(...indexes)]?.fact.id;
  }

  return {
    batchOf,
    batchOfId: (id) =>
      again.get(id) ??
      batchOf(id, ...ledger.fold.copiesOf(id).map(({ position }) => position)) ??
      ledger.branch.purges.carried.get(id),
    exported(line, change, id) {
      const [at, changed] = [line, change].map(({ outage, ...place }) =>
        reachesOf(outage, ledger.placesOf({ outage, ...place })),
      ) as [Reaches, Reaches];
      const isUnaware = (index: number): boolean => {
        const { fact } = batches[index]!;
        return isAsked(index) && !changed(fact) && fact.voided?.includes(id) !== true;
      };
      return reach.firstCarrying(at, isUnaware, id) !== -1;
    },
  };
}
