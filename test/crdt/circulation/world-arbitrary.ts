/**
 * Small worlds for property tests: few items, patrons and desks, every kind of fact, so that facts meet often:
 * voidings of voidings, decisions on what isn't there, one id in two feeds, two outages.
 */

import { createFold, type Fold } from "../../../src/crdt/circulation/fold.ts";
import type { Fact, Position, Recorded, SawLoan } from "../../../src/crdt/circulation/transaction.ts";
import * as fc from "../../properties.ts";

const ITEMS = ["i1", "i2", "p1"] as const;
const PATRONS = ["p1", "p2", "i2"] as const;
const DESKS = ["da", "db", "dc"] as const;
const IDS = ["t0", "t1", "t2", "t3", "t4", "t5", "t6", "t7", "t8", "t9"] as const;

/** A hash that shows what it is of: ids of exceptions can be named by decisions in these worlds. */
export const plainHash = (text: string): string => text.replaceAll(" ", "-");

const EXCEPTIONS = [
  "double-loan-t0-t1",
  "double-loan-t1-t2",
  "double-loan-t2-t3",
  "repeat-t1-t2",
  "loan-after-void-t0-t1",
  "duplicate-registration-t0-t1",
  "card-as-item-t1",
  "over-limit-t0-t1",
  "over-limit-t1-t2",
  "two-contents-t1",
  "checkin-without-loan-t2",
  "nothing",
] as const;

const item = fc.constantFrom(...ITEMS);
const patron = fc.constantFrom(...PATRONS);
const id = fc.constantFrom(...IDS);
const flag = fc.option(fc.boolean(), { nil: undefined });

const saw: fc.Arbitrary<SawLoan | undefined> = fc.oneof(
  fc.constant(undefined),
  fc.constant<SawLoan>({ kind: "none" }),
  patron.map((of): SawLoan => ({ kind: "snapshot", patron: of })),
  id.map((of): SawLoan => ({ kind: "transaction", id: of })),
);

const limitSeen = (items: number, here: number) => ({ place: 1, items, count: here, here });

const judged = fc
  .record({
    patronKnown: flag,
    itemKnown: flag,
    loansKnown: flag,
    saw,
    hold: fc.constantFrom(undefined, undefined, true),
    barcode: fc.constantFrom(undefined, undefined, "isbn", "check-digit"),
    limits: fc.constantFrom(undefined, [limitSeen(2, 0)], [limitSeen(2, 1)], [limitSeen(1, 0)]),
    ended: fc.constantFrom(undefined, undefined, 1),
  })
  .map((each) => JSON.parse(JSON.stringify(each)) as object);

const overrides = fc.constantFrom(
  undefined,
  [{ code: "patron-blocked", ref: "r", reason: "said yes" }],
  [{ code: "item-message", ref: "r", acknowledged: true }],
);

const fields = fc.record({
  surname: fc.constantFrom("Muster", "MUSTER", "Other"),
  given_names: fc.constant("A"),
  birth_date: fc.constantFrom("", "2001-02-03"),
});

const due = fc.constantFrom(1_000_000, 2_000_000);

const registration = fc.record({
  kind: fc.constant("registration"),
  patron,
  fields,
  initialPassword: fc.constant("pw"),
});
const voiding = fc.record({ kind: fc.constant("voiding"), voids: id, reason: fc.constant("slip") });

const content: fc.Arbitrary<object> = fc.oneof(
  fc.record({ kind: fc.constant("checkout"), patron, item, due, dueFrom: fc.constant("default") }),
  fc.record({ kind: fc.constant("checkout"), patron, item, due, dueFrom: fc.constant("given") }),
  fc.record(
    { kind: fc.constant("renewal"), patron, item, due, dueFrom: fc.constant("default") },
    { requiredKeys: ["kind", "item", "due", "dueFrom"] },
  ),
  fc.record({ kind: fc.constant("checkin"), item }),
  fc.record({ kind: fc.constant("checkin"), item }),
  registration,
  fc.record({ kind: fc.constant("in-house-use"), item, count: fc.constant(1) }),
  fc.record({ kind: fc.constant("payment"), patron, amount: fc.constant(50), currency: fc.constant("EUR") }),
  voiding,
  voiding,
);

/** Few acts on one item, so that loans, renewals and voidings of one id meet all the time. */
const onOneItem: fc.Arbitrary<object> = fc.oneof(
  fc.record({
    kind: fc.constantFrom("checkout", "renewal"),
    patron,
    item: fc.constant("i1"),
    due,
    dueFrom: fc.constant("default"),
  }),
  fc.record({ kind: fc.constant("checkin"), item: fc.constant("i1") }),
  voiding,
);

