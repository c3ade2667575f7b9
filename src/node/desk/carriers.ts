/** Where carried entries stand (log.md, L15): at their own place, and at that of everybody who carries them. */
import type { BranchState } from "../../crdt/circulation/branch-state.ts";
import { isCarriedInVain } from "../../crdt/circulation/purge-state.ts";
import type { Position } from "../../crdt/circulation/transaction.ts";
import type { FeedPosition, LogEntry } from "../../crdt/log/log-entry.ts";
import { outageOfDocument, positionKey } from "./ledger-entries.ts";

export interface FeedPlace {
  /** `<desk>/<run>` */
  readonly feed: string;
  readonly seq: number;
}

export interface Carriers {
  note(position: Position, carrier: NonNullable<LogEntry["carriedBy"]>): void;
  /** In its outage's log; its own place first. */
  placesOf(position: Position): readonly FeedPlace[];
  /** Entries that counted as others carried them, for the documents that they were written for. */
  carried(): readonly (FeedPosition & { readonly document: string })[];
}

export function createCarriers(): Carriers {
  const carriers = new Map<string, FeedPlace[]>();
  const carried = new Map<string, FeedPosition & { readonly document: string }>();
  return {
    note(position, carrier) {
      const key = positionKey(position);
      const { desk, run, seq } = position;
      if (!carrier.accepted)
        carried.set(`${carrier.from} ${key}`, { document: carrier.from, desk, run, seq });
      const place = toPlace(carrier);
      const known = carriers.get(key) ?? [];
      const isKnown = known.some(({ feed, seq }) => feed === place.feed && seq === place.seq);
      if (!isKnown) carriers.set(key, [...known, place]);
    },
    carried: () => [...carried.values()],
    placesOf: (position) => [toPlace(position), ...(carriers.get(positionKey(position)) ?? [])],
  };
}

/** What another desk carried into a file counts there, and not where it stands. */
export function isInVain(branch: BranchState, outage: number, { carriedBy, ...entry }: LogEntry): boolean {
  const from = carriedBy && outageOfDocument(carriedBy.from);
  if (!carriedBy || !from) return false;
  return isCarriedInVain(branch, { outage: from, ...toPlace(entry) }, { outage, ...toPlace(carriedBy) });
}

function toPlace({ desk, run, seq }: FeedPosition): FeedPlace {
  return { feed: `${desk}/${run}`, seq };
}
