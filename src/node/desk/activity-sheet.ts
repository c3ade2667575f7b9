/** The activity list as a sheet for a supervisor. */
import { rowToSheet } from "../../export/csv-text.ts";
import { queryToTest, stateOf } from "./activity.ts";
import type { TransactionQuery } from "./desk.ts";
import { lateIsKnown } from "./late.ts";
import type { DeskParts } from "./parts.ts";
import { toRows } from "./rows.ts";

const columns = ["time", "kind", "item", "title", "card", "due", "desk", "staff", "state", "file", "id"];
const rowsAtOnce = 1_000;

/** Oldest first, as a spreadsheet opens it. Holds what the filter lets through, and names no patron but by card. */
export async function writeActivity(parts: DeskParts, query: TransactionQuery): Promise<string> {
  const { kind, desk, patron, item } = query;
  await lateIsKnown(parts);
  const where = queryToTest(parts, query);
  const found = parts.ledger.fold.latest({
    limit: Number.POSITIVE_INFINITY,
    filter: {
      ...(kind === undefined ? {} : { kind }),
      ...(desk === undefined ? {} : { desk }),
      ...(patron === undefined ? {} : { patron }),
      ...(item === undefined ? {} : { item }),
      ...(where === undefined ? {} : { where }),
    },
  });
  const ordered = [...found].reverse();
  const texts = [rowToSheet(columns)];
  for (let i = 0; i < ordered.length; i += rowsAtOnce) {
    const some = ordered.slice(i, i + rowsAtOnce);
    const states = some.map((recorded) => stateOf(parts, recorded) ?? "");
    for (const [n, row] of (await toRows(parts, some)).entries()) {
      texts.push(
        rowToSheet([
          ...[
            row.effective ?? row.at,
            row.kind,
            row.item ?? "",
            row.title ?? "",
            row.patron ?? "",
            row.due ?? "",
          ],
          ...[
            row.desk.name,
            row.staff ?? "",
            states[n]!,
            states[n] === "waiting" ? "" : (row.batch ?? ""),
            row.id,
          ],
        ]),
      );
    }
  }
  return texts.join("");
}
