/**
 * Recording a scan, and the list of what was recorded.
 */
import { createZone, endOfDayToMs, type Zone } from "../../export/local-time.ts";
import type { Desk, TransactionQuery } from "../desk/desk.ts";
import type { Acting, Authority } from "./access.ts";
import { bodyToCommand } from "./command.ts";
import { answerToProblem, ProblemError, problemToResponse, toInvalid, toProblem } from "./problem.ts";
import { defineRoute, type Route, toJson } from "./route.ts";
import { type TransactionBody, transactionBody, transactionQuery } from "./schema.ts";
import * as views from "./schema-views.ts";

export function createTransactionRoutes(desk: Desk): readonly Route[] {
  const endOfDay = createEndOfDay();
  return [
    defineRoute({
      method: "post",
      path: "/api/transactions",
      summary: "Record one transaction; sent again with the same id, it gives the same receipt",
      body: transactionBody,
      examples,
      answers: { 201: { text: "Recorded, and durable on this desk", schema: views.recorded } },
      problems: [409],
      run: async ({ body, staff, role, prove }) => {
        await refuseOtherThanItem(desk, body);
        // Without a branch nothing can be recorded, and the desk says so: the zone doesn't matter then.
        const timezone = desk.state().branch?.timezone ?? "UTC";
        const lender = await proveLender(body, prove);
        const command = bodyToCommand(body, timezone, endOfDay, lender?.staff);
        const answer = await desk.record(command, staff, role);
        if (answer.kind === "recorded") return toJson(answer.answer, 201);
        return problemToResponse(answerToProblem(answer));
      },
    }),
    defineRoute({
      method: "get",
      path: "/api/transactions",
      summary: "Activity, newest first, in pages",
      query: transactionQuery,
      answers: { 200: { text: "One page", schema: views.rowPage } },
      run: async ({ query }) => {
        const { limit, ...rest } = query;
        const asked = { ...rest, ...(limit !== undefined && { limit: Number(limit) }) };
        return toJson(await desk.transactions(asked as TransactionQuery));
      },
    }),
  ];
}

/** The one supervisor whose PIN rides along in the overrides, checked; more than one are told apart by nobody. */
async function proveLender(
  body: TransactionBody,
  prove: (by: Authority) => Promise<Acting>,
): Promise<Acting | undefined> {
  const lent = (body.overrides ?? []).flatMap((override) => override.by ?? []);
  const [first] = lent;
  if (!first) return undefined;
  if (lent.some(({ user, pin }) => user !== first.user || pin !== first.pin)) {
    const text = "overrides: expected the same supervisor in each.";
    throw new ProblemError(toInvalid([{ field: "overrides", text }]));
  }
  return prove(first);
}

/**
 * Spares a page the look at each scan: what may be a card, or is one, is told and not recorded. Throws a
 * {@link ProblemError} (409 `not-only-item`) then.
 */
async function refuseOtherThanItem(desk: Desk, body: TransactionBody): Promise<void> {
  if (body.kind !== "checkout" || body.onlyItem !== true) return;
  const scan = await desk.scan(body.item);
  const isItem = scan.patron === undefined && (scan.item !== undefined || scan.looksLike !== "patron");
  if (isItem) return;
  const text = "That code is, or may be, a library card. Nothing was recorded.";
  throw new ProblemError(toProblem(409, "not-only-item", text, { scan }));
}

function createEndOfDay(): (day: string, timezone: string) => number {
  let zone: Zone | undefined;
  return (day, timezone) => {
    if (zone?.name !== timezone) zone = createZone(timezone);
    const ms = endOfDayToMs(day, zone);
    if (ms === null) throw new Error("a day that the schema let through can't be read");
    return ms;
  };
}

const id = "01980a3c-7d2e-7c11-9b1f-2f6f0f1d9a01";
const examples = {
  checkout: { id, kind: "checkout", patron: "99999355250", item: "CONC4000037", due: "2026-08-12" },
  "checkout, over a question": {
    id,
    kind: "checkout",
    patron: "99999355250",
    item: "CONC4000037",
    source: "scan",
    overrides: [{ code: "expired", ref: "5f1c0b7e", reason: "Renewed at the counter" }],
  },
  renewal: { id, kind: "renewal", item: "CONC4000037" },
  "checkin, book drop": {
    id,
    kind: "checkin",
    item: "CONC4000037",
    effective: "2026-07-21T23:59:59-04:00",
  },
  registration: {
    id,
    kind: "registration",
    patron: "99999000001",
    fields: { surname: "Example", given_names: "Ada", birth_date: "2001-02-03" },
  },
  "in-house-use": { id, kind: "in-house-use", item: "CONC4000037", count: 2 },
  "non-catalogued": { id, kind: "non-catalogued", patron: "99999355250", type: "Paperback", count: 3 },
  payment: { id, kind: "payment", patron: "99999355250", amount: 250, currency: "EUR" },
  voiding: {
    id,
    kind: "voiding",
    voids: "01980a3c-7d2e-7c11-9b1f-2f6f0f1d9a00",
    reason: "Wrong patron",
  },
};
