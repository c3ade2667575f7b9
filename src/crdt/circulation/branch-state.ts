/**
 * The fold of the `branch` document: the branch's name, its snapshot, where each outage stands, and its batches.
 * Total and a function of the entries alone, whatever order they came in (log.md, L18, L21, L22).
 */
import { type BranchDesks, foldAdmissions, type IsFounder } from "./admission.ts";
import type { BatchFact, BranchEntry, BranchFact } from "./branch-fact.ts";
import { type FrontierCounts, joinCounts } from "./frontier-counts.ts";
import { isPurgeFact } from "./purge-fact.ts";
import { createPurgeFold, type PurgeState } from "./purge-state.ts";
import { isStaffFact } from "./staff-fact.ts";
import { createStaffFold, type StaffState } from "./staff-state.ts";

export type OutageState = "standby" | "open" | "closing" | "loading" | "closed";

export interface Outage {
  readonly number: number;
  state: OutageState;
  /** ms: when it was opened first. */
  since?: number;
  /** ms: when it came to its present state. */
  changedAt?: number;
  scope?: string;
}

export interface Batch {
  readonly fact: BatchFact;
  readonly madeAt: number;
  readonly madeBy?: string;
  readonly desk: string;
  /** Place of its entry in the branch document: released once that is durable on every linked desk. */
  readonly entry: { readonly desk: string; readonly run: string; readonly seq: number };
  state: "made" | "loaded" | "failed" | "withdrawn";
  /** It overlaps with this earlier one, so it withdrew itself (L22). */
  overlaps?: string;
  outcome?: { readonly at: number; readonly by?: string; readonly job?: string; readonly note?: string };
}

export interface BranchState {
  readonly branch?: { readonly name: string; readonly code: string; readonly timezone: string };
  readonly snapshot?: Extract<BranchFact, { kind: "snapshot" }>;
  /** Admitted ones, retired ones too. */
  readonly desks: BranchDesks;
  readonly outages: ReadonlyMap<number, Outage>;
  /** Where scans go: the first outage that nobody closed. */
  readonly current: Outage;
  /** In log order. */
  readonly batches: readonly Batch[];
  /** Desk → what a supervisor said of it. */
  readonly statements: ReadonlyMap<string, { readonly says: "lost" | "was-off"; readonly reason: string }>;
  readonly staff: StaffState;
  readonly purges: PurgeState;
}

/** Facts of desks that aren't admitted at their place change nothing. `presumed`: see `foldAdmissions`. */
export function foldBranch(
  entries: readonly BranchEntry[],
  isFounder: IsFounder,
  presumed?: string,
): BranchState {
  const ordered = [...entries].sort(compareBranchEntries);
  const { desks, counted } = foldAdmissions(ordered, isFounder, presumed);
  const outages = new Map<number, Outage>();
  const batches: Batch[] = [];
  const statements = new Map<string, { says: "lost" | "was-off"; reason: string }>();
  const staff = createStaffFold();
  const purges = createPurgeFold();
  let branch: BranchState["branch"];
  let snapshot: BranchState["snapshot"];
  for (const entry of counted) {
    const { fact } = entry;
    if (fact.kind === "branch") branch ??= { name: fact.name, code: fact.code, timezone: fact.timezone };
    else if (isPurgeFact(fact)) purges.add(entry, fact);
    else if (fact.kind === "outage") moveOutage(outageOf(outages, fact.outage), fact, entry.at);
    else if (fact.kind === "batch") addBatch(batches, outageOf(outages, fact.outage), entry, fact);
    else if (fact.kind === "outcome") settleBatch(batches, entry, fact);
    else if (isStaffFact(fact)) staff.add(fact);
    else if (fact.kind === "snapshot") {
      if (snapshot?.sha256 !== fact.sha256) purges.snapshotReplaced();
      snapshot = fact;
    } else if (fact.kind === "statement") statements.set(fact.desk, { says: fact.says, reason: fact.reason });
  }
  const closed = [...outages.values()].filter((outage) => outage.state === "closed");
  const current = outageOf(outages, Math.max(0, ...closed.map((outage) => outage.number)) + 1);
  return {
    ...(branch ? { branch } : {}),
    ...(snapshot ? { snapshot } : {}),
    desks,
    outages,
    current,
    batches,
    statements,
    staff: staff.state,
    purges: purges.state,
  };
}

