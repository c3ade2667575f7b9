/** How many of each kind went where, and why: counts that must add up to what was given. */
import { type TransactionKind, transactionKinds } from "../crdt/circulation/transaction.ts";
import type { BatchCount, BatchReason, RenderedBatch } from "./batch.ts";

export interface Tally {
  /** `converted`: as what, where it isn't written as it was recorded. */
  write(kind: TransactionKind, converted?: string): void;
  leave(kind: TransactionKind, into: "extra" | "patrons", reason: string): void;
  /** Something to know of a line that is counted already. */
  note(kind: TransactionKind, into: BatchReason["into"], reason: string): void;
  close(): Pick<RenderedBatch, "counts" | "reasons">;
}

export function createTally(): Tally {
  const counts = new Map<TransactionKind, { -readonly [K in keyof Omit<BatchCount, "kind">]: number }>();
  const reasons = new Map<string, { -readonly [K in keyof BatchReason]: BatchReason[K] }>();

  function countOf(kind: TransactionKind): NonNullable<ReturnType<typeof counts.get>> {
    let count = counts.get(kind);
    if (count === undefined) {
      count = { written: 0, converted: 0, extra: 0, patrons: 0 };
      counts.set(kind, count);
    }
    return count;
  }

  function note(kind: TransactionKind, into: BatchReason["into"], reason: string): void {
    const key = `${kind}\n${into}\n${reason}`;
    const known = reasons.get(key);
    if (known) known.count += 1;
    else reasons.set(key, { kind, into, reason, count: 1 });
  }

  return {
    note,
    write(kind, converted) {
      const count = countOf(kind);
      count.written += 1;
      if (converted === undefined) return;
      count.converted += 1;
      note(kind, "converted", converted);
    },
    leave(kind, into, reason) {
      const count = countOf(kind);
      count.extra += 1;
      if (into === "patrons") count.patrons += 1;
      note(kind, into, reason);
    },
    close() {
      const ofKind = (kind: TransactionKind) => [...reasons.values()].filter((one) => one.kind === kind);
      return {
        counts: transactionKinds.flatMap((kind) => {
          const count = counts.get(kind);
          return count === undefined ? [] : [{ kind, ...count }];
        }),
        reasons: transactionKinds.flatMap(ofKind),
      };
    },
  };
}
