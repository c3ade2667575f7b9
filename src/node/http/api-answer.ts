/** What the ILS made of a batch, what is left to do by hand, and the report of an outage: views of the API, as types. */

import type { TransactionRow } from "./api.ts";
import type { BatchView } from "./api-closing.ts";

export type TodoKind =
  /** The ILS refused the line, or nobody knows whether it has it. */
  | "refused"
  /** The file carries no due dates, and this one was promised. */
  | "due-date"
  /** The file carries no registrations: create the patron, before the file is loaded. */
  | "new-patron"
  /** The format can't carry it. */
  | "by-hand"
  /** It was voided or corrected after its file had gone out. */
  | "void-after-export"
  /** Something later is in the ILS; a supervisor decided to do it by hand. */
  | "overtaken"
  /** This desk can't tell yet: it lacks entries of that batch. */
  | "not-here";

/** Something that a person must do in the ILS. An outage isn't closed before all of its are ticked off. */
export interface TodoView {
  readonly id: string;
  readonly kind: TodoKind;
  readonly outage: number;
  readonly batch?: string;
  /** Of the main file. */
  readonly line?: number;
  /** What to do, a sentence or two. */
  readonly text: string;
  /** The ILS's own words, without barcodes and names. */
  readonly words?: string;
  readonly row?: TransactionRow;
  readonly done?: { readonly by?: string; readonly at: string; readonly note?: string };
}

/** 200 of POST /api/batches/{id}/answer: what was read of the ILS's report. */
export interface AnswerView {
  readonly batch: BatchView;
  /** Lines of the file that the report speaks of. */
  readonly done: number;
  readonly refused: number;
  /** Messages that fit no line, or more than one: look at them in the ILS. */
  readonly unmatched: readonly { readonly line: number; readonly words: string; readonly why: string }[];
  readonly todos: readonly TodoView[];
}

export type Symbology = "codabar" | "code39" | "code128";

/** Returned items, to be scanned into the ILS again. */
export interface RescanView {
  readonly outage: number;
  readonly items: number;
  /** By where they go next, in the order of the list. */
  readonly groups: readonly {
    readonly destination: string;
    readonly items: readonly {
      readonly item: string;
      readonly title?: string;
      readonly at: string;
      readonly desk: string;
      readonly symbology: Symbology;
      /** Its bars as an SVG element, black on white, to be scanned from paper; the text beside them is the page's. */
      readonly svg: string;
    }[];
  }[];
}

/** 201 of POST /api/carry/out. */
export interface CarriedOutView {
  readonly path: string;
  readonly entries: number;
  readonly outages: number;
  readonly bytes: number;
}

/** 200 of POST /api/carry/in. */
export interface CarriedInView {
  readonly from: { readonly desk: string; readonly name: string };
  readonly madeAt: string;
  /** New at this desk. */
  readonly entries: number;
  /** Parts that this desk holds with another content: look at twins and damaged disks. */
  readonly leftOut: number;
  /** Outages in it that this desk has purged. */
  readonly purged: number;
}
