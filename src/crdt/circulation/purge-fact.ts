/**
 * Forgetting, as facts of `branch` (log.md, L24): that an outage is to be destroyed, what a desk carried on because it
 * held more, that a desk has destroyed it, and what stays of it: numbers. No fact here tells of a patron.
 */
import { isDeskId } from "./admission-fact.ts";
import { type FeedStretches, parseRows, parseStretches, stretchesToBody } from "./feed-stretches.ts";
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
  /** What nobody could tell any more once the outage is gone. */
  | {
      readonly kind: "went-out";
      readonly outage: number;
      /** Batch → ids that it carries and of which another outage holds a copy. */
      readonly carried: ReadonlyMap<string, readonly string[]>;
      /** Carried entries that counted nowhere in it: of these nothing went out. */
      readonly vain?: FeedStretches;
    }
  /** What lay beyond: its author carried it into its own run of another outage. */
  | {
      readonly kind: "carry-over";
      /** The one that it destroys then. */
      readonly outage: number;
      /** Feeds of that outage, up to where its author held them; some of it others had carried, or exported, before. */
      readonly upper: FrontierCounts;
      readonly into: number;
      readonly run: string;
      /** The carriers lie below this place of that run. */
      readonly count: number;
      /** Which entries they carry, and where each stands, by the outage that it was written for. Programs up to 0.1 said no more than `upper`. */
      readonly carried?: CarriedStretches;
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

/** Outage → feed → entries from one up to before another, and the place of the first one's carrier; the rest follow on. */
export type CarriedStretches = ReadonlyMap<number, ReadonlyMap<string, readonly CarriedStretch[]>>;
export type CarriedStretch = readonly [from: number, to: number, at: number];

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
      return {
        ...{ k: kind, o: outage, i: Object.fromEntries(fact.carried) },
        ...(fact.vain === undefined ? {} : { v: stretchesToBody(fact.vain) }),
      };
    case "carry-over":
      return {
        ...{ k: kind, o: outage, u: countsToBody(fact.upper), to: fact.into, r: fact.run, n: fact.count },
        ...(fact.carried === undefined ? {} : { c: carriedToBody(fact.carried) }),
      };
    case "destroyed":
      return { k: kind, o: outage };
    case "statistics":
      return { k: kind, o: outage, d: fact.desk, c: hoursToBody(fact.counts) };
  }
}

/** `null`: a kind or a form that this version doesn't know. */
export function parsePurgeFact(body: Body): PurgeFact | null {
  const { k, o, u, r, d, c } = body;
  if (!purgeKinds.has(k) || !isOutage(o)) return null;
  if (k === "destroyed") return { kind: k, outage: o };
  if (k === "statistics") {
    const counts = parseHours(c);
    return counts && isDeskId(d) ? { kind: k, outage: o, desk: d, counts } : null;
  }
  if (k === "went-out") return parseWentOut(o, body);
  const upper = parseCounts(u);
  if (!upper) return null;
  if (k === "carry-over") return parseCarryOver(o, upper, body);
  if (r !== undefined && !isText(r, 500)) return null;
  return { kind: "purge", outage: o, upper, ...(r === undefined ? {} : { reason: r }) };
}

function parseWentOut(outage: number, { i, v }: Body): PurgeFact | null {
  const carried = parseIdsByBatch(i);
  const vain = v === undefined ? undefined : parseStretches(v);
  if (!carried || vain === null) return null;
  return { kind: "went-out", outage, carried, ...(vain === undefined ? {} : { vain }) };
}

function parseCarryOver(outage: number, upper: FrontierCounts, { to, r, n, c }: Body): PurgeFact | null {
  const carried = c === undefined ? undefined : parseCarried(c);
  if (!isOutage(to) || !isCount(n) || carried === null) return null;
  if (typeof r !== "string" || !/^[0-9a-f]{16}$/.test(r)) return null;
  const where = { into: to, run: r, count: n };
  return { kind: "carry-over", outage, upper, ...where, ...(carried === undefined ? {} : { carried }) };
}

function carriedToBody(carried: CarriedStretches): Body {
  const flat = (feeds: ReadonlyMap<string, readonly CarriedStretch[]>): Body =>
    Object.fromEntries([...feeds].map(([feed, stretches]) => [feed, stretches.flat()]));
  return Object.fromEntries([...carried].map(([outage, feeds]) => [outage, flat(feeds)]));
}

function parseCarried(value: unknown): CarriedStretches | null {
  if (!isRecord(value)) return null;
  const carried = new Map<number, ReadonlyMap<string, readonly CarriedStretch[]>>();
  for (const [outage, feeds] of Object.entries(value)) {
    const rows = parseRows(feeds, 3);
    if (!/^[1-9][0-9]{0,5}$/.test(outage) || !rows) return null;
    carried.set(
      Number(outage),
      new Map([...rows].map(([feed, row]) => [feed, row as unknown as CarriedStretch[]])),
    );
  }
  return carried;
}

function parseIdsByBatch(value: unknown): ReadonlyMap<string, readonly string[]> | null {
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
