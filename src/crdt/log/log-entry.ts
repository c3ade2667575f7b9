/** An entry as the log hands it out: verified, with the place where it stands. */
import type { Body } from "./entry.ts";
import type { HybridTime } from "./hybrid-clock.ts";

export interface FeedPosition {
  readonly desk: string;
  readonly run: string;
  /** 0-based place in the feed. */
  readonly seq: number;
}

export interface LogEntry extends FeedPosition {
  /** The document in whose log it counts. */
  readonly document: string;
  readonly clock: HybridTime;
  /** ms */
  readonly at: number;
  readonly offsetMs?: number;
  readonly staff?: string;
  readonly body: Body;
  /** Where it stands when another desk's run carries it (L15), and the document that it was written for. */
  readonly carriedBy?: FeedPosition & { readonly from: string; readonly accepted?: true };
}

/** Why an honest entry isn't folded (yet): it is stored, relayed and judged again when `branch` changes (L11). */
export type Judge = (entry: LogEntry) => string | null;
