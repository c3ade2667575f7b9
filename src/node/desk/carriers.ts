/** Where carried entries stand (log.md, L15): at their own place, and at that of everybody who carries them. */

import type { BranchState } from "../../crdt/circulation/branch-state.ts";
import type { FeedStretches } from "../../crdt/circulation/feed-stretches.ts";
import type { FrontierCounts } from "../../crdt/circulation/frontier-counts.ts";
import { isCarriedInVain, listClaimed } from "../../crdt/circulation/purge-state.ts";
import type { Position } from "../../crdt/circulation/transaction.ts";
import type { FeedPosition, LogEntry } from "../../crdt/log/log-entry.ts";
import { outageOfDocument, positionKey } from "./ledger-entries.ts";

export interface FeedPlace {
  /** `<desk>/<run>` */
  readonly feed: string;
  readonly seq: number;
}

export interface Carriers {
  /** `beside`: where others claim to have carried it to in that outage, whether or not their feeds are here by now. */
  note(position: Position, carrier: NonNullable<LogEntry["carriedBy"]>, beside?: readonly FeedPlace[]): void;
  /** That this carrier counts nowhere, or does. */
  noteVain(outage: number, carrier: NonNullable<LogEntry["carriedBy"]>, isInVain: boolean): void;
  /** Carriers below these counts that count nowhere. */
  vainBelow(outage: number, upper: FrontierCounts): FeedStretches;
  /** The outage that a fact was recorded in, where it stands in a later one because its own was purged. */
  originOf(position: Position): number;
  /** Where the entry of a fact stands: its own place, and those of its carriers. */
  placesOf(position: Position): readonly FeedPlace[];
  /** Entries that counted as others carried them, for the documents that they were written for. */
  carried(): readonly (FeedPosition & { readonly document: string })[];
}

export function createCarriers(): Carriers {
  const carriers = new Map<string, FeedPlace[]>();
  const origins = new Map<string, number>();
  const carried = new Map<string, FeedPosition & { readonly document: string }>();
  /** `<outage> <feed> <seq>` → where that is. */
  const vain = new Map<string, FeedPlace & { readonly outage: number }>();
  return {
    note(position, carrier, beside = []) {
      const key = positionKey(position);
      const { desk, run, seq } = position;
      if (!carrier.accepted)
        carried.set(`${carrier.from} ${key}`, { document: carrier.from, desk, run, seq });
      const origin = outageOfDocument(carrier.from);
      if (origin !== null && origin !== position.outage) origins.set(key, origin);
      const known = carriers.get(key) ?? [];
      carriers.set(key, known);
      for (const place of [toPlace(carrier), ...beside])
        if (!known.some(({ feed, seq }) => feed === place.feed && seq === place.seq)) known.push(place);
    },
    noteVain(outage, carrier, isInVain) {
      const place = toPlace(carrier);
      const key = `${outage} ${place.feed} ${place.seq}`;
      if (isInVain) vain.set(key, { outage, ...place });
      else vain.delete(key);
    },
    vainBelow(outage, upper) {
      const within = [...vain.values()].filter(
        (place) => place.outage === outage && (upper.get(place.feed) ?? 0) > place.seq,
      );
      return toStretches(within);
    },
    originOf: (position) =>
      origins.size === 0 ? position.outage : (origins.get(positionKey(position)) ?? position.outage),
    carried: () => [...carried.values()],
    placesOf(position) {
      // As a rule nothing is carried, and a batch asks for the places of every entry.
      const others = carriers.size === 0 ? undefined : carriers.get(positionKey(position));
      return others === undefined ? [toPlace(position)] : [toPlace(position), ...others];
    },
  };
}

/** Where others have carried it to in this outage, as they claim. */
export function placesBeside(
  branch: BranchState,
  outage: number,
  { carriedBy, ...entry }: LogEntry,
): readonly FeedPlace[] {
  const from = carriedBy && outageOfDocument(carriedBy.from);
  if (!from || from === outage) return [];
  const claimed = listClaimed(branch, { outage: from, ...toPlace(entry) });
  return claimed.filter((place) => place.outage === outage && !place.isEnd);
}

/** What another desk carried into a file counts there, and not where it stands. */
export function isInVain(branch: BranchState, outage: number, { carriedBy, ...entry }: LogEntry): boolean {
  const from = carriedBy && outageOfDocument(carriedBy.from);
  if (!carriedBy || !from) return false;
  return isCarriedInVain(branch, { outage: from, ...toPlace(entry) }, { outage, ...toPlace(carriedBy) });
}

function toStretches(places: readonly FeedPlace[]): FeedStretches {
  const stretches = new Map<string, [number, number][]>();
  const inOrder = places.toSorted((a, b) => (a.feed === b.feed ? a.seq - b.seq : a.feed < b.feed ? -1 : 1));
  for (const { feed, seq } of inOrder) {
    const known = stretches.get(feed) ?? [];
    stretches.set(feed, known);
    const last = known.at(-1);
    if (last?.[1] === seq) last[1] = seq + 1;
    else known.push([seq, seq + 1]);
  }
  return stretches;
}

function toPlace({ desk, run, seq }: FeedPosition): FeedPlace {
  // Asked of entry after entry of one feed: its name is put together and hashed once for all of them.
  if (lastFeed.run !== run || lastFeed.desk !== desk) lastFeed = { desk, run, feed: `${desk}/${run}` };
  return { feed: lastFeed.feed, seq };
}

let lastFeed = { desk: "", run: "", feed: "/" };
