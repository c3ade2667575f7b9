/**
 * What a user may want: elements send these, `controller.ts` does them.
 */
import type { CounterIntent } from "./counter.ts";
import type { JoinIntent } from "./joining.ts";
import type { Language } from "./language.ts";
import type { OfficeIntent } from "./office-intent.ts";
import type { Route } from "./routes.ts";
import type { Command, Mode, Notice, OverrideAnswer, Source } from "./session.ts";
import type { ActivityFilter } from "./store.ts";

export interface UserChange {
  readonly user: string;
  readonly pin?: string;
  readonly role?: "staff" | "supervisor";
  readonly disabled?: boolean;
  readonly unlock?: true;
}

export type OutageMove =
  | "open"
  | "closing"
  | "open-again"
  | "close"
  | "desk-done"
  | "down-here"
  | "works-here";

export type Intent =
  | JoinIntent
  | OfficeIntent
  | CounterIntent
  | { readonly kind: "go"; readonly route: Route }
  | {
      readonly kind: "scan";
      readonly barcode: string;
      readonly mode: Mode;
      readonly source: Source;
      readonly atMs: number;
    }
  | { readonly kind: "finish"; readonly atMs: number; readonly by: "enter" | "button" }
  /** `due`: `YYYY-MM-DD`, where the question wants one. */
  | { readonly kind: "confirm"; readonly overrides: readonly OverrideAnswer[]; readonly due?: string }
  | { readonly kind: "try-loan"; readonly patron: string; readonly item: string }
  | { readonly kind: "decline" }
  /** The rule's own date instead of the longer one; the item instead of the card. */
  | { readonly kind: "take-rule" | "take-item" }
  | { readonly kind: "junk"; readonly text: string }
  | { readonly kind: "clear-list"; readonly mode: Mode }
  /** Not saved: once more, under the same ids. */
  | { readonly kind: "retry" }
  /** Look at once whether the node is back. */
  | { readonly kind: "reconnect" }
  /** Anything that isn't a scan, recorded in its turn. */
  | { readonly kind: "order"; readonly command: Omit<Command, "id">; readonly mode?: Mode }
  /** Somebody else is at the desk now. */
  | { readonly kind: "change-staff" }
  | { readonly kind: "sign-in"; readonly user: string; readonly pin: string }
  | { readonly kind: "cancel-sign-in" }
  | { readonly kind: "choose-language"; readonly language: Language }
  | { readonly kind: "ask-supervisor" }
  | { readonly kind: "recover"; readonly code: string; readonly user: string; readonly pin: string }
  | { readonly kind: "renew-code" }
  | { readonly kind: "code-written" }
  | { readonly kind: "change-user"; readonly change: UserChange }
  | { readonly kind: "set-open-desks"; readonly openDesks: boolean }
  /** A snapshot of the ILS, as a zip file. */
  | { readonly kind: "import-zip"; readonly file: File }
  | { readonly kind: "fetch-file"; readonly path: string; readonly name: string }
  /** Of the branch: what is another one now. */
  | { readonly kind: "change-settings"; readonly change: Readonly<Record<string, unknown>> }
  /** Printer, scanner, sound or practice worked at this desk. */
  | { readonly kind: "note-test"; readonly test: string }
  /** Nobody is at the desk: no patron stays in sight. */
  | { readonly kind: "hide" }
  | { readonly kind: "find"; readonly query: string }
  | { readonly kind: "open-patron"; readonly barcode: string }
  | { readonly kind: "register"; readonly patron: string; readonly fields: Readonly<Record<string, string>> }
  | { readonly kind: "void"; readonly id: string; readonly reason: string }
  | { readonly kind: "void-last"; readonly mode: Mode }
  | { readonly kind: "filter-activity"; readonly filter: ActivityFilter }
  | { readonly kind: "more-activity" }
  | {
      readonly kind: "settle";
      readonly id: string;
      /** One of the exception's choices. */
      readonly decision: string;
      readonly transaction?: string;
      /** The right one, to correct it. */
      readonly barcode?: string;
      readonly reason: string;
    }
  | {
      readonly kind: "mark-batch";
      readonly id: string;
      readonly state: "loaded" | "failed";
      readonly job?: string;
      readonly byHand?: boolean;
      /** Told by the help desk. */
      readonly isHelpdesk?: boolean;
      /** Who said so, or why it failed. */
      readonly note?: string;
    }
  | { readonly kind: "purge"; readonly outage: number; readonly reason?: string }
  | { readonly kind: "move-outage"; readonly move: OutageMove }
  | {
      readonly kind: "create-branch";
      readonly form: {
        readonly name: string;
        readonly code: string;
        readonly timezone: string;
        readonly desk: string;
        readonly supervisor: string;
        readonly pin: string;
        readonly openDesks: boolean;
        readonly ilsProfile: string;
        readonly ilsName: string;
      };
    }
  | { readonly kind: "say"; readonly notice: Notice };
