/**
 * The transactions of circulation: what a desk records, and nothing that can be derived from it.
 * A transaction carries all that it was judged against (log.md, L5), so the fold needs the log alone.
 */

export type Source = "scan" | "typed" | "paper";

export const transactionKinds = [
  "checkout",
  "renewal",
  "checkin",
  "registration",
  "in-house-use",
  "non-catalogued",
  "payment",
  "voiding",
] as const;

export type TransactionKind = (typeof transactionKinds)[number];

export function isTransactionKind(value: unknown): value is TransactionKind {
  return transactionKinds.some((kind) => kind === value);
}

/** The loan that the desk saw on the item when it judged: a transaction's id, the snapshot's loan, or none. */
export type SawLoan =
  | { readonly kind: "none" }
  | { readonly kind: "snapshot"; readonly patron: string }
  | { readonly kind: "transaction"; readonly id: string };

/** Staff's recorded decision to go ahead over a question. `ref` names the facts that were asked about. */
export interface Override {
  readonly code: string;
  readonly ref: string;
  readonly reason?: string;
  readonly acknowledged?: boolean;
  readonly by?: string;
}

/** What the desk knew when it judged. `undefined` = this desk had no data to know it from. */
export interface JudgedAgainst {
  /** SHA-256 (hex) of the snapshot in force at the desk; left out without one. */
  readonly snapshot?: string;
  /** Was the patron in the snapshot or registered in the log? */
  readonly patronKnown?: boolean;
  readonly itemKnown?: boolean;
  /** Is there a loans file that covers this item's branch? Only then are "… without a loan" exceptions raised. */
  readonly loansKnown?: boolean;
  readonly saw?: SawLoan;
  /** Somebody else waits for the item. */
  readonly hold?: true;
  /** Written by builds before `limits`: the one that came nearest. */
  readonly limit?: { readonly items: number; readonly count: number };
  /** Every limit of the policy that the loan counts for, the nearest first. */
  readonly limits?: readonly LimitSeen[];
  /** Loans of the patron's from before the outage that the desk had seen the log end, but for this item's; left out: none. */
  readonly ended?: number;
  /** What was wrong with a barcode that nobody knew. */
  readonly barcode?: BarcodeFault;
}

/** A limit as the desk saw it when it judged, so that the fold finds what two desks passed together. */
export interface LimitSeen {
  /** Its place in the policy of the snapshot, from 1. */
  readonly place: number;
  /** At most so many at a time. */
  readonly items: number;
  /** Loans that counted for it before this one, the snapshot's and the log's. */
  readonly count: number;
  /** Those of them that the log says were lent under this limit. */
  readonly here: number;
}

export type BarcodeFault = "isbn" | "check-digit" | "out-of-range";

interface Common {
  /** UUIDv7, made by the client. */
  readonly id: string;
  /** Digest of the command as posted (hex, 16 characters): tells a retry from another content under one id (L6). */
  readonly digest: string;
  /** Wall time in ms when it counts, where earlier than when it was recorded: book drop, paper form. */
  readonly effective?: number;
  readonly source?: Source;
  readonly overrides?: readonly Override[];
  readonly judged: JudgedAgainst;
}

/** Where a due date comes from: typed by staff, the loan rule, or the default where no rule is known. */
export type DueFrom = "given" | "default" | "rule";

/** The loan rule that a due date was judged by, where there was one. */
export interface ByRule {
  /** Its place in the policy of the snapshot, from 1. */
  readonly rule?: number;
  /** A loan of 7 days or less by its rule: billed at once. */
  readonly limited?: true;
  /** What cut the date short. */
  readonly capped?: "expiry" | "hard-due";
  /** What the ILS will compute instead, ms, where its file carries no dates; 0: its rule gives no loan. */
  readonly ilsDue?: number;
}

