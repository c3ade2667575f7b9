/**
 * One desk as a value: everything that pages, command line and tests may ask of a node. It is made of ports, has no
 * port of its own, and knows no status codes. Expected failures are returned; faults are thrown.
 */
import type { SettingValues } from "../../crdt/circulation/branch-settings.ts";
import type { Command } from "../../crdt/circulation/command.ts";
import type { Format } from "../../export/batch.ts";
import type { CarryActs } from "../carry/carry.ts";
import type {
  AuditRow,
  BackupView,
  BatchPreview,
  BatchView,
  CompletenessView,
  DesksView,
  DeskVerdict,
  DueView,
  Events,
  ExceptionView,
  ImportReport,
  InviteView,
  ItemView,
  JoinsView,
  Kind,
  OutageView,
  Page,
  PastOutageView,
  PatronHit,
  PatronView,
  PolicyView,
  Question,
  RecordedAnswer,
  ScanView,
  SettingsView,
  SnapshotView,
  StaffView,
  StateView,
  StatisticsRow,
  TimelineView,
  TrailView,
  TransactionRow,
  TryView,
} from "../http/api.ts";
import type { TransactionState } from "./activity.ts";
import type { AnswerActs } from "./answer-acts.ts";
import type {
  BatchOutcome,
  BatchRequest,
  BatchRole,
  FileBytes,
  OutageMove,
  OutageOptions,
  OutageWord,
  Settle,
} from "./desk-requests.ts";
import type { SnapshotOrigin } from "./library.ts";
import type { Registering } from "./registering.ts";
import type { ReplayActs } from "./replay.ts";
import type { UpdateActs } from "./updates.ts";

export type {
  BatchOutcome,
  BatchRequest,
  BatchRole,
  FileBytes,
  OutageMove,
  OutageOptions,
  OutageWord,
  Settle,
} from "./desk-requests.ts";

export type Role = "staff" | "supervisor";

export interface Refusal {
  readonly kind: "refused";
  readonly refusal: { readonly kind: string; readonly text: string };
}
/** The disk failed or the log can't be trusted: nothing was recorded, and nothing can be here. */
export interface Faulted {
  readonly kind: "fault";
  readonly fault: { readonly kind: string; readonly text: string };
}
export type RecordAnswer =
  | { readonly kind: "recorded"; readonly answer: RecordedAnswer }
  | { readonly kind: "questions"; readonly questions: readonly Question[]; readonly byRule?: DueView }
  | Refusal
  | Faulted;

/** Not now: something else must happen first (409). */
export interface Conflict {
  readonly kind: "conflict";
  readonly code: string;
  readonly text: string;
  readonly incomplete?: readonly DeskVerdict[];
  readonly undecided?: readonly string[];
  /** All that stands against it, a sentence each. */
  readonly obstacles?: readonly string[];
}
export interface Done<T> {
  readonly kind: "done";
  readonly value: T;
}
export interface NotFound {
  readonly kind: "not-found";
  readonly text: string;
}
export type Answer<T> = Done<T> | Conflict | NotFound | Refusal | Faulted;

export interface TransactionQuery {
  readonly kind?: Kind;
  readonly desk?: string;
  readonly patron?: string;
  readonly item?: string;
  /** Branch time, `YYYY-MM-DDTHH:MM`; the minute of `to` is in. */
  readonly from?: string;
  readonly to?: string;
  readonly state?: TransactionState;
  /** In barcodes, staff, reasons and typed titles. */
  readonly text?: string;
  /** Opaque, from the page before. */
  readonly after?: string;
  /** 1–200, default 50. */
  readonly limit?: number;
}

export interface BranchForm {
  readonly name: string;
  readonly code: string;
  readonly timezone: string;
  readonly desk: string;
  /** The first supervisor, and their PIN. */
  readonly supervisor: string;
  readonly pin: string;
  /** Initials are enough to record; so unless told otherwise. */
  readonly openDesks?: boolean;
}

