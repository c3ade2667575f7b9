/**
 * One question to staff. An answer names its code and ref, and the ref is a hash of the facts, so a question whose
 * facts have changed is asked again. Texts never name another patron.
 */
import type { Command } from "./command.ts";
import type { DecideContext } from "./decide-context.ts";

export interface Question {
  readonly code: string;
  readonly ref: string;
  readonly text: string;
  readonly role: "staff" | "supervisor";
  /** `acknowledge`: the answer alone will do; `override`: with a reason of at least 3 characters; `stop`: none will. */
  readonly severity: "acknowledge" | "override" | "stop";
  /** How old the knowledge is that asks, ms: the snapshot's time, or when it was recorded here. */
  readonly since?: number;
  /** What staff must tick beside their reason. */
  readonly tick?: string;
  /** The due date must be set: no rule gives one. */
  readonly needsDue?: true;
}

/** An override of the command that answers a question which is asked. */
export type Answer = NonNullable<Command["overrides"]>[number];

export interface Draft {
  readonly code: string;
  readonly text: string;
  /** What is asked about: other facts, other ref. */
  readonly facts: readonly (string | number)[];
  /** `nobody`: it stops here. */
  readonly role?: "staff" | "supervisor" | "nobody";
  readonly severity: "acknowledge" | "override";
  readonly since?: number | undefined;
  readonly tick?: string;
  readonly needsDue?: boolean;
}

export function ask(draft: Draft, context: DecideContext): Question {
  const { code, text, role = "staff", since, tick, needsDue } = draft;
  return {
    code,
    ref: context.hash(JSON.stringify([code, ...draft.facts])),
    text,
    role: role === "nobody" ? "supervisor" : role,
    severity: role === "nobody" ? "stop" : draft.severity,
    ...(since !== undefined && { since }),
    ...(tick !== undefined && { tick }),
    ...(needsDue === true && { needsDue }),
  };
}

/** `Fri 21 Nov, 06:00` */
export function dataAge(context: DecideContext): string {
  const takenAt = context.known.snapshot?.takenAt ?? 0;
  return `${context.formatDay(takenAt)}, ${context.formatTime(takenAt)}`;
}
