/**
 * The views and answers of the HTTP API, as types. The pages import these and nothing else of the node;
 * `schema.ts` holds requests to the same shapes. Instants are RFC 3339 text with the branch's offset.
 */
import type { DesksView, DeskVerdict, JoinsView, OutageView, SnapshotView } from "./api-branch.ts";

// Pages may import this file alone, so it hands on what its other half describes.
export type {
  BackupView,
  BatchView,
  DesksView,
  DeskVerdict,
  DeskView,
  InviteView,
  JoinsView,
  OutageState,
  OutageView,
  PastOutageView,
  SessionView,
  SnapshotView,
  StaffView,
  StatisticsRow,
  Verdict,
} from "./api-branch.ts";
export type { PolicyView, TryView } from "./api-policy.ts";

export type Kind =
  | "checkout"
  | "renewal"
  | "checkin"
  | "registration"
  | "in-house-use"
  | "non-catalogued"
  | "payment"
  | "voiding";

export interface Receipt {
  readonly id: string;
  readonly desk: string;
  readonly run: string;
  readonly seq: number;
  readonly at: string;
  readonly due?: string;
  readonly durable: true;
}

/** How far one entry has got: held durably by `desks` of the `of` desks that this outage knows. */
export interface Coverage {
  readonly desks: number;
  readonly of: number;
}

/** One row of the activity list and of the session lists. */
export interface TransactionRow {
  readonly id: string;
  readonly kind: Kind;
  readonly at: string;
  readonly effective?: string;
  readonly desk: { readonly id: string; readonly name: string };
  readonly staff?: string;
  readonly patron?: string;
  readonly patronName?: string;
  readonly item?: string;
  readonly title?: string;
  readonly due?: string;
  readonly count?: number;
  readonly amount?: number;
  readonly currency?: string;
  readonly type?: string;
  readonly voids?: string;
  readonly reason?: string;
  readonly voided?: { readonly by?: string; readonly at: string };
  readonly exceptions: readonly string[];
  /** Id of the batch that carries it. */
  readonly batch?: string;
  readonly coverage: Coverage;
  readonly position: {
    readonly outage: number;
    readonly desk: string;
    readonly run: string;
    readonly seq: number;
  };
}

export interface LoanView {
  readonly item: string;
  readonly title?: string;
  readonly due: string;
  readonly since: string;
  readonly overdue: boolean;
  /** `snapshot`: known before the outage; `desk`: lent in an outage. */
  readonly from: "snapshot" | "desk";
  readonly desk?: string;
}

export interface PatronView {
  readonly barcode: string;
  readonly name: string;
  readonly category?: string;
  readonly expires?: string;
  readonly expired: boolean;
  readonly birthDate?: string;
  readonly phone?: string;
  readonly email?: string;
  readonly address?: string;
  readonly blocks: readonly { readonly code: string; readonly text: string }[];
  readonly message?: string;
  /** Known from where: the ILS's snapshot, a registration at a desk, or not at all. */
  readonly known: "snapshot" | "registered" | "unknown";
  /** `takenAt` of the snapshot, or when registered. */
  readonly asOf?: string;
  readonly loans: readonly LoanView[];
  readonly holds: readonly {
    readonly title?: string;
    readonly item?: string;
    readonly status: string;
    readonly shelfUntil?: string;
  }[];
}

export interface PatronHit {
  readonly barcode: string;
  readonly name: string;
  readonly birthYear?: string;
  readonly category?: string;
  readonly known: "snapshot" | "registered";
}

export interface ItemView {
  readonly barcode: string;
  readonly known: boolean;
  readonly title?: string;
  readonly author?: string;
  readonly callNumber?: string;
  readonly itemType?: string;
  readonly location?: string;
  readonly status?: string;
  readonly opacMessage?: string;
  readonly loan?: {
    readonly patron?: string;
    readonly due: string;
    readonly since: string;
    readonly from: "snapshot" | "desk";
  };
  readonly holds: number;
  readonly asOf?: string;
}

export type Severity = "info" | "acknowledge" | "override" | "stop";

export interface Question {
  readonly code: string;
  /** Hash of code and facts: an override must name it, so that a question whose facts changed is asked again. */
  readonly ref: string;
  readonly text: string;
  readonly role: "staff" | "supervisor";
  readonly severity: Severity;
  readonly since?: string;
  /** What staff must tick (`acknowledged`) beside their reason. */
  readonly tick?: string;
  /** Send `due` with the answer: no rule gives a date. */
  readonly needsDue?: true;
}

