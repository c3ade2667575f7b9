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
  return {
    position: { outage, ms: clock.ms, n: clock.n, desk, run, seq },
    at,
    ...(offsetMs === undefined ? {} : { offsetMs }),
    ...(staff === undefined ? {} : { staff }),
    fact,
  };
}

export function logEntryToBranchEntry(entry: LogEntry, fact: BranchFact): BranchEntry {
  const { clock, desk, run, seq, at, staff } = entry;
  return { ms: clock.ms, n: clock.n, desk, run, seq, at, ...(staff === undefined ? {} : { staff }), fact };
}

export function positionKey(position: Position): string {
  return `${position.outage} ${position.desk}/${position.run} ${position.seq}`;
}
