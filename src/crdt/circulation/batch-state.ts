/**
 * What became of each batch: a fold over entries in order of the log, so that two supervisors who act at once, or apart,
 * leave the same state on every desk (log.md, L21, L22). What the ILS has taken can't be taken back by a word.
 */
import type { BatchFact, BranchEntry, OutcomeFact } from "./branch-fact.ts";

export type BatchStateName = "made" | "loaded" | "loaded-with-errors" | "failed" | "withdrawn" | "re-issued";

/** One word about a batch that counted. */
export interface Outcome {
  readonly state: OutcomeFact["state"];
  readonly at: number;
  readonly by?: string;
  readonly job?: string;
  readonly byHand?: boolean;
  readonly note?: string;
}

export interface Batch {
  readonly fact: BatchFact;
  readonly madeAt: number;
  readonly madeBy?: string;
  readonly desk: string;
  /** Place of its entry in the branch document: released once that is durable on every linked desk. */
  readonly entry: { readonly desk: string; readonly run: string; readonly seq: number };
  state: BatchStateName;
  /** It overlaps with this earlier one, so it withdrew itself (L22), unless it had been sent. */
  overlaps?: string;
  /** The last word on its loading. */
  outcome?: Outcome;
  /** All that was said of it, in log order, re-issues too. */
  readonly outcomes: Outcome[];
}

/**
 * True: the file counts. False: known already, or it withdrew itself because it holds lines of an earlier one. Where it
 * `isSent` it stands beside that, and what both hold is told as doubled: its lines are in the ILS (see `settleBatch`).
 */
export function addBatch(batches: Batch[], entry: BranchEntry, fact: BatchFact, isSent: boolean): boolean {
  if (batches.some((batch) => batch.fact.id === fact.id)) return false;
  const earlier = batches.find(
    (batch) =>
      batch.fact.outage === fact.outage && batch.state !== "withdrawn" && !fact.after.includes(batch.fact.id),
  );
  const withdraws = earlier !== undefined && !isSent;
  const { desk, run, seq } = entry;
  batches.push({
    fact,
    madeAt: entry.at,
    ...(entry.staff === undefined ? {} : { madeBy: entry.staff }),
    desk,
    entry: { desk, run, seq },
    state: withdraws ? "withdrawn" : "made",
    ...(earlier ? { overlaps: earlier.fact.id } : {}),
    outcomes: [],
  });
  return !withdraws;
}

/** `isSent`: lines of it went out over SIP2, sooner or later: then no word gives its lines to another batch. */
export function settleBatch(
  batches: readonly Batch[],
  entry: BranchEntry,
  fact: OutcomeFact,
  isSent: boolean,
): void {
  const batch = batches.find((one) => one.fact.id === fact.batch);
  const next = batch && nextBatchState(batch.state, fact.state);
  if (!batch || !next || (isSent && fact.state === "withdrawn")) return;
  const outcome: Outcome = {
    state: fact.state,
    at: entry.at,
    ...(entry.staff === undefined ? {} : { by: entry.staff }),
    ...(fact.job === undefined ? {} : { job: fact.job }),
    ...(fact.byHand === undefined ? {} : { byHand: fact.byHand }),
    ...(fact.note === undefined ? {} : { note: fact.note }),
  };
  batch.state = next;
  batch.outcomes.push(outcome);
  if (fact.state !== "re-issued") batch.outcome = outcome;
}

/** `null`: that can't be said of a batch in this state (any more). */
export function nextBatchState(state: BatchStateName, word: OutcomeFact["state"]): BatchStateName | null {
  const isLoaded = state === "loaded" || state === "loaded-with-errors";
  switch (word) {
    // Its file was out before anybody knew better: then its lines are in the ILS, and go out no more.
    case "loaded-too":
      return state === "withdrawn" ? "loaded" : null;
    case "loaded":
    case "loaded-with-errors":
      return state === "withdrawn" ? null : word;
    case "failed":
      return isLoaded || state === "withdrawn" ? null : "failed";
    case "withdrawn":
      return isLoaded || state === "withdrawn" ? null : "withdrawn";
    // A copy of a file that was loaded doesn't make it less loaded.
    case "re-issued":
      if (state === "withdrawn") return null;
      return isLoaded ? state : "re-issued";
  }
}

/** Not in the ILS as far as anybody has said, and not given up. */
export function isOpenBatch({ state }: Pick<Batch, "state">): boolean {
  return state === "made" || state === "failed" || state === "re-issued";
}

export function isReissued({ outcomes }: Batch): boolean {
  return outcomes.some(({ state }) => state === "re-issued");
}