/** What a user's initials and PIN came to. */
export type SignIn =
  | { readonly kind: "signed-in"; readonly user: string; readonly role: Role }
  /** No such user, disabled, or another PIN: nobody is told which. */
  | { readonly kind: "wrong" }
  /** Without a time: at every desk, until a supervisor or the recovery code unlocks. */
  | { readonly kind: "locked"; readonly retryAfterMs?: number }
  /** Too many PINs are being checked here. */
  | { readonly kind: "busy" };

/** Adds a user (with PIN and role), or changes what is given. */
export interface StaffChange {
  readonly user: string;
  readonly pin?: string;
  readonly role?: Role;
  readonly disabled?: boolean;
  readonly unlock?: boolean;
}

export interface RecoveryForm {
  readonly code: string;
  readonly user: string;
  readonly pin: string;
}

/** What is given changes. */
export interface BranchSettings extends Partial<SettingValues> {
  readonly openDesks?: boolean;
  /** Days after loading until an outage is purged; 0: its longest loan and a week. */
  readonly retentionDays?: number;
}

/** Who works at the desks. The branch document has it, so each desk knows it. */
export interface Staff {
  signIn(user: string, pin: string): Promise<SignIn>;
  /** As the branch has it now; `null`: nobody, or disabled. `pinMark` changes with the PIN. */
  find(user: string): { readonly user: string; readonly role: Role; readonly pinMark: string } | null;
  /** Initials are enough to record. */
  openDesks(): boolean;
  settings(): SettingsView;
  list(): readonly StaffView[];
  change(change: StaffChange, by?: string): Promise<Answer<readonly StaffView[]>>;
  /** Makes a supervisor with the sealed code, and a new code. */
  recover(form: RecoveryForm): Promise<Answer<{ readonly recoveryCode: string }>>;
  renewRecoveryCode(by: string): Promise<Answer<{ readonly recoveryCode: string }>>;
  /** What is given changes. */
  changeSettings(settings: BranchSettings, by?: string): Promise<Answer<SettingsView>>;
}

/** Where to ask: a branch that was heard, or an address. */
export interface JoinTarget {
  readonly branch?: string;
  readonly address?: { readonly host: string; readonly port: number };
}

export type DeskAct =
  | { readonly kind: "rename"; readonly name: string }
  | { readonly kind: "retire"; readonly reason?: string }
  | { readonly kind: "lost" | "was-off"; readonly reason: string };

export interface BackupRequest {
  /** Absolute. */
  readonly path: string;
  /** Left out: only this desk's identity opens it. */
  readonly passphrase?: string;
  /** With the keys that make a PC this desk. */
  readonly withIdentity?: boolean;
}

export type Listener = <K extends keyof Events>(kind: K, data: Events[K]) => void;

