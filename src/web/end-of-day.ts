/** What a day came to at each desk: counts by kind, and the cash that must be in each drawer. Pure. */
import type { TimelineView, TransactionRow } from "../node/http/api.ts";
import { dayOf } from "./words.ts";

export interface DeskDay {
  readonly name: string;
  readonly counts: readonly { readonly kind: string; readonly count: number }[];
}

/** Of the transactions of one day (`YYYY-MM-DD`, branch time) that stand. */
export function dayCounts(timeline: TimelineView, day: string, timezone: string): readonly DeskDay[] {
  return timeline.desks.map(({ name, ticks }) => {
    const sums = new Map<string, number>();
    for (const { at, kind, count } of ticks)
      if (dayOf(at, timezone) === day) sums.set(kind, (sums.get(kind) ?? 0) + count);
    return { name, counts: [...sums].map(([kind, count]) => ({ kind, count })) };
  });
}

export interface DeskCash {
  readonly desk: string;
  readonly currency: string;
  readonly payments: number;
  /** Smallest unit of the currency. */
  readonly cents: number;
}

/** Voided payments went back to the patron. */
export function cashPerDesk(rows: readonly TransactionRow[]): readonly DeskCash[] {
  const sums = new Map<string, DeskCash>();
  for (const row of rows) {
    if (row.kind !== "payment" || row.voided !== undefined || row.amount === undefined) continue;
    const currency = row.currency ?? "";
    const key = `${row.desk.id} ${currency}`;
    const before = sums.get(key) ?? { desk: row.desk.name, currency, payments: 0, cents: 0 };
    sums.set(key, { ...before, payments: before.payments + 1, cents: before.cents + row.amount });
  }
  return [...sums.values()].toSorted((a, b) => a.desk.localeCompare(b.desk));
}

/** `12.40 EUR` */
export function centsToText(cents: number, currency: string): string {
  return `${Math.trunc(cents / 100)}.${String(cents % 100).padStart(2, "0")} ${currency}`.trim();
}
