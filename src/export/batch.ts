/**
 * What an exporter gets and gives: the merged transactions of one batch in, bytes for one ILS out.
 * Pure: the same input gives the same bytes on every desk (log.md, L20).
 */
import type { StatisticsGroups } from "../crdt/circulation/statistics-groups.ts";
import type { Steps } from "../crdt/circulation/steps.ts";
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
  /** Why it must not go into the main file, though the format could carry it: a person decided so. */
  readonly leftOut?: string;
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
  /** A copy of a file that was out already: the name says so. */
  readonly reissued?: boolean;
  /** The main file in parts, one for each desk (Alma books all of a file at one). */
  readonly split?: boolean;
  /** The ILS's number of each desk's statistics group; Sierra alone asks for one, and gets 0 where none is told. */
  readonly statisticsGroups?: StatisticsGroups;
  readonly lines: BatchLines;
}

/** In log order. A list is one; so is what makes each line when it is asked for. */
export interface BatchLines {
  readonly length: number;
  at(n: number): BatchLine | undefined;
}

export interface BatchFile {
  /** What it is for: the main file, the line-by-line explanation, what the format could not carry, new patrons, due dates to set by hand. */
  readonly role: "main" | "lines" | "extra" | "patrons" | "due";
  readonly name: string;
  readonly mediaType: string;
  readonly bytes: Uint8Array;
  /** 1-based, of a batch in parts: its main files, and the explanation of each. */
  readonly part?: number;
}

export interface BatchCount {
  readonly kind: Transaction["kind"];
  /** Lines of this kind in the main file, and of those how many were converted (renewal → loan). */
  readonly written: number;
  readonly converted: number;
  /** Rows of this kind in the extra or patrons file, and of those how many are new patrons. */
  readonly extra: number;
  readonly patrons: number;
}

/** Why so many of a kind aren't in the main file as they were recorded. */
export interface BatchReason {
  readonly kind: Transaction["kind"];
  /** `converted`: in the main file as something else; `due`: in it, and the due date is to be set by hand. */
  readonly into: "converted" | "extra" | "patrons" | "due";
  /** Plain words for a person. */
  readonly reason: string;
  readonly count: number;
}

/** Where one line of the batch went. */
export interface PlacedLine {
  readonly line: BatchLine;
  readonly where: "main" | "patrons" | "extra";
  /** 1-based line of the main file, or of its part; its header counted. */
  readonly number?: number;
  /** 1-based, of a main file in parts. */
  readonly part?: number;
  /** Its promised due date stands in `-due.csv`: it is to be set by hand. */
  readonly setDue?: true;
  /** Of the extra file: why it can't be carried. */
  readonly reason?: string;
}

export interface RenderedBatch {
  readonly files: readonly BatchFile[];
  /** All lines, in log order; made as they are walked through. */
  readonly placed: Iterable<PlacedLine>;
  readonly counts: readonly BatchCount[];
  readonly reasons: readonly BatchReason[];
}

/** One format: an exporter says which program must accept its main file, in its own header comment. */
export type Exporter = (input: BatchInput) => Steps<RenderedBatch>;
