/** What is said of a batch after it was made: loaded, failed, withdrawn, issued again. Entries of `branch` (log.md, L22). */
import { type Batch, nextBatchState } from "../../crdt/circulation/batch-state.ts";
import type { BatchView } from "../http/api.ts";
import { findBatch, readBatch } from "./batches.ts";
import type { Answer, BatchOutcome, Conflict } from "./desk.ts";
import type { DeskParts } from "./parts.ts";
import { isReplayed } from "./replay-view.ts";

export async function markBatch(
  parts: DeskParts,
  id: string,
  outcome: BatchOutcome,
  staff?: string,
): Promise<Answer<BatchView>> {
  const batch = findBatch(parts, id);
  if (!batch) return { kind: "not-found", text: "There is no such batch." };
  if (needsReason(outcome) && (outcome.note ?? "").trim().length < 3) {
    const text = "reason: expected at least 3 characters: it goes into the report.";
    return { kind: "refused", refusal: { kind: "invalid", text } };
  }
  const conflict = objectTo(batch, outcome) ?? objectToSent(parts, batch, outcome);
  if (conflict) return conflict;
  await parts.ledger.appendBranch({ kind: "outcome", batch: id, ...outcome }, staff);
  parts.emit("batch", { id });
  return readBatch(parts, id);
}

/** Its lines would go out again with the next batch. */
function objectToSent(parts: DeskParts, batch: Batch, { state }: BatchOutcome): Conflict | null {
  if (state !== "withdrawn" || !isReplayed(parts, batch)) return null;
  const text =
    "Lines of this batch were sent over SIP2: it can't be withdrawn. Go on with the replay, or say that it was loaded, with errors.";
  return { kind: "conflict", code: "replayed", text };
}

function needsReason({ state }: BatchOutcome): boolean {
  return state === "re-issued" || state === "withdrawn" || state === "loaded-too";
}

function objectTo(batch: Batch, { state: word }: BatchOutcome): Conflict | null {
  const { state, overlaps } = batch;
  if (nextBatchState(state, word) !== null) return null;
  if (word === "loaded-too") {
    const text = `This batch is ${state}: only of one that was withdrawn can it be said that it was loaded too.`;
    return { kind: "conflict", code: state, text };
  }
  if (state === "withdrawn" && overlaps !== undefined) {
    const text = `This batch was withdrawn: it holds lines of ${overlaps}. Don't load it. If it was loaded already, say that it was loaded too.`;
    return { kind: "conflict", code: "withdrawn", text };
  }
  return { kind: "conflict", code: state, text: `This batch is ${state}.` };
}
