/**
 * When a loan is due, and why: the rule's length, then what closed days, closing time, hard dates and the card's end
 * do to it. Each change of the date is named in the explanation, so that staff can say it to the patron.
 */
import type { Calendar, Stretch } from "./calendar.ts";
import {
  dayMs,
  dayOfWall,
  dayToWords,
  endOfDay,
  minuteMs,
  textToDay,
  type WallClock,
  wallToTime,
} from "./calendar-day.ts";
import { defaultLoanDays, isLimited, type LoanRule, lengthToWords, type Policy } from "./policy.ts";

export interface DueDate {
  /** Instant, ms; always after the loan. */
  readonly due: number;
  /** `21 days by rule 4; Sat 12 Dec is closed, moved to Mon 14 Dec` */
  readonly why: string;
  /** A day alone, or a day and a time: `Sat 12 Dec`, `Sat 12 Dec, 16:40`. */
  readonly words: string;
  /** What cut it short, where something did. */
  readonly capped?: "expiry" | "hard-due";
}

export interface DueRequest {
  /** Left out: no rule fits. Never one that gives no loan. */
  readonly rule: LoanRule | undefined;
  /** Its place in the policy, from 1. */
  readonly number: number | undefined;
  /** ms */
  readonly loanAt: number;
  /** Last day of the card, `YYYY-MM-DD`; what is no day says nothing. */
  readonly expires: string;
}

export interface DueSurroundings {
  readonly calendar: Calendar;
  readonly clock: WallClock;
  readonly policy: Pick<Policy, "closedDays" | "hourlyPastClosing">;
}

const hourMs = 3_600_000;
const noRule: LoanRule["length"] = { kind: "days", days: defaultLoanDays };

export function computeDue(request: DueRequest, around: DueSurroundings): DueDate {
  const length = request.rule?.length ?? noRule;
  const by = request.number === undefined ? "no rule fits" : `by rule ${request.number}`;
  const wall = around.clock.toWall(request.loanAt);
  const course: Course = {
    request,
    seenFrom: dayOfWall(wall),
    why: [`${lengthToWords(length)}${request.number === undefined ? `, as ${by}` : ` ${by}`}`],
    ...around,
  };
  switch (length.kind) {
    case "hours":
      return dueByHour(course, wall, length.hours);
    case "days":
      return dueByDay(course, wall, length.days);
    case "none":
      throw new Error("a rule that gives no loan has no due date");
  }
}

/** What is said of a loan of 7 days or less; empty for others. */
export function limitedToWords(rule: LoanRule | undefined): string {
  if (rule === undefined || !isLimited(rule.length) || rule.length.kind === "none") return "";
  const { kind } = rule.length;
  const count = kind === "hours" ? rule.length.hours : rule.length.days;
  return `${count}-${kind === "hours" ? "hour" : "day"} loan`;
}

/** One computation under way; `why` grows with each step. */
interface Course extends DueSurroundings {
  readonly request: DueRequest;
  /** Day of the loan: dates of its year are said without the year. */
  readonly seenFrom: number;
  readonly why: string[];
}

function dueByDay(course: Course, wall: number, days: number): DueDate {
  const { calendar, policy } = course;
  const start = calendar.serviceDay(wall);
  if (start < course.seenFrom)
    course.why.push(`counted from ${say(course, start)}, whose service day runs past midnight`);
  const counted = policy.closedDays === "skip" ? countOpenDays(course, start, days) : start + days;
  const open = policy.closedDays === "push" ? pushToOpen(course, counted) : counted;
  const { day, capped } = capDay(course, open);
  const minute = course.request.rule?.dueAtMinute;
  if (minute !== undefined) return finishAt(course, day, minute, capped);
  return finish(course, endOfDay(day, course.clock), say(course, day), capped);
}

/** The day after so many open days; those that don't count are named. */
function countOpenDays(course: Course, start: number, days: number): number {
  const { calendar } = course;
  const closed: number[] = [];
  let day = start;
  for (let counted = 0; counted < days; counted++) {
    const next = calendar.nextOpen(day + 1);
    if (next === null) {
      course.why.push("no open day is known, so closed days are counted too");
      return start + days;
    }
    for (let gone = day + 1; gone < next; gone++) closed.push(gone);
    day = next;
  }
  if (closed.length > 0) course.why.push(`closed and not counted: ${sayDays(course, closed)}`);
  return day;
}

function pushToOpen(course: Course, day: number): number {
  const { calendar } = course;
  if (calendar.isOpen(day)) return day;
  const next = calendar.nextOpen(day);
  if (next === null) {
    course.why.push(`${sayClosed(course, day)}, but no open day is known`);
    return day;
  }
  course.why.push(`${sayClosed(course, day)}, moved to ${say(course, next)}`);
  return next;
}

interface Capped {
  readonly day: number;
  readonly capped?: "expiry" | "hard-due";
}

/** Hard date and card's end pull a date back, and never before the loan; both move back to an open day. */
function capDay(course: Course, day: number): Capped {
  const { hardDue } = course.request.rule ?? {};
  const earliest = course.seenFrom;
  const hard = hardDue === undefined ? null : textToDay(hardDue.on);
  const ends = textToDay(course.request.expires);
  let capped: Capped = { day };
  // After midnight the day of the loan is the service day's, which is still on.
  const startsOn = course.calendar.serviceDay(course.clock.toWall(course.request.loanAt));
  if (hard !== null && hard >= startsOn && (day > hard || (hardDue?.when === "always" && day < hard))) {
    course.why.push(`all due by ${say(course, hard)}`);
    capped = { day: moveBack(course, Math.max(hard, earliest), earliest), capped: "hard-due" };
  }
  if (ends !== null && ends >= startsOn && capped.day > ends) {
    course.why.push(`the card ends on ${say(course, ends)}`);
    capped = { day: moveBack(course, Math.max(ends, earliest), earliest), capped: "expiry" };
  }
  return capped;
}

