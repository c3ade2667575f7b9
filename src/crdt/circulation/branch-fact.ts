/**
 * What the `branch` document says: names, the snapshot in force, lifecycle moves, batches and what became of them
 * (log.md, L8). Short field names on the wire, long ones here.
 */
import { type AdmissionFact, admissionFactToBody, isDeskId, parseAdmissionFact } from "./admission-fact.ts";
import {
  countsToBody,
  type FrontierCounts,
  isCount,
  isCountByName,
  isRecord,
  parseCounts,
} from "./frontier-counts.ts";
import { isPurgeFact, type PurgeFact, parsePurgeFact, purgeFactToBody } from "./purge-fact.ts";
import { isStaffFact, parseStaffFact, type StaffFact, staffFactToBody } from "./staff-fact.ts";
import { isBarcode, isText } from "./text-rules.ts";

export type OutageMove = "open" | "closing" | "open-again" | "close";

export interface BatchFact {
  readonly kind: "batch";
  readonly outage: number;
  readonly id: string;
  readonly format: string;
  /** Batches whose upper frontiers, joined, are the lower one. */
  readonly after: readonly string[];
  readonly upper: FrontierCounts;
  readonly lines: number;
  /** Of the main file, hex. */
  readonly sha256: string;
  readonly snapshot?: string;
  readonly branchCode: string;
  readonly timezone: string;
  readonly deskNames: Readonly<Record<string, string>>;
  readonly generatorVersion: string;
  readonly partial: boolean;
  readonly reason?: string;
}

export type BranchFact =
  | AdmissionFact
  | {
      readonly kind: "branch";
      readonly name: string;
      readonly code: string;
      readonly timezone: string;
      /** 32 hex characters: with its author's desk id it makes the branch's id. */
      readonly nonce: string;
    }
  | {
      readonly kind: "snapshot";
      readonly sha256: string;
      readonly size: number;
      readonly takenAt: number;
      readonly counts: Readonly<Record<string, number>>;
    }
  | {
      readonly kind: "outage";
      readonly outage: number;
      readonly to: OutageMove;
      readonly scope?: string;
      readonly details?: string;
    }
  | BatchFact
  | PurgeFact
  | StaffFact
  | {
      readonly kind: "outcome";
      readonly batch: string;
      readonly state: "loaded" | "failed" | "withdrawn";
      readonly job?: string;
      readonly byHand?: boolean;
      readonly note?: string;
    }
  | {
      readonly kind: "statement";
      readonly desk: string;
      readonly says: "lost" | "was-off";
      readonly reason: string;
    };

/** A fact with its place in the order of the branch document. */
export interface BranchEntry {
  readonly ms: number;
  readonly n: number;
  readonly desk: string;
  readonly run: string;
  readonly seq: number;
  readonly at: number;
  readonly staff?: string;
  readonly fact: BranchFact;
}

/** As stored; `k` is the kind. */
export function branchFactToBody(fact: BranchFact): {
  readonly k: string;
  readonly [field: string]: unknown;
} {
  if (isStaffFact(fact)) return staffFactToBody(fact);
  if (isPurgeFact(fact)) return purgeFactToBody(fact);
  switch (fact.kind) {
    case "branch":
      return { k: "branch", n: fact.name, c: fact.code, z: fact.timezone, y: fact.nonce };
    case "snapshot":
      return { k: "snapshot", h: fact.sha256, z: fact.size, t: fact.takenAt, n: fact.counts };
    case "outage":
      return trim({ k: "outage", o: fact.outage, to: fact.to, sc: fact.scope, d: fact.details });
    case "batch":
      return batchToBody(fact);
    case "outcome":
      return trim({ k: "outcome", b: fact.batch, s: fact.state, j: fact.job, h: fact.byHand, n: fact.note });
    case "statement":
      return { k: "statement", d: fact.desk, s: fact.says, r: fact.reason };
    default:
      return admissionFactToBody(fact);
  }
}

