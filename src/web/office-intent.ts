/** What a supervisor may want of their pages, beside what any page may want (`intent.ts`). */
import type { Draft } from "./office.ts";

export type SheetName = "hand-over" | "report" | "re-scan" | "desk-card" | "paper-form" | "codes" | "keys";

/** Who stands for an act with a PIN of their own, though somebody is signed in. */
export interface Proof {
  readonly user: string;
  readonly pin: string;
}

/** A batch line by line to a SIP2 server, and an end to that. `request`: as the node takes it; its password is kept nowhere. */
export type ReplayIntent =
  | {
      readonly kind: "office-replay";
      readonly id: string;
      readonly request: Readonly<Record<string, unknown>>;
    }
  | { readonly kind: "office-stop-replay"; readonly id: string };

export type OfficeIntent =
  | ReplayIntent
  | { readonly kind: "office-draft"; readonly change: Partial<Draft> }
  /** Step 4: makes the file, fetches it again and compares its SHA-256. */
  | { readonly kind: "office-write" }
  | { readonly kind: "office-open-batch"; readonly id: string }
  | { readonly kind: "office-open-trail"; readonly id?: string }
  | { readonly kind: "office-choose"; readonly id?: string }
  /** Settles several exceptions of one kind with the same words. */
  | { readonly kind: "office-seen"; readonly ids: readonly string[]; readonly reason: string }
  /** What the library system said of a file. */
  | { readonly kind: "office-answer"; readonly id: string; readonly report: string | Blob }
  | { readonly kind: "office-tick"; readonly todo: string; readonly isDone: boolean; readonly note?: string }
  | {
      readonly kind: "office-guarded";
      readonly id: string;
      readonly act: "reissue" | "withdraw";
      /** The id, typed again. */
      readonly confirm: string;
      readonly reason: string;
      readonly proof: Proof;
    }
  /** The log onto a stick, or from one. */
  | {
      readonly kind: "office-carry";
      readonly way: "out" | "in";
      readonly path: string;
      readonly passphrase: string;
    }
  /** Somebody was called about the outage, just now. */
  | { readonly kind: "office-call"; readonly who: string }
  /** A package of the program, on this PC, for all desks; or none any more. */
  | { readonly kind: "office-offer"; readonly path: string }
  | { readonly kind: "office-withdraw-offer" }
  | { readonly kind: "office-sheet"; readonly sheet: SheetName }
  | {
      readonly kind: "office-move";
      readonly move: "open" | "closing" | "open-again" | "close";
      readonly body: Readonly<Record<string, unknown>>;
    };

export function isOfficeIntent(intent: { readonly kind: string }): intent is OfficeIntent {
  return intent.kind.startsWith("office-");
}
