/**
 * Before an outage is destroyed here (log.md, L24): what this desk holds of it and nobody has exported goes on in the
 * open outage, signed as it was, and `branch` says so. Interrupted anywhere, it is done again and counts once.
 */
import { inOneEntry, slices } from "../../crdt/circulation/batch-lists.ts";
import type { BranchFact } from "../../crdt/circulation/branch-fact.ts";
import type { BranchState } from "../../crdt/circulation/branch-state.ts";
import { joinCounts } from "../../crdt/circulation/frontier-counts.ts";
import { isSettledPlace, settledCounts } from "../../crdt/circulation/purge-state.ts";
import { type CarriedSource, carriedToBody } from "../../crdt/log/carried.ts";
import type { Feed } from "../../crdt/log/feed.ts";
import { tailSources } from "../../crdt/log/tail.ts";
import type { Journal } from "../log/journal.ts";
import { outageDocument, outageOfDocument } from "./ledger-entries.ts";

export interface CarryOver {
  /** Of the outage that goes. */
  readonly journal: Journal;
  readonly branch: BranchState;
  /** A journal that is open here. */
  readonly held: (document: string) => Journal | undefined;
  readonly open: (document: string) => Promise<Journal>;
  readonly own: string;
  /** ms */
  readonly at: number;
}

/** Entries of `branch` to write before anything is destroyed; none: there was nothing to carry. */
export async function carryOver(options: CarryOver): Promise<readonly BranchFact[]> {
  const { journal, branch, at } = options;
  const outage = outageOfDocument(journal.document.name)!;
  const into = branch.current.number;
  // Purged as soon as it was closed: the one that comes after it is still being opened.
  const target = options.held(outageDocument(into)) ?? (await options.open(outageDocument(into)));
  const upper = new Map<string, number>();
  const sources: CarriedSource[] = [];
  for (const feed of [...journal.document.feeds()]) {
    const lacking = lackingOf(options, outage, feed);
    if (lacking.length > 0) upper.set(feed.key, feed.count);
    sources.push(...lacking);
  }
  const carried = sources.map((source) => target.append({ at, body: carriedToBody(source) }));
  const last = carried.at(-1);
  if (carried.some((one) => one === null)) throw new Error("an entry was too large to be carried");
  if (!last) return [];
  await Promise.all(carried.map((one) => one?.durable));
  const where = { kind: "carry-over", outage, into, run: last.run, count: last.seq + 1 } as const;
  return slices([...upper], inOneEntry.feeds).map((some) => ({ ...where, upper: new Map(some) }));
}

function lackingOf(options: CarryOver, outage: number, feed: Feed): readonly CarriedSource[] {
  const { journal, branch, held, own } = options;
  // What another desk carried needs no second carrier, once its carriers are on this disk too.
  const carriedHere = branch.purges.carryOvers.filter(({ desk, run, into, count, ...one }) => {
    const durable = held(outageDocument(into))?.document.feed(`${desk}/${run}`)?.durable?.count ?? 0;
    return one.outage === outage && durable >= count;
  });
  const done = joinCounts([settledCounts(branch, outage), ...carriedHere.map(({ upper }) => upper)]);
  const sources = tailSources(journal.document, feed.key, done.get(feed.key) ?? 0);
  return sources.filter(({ document, feed: source, seq, before }) => {
    const from = outageOfDocument(document);
    // Saved from a damaged disk without its chain: only its own desk vouches for that.
    if (from === null || (before === null && !source.startsWith(`${own}/`))) return false;
    return !isSettledPlace(branch, { outage: from, feed: source, seq });
  });
}
