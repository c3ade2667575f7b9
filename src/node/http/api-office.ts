/** What the API tells a supervisor of an outage as a whole: its picture, and who did what. Part of `api.ts`, which hands it on. */
import type { DeskVerdict, OutageState } from "./api-branch.ts";

/** GET /api/outages/{number}/timeline: what was done, minute by minute, without patrons. */
export interface TimelineView {
  readonly number: number;
  readonly state: OutageState;
  readonly desks: readonly {
    readonly desk: string;
    readonly name: string;
    /** Of the transactions that stand; `at` is the beginning of the minute. */
    readonly ticks: readonly { readonly at: string; readonly kind: string; readonly count: number }[];
    /** Nothing was heard of it since, and it may have made more. */
    readonly silentSince?: string;
    readonly verdict: DeskVerdict["verdict"];
    /** What a supervisor said of it in this outage, and why. */
    readonly said?: { readonly says: "lost" | "was-off"; readonly reason: string; readonly by?: string };
  }[];
  readonly moves: readonly {
    readonly at: string;
    readonly to: string;
    readonly by?: string;
    /** The supervisor's words: why, and who told them. */
    readonly said?: string;
  }[];
  /** Who was told of the outage, and when. */
  readonly calls: readonly { readonly who: string; readonly at?: string; readonly by?: string }[];
  readonly batches: readonly { readonly at: string; readonly id: string; readonly state: string }[];
  /** Exceptions that a person must decide, or had to. */
  readonly conflicts: readonly {
    readonly at: string;
    readonly desk: string;
    readonly kind: string;
    readonly text: string;
    readonly settled: boolean;
  }[];
}

/** One line of GET /api/audit, newest first: who did what to the branch or against a question. Never a patron. */
export interface AuditRow {
  readonly at: string;
  readonly desk: string;
  readonly by?: string;
  /** What it belongs to: `outage`, `file`, `desk`, `staff`, `data`, `decision`, `override`, `void`. */
  readonly subject: string;
  readonly text: string;
}

/** GET /api/transactions/{id}: what its entry says beside its row. */
export interface TrailView {
  readonly id: string;
  readonly steps: readonly {
    readonly at: string;
    readonly by?: string;
    readonly desk: string;
    readonly text: string;
  }[];
}
