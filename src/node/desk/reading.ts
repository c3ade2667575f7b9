/** What is only read of a desk: transactions, patrons, items, exceptions, loan rules. */
import type { PolicyView, TryView } from "../http/api.ts";
import type { Answer, Desk } from "./desk.ts";
import { viewExceptions } from "./exceptions-view.ts";
import { noBranch } from "./first-run.ts";
import type { DeskParts } from "./parts.ts";
import { searchItems, searchPatrons, viewItem, viewPatron } from "./person-views.ts";
import { tryLoan, viewPolicy } from "./policy-view.ts";
import { listTransactions } from "./rows.ts";
import type { Turnstile } from "./turnstile.ts";

type Reading = Pick<
  Desk,
  "transactions" | "patrons" | "patron" | "items" | "item" | "exceptions" | "policy" | "tryLoan"
>;

export function createReading(opened: () => DeskParts | null, pass: Turnstile["pass"]): Reading {
  function inOpened<T>(instead: T | null, read: (parts: DeskParts) => Promise<T>): Promise<T> {
    return pass(async () => {
      const parts = opened();
      if (parts) return read(parts);
      if (instead === null) throw new Error("this desk belongs to no branch yet");
      return instead;
    });
  }

  return {
    transactions: (query) => inOpened({ rows: [] }, (parts) => listTransactions(parts, query)),
    patrons: (query) => inOpened([], (parts) => searchPatrons(parts, query)),
    patron: (barcode) => inOpened(null, (parts) => viewPatron(parts, barcode)),
    items: (query) => inOpened([], (parts) => searchItems(parts, query)),
    item: (barcode) => inOpened(null, (parts) => viewItem(parts, barcode)),
    exceptions: () => inOpened([], viewExceptions),
    policy: () => inOpened<Answer<PolicyView>>(noBranch, async (parts) => done(await viewPolicy(parts))),
    tryLoan: (loan) => inOpened<Answer<TryView>>(noBranch, async (parts) => done(await tryLoan(parts, loan))),
  };
}

function done<T>(value: T): Answer<T> {
  return { kind: "done", value };
}
