/**
 * The policy made ready for the desk: rules by which a loan is looked up, its due date, its limits. Compiled once for
 * each snapshot, so that judging a scan costs microseconds.
 */
import { type Calendar, type Closing, createCalendar, type OpeningHours } from "./calendar.ts";
import { dayMs, dayOfWall, dayToText, endOfDay, type WallClock } from "./calendar-day.ts";
import { computeDue, type DueDate } from "./due-date.ts";
import { anything, isLimited, type Limit, type LoanRule, type Policy, plainCode } from "./policy.ts";

/** What a rule is looked up by; empty where it isn't known, and then only `*` fits. */
export interface Subject {
  readonly category: string;
  readonly itemType: string;
  readonly location: string;
}

export interface Match {
  /** Left out: no rule fits, and the default holds. */
  readonly rule: LoanRule | undefined;
  /** From 1. */
  readonly number: number | undefined;
  readonly isLimited: boolean;
}

export interface LimitHit {
  readonly limit: Limit;
  /** Its place in the policy, from 1. */
  readonly place: number;
  /** Loans that count, without the one asked for. */
  readonly count: number;
}

export interface Lending {
  readonly policy: Policy;
  readonly calendar: Calendar;
  match(subject: Subject): Match;
  /** Null: the rule gives no loan. */
  due(match: Match, loanAt: number, expires: string): DueDate | null;
  /** Every limit that one more loan would pass; `types`: item types of what the patron has, "" where unknown. */
  limitsPassed(subject: Subject, types: readonly string[]): readonly LimitHit[];
  /** Every limit that the loan would count for, passed or not, the nearest first. */
  limitsOn(subject: Subject, types: readonly string[]): readonly LimitHit[];
  /** True when limits want to know the types of all that a patron of this category has. */
  countsTypes(category: string): boolean;
  /** `YYYY-MM-DD` of the service day. */
  serviceDate(at: number): string;
  /** Is this the last second of a day, as day loans are due? */
  isDayEnd(at: number): boolean;
  /** End of the service day before, when it runs past midnight until now; else undefined. */
  endOfServiceDay(at: number): number | undefined;
}

const keptMatches = 5000;

export function compileLending(
  policy: Policy,
  hours: readonly OpeningHours[],
  closings: readonly Closing[],
  clock: WallClock,
): Lending {
  const calendar = createCalendar(hours, closings, clock);
  const rules = policy.loanRules.map((rule) => fitter(rule.category, rule.itemType, rule.location));
  const limits = policy.limits.map((limit, index) => ({
    limit,
    place: index + 1,
    category: nameSet(limit.category),
    type: nameSet(limit.itemType),
  }));
  const known = new Map<string, Match>();
  /** Each scan asks, and all of a day ask for the same. */
  let today: { readonly day: number; readonly text: string } | undefined;

  function find(subject: Subject): Match {
    const at = rules.findIndex((fitsRule) => fitsRule(subject));
    const rule = policy.loanRules[at];
    const number = rule === undefined ? undefined : at + 1;
    return { rule, number, isLimited: rule !== undefined && isLimited(rule.length) };
  }

  function holding(subject: Subject, types: readonly string[]): LimitHit[] {
    const names = types.map(plainCode);
    return limits
      .filter(({ category, type }) => has(category, subject.category) && has(type, subject.itemType))
      .map(({ limit, place, type }) => ({
        limit,
        place,
        count: names.filter((each) => has(type, each)).length,
      }));
  }

  return {
    policy,
    calendar,
    match(subject) {
      const key = `${subject.category}\0${subject.itemType}\0${subject.location}`;
      let match = known.get(key);
      if (match === undefined) {
        if (known.size >= keptMatches) known.clear();
        match = find(subject);
        known.set(key, match);
      }
      return match;
    },
    due({ rule, number }, loanAt, expires) {
      if (rule?.length.kind === "none") return null;
      return computeDue({ rule, number, loanAt, expires }, { calendar, clock, policy });
    },
    limitsPassed: (subject, types) =>
      holding(subject, types).filter(({ limit, count }) => count + 1 > limit.items),
    limitsOn: (subject, types) =>
      holding(subject, types).sort((a, b) => a.limit.items - a.count - (b.limit.items - b.count)),
    countsTypes: (category) => limits.some((each) => each.type !== undefined && has(each.category, category)),
    serviceDate(at) {
      const day = calendar.serviceDay(clock.toWall(at));
      if (today?.day !== day) today = { day, text: dayToText(day) };
      return today.text;
    },
    isDayEnd: (at) => clock.toWall(at) % dayMs >= dayMs - 1000,
    endOfServiceDay(at) {
      const wall = clock.toWall(at);
      const day = calendar.serviceDay(wall);
      return day < dayOfWall(wall) ? endOfDay(day, clock) : undefined;
    },
  };
}

type Fits = (subject: Subject) => boolean;

function fitter(category: readonly string[], itemType: readonly string[], location: readonly string[]): Fits {
  const [categories, types, locations] = [category, itemType, location].map(nameSet);
  return (subject) =>
    has(categories, subject.category) && has(types, subject.itemType) && has(locations, subject.location);
}

/** Undefined: whatever it is. */
function nameSet(names: readonly string[]): ReadonlySet<string> | undefined {
  return names.includes(anything) ? undefined : new Set(names.map(plainCode));
}

function has(names: ReadonlySet<string> | undefined, name: string): boolean {
  return names === undefined || names.has(plainCode(name));
}
