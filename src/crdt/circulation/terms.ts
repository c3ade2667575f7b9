/** On what terms an item would go out: the rule that decides, the date by it, and what staff wished instead. */
import type { Command } from "./command.ts";
import { type DecideContext, patronFor, seenTimes } from "./decide-context.ts";
import type { DueDate } from "./due-date.ts";
import type { Match, Subject } from "./lending.ts";
import { INSTANT_MAX } from "./text-rules.ts";
import type { DueFrom } from "./transaction.ts";

export interface Terms {
  readonly subject: Subject;
  /** Left out: no policy is known. */
  readonly match?: Match;
  /** By the rule, or the default; null: the rule gives no loan. */
  readonly byRule: DueDate | null;
  /** The same for a renewal that would take time away; `byRule` keeps the later date. */
  readonly ruled: DueDate | null;
  /** What will be recorded; undefined: staff must set it. */
  readonly due: number | undefined;
  readonly dueFrom: DueFrom;
  /** Staff wish a later date than the rule gives. */
  readonly isLonger: boolean;
}

/** Undefined: the command lends nothing. */
export function termsOf(command: Command, context: DecideContext): Terms | undefined {
  const { kind } = command;
  if (kind !== "checkout" && kind !== "renewal" && kind !== "non-catalogued") return undefined;
  const { lending } = context;
  const subject = subjectOf(command, context);
  const match = lending?.match(subject);
  const plain = dueByRule(command, context, match);
  const byRule = keepLater(command, context, plain);
  const given = command.due;
  const ruled = match?.number === undefined ? "default" : "rule";
  return {
    subject,
    ...(match !== undefined && { match }),
    byRule,
    ruled: plain,
    // A clock that is mad enough must not make an entry that nobody can read.
    due: given ?? (byRule === null ? undefined : Math.min(byRule.due, INSTANT_MAX)),
    dueFrom: given === undefined ? ruled : "given",
    isLonger: given !== undefined && byRule !== null && given > byRule.due,
  };
}

/** The patron as rules know them: by the category of the snapshot, or of the registration here. */
export function categoryOf(patron: string | undefined, context: DecideContext): string {
  if (patron === undefined) return "";
  const record = context.known.patron;
  if (record?.barcode === patron) return record.category;
  return context.fold.registrationOf(patron)?.fact.fields.category ?? "";
}

function subjectOf(command: Command, context: DecideContext): Subject {
  const { item } = context.known;
  const category = categoryOf(patronFor(command, context), context);
  if (command.kind === "non-catalogued") return { category, itemType: command.type ?? "", location: "" };
  return { category, itemType: item?.itemType ?? "", location: item?.location ?? "" };
}

function dueByRule(command: Command, context: DecideContext, match: Match | undefined): DueDate | null {
  const loanAt = command.effective ?? context.now;
  const { lending, known } = context;
  if (lending === undefined || match === undefined) {
    const due = context.defaultDue();
    return { due, why: "", words: context.formatDay(due) };
  }
  const expires = known.patron?.barcode === patronFor(command, context) ? known.patron?.expires : "";
  return lending.due(match, loanAt, expires ?? "");
}

/** A renewal takes nothing away: a loan that runs longer already keeps its date. */
function keepLater(command: Command, context: DecideContext, byRule: DueDate | null): DueDate | null {
  if (command.kind !== "renewal" || byRule === null) return byRule;
  const due = seenTimes(command.item ?? "", context)?.due ?? 0;
  if (!(due > byRule.due)) return byRule;
  const words = context.formatDay(due);
  return { due, words, why: `${byRule.why}; the loan runs until ${words} already` };
}
