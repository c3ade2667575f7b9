/**
 * The fold of the `branch` document: the branch's name, its snapshot, where each outage stands, and its batches.
 * Total and a function of the entries alone, whatever order they came in (log.md, L18, L21, L22).
 */
import { type BranchDesks, foldAdmissions, type IsFounder } from "./admission.ts";
import { isAnswerFact } from "./answer-fact.ts";
import { type AnswerState, createAnswerFold } from "./answer-state.ts";
import { joinBatchLists } from "./batch-lists.ts";
import { addBatch, type Batch, isOpenBatch, settleBatch } from "./batch-state.ts";
import type { BatchFact, BranchEntry, BranchFact } from "./branch-fact.ts";
import { createOutage, moveOutage, noteWord, type Outage } from "./outage-state.ts";
import { isPurgeFact } from "./purge-fact.ts";
import { createPurgeFold, type PurgeState } from "./purge-state.ts";
import { joinRetireLists } from "./retire-lists.ts";
import { createSettingsFold, type SettingChange } from "./setting-fact.ts";
import { isStaffFact } from "./staff-fact.ts";
import { createStaffFold, type StaffState } from "./staff-state.ts";

export { type Batch, isOpenBatch } from "./batch-state.ts";
export { nextState, type Outage, type OutageState } from "./outage-state.ts";

/** A desk was off, or its PC is lost, as a supervisor said it. */
export interface Statement {
  readonly desk: string;
  readonly says: "lost" | "was-off";
  readonly reason: string;
  /** The outage that was current then. */
  readonly outage: number;
  readonly at: number;
  readonly staff?: string;
}

export interface BranchState {
  readonly branch?: { readonly name: string; readonly code: string; readonly timezone: string };
  readonly snapshot?: Extract<BranchFact, { kind: "snapshot" }>;
  /** Admitted ones, retired ones too. */
  readonly desks: BranchDesks;
  readonly outages: ReadonlyMap<number, Outage>;
  /** Where scans go: the first outage that nobody closed. */
  readonly current: Outage;
  /** Where they went last, also by the word of a desk that counts no longer: it may have lent there before it heard so. */
  readonly lastLentIn: number;
  /** In log order. */
  readonly batches: readonly Batch[];
  /** What supervisors said of desks, in log order. */
  readonly statements: readonly Statement[];
  readonly staff: StaffState;
  /** What was set for all desks, by name. */
  readonly settings: ReadonlyMap<string, SettingChange>;
  readonly purges: PurgeState;
  /** What the ILS said of each line, and what was done about it. */
  readonly answers: AnswerState;
}

/** Facts of desks that aren't admitted at their place change nothing. `presumed`: see `foldAdmissions`. */
export function foldBranch(
  entries: readonly BranchEntry[],
  isFounder: IsFounder,
  presumed?: string,
): BranchState {
  const ordered = joinRetireLists(joinBatchLists([...entries].sort(compareBranchEntries)));
  const admissions = foldAdmissions(ordered, isFounder, presumed);
  const { desks, counted } = admissions;
  const outages = new Map<number, Outage>();
  const batches: Batch[] = [];
  const statements: Statement[] = [];
  const staff = createStaffFold();
  const purges = createPurgeFold();
  const settings = createSettingsFold();
  const answers = createAnswerFold();
  const sent = sentBatches(counted);
  let branch: BranchState["branch"];
  let snapshot: BranchState["snapshot"];
  for (const entry of counted) {
    const { fact } = entry;
    if (isTooFarAhead(outages, fact)) continue;
    if (fact.kind === "branch") branch ??= { name: fact.name, code: fact.code, timezone: fact.timezone };
    else if (isPurgeFact(fact)) purges.add(entry, fact);
    else if (isAnswerFact(fact)) answers.add(entry, fact);
    else if (fact.kind === "outage") moveOutage(outageOf(outages, fact.outage), entry, fact);
    else if (fact.kind === "outage-word") noteWord(outageOf(outages, fact.outage), entry, fact);
    else if (fact.kind === "batch")
      takeBatch(batches, outageOf(outages, fact.outage), entry, fact, sent.has(fact.id));
    else if (fact.kind === "outcome") settleBatch(batches, entry, fact, sent.has(fact.batch));
    else if (fact.kind === "setting") settings.add(entry, fact);
    else if (isStaffFact(fact)) {
      staff.add(fact);
      // Whose they are now is the staff's fold to say; here, who said so.
      for (const name of ["openDesks", "retentionDays"] as const)
        if (fact.kind === "settings" && fact[name] !== undefined)
          settings.add(entry, { name, value: fact[name] });
    } else if (fact.kind === "snapshot") {
      if (snapshot?.sha256 !== fact.sha256) purges.snapshotReplaced();
      snapshot = fact;
    } else if (fact.kind === "statement") statements.push(toStatement(outages, entry, fact));
  }
  const current = outageOf(outages, currentNumber(outages));
  return {
    ...(branch ? { branch } : {}),
    ...(snapshot ? { snapshot } : {}),
    desks,
    outages,
    current,
    lastLentIn: lastLentIn(outages, desks, ordered),
    batches,
    statements,
    staff: staff.state,
    settings: settings.state,
    purges: purges.state,
    answers: answers.state,
  };
}

