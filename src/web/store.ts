/**
 * Everything that the pages show, in one value, and the only ways it changes: a table from server event to reducer
 * (the first `state` included) and one for what happens in the browser. Pure; nothing here fetches.
 */

import type {
  BatchView,
  Coverage,
  Events,
  ExceptionView,
  ImportReport,
  InviteView,
  PastOutageView,
  PatronHit,
  PolicyView,
  Problem,
  ReadinessView,
  SettingsView,
  StaffView,
  StateView,
  TransactionRow,
  TryView,
  UpdatesView,
} from "../node/http/api.ts";
import { type Counter, createCounter } from "./counter.ts";
import { type DeskSettings, standardSettings } from "./desk-settings.ts";
import { emptyOffice, type Office } from "./office.ts";
import type { Route } from "./routes.ts";
import { emptySession, type Session } from "./session.ts";
import type { SignInAsk } from "./signing.ts";

export type Link = "connecting" | "up" | "down";

export interface ActivityFilter {
  readonly kind?: string;
  readonly desk?: string;
  readonly patron?: string;
  readonly item?: string;
  /** Branch time, `YYYY-MM-DDTHH:MM`. */
  readonly from?: string;
  readonly to?: string;
  readonly state?: string;
  readonly text?: string;
}

export interface Model {
  readonly route: Route;
  readonly link: Link;
  /** Initials of whoever is at the desk; empty: nobody said. */
  readonly staff: string;
  /** Who signed in with a PIN. */
  readonly signedIn?: { readonly user: string; readonly role: "staff" | "supervisor" };
  /** The sign-in dialog, while it stands. */
  readonly signIn?: SignInAsk;
  readonly people?: readonly StaffView[];
  /** Until somebody says that it is written down. */
  readonly recoveryCode?: string;
  /** Seconds until the patron is hidden. */
  readonly hidingIn?: number;
  readonly state?: StateView;
  /** Of the node that this page came from. */
  readonly version?: string;
  readonly session: Session;
  readonly counter: Counter;
  /** Every row that a page may show, by id. */
  readonly rows: Readonly<Record<string, TransactionRow>>;
  /** The newest word on how far each feed has got, by `outage/desk/run`. */
  readonly feeds: Readonly<Record<string, Feed>>;
  readonly progress?: Events["progress"];
  /** What the extract that was brought here gave, until another one is. */
  readonly imported?: ImportReport;
  readonly find: { readonly query: string; readonly hits: readonly PatronHit[]; readonly isDone: boolean };
  readonly activity: {
    readonly filter: ActivityFilter;
    readonly ids: readonly string[];
    readonly next?: string;
    readonly isLoaded: boolean;
  };
  readonly exceptions?: readonly ExceptionView[];
  readonly batches?: readonly BatchView[];
  readonly outages?: readonly PastOutageView[];
  readonly office: Office;
  readonly policy?: PolicyView;
  /** What the loan that was asked about on the rules page would come to. */
  readonly tried?: TryView;
  /** Of the branch, with who changed what. */
  readonly settings?: SettingsView;
  /** Ten checks of this PC. */
  readonly readiness?: ReadinessView;
  /** Packages of the program that were offered; a supervisor alone is told. */
  readonly updates?: UpdatesView;
  /** Made here a moment ago: the line to copy. */
  readonly invite?: InviteView;
  /** What the last act on a page came to, in words. */
  readonly outcome?: Outcome;
}

export interface Outcome {
  readonly route: Route | "first-run" | "staff" | "purge";
  readonly isGood: boolean;
  readonly text: string;
  readonly problem?: Partial<Problem>;
}

interface Feed {
  readonly of: number;
  readonly steps: readonly { readonly upTo: number; readonly desks: number }[];
}

export function createModel(
  route: Route,
  staff: string,
  settings: DeskSettings = standardSettings,
  isPractice = false,
): Model {
  return {
    route,
    staff,
    link: "connecting",
    session: { ...emptySession, isRestoring: true },
    counter: createCounter(settings, isPractice),
    rows: {},
    feeds: {},
    find: { query: "", hits: [], isDone: false },
    activity: { filter: {}, ids: [], isLoaded: false },
    office: emptyOffice,
  };
}

/** The model after one server event. */
export function reduceEvent<K extends keyof Events>(model: Model, kind: K, data: Events[K]): Model {
  return REDUCERS[kind](model, data);
}

/** A day at a busy branch must not fill the memory of a desk's browser. */
const ROWS_MAX = 1500;
const ROWS_KEPT = 500;

/** Drops the oldest rows that no list shows. */
function pruned(model: Model): Model {
  const entries = Object.entries(model.rows);
  if (entries.length <= ROWS_MAX) return model;
  const { listed } = model.session;
  const shown = new Set([...listed.out, ...listed.in, ...listed.renew, ...model.activity.ids]);
  const from = entries.length - ROWS_KEPT;
  const rows = Object.fromEntries(entries.filter(([id], index) => index >= from || shown.has(id)));
  return { ...model, rows };
}

export const EVENT_KINDS: readonly (keyof Events)[] = [
  "state",
  "recorded",
  "coverage",
  "desk",
  "outage",
  "exception",
  "progress",
  "snapshot",
  "batch",
  "purged",
  "fault",
];

