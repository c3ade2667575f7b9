/**
 * Before an outage is destroyed here (log.md, L24): what this desk holds of it and nobody has exported goes on in the
 * open outage, signed as it was, and `branch` says which entries those are, and no more (decision 0168). Interrupted
 * anywhere, it is done again and counts once.
 */
import { inOneEntry, slices } from "../../crdt/circulation/batch-lists.ts";
import type { BranchFact } from "../../crdt/circulation/branch-fact.ts";
import type { BranchState } from "../../crdt/circulation/branch-state.ts";
import type { CarriedStretch, CarriedStretches } from "../../crdt/circulation/purge-fact.ts";
import {
  isSettledPlace,
  type LogPlace,
  listClaimed,
  settledCounts,
} from "../../crdt/circulation/purge-state.ts";
import { type CarriedSource, carriedToBody } from "../../crdt/log/carried.ts";
import type { Feed } from "../../crdt/log/feed.ts";
import { saysSomething, tailSources } from "../../crdt/log/tail.ts";
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
  const settled = settledCounts(branch, outage);
  for (const feed of [...journal.document.feeds()]) {
    const lacking = lackingOf(options, outage, feed, settled.get(feed.key) ?? 0);
    if (lacking.length > 0) upper.set(feed.key, feed.count);
    sources.push(...lacking);
  }
  const carried = sources.map((source) => target.append({ at, body: carriedToBody(source) }));
  const last = carried.at(-1);
  if (carried.some((one) => one === null)) throw new Error("an entry was too large to be carried");
  if (!last) return [];
  await Promise.all(carried.map((one) => one?.durable));
  const where = { kind: "carry-over", outage, into, run: last.run, count: last.seq + 1 } as const;
  const stretches = toStretches(sources.map((source, n) => ({ ...source, at: carried[n]!.seq })));
  const [uppers, parts] = [slices([...upper], feedsInClaim), slices(stretches, feedsInClaim)];
  return Array.from({ length: Math.max(uppers.length, parts.length) }, (_, n) => ({
    ...{ ...where, upper: new Map(uppers[n]) },
    carried: toCarried(parts[n] ?? []),
  }));
}

/** Ends of feeds, and as many stretches, that an entry has room for: both are named in it. */
const feedsInClaim = inOneEntry.feeds / 2;

interface Stretch {
  readonly outage: number;
  readonly feed: string;
  readonly bounds: [from: number, to: number, at: number];
}

/** Which entries were carried, and where each stands now: others had carried, or exported, some of the same feeds. */
function toStretches(carried: readonly (CarriedSource & { readonly at: number })[]): readonly Stretch[] {
  const stretches: Stretch[] = [];
  for (const { document, feed, seq, at } of carried) {
    const outage = outageOfDocument(document)!;
    const last = stretches.at(-1);
    const [from, to, first] = last?.bounds ?? [0, 0, 0];
    const goesOn = last?.outage === outage && last.feed === feed && to === seq && first + to - from === at;
    if (goesOn) last.bounds[1] = seq + 1;
    else stretches.push({ outage, feed, bounds: [seq, seq + 1, at] });
  }
  return stretches;
}

function toCarried(stretches: readonly Stretch[]): CarriedStretches {
  const carried = new Map<number, Map<string, CarriedStretch[]>>();
  for (const { outage, feed, bounds } of stretches) {
    const feeds = carried.get(outage) ?? new Map<string, CarriedStretch[]>();
    carried.set(outage, feeds.set(feed, [...(feeds.get(feed) ?? []), bounds]));
  }
  return carried;
}

/** `first`: all before it is in a file, or purged. */
function lackingOf(options: CarryOver, outage: number, feed: Feed, first: number): readonly CarriedSource[] {
  const { journal, branch, own } = options;
  const lacking = tailSources(journal.document, feed.key, first).filter((source, n) => {
    const { document, feed: of, seq, before } = source;
    const from = outageOfDocument(document);
    // Saved from a damaged disk without its chain: only its own desk vouches for that.
    if (from === null || (before === null && !of.startsWith(`${own}/`))) return false;
    if (isSettledPlace(branch, { outage, feed: feed.key, seq: first + n })) return false;
    const place = { outage: from, feed: of, seq };
    return !isSettledPlace(branch, place) && !isCarriedHere(options, outage, place);
  });
  return lacking.some(saysSomething) ? lacking : [];
}

/** What another desk carried needs no second carrier, once its own is on this disk too, and doesn't go with `outage`. */
function isCarriedHere({ branch, held }: CarryOver, outage: number, place: LogPlace): boolean {
  return listClaimed(branch, place).some(({ outage: into, feed, seq, isDoubtful }) => {
    const durable = held(outageDocument(into))?.document.feed(feed)?.durable?.count ?? 0;
    return into !== outage && !isDoubtful && durable > seq;
  });
}
