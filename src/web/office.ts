/** What the supervisor's pages show beside the branch's state: a slice of the model, and the only ways it changes. Pure. */

import type {
  AnswerView,
  AuditRow,
  BatchPreview,
  RescanView,
  TimelineView,
  TodoView,
  TrailView,
  TransactionRow,
} from "../node/http/api.ts";
import { t } from "./language.ts";
import type { SheetName } from "./office-intent.ts";

export const STEPS = [
  t`Desks complete?`,
  t`Review exceptions`,
  t`Format and scope`,
  t`Check and write`,
  t`Hand over`,
] as const;

/** What was chosen in the export wizard so far: it outlives leaving the page. */
export interface Draft {
  /** 1–5. */
  readonly step: number;
  /** Empty until the branch's is known. */
  readonly format: string;
  readonly split: boolean;
  readonly isPartial: boolean;
  readonly reason: string;
  /** Boxes of the hand-over list that were ticked, by code. */
  readonly ticked: readonly string[];
}

export const emptyDraft: Draft = {
  step: 1,
  format: "",
  split: false,
  isPartial: false,
  reason: "",
  ticked: [],
};

export interface Office {
  readonly draft: Draft;
  /** What the next file would hold in the draft's format. */
  readonly preview?: BatchPreview;
  readonly timeline?: TimelineView;
  readonly audit?: readonly AuditRow[];
  /** Of the row of activity that stands open. */
  readonly trail?: TrailView;
  /** The exception that is looked at. */
  readonly chosen?: string;
  /** The batch whose report is open, and its lines: a header, then rows. */
  readonly batch?: string;
  readonly lines?: { readonly batch: string; readonly rows: readonly (readonly string[])[] };
  /** What was read of the library system's report a moment ago. */
  readonly answer?: AnswerView;
  /** What is left to do by hand, of all files. */
  readonly todos?: readonly TodoView[];
  readonly rescan?: RescanView;
  /** Of today. */
  readonly payments?: readonly TransactionRow[];
  /** Step 4 of the wizard: how the making and comparing of a file goes. */
  readonly check?: {
    readonly state: "writing" | "reading" | "good" | "bad";
    readonly text: string;
    /** Once it has a name. */
    readonly batch?: string;
  };
  readonly sheet: SheetName;
}

export const emptyOffice: Office = { draft: emptyDraft, sheet: "hand-over" };
