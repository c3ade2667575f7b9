/** When an outage is forgotten by itself: so many days after its last file was loaded. */
import type { Outage } from "../../crdt/circulation/branch-state.ts";
import { standingBatches } from "../../crdt/circulation/purge-state.ts";
import { countedTime } from "../../crdt/circulation/wall-time.ts";
import type { DeskParts } from "./parts.ts";

const dayMs = 86_400_000;
/** What is due back by then was settled in the ILS or missed there: nobody asks the offline record about it. */
const daysAfterLoans = 7;
/** Without any loan, as long as a loan would have been. */
const defaultLoanDays = 21;
/** A due date that somebody mistyped doesn't keep patron data for ever. */
const longestLoanDays = 366;

/** Days after loading: what the branch has set, else its longest loan of that outage and a week. */
function retentionDays(parts: DeskParts, outage: number): number {
  const { retentionDays: days } = parts.ledger.branch.staff;
  if (days > 0) return days;
  let longest = 0;
  for (const recorded of parts.ledger.fold.all()) {
    const { fact, position } = recorded;
    if (position.outage !== outage || !("due" in fact)) continue;
    const lent = countedTime(recorded as Parameters<typeof countedTime>[0]);
    longest = Math.max(longest, Math.ceil((fact.due - lent) / dayMs));
  }
  const loan = longest === 0 ? defaultLoanDays : Math.min(longest, longestLoanDays);
  return loan + daysAfterLoans;
}

/** ms; `null`: it isn't closed. */
export function dueForPurge(parts: DeskParts, { number, state, changedAt }: Outage): number | null {
  if (state !== "closed" || changedAt === undefined) return null;
  const loaded = standingBatches(parts.ledger.branch, number).map(({ outcome }) => outcome?.at ?? 0);
  return Math.max(changedAt, ...loaded) + retentionDays(parts, number) * dayMs;
}
