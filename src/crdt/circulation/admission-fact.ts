/** Which desks belong to the branch, as facts of the `branch` document: admitted, renamed, retired (log.md, L8, L16). */
import { isText } from "./text-rules.ts";

/** Document → run of that desk → entries that its retirer held. */
export type RetiredFrontier = ReadonlyMap<string, ReadonlyMap<string, number>>;

export interface AdmitFact {
  readonly kind: "admit";
  readonly desk: string;
  /** SHA-256 of its link certificate, hex. */
  readonly fingerprint: string;
  readonly name: string;
}

export interface RenameFact {
  readonly kind: "rename";
  readonly desk: string;
  readonly name: string;
}

export interface RetireFact {
  readonly kind: "retire";
  readonly desk: string;
  readonly frontier: RetiredFrontier;
  readonly reason?: string;
  /** Places, in its own run, of the entries that hold what its own has no room for (`retire-lists.ts`). */
  readonly lists?: readonly number[];
}

export type AdmissionFact = AdmitFact | RenameFact | RetireFact;

/** As stored; `k` is the kind. */
export function admissionFactToBody(fact: AdmissionFact): {
  readonly k: string;
  readonly [field: string]: unknown;
} {
  if (fact.kind === "admit") return { k: "admit", d: fact.desk, f: fact.fingerprint, n: fact.name };
  if (fact.kind === "rename") return { k: "rename", d: fact.desk, n: fact.name };
  const { desk, frontier, reason, lists } = fact;
  const rest = {
    ...(reason === undefined ? {} : { r: reason }),
    ...(lists === undefined ? {} : { li: lists }),
  };
  return { k: "retire", d: desk, u: retiredFrontierToBody(frontier), ...rest };
}

export function retiredFrontierToBody(frontier: RetiredFrontier): Readonly<Record<string, unknown>> {
  const documents = [...frontier].sort(byName);
  return Object.fromEntries(
    documents.map(([document, runs]) => [document, Object.fromEntries([...runs].sort(byName))]),
  );
}

/** `null`: a form that this version doesn't know. */
export function parseAdmissionFact(body: Readonly<Record<string, unknown>>): AdmissionFact | null {
  const { k, d, f, n, u, r, li } = body;
  if (!isDeskId(d)) return null;
  if (k === "admit")
    return isFingerprint(f) && isDeskName(n) ? { kind: "admit", desk: d, fingerprint: f, name: n } : null;
  if (k === "rename") return isDeskName(n) ? { kind: "rename", desk: d, name: n } : null;
  if (k !== "retire" || (r !== undefined && !isText(r, 500))) return null;
  const frontier = parseRetiredFrontier(u);
  if (!frontier || (li !== undefined && !isPlaces(li))) return null;
  const rest = { ...(r === undefined ? {} : { reason: r }), ...(li === undefined ? {} : { lists: li }) };
  return { kind: "retire", desk: d, frontier, ...rest };
}

export function isDeskId(value: unknown): value is string {
  return typeof value === "string" && /^[0-9a-f]{32}$/.test(value);
}

export function isFingerprint(value: unknown): value is string {
  return typeof value === "string" && /^[0-9a-f]{64}$/.test(value);
}

/** As long as a run's header lets it be. */
export function isDeskName(value: unknown): value is string {
  return isText(value, 80) && value.trim() !== "";
}

/** `null`: none that a desk has. */
export function parseRetiredFrontier(value: unknown): RetiredFrontier | null {
  if (!isRecord(value)) return null;
  const frontier = new Map<string, ReadonlyMap<string, number>>();
  for (const [document, runs] of Object.entries(value)) {
    if (!/^(branch|outage-[1-9][0-9]{0,5})$/.test(document) || !isRecord(runs)) return null;
    const counts = new Map<string, number>();
    for (const [run, count] of Object.entries(runs)) {
      if (!/^[0-9a-f]{16}$/.test(run) || !Number.isSafeInteger(count) || (count as number) < 0) return null;
      counts.set(run, count as number);
    }
    frontier.set(document, counts);
  }
  return frontier;
}

function isPlaces(value: unknown): value is number[] {
  return Array.isArray(value) && value.every((place) => Number.isSafeInteger(place) && place >= 0);
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

function byName(a: readonly [string, unknown], b: readonly [string, unknown]): number {
  return a[0] < b[0] ? -1 : a[0] > b[0] ? 1 : 0;
}
