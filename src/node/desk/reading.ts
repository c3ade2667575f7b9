/** What is only read of a desk: transactions, patrons, items, exceptions, loan rules. */
import type { FormCheckView, FormView, PolicyView, TimelineView, TrailView, TryView } from "../http/api.ts";
import { writeActivity } from "./activity-sheet.ts";
import { listAudit, readTrail } from "./audit.ts";
import type { Answer, Desk } from "./desk.ts";
import { viewExceptions } from "./exceptions-view.ts";
import { noBranch } from "./first-run.ts";
import { viewTimeline } from "./outage-picture.ts";
import type { DeskParts } from "./parts.ts";
import {
  searchItems,
  searchPatrons,
  unknownItem,
  unknownPatron,
  viewItem,
  viewPatron,
} from "./person-views.ts";
import { tryLoan, viewPolicy } from "./policy-view.ts";
import { checkDraft, type Registering, viewForm } from "./registering.ts";
import { listTransactions } from "./rows.ts";
import { readScan } from "./scan-meaning.ts";
import type { Turnstile } from "./turnstile.ts";

type Reading = Pick<
  Desk,
  | "transactions"
  | "activitySheet"
  | "trail"
  | "audit"
  | "timeline"
  | "patrons"
  | "patron"
  | "items"
  | "item"
  | "scan"
  | "exceptions"
  | "policy"
  | keyof Registering
  | "tryLoan"
>;

export function createReading(opened: () => DeskParts | null, pass: Turnstile["pass"]): Reading {
  function inOpened<T>(instead: T, read: (parts: DeskParts) => Promise<T>): Promise<T> {
    return pass(async () => {
      const parts = opened();
      return parts ? read(parts) : instead;
    });
  }

  return {
    transactions: (query) => inOpened({ rows: [] }, (parts) => listTransactions(parts, query)),
    activitySheet: (query) => inOpened("", (parts) => writeActivity(parts, query)),
    trail: (id) => inOpened<Answer<TrailView>>(noBranch, async (parts) => readTrail(parts, id)),
    audit: () => inOpened([], async (parts) => listAudit(parts)),
    timeline: (outage) =>
      inOpened<Answer<TimelineView>>(noBranch, async (parts) => viewTimeline(parts, outage)),
    patrons: (query) => inOpened([], (parts) => searchPatrons(parts, query)),
    patron: (barcode) => inOpened(unknownPatron(barcode), (parts) => viewPatron(parts, barcode)),
    items: (query) => inOpened([], (parts) => searchItems(parts, query)),
    item: (barcode) => inOpened(unknownItem(barcode), (parts) => viewItem(parts, barcode)),
    scan: (barcode) => inOpened({}, (parts) => readScan(parts, barcode)),
    exceptions: (format) => inOpened([], (parts) => viewExceptions(parts, format)),
    registrationForm: () =>
      inOpened<Answer<FormView>>(noBranch, async (parts) => done(await viewForm(parts))),
    checkRegistration: (draft) =>
      inOpened<Answer<FormCheckView>>(noBranch, async (parts) => done(await checkDraft(parts, draft))),
    policy: () => inOpened<Answer<PolicyView>>(noBranch, async (parts) => done(await viewPolicy(parts))),
    tryLoan: (loan) => inOpened<Answer<TryView>>(noBranch, async (parts) => done(await tryLoan(parts, loan))),
  };
}

function done<T>(value: T): Answer<T> {
  return { kind: "done", value };
}
