/** Filters of the activity list that the fold doesn't know by itself: time, state, text. */
import type { Recorded, Transaction } from "../../crdt/circulation/transaction.ts";
import { countedTime } from "../../crdt/circulation/wall-time.ts";
import type { TransactionQuery } from "./desk.ts";
import { exportCheck } from "./exported.ts";
import type { DeskParts } from "./parts.ts";

export const transactionStates = ["waiting", "exported", "voided", "look-at"] as const;
export type TransactionState = (typeof transactionStates)[number];

/** Undefined: everything passes. */
export function queryToTest(
  parts: DeskParts,
  { from, to, state, text }: TransactionQuery,
): ((recorded: Recorded<Transaction>) => boolean) | undefined {
  const tests: ((recorded: Recorded<Transaction>) => boolean)[] = [];
  const times = parts.times();
  if (from !== undefined) {
    const ms = times.parse(from);
    tests.push((recorded) => countedTime(recorded) >= ms);
  }
  if (to !== undefined) {
    const ms = times.parse(to);
    // The whole minute that was named.
    tests.push((recorded) => countedTime(recorded) < ms + 60_000);
  }
  if (text !== undefined) {
    const sought = text.toLocaleLowerCase("en");
    tests.push((recorded) => wordsOf(recorded).some((word) => word.toLocaleLowerCase("en").includes(sought)));
  }
  if (state !== undefined) tests.push(stateTest(parts, state));
  return tests.length === 0 ? undefined : (recorded) => tests.every((test) => test(recorded));
}

function stateTest(parts: DeskParts, state: TransactionState): (recorded: Recorded<Transaction>) => boolean {
  const { fold } = parts.ledger;
  const check = exportCheck(parts.ledger);
  const inFile = (id: string): boolean => check.batchOfId(id) !== undefined;
  switch (state) {
    case "voided":
      return ({ fact }) => fold.isVoided(fact.id);
    case "exported":
      return ({ fact }) => inFile(fact.id);
    case "waiting":
      return ({ fact }) =>
        fact.kind !== "voiding" && !fold.isVoided(fact.id) && !fold.isRepeat(fact.id) && !inFile(fact.id);
    case "look-at":
      return ({ fact }) => fold.exceptionsOf(fact.id).some(({ settlements }) => settlements.length === 0);
  }
}

/** What somebody may have typed or read off: never the title, which the snapshot has. */
function wordsOf({ fact, staff }: Recorded<Transaction>): readonly string[] {
  return [
    "item" in fact ? fact.item : "",
    "patron" in fact ? (fact.patron ?? "") : "",
    fact.kind === "checkout" ? (fact.note ?? "") : "",
    fact.kind === "voiding" ? fact.reason : "",
    staff ?? "",
    ...(fact.overrides ?? []).map(({ reason }) => reason ?? ""),
  ];
}
