/** How a replay over SIP2 stands, from what `branch` says of its batch and what this desk has under way. */
import type { Batch } from "../../crdt/circulation/batch-state.ts";
import type { BatchFact } from "../../crdt/circulation/branch-fact.ts";
import type { ReplayView } from "../http/api.ts";
import { renderHere } from "./batch-files.ts";
import type { DeskParts } from "./parts.ts";

/** What this desk knows beyond the log: gone with its process. */
export interface Underway {
  readonly running: boolean;
  /** Why it has stopped, a sentence. */
  readonly stopped?: string;
  readonly notes: readonly string[];
}

const underway = new WeakMap<DeskParts, Map<string, Underway>>();

export function noteUnderway(parts: DeskParts, batch: string, now: Underway): void {
  const kept = underway.get(parts) ?? new Map<string, Underway>();
  underway.set(parts, kept.set(batch, now));
}

/** Lines of the main file by transaction: they never change. */
const numbers = new WeakMap<BatchFact, ReadonlyMap<string, number>>();

async function numbersOf(parts: DeskParts, batch: Batch): Promise<ReadonlyMap<string, number>> {
  const known = numbers.get(batch.fact);
  if (known) return known;
  const here = await renderHere(parts, batch);
  if (here.kind !== "done") return new Map();
  const lines = [...here.value.placed].flatMap(({ line, number }) =>
    number === undefined ? [] : [[line.recorded.fact.id, number] as const],
  );
  const found = new Map(lines);
  numbers.set(batch.fact, found);
  return found;
}

/** Whether any line of it went out over SIP2. */
export function isReplayed(parts: DeskParts, { fact }: Batch): boolean {
  const answers = parts.ledger.branch.answers.batches.get(fact.id);
  return [...(answers?.lines.values() ?? [])].some(({ sentBy }) => sentBy !== undefined);
}

/** `undefined`: nobody has ever begun one. */
export async function viewReplay(parts: DeskParts, batch: Batch): Promise<ReplayView | undefined> {
  const { fact } = batch;
  const answers = parts.ledger.branch.answers.batches.get(fact.id);
  if (!answers?.begun) return undefined;
  const here = underway.get(parts)?.get(fact.id);
  const { rfc3339 } = parts.times();
  const lines = [...answers.lines.values()];
  const count = (outcome: string): number => lines.filter((line) => line.outcome === outcome).length;
  const isUnknown = lines.some(({ outcome }) => outcome === "unknown");
  const numberOf = isUnknown ? await numbersOf(parts, batch) : new Map<string, number>();
  const { replaying } = answers;
  return {
    ...(replaying === undefined ? {} : { desk: parts.roster.nameOf(replaying) }),
    here: here?.running === true,
    lines: fact.lines,
    done: count("done"),
    refused: count("refused"),
    waiting: Math.max(0, fact.lines - lines.length),
    unknown: lines
      .filter(({ outcome }) => outcome === "unknown")
      .map(({ transaction, at, sentBy, words }) => ({
        transaction,
        at: rfc3339(at),
        ...(numberOf.has(transaction) ? { line: numberOf.get(transaction)! } : {}),
        ...(sentBy === undefined ? {} : { sentBy: parts.roster.nameOf(sentBy) }),
        ...(words === undefined ? {} : { words }),
      }))
      .sort((a, b) => (a.line ?? 0) - (b.line ?? 0)),
    ...(here?.stopped === undefined ? {} : { stopped: here.stopped }),
    notes: here?.notes ?? [],
  };
}
