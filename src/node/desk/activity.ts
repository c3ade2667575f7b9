/** Filters of the activity list that the fold doesn't know by itself: time, state, text. */
import type { Recorded, Transaction } from "../../crdt/circulation/transaction.ts";
import { countedTime } from "../../crdt/circulation/wall-time.ts";
import type { TransactionQuery } from "./desk.ts";
import { exportCheck } from "./exported.ts";
import { waitsHere } from "./late.ts";
import type { DeskParts } from "./parts.ts";

const goingOut = ["voided", "exported", "waiting"] as const;
type GoingOut = (typeof goingOut)[number];
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
  if (state === "look-at")
    return ({ fact }) => fold.exceptionsOf(fact.id).some(({ settlements }) => settlements.length === 0);
  return (recorded) => isIn(parts, recorded, state);
}

/** Undefined: neither is in a file nor goes into one, as what repeats another. The first that holds counts. */
export function stateOf(parts: DeskParts, recorded: Recorded<Transaction>): GoingOut | undefined {
  return goingOut.find((state) => isIn(parts, recorded, state));
}

/** What a batch left out, and waits for the next for that, is in no file yet (decision 0121). */
function isIn(parts: DeskParts, { fact }: Recorded<Transaction>, state: GoingOut): boolean {
  const { fold } = parts.ledger;
  if (state === "voided") return fold.isVoided(fact.id);
  const isExported = exportCheck(parts.ledger).batchOfId(fact.id) !== undefined && !waitsHere(parts, fact.id);
  if (state === "exported") return isExported;
  return fact.kind !== "voiding" && !isExported && !fold.isVoided(fact.id) && !fold.isRepeat(fact.id);
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