/** Order of the branch document, as that of any other (L4). */
export function compareBranchEntries(a: BranchEntry, b: BranchEntry): number {
  return (
    a.ms - b.ms || a.n - b.n || compareText(a.desk, b.desk) || compareText(a.run, b.run) || a.seq - b.seq
  );
}

/** The lower frontier of an outage's next batch, and the batches that make it (L21). */
export function lowerFrontier(
  state: BranchState,
  outage: number,
): { readonly after: string[]; readonly counts: FrontierCounts } {
  const standing = state.batches.filter(
    (batch) => batch.fact.outage === outage && batch.state !== "withdrawn",
  );
  return { after: standing.map((batch) => batch.fact.id), counts: joinUppers(standing) };
}

/** Snapshots whose batches may have to be rendered again: made and not loaded yet. */
export function snapshotsOfOpenBatches(state: BranchState): ReadonlySet<string> {
  const open = state.batches.filter((batch) => batch.state === "made" || batch.state === "failed");
  return new Set(open.flatMap((batch) => batch.fact.snapshot ?? []));
}

/** The lower frontier that a batch names. */
export function lowerOf(state: BranchState, batch: BatchFact): FrontierCounts {
  return joinUppers(state.batches.filter((one) => batch.after.includes(one.fact.id)));
}

function joinUppers(batches: readonly Batch[]): FrontierCounts {
  return joinCounts(batches.map(({ fact }) => fact.upper));
}

/** Every outage that there has been and that isn't purged, up to the one where scans go: what a desk holds. */
export function listHeldOutages(state: BranchState): readonly number[] {
  const all = Array.from({ length: state.current.number }, (_, i) => i + 1);
  return all.filter((outage) => !state.purges.purges.has(outage));
}

function outageOf(outages: Map<number, Outage>, number: number): Outage {
  const known = outages.get(number) ?? { number, state: "standby" };
  outages.set(number, known);
  return known;
}

function moveOutage(outage: Outage, move: Extract<BranchFact, { kind: "outage" }>, at: number): void {
  const next = nextState(outage.state, move.to);
  if (next === null) return;
  if (next === "open" && outage.since === undefined) {
    outage.since = at;
    if (move.scope !== undefined) outage.scope = move.scope;
  }
  outage.state = next;
  outage.changedAt = at;
}

/** `null`: a move that is not possible from there, or no longer; it stays in the log and changes nothing. */
export function nextState(
  state: OutageState,
  move: "open" | "closing" | "open-again" | "close",
): OutageState | null {
  if (state === "closed") return null;
  if (move === "close") return "closed";
  if (move === "open") return state === "standby" ? "open" : null;
  if (move === "closing") return state === "open" || state === "loading" ? "closing" : null;
  return state === "closing" || state === "loading" ? "open" : null;
}

function addBatch(batches: Batch[], outage: Outage, entry: BranchEntry, fact: BatchFact): void {
  if (batches.some((batch) => batch.fact.id === fact.id)) return;
  const earlier = batches.find(
    (batch) =>
      batch.fact.outage === fact.outage && batch.state !== "withdrawn" && !fact.after.includes(batch.fact.id),
  );
  const { desk, run, seq } = entry;
  batches.push({
    fact,
    madeAt: entry.at,
    ...(entry.staff === undefined ? {} : { madeBy: entry.staff }),
    desk,
    entry: { desk, run, seq },
    state: earlier ? "withdrawn" : "made",
    ...(earlier ? { overlaps: earlier.fact.id } : {}),
  });
  if (earlier || outage.state === "closed") return;
  outage.state = "loading";
  outage.changedAt = entry.at;
}

function settleBatch(
  batches: readonly Batch[],
  entry: BranchEntry,
  fact: Extract<BranchFact, { kind: "outcome" }>,
): void {
  const batch = batches.find((one) => one.fact.id === fact.batch);
  if (!batch || batch.overlaps !== undefined) return;
  // What was loaded can't be un-loaded by a word.
  if (fact.state === "withdrawn" && batch.state === "loaded") return;
  batch.state = fact.state;
  batch.outcome = {
    at: entry.at,
    ...(entry.staff === undefined ? {} : { by: entry.staff }),
    ...(fact.job === undefined ? {} : { job: fact.job }),
    ...(fact.note === undefined ? {} : { note: fact.note }),
  };
}

function compareText(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}
