/**
 * What of a retirement doesn't fit into its entry (8 KiB, log.md, L2): a desk has a run for each of its starts. Its frontier
 * then stands in entries before it, of the same run, which it names by their places, as a batch does (`batch-lists.ts`).
 */
import {
  isDeskId,
  parseRetiredFrontier,
  type RetiredFrontier,
  type RetireFact,
  retiredFrontierToBody,
} from "./admission-fact.ts";
import type { BranchEntry } from "./branch-fact.ts";

export interface RetireListFact {
  readonly kind: "retire-list";
  readonly desk: string;
  readonly frontier: RetiredFrontier;
}

/** At its longest, as another desk would carry it, a run takes 50 bytes, and a document's name as much again. */
const runsInOne = 60;

/** The retirement's own entry, and before it those that it has to name; none when all fits into its own. */
export function divideRetirement(fact: RetireFact): {
  readonly head: RetireFact;
  readonly lists: readonly RetireListFact[];
} {
  const { desk, frontier } = fact;
  const all = [...frontier].flatMap(([document, runs]) => [...runs].map((run) => [document, run] as const));
  if (all.length <= runsInOne) return { head: fact, lists: [] };
  const lists: RetireListFact[] = [];
  for (let n = 0; n < all.length; n += runsInOne) {
    const part = new Map<string, Map<string, number>>();
    for (const [document, [run, count]] of all.slice(n, n + runsInOne))
      part.set(document, (part.get(document) ?? new Map<string, number>()).set(run, count));
    lists.push({ kind: "retire-list", desk, frontier: part });
  }
  return { head: { ...fact, frontier: new Map() }, lists };
}

export function retireListToBody({ desk, frontier }: RetireListFact): {
  readonly k: string;
  readonly [field: string]: unknown;
} {
  return { k: "retire-list", d: desk, u: retiredFrontierToBody(frontier) };
}

/** `null`: a form that this version doesn't know. */
export function parseRetireList({ d, u }: Readonly<Record<string, unknown>>): RetireListFact | null {
  const frontier = parseRetiredFrontier(u);
  return isDeskId(d) && frontier ? { kind: "retire-list", desk: d, frontier } : null;
}

/** Entries in order of the log, with retirements that have in them what they name elsewhere. */
export function joinRetireLists(entries: readonly BranchEntry[]): readonly BranchEntry[] {
  const lists = new Map<string, RetireListFact>();
  return entries.map((entry) => {
    const { desk, run, seq, fact } = entry;
    if (fact.kind === "retire-list") lists.set(`${desk}/${run}/${seq}`, fact);
    if (fact.kind !== "retire" || fact.lists === undefined) return entry;
    const named = fact.lists.flatMap((place) => lists.get(`${desk}/${run}/${place}`) ?? []);
    const ofIt = named.filter((list) => list.desk === fact.desk).map(({ frontier }) => frontier);
    return { ...entry, fact: { ...fact, frontier: joinFrontiers([fact.frontier, ...ofIt]) } };
  });
}

function joinFrontiers(frontiers: readonly RetiredFrontier[]): RetiredFrontier {
  const whole = new Map<string, Map<string, number>>();
  for (const frontier of frontiers)
    for (const [document, runs] of frontier) {
      const known = whole.get(document) ?? new Map<string, number>();
      whole.set(document, known);
      for (const [run, count] of runs) known.set(run, Math.max(count, known.get(run) ?? 0));
    }
  return whole;
}