/** `staff`: who acts, as signed in or typed (initials); left out when nobody said. */
export interface Desk extends AnswerActs, CarryActs, Registering, ReplayActs, UpdateActs {
  state(): StateView;
  /** 409 once a branch exists here. The recovery code is told this once. */
  createBranch(form: BranchForm): Promise<Answer<StateView & { readonly recoveryCode: string }>>;
  readonly staff: Staff;
  /** `role`: whose answers to a supervisor's questions count; staff if left out. */
  record(command: Command, staff?: string, role?: Role): Promise<RecordAnswer>;
  transactions(query: TransactionQuery): Promise<Page<TransactionRow>>;
  /** The same as a sheet, whole, oldest first. */
  activitySheet(query: TransactionQuery): Promise<string>;
  /** What happened to one transaction. */
  trail(id: string): Promise<Answer<TrailView>>;
  /** Who did what, newest first. */
  audit(): Promise<readonly AuditRow[]>;
  /** What was done in an outage, minute by minute. */
  timeline(outage: number): Promise<Answer<TimelineView>>;
  patrons(query: string): Promise<readonly PatronHit[]>;
  patron(barcode: string): Promise<PatronView>;
  items(query: string): Promise<readonly ItemView[]>;
  item(barcode: string): Promise<ItemView>;
  scan(barcode: string): Promise<ScanView>;
  /** The loan rules in force; what a loan made now would come to: nothing is recorded. */
  policy(): Promise<Answer<PolicyView>>;
  tryLoan(loan: { readonly patron: string; readonly item: string }): Promise<Answer<TryView>>;
  desks(): DesksView;
  /** A desk by its id, its name, or the beginning of its id. */
  actOnDesk(id: string, act: DeskAct, staff?: string): Promise<Answer<DesksView>>;
  /** Only for one of twins: this PC becomes a new desk of that name, and goes on with the log that it holds. */
  renew(name: string, staff?: string): Promise<Answer<StateView>>;
  /** One line that lets one desk in. */
  invite(ttlMs: number, staff?: string): Promise<Answer<InviteView>>;
  /** First run only, by an invite. Resolves once the branch is here, or a moment later without it. */
  join(invite: string, desk: string): Promise<Answer<StateView>>;
  /** Branches heard and what is asked (first run), or desks that ask (afterwards). */
  joins(): JoinsView;
  /** First run only: asks a branch for the four words. */
  askToJoin(target: JoinTarget, desk: string): Promise<Answer<JoinsView>>;
  /** First run only: the words match here, or they don't. */
  answerJoin(id: string, matches: boolean): Promise<Answer<JoinsView>>;
  /** At an admitted desk: the words match, and a supervisor lets the desk in, or they don't. */
  decideJoin(id: string, matches: boolean, staff?: string): Promise<Answer<JoinsView>>;
  outage(): OutageView;
  moveOutage(move: OutageMove, options: OutageOptions, staff?: string): Promise<Answer<OutageView>>;
  /** The ILS is down at this desk too, or works here; who was called. */
  tellOutage(word: OutageWord, staff?: string): Promise<Answer<OutageView>>;
  /** Of the current outage if none is named. */
  completeness(outage?: number): Promise<Answer<CompletenessView>>;
  /** The last entry of this run: nothing more comes from here until someone scans again (then a new run starts). */
  deskDone(staff?: string): Promise<Answer<OutageView>>;
  /** `format`: the ILS whose consequences are told. */
  exceptions(format?: Format): Promise<readonly ExceptionView[]>;
  settle(id: string, settle: Settle, staff?: string): Promise<Answer<ExceptionView>>;
  /** Into a new folder of this PC. Progress goes to the event stream. */
  backup(request: BackupRequest): Promise<Answer<BackupView>>;
  snapshots(): readonly SnapshotView[];
  /** A folder or zip of CSV files on this PC, or a zip as it is uploaded. Progress goes to the event stream. */
  importSnapshot(from: SnapshotOrigin, staff?: string): Promise<Answer<ImportReport>>;
  makeBatch(request: BatchRequest, staff?: string): Promise<Answer<BatchView>>;
  batches(): Promise<readonly BatchView[]>;
  batch(id: string): Promise<Answer<BatchView>>;
  /** What the next batch would hold; nothing is written. */
  previewBatch(request: Pick<BatchRequest, "format" | "split">): Promise<Answer<BatchPreview>>;
  /** `part`: 1-based, of a main file in parts. */
  batchFile(id: string, role: BatchRole, part?: number): Promise<Answer<FileBytes>>;
  markBatch(id: string, outcome: BatchOutcome, staff?: string): Promise<Answer<BatchView>>;
  /** Those that there have been, newest first, and what became of their scans. */
  outages(): Promise<readonly PastOutageView[]>;
  /** How much was done by kind, desk and hour: without patrons, and kept for good. */
  statistics(outage: number): Promise<Answer<readonly StatisticsRow[]>>;
  /** Destroys the scans of an outage on every desk. `reason`: why entries that count nowhere may go, too. */
  purge(outage: number, reason?: string, staff?: string): Promise<Answer<PastOutageView>>;
  /** Returns the one function that unsubscribes. */
  subscribe(listener: Listener): () => void;
  /** Ends in order: desk-done where scans were made, stores closed. */
  close(): Promise<void>;
}
