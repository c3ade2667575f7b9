/**
 * The work in hand at this desk: the patron that is open, what was scanned, what is being asked. Shapes only;
 * `scanning.ts` moves it on.
 */
import type { DueView, PatronView, Question, ScanView, TransactionRow } from "../node/http/api.ts";
import type { Reply } from "./reply.ts";

export type Mode = "out" | "in" | "renew";
export type Source = "scan" | "typed" | "paper";

/** One barcode from the field, under the id that it will be recorded by. */
export interface Scan {
  readonly kind: "scan";
  readonly id: string;
  readonly barcode: string;
  readonly mode: Mode;
  readonly source: Source;
  /** Staff said that this is an item, though it looks like the ISBN of one. */
  readonly isItem?: true;
  /** It went out before, with these dates or none. */
  readonly sent?: { readonly due?: string; readonly effective?: string };
}

export interface OverrideAnswer {
  readonly code: string;
  readonly ref: string;
  readonly reason?: string;
  readonly acknowledged?: boolean;
  /** A supervisor's authority, for this one answer: gone with it. */
  readonly by?: { readonly user: string; readonly pin: string };
}

/** Body of POST /api/transactions. */
export interface Command {
  readonly id: string;
  readonly kind:
    | "checkout"
    | "renewal"
    | "checkin"
    | "registration"
    | "in-house-use"
    | "non-catalogued"
    | "payment"
    | "voiding";
  readonly patron?: string;
  readonly item?: string;
  /** `YYYY-MM-DD`, or an instant. */
  readonly due?: string;
  /** An instant: it is counted as that, not as now. */
  readonly effective?: string;
  readonly source?: Source;
  readonly fields?: Readonly<Record<string, string>>;
  readonly count?: number;
  readonly type?: string;
  /** Cents. */
  readonly amount?: number;
  readonly currency?: string;
  readonly note?: string;
  readonly voids?: string;
  readonly reason?: string;
  readonly overrides?: readonly OverrideAnswer[];
}

export interface Order {
  readonly kind: "order";
  readonly command: Command;
  readonly mode?: Mode;
  /** One of many that were asked for at once: it asks nothing, its answer goes into the list of them. */
  readonly isOfMany?: true;
}

/** What staff did while scans were on their way: it waits behind them, since they belong to what was before. */
export interface Later {
  readonly kind: "later";
  readonly input: Extract<
    Input,
    { kind: "finished" | "closed" | "opened" | "due-chosen" | "return-day-chosen" | "void-asked" }
  >;
}

/** What waits for its turn: everything that is recorded goes through one queue, in order. */
export type Job = Scan | Order | Later;

export type Phase =
  | { readonly kind: "idle" }
  | { readonly kind: "looking"; readonly scan: Scan }
  | {
      readonly kind: "posting";
      readonly command: Command;
      readonly mode?: Mode;
      readonly isOfMany?: true;
      /** Staff said that it is an item. */
      readonly isItem?: true;
      /** What was wrong with the answer before: said when it is asked again. */
      readonly error?: string;
    }
  | {
      readonly kind: "asking";
      readonly command: Command;
      readonly mode?: Mode;
      readonly questions: readonly Question[];
      /** When it would be due by the rule. */
      readonly byRule?: DueView;
      readonly error?: string;
    }
  | { readonly kind: "unknown-card"; readonly scan: Scan }
  /** The ISBN of a cover, scanned before any card. */
  | { readonly kind: "isbn"; readonly scan: Scan }
  /** A library card and an item have this number. */
  | { readonly kind: "ambiguous"; readonly scan: Scan; readonly patron: PatronView };

/** A button beside what was said; its intent is run by `controller.ts`. */
export interface NoticeAct {
  readonly word: string;
  readonly intent:
    | { readonly kind: "open-patron"; readonly barcode: string }
    | { readonly kind: "go"; readonly route: "find" }
    | { readonly kind: "finish"; readonly atMs: number; readonly by: "button" }
    | { readonly kind: "add-title"; readonly id: string };
}

export interface Notice {
  readonly severity: "success" | "info" | "attention" | "stop";
  readonly text: string;
  /** Second to what happened: shown smaller. */
  readonly more?: string;
  /** The second part needs somebody's hands: shown in amber. */
  readonly isMoreLoud?: true;
  readonly acts?: readonly NoticeAct[];
}

/** A due date that staff set: for this patron, or `isSticky` until it is changed, the day ends or somebody else comes. */
export interface DueChoice {
  /** `YYYY-MM-DD`, or an instant. */
  readonly value: string;
  readonly isSticky: boolean;
  /** Day on which it was set, `YYYY-MM-DD`. */
  readonly setOn: string;
}

/** Returns are counted as this day: the book drop of last night. */
export interface ReturnDay {
  /** `YYYY-MM-DD` */
  readonly day: string;
  /** The last moment of it, as an instant. */
  readonly effective: string;
  readonly setOn: string;
}

/** What became of one loan when all were renewed. */
export interface RenewalOutcome {
  readonly item: string;
  readonly isRenewed: boolean;
  /** When it is due now, or why it is not renewed. */
  readonly text: string;
}

