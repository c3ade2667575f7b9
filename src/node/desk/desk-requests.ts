/** What is asked of a desk about an outage's end: moves, words, batches, decisions. Part of `desk.ts`, which hands it on. */
import type { OutcomeFact } from "../../crdt/circulation/branch-fact.ts";
import type { Decision } from "../../crdt/circulation/transaction.ts";
import type { Format } from "../../export/batch.ts";

export type OutageMove = "open" | "closing" | "open-again" | "close";

export interface OutageOptions {
  readonly scope?: "this-desk" | "branch" | "several" | "unknown";
  readonly called?: readonly { readonly who: string; readonly at?: string; readonly by?: string }[];
  readonly toldBy?: string;
  readonly at?: string;
  readonly reason?: string;
}

/** What is said of an outage beside its moves. `at`: RFC 3339, when they were told or called. */
export type OutageWord =
  | { readonly says: "down" | "works"; readonly toldBy?: string; readonly at?: string }
  | { readonly says: "called"; readonly called: NonNullable<OutageOptions["called"]> };

export interface BatchRequest {
  readonly format: Format;
  readonly partial?: boolean;
  readonly reason?: string;
  /** For Alma: one file for each desk. */
  readonly split?: boolean;
}

/** What somebody says of a batch. `note`: why, for all but `loaded`. */
export interface BatchOutcome {
  readonly state: OutcomeFact["state"];
  readonly job?: string;
  readonly byHand?: boolean;
  readonly note?: string;
}

export type BatchRole = "main" | "lines" | "extra" | "patrons" | "due";

export interface FileBytes {
  readonly name: string;
  readonly mediaType: string;
  readonly bytes: Uint8Array;
}

export interface Settle {
  readonly decision: Decision;
  readonly transaction?: string;
  readonly barcode?: string;
  readonly reason: string;
}
