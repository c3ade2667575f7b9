/**
 * The views of an outage's end: its record, whether all is here, batches before and after they are made, and what may be
 * decided about an exception. Part of `api.ts`, which hands them on.
 */
import type { TransactionRow } from "./api.ts";
import type { DeskVerdict, OutageState } from "./api-branch.ts";

/** How the outage came to where it is. */
export interface OutageRecordView {
  readonly openedAt?: { readonly desk: string; readonly name: string };
  /** Oldest first. */
  readonly moves: readonly {
    readonly to: "open" | "closing" | "open-again" | "close";
    readonly at: string;
    readonly desk: string;
    readonly by?: string;
    readonly toldBy?: string;
    /** When they were told. */
    readonly toldAt?: string;
    readonly reason?: string;
  }[];
  readonly calls: readonly { readonly who: string; readonly at?: string; readonly by?: string }[];
  /** The last word of each desk on the ILS: down there too, or it works there. */
  readonly reports: readonly {
    readonly desk: string;
    readonly name: string;
    readonly says: "down" | "works";
    readonly at: string;
    readonly by?: string;
    readonly toldBy?: string;
  }[];
}

/** A desk that its outage was closed over, and whose scans are still not here. */
export interface MissingDesk {
  readonly outage: number;
  readonly desk: string;
  readonly name: string;
}

export interface OutageView {
  readonly number: number;
  readonly state: OutageState;
  readonly since?: string;
  /** When it came to its present state. */
  readonly changedAt?: string;
  readonly scope?: string;
  readonly record?: OutageRecordView;
  /** Only another desk is cut off: asked here instead of the banner. Answer by `down-here` or `works-here`. */
  readonly question?: string;
  /** "Desk 3's scans are not in": of this outage and earlier ones. */
  readonly missing?: readonly MissingDesk[];
  /** In standby: the outage before, closed and not forgotten yet. */
  readonly before?: { readonly number: number; readonly closedAt: string };
}

/** GET /api/completeness: who has made what, and whether it is here (L19). */
export interface CompletenessView {
  readonly outage: number;
  /** A whole batch may be made, as far as desks go. */
  readonly complete: boolean;
  /** Scans of this outage that are here and in no batch. */
  readonly waiting: number;
  readonly desks: readonly (DeskVerdict & {
    readonly runs: readonly {
      readonly run: string;
      readonly made: number;
      readonly here: number;
      /** It said that it is done, or its desk's next run said where it ended. */
      readonly ended: boolean;
      readonly heldBy: readonly { readonly desk: string; readonly name: string; readonly count: number }[];
    }[];
    /** What a supervisor said of it. */
    readonly said?: {
      readonly says: "lost" | "was-off";
      readonly reason: string;
      readonly by?: string;
      readonly at: string;
    };
  })[];
}

/**
 * What becomes of one kind of record: onScreen = written + extra + voided + repeated. `converted` is part of `written`,
 * `patrons` part of `extra`.
 */
export interface BatchCountView {
  readonly kind: string;
  readonly onScreen: number;
  readonly written: number;
  readonly converted: number;
  /** In the extra file, or in that of new patrons. */
  readonly extra: number;
  readonly patrons: number;
  /** Taken back, or (a voiding) takes something back. */
  readonly voided: number;
  /** The same scan twice: it goes out once. */
  readonly repeated: number;
}

/** Why something doesn't go into the main file as it was recorded. */
export interface BatchReasonView {
  readonly kind: string;
  readonly into: "converted" | "extra" | "patrons" | "due";
  readonly reason: string;
  readonly count: number;
}

export interface ChecklistStep {
  readonly code: string;
  readonly text: string;
}

export interface BatchFileView {
  readonly role: string;
  readonly name: string;
  readonly size: number;
  readonly sha256: string;
  /** 1-based, where the main file is in parts: ask for it with `?part=`. */
  readonly part?: number;
}

/** `loaded-with-errors`: the ILS refused some of its lines; they are to-dos. */
export type BatchState = "made" | "loaded" | "loaded-with-errors" | "failed" | "withdrawn" | "re-issued";