export interface Checkout extends Common, ByRule {
  readonly kind: "checkout";
  readonly patron: string;
  readonly item: string;
  /** Instant in ms. */
  readonly due: number;
  readonly dueFrom: DueFrom;
  /** Title of an item that is not in the snapshot, as typed by staff. */
  readonly note?: string;
}

export interface Renewal extends Common, ByRule {
  readonly kind: "renewal";
  readonly item: string;
  /** The borrower: given, or taken from the loan that the desk saw; left out when nobody knew. */
  readonly patron?: string;
  readonly due: number;
  readonly dueFrom: DueFrom;
}

export interface Checkin extends Common {
  readonly kind: "checkin";
  readonly item: string;
}

export interface Registration extends Common {
  readonly kind: "registration";
  readonly patron: string;
  /** Answers to the branch's form, by field name (surname, given_names, birth_date, …). */
  readonly fields: Readonly<Record<string, string>>;
  /** Initial password, drawn at the registration so that every desk writes the same file (L20). */
  readonly initialPassword: string;
}

export interface InHouseUse extends Common {
  readonly kind: "in-house-use";
  readonly item: string;
  /** 1–99. */
  readonly count: number;
}

export interface NonCatalogued extends Common {
  readonly kind: "non-catalogued";
  readonly patron: string;
  readonly type: string;
  /** 1–99. */
  readonly count: number;
  readonly due: number;
  readonly dueFrom: DueFrom;
}

export interface Payment extends Common {
  readonly kind: "payment";
  readonly patron: string;
  /** Cents. */
  readonly amount: number;
  /** ISO 4217. */
  readonly currency: string;
}

export interface Voiding extends Common {
  readonly kind: "voiding";
  /** Id of the transaction that it voids. */
  readonly voids: string;
  readonly reason: string;
}

export type Transaction =
  | Checkout
  | Renewal
  | Checkin
  | Registration
  | InHouseUse
  | NonCatalogued
  | Payment
  | Voiding;

/** What a supervisor chose for an exception; an entry like any other (L27: of two on one, the last holds). */
export const decisions = [
  "keep-both",
  "void",
  "correct",
  "note",
  "accept",
  "leave-out",
  "by-hand",
  "load",
] as const;
export type Decision = (typeof decisions)[number];

export interface Settlement {
  readonly kind: "settlement";
  readonly exception: string;
  readonly decision: Decision;
  /** The transaction to leave out, for `void`; the one to correct, for `correct`; the one that was overtaken. */
  readonly transaction?: string;
  /** The right barcode, for `correct`. */
  readonly barcode?: string;
  /** For what was overtaken: the later event, in words without patrons; its outage may be purged by the next file. */
  readonly later?: string;
  readonly reason: string;
}

/** Everything that an outage's log may say to circulation. */
export type Fact = Transaction | Settlement;

/**
 * Where an entry stands. The order of the fold is (outage, clock, desk, run, seq), total (L4, L17).
 * `ms`/`n` are the hybrid clock: they order and say nothing of the time of day.
 */
export interface Position {
  readonly outage: number;
  readonly ms: number;
  readonly n: number;
  readonly desk: string;
  readonly run: string;
  /** 0-based place in the run's feed of this outage. */
  readonly seq: number;
}

/** A fact as it stands in the log. */
export interface Recorded<F extends Fact = Fact> {
  readonly position: Position;
  /** Wall time in ms, as the desk's clock said. */
  readonly at: number;
  /** What that clock was ahead of the other desks' median, ms; left out when the desk was alone. */
  readonly offsetMs?: number;
  readonly staff?: string;
  readonly fact: F;
}

/** Total order of the fold. Negative: `a` comes before `b`. */
export function comparePositions(a: Position, b: Position): number {
  return (
    a.outage - b.outage ||
    a.ms - b.ms ||
    a.n - b.n ||
    compareText(a.desk, b.desk) ||
    compareText(a.run, b.run) ||
    a.seq - b.seq
  );
}

function compareText(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}
