/** Reads back what a transaction was judged against (`stored.ts` says how it is written); total on any JSON value. */
import { isBarcode, isIdentifier, isIntegerWithin, LIMITS_MAX } from "./text-rules.ts";
import type { JudgedAgainst, LimitSeen, SawLoan } from "./transaction.ts";

type Body = Record<string, unknown>;
type Mutable<T> = { -readonly [K in keyof T]: T[K] };

const LOANS_MAX = 1_000_000;

export function parseJudged(value: unknown): JudgedAgainst | string {
  if (typeof value !== "object" || value === null || Array.isArray(value)) return "j: not an object";
  const { s, p, i, l, w, h, c, b, m, e } = value as Body;
  const judged: Mutable<JudgedAgainst> = {};
  if (s !== undefined) {
    if (!isIdentifier(s)) return "j.s: not a hash";
    // One text for all that name it, not one for each.
    judged.snapshot = s === lastJudged.snapshot ? lastJudged.snapshot : s;
  }
  if (!isFlag(p) || !isFlag(i) || !isFlag(l)) return "j: not 0 or 1";
  if (p !== undefined) judged.patronKnown = p === 1;
  if (i !== undefined) judged.itemKnown = i === 1;
  if (l !== undefined) judged.loansKnown = l === 1;
  if (w !== undefined) {
    const saw = parseSaw(w);
    if (saw === undefined) return "j.w: not a loan";
    judged.saw = saw;
  }
  if (h !== undefined) {
    if (h !== 1) return "j.h: not 1";
    judged.hold = true;
  }
  if (c !== undefined) {
    const limit = parseLimit(c);
    if (limit === undefined) return "j.c: not a limit";
    judged.limit = limit;
  }
  if (b !== undefined) {
    if (b !== "isbn" && b !== "check-digit" && b !== "out-of-range") return "j.b: not known";
    judged.barcode = b;
  }
  if (m !== undefined) {
    const limits = parseLimits(m);
    if (limits === undefined) return "j.m: not limits";
    judged.limits = limits;
  }
  if (e !== undefined) {
    if (!isIntegerWithin(e, 1, LOANS_MAX)) return "j.e: not a count";
    judged.ended = e;
  }
  const known = [s, p, i, l, w, h, c, b, m, e].reduce((sum: number, each) => sum + count(each), 0);
  return Object.keys(value).length === known ? shareJudged(judged) : "j: an unknown field";
}

function parseLimit(value: unknown): JudgedAgainst["limit"] {
  if (!Array.isArray(value) || value.length !== 2) return undefined;
  const [items, seen]: unknown[] = value;
  if (!isIntegerWithin(items, 0, 100_000) || !isIntegerWithin(seen, 0, LOANS_MAX)) return undefined;
  return { items, count: seen };
}

function parseLimits(value: unknown): readonly LimitSeen[] | undefined {
  if (!Array.isArray(value) || value.length === 0 || value.length > LIMITS_MAX) return undefined;
  const limits: LimitSeen[] = [];
  for (const each of value as readonly unknown[]) {
    if (!Array.isArray(each) || each.length !== 4) return undefined;
    const [place, items, seen, here]: unknown[] = each;
    if (!isIntegerWithin(place, 1, 100_000) || !isIntegerWithin(items, 0, 100_000)) return undefined;
    if (!isIntegerWithin(seen, 0, LOANS_MAX) || !isIntegerWithin(here, 0, LOANS_MAX)) return undefined;
    limits.push({ place, items, count: seen, here });
  }
  return limits;
}

/** As a rule an entry was judged against the same as the one before it: one object for them all, not 100,000. */
let lastJudged: JudgedAgainst = {};

function shareJudged(judged: JudgedAgainst): JudgedAgainst {
  const { snapshot, patronKnown, itemKnown, loansKnown, saw, hold, limit, barcode } = lastJudged;
  const same =
    judged.limits === undefined &&
    judged.ended === undefined &&
    lastJudged.limits === undefined &&
    lastJudged.ended === undefined &&
    judged.hold === hold &&
    judged.barcode === barcode &&
    judged.limit?.items === limit?.items &&
    judged.limit?.count === limit?.count &&
    judged.snapshot === snapshot &&
    judged.patronKnown === patronKnown &&
    judged.itemKnown === itemKnown &&
    judged.loansKnown === loansKnown &&
    (judged.saw === saw || (judged.saw?.kind === "none" && saw?.kind === "none"));
  if (!same) lastJudged = judged;
  return lastJudged;
}

function parseSaw(value: unknown): SawLoan | undefined {
  if (value === 0) return { kind: "none" };
  if (isIdentifier(value)) return { kind: "transaction", id: value };
  if (typeof value !== "object" || value === null || Object.keys(value).length !== 1) return undefined;
  const { p } = value as Body;
  return isBarcode(p) ? { kind: "snapshot", patron: p } : undefined;
}

function isFlag(value: unknown): boolean {
  return value === undefined || value === 0 || value === 1;
}

function count(value: unknown): number {
  return value === undefined ? 0 : 1;
}
