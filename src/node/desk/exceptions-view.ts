/** Exceptions: listed with both sides, and settled by an entry of their outage. */

import { exceptionToText } from "../../crdt/circulation/exception-text.ts";
import type { Exception } from "../../crdt/circulation/exceptions.ts";
import type { ExceptionOptions } from "../../crdt/circulation/fold.ts";
import {
  decisions,
  type Recorded,
  type Settlement,
  type Transaction,
} from "../../crdt/circulation/transaction.ts";
import type { ExceptionView } from "../http/api.ts";
import { carryCutOff, listCutOff } from "./cut-off.ts";
import type { Answer, Settle } from "./desk.ts";
import { exportCheck } from "./exported.ts";
import type { Ledger } from "./ledger.ts";
import type { DeskParts } from "./parts.ts";
import { toRows } from "./rows.ts";

export function listExceptions(parts: DeskParts): readonly Exception[] {
  return parts.ledger.fold.exceptions(readDerived(parts.ledger));
}

/** Open ones. */
export function countExceptions(parts: DeskParts): { readonly mustDecide: number; readonly lookAt: number } {
  return parts.ledger.fold.counts(readDerived(parts.ledger));
}

function readDerived(ledger: Ledger): ExceptionOptions {
  const cutOff = listCutOff(ledger).map(({ found }) => found);
  return { exported: exportCheck(ledger).exported, cutOff };
}

export async function viewExceptions(parts: DeskParts): Promise<ExceptionView[]> {
  return Promise.all(listExceptions(parts).map((exception) => toView(parts, exception)));
}

export async function settleException(
  parts: DeskParts,
  id: string,
  settle: Settle,
  staff?: string,
): Promise<Answer<ExceptionView>> {
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
    ...(barcode === undefined ? {} : { barcode }),
    reason: reason.trim(),
  };
  if (decision === "accept") await accept(parts, exception);
  const outage = exception.position?.outage ?? parts.ledger.branch.current.number;
  const appended = parts.ledger.append(outage, settlement, staff);
  if (!appended) return { kind: "refused", refusal: { kind: "too-long", text: "The reason is too long." } };
  await appended.durable;
  const after = listExceptions(parts).find((one) => one.id === id) ?? exception;
  return { kind: "done", value: await toView(parts, after) };
}

/** It names feed and hash: what came after somebody read it is not accepted with it. */
async function accept(parts: DeskParts, { desk, upTo }: Exception): Promise<void> {
  const cutOff = listCutOff(parts.ledger).find(({ found }) => found.desk === desk && found.upTo === upTo);
  if (cutOff) await carryCutOff(cutOff, parts.clock.now());
}

function findWrong(exception: Exception, settle: Settle): string | null {
  if (settle.reason.trim().length < 3) return "reason: expected at least 3 characters.";
  const wanted: readonly string[] =
    exception.kind === "retired-desk" ? ["accept", "note"] : decisions.filter((one) => one !== "accept");
  if (!wanted.includes(settle.decision)) return `decision: expected one of ${wanted.join(", ")}.`;
  const needsTransaction = settle.decision === "void" || settle.decision === "correct";
  if (needsTransaction && !exception.transactions.includes(settle.transaction ?? "")) {
    return "transaction: expected the id of one of this exception's transactions.";
  }
  if (settle.decision === "correct" && settle.barcode === undefined)
    return "barcode: expected the right barcode.";
  return null;
}

async function toView(parts: DeskParts, exception: Exception): Promise<ExceptionView> {
  const { fold } = parts.ledger;
  const aside = exception.kind === "retired-desk" ? factsAside(parts.ledger) : null;
  const recorded = exception.transactions.flatMap((id) => fold.recordedById(id) ?? aside?.get(id) ?? []);
  const last = exception.settlements.at(-1);
  return {
    id: exception.id,
    kind: exception.kind,
    text: exceptionToText(exception, { deskName: (desk) => parts.roster.nameOf(desk) }),
    mustDecide: exception.mustDecide,
    transactions: await toRows(parts, recorded),
    ...(last ? { settled: toSettled(parts, last) } : {}),
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
    reason: fact.reason,
    ...(staff === undefined ? {} : { by: staff }),
    at: parts.times().rfc3339(at),
  };
}
