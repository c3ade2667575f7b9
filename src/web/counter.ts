/** What the counter shows beside the work in hand: dialogs, this desk's settings, finds. Shapes; `counter-acts.ts` acts. */
import type { FormCheckView, FormView, ItemView, PatronView, TransactionRow } from "../node/http/api.ts";
import type { DeskSettings } from "./desk-settings.ts";
import type { ActionName } from "./keys.ts";
import type { Mode } from "./session.ts";

export type StatusPart = "desk" | "desks" | "copies" | "clock" | "data" | "waiting" | "sound" | "practice";

export type DialogName =
  | { readonly kind: "due" | "return-day" | "help" | "find-item" | "due-dates" }
  | { readonly kind: "status"; readonly part: StatusPart }
  /** Asks before a row is voided. */
  | { readonly kind: "void"; readonly id: string }
  | { readonly kind: "title"; readonly id: string };

export interface Counter {
  readonly settings: DeskSettings;
  readonly dialog?: DialogName;
  /** The code of a scan that a dialog kept out. */
  readonly ignored?: string;
  /** Nobody is at the desk: nothing is shown. */
  readonly isHidden: boolean;
  readonly items: { readonly query: string; readonly hits: readonly ItemView[]; readonly isDone: boolean };
  /** The patron that is looked at closer among those found. */
  readonly peek?: PatronView;
  /** Who had what was brought back, where somebody asked. */
  readonly hadBy?: { readonly id: string; readonly name: string };
  readonly slip?: Slip;
  /** Id of the payment that was taken last. */
  readonly receipt?: string;
  /** The branch's registration form, and what the node says of what is typed into it. */
  readonly form?: FormView;
  readonly formCheck?: FormCheckView;
  /** The node speaks for practice: nothing is real. */
  readonly isPractice: boolean;
}

/** One patron's loans as they were printed. */
export interface Slip {
  readonly rows: readonly TransactionRow[];
  readonly lines: Readonly<Record<string, readonly string[]>>;
  readonly patron?: PatronView;
  readonly printedAt: string;
}

export type CounterIntent =
  | { readonly kind: "act"; readonly action: ActionName; readonly atMs: number }
  | { readonly kind: "open-dialog"; readonly dialog: DialogName }
  | { readonly kind: "close-dialog" }
  | { readonly kind: "set-due"; readonly value?: string; readonly isSticky: boolean }
  | { readonly kind: "set-return-day"; readonly day?: string }
  | { readonly kind: "renew-loan"; readonly item: string }
  | { readonly kind: "renew-all" }
  | { readonly kind: "find-item"; readonly query: string }
  | { readonly kind: "enter-item"; readonly barcode: string; readonly mode: Mode; readonly atMs: number }
  | { readonly kind: "add-title"; readonly id: string; readonly title?: string }
  | { readonly kind: "who-had"; readonly id: string; readonly item: string }
  | { readonly kind: "peek"; readonly barcode?: string }
  | { readonly kind: "ignored"; readonly code: string; readonly isNew: boolean }
  | { readonly kind: "change-desk"; readonly change: Partial<Omit<DeskSettings, "changed">> }
  | { readonly kind: "test-sound" }
  | { readonly kind: "load-form" }
  | {
      readonly kind: "check-form";
      readonly patron?: string;
      readonly fields: Readonly<Record<string, string>>;
    }
  | { readonly kind: "print-form" | "print-test" }
  /** What was typed into the registration form, to be signed. */
  | {
      readonly kind: "print-application";
      readonly patron: string;
      readonly fields: Readonly<Record<string, string>>;
    }
  | { readonly kind: "show-again" }
  | { readonly kind: "practice"; readonly isOn: boolean };

const kinds: ReadonlySet<string> = new Set<CounterIntent["kind"]>([
  ...([
    "act",
    "open-dialog",
    "close-dialog",
    "set-due",
    "set-return-day",
    "renew-loan",
    "renew-all",
  ] as const),
  ...([
    "find-item",
    "enter-item",
    "add-title",
    "who-had",
    "peek",
    "ignored",
    "change-desk",
    "test-sound",
  ] as const),
  ...([
    "load-form",
    "check-form",
    "print-form",
    "print-test",
    "print-application",
    "show-again",
    "practice",
  ] as const),
]);

export function isCounterIntent(intent: { readonly kind: string }): intent is CounterIntent {
  return kinds.has(intent.kind);
}

export function createCounter(settings: DeskSettings, isPractice: boolean): Counter {
  return { settings, isPractice, isHidden: false, items: { query: "", hits: [], isDone: false } };
}

/** Another desk has done something with the item since: voiding the row needs a second look. */
export function isUsedElsewhere(
  rows: Readonly<Record<string, TransactionRow>>,
  row: TransactionRow,
): boolean {
  return Object.values(rows).some(
    (other) =>
      other.item !== undefined &&
      other.item === row.item &&
      other.desk.id !== row.desk.id &&
      Date.parse(other.at) > Date.parse(row.at),
  );
}
