/**
 * What of a batch doesn't fit into its entry (8 KiB, log.md, L2): its frontier, names and ids then stand in entries before
 * it, of the same run, which it names by their places. Whoever holds the batch's entry holds those, too.
 */
import {
  type BatchFact,
  batchToBody,
  isDeskNames,
  parseSeen,
  type Seen,
  seenToBody,
  trim,
} from "./batch-fact.ts";
import type { BranchEntry } from "./branch-fact.ts";
import { pairsToStretches, stretchesToPairs } from "./feed-stretches.ts";
import { countsToBody, parseCounts } from "./frontier-counts.ts";
import { isBarcode } from "./text-rules.ts";

/** A part of these, of a batch. */
type Listed = Seen & Partial<Pick<BatchFact, "upper" | "deskNames">>;

export interface BatchListFact extends Listed {
  readonly kind: "batch-list";
  /** Id of the batch. */
  readonly batch: string;
}

/** UTF-8 bytes of an entry's body as another desk would carry it: what stands around it has room beside. */
const mostBytes = 6_000;
/** Of each in one entry, at their longest: 41, 60, 80 and 360 bytes as carried. */
export const inOneEntry = { ids: 120, feeds: 80, stretches: 60, names: 14 } as const;

/** The batch's own entry, and before it those that it has to name; none when all fits into its own. */
export function divideBatch(fact: BatchFact): {
  readonly head: BatchFact;
  readonly lists: readonly BatchListFact[];
} {
  if (bytesOf(fact) <= mostBytes) return { head: fact, lists: [] };
  const { elsewhere = [], voided = [], again = [], vain, upper, deskNames, ...rest } = fact;
  const stretches = stretchesToPairs(vain);
  const parts: Listed[] = [
    ...slices(elsewhere, inOneEntry.ids).map((ids) => ({ elsewhere: ids })),
    ...slices(voided, inOneEntry.ids).map((ids) => ({ voided: ids })),
    ...slices(again, inOneEntry.ids).map((ids) => ({ again: ids })),
    ...slices(stretches, inOneEntry.stretches).map((some) => ({ vain: pairsToStretches(some) })),
    ...slices([...upper], inOneEntry.feeds).map((some) => ({ upper: new Map(some) })),
    ...slices(Object.entries(deskNames), inOneEntry.names).map((some) => ({
      deskNames: Object.fromEntries(some),
    })),
  ];
  const lists = parts.map((part) => ({ kind: "batch-list" as const, batch: fact.id, ...part }));
  return { head: { ...rest, upper: new Map(), deskNames: {} }, lists };
}

export function batchListToBody(fact: BatchListFact): {
  readonly k: string;
  readonly [field: string]: unknown;
} {
  const { batch, upper, deskNames } = fact;
  return trim({
    ...{ k: "batch-list", b: batch },
    ...seenToBody(fact),
    ...{ u: upper && countsToBody(upper), dn: deskNames },
  });
}

/** `null`: a form that this version doesn't know. */
export function parseBatchList(body: Readonly<Record<string, unknown>>): BatchListFact | null {
  const { b, u, dn } = body;
  const seen = parseSeen(body);
  const upper = u === undefined ? undefined : parseCounts(u);
  if (!isBarcode(b) || !seen || upper === null || (dn !== undefined && !isDeskNames(dn))) return null;
  return trim({ kind: "batch-list" as const, batch: b, ...seen, upper, deskNames: dn }) as BatchListFact;
}

/** Entries in order of the log, with batches that have in them what they name elsewhere. */
export function joinBatchLists(entries: readonly BranchEntry[]): readonly BranchEntry[] {
  const lists = new Map<string, BatchListFact>();
  return entries.map((entry) => {
    const { desk, run, seq, fact } = entry;
    if (fact.kind === "batch-list") lists.set(`${desk}/${run}/${seq}`, fact);
    if (fact.kind !== "batch" || fact.lists === undefined) return entry;
    const named = fact.lists.flatMap((place) => lists.get(`${desk}/${run}/${place}`) ?? []);
    return { ...entry, fact: joined(fact, named) };
  });
}

/** What a batch shows is kept by its fact, so that each is joined once. */
const joinedBefore = new WeakMap<BatchFact, BatchFact>();

function joined(fact: BatchFact, lists: readonly BatchListFact[]): BatchFact {
  const known = joinedBefore.get(fact);
  if (known) return known;
  const ids = (name: "elsewhere" | "voided" | "again"): readonly string[] | undefined => {
    const all = lists.flatMap((list) => list[name] ?? []);
    return all.length === 0 ? fact[name] : all;
  };
  const stretches = lists.flatMap(({ vain }) => stretchesToPairs(vain));
  const whole = trim({
    ...fact,
    ...{ elsewhere: ids("elsewhere"), voided: ids("voided"), again: ids("again") },
    vain: stretches.length === 0 ? fact.vain : pairsToStretches(stretches),
    upper: new Map([...fact.upper, ...lists.flatMap(({ upper = new Map() }) => [...upper])]),
    deskNames: Object.assign({}, fact.deskNames, ...lists.map(({ deskNames = {} }) => deskNames)),
  }) as BatchFact;
  if (lists.length === fact.lists?.length) joinedBefore.set(fact, whole);
  return whole;
}

/** In as few parts as that takes. */
export function slices<T>(all: readonly T[], size: number): readonly (readonly T[])[] {
  return Array.from({ length: Math.ceil(all.length / size) }, (_, n) => all.slice(n * size, (n + 1) * size));
}

function bytesOf(fact: BatchFact): number {
  return new TextEncoder().encode(JSON.stringify(JSON.stringify(batchToBody(fact)))).length;
}
