/** Rows of the activity list: one transaction with everything that a screen shows of it. */
import type { Recorded, Transaction } from "../../crdt/circulation/transaction.ts";
import type { Coverage, Page, TransactionRow } from "../http/api.ts";
import { queryToTest } from "./activity.ts";
import { parseCursor, positionToCursor } from "./cursor.ts";
import type { TransactionQuery } from "./desk.ts";
import { exportCheck } from "./exported.ts";
import { lateIsKnown } from "./late.ts";
import { outageDocument } from "./ledger-entries.ts";
import type { DeskParts } from "./parts.ts";

export async function toRows(
  parts: DeskParts,
  recorded: readonly Recorded<Transaction>[],
): Promise<TransactionRow[]> {
  return Promise.all(recorded.map((one) => toRow(parts, one)));
}

export async function toRow(parts: DeskParts, original: Recorded<Transaction>): Promise<TransactionRow> {
  const { fold } = parts.ledger;
  const times = parts.times();
  const recorded = fold.corrected(original);
  const { fact, position } = recorded;
  const item = "item" in fact ? fact.item : undefined;
  const patron = "patron" in fact ? fact.patron : undefined;
  const [title, patronName] = await Promise.all([titleOf(parts, item, fact), nameOf(parts, patron)]);
  const voiding = fold.voidingOf(fact.id);
  const batch = exportCheck(parts.ledger).batchOfId(fact.id);
  return {
    id: fact.id,
    kind: fact.kind,
    at: times.rfc3339(recorded.at),
    ...(fact.effective === undefined ? {} : { effective: times.rfc3339(fact.effective) }),
    desk: { id: position.desk, name: parts.roster.nameOf(position.desk) },
    ...(recorded.staff === undefined ? {} : { staff: recorded.staff }),
    ...(patron === undefined ? {} : { patron }),
    ...(patronName === undefined ? {} : { patronName }),
    ...(item === undefined ? {} : { item }),
    ...(title === undefined ? {} : { title }),
    ...("due" in fact ? { due: times.rfc3339(fact.due) } : {}),
    ...("count" in fact ? { count: fact.count } : {}),
    ...(fact.kind === "payment" ? { amount: fact.amount, currency: fact.currency } : {}),
    ...(fact.kind === "non-catalogued" ? { type: fact.type } : {}),
    ...(fact.kind === "voiding" ? { voids: fact.voids, reason: fact.reason } : {}),
    ...(voiding
      ? {
          voided: {
            ...(voiding.staff === undefined ? {} : { by: voiding.staff }),
            at: times.rfc3339(voiding.at),
          },
        }
      : {}),
    exceptions: fold.exceptionsOf(fact.id).map((exception) => exception.id),
    ...(batch === undefined ? {} : { batch }),
    coverage: coverageOf(parts, original),
    position: { outage: position.outage, desk: position.desk, run: position.run, seq: position.seq },
  };
}

/** On how many of the branch's desks it is, durably, as far as they told. */
export function coverageOf(parts: DeskParts, recorded: Recorded): Coverage {
  const document = outageDocument(recorded.position.outage);
  const holders = parts.ledger
    .placesOf(recorded.position)
    .map(({ feed, seq }) => parts.roster.holders(document, feed, seq));
  return { desks: Math.max(...holders), of: parts.roster.members() };
}

/** Title of the snapshot, else the one that staff typed at the loan. */
export async function titleOf(
  parts: DeskParts,
  item: string | undefined,
  fact?: Transaction,
): Promise<string | undefined> {
  if (item === undefined) return undefined;
  const known = await parts.library.current?.item(item);
  if (known) return known.title;
  return fact?.kind === "checkout" ? fact.note : undefined;
}

/** Name in the snapshot, else in the log's registrations. */
export async function nameOf(parts: DeskParts, patron: string | undefined): Promise<string | undefined> {
  if (patron === undefined) return undefined;
  const known = await parts.library.current?.patron(patron);
  if (known) return [known.givenNames, known.surname].filter((part) => part !== "").join(" ");
  const fields = parts.ledger.fold.registrationOf(patron)?.fact.fields;
  const name = [fields?.given_names, fields?.surname].filter((part) => part !== undefined && part !== "");
  return name.length > 0 ? name.join(" ") : undefined;
}

const pageLength = 50;

export async function listTransactions(
  parts: DeskParts,
  query: TransactionQuery,
): Promise<Page<TransactionRow>> {
  const limit = query.limit ?? pageLength;
  const before = query.after === undefined ? undefined : parseCursor(query.after);
  const { kind, desk, patron, item, state } = query;
  if (state === "waiting" || state === "exported") await lateIsKnown(parts);
  const where = queryToTest(parts, query);
  const found = parts.ledger.fold.latest({
    ...(before ? { before } : {}),
    limit: limit + 1,
    filter: {
      ...(kind === undefined ? {} : { kind }),
      ...(desk === undefined ? {} : { desk }),
      ...(patron === undefined ? {} : { patron }),
      ...(item === undefined ? {} : { item }),
      ...(where === undefined ? {} : { where }),
    },
  });
  const shown = found.slice(0, limit);
  const last = shown.at(-1);
  const rows = await toRows(parts, shown);
  return found.length > limit && last ? { rows, next: positionToCursor(last.position) } : { rows };
}
