/**
 * What looks wrong in a policy that can be read: rules that never match, item types without a rule, messages that say
 * another thing than the rule. Warnings for whoever wrote it; nothing here stops a desk.
 */
import {
  anything,
  isLimited,
  type LoanLength,
  type LoanRule,
  lengthToWords,
  type Policy,
  parseLength,
  plainCode,
} from "./policy.ts";
import { findMissingCodes } from "./policy-codes.ts";

/** Items that are alike in all that rules and messages look at. */
export interface ItemGroup {
  readonly itemType: string;
  readonly location: string;
  readonly status: string;
  readonly publicMessage: string;
  readonly itemMessage: string;
  readonly count: number;
}

/** What the branch's files hold; without them only the policy itself is looked at. */
export interface PolicyFacts {
  readonly categories: readonly string[];
  readonly items: readonly ItemGroup[];
}

export interface CheckOptions {
  /** `YYYY-MM-DD` */
  readonly today: string;
  readonly facts?: PolicyFacts;
  /** The nearest of the known names, for a name that isn't among them. */
  readonly nearest: (name: string, known: readonly string[]) => string | undefined;
}

/** One sentence or two each. */
export function checkPolicy(policy: Policy, options: CheckOptions): readonly string[] {
  return [
    ...findShadowed(policy.loanRules),
    ...findOddRules(policy, options.today),
    ...findMissingCodes(policy, options.facts?.categories ?? [], options.nearest),
    ...(options.facts === undefined ? [] : checkFacts(policy, options.facts, options)),
  ];
}

type Names = readonly string[];

/** The first rule that fits decides, so one that an earlier rule covers is never asked. */
function findShadowed(rules: readonly LoanRule[]): string[] {
  return rules.flatMap((rule, index) => {
    const by = rules.findIndex((earlier, at) => at < index && coversRule(earlier, rule));
    return by < 0 ? [] : [`Rule ${index + 1} can never match: rule ${by + 1} comes first and covers it.`];
  });
}

function coversRule(a: LoanRule, b: LoanRule): boolean {
  return covers(a.category, b.category) && covers(a.itemType, b.itemType) && covers(a.location, b.location);
}

function covers(a: Names, b: Names): boolean {
  if (a.includes(anything)) return true;
  const known = new Set(a.map(plainCode));
  return !b.includes(anything) && b.every((name) => known.has(plainCode(name)));
}

function findOddRules(policy: Policy, today: string): string[] {
  const found = policy.loanRules.flatMap((rule, index) => {
    const name = `Rule ${index + 1}`;
    const warnings: string[] = [];
    if (isLimited(rule.length) && rule.graceDays > 0)
      warnings.push(`${name}: a loan of 7 days or less has no grace; graceDays says ${rule.graceDays}.`);
    if (rule.length.kind === "none" && rule.renewals > 0)
      warnings.push(`${name} gives no loan, so its renewals mean nothing.`);
    if (rule.hardDue !== undefined && rule.hardDue.on < today)
      warnings.push(`${name}: its hard due date ${rule.hardDue.on} has passed, so it counts no longer.`);
    if (
      rule.length.kind === "hours" &&
      rule.length.hours > 12 &&
      rule.dueAtMinute === undefined &&
      policy.hourlyPastClosing === "shorten"
    )
      warnings.push(
        `${name}: ${lengthToWords(rule.length)} pass closing time, so each is shortened to it. For a loan by the day say days.`,
      );
    return warnings;
  });
  const last = policy.loanRules.at(-1);
  const hasRest = last !== undefined && [last.category, last.itemType, last.location].every(isAny);
  if (!hasRest) found.push("No last rule for everything else: what no rule fits is lent for 21 days.");
  return found;
}

function isAny(names: Names): boolean {
  return names.includes(anything);
}

function checkFacts(policy: Policy, facts: PolicyFacts, options: CheckOptions): string[] {
  const itemTypes = distinct(facts.items.map((item) => item.itemType));
  const locations = distinct(facts.items.map((item) => item.location));
  return [
    ...findUnknownNames(
      policy,
      { category: facts.categories, itemType: itemTypes, location: locations },
      options,
    ),
    ...findUnruled(policy, facts, itemTypes),
    ...checkMessages(policy, facts),
  ];
}

type Dimension = "category" | "itemType" | "location";

