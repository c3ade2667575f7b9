/** What is asked about the patron: unknown, blocked, expired, or with as much as they may have. */
import type { Command } from "./command.ts";
import { type DecideContext, ilsToWords, patronFor, policyOf } from "./decide-context.ts";
import type { LimitHit } from "./lending.ts";
import type { OverrideRole, Policy } from "./policy.ts";
import { ask, dataAge, type Question } from "./question.ts";
import type { PatronRecord } from "./snapshot.ts";
import { categoryOf, type Terms } from "./terms.ts";
import { LIMITS_MAX } from "./text-rules.ts";
import type { LimitSeen } from "./transaction.ts";

export function askPatron(
  command: Command,
  context: DecideContext,
  terms: Terms | undefined,
): readonly (Question | undefined)[] {
  const patron = patronFor(command, context);
  const { snapshot, patron: record } = context.known;
  const limits = patron === undefined ? [] : askLimits(command, patron, context, terms);
  if (patron === undefined || snapshot === undefined || record === undefined) return limits;
  if (record === null) {
    // Without a patrons file, or with a block list alone, a card that isn't there is no news.
    if (!snapshot.hasPatrons) return limits;
    if (context.fold.registrationOf(patron) !== undefined) return limits;
    const since = snapshot.takenAt;
    const text = `This card is not in our list (data from ${dataAge(context)}). You can still lend: the card will be checked when ${ilsToWords(context)} is back.`;
    const facts = [patron, snapshot.sha256];
    const draft = { code: "patron-unknown", text, facts, severity: "acknowledge", since } as const;
    return [ask(draft, context), ...limits];
  }
  if (terms === undefined || record.barcode !== patron) return limits;
  return [...askBlocks(record, context), askExpired(record, context), ...limits];
}

/** One question for each role that may answer: staff don't wait for a supervisor over what is theirs. */
function askBlocks(record: PatronRecord, context: DecideContext): readonly Question[] {
  const since = context.known.snapshot?.takenAt ?? 0;
  const { blocks } = policyOf(context);
  const name = `${record.givenNames} ${record.surname}`.trim() || "This patron";
  const byRole = new Map<OverrideRole, string[]>();
  for (const code of record.blocks) {
    const role = (Object.hasOwn(blocks, code) ? blocks[code]?.role : undefined) ?? "staff";
    byRole.set(role, [...(byRole.get(role) ?? []), code]);
  }
  return [...byRole].map(([role, codes]) => {
    const why = codes.map((code) => blockToWords(code, policyOf(context))).join(", ");
    const text = `${name} was blocked on ${context.formatDay(since)}: ${why}. This may have changed since.`;
    const facts = [record.barcode, ...codes];
    return ask({ code: "patron-blocked", text, facts, role, severity: "override", since }, context);
  });
}

/** A code that the policy doesn't explain is shown as written. */
export function blockToWords(code: string, { blocks }: Policy): string {
  return (Object.hasOwn(blocks, code) ? blocks[code]?.text : undefined) ?? code;
}

function askExpired(record: PatronRecord, context: DecideContext): Question | undefined {
  if (!isPast(record.expires, context.today)) return undefined;
  const since = context.known.snapshot?.takenAt;
  const text = `This card ended on ${dayOf(record.expires, context)}.`;
  const facts = [record.barcode, record.expires];
  return ask({ code: "patron-expired", text, facts, severity: "override", since }, context);
}

function askLimits(
  command: Command,
  patron: string,
  context: DecideContext,
  terms: Terms | undefined,
): readonly Question[] {
  if (command.kind !== "checkout" || context.lending === undefined || terms === undefined) return [];
  const { subject } = terms;
  const types = typesOnLoan(patron, command.item, context);
  // The tightest of each role is enough: whoever may lend over it, may over the others.
  const byRole = new Map<OverrideRole, LimitHit>();
  for (const hit of context.lending.limitsPassed(subject, types)) {
    const known = byRole.get(hit.limit.role);
    if (known === undefined || hit.limit.items < known.limit.items) byRole.set(hit.limit.role, hit);
  }
  return [...byRole.values()].map(({ limit, count }) => {
    const who = categoryOf(patron, context).trim() || "This patron";
    const every = limit.itemType.includes("*") ? "items" : `of ${limit.itemType.join(", ")}`;
    const many = who === "This patron" ? who : `${who} patrons`;
    const text =
      limit.items === 0
        ? `${many} may borrow no ${limit.itemType.includes("*") ? "items" : limit.itemType.join(", ")}.`
        : `${many} may have ${limit.items} ${every} at a time. There are ${count} on this card${sinceWhen(context)}.`;
    const facts = [patron, limit.items, count, ...limit.itemType];
    const draft = { code: "patron-limit", text, facts, role: limit.role, severity: "override" } as const;
    return ask({ ...draft, since: context.known.snapshot?.takenAt }, context);
  });
}

function sinceWhen(context: DecideContext): string {
  return context.known.snapshot === undefined
    ? ""
    : ` (what ${ilsToWords(context)} knew is from ${dataAge(context)})`;
}

/** The limits that the transaction was judged against (L5). */
export function limitsSeen(
  command: Command,
  context: DecideContext,
  terms: Terms | undefined,
): readonly LimitSeen[] {
  const { patron, item, kind } = command;
  if (kind !== "checkout" || patron === undefined || terms === undefined) return [];
  const hits = context.lending?.limitsOn(terms.subject, typesOnLoan(patron, item, context)) ?? [];
  return hits.slice(0, LIMITS_MAX).map(({ limit, place, count }) => {
    const { items } = limit;
    return { place, items, count, here: context.fold.lentUnder(patron, { place, items }, item) };
  });
}

/** Item types of what the patron has, by the snapshot and by every desk; lending it again counts once. */
function typesOnLoan(patron: string, item: string | undefined, context: DecideContext): string[] {
  const { fold, known, countsFrom } = context;
  const here = fold.loansOf(patron, countsFrom).map((loan) => loan.item);
  const before = (known.borrowed ?? []).filter((each) => !fold.touched(each, countsFrom));
  return [...here, ...before].filter((each) => each !== item).map((each) => known.itemTypes?.get(each) ?? "");
}

/** A day that can't be read says nothing. */
function isPast(day: string, today: string): boolean {
  return /^\d{4}-\d{2}-\d{2}/.test(day) && day.slice(0, 10) < today;
}

function dayOf(day: string, context: DecideContext): string {
  const ms = context.parseLocal(day);
  return Number.isFinite(ms) ? context.formatDay(ms) : day;
}
