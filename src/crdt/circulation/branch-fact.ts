/**
 * What the `branch` document says: names, the snapshot in force, lifecycle moves, batches and what became of them
 * (log.md, L8). Short field names on the wire, long ones here.
 */
import { type AdmissionFact, admissionFactToBody, isDeskId, parseAdmissionFact } from "./admission-fact.ts";
import { type AnswerFact, answerFactToBody, isAnswerFact, parseAnswerFact } from "./answer-fact.ts";
import { type BatchFact, batchToBody, isHash, isOptionalText, parseBatch, trim } from "./batch-fact.ts";
import { type BatchListFact, batchListToBody, parseBatchList } from "./batch-lists.ts";
import { isCount, isCountByName } from "./frontier-counts.ts";
import { type OutageWordFact, outageWordToBody, parseOutageWord } from "./outage-word.ts";
import { isPurgeFact, type PurgeFact, parsePurgeFact, purgeFactToBody } from "./purge-fact.ts";
import { parseRetireList, type RetireListFact, retireListToBody } from "./retire-lists.ts";
import { parseSettingFact, type SettingFact, settingFactToBody } from "./setting-fact.ts";
import { isStaffFact, parseStaffFact, type StaffFact, staffFactToBody } from "./staff-fact.ts";
import { isBarcode, isText } from "./text-rules.ts";

export type { BatchFact } from "./batch-fact.ts";

export type OutageMove = "open" | "closing" | "open-again" | "close";

export interface OutageMoveFact {
  readonly kind: "outage";
  readonly outage: number;
  readonly to: OutageMove;
  readonly scope?: string;
  /** JSON of `MoveDetails`. */
  readonly details?: string;
}

/** `loaded-too`: it was withdrawn because it overlaps, and somebody had loaded it all the same. */
export const outcomeStates = [
  "loaded",
  "loaded-with-errors",
  "loaded-too",
  "failed",
  "withdrawn",
  "re-issued",
] as const;

export interface OutcomeFact {
  readonly kind: "outcome";
  readonly batch: string;
  readonly state: (typeof outcomeStates)[number];
  readonly job?: string;
  readonly byHand?: boolean;
  readonly note?: string;
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
  | AnswerFact
  | OutageMoveFact
  | OutageWordFact
  | BatchFact
  | BatchListFact
  | RetireListFact
  | PurgeFact
  | SettingFact
  | StaffFact
  | OutcomeFact
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
  if (isAnswerFact(fact)) return answerFactToBody(fact);
  switch (fact.kind) {
    case "branch":
      return { k: "branch", n: fact.name, c: fact.code, z: fact.timezone, y: fact.nonce };
    case "snapshot":
      return { k: "snapshot", h: fact.sha256, z: fact.size, t: fact.takenAt, n: fact.counts };
    case "outage":
      return trim({ k: "outage", o: fact.outage, to: fact.to, sc: fact.scope, d: fact.details });
    case "outage-word":
      return outageWordToBody(fact);
    case "batch":
      return batchToBody(fact);
    case "batch-list":
      return batchListToBody(fact);
    case "retire-list":
      return retireListToBody(fact);
    case "outcome":
      return trim({ k: "outcome", b: fact.batch, s: fact.state, j: fact.job, h: fact.byHand, n: fact.note });
    case "statement":
      return { k: "statement", d: fact.desk, s: fact.says, r: fact.reason };
    case "setting":
      return settingFactToBody(fact);
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
    case "batch-list":
      return parseBatchList(body);
    case "retire-list":
      return parseRetireList(body);
    case "outcome":
      return parseOutcome(body);
    case "statement":
      return isText(body.d, 64) && (body.s === "lost" || body.s === "was-off") && isText(body.r, 500)
        ? { kind: "statement", desk: body.d, says: body.s, reason: body.r }
        : null;
    default:
      return (
        parseStaffFact(body) ??
        parsePurgeFact(body) ??
        parseSettingFact(body) ??
        parseAnswerFact(body) ??
        parseOutageWord(body) ??
        parseAdmissionFact(body)
      );
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
  const state = outcomeStates.find((one) => one === s);
  if (!isBarcode(b) || state === undefined) return null;
  if (!isOptionalText(j) || !isOptionalText(n) || (h !== undefined && typeof h !== "boolean")) return null;
  return trim({ kind: "outcome" as const, batch: b, state, job: j, byHand: h, note: n }) as BranchFact;
}