const REDUCERS: { readonly [K in keyof Events]: (model: Model, data: Events[K]) => Model } = {
  state: (model, state) => ({ ...model, state, version: model.version ?? state.version }),
  recorded: (model, { row }) => {
    const isNew = model.rows[row.id] === undefined;
    const next = pruned(addRows(model, [row]));
    const isListed = isNew && model.activity.isLoaded && matches(row, model.activity.filter);
    if (!isListed) return next;
    return { ...next, activity: { ...next.activity, ids: [row.id, ...next.activity.ids] } };
  },
  coverage: (model, { feeds, of }) => {
    const known: Record<string, Feed> = { ...model.feeds };
    for (const feed of feeds) known[`${feed.outage}/${feed.desk}/${feed.run}`] = { of, steps: feed.steps };
    const rows: Record<string, TransactionRow> = {};
    for (const row of Object.values(model.rows)) rows[row.id] = covered(row, known, false);
    return { ...model, feeds: known, rows };
  },
  desk: (model, desks) => withState(model, { desks }),
  outage: (model, outage) => withState(model, { outage }),
  exception: (model, exceptions) => withState(model, { exceptions }),
  progress: (model, progress) => {
    if (progress.of === undefined || progress.done < progress.of) return { ...model, progress };
    const { progress: _, ...rest } = model;
    return rest;
  },
  snapshot: (model, snapshot) => withState(model, { snapshot }),
  batch: (model) => model,
  purged: forgotten,
  fault: (model, fault) => withState(model, { fault }),
};

/** Nothing of a purged outage stays in sight, nor whom a search found by it. */
function forgotten(model: Model, { outage }: Events["purged"]): Model {
  const kept = Object.values(model.rows).filter((row) => row.position.outage !== outage);
  const rows = Object.fromEntries(kept.map((row) => [row.id, row]));
  const ids = model.activity.ids.filter((id) => rows[id] !== undefined);
  return {
    ...model,
    rows,
    activity: { ...model.activity, ids },
    find: { query: "", hits: [], isDone: false },
  };
}

/** Takes rows in from an event, a page of activity or an answer; a row already held is replaced by the newer word. */
export function addRows(model: Model, added: readonly TransactionRow[]): Model {
  const rows: Record<string, TransactionRow> = { ...model.rows };
  for (const row of added) rows[row.id] = merged(rows[row.id], covered(row, model.feeds, true));
  // Once for all of them: a page of activity brings 200, and there may be 50,000 rows.
  const voidings = new Map<string, TransactionRow>();
  for (const row of Object.values(rows)) {
    if (row.kind === "voiding" && row.voids !== undefined && !voidings.has(row.voids))
      voidings.set(row.voids, row);
  }
  for (const row of added) {
    const target = row.kind === "voiding" && row.voids !== undefined ? rows[row.voids] : undefined;
    if (target !== undefined) rows[target.id] = voidedBy(target, row);
    const voiding = voidings.get(row.id);
    if (voiding !== undefined) rows[row.id] = voidedBy(rows[row.id] ?? row, voiding);
  }
  return { ...model, rows };
}

/** Rows for a list of ids, in that order. */
export function rowsOf(model: Model, ids: readonly string[]): readonly TransactionRow[] {
  return ids.flatMap((id) => model.rows[id] ?? []);
}

/** True when a scan can be sent now. */
export function isReachable(model: Model): boolean {
  return model.link === "up" && model.state?.branch !== undefined;
}

export function isSupervisor(model: Model): boolean {
  return model.signedIn?.role === "supervisor";
}

/** The outage that the supervisor's pages tell of: the one before, while the next has not begun. */
export function outageToShow({ outage }: StateView): number {
  return outage.state === "standby" && outage.number > 1 ? outage.number - 1 : outage.number;
}

export function timezoneOf(model: Model): string {
  return model.state?.branch?.timezone ?? "UTC";
}

/** What has no match in the table changes the state view alone; before the first `state` there is nothing to change. */
function withState(model: Model, change: Partial<StateView>): Model {
  return model.state === undefined ? model : { ...model, state: { ...model.state, ...change } };
}

function merged(held: TransactionRow | undefined, row: TransactionRow): TransactionRow {
  const voided = row.voided ?? held?.voided;
  return voided === undefined ? row : { ...row, voided };
}

function voidedBy(row: TransactionRow, voiding: TransactionRow): TransactionRow {
  if (row.voided !== undefined) return row;
  const by = voiding.staff === undefined ? {} : { by: voiding.staff };
  return { ...row, voided: { at: voiding.at, ...by } };
}

/**
 * A row with the newest coverage. A coverage event is newer than what the row says; a row that has just arrived may
 * be the newer one, so then the larger counts.
 */
function covered(row: TransactionRow, feeds: Model["feeds"], isFresh: boolean): TransactionRow {
  const { outage, desk, run, seq } = row.position;
  const feed = feeds[`${outage}/${desk}/${run}`];
  if (feed === undefined) return row;
  let desks = isFresh ? row.coverage.desks : 0;
  for (const each of feed.steps) if (seq <= each.upTo) desks = Math.max(desks, each.desks);
  const coverage: Coverage = { desks: Math.max(desks, 1), of: feed.of };
  if (coverage.desks === row.coverage.desks && coverage.of === row.coverage.of) return row;
  return { ...row, coverage };
}

function matches(row: TransactionRow, filter: ActivityFilter): boolean {
  // Only the node can tell whether a row passes these: it shows when the list is read anew.
  const isAsked = filter.from ?? filter.to ?? filter.state ?? filter.text;
  return (
    isAsked === undefined &&
    (filter.kind === undefined || row.kind === filter.kind) &&
    (filter.desk === undefined || row.desk.id === filter.desk) &&
    (filter.patron === undefined || row.patron === filter.patron) &&
    (filter.item === undefined || row.item === filter.item)
  );
}