export interface BatchView {
  readonly id: string;
  readonly outage: number;
  readonly format: string;
  readonly state: BatchState;
  readonly madeAt: string;
  readonly by?: string;
  readonly partial: boolean;
  readonly reason?: string;
  /** In parts, one for each desk. */
  readonly split?: true;
  readonly lines: number;
  readonly counts: readonly BatchCountView[];
  readonly reasons: readonly BatchReasonView[];
  /** Of the main file; of all its parts, one after the other. */
  readonly sha256: string;
  readonly files: readonly BatchFileView[];
  /** Lines that the ILS refused, or of which nobody knows whether it has them; left out: none. */
  readonly refused?: number;
  /** False until the batch entry is durable on every linked desk (L22): no file is given out before. */
  readonly released: boolean;
  /** It was sent line by line over SIP2, or is being sent; left out: never. */
  readonly replay?: ReplayView;
  /** The batch that was made before it, without either knowing of the other: it withdrew itself (L22). */
  readonly overlaps?: string;
  /** It was loaded though it overlaps: these are in the ILS twice. */
  readonly doubled?: readonly { readonly transaction: string; readonly batch: string }[];
  /** All that was said of it, oldest first. */
  readonly outcomes: readonly {
    readonly state: BatchState | "loaded-too";
    readonly at: string;
    readonly by?: string;
    readonly job?: string;
    readonly byHand?: boolean;
    readonly note?: string;
  }[];
  /** How to hand it over, step by step. */
  readonly checklist: readonly ChecklistStep[];
}

/** How a batch goes out over SIP2: counts of lines of its main file, which add up to `lines` with those unknown. */
export interface ReplayView {
  /** The name of the desk that replays it now, if one does. */
  readonly desk?: string;
  /** It is under way at this desk. */
  readonly here: boolean;
  readonly lines: number;
  readonly done: number;
  readonly refused: number;
  /** Not sent yet. */
  readonly waiting: number;
  /** Sent, and nobody knows whether they arrived: never sent again by the program. */
  readonly unknown: readonly {
    readonly transaction: string;
    /** Of the main file, where it could be made here. */
    readonly line?: number;
    readonly at: string;
    readonly sentBy?: string;
    readonly words?: string;
  }[];
  /** Why it stopped at this desk, a sentence. */
  readonly stopped?: string;
  /** What the server said of itself. */
  readonly notes: readonly string[];
}

/** GET /api/batches/preview: what the next batch would hold. Nothing is written. */
export interface BatchPreview {
  readonly outage: number;
  readonly format: string;
  readonly lines: number;
  readonly counts: readonly BatchCountView[];
  readonly reasons: readonly BatchReasonView[];
  readonly files: readonly { readonly role: string; readonly name: string; readonly part?: number }[];
  /** Desks that keep it from being whole. */
  readonly incomplete: readonly DeskVerdict[];
  /** Ids of exceptions that must be decided first. */
  readonly undecided: readonly string[];
  readonly checklist: readonly ChecklistStep[];
}

/** One way to settle an exception. */
export interface ChoiceView {
  readonly decision: string;
  readonly text: string;
  /** What it does in the ILS that was asked about. */
  readonly consequence?: string;
  /** `transaction` must be named: one of the exception's. */
  readonly needsTransaction: boolean;
}

export interface ExceptionView {
  readonly id: string;
  readonly kind: string;
  /** In words for staff, one or two sentences. */
  readonly text: string;
  readonly mustDecide: boolean;
  /** Both sides, in log order. */
  readonly transactions: readonly TransactionRow[];
  /** For `overtaken`: the later event that a batch has carried, in words. */
  readonly later?: string;
  /** The last decision, which holds. */
  readonly settled?: SettledView;
  /** All decisions on it, oldest first. */
  readonly settlements: readonly SettledView[];
  /** How it may be settled. */
  readonly choices: readonly ChoiceView[];
}

export interface SettledView {
  readonly decision: string;
  readonly transaction?: string;
  readonly barcode?: string;
  readonly reason: string;
  readonly by?: string;
  readonly at: string;
}
