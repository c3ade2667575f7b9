/** Which lines of a batch a replay sends, and what a person decides of those that were sent and have no answer. */
import type { LineResult } from "../../crdt/circulation/answer-fact.ts";
import type { Batch } from "../../crdt/circulation/branch-state.ts";
import type { BatchLine, PlacedLine } from "../../export/batch.ts";
import { lineToRequest, type Sip2Request, type Sip2Setting } from "../../export/sip2-lines.ts";
import type { Conflict, Done, Refusal } from "./desk.ts";
import { ilsToSay } from "./judging.ts";
import type { DeskParts } from "./parts.ts";

export type RunLine = Extract<Sip2Request, { kind: "request" }> & {
  readonly line: BatchLine;
  /** Of the main file. */
  readonly number: number;
  readonly again?: boolean;
};

/** Of lines that were sent and have no answer, by their numbers. */
export interface ReplayDecisions {
  /** To be sent again. */
  readonly again?: readonly number[];
  /** The ILS has them: somebody has looked. */
  readonly there?: readonly number[];
  /** The others of these stay to-dos, and the replay goes on after them. */
  readonly leave?: boolean;
}

/** Lines that have no answer yet, and those that are to go again; and what SIP2 has no message for. */
export function planLines(
  parts: DeskParts,
  batch: Batch,
  mains: readonly PlacedLine[],
  setting: Sip2Setting,
  again: ReadonlySet<string>,
): { readonly lines: readonly RunLine[]; readonly unfit: readonly LineResult[] } {
  const answers = parts.ledger.branch.answers.batches.get(batch.fact.id)?.lines;
  const lines: RunLine[] = [];
  const unfit: LineResult[] = [];
  for (const { line, number = 0 } of mains) {
    const { id: transaction } = line.recorded.fact;
    const isAgain = again.has(transaction);
    if (answers?.has(transaction) && !isAgain) continue;
    const made = lineToRequest(line, setting);
    if (made.kind === "request") lines.push({ line, number, ...made, ...(isAgain ? { again: true } : {}) });
    else unfit.push({ transaction, outcome: "refused", advice: "not-sent" });
  }
  return { lines, unfit };
}

/** Lines that were sent and have no answer: only a person says what becomes of each. */
export function decideUnknown(
  parts: DeskParts,
  { fact }: Batch,
  mains: readonly PlacedLine[],
  { again = [], there = [], leave = false }: ReplayDecisions,
): Done<{ readonly again: ReadonlySet<string>; readonly there: readonly string[] }> | Conflict | Refusal {
  const answers = parts.ledger.branch.answers.batches.get(fact.id)?.lines;
  const unknown = new Map(
    mains.flatMap(({ line, number = 0 }) => {
      const { id } = line.recorded.fact;
      return answers?.get(id)?.outcome === "unknown" ? [[number, id] as const] : [];
    }),
  );
  const named = [...again, ...there];
  const strange = named.filter((number) => !unknown.has(number));
  if (strange.length > 0 || new Set(named).size < named.length) {
    const why = strange.length > 0 ? `line ${strange[0]} is not one of them` : "a line is named twice";
    const text = `again, there: expected lines that were sent and have no answer (${listNumbers([...unknown.keys()])}); ${why}.`;
    return { kind: "refused", refusal: { kind: "invalid", text } };
  }
  const open = [...unknown.keys()].filter((number) => !named.includes(number));
  if (open.length > 0 && !leave) {
    const text = `Sent, and no answer came: ${listNumbers(open)}. Look in ${ilsToSay(parts)}, and say of each: it is there, send it again, or leave it to be done by hand.`;
    return { kind: "conflict", code: "unknown-lines", text };
  }
  const idsOf = (numbers: readonly number[]): string[] => numbers.map((number) => unknown.get(number)!);
  return { kind: "done", value: { again: new Set(idsOf(again)), there: idsOf(there) } };
}

function listNumbers(numbers: readonly number[]): string {
  const shown = numbers.slice(0, 20).join(", ");
  if (numbers.length === 0) return "none";
  return `${numbers.length === 1 ? "line" : "lines"} ${shown}${numbers.length > 20 ? `, and ${numbers.length - 20} more` : ""}`;
}