const transactionOf = (contents: fc.Arbitrary<object>) =>
  fc
    .tuple(contents, id, fc.constantFrom("d1", "d1", "d2"), judged, overrides)
    .map(([body, key, digest, against, over]): Fact => {
      const fact = {
        ...body,
        id: key,
        digest,
        judged: against,
        ...(over !== undefined && { overrides: over }),
      };
      return fact as unknown as Fact;
    });

const settlement = fc
  .record(
    {
      kind: fc.constant("settlement" as const),
      exception: fc.constantFrom(...EXCEPTIONS),
      decision: fc.constantFrom("keep-both", "void", "correct", "note"),
      transaction: id,
      barcode: fc.oneof(item, patron),
      reason: fc.constant("because"),
    },
    { requiredKeys: ["kind", "exception", "decision", "reason"] },
  )
  .map((each) => each as Fact);

const factOf = (contents: fc.Arbitrary<object>) =>
  fc.oneof({ weight: 7, arbitrary: transactionOf(contents) }, { weight: 3, arbitrary: settlement });

/** Facts with places in feeds as a log would give them: one clock value now and then on two desks. */
export const world: fc.Arbitrary<readonly Recorded[]> = fc.oneof(
  worldOf(factOf(content)),
  worldOf(factOf(onOneItem)),
  worldOf(factOf(fc.oneof(registration, registration, voiding))),
);

function worldOf(facts: fc.Arbitrary<Fact>): fc.Arbitrary<readonly Recorded[]> {
  return fc
    .array(
      fc.record({
        fact: facts,
        outage: fc.constantFrom(1, 1, 1, 2),
        ms: fc.integer({ min: 0, max: 12 }),
        desk: fc.constantFrom(...DESKS),
        at: fc.integer({ min: 0, max: 9_000 }),
        offsetMs: fc.constantFrom(undefined, 0, 130_000, -200_000),
      }),
      { minLength: 1, maxLength: 24 },
    )
    .map((list) => {
      const next = new Map<string, number>();
      return list.map(({ outage, ms, desk, at, offsetMs, fact: of }): Recorded => {
        const feed = `${outage} ${desk}`;
        const seq = next.get(feed) ?? 0;
        next.set(feed, seq + 1);
        const position: Position = { outage, ms, n: seq, desk, run: `run-${desk}`, seq };
        return { position, at, fact: of, ...(offsetMs !== undefined && { offsetMs }) };
      });
    });
}

/** The same facts in another order of arrival, cut into calls, some of them twice. */
export function arrivals(facts: readonly Recorded[]): fc.Arbitrary<readonly (readonly Recorded[])[]> {
  return fc
    .tuple(
      fc.shuffledSubarray([...facts], { minLength: facts.length }),
      fc.subarray([...facts]),
      fc.integer({ min: 1, max: 5 }),
    )
    .map(([order, twice, size]) => {
      const all = [...order, ...twice];
      const calls: Recorded[][] = [];
      for (let i = 0; i < all.length; i += size) calls.push(all.slice(i, i + size));
      return calls;
    });
}

export function foldOf(facts: readonly Recorded[]): Fold {
  const fold = createFold({ hash: plainHash });
  fold.add(facts);
  return fold;
}

/** All that a fold says, as plain data. */
export function everythingOf(fold: Fold): unknown {
  const keys = [...new Set([...ITEMS, ...PATRONS])];
  return {
    size: fold.size,
    all: fold.all(),
    latest: fold.latest({ limit: 100 }),
    exceptions: fold.exceptions(),
    counts: fold.counts(),
    // With a batch that ends between the first and the last of the facts.
    exported: [2, 4, 6, 8].map((end) =>
      fold.exceptions({ exported: (line, change) => line.ms < end && change.ms >= end }),
    ),
    registrations: [...fold.registrations()].map((each) => each.fact).sort(byText),
    ids: IDS.map((each) => ({
      recorded: fold.recordedById(each),
      copies: fold.copiesOf(each),
      voiding: fold.voidingOf(each),
      isVoided: fold.isVoided(each),
      repeatOf: fold.repeatOf(each),
      exceptions: fold.exceptionsOf(each),
    })),
    keys: keys.map((key) => ({
      loan: fold.loanOf(key),
      touched: fold.touched(key),
      history: fold.historyOf(key),
      loans: fold.loansOf(key),
      registration: fold.registrationOf(key),
      patron: fold.historyOfPatron(key),
      lent: [1, 2].map((items) => fold.lentUnder(key, { place: 1, items }, "i1")),
      ended: fold.endedLoansOf(key, "i2"),
    })),
  };
}

function byText(a: unknown, b: unknown): number {
  return JSON.stringify(a) < JSON.stringify(b) ? -1 : 1;
}