export interface Session {
  readonly phase: Phase;
  /** The page has just been loaded: what it had in hand before isn't back yet, so nothing is done with a scan. */
  readonly isRestoring?: true;
  readonly queue: readonly Job[];
  readonly patron?: PatronView;
  /** Items that were scanned before any card: recorded to the card that comes next. */
  readonly pending: readonly Scan[];
  /** Ids of what was recorded in this sitting, newest first. */
  readonly listed: Readonly<Record<Mode, readonly string[]>>;
  /** What happened last. */
  readonly notice?: Notice;
  /** What staff have answered about this patron: not asked again with each item, as long as the facts are the same. */
  readonly cardAnswers: readonly OverrideAnswer[];
  readonly due?: DueChoice;
  readonly returnDay?: ReturnDay;
  /** Whom this desk served before, and when that ended (ms). */
  readonly previous?: { readonly barcode: string; readonly endedAt: number };
  /** A row that was scanned once more: the list shows it. */
  readonly again?: { readonly id: string; readonly count: number };
  /** What the patron's slip says of each loan, by id. */
  readonly slips: Readonly<Record<string, readonly string[]>>;
  /** Who had what was brought back, by id of the return. */
  readonly renewed: readonly RenewalOutcome[];
  /** Scans that were not saved: their codes stay in sight, and the first keeps its id for the next try. */
  readonly unsaved: readonly Scan[];
  /** Barcodes in a row that didn't add up. */
  readonly misreads: number;
  readonly lastScanMs: number;
}

export type Input =
  | { readonly kind: "scanned"; readonly scan: Scan; readonly atMs: number }
  /** Enter in an empty field, or the button. */
  | { readonly kind: "finished"; readonly atMs: number; readonly by: "enter" | "button" }
  /** Something that can be no barcode arrived in the field. */
  | { readonly kind: "misread"; readonly text: string }
  /** `mode`: it goes into that list. */
  | { readonly kind: "ordered"; readonly command: Command; readonly mode?: Mode }
  /** Renew all of these, and say what could not be. */
  | { readonly kind: "ordered-many"; readonly commands: readonly Command[] }
  | { readonly kind: "looked"; readonly barcode: string; readonly meaning: ScanView }
  /** The look at a code came to nothing: refused, or the node is out of order. */
  | {
      readonly kind: "unlooked";
      readonly barcode: string;
      readonly reply: Extract<Reply, { readonly text: string }>;
    }
  /** `command`: as it was sent. */
  | { readonly kind: "answered"; readonly id: string; readonly command?: Command; readonly reply: Reply }
  | { readonly kind: "confirmed"; readonly overrides: readonly OverrideAnswer[]; readonly due?: string }
  /** Of a date that staff chose: the rule's own instead. */
  | { readonly kind: "took-rule" }
  /** The number of a card and of an item: it is the item. */
  | { readonly kind: "took-item" }
  | { readonly kind: "declined" }
  /** Nobody is at the desk, or somebody else: no patron stays open. */
  | { readonly kind: "closed"; readonly notice?: Notice; readonly isGone?: true }
  /** The node answers again: whatever was under way is asked again, under the same id. */
  | { readonly kind: "resumed" }
  /** What the page had in hand before it was loaded anew; no `kept`: nothing, or nobody may say it now. */
  | { readonly kind: "restored"; readonly kept?: Kept; readonly patron?: PatronView }
  | { readonly kind: "opened"; readonly patron: PatronView; readonly notice?: Notice }
  | { readonly kind: "refreshed"; readonly patron: PatronView }
  | { readonly kind: "due-chosen"; readonly due?: DueChoice }
  | { readonly kind: "return-day-chosen"; readonly returnDay?: ReturnDay }
  /** `YYYY-MM-DD` now: what was set yesterday ends. */
  | { readonly kind: "day"; readonly today: string }
  /** Only what is in sight: all of it is recorded. */
  | { readonly kind: "list-cleared"; readonly mode: Mode }
  /** Take back what was scanned last. `id`: of that scan, while it is not recorded yet. */
  | { readonly kind: "void-asked"; readonly mode: Mode; readonly id?: string }
  /** Try again to save what was not saved. */
  | { readonly kind: "retried" }
  | { readonly kind: "said"; readonly notice: Notice };

/** What the node keeps of a sitting, in memory, while its page is loaded anew. Never an answer, a reason or a PIN. */
export interface Kept {
  readonly patron?: string;
  readonly listed: Session["listed"];
  /** Not recorded yet, as far as the page knew: sent again under their ids. With what staff did between them. */
  readonly scans: readonly (Scan | Later)[];
  readonly pending: readonly Scan[];
  readonly due?: DueChoice;
  readonly returnDay?: ReturnDay;
}

export type Effect =
  | { readonly kind: "look"; readonly barcode: string }
  | { readonly kind: "post"; readonly command: Command }
  | { readonly kind: "void-last"; readonly mode: Mode; readonly id?: string };

/** What the machine may know of the world. */
export interface Surroundings {
  readonly rows: Readonly<Record<string, TransactionRow>>;
  /** False: the node can't be reached, so no scan is accepted. */
  readonly reachable: boolean;
  /** False: this desk has no list of patrons, so a card can't be known. */
  readonly hasPatrons: boolean;
  readonly timezone: string;
  /** What staff call their ILS; left out: "the library system". */
  readonly ils?: string;
}

export interface Step {
  readonly session: Session;
  readonly effects: readonly Effect[];
}

export const emptySession: Session = {
  phase: { kind: "idle" },
  queue: [],
  pending: [],
  listed: { out: [], in: [], renew: [] },
  unsaved: [],
  cardAnswers: [],
  slips: {},
  renewed: [],
  misreads: 0,
  lastScanMs: Number.NEGATIVE_INFINITY,
};

const ASKING: ReadonlySet<Phase["kind"]> = new Set(["asking", "unknown-card", "isbn", "ambiguous"]);

/** True while a dialog stands between staff and the next scan. */
export function isAsking(session: Session): boolean {
  return ASKING.has(session.phase.kind);
}

/** Scans and orders that are not recorded yet, the one under way included. */
export function countWaiting(session: Session): number {
  const jobs = session.queue.filter(({ kind }) => kind !== "later");
  return jobs.length + (session.phase.kind === "idle" ? 0 : 1);
}