/** Whatever their order: a batch that is withdrawn here and sent there, in a split, is sent. */
function sentBatches(entries: readonly BranchEntry[]): ReadonlySet<string> {
  return new Set(entries.flatMap(({ fact }) => (fact.kind === "sending" ? [fact.batch] : [])));
}

/** Order of the branch document, as that of any other (L4). */
export function compareBranchEntries(a: BranchEntry, b: BranchEntry): number {
  return (
    a.ms - b.ms || a.n - b.n || compareText(a.desk, b.desk) || compareText(a.run, b.run) || a.seq - b.seq
  );
}

/**
 * What an outage's next batch comes after (L21): all that stand, and `unheardIds`. Without the latter, what those carry would
 * be lines of it wherever they are known.
 */
export function standingIds(state: BranchState, outage: number): readonly string[] {
  return [...listStanding(state, outage).map(({ fact }) => fact.id), ...unheardIds(state, outage)];
}

/** Batches that others come after, and that this desk has not heard of yet: feeds of `branch` come one by one. */
export function unheardIds(state: BranchState, outage: number): readonly string[] {
  const known = new Set(state.batches.map(({ fact }) => fact.id));
  const after = listStanding(state, outage).flatMap(({ fact }) => fact.after);
  return [...new Set(after.filter((id) => !known.has(id)))].sort();
}

function listStanding({ batches }: BranchState, outage: number): readonly Batch[] {
  return batches.filter(({ fact, state }) => fact.outage === outage && state !== "withdrawn");
}

/** Snapshots whose batches may have to be rendered again: made and not loaded yet. */
export function snapshotsOfOpenBatches(state: BranchState): ReadonlySet<string> {
  const open = state.batches.filter(isOpenBatch);
  return new Set(open.flatMap((batch) => batch.fact.snapshot ?? []));
}

/** Every outage that there has been and that isn't purged, up to the one where scans go: what a desk holds. */
export function listHeldOutages(state: BranchState): readonly number[] {
  // One behind the current one is there where its closing counts no longer: there are scans in it all the same.
  const begun = [...state.outages.values()].filter((outage) => outage.state !== "standby");
  const last = Math.max(state.lastLentIn, ...begun.map(({ number }) => number));
  const all = Array.from({ length: last }, (_, i) => i + 1);
  return all.filter((outage) => !state.purges.purges.has(outage));
}

function outageOf(outages: Map<number, Outage>, number: number): Outage {
  const known = outages.get(number) ?? createOutage(number);
  outages.set(number, known);
  return known;
}

/** Of closings that were lost with a disk, or whose author counts no longer, and that somebody went on from. */
const outagesAhead = 8;

/**
 * Whoever begins an outage knows that those before it are closed, and its word stands behind theirs (L4). A number far
 * beyond them nobody got to by lending: one such word had each desk open a log for each number up to it.
 */
function isTooFarAhead(outages: ReadonlyMap<number, Outage>, fact: BranchFact): boolean {
  const isOfOne = fact.kind === "outage" || fact.kind === "outage-word" || fact.kind === "batch";
  return isOfOne && fact.outage > currentNumber(outages) + outagesAhead;
}

/** The first outage that nobody closed. */
function currentNumber(outages: ReadonlyMap<number, Outage>): number {
  const closed = [...outages.values()].filter(({ state }) => state === "closed");
  return Math.max(0, ...closed.map(({ number }) => number)) + 1;
}

/**
 * What it wrote there is acknowledged, and kept aside by whoever heard its word before its retirement: unless all hold that
 * outage, nobody else can be asked whether to accept it.
 */
function lastLentIn(
  outages: ReadonlyMap<number, Outage>,
  desks: BranchDesks,
  entries: readonly BranchEntry[],
): number {
  const current = currentNumber(outages);
  let last = current;
  for (const { desk, fact } of entries) {
    if (fact.kind !== "outage" || !desks.has(desk)) continue;
    const led = fact.to === "close" ? fact.outage + 1 : fact.outage;
    if (led <= current + outagesAhead) last = Math.max(last, led);
  }
  return last;
}

function toStatement(
  outages: ReadonlyMap<number, Outage>,
  { at, staff }: BranchEntry,
  { desk, says, reason }: Extract<BranchFact, { kind: "statement" }>,
): Statement {
  const said = { desk, says, reason, outage: currentNumber(outages), at };
  return staff === undefined ? said : { ...said, staff };
}

/** A batch that counts sets its outage to loading (L18). */
function takeBatch(
  batches: Batch[],
  outage: Outage,
  entry: BranchEntry,
  fact: BatchFact,
  isSent: boolean,
): void {
  if (!addBatch(batches, entry, fact, isSent) || outage.state === "closed") return;
  outage.state = "loading";
  outage.changedAt = entry.at;
}

function compareText(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}
