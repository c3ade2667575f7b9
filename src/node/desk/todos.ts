/**
 * What a person must do in the ILS: lines that it refused, due dates and patrons that the file can't carry, what was
 * voided after its file had gone out. All of it follows from the log, so every desk has the same list; ticking one off
 * is an entry. `countOpenTodos` is what closing an outage waits for.
 */
import type { BatchFact } from "../../crdt/circulation/branch-fact.ts";
import type { Batch } from "../../crdt/circulation/branch-state.ts";
import { exceptionToText } from "../../crdt/circulation/exception-text.ts";
import { isComplete } from "../../crdt/log/completeness.ts";
import { sha256Hex } from "../../crdt/log/digest.ts";
import {
  adviceToText,
  createPatron,
  enterByHand,
  lookAtLater,
  setDueDate,
} from "../../export/advice-text.ts";
import { otherDue } from "../../export/sip2-lines.ts";
import type { TodoKind, TodoView } from "../http/api.ts";
import type { Tick, TodoQuery } from "./answer-acts.ts";
import { renderHere } from "./batch-files.ts";
import type { Answer, Conflict, Refusal } from "./desk.ts";
import { listVerdicts } from "./desks-view.ts";
import { listExceptions } from "./exceptions-view.ts";
import { ownIlsName } from "./judging.ts";
import { lateIsKnown } from "./late.ts";
import { outageDocument } from "./ledger-entries.ts";
import type { DeskParts } from "./parts.ts";
import { toRow } from "./rows.ts";

interface Todo {
  readonly id: string;
  readonly kind: TodoKind;
  readonly outage: number;
  readonly batch?: string;
  readonly line?: number;
  readonly text: string;
  readonly words?: string;
  readonly transaction?: string;
}

/** To-dos that a batch's entry alone brings, in words for `ils`: else they never change. Nothing in them tells of a patron. */
const byBatch = new WeakMap<
  BatchFact,
  { readonly ils: string | undefined; readonly todos: readonly Todo[] }
>();
const mostTodosInEntry = 300;

export async function listTodos(parts: DeskParts, query: TodoQuery): Promise<readonly TodoView[]> {
  const todos = (await findTodos(parts, query.outage)).filter(
    ({ batch }) => query.batch === undefined || batch === query.batch,
  );
  const { ticked } = parts.ledger.branch.answers;
  const views = await Promise.all(todos.map((todo) => viewTodo(parts, todo)));
  return [...views.filter(({ id }) => !ticked.has(id)), ...views.filter(({ id }) => ticked.has(id))];
}

/** Those of an outage that nobody has ticked off. */
export async function countOpenTodos(parts: DeskParts, outage: number): Promise<number> {
  const { ticked } = parts.ledger.branch.answers;
  return (await findTodos(parts, outage)).filter(({ id }) => !ticked.has(id)).length;
}

/** The same, and those of other outages about a scan of this one: without it nobody would know of them. */
export async function countOpenTodosAbout(parts: DeskParts, outage: number): Promise<number> {
  const todos = await findTodos(parts);
  const { fold, branch } = parts.ledger;
  const isAbout = (todo: Todo): boolean =>
    todo.outage === outage || fold.recordedById(todo.transaction ?? "")?.position.outage === outage;
  return todos.filter((todo) => !branch.answers.ticked.has(todo.id) && isAbout(todo)).length;
}

export async function tickTodos(
  parts: DeskParts,
  { todos, note, undone }: Tick,
  staff?: string,
): Promise<Answer<readonly TodoView[]>> {
  const known = new Map((await findTodos(parts)).map((todo) => [todo.id, todo] as const));
  const strange = todos.filter((id) => !known.has(id));
  if (strange.length > 0) {
    const text = `${strange.length} of these are no to-dos (any more): read the list again. Nothing was ticked off.`;
    return { kind: "not-found", text };
  }
  const unknown = todos.flatMap((id) => known.get(id) ?? []).filter(({ kind }) => kind === "not-here");
  const objection = undone ? null : objectToUnknown(parts, unknown, note);
  if (objection) return objection;
  const outages = new Set(todos.map((id) => known.get(id)!.outage));
  for (const outage of outages) {
    const ids = [...new Set(todos)].filter((id) => known.get(id)!.outage === outage);
    for (let i = 0; i < ids.length; i += mostTodosInEntry) {
      await parts.ledger.appendBranch(
        {
          kind: "ticked",
          outage,
          todos: ids.slice(i, i + mostTodosInEntry),
          ...(note === undefined ? {} : { note }),
          ...(undone ? { undone } : {}),
        },
        staff,
      );
    }
  }
  const batches = new Set(todos.flatMap((id) => known.get(id)!.batch ?? []));
  for (const id of batches) parts.emit("batch", { id });
  return { kind: "done", value: await listTodos(parts, {}) };
}

/**
 * What to do by hand for a batch that isn't all here is known at the desks that hold it. Where no desk is awaited any
 * more it went with their disks: then a person says so, or the outage could never be closed.
 */
function objectToUnknown(parts: DeskParts, unknown: readonly Todo[], note = ""): Conflict | Refusal | null {
  const outages = new Set(unknown.map(({ outage }) => outage));
  const verdicts = [...outages].flatMap((outage) => listVerdicts(parts, outageDocument(outage)));
  const awaited = new Set(verdicts.flatMap(({ name, verdict }) => (isComplete(verdict) ? [] : [name])));
  if (awaited.size > 0) {
    const names = [...awaited].join(", ");
    const text = `Not all of this batch is here, so what is to do is not known here. ${names}: wait for it, or tick it off at a desk that holds the batch. If its PC is lost, say so under Desks first.`;
    return { kind: "conflict", code: "not-here", text };
  }
  if (unknown.length === 0 || note.trim().length >= 3) return null;
  const text =
    "note: expected at least 3 characters. Nobody holds all of this batch any more: say what was done about what it left to do by hand.";
  return { kind: "refused", refusal: { kind: "invalid", text } };
}

