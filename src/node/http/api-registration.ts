/** What the API says of registering a patron: the rest of `api.ts`, which hands it on. */
import type { PatronHit } from "./api.ts";

/** GET /api/registration-form: what to ask, in this order. The card itself is not among the fields. */
export interface FormView {
  /** False: the snapshot's policy has no form; this one is shown, and any answers are taken. */
  readonly fromPolicy: boolean;
  readonly fields: readonly {
    readonly name: string;
    readonly label: string;
    readonly type: "text" | "date" | "phone" | "email" | "choice";
    readonly required: boolean;
    /** As the attribute of HTML. */
    readonly pattern?: string | undefined;
    readonly help?: string | undefined;
    /** What stands in the field at first. */
    readonly default?: string | undefined;
    readonly choices?: readonly { readonly code: string; readonly text: string }[] | undefined;
  }[];
}

/** Somebody who may be the one that is being registered. */
export interface SimilarPatron extends PatronHit {
  /** `card`: that number is taken; `person`: the same name and date of birth. */
  readonly why: "card" | "person";
  /** For staff: `The same name and date of birth: registered at 10:04 on Desk 3.` */
  readonly text: string;
}

/** POST /api/registrations/check: of a form that is not whole yet. Nothing is recorded. */
export interface FormCheckView {
  /** In the form's order: what a registration would be refused for. */
  readonly problems: readonly { readonly field: string; readonly text: string }[];
  /** In the snapshot and among all desks' new patrons; at most 5. */
  readonly similar: readonly SimilarPatron[];
}
