/**
 * A batch, as a fact of `branch` (log.md, L20, L21): where it ends, and what its maker saw that its own outage's log up to
 * there doesn't say. With that its files are a function of this entry and that log (decision 0121).
 */
import { type FeedStretches, parseStretches, stretchesToBody } from "./feed-stretches.ts";
import { countsToBody, type FrontierCounts, isCount, isRecord, parseCounts } from "./frontier-counts.ts";
import type { KindTally } from "./lines.ts";
import { isStatisticsGroups, type StatisticsGroups } from "./statistics-groups.ts";
import { isBarcode, isIds, isText } from "./text-rules.ts";
import { isTransactionKind } from "./transaction.ts";

export interface BatchFact {
  readonly kind: "batch";
  readonly outage: number;
  readonly id: string;
  readonly format: string;
  /** What these carry, this one doesn't (`batch-reach.ts`). */
  readonly after: readonly string[];
  /** Ids of transactions of which a batch of another outage carries a copy: no lines of this one. */
  readonly elsewhere?: readonly string[];
  /** Ids of transactions that were taken back in another outage: no lines of this one. */
  readonly voided?: readonly string[];
  /** Ids that a batch before it knew and left out, for a reason that held no longer: lines of this one, whatever becomes of that. */
  readonly again?: readonly string[];
  /** Carried entries that counted nowhere, since others carried the same into a file: this one knows nothing of them. */
  readonly vain?: FeedStretches;
  /** Places, in its own run, of the entries that hold what its own has no room for (`batch-lists.ts`). */
  readonly lists?: readonly number[];
  readonly upper: FrontierCounts;
  readonly lines: number;
  /** What its maker had on the screen, by kind; left out by none but tests. */
  readonly tally?: readonly KindTally[];
  /** Of the main file, hex. */
  readonly sha256: string;
  readonly snapshot?: string;
  readonly branchCode: string;
  readonly timezone: string;
  readonly deskNames: Readonly<Record<string, string>>;
  readonly generatorVersion: string;
  readonly partial: boolean;
  readonly reason?: string;
  /** The main file is in parts, one for each desk. */
  readonly split?: true;
  /** As the branch had set them at its making, where its format asks for them. */
  readonly statisticsGroups?: StatisticsGroups;
}

export function batchToBody(fact: BatchFact): { readonly k: string; readonly [field: string]: unknown } {
  return trim({
    k: "batch",
    o: fact.outage,
    id: fact.id,
    f: fact.format,
    a: fact.after,
    ...seenToBody(fact),
    li: fact.lists,
    u: countsToBody(fact.upper),
    n: fact.lines,
    t: fact.tally && tallyToBody(fact.tally),
    h: fact.sha256,
    sn: fact.snapshot,
    c: fact.branchCode,
    z: fact.timezone,
    dn: fact.deskNames,
    v: fact.generatorVersion,
    p: fact.partial ? 1 : undefined,
    sp: fact.split ? 1 : undefined,
    r: fact.reason,
    sg: fact.statisticsGroups,
  });
}

/** As stored; members may be undefined. */
export function seenToBody({ elsewhere, voided, again, vain }: Seen): Readonly<Record<string, unknown>> {
  return { e: elsewhere, w: voided, g: again, cv: vain && stretchesToBody(vain) };
}

/** `null`: a form that this version doesn't know. */
export function parseBatch(body: Readonly<Record<string, unknown>>): BatchFact | null {
  const { o, id, f, a, u, n, h, sn, c, z, dn, v, p, r, sp, sg, li, t } = body;
  if (!isCount(o) || o === 0 || !isBarcode(id) || !isText(f, 20) || !isCount(n) || !isHash(h)) return null;
  if (!Array.isArray(a) || !a.every((one) => isBarcode(one))) return null;
  if (li !== undefined && !(Array.isArray(li) && li.every(isCount))) return null;
  if (sn !== undefined && !isHash(sn)) return null;
  if (!isText(c, 8) || !isText(z, 64) || !isText(v, 40) || !isOptionalText(r)) return null;
  if (!isDeskNames(dn)) return null;
  if (sg !== undefined && !isStatisticsGroups(sg)) return null;
  const upper = parseCounts(u);
  const seen = parseSeen(body);
  const tally = t === undefined ? undefined : parseTally(t);
  if (!upper || !seen || tally === null) return null;
  return {
    kind: "batch",
    outage: o,
    id,
    format: f,
    after: a as string[],
    ...seen,
    ...(li === undefined ? {} : { lists: li as number[] }),
    upper,
    lines: n,
    ...(tally === undefined ? {} : { tally }),
    sha256: h,
    ...(sn === undefined ? {} : { snapshot: sn }),
    branchCode: c,
    timezone: z,
    deskNames: dn,
    generatorVersion: v,
    partial: p === 1,
    ...(r === undefined ? {} : { reason: r }),
    ...(sp === 1 ? { split: true as const } : {}),
    ...(sg === undefined ? {} : { statisticsGroups: sg }),
  };
}

/** Kind → on the screen, of those taken back, and second scans. */
function tallyToBody(tally: readonly KindTally[]): Readonly<Record<string, readonly number[]>> {
  return Object.fromEntries(
    tally.map(({ kind, onScreen, voided, repeated }) => [kind, [onScreen, voided, repeated]]),
  );
}

function parseTally(value: unknown): readonly KindTally[] | null {
  if (!isRecord(value)) return null;
  const tally: KindTally[] = [];
  for (const [kind, counts] of Object.entries(value)) {
    if (!isTransactionKind(kind) || !Array.isArray(counts) || !counts.every(isCount)) return null;
    const [onScreen, voided, repeated] = counts as [number, number, number];
    if (counts.length !== 3 || voided + repeated > onScreen) return null;
    tally.push({ kind, onScreen, lines: onScreen - voided - repeated, voided, repeated });
  }
  return tally;
}

/** What a batch's maker saw beside its frontiers. */
export type Seen = Pick<BatchFact, "elsewhere" | "voided" | "again" | "vain">;

/** `null`: of another shape than `seenToBody` makes. */
export function parseSeen({ e, w, g, cv }: Readonly<Record<string, unknown>>): Seen | null {
  if (![e, w, g].every((ids) => ids === undefined || isIds(ids))) return null;
  const vain = cv === undefined ? undefined : parseStretches(cv);
  if (vain === null) return null;
  return {
    ...(e === undefined ? {} : { elsewhere: e as string[] }),
    ...(w === undefined ? {} : { voided: w as string[] }),
    ...(g === undefined ? {} : { again: g as string[] }),
    ...(vain === undefined ? {} : { vain }),
  };
}

export function isDeskNames(value: unknown): value is Readonly<Record<string, string>> {
  return isRecord(value) && Object.values(value).every((name) => isText(name, 80));
}

/** Without members that are undefined. */
export function trim<T extends object>(value: T): T {
  return Object.fromEntries(Object.entries(value).filter(([, member]) => member !== undefined)) as T;
}

export function isHash(value: unknown): value is string {
  return typeof value === "string" && /^[0-9a-f]{64}$/.test(value);
}

export function isOptionalText(value: unknown): value is string | undefined {
  return value === undefined || isText(value, 2_000);
}
