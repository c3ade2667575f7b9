/**
 * Forgetting, as facts of `branch` (log.md, L24): that an outage is to be destroyed, what a desk carried on because it
 * held more, that a desk has destroyed it, and what stays of it: numbers. No fact here tells of a patron.
 */
import { isDeskId } from "./admission-fact.ts";
import { countsToBody, type FrontierCounts, isCount, isRecord, parseCounts } from "./frontier-counts.ts";
import { isBarcode, isIds, isIntegerWithin, isText } from "./text-rules.ts";
import { isTransactionKind, type TransactionKind } from "./transaction.ts";

export type PurgeFact =
  | {
      readonly kind: "purge";
      readonly outage: number;
      /** All of it is in the ILS, or given up for a reason. */
      readonly upper: FrontierCounts;
      readonly reason?: string;
    }
  /** Batch → ids that it carries and of which another outage holds a copy: nobody could tell once this one is gone. */
  | {
      readonly kind: "went-out";
      readonly outage: number;
      readonly carried: ReadonlyMap<string, readonly string[]>;
    }
  /** What lay beyond: its author carried `outage` up to `upper` into its own run of another outage. */
  | {
      readonly kind: "carry-over";
      readonly outage: number;
      readonly upper: FrontierCounts;
      readonly into: number;
      readonly run: string;
      /** The carriers lie below this place of that run. */
      readonly count: number;
    }
  /** At its author's desk nothing is left of it. */
  | { readonly kind: "destroyed"; readonly outage: number }
  /** Part of what was done in an outage: the same number twice is the same number. */
  | {
      readonly kind: "statistics";
      readonly outage: number;
      readonly desk: string;
      readonly counts: readonly HourCount[];
    };

export interface HourCount {
  readonly kind: TransactionKind;
  /** Since 1970, in UTC. */
  readonly hour: number;
  readonly count: number;
}

const purgeKinds: ReadonlySet<unknown> = new Set([
  "purge",
  "went-out",
  "carry-over",
  "destroyed",
  "statistics",
]);

export function isPurgeFact(fact: { readonly kind: string }): fact is PurgeFact {
  return purgeKinds.has(fact.kind);
}

type Body = Readonly<Record<string, unknown>>;

export function purgeFactToBody(fact: PurgeFact): { readonly k: string; readonly [field: string]: unknown } {
  const { kind, outage } = fact;
  switch (kind) {
    case "purge":
      return {
        k: kind,
        o: outage,
        u: countsToBody(fact.upper),
        ...(fact.reason === undefined ? {} : { r: fact.reason }),
      };
    case "went-out":
      return { k: kind, o: outage, i: Object.fromEntries(fact.carried) };
    case "carry-over":
      return { k: kind, o: outage, u: countsToBody(fact.upper), to: fact.into, r: fact.run, n: fact.count };
    case "destroyed":
      return { k: kind, o: outage };
    case "statistics":
      return { k: kind, o: outage, d: fact.desk, c: hoursToBody(fact.counts) };
  }
}

/** `null`: a kind or a form that this version doesn't know. */
export function parsePurgeFact(body: Body): PurgeFact | null {
  const { k, o, u, r, n, to, d, c, i } = body;
  if (!purgeKinds.has(k) || !isOutage(o)) return null;
  if (k === "destroyed") return { kind: k, outage: o };
  if (k === "statistics") {
    const counts = parseHours(c);
    return counts && isDeskId(d) ? { kind: k, outage: o, desk: d, counts } : null;
  }
  if (k === "went-out") {
    const carried = parseCarried(i);
    return carried && { kind: k, outage: o, carried };
  }
  const upper = parseCounts(u);
  if (!upper) return null;
  if (k === "carry-over")
    return isOutage(to) && isCount(n) && typeof r === "string" && /^[0-9a-f]{16}$/.test(r)
      ? { kind: k, outage: o, upper, into: to, run: r, count: n }
      : null;
  if (r !== undefined && !isText(r, 500)) return null;
  return { kind: "purge", outage: o, upper, ...(r === undefined ? {} : { reason: r }) };
}

function parseCarried(value: unknown): ReadonlyMap<string, readonly string[]> | null {
  if (!isRecord(value)) return null;
  const rows = Object.entries(value);
  if (!rows.every(([batch, ids]) => isBarcode(batch) && isIds(ids))) return null;
  return new Map(rows as [string, string[]][]);
}

/** Kind → hour and count by turns. */
function hoursToBody(counts: readonly HourCount[]): Record<string, number[]> {
  const rows: Record<string, number[]> = {};
  for (const { kind, hour, count } of counts) {
    rows[kind] ??= [];
    rows[kind].push(hour, count);
  }
  return rows;
}

function parseHours(value: unknown): readonly HourCount[] | null {
  if (!isRecord(value)) return null;
  const counts: HourCount[] = [];
  for (const [kind, row] of Object.entries(value)) {
    if (!isTransactionKind(kind) || !Array.isArray(row) || row.length % 2 !== 0 || !row.every(isCount))
      return null;
    for (let i = 0; i < row.length; i += 2) counts.push({ kind, hour: row[i]!, count: row[i + 1]! });
  }
  return counts;
}

function isOutage(value: unknown): value is number {
  return isIntegerWithin(value, 1, 999_999);
}
