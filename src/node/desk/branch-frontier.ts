/** What entries of `branch` tell of how much was made in an outage, whether or not it was ever announced here (log.md, L19). */
import type { BranchState } from "../../crdt/circulation/branch-state.ts";
import { feedKey } from "../../crdt/log/feed-name.ts";
import { type Frontier, type FrontierMark, joinFrontiers } from "../../crdt/log/frontier.ts";
import { outageDocument } from "./ledger-entries.ts";

/** Hashes are left empty: such an entry names counts alone. */
export function branchFrontier(branch: Pick<BranchState, "desks" | "batches">, document: string): Frontier {
  return joinFrontiers([
    retiredFrontier(branch.desks, document),
    ...batchFrontiers(branch.batches, document),
  ]);
}

/** What retired desks are known to have made: whoever retired them held it, and all others want it (L16). */
function retiredFrontier(desks: BranchState["desks"], document: string): Frontier {
  const frontier = new Map<string, FrontierMark>();
  for (const { desk, retired } of desks.values())
    for (const [run, count] of retired?.frontier.get(document) ?? [])
      if (count > 0) frontier.set(feedKey(desk, run), { count, hash: "" });
  return frontier;
}

/**
 * Whoever made a file held what is in it. A desk that hasn't got that yet would make a file that is taken for whole, and have
 * in it what it was told anew and the other one holds.
 */
function batchFrontiers(batches: BranchState["batches"], document: string): readonly Frontier[] {
  const within = batches.filter(({ fact }) => outageDocument(fact.outage) === document);
  return within.map(
    ({ fact }) => new Map([...fact.upper].map(([feed, count]) => [feed, { count, hash: "" }])),
  );
}
