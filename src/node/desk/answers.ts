/**
 * The ILS's report on a batch: read, matched, and written down line by line, so that every desk knows it. Nothing is
 * written of a report that is another batch's, cut off, or none.
 */
import { type LineResult, resultBytes } from "../../crdt/circulation/answer-fact.ts";
import { type Matched, readAnswer, type SentLine } from "../../export/answer.ts";
import type { Format, PlacedLine } from "../../export/batch.ts";
import { maskWords } from "../../export/masking.ts";
import type { AnswerView } from "../http/api.ts";
import { renderHere } from "./batch-files.ts";
import { findBatch, viewBatch } from "./batches.ts";
import type { Answer } from "./desk.ts";
import { ownIlsName } from "./judging.ts";
import type { DeskParts } from "./parts.ts";
import { listTodos } from "./todos.ts";

/** Of the results in one entry, which holds 8 KiB. */
const mostBytes = 6_000;

export async function takeAnswer(
  parts: DeskParts,
  id: string,
  report: string,
  staff?: string,
): Promise<Answer<AnswerView>> {
  const batch = findBatch(parts, id);
  if (!batch) return { kind: "not-found", text: "There is no such batch." };
  if (batch.state === "withdrawn") {
    const text = "This batch was withdrawn: its lines are in another one, and its report is not wanted.";
    return { kind: "conflict", code: "withdrawn", text };
  }
  const here = await renderHere(parts, batch);
  if (here.kind !== "done") return here;
  const placed = [...here.value.placed];
  const lines = placed.flatMap(toSentLine);
  const format = batch.fact.format as Format;
  const answer = readAnswer({ batch: id, format, text: report, lines, ilsName: ownIlsName(parts) });
  if (answer.kind === "refused")
    return { kind: "refused", refusal: { kind: answer.code, text: answer.text } };
  const names = new Map(placed.map(({ line }) => [line.recorded.fact.id, line.patronName] as const));
  const results = answer.matched.map((one) => toResult(one, names.get(one.line.transaction) ?? ""));
  await appendResults(parts, id, results, staff);
  parts.emit("batch", { id });
  const refused = results.filter(({ outcome }) => outcome === "refused").length;
  return {
    kind: "done",
    value: {
      batch: await viewBatch(parts, batch),
      done: results.length - refused,
      refused,
      unmatched: answer.unmatched.map(({ at, words, why }) => ({ line: at, words, why })),
      todos: await listTodos(parts, { batch: id }),
    },
  };
}

/** Each entry whole; all are durable when it resolves. A line that has said the same already is not said again. */
export async function appendResults(
  parts: DeskParts,
  batch: string,
  results: readonly LineResult[],
  staff?: string,
): Promise<void> {
  const known = parts.ledger.branch.answers.batches.get(batch)?.lines;
  const fresh = results.filter((one) => {
    const before = known?.get(one.transaction);
    return before?.outcome !== one.outcome || before.advice !== one.advice || before.words !== one.words;
  });
  const chunks: LineResult[][] = [];
  let room = 0;
  for (const result of fresh) {
    const size = resultBytes(result);
    if (size > room) {
      chunks.push([]);
      room = mostBytes;
    }
    chunks.at(-1)!.push(result);
    room -= size;
  }
  await Promise.all(
    chunks.map((chunk) => parts.ledger.appendBranch({ kind: "answer", batch, results: chunk }, staff)),
  );
}

export function toSentLine({ line, number, part }: PlacedLine): SentLine[] {
  const { fact } = line.recorded;
  if (number === undefined) return [];
  const patron = "patron" in fact ? fact.patron : undefined;
  return [
    {
      transaction: fact.id,
      kind: fact.kind,
      number,
      ...(part === undefined ? {} : { part }),
      ...("item" in fact ? { item: fact.item } : {}),
      ...(patron === undefined ? {} : { patron }),
    },
  ];
}

function toResult({ line, reply }: Matched, patronName: string): LineResult {
  const { transaction, item = "", patron = "" } = line;
  const { outcome, advice, words } = reply;
  if (outcome === "done") return { transaction, outcome };
  return {
    transaction,
    outcome,
    advice: advice ?? "other",
    words: maskWords(words, [item, patron, patronName]),
  };
}
