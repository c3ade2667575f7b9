/**
 * What an ILS said of one line of a batch, as the readers of its reports (`reply-…`) find it: what it was about, by
 * whatever the report names, and whether it was done. Which line is meant is for `answer.ts` to say.
 */
import type { Advice } from "./advice.ts";

/** What kind of line is meant, where the report tells. */
export type Act = "loan" | "return" | "use" | "registration" | "payment";

export interface Reply {
  /** 1-based line of the report. */
  readonly at: number;
  readonly outcome: "done" | "refused";
  readonly advice?: Advice;
  /** The ILS's words on it. */
  readonly words: string;
  /** What is meant: each that is given must fit. */
  readonly transaction?: string;
  readonly number?: number;
  readonly item?: string;
  readonly patron?: string;
  readonly act?: Act;
  /** Words that may be barcodes or ids: those that the batch knows tell the line. */
  readonly tokens?: readonly string[];
}

/** Of one line of text; `null`: it isn't one of that ILS's. */
export type LineReader = (text: string, at: number) => Reply | null;

/** The report is cut off or damaged there, in words. */
export interface Broken {
  readonly broken: string;
}

/** Of a whole report; `null`: it isn't one of that form. */
export type ReportReader = (text: string) => readonly Reply[] | Broken | null;
