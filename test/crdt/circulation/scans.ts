/** Short ways to write a log by hand in tests. */
import type {
  Decision,
  Fact,
  JudgedAgainst,
  Recorded,
  SawLoan,
} from "../../../src/crdt/circulation/transaction.ts";

export const NONE: SawLoan = { kind: "none" };
export const seen = (id: string): SawLoan => ({ kind: "transaction", id });
export const DUE = 1_802_000_000_000;

/** Position from the clock alone: one feed per desk, its place is the clock. */
export function at<F extends Fact>(
  ms: number,
  desk: string,
  fact: F,
  more: Partial<Recorded> = {},
): Recorded {
  const position = { outage: 1, ms, n: 0, desk, run: `${desk}-run`, seq: ms };
  return { position, at: ms * 1000, fact, ...more };
}

export function inOutage(outage: number, recorded: Recorded): Recorded {
  return { ...recorded, position: { ...recorded.position, outage } };
}

function common(id: string, judged: JudgedAgainst) {
  return { id, digest: `digest-${id}`, judged };
}

export function lend(id: string, patron: string, item: string, saw: SawLoan = NONE, due = DUE): Fact {
  return { kind: "checkout", ...common(id, { saw }), patron, item, due, dueFrom: "default" };
}

export function renew(
  id: string,
  item: string,
  saw: SawLoan,
  patron?: string,
  judged: JudgedAgainst = {},
): Fact {
  const fact = {
    kind: "renewal",
    ...common(id, { saw, ...judged }),
    item,
    due: DUE + 1,
    dueFrom: "default",
  } as const;
  return patron === undefined ? fact : { ...fact, patron };
}

export function takeBack(id: string, item: string, saw: SawLoan = NONE, judged: JudgedAgainst = {}): Fact {
  return { kind: "checkin", ...common(id, { saw, ...judged }), item };
}

export function register(id: string, patron: string, surname: string, birth_date = "2001-02-03"): Fact {
  const fields = { surname, given_names: "Ada", birth_date };
  return { kind: "registration", ...common(id, {}), patron, fields, initialPassword: "0203" };
}

export function take(id: string, voids: string): Fact {
  return { kind: "voiding", ...common(id, {}), voids, reason: "wrong item" };
}

export function decideOn(
  exception: string,
  decision: Decision,
  transaction?: string,
  barcode?: string,
): Fact {
  return {
    kind: "settlement",
    exception,
    decision,
    ...(transaction !== undefined && { transaction }),
    ...(barcode !== undefined && { barcode }),
    reason: "asked the patron",
  };
}
