/** The loan rules as a page shows them, and what a loan made now would come to. */

import type { Calendar } from "../../crdt/circulation/calendar.ts";
import { dayToWords, minuteMs, wallToTime } from "../../crdt/circulation/calendar-day.ts";
import type { Command } from "../../crdt/circulation/command.ts";
import { decide } from "../../crdt/circulation/decide.ts";
import { isLimited, type LoanRule, lengthToWords } from "../../crdt/circulation/policy.ts";
import { checkPolicy } from "../../crdt/circulation/policy-check.ts";
import { termsOf } from "../../crdt/circulation/terms.ts";
import type { PolicyView, TryView } from "../http/api.ts";
import { contextOf, correctedNow, gatherFacts, rulesOf } from "./judging.ts";
import type { DeskParts } from "./parts.ts";
import { toDueView, toQuestion } from "./recording.ts";

const daysShown = 7;

export async function viewPolicy(parts: DeskParts): Promise<PolicyView> {
  const { lending, hasPolicy, calendarOf, warnings } = await rulesOf(parts);
  const { policy, calendar } = lending;
  const today = lending.serviceDate(correctedNow(parts));
  const first = Date.parse(`${today}T00:00:00Z`) / 86_400_000;
  const odd = hasPolicy ? checkPolicy(policy, { today, nearest: () => undefined }) : [];
  return {
    hasPolicy,
    rules: policy.loanRules.map(toRow),
    limits: policy.limits,
    closedDays: policy.closedDays,
    hourlyPastClosing: policy.hourlyPastClosing,
    calendarOf,
    days: Array.from({ length: daysShown }, (_, index) => viewDay(calendar, first + index, first)),
    warnings: [...odd, ...warnings],
  };
}

function viewDay(calendar: Calendar, day: number, today: number): PolicyView["days"][number] {
  const stretches = calendar.stretches(day).map(({ open, close, closingKnown }) => {
    if (closingKnown) return `${wallToTime(open)}–${wallToTime(close)}`;
    return calendar.hasHours ? `from ${wallToTime(open)}` : "open";
  });
  const words = dayToWords(day, today);
  if (stretches.length > 0) return { day: words, open: stretches };
  return { day: words, open: [], reason: calendar.closedFor(day) || "closed" };
}

function toRow(rule: LoanRule, index: number): PolicyView["rules"][number] {
  const { hardDue, dueAtMinute } = rule;
  return {
    number: index + 1,
    category: rule.category,
    itemType: rule.itemType,
    location: rule.location,
    length: lengthToWords(rule.length),
    limited: isLimited(rule.length),
    renewals: rule.renewals,
    graceDays: rule.graceDays,
    ...(dueAtMinute === undefined ? {} : { dueAt: wallToTime(dueAtMinute * minuteMs) }),
    ...(hardDue === undefined
      ? {}
      : { hardDue: `all ${hardDue.when === "latest" ? "by" : "on"} ${hardDue.on}` }),
  };
}

/** Judged as a scan would be, by a staff member, and then forgotten. */
export async function tryLoan(
  parts: DeskParts,
  { patron, item }: { readonly patron: string; readonly item: string },
): Promise<TryView> {
  const command: Command = { id: "00000000-0000-7000-8000-000000000000", kind: "checkout", patron, item };
  const facts = await gatherFacts(parts, command);
  const context = { ...contextOf(parts, command, facts), role: "staff", outageState: "open" } as const;
  const decision = decide(command, context);
  const terms = termsOf(command, context);
  const { category = "", itemType = "", location = "" } = terms?.subject ?? {};
  const byRule = decision.kind === "refused" ? undefined : terms?.byRule;
  return {
    patron,
    item,
    category,
    itemType,
    location,
    ...(terms?.match?.number === undefined ? {} : { rule: terms.match.number }),
    ...(byRule ? { due: toDueView(parts, byRule) } : {}),
    questions:
      decision.kind === "questions" ? decision.questions.map((question) => toQuestion(parts, question)) : [],
    ...(decision.kind === "refused" ? { refusal: decision.refusal } : {}),
  };
}
