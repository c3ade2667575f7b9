/** An item that is out: what the fold keeps of it, and what it says of it. */
import type { Checkout, Recorded, Renewal, SawLoan } from "./transaction.ts";
import { countedTime } from "./wall-time.ts";
import type { World } from "./world.ts";

/** An item that is out, as the log says. */
export interface Loan {
  readonly item: string;
  readonly patron: string;
  /** Instant in ms. */
  readonly due: number;
  /** When it was lent, ms; of a loan known from the snapshot: when it was renewed here. */
  readonly since: number;
  /** Id of the checkout or, once renewed, of the last renewal. */
  readonly by: string;
  /** Id of the transaction that began it here. */
  readonly origin: string;
  /** Renewals of it, all of their ids. */
  readonly renewals: readonly string[];
  /** The snapshot's loan, renewed here. */
  readonly fromSnapshot: boolean;
  /** Where and in which outage it began. */
  readonly desk: string;
  readonly outage: number;
}

/** What is kept as long as the item is out, of thousands: the facts know the rest. */
export interface Lent {
  readonly patron: string;
  /** What began it here. */
  readonly origin: Recorded<Checkout | Renewal>;
  /** What its due date is from. */
  readonly by: Recorded<Checkout | Renewal>;
  readonly renewals: readonly string[];
  readonly fromSnapshot: boolean;
}

const NONE: readonly never[] = [];

export function beginLoan(
  recorded: Recorded<Checkout | Renewal>,
  patron: string,
  fromSnapshot: boolean,
): Lent {
  const renewals = recorded.fact.kind === "renewal" ? [recorded.fact.id] : NONE;
  return { patron, origin: recorded, by: recorded, renewals, fromSnapshot };
}

export function renewLoan(lent: Lent, recorded: Recorded<Renewal>): Lent {
  const { patron, origin, renewals, fromSnapshot } = lent;
  return { patron, origin, by: recorded, renewals: [...renewals, recorded.fact.id], fromSnapshot };
}

function toLoan(item: string, { patron, origin, by, renewals, fromSnapshot }: Lent): Loan {
  return {
    item,
    patron,
    due: by.fact.due,
    since: countedTime(origin),
    by: by.fact.id,
    origin: origin.fact.id,
    renewals,
    fromSnapshot,
    desk: origin.position.desk,
    outage: origin.position.outage,
  };
}

/** `from`: the first outage that counts. */
export function loanOf(world: World, item: string, from = 0): Loan | undefined {
  const history = world.items.get(item);
  return history?.lent && history.touchedIn >= from ? toLoan(item, history.lent) : undefined;
}

/** Oldest first. */
export function loansOf(world: World, patron: string, from = 0): readonly Loan[] {
  const loans: Loan[] = [];
  for (const item of world.patrons.get(patron)?.loans ?? []) {
    const loan = loanOf(world, item, from);
    if (loan !== undefined) loans.push(loan);
  }
  return loans.sort((a, b) => a.since - b.since || (a.item < b.item ? -1 : 1));
}

/** Had the desk seen this loan when it judged? */
export function sawLoan(lent: Lent, seen: SawLoan | undefined): boolean {
  if (seen?.kind === "transaction") return seen.id === lent.origin.fact.id || lent.renewals.includes(seen.id);
  return seen?.kind === "snapshot" && lent.fromSnapshot && seen.patron === lent.patron;
}
