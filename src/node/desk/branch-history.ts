/** All that counts of the `branch` document, entry by entry in its order: what `BranchState` only keeps the outcome of. */
import { standingOf } from "../../crdt/circulation/admission.ts";
import { type BranchEntry, parseBranchFact } from "../../crdt/circulation/branch-fact.ts";
import { compareBranchEntries } from "../../crdt/circulation/branch-state.ts";
import { logEntryToBranchEntry } from "./ledger-entries.ts";
import type { DeskParts } from "./parts.ts";

export function readBranchHistory({ ledger }: DeskParts): readonly BranchEntry[] {
  const document = ledger.books.get("branch")?.document;
  if (!document) return [];
  const found: BranchEntry[] = [];
  for (const { key, place, count } of document.feeds()) {
    for (let seq = 0; seq < count; seq++) {
      const entry = document.read(key, seq);
      const fact = entry && parseBranchFact(entry.body);
      const stands = { ...place, seq };
      if (!entry || !fact || standingOf(ledger.branch.desks, "branch", stands) !== null) continue;
      found.push(logEntryToBranchEntry({ ...entry, ...stands }, fact));
    }
  }
  return found.sort(compareBranchEntries);
}
