/** What the API says of the loan rules: the rest of `api.ts`, which hands it on. */
import type { Question } from "./api.ts";

/** GET /api/policy: the loan rules in force, in words. */
export interface PolicyView {
  /** False: the snapshot has no policy, and every loan is 21 days. */
  readonly hasPolicy: boolean;
  readonly rules: readonly {
    /** From 1: the first that fits decides. */
    readonly number: number;
    readonly category: readonly string[];
    readonly itemType: readonly string[];
    readonly location: readonly string[];
    /** `21 days`, `2 hours`, `not lent` */
    readonly length: string;
    readonly limited: boolean;
    readonly renewals: number;
    readonly graceDays: number;
    /** `10:00` */
    readonly dueAt?: string;
    /** `all by 2026-06-30`, `all on 2026-06-30` */
    readonly hardDue?: string;
  }[];
  readonly limits: readonly {
    readonly category: readonly string[];
    readonly itemType: readonly string[];
    readonly items: number;
    readonly role: "staff" | "supervisor" | "nobody";
  }[];
  readonly closedDays: "ignore" | "skip" | "push";
  readonly hourlyPastClosing: "shorten" | "next-opening";
  /** The code by which hours and closed days are looked up. */
  readonly calendarOf: string;
  /** This week's days from today on, open or closed. */
  readonly days: readonly {
    readonly day: string;
    readonly open: readonly string[];
    readonly reason?: string;
  }[];
  /** What looks wrong in rules and hours. */
  readonly warnings: readonly string[];
}

/** A due date with its reason. */
export interface DueView {
  readonly at: string;
  /** `Sat 12 Dec`, `Today 16:40` */
  readonly words: string;
  /** Which rule, and what moved it. */
  readonly why: string;
}

/** GET /api/policy/try: what a loan made now would come to. */
export interface TryView {
  readonly patron: string;
  readonly item: string;
  readonly category: string;
  readonly itemType: string;
  readonly location: string;
  /** Number of the rule that decides; left out: none fits. */
  readonly rule?: number;
  /** Left out: the rule gives no loan, or it is refused. */
  readonly due?: DueView;
  readonly questions: readonly Question[];
  readonly refusal?: { readonly kind: string; readonly text: string };
}
