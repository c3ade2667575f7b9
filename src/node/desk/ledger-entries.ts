/** Entries of the log, as facts of circulation and of the branch. */
import type { BranchEntry, BranchFact } from "../../crdt/circulation/branch-fact.ts";
import type { Fact, Position, Recorded } from "../../crdt/circulation/transaction.ts";
import type { LogEntry } from "../../crdt/log/log-entry.ts";

export function outageDocument(outage: number): string {
  return `outage-${outage}`;
}

export function outageOfDocument(document: string): number | null {
  const match = /^outage-([1-9][0-9]{0,5})$/.exec(document);
  return match ? Number(match[1]) : null;
}

export function entryToRecorded(outage: number, entry: LogEntry, fact: Fact): Recorded {
  const { clock, desk, run, seq, at, offsetMs, staff } = entry;
  return toRecorded({ outage, ms: clock.ms, n: clock.n, desk, run, seq }, { at, offsetMs, staff }, fact);
}

/**
 * Each as one literal: it is kept as long as its outage, and what is put on an object afterwards lies in an array of its
 * own, 40 bytes more for each.
 */
export function toRecorded(
  position: Position,
  { at, offsetMs, staff: said }: { at: number; offsetMs?: number | undefined; staff?: string | undefined },
  fact: Fact,
): Recorded {
  if (said === undefined)
    return offsetMs === undefined ? { position, at, fact } : { position, at, offsetMs, fact };
  // One text for all entries of a person that come in a row, not one for each.
  const staff = said === lastStaff ? lastStaff : said;
  lastStaff = staff;
  return offsetMs === undefined ? { position, at, staff, fact } : { position, at, offsetMs, staff, fact };
}

let lastStaff = "";

export function logEntryToBranchEntry(entry: LogEntry, fact: BranchFact): BranchEntry {
  const { clock, desk, run, seq, at, staff } = entry;
  return { ms: clock.ms, n: clock.n, desk, run, seq, at, ...(staff === undefined ? {} : { staff }), fact };
}

export function positionKey(position: Position): string {
  return `${position.outage} ${position.desk}/${position.run} ${position.seq}`;
}
