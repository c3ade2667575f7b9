/** Which facts lie within which batch: frontiers of batch entries against places in the log (log.md, L21). */
import { type Batch, lowerOf } from "../../crdt/circulation/branch-state.ts";
import type { FrontierCounts } from "../../crdt/circulation/frontier-counts.ts";
import type { Position } from "../../crdt/circulation/transaction.ts";
import type { Ledger } from "./ledger.ts";

export interface ExportedCheck {
  /** Id of the first batch, not withdrawn, that carries what stands at one of these places. */
  batchOf(...copies: readonly Position[]): string | undefined;
  /** A batch carried the line and did not know of the change (L23). */
  exported(line: Position, change: Position): boolean;
}

/** Whether a place of an outage lies within a frontier. */
export function liesWithin(
  ledger: Ledger,
  outage: number,
  counts: FrontierCounts,
  position: Position,
): boolean {
  if (position.outage !== outage) return false;
  return ledger.placesOf(position).some(({ feed, seq }) => (counts.get(feed) ?? 0) > seq);
}

export function exportCheck(ledger: Ledger): ExportedCheck {
  const standing = ledger.branch.batches.filter((batch) => batch.state !== "withdrawn");
  const lowers = new Map(standing.map((batch) => [batch, lowerOf(ledger.branch, batch.fact)]));
  const carries = (batch: Batch, position: Position): boolean =>
    liesWithin(ledger, batch.fact.outage, batch.fact.upper, position) &&
    !liesWithin(ledger, batch.fact.outage, lowers.get(batch)!, position);
  return {
    batchOf: (...copies) =>
      standing.find((batch) => copies.some((position) => carries(batch, position)))?.fact.id,
    exported: (line, change) =>
      standing.some(
        (batch) => carries(batch, line) && !liesWithin(ledger, batch.fact.outage, batch.fact.upper, change),
      ),
  };
}