/** A name that no record has: probably mistyped. */
function findUnknownNames(
  policy: Policy,
  known: Readonly<Record<Dimension, Names>>,
  { nearest }: CheckOptions,
): string[] {
  const plain = new Map(Object.entries(known).map(([name, all]) => [name, new Set(all.map(plainCode))]));
  const look = (where: string, dimension: Dimension, names: Names): string[] =>
    names
      .filter((name) => name !== anything && plain.get(dimension)?.has(plainCode(name)) === false)
      .map((name) => {
        const near = nearest(name, known[dimension]);
        const hint = near === undefined ? "" : ` Did you mean ${near}?`;
        return `${where}: no record has the ${dimension} ${JSON.stringify(name)}.${hint}`;
      });
  const rules = policy.loanRules.flatMap((rule, index) =>
    (["category", "itemType", "location"] as const).flatMap((dimension) =>
      look(`Rule ${index + 1}`, dimension, rule[dimension]),
    ),
  );
  const limits = policy.limits.flatMap((limit, index) =>
    (["category", "itemType"] as const).flatMap((dimension) =>
      look(`Limit ${index + 1}`, dimension, limit[dimension]),
    ),
  );
  return [...rules, ...limits];
}

/** Item types, for some category and location, that only the default fits. */
function findUnruled(policy: Policy, facts: PolicyFacts, itemTypes: Names): string[] {
  return itemTypes.flatMap((itemType) => {
    const groups = facts.items.filter((item) => item.itemType === itemType);
    const count = groups
      .filter((item) => facts.categories.some((category) => ruleFor(policy, category, item) === undefined))
      .reduce((sum, item) => sum + item.count, 0);
    if (count === 0) return [];
    const name = itemType === "" ? "(no item type)" : itemType;
    return [`Item type ${name} has no rule for some patrons or locations (${count} items): 21 days then.`];
  });
}

function ruleFor(policy: Policy, category: string, item: ItemGroup): LoanRule | undefined {
  const has = (names: Names, name: string): boolean =>
    names.some((each) => each === anything || plainCode(each) === plainCode(name));
  return policy.loanRules.find(
    (rule) =>
      has(rule.category, category) && has(rule.itemType, item.itemType) && has(rule.location, item.location),
  );
}

/** Patrons see no rule: a short loan without a public message surprises them, and a wrong message misleads. */
function checkMessages(policy: Policy, facts: PolicyFacts): string[] {
  const silent = new Map<string, number>();
  const wrong = new Map<string, number>();
  const add = (to: Map<string, number>, text: string, count: number): void => {
    to.set(text, (to.get(text) ?? 0) + count);
  };
  for (const item of facts.items) {
    const lengths = lengthsFor(policy, facts.categories, item);
    const limited = lengths.filter(isLimited);
    const told = policy.publicMessages[item.publicMessage] ?? item.publicMessage;
    const status = policy.statuses[plainCode(item.status)];
    if (told === "" && limited.length > 0 && limited.length === lengths.length) {
      const words = [...new Set(limited.map(lengthToWords))].join(" or ");
      add(silent, `lent for ${words} without a public message (${nameOf(item)})`, item.count);
    }
    const says = messageToLength(told);
    if (says !== null && lengths.length > 0 && !lengths.some((length) => isSame(length, says))) {
      const words = [...new Set(lengths.map(lengthToWords))].join(" or ");
      add(wrong, `say "${told}", and the rule gives ${words} (${nameOf(item)})`, item.count);
    }
    const staffOnly = policy.itemMessages[item.itemMessage] ?? item.itemMessage;
    if (status === "lend" && /use (at|@) lib/i.test(`${told} ${staffOnly}`))
      add(wrong, `say "use at library", and status and rule let them go (${nameOf(item)})`, item.count);
  }
  return [...silent, ...wrong].map(([text, count]) => `${count} ${count === 1 ? "item" : "items"}: ${text}.`);
}

function lengthsFor(policy: Policy, categories: Names, item: ItemGroup): LoanLength[] {
  return categories.flatMap((category) => {
    const length = ruleFor(policy, category, item)?.length;
    return length === undefined || length.kind === "none" ? [] : [length];
  });
}

/** `1-day loan`, `2-hour loan`, `1-week loan`; null: it says nothing of a length. */
function messageToLength(message: string): LoanLength | null {
  const found = /^(\d+)-(hour|day|week) loan$/i.exec(message.trim());
  return found === null ? null : parseLength(`${found[1]} ${found[2]}`);
}

function isSame(a: LoanLength, b: LoanLength): boolean {
  return lengthToWords(a) === lengthToWords(b);
}

function nameOf(item: ItemGroup): string {
  return [item.itemType, item.location].filter((part) => part !== "").join(", ");
}

function distinct(names: Names): string[] {
  return [...new Set(names)].sort();
}