async function findTodos(parts: DeskParts, outage?: number): Promise<readonly Todo[]> {
  const { batches, purges } = parts.ledger.branch;
  const isMeant = (of: number): boolean => (outage === undefined || of === outage) && !purges.purges.has(of);
  const standing = batches.filter(({ fact, state }) => state !== "withdrawn" && isMeant(fact.outage));
  const found: Todo[] = [];
  for (const batch of standing) {
    const drafted = (await todosOfBatch(parts, batch)).filter((todo) => !isCarried(parts, batch, todo));
    found.push(...drafted, ...refusedIn(parts, batch));
  }
  await lateIsKnown(parts);
  return [...found, ...todosOfExceptions(parts, isMeant)];
}

async function todosOfBatch(parts: DeskParts, batch: Batch): Promise<readonly Todo[]> {
  const { fact } = batch;
  const ils = ownIlsName(parts);
  const kept = byBatch.get(fact);
  if (kept && kept.ils === ils) return kept.todos;
  const todos = await draftOfBatch(parts, batch, ils);
  if (todos === null) {
    const text = `This desk does not hold all of ${fact.id} yet, so what it leaves to do by hand is not known here.`;
    return [{ id: idOf(fact.id, "not-here"), kind: "not-here", outage: fact.outage, batch: fact.id, text }];
  }
  byBatch.set(fact, { ils, todos });
  return todos;
}

async function draftOfBatch(
  parts: DeskParts,
  batch: Batch,
  ils: string | undefined,
): Promise<readonly Todo[] | null> {
  const here = await renderHere(parts, batch);
  if (here.kind !== "done") return null;
  const { id: batchId, outage } = batch.fact;
  const todos: Todo[] = [];
  for (const { line, where, number, setDue, reason } of here.value.placed) {
    const { id: transaction } = line.recorded.fact;
    const add = (kind: TodoKind, text: string): void => {
      const place = number === undefined ? {} : { line: number };
      todos.push({
        id: idOf(batchId, kind, transaction),
        kind,
        outage,
        batch: batchId,
        transaction,
        ...place,
        text,
      });
    };
    if (where === "patrons") add("new-patron", createPatron(ils));
    else if (where === "extra") add("by-hand", enterByHand(reason ?? "", ils));
    else if (setDue) add("due-date", setDueDate(ils));
  }
  return todos;
}

/** The due date went along over SIP2, and the ILS took the line. */
function isCarried(parts: DeskParts, { fact }: Batch, { kind, transaction }: Todo): boolean {
  if (kind !== "due-date" || transaction === undefined) return false;
  const answer = parts.ledger.branch.answers.batches.get(fact.id)?.lines.get(transaction);
  return answer?.outcome === "done" && answer.sentBy !== undefined;
}

function refusedIn(parts: DeskParts, { fact }: Batch): readonly Todo[] {
  const answers = parts.ledger.branch.answers.batches.get(fact.id)?.lines ?? new Map();
  const todos: Todo[] = [];
  for (const { transaction, outcome, advice, words } of answers.values()) {
    if (outcome === "done" && advice !== otherDue) continue;
    const kind = parts.ledger.fold.recordedById(transaction)?.fact.kind ?? "checkout";
    todos.push({
      id: idOf(fact.id, outcome === "done" ? otherDue : "refused", transaction),
      kind: outcome === "done" ? "due-date" : "refused",
      outage: fact.outage,
      batch: fact.id,
      transaction,
      text: adviceToText(outcome === "unknown" ? "unknown" : advice, kind, ownIlsName(parts)),
      ...(words ? { words } : {}),
    });
  }
  return todos;
}

/** Corrections of what is in the ILS already (log.md, L23), and what a person chose to do there. */
function todosOfExceptions(parts: DeskParts, isMeant: (outage: number) => boolean): readonly Todo[] {
  const todos: Todo[] = [];
  for (const exception of listExceptions(parts)) {
    const { id, kind, transactions, settlements, position } = exception;
    const outage = position?.outage ?? parts.ledger.branch.current.number;
    if (!isMeant(outage)) continue;
    const [transaction] = transactions;
    const about = transaction === undefined ? {} : { transaction };
    if (kind === "void-after-export") {
      const text = exceptionToText(exception, {
        deskName: (desk) => parts.roster.nameOf(desk),
        ilsName: ownIlsName(parts),
      });
      todos.push({ id: idOf(id, kind), kind, outage, ...about, text });
      continue;
    }
    const decision: string | undefined = settlements.at(-1)?.fact.decision;
    if ((kind as string) !== "overtaken" || decision !== "by-hand") continue;
    const text = lookAtLater(ownIlsName(parts));
    todos.push({ id: idOf(id, "overtaken"), kind: "overtaken", outage, ...about, text });
  }
  return todos;
}

async function viewTodo(parts: DeskParts, todo: Todo): Promise<TodoView> {
  const { transaction, ...shown } = todo;
  const recorded = transaction === undefined ? undefined : parts.ledger.fold.recordedById(transaction);
  const ticked = parts.ledger.branch.answers.ticked.get(todo.id);
  return {
    ...shown,
    ...(recorded ? { row: await toRow(parts, recorded) } : {}),
    ...(ticked ? { done: { ...ticked, at: parts.times().rfc3339(ticked.at) } } : {}),
  };
}

function idOf(...parts: readonly string[]): string {
  return sha256Hex(parts.join("\n")).slice(0, 16);
}
