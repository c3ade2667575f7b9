/**
 * What an exporter gets and gives: the merged transactions of one batch in, bytes for one ILS out.
 * Pure: the same input gives the same bytes on every desk (log.md, L20).
 */
import type { Recorded, Transaction } from "../crdt/circulation/transaction.ts";

export type Format = "evergreen" | "koha" | "alma" | "sierra" | "csv" | "jsonl";

/** One line of the batch, in log order, with what the side files need. */
export interface BatchLine {
  readonly recorded: Recorded<Transaction>;
  /**
   * When it counts, ms: `at` corrected by the desk's offset where that is over 2 minutes (L26), or the effective
   * time; raised so that lines on one item have rising whole seconds, in log order and after earlier batches.
   */
  readonly time: number;
  /** From the batch's snapshot; empty where unknown. */
  readonly title: string;
  readonly patronName: string;
}

export interface BatchInput {
  /** `<CODE>-<outage>-<n>-<4 hex>` */
  readonly id: string;
  readonly format: Format;
  /** Code of the branch, e.g. `RIV`. */
  readonly branchCode: string;
  /** IANA time zone of the branch. */
  readonly timezone: string;
  /** Desk id → name. */
  readonly deskNames: Readonly<Record<string, string>>;
  /** Version of Deskmesh that the batch entry names. */
  readonly generatorVersion: string;
  /** When the batch was made, ms: names the Sierra file. */
  readonly madeAt: number;
  readonly partial: boolean;
  /** Desk id → the ILS's number of its statistics group; Sierra alone asks for one, and gets 0 where none is told. */
  readonly statisticsGroups?: Readonly<Record<string, string>>;
  readonly lines: readonly BatchLine[];
}

export interface BatchFile {
  /** What it is for: the main file, the line-by-line explanation, what the format could not carry, new patrons, due dates to set by hand. */
  readonly role: "main" | "lines" | "extra" | "patrons" | "due";
  readonly name: string;
  readonly mediaType: string;
  readonly bytes: Uint8Array;
}

export interface BatchCount {
  readonly kind: Transaction["kind"];
  /** Lines of this kind in the main file, and of those how many were converted (renewal → loan). */
  readonly written: number;
  readonly converted: number;
  /** Rows of this kind in the extra or patrons file. */
  readonly extra: number;
}

export interface RenderedBatch {
  readonly files: readonly BatchFile[];
  readonly counts: readonly BatchCount[];
}

/** One format: an exporter says which program must accept its main file, in its own header comment. */
export type Exporter = (input: BatchInput) => RenderedBatch;
