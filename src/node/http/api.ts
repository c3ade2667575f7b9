/**
 * The views and answers of the HTTP API, as types. The pages import these and nothing else of the node;
 * `schema.ts` holds requests to the same shapes. Instants are RFC 3339 text with the branch's offset.
 */
import type { SettingValues } from "../../crdt/circulation/branch-settings.ts";
import type { DesksView, JoinsView, SnapshotView, WatchView } from "./api-branch.ts";
import type { OutageView } from "./api-closing.ts";
import type { PcView } from "./api-operating.ts";

export type {
  AnswerView,
  CarriedInView,
  CarriedOutView,
  RescanView,
  Symbology,
  TodoKind,
  TodoView,
} from "./api-answer.ts";
// Pages may import this file alone, so it hands on what its other half describes.
export type {
  BackupView,
  DesksView,
  DeskVerdict,
  DeskView,
  ImportReport,
  InviteView,
  JoinsView,
  OutageState,
  PastOutageView,
  SessionView,
  SnapshotView,
  StaffView,
  StatisticsRow,
  Verdict,
  WatchView,
} from "./api-branch.ts";
export type {
  BatchCountView,
  BatchFileView,
  BatchPreview,
  BatchReasonView,
  BatchState,
  BatchView,
  ChecklistStep,
  ChoiceView,
  CompletenessView,
  ExceptionView,
  MissingDesk,
  OutageRecordView,
  OutageView,
  ReplayView,
  SettledView,
} from "./api-closing.ts";
export type { AuditRow, TimelineView, TrailView } from "./api-office.ts";
export type { PcView, ReadinessCheck, ReadinessView, SettingsView, UpdatesView } from "./api-operating.ts";
export type { DueView, PolicyView, TryView } from "./api-policy.ts";
export type { Problem } from "./api-problem.ts";
export type { FormCheckView, FormView, SimilarPatron } from "./api-registration.ts";

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
  readonly watch?: WatchView;
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
  /** What the branch has set for all its desks; absent before there is one. */
  readonly settings?: SettingValues;
  /** Defaults of the first-run form. */
  readonly firstRun?: {
    readonly name: string;
    readonly code: string;
    readonly timezone: string;
    readonly desk: string;
  };
  /** Default due date of a loan made now. */
  readonly defaultDue?: string;
  readonly pc?: PcView;
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
  /** Of a code that is neither: what the branch's rules take it for, if they say. */
  readonly looksLike?: "patron" | "item" | "isbn";
}
