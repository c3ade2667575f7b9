/**
 * The work in hand at this desk: the patron that is open, what was scanned, what is being asked. Shapes only;
 * `scanning.ts` moves it on.
 */
import type { PatronView, Question, ScanView, TransactionRow } from "../node/http/api.ts";
import type { Reply } from "./reply.ts";

export type Mode = "out" | "in" | "renew";
export type Source = "scan" | "typed";

/** One barcode from the field, under the id that it will be recorded by. */
export interface Scan {
  readonly kind: "scan";
  readonly id: string;
  readonly barcode: string;
  readonly mode: Mode;
  readonly source: Source;
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
  readonly kind: "checkout" | "renewal" | "checkin" | "registration" | "voiding";
  readonly patron?: string;
  readonly item?: string;
  /** `YYYY-MM-DD` */
  readonly due?: string;
  readonly source?: Source;
  readonly fields?: Readonly<Record<string, string>>;
  readonly voids?: string;
  readonly reason?: string;
  readonly overrides?: readonly OverrideAnswer[];
}

export interface Order {
  readonly kind: "order";
  readonly command: Command;
}

/** What waits for its turn: everything that is recorded goes through one queue, in order. */
export type Job = Scan | Order;

export type Phase =
  | { readonly kind: "idle" }
  | { readonly kind: "looking"; readonly scan: Scan }
  | {
      readonly kind: "posting";
      readonly command: Command;
      readonly mode?: Mode;
      /** What was wrong with the answer before: said when it is asked again. */
      readonly error?: string;
    }
  | {
      readonly kind: "asking";
      readonly command: Command;
      readonly mode?: Mode;
      readonly questions: readonly Question[];
      readonly error?: string;
    }
  | { readonly kind: "unknown-card"; readonly scan: Scan };

export interface Notice {
  readonly severity: "success" | "info" | "attention" | "stop";
  readonly text: string;
  /** Second to what happened: shown smaller. */
  readonly more?: string;
}

export interface Session {
  readonly phase: Phase;
  readonly queue: readonly Job[];
  readonly patron?: PatronView;
  /** Items that were scanned before their card. */
  readonly pending: readonly Scan[];
  /** Ids of rows, newest first, by mode. */
  readonly listed: Readonly<Record<Mode, readonly string[]>>;
  readonly notice?: Notice;
  /** What staff have answered about this patron: not asked again with each item, as long as the facts are the same. */
  readonly cardAnswers: readonly OverrideAnswer[];
  /** Due day chosen by staff for this patron, `YYYY-MM-DD`. */
  readonly dueDay?: string;
  /** Scans that were not saved: their codes stay in sight, and the first keeps its id for the next try. */
  readonly unsaved: readonly Scan[];
  readonly lastScanMs: number;
}

export type Input =
  | { readonly kind: "scanned"; readonly scan: Scan; readonly atMs: number }
  /** Enter in an empty field, or the button. */
  | { readonly kind: "finished"; readonly atMs: number; readonly by: "enter" | "button" }
  | { readonly kind: "ordered"; readonly command: Command }
  | { readonly kind: "looked"; readonly barcode: string; readonly meaning: ScanView }
  | { readonly kind: "answered"; readonly id: string; readonly reply: Reply }
  | { readonly kind: "confirmed"; readonly overrides: readonly OverrideAnswer[]; readonly due?: string }
  | { readonly kind: "declined" }
  /** Nobody is at the desk, or somebody else: no patron stays open. */
  | { readonly kind: "closed"; readonly notice?: Notice }
  /** The node answers again: whatever was under way is asked again, under the same id. */
  | { readonly kind: "resumed" }
  | { readonly kind: "opened"; readonly patron: PatronView }
  | { readonly kind: "refreshed"; readonly patron: PatronView }
  | { readonly kind: "due-chosen"; readonly day?: string }
  | { readonly kind: "said"; readonly notice: Notice };

export type Effect =
  | { readonly kind: "look"; readonly barcode: string }
  | { readonly kind: "post"; readonly command: Command };

/** What the machine may know of the world. */
export interface Surroundings {
  readonly rows: Readonly<Record<string, TransactionRow>>;
  /** False: the node can't be reached, so no scan is accepted. */
  readonly reachable: boolean;
  /** False: this desk has no list of patrons, so a card can't be known. */
  readonly hasPatrons: boolean;
  readonly timezone: string;
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
  lastScanMs: Number.NEGATIVE_INFINITY,
};

/** True while a dialog stands between staff and the next scan. */
export function isAsking(session: Session): boolean {
  return session.phase.kind === "asking" || session.phase.kind === "unknown-card";
}

/** Scans and orders that are not recorded yet, the one under way included. */
export function countWaiting(session: Session): number {
  return session.queue.length + (session.phase.kind === "idle" ? 0 : 1);
}