/** 201 of POST /api/transactions. */
export interface RecordedAnswer {
  readonly receipt: Receipt;
  readonly view: {
    readonly row: TransactionRow;
    readonly patron?: PatronView;
    readonly item?: ItemView;
    /** What to tell staff, e.g. "Returned. Put it in the RE-SCAN bin." */
    readonly notes: readonly {
      readonly code: string;
      readonly severity: "success" | "info" | "attention";
      readonly text: string;
    }[];
    /** Of a loan: what the patron's slip says of it, a line each. */
    readonly slip?: readonly string[];
  };
}

/** RFC 9457 problem document; 409 carries questions, 422 a refusal, 503 a fault. */
export interface Problem {
  readonly type: string;
  readonly title: string;
  readonly status: number;
  /** The last word of `type`: what went wrong, for programs. */
  readonly code?: string;
  /** One sentence for people. */
  readonly detail?: string;
  /** 422 of a request of the wrong form: each field that is wrong, and what was expected. */
  readonly errors?: readonly { readonly field: string; readonly text: string }[];
  /** 400 of a body that is not JSON: where it stops being JSON. `line` and `column` are 1-based. */
  readonly position?: { readonly offset: number; readonly line: number; readonly column: number };
  readonly questions?: readonly Question[];
  readonly refusal?: { readonly kind: string; readonly text: string };
  readonly fault?: { readonly kind: string; readonly text: string };
  /** 409 of POST /api/batches: who lacks what. */
  readonly incomplete?: readonly DeskVerdict[];
  readonly undecided?: readonly string[];
}

export interface ExceptionView {
  readonly id: string;
  readonly kind: string;
  /** In words for staff, one or two sentences. */
  readonly text: string;
  readonly mustDecide: boolean;
  readonly transactions: readonly TransactionRow[];
  readonly settled?: {
    readonly decision: string;
    readonly reason: string;
    readonly by?: string;
    readonly at: string;
  };
}

/** First event of the stream, and GET /api/state. */
export interface StateView {
  readonly ready: boolean;
  /** Absent before the first run's form was sent. */
  readonly branch?: {
    readonly id: string;
    readonly name: string;
    readonly code: string;
    readonly timezone: string;
  };
  readonly desk?: { readonly id: string; readonly name: string; readonly run: string };
  readonly version: string;
  readonly outage: OutageView;
  readonly desks: DesksView;
  readonly joins: JoinsView;
  readonly snapshot?: SnapshotView;
  readonly waiting: number;
  readonly exceptions: { readonly mustDecide: number; readonly lookAt: number };
  /** Set when the disk failed: nothing can be recorded here. */
  readonly fault?: { readonly kind: string; readonly text: string };
  readonly staff: {
    /** Initials are enough to record; false: staff sign in first. */
    readonly openDesks: boolean;
    /** How many there are: one alone may be ill on the day. */
    readonly supervisors: number;
  };
  /** Defaults of the first-run form. */
  readonly firstRun?: {
    readonly name: string;
    readonly code: string;
    readonly timezone: string;
    readonly desk: string;
  };
  /** Default due date of a loan made now. */
  readonly defaultDue?: string;
}

/** Server-sent events: `event:` is the kind, `data:` is JSON of this shape. */
export interface Events {
  readonly state: StateView;
  readonly recorded: { readonly row: TransactionRow };
  /** Frontier moved: rows up to `seq` of a run are on so many desks. */
  readonly coverage: {
    readonly feeds: readonly {
      readonly outage: number;
      readonly desk: string;
      readonly run: string;
      readonly steps: readonly { readonly upTo: number; readonly desks: number }[];
    }[];
    readonly of: number;
  };
  readonly desk: DesksView;
  readonly outage: OutageView;
  readonly exception: { readonly mustDecide: number; readonly lookAt: number };
  readonly progress: {
    readonly task: string;
    readonly done: number;
    /** Left out while it isn't known; 0: it is over, however it went. */
    readonly of?: number;
    readonly text: string;
  };
  readonly snapshot: SnapshotView;
  readonly batch: { readonly id: string };
  /** What a page still shows of that outage goes. */
  readonly purged: { readonly outage: number };
  readonly fault: { readonly kind: string; readonly text: string };
}

export interface Page<T> {
  readonly rows: readonly T[];
  /** Pass as `after=` for older rows; absent at the end. */
  readonly next?: string;
}

/** GET /api/scan/{barcode}: what the code is known as at this desk; empty when as neither. */
export interface ScanView {
  readonly patron?: PatronView;
  readonly item?: ItemView;
}
