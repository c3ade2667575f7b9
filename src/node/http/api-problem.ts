/** What an answer that isn't 2xx says. Part of `api.ts`, which hands it on. */

import type { Question, ScanView } from "./api.ts";
import type { DeskVerdict } from "./api-branch.ts";
import type { DueView } from "./api-policy.ts";

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
  /** Beside questions about a loan: when it is due by the rule; left out where no rule gives one. */
  readonly byRule?: DueView;
  /** 409 of a checkout with `onlyItem`: what else the code is. */
  readonly scan?: ScanView;
  readonly refusal?: { readonly kind: string; readonly text: string };
  readonly fault?: { readonly kind: string; readonly text: string };
  /** 409 of POST /api/batches: who lacks what. */
  readonly incomplete?: readonly DeskVerdict[];
  readonly undecided?: readonly string[];
  /** 409 of POST /api/outage/close: all that stands against it, in words. */
  readonly obstacles?: readonly string[];
}