/** `null`: a kind or a form that this version doesn't know. */
export function parseBranchFact(body: Readonly<Record<string, unknown>>): BranchFact | null {
  switch (body.k) {
    case "branch":
      return isText(body.n, 80) && isText(body.c, 8) && isText(body.z, 64) && isDeskId(body.y)
        ? { kind: "branch", name: body.n, code: body.c, timezone: body.z, nonce: body.y }
        : null;
    case "snapshot":
      return isHash(body.h) && isCount(body.z) && isCount(body.t) && isCountByName(body.n)
        ? { kind: "snapshot", sha256: body.h, size: body.z, takenAt: body.t, counts: body.n }
        : null;
    case "outage":
      return parseOutage(body);
    case "batch":
      return parseBatch(body);
    case "outcome":
      return parseOutcome(body);
    case "statement":
      return isText(body.d, 64) && (body.s === "lost" || body.s === "was-off") && isText(body.r, 500)
        ? { kind: "statement", desk: body.d, says: body.s, reason: body.r }
        : null;
    default:
      return parseStaffFact(body) ?? parsePurgeFact(body) ?? parseAdmissionFact(body);
  }
}

function parseOutage(body: Readonly<Record<string, unknown>>): BranchFact | null {
  const { o, to, sc, d } = body;
  if (!isCount(o) || o === 0 || o > 999_999) return null;
  if (to !== "open" && to !== "closing" && to !== "open-again" && to !== "close") return null;
  if (!isOptionalText(sc) || !isOptionalText(d)) return null;
  return trim({ kind: "outage" as const, outage: o, to, scope: sc, details: d }) as BranchFact;
}

function parseOutcome(body: Readonly<Record<string, unknown>>): BranchFact | null {
  const { b, s, j, h, n } = body;
  if (!isBarcode(b) || (s !== "loaded" && s !== "failed" && s !== "withdrawn")) return null;
  if (!isOptionalText(j) || !isOptionalText(n) || (h !== undefined && typeof h !== "boolean")) return null;
  return trim({ kind: "outcome" as const, batch: b, state: s, job: j, byHand: h, note: n }) as BranchFact;
}

function batchToBody(fact: BatchFact): { readonly k: string; readonly [field: string]: unknown } {
  return trim({
    k: "batch",
    o: fact.outage,
    id: fact.id,
    f: fact.format,
    a: fact.after,
    u: countsToBody(fact.upper),
    n: fact.lines,
    h: fact.sha256,
    sn: fact.snapshot,
    c: fact.branchCode,
    z: fact.timezone,
    dn: fact.deskNames,
    v: fact.generatorVersion,
    p: fact.partial ? 1 : undefined,
    r: fact.reason,
  });
}

function parseBatch(body: Readonly<Record<string, unknown>>): BatchFact | null {
  const { o, id, f, a, u, n, h, sn, c, z, dn, v, p, r } = body;
  if (!isCount(o) || o === 0 || !isBarcode(id) || !isText(f, 20) || !isCount(n) || !isHash(h)) return null;
  if (!Array.isArray(a) || !a.every((one) => isBarcode(one)) || !isRecord(dn)) return null;
  if (sn !== undefined && !isHash(sn)) return null;
  if (!isText(c, 8) || !isText(z, 64) || !isText(v, 40) || !isOptionalText(r)) return null;
  if (!Object.values(dn).every((name) => isText(name, 80))) return null;
  const upper = parseCounts(u);
  if (!upper) return null;
  return {
    kind: "batch",
    outage: o,
    id,
    format: f,
    after: a as string[],
    upper,
    lines: n,
    sha256: h,
    ...(sn === undefined ? {} : { snapshot: sn }),
    branchCode: c,
    timezone: z,
    deskNames: dn as Record<string, string>,
    generatorVersion: v,
    partial: p === 1,
    ...(r === undefined ? {} : { reason: r }),
  };
}

/** Without members that are undefined. */
function trim<T extends object>(value: T): T {
  return Object.fromEntries(Object.entries(value).filter(([, member]) => member !== undefined)) as T;
}

function isHash(value: unknown): value is string {
  return typeof value === "string" && /^[0-9a-f]{64}$/.test(value);
}

function isOptionalText(value: unknown): value is string | undefined {
  return value === undefined || isText(value, 2_000);
}
