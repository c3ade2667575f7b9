/** What a desk may be asked about the ILS's answers, and what is left to do: the part of `Desk` that is about them. */
import type { AnswerView, RescanView, Symbology, TodoView } from "../http/api.ts";
import { takeAnswer } from "./answers.ts";
import type { Answer } from "./desk.ts";
import type { DeskParts } from "./parts.ts";
import { viewRescan } from "./rescan.ts";
import { listTodos, tickTodos } from "./todos.ts";

export interface TodoQuery {
  readonly outage?: number;
  readonly batch?: string;
}

export interface Tick {
  readonly todos: readonly string[];
  readonly note?: string;
  /** It isn't done after all. */
  readonly undone?: true;
}

export interface RescanQuery {
  /** The one that is running, if left out. */
  readonly outage?: number;
  /** Only returns of it that the ILS refused. */
  readonly batch?: string;
  /** As the labels of the branch are; by the barcode's own form if left out. */
  readonly symbology?: Symbology;
}

export interface AnswerActs {
  /** The ILS's report on a batch, as text: each line that it speaks of gets its answer, for good and on all desks. */
  takeAnswer(batch: string, report: string, staff?: string): Promise<Answer<AnswerView>>;
  /** Open ones first; of outages that aren't purged. */
  todos(query: TodoQuery): Promise<Answer<readonly TodoView[]>>;
  tick(tick: Tick, staff?: string): Promise<Answer<readonly TodoView[]>>;
  rescan(query: RescanQuery): Promise<Answer<RescanView>>;
}

export function createAnswerActs(
  inBranch: <T>(act: (parts: DeskParts) => Promise<Answer<T>>) => Promise<Answer<T>>,
): AnswerActs {
  return {
    takeAnswer: (batch, report, staff) => inBranch((all) => takeAnswer(all, batch, report, staff)),
    todos: (query) => inBranch(async (all) => ({ kind: "done", value: await listTodos(all, query) })),
    tick: (tick, staff) => inBranch((all) => tickTodos(all, tick, staff)),
    rescan: (query) => inBranch((all) => viewRescan(all, query)),
  };
}
