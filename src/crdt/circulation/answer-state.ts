/**
 * The fold of what `branch` says of the ILS's answers: the last word on each line and each to-do holds. Total. A line
 * that was sent and has no answer is `unknown` until somebody says what became of it (log.md, L25).
 */
import type { AnswerFact, LineResult } from "./answer-fact.ts";

export interface Told {
  /** ms */
  readonly at: number;
  readonly by?: string;
}

/** `sentBy`: the desk that sent it over SIP2; without it, the word comes from a report or from a person. */
export type LineAnswer = LineResult & Told & { readonly sentBy?: string };

export interface BatchAnswers {
  /** Transaction → the last word on it; `unknown` where it was sent and no answer is known. */
  readonly lines: ReadonlyMap<string, LineAnswer>;
  /** The desk that replays it now. */
  readonly replaying?: string;
  /** A replay of it was begun once. */
  readonly begun?: true;
}

export interface AnswerState {
  readonly batches: ReadonlyMap<string, BatchAnswers>;
  /** To-do → who did it, and when. */
  readonly ticked: ReadonlyMap<string, Told & { readonly note?: string }>;
}

export interface AnswerFold {
  add(entry: { readonly at: number; readonly desk: string; readonly staff?: string }, fact: AnswerFact): void;
  readonly state: AnswerState;
}

interface Kept {
  lines: Map<string, LineAnswer>;
  replaying?: string;
  begun?: true;
}

export function createAnswerFold(): AnswerFold {
  const batches = new Map<string, Kept>();
  const ticked = new Map<string, Told & { note?: string }>();

  function batchOf(id: string): Kept {
    const known: Kept = batches.get(id) ?? { lines: new Map() };
    batches.set(id, known);
    return known;
  }

  return {
    add({ at, desk, staff }, fact) {
      const told = { at, ...(staff === undefined ? {} : { by: staff }) };
      if (fact.kind === "ticked") {
        for (const todo of fact.todos) {
          if (fact.undone) ticked.delete(todo);
          else ticked.set(todo, { ...told, ...(fact.note === undefined ? {} : { note: fact.note }) });
        }
        return;
      }
      const batch = batchOf(fact.batch);
      if (fact.kind === "answer") {
        for (const result of fact.results) answerLine(batch.lines, result, told, desk);
      } else if (fact.kind === "sending") {
        const { transaction } = fact;
        batch.lines.set(transaction, { transaction, outcome: "unknown", ...told, sentBy: desk });
      } else if (fact.act === "begin") {
        batch.begun = true;
        batch.replaying = desk;
      }
      // Who was taken over from has nothing to end any more.
      else if (batch.replaying === desk) delete batch.replaying;
    },
    state: { batches, ticked },
  };
}

function answerLine(lines: Map<string, LineAnswer>, result: LineResult, told: Told, desk: string): void {
  const { transaction, outcome } = result;
  const before = lines.get(transaction);
  const sentBy = before?.sentBy;
  if (outcome === "unsent") {
    // Nobody can say of another desk that it sent nothing.
    if (before?.outcome === "unknown" && sentBy === desk) lines.delete(transaction);
  } else lines.set(transaction, { ...result, ...told, ...(sentBy === undefined ? {} : { sentBy }) });
}
