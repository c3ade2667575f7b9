/** Batches of a retired desk that count all the same, since a desk whose word counts had heard of them (decision 0121). */
import type { BranchEntry, BranchFact } from "./branch-fact.ts";

/**
 * What a retired desk wrote beyond its retirement counts nowhere; but a batch does that another desk, whose word counts,
 * had heard of: it made one after it, which without it would have other lines than its file, or said that its file went
 * into the ILS, where its lines would come a second time. `counted` with these, in order.
 */
export function withVouched(
  ordered: readonly BranchEntry[],
  counted: readonly BranchEntry[],
): readonly BranchEntry[] {
  if (counted.length === ordered.length) return counted;
  const all = new Set(counted);
  const left = new Map<string, BranchEntry>();
  for (const entry of ordered)
    if (entry.fact.kind === "batch" && !all.has(entry)) left.set(entry.fact.id, entry);
  if (left.size === 0) return counted;
  const known = new Set(counted.flatMap(({ fact }) => (fact.kind === "batch" ? [fact.id] : [])));
  const named = counted.flatMap(({ fact }) => namedBy(fact));
  for (const id of named) {
    const entry = known.has(id) ? undefined : left.get(id);
    if (!entry || all.has(entry)) continue;
    all.add(entry);
    named.push(...namedBy(entry.fact));
  }
  return ordered.filter((entry) => all.has(entry));
}

/** Batches that cannot be left out where this counts. */
function namedBy(fact: BranchFact): readonly string[] {
  if (fact.kind === "batch") return fact.after;
  // Whoever withdraws one says that it went nowhere.
  if (fact.kind === "outcome") return fact.state === "withdrawn" ? [] : [fact.batch];
  return fact.kind === "answer" || fact.kind === "sending" ? [fact.batch] : [];
}