function moveBack(course: Course, day: number, earliest: number): number {
  const { calendar, policy } = course;
  if (policy.closedDays === "ignore" || calendar.isOpen(day)) return day;
  const before = calendar.previousOpen(day, earliest);
  if (before === null) {
    course.why.push(`${sayClosed(course, day)}, but there is no open day before it`);
    return day;
  }
  course.why.push(`${sayClosed(course, day)}, moved back to ${say(course, before)}`);
  return before;
}

function dueByHour(course: Course, wall: number, hours: number): DueDate {
  const { clock, request } = course;
  const due = request.loanAt + hours * hourMs;
  const minute = request.rule?.dueAtMinute;
  if (minute !== undefined) {
    const day = dayOfWall(clock.toWall(due));
    const isLater = clock.toInstant(day * dayMs + minute * minuteMs) > request.loanAt;
    const from = isLater ? day : day + 1;
    const open = course.policy.closedDays === "ignore" ? from : pushToOpen(course, from);
    const { day: last, capped } = capDay(course, open);
    return finishAt(course, last, minute, capped);
  }
  const moved = keepToHours(course, wall, due);
  const day = dayOfWall(clock.toWall(moved));
  const { day: last, capped } = capDay(course, day);
  if (last === day) return finishTime(course, moved);
  // Of a day that was cut off there is no time any more: its end.
  return finish(course, endOfDay(last, clock), say(course, last), capped);
}

/** Past closing: back to it, or on to the next opening, as the policy says. */
function keepToHours(course: Course, wall: number, due: number): number {
  const { calendar, clock, policy, request } = course;
  const dueWall = clock.toWall(due);
  const now = stretchFrom(calendar, wall);
  if (now === null) {
    course.why.push("no open day is known");
    return due;
  }
  if (now.open <= dueWall && dueWall <= now.close) return due;
  if (dueWall > now.close && now.closingKnown && policy.hourlyPastClosing === "shorten") {
    const closing = clock.toInstant(now.close);
    // In an hour that comes twice, the first closing may lie behind a loan of the second.
    if (closing <= request.loanAt) return due;
    course.why.push(`the library closes at ${wallToTime(now.close)}, shortened to that`);
    return closing;
  }
  const then = stretchFrom(calendar, dueWall);
  if (then === null) course.why.push("no open day is known after it");
  if (then === null || then.open <= dueWall) return due;
  // Of a day whose hours nobody knows, the same time of day.
  const sameTime = dayOfWall(then.open) * dayMs + (dueWall - dayOfWall(dueWall) * dayMs);
  const opening = then.closingKnown ? then.open : Math.max(then.open, sameTime);
  course.why.push(`closed at ${sayTime(course, dueWall)}, moved to ${sayTime(course, opening)}`);
  return clock.toInstant(opening);
}

/** The stretch that holds a wall time, else the first one after it. */
function stretchFrom(calendar: Calendar, wall: number): Stretch | null {
  const first = calendar.serviceDay(wall);
  const holds = ({ close }: Stretch): boolean => wall < close;
  for (const day of [first, first + 1]) {
    const found = calendar.stretches(day).find(holds);
    if (found !== undefined) return found;
  }
  const next = calendar.nextOpen(first + 1);
  return next === null ? null : (calendar.stretches(next).find(holds) ?? null);
}

function finishAt(course: Course, day: number, minute: number, capped: Capped["capped"]): DueDate {
  const { clock, request } = course;
  const at = clock.toInstant(day * dayMs + minute * minuteMs);
  const time = wallToTime(minute * minuteMs);
  if (at > request.loanAt) {
    course.why.push(`due at ${time}`);
    return finish(course, at, sayTime(course, clock.toWall(at)), capped);
  }
  // Cut back to the day of the loan, when that hour has gone by.
  course.why.push(`${time} has passed, so by the end of the day`);
  return finish(course, endOfDay(day, clock), say(course, day), capped);
}

function finishTime(course: Course, due: number): DueDate {
  return finish(course, due, sayTime(course, course.clock.toWall(due)), undefined);
}

function finish(course: Course, due: number, words: string, capped: Capped["capped"]): DueDate {
  const why = course.why.join("; ");
  // A loan in the last second of its last day.
  const later = Math.max(due, course.request.loanAt + 1000);
  return { due: later, why, words, ...(capped !== undefined && { capped }) };
}

function say(course: Course, day: number): string {
  return dayToWords(day, course.seenFrom);
}

function sayTime(course: Course, wall: number): string {
  return `${say(course, dayOfWall(wall))}, ${wallToTime(wall)}`;
}

function sayClosed(course: Course, day: number): string {
  const reason = course.calendar.closedFor(day);
  return `${say(course, day)} is closed${reason === "" ? "" : ` (${reason})`}`;
}

/** `Sun 22 Nov, Thu 24 Dec to Sat 26 Dec` */
function sayDays(course: Course, days: readonly number[]): string {
  const parts: string[] = [];
  for (let at = 0; at < days.length; at++) {
    const first = days[at] ?? 0;
    while (days[at + 1] === (days[at] ?? 0) + 1) at++;
    const last = days[at] ?? first;
    parts.push(first === last ? say(course, first) : `${say(course, first)} to ${say(course, last)}`);
  }
  return parts.join(", ");
}
