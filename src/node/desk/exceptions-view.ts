/** Exceptions: listed with both sides, and settled by an entry of their outage. */

import { choicesOf } from "../../crdt/circulation/exception-choices.ts";
import { exceptionToText } from "../../crdt/circulation/exception-text.ts";
import { type Exception, type Found, subjectOf } from "../../crdt/circulation/exceptions.ts";
import type { ExceptionOptions } from "../../crdt/circulation/fold.ts";
import type { Decision, Recorded, Settlement, Transaction } from "../../crdt/circulation/transaction.ts";
import type { Format } from "../../export/batch.ts";
import { consequenceOf } from "../../export/consequence.ts";
import type { ExceptionView } from "../http/api.ts";
import { carryCutOff, listCutOff } from "./cut-off.ts";
import type { Answer, Settle } from "./desk.ts";
import { exportCheck } from "./exported.ts";
import { ownIlsName } from "./judging.ts";
import { lateIsKnown, laterToText, listLate, listLateSoon } from "./late.ts";
import type { Ledger } from "./ledger.ts";
import { outageDocument } from "./ledger-entries.ts";
import type { DeskParts } from "./parts.ts";
import { toRows } from "./rows.ts";

export function listExceptions(parts: DeskParts): readonly Exception[] {
  return parts.ledger.fold.exceptions(readDerived(parts, listLate(parts)));
}

/** Open ones, for a page: what came late may be counted a moment later. */
export function countExceptions(parts: DeskParts): { readonly mustDecide: number; readonly lookAt: number } {
  const late = listLateSoon(parts, () => parts.emit("exception", countExceptions(parts)));
  return parts.ledger.fold.counts(readDerived(parts, late));
}

function readDerived({ ledger }: DeskParts, late: readonly Found[]): ExceptionOptions {
  const cutOff = listCutOff(ledger).map(({ found }) => found);
  return { exported: exportCheck(ledger).exported, cutOff: [...cutOff, ...late] };
}

/** `format`: of the ILS that the consequences are told for. */
export async function viewExceptions(parts: DeskParts, format?: Format): Promise<ExceptionView[]> {
  await lateIsKnown(parts);
  return Promise.all(listExceptions(parts).map((exception) => toView(parts, exception, format)));
}

export async function settleException(
  parts: DeskParts,
  id: string,
  settle: Settle,
  staff?: string,
): Promise<Answer<ExceptionView>> {
  await lateIsKnown(parts);
  const exception = listExceptions(parts).find((one) => one.id === id);
  if (!exception) return { kind: "not-found", text: "There is no such exception (any more)." };
  const wrong = findWrong(exception, settle);
  if (wrong) return { kind: "refused", refusal: { kind: "invalid", text: wrong } };
  const { decision, transaction, barcode, reason } = settle;
  const settlement: Settlement = {
    kind: "settlement",
    exception: id,
    decision,
    ...(transaction === undefined ? {} : { transaction }),
    ...(exception.kind === "overtaken" ? lateMembers(parts, exception) : {}),
    ...(barcode === undefined ? {} : { barcode }),
    reason: reason.trim(),
  };
  const outage = exception.position?.outage ?? parts.ledger.branch.current.number;
  // It is being purged, and this goes with it.
  if (!parts.ledger.books.get(outageDocument(outage)))
    return { kind: "not-found", text: "There is no such exception (any more)." };
  if (decision === "accept") await accept(parts, exception);
  const appended = parts.ledger.append(outage, settlement, staff);
  if (!appended) return { kind: "refused", refusal: { kind: "too-long", text: "The reason is too long." } };
  await appended.durable;
  const after = listExceptions(parts).find((one) => one.id === id) ?? exception;
  return { kind: "done", value: await toView(parts, after) };
}

/** What the file says of it then, the same on every desk, whatever is purged by then. */
function lateMembers(parts: DeskParts, exception: Exception): Pick<Settlement, "transaction" | "later"> {
  const later = laterToText(parts, exception);
  return { transaction: exception.transactions[0]!, ...(later === "" ? {} : { later }) };
}

/** It names feed and hash: what came after somebody read it is not accepted with it. */
async function accept(parts: DeskParts, exception: Exception): Promise<void> {
  const subject = subjectOf(exception);
  const cutOff = listCutOff(parts.ledger).find(({ found }) => subjectOf(found) === subject);
  if (cutOff) await carryCutOff(cutOff, parts.clock.now());
}

function findWrong(exception: Exception, settle: Settle): string | null {
  if (settle.reason.trim().length < 3) return "reason: expected at least 3 characters.";
  const wanted = [
    ...new Set([...choicesOf(exception.kind).map(({ decision }) => decision), ...alwaysFit(exception)]),
  ];
  if (!wanted.includes(settle.decision)) return `decision: expected one of ${wanted.join(", ")}.`;
  const needsTransaction = settle.decision === "void" || settle.decision === "correct";
  if (needsTransaction && !exception.transactions.includes(settle.transaction ?? "")) {
    return "transaction: expected the id of one of this exception's transactions.";
  }
  if (settle.decision === "correct" && settle.barcode === undefined)
    return "barcode: expected the right barcode.";
  return null;
}

/** Beside what is offered: a card or item in the ILS already may be corrected here, so that the desks know. */
function alwaysFit({ kind }: Exception): readonly Decision[] {
  if (kind === "overtaken" || kind === "retired-desk") return [];
  return ["keep-both", "void", "correct", "note"];
}

async function toView(parts: DeskParts, exception: Exception, format?: Format): Promise<ExceptionView> {
  const { fold } = parts.ledger;
  const ilsName = ownIlsName(parts);
  const aside = exception.kind === "retired-desk" ? factsAside(parts.ledger) : null;
  const sides = [...exception.transactions, ...(exception.later ? [exception.later.transaction] : [])];
  const recorded = sides.flatMap((id) => fold.recordedById(id) ?? aside?.get(id) ?? []);
  const last = exception.settlements.at(-1);
  return {
    id: exception.id,
    kind: exception.kind,
    text: exceptionToText(exception, { deskName: (desk) => parts.roster.nameOf(desk), ilsName }),
    mustDecide: exception.mustDecide,
    transactions: await toRows(parts, recorded),
    ...(exception.kind === "overtaken" && { later: last?.fact.later ?? laterToText(parts, exception) }),
    ...(last ? { settled: toSettled(parts, last) } : {}),
    settlements: exception.settlements.map((one) => toSettled(parts, one)),
    choices: choicesOf(exception.kind, ilsName).map((choice) => {
      const consequence = format && consequenceOf(exception.kind, choice.decision, format);
      return { ...choice, ...(consequence === undefined ? {} : { consequence }) };
    }),
  };
}

function factsAside(ledger: Ledger): ReadonlyMap<string, Recorded<Transaction>> {
  return new Map(listCutOff(ledger).flatMap(({ facts }) => facts.map((one) => [one.fact.id, one] as const)));
}

function toSettled(
  parts: DeskParts,
  settlement: Recorded<Settlement>,
): NonNullable<ExceptionView["settled"]> {
  const { fact, staff, at } = settlement;
  return {
    decision: fact.decision,
    ...(fact.transaction === undefined ? {} : { transaction: fact.transaction }),
    ...(fact.barcode === undefined ? {} : { barcode: fact.barcode }),
    reason: fact.reason,
    ...(staff === undefined ? {} : { by: staff }),
    at: parts.times().rfc3339(at),
  };
}
