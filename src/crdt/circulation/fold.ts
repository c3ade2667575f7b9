/**
 * What is true now: the fold of the log, ordered by (outage, clock, desk, run, seq) and by nothing else, so that
 * every desk that holds the same facts says the same (log.md, L4, L5). It takes facts as they come and is total: any
 * facts, in any order of arrival, give a state and never throw.
 */
import {
  compareExceptions,
  type Exception,
  type ExceptionCounts,
  type Found,
  foundToException,
  listExceptions,
  listExceptionsOf,
  raise,
} from "./exceptions.ts";
import { type ExportCheck, findVoidedAfterExport } from "./export-exceptions.ts";
import { createDirty, refresh, takeIn } from "./intake.ts";
import { mayHaveChanged } from "./left-out.ts";
import { type Loan, loanOf, loansOf } from "./loan.ts";
import { countEnded, countLentUnder, type LimitName } from "./loan-limits.ts";
import { countStanding } from "./standing.ts";
import { countBefore, orderedFacts } from "./timeline.ts";
import {
  comparePositions,
  type Position,
  type Recorded,
  type Registration,
  type Settlement,
  type Transaction,
  type TransactionKind,
  type Voiding,
} from "./transaction.ts";
import { amended, createWorld, itemOf, patronOf, stands, voidingIn, type World } from "./world.ts";

/** What a call of `add` has touched: whoever shows these looks again. */
export interface Change {
  readonly items: readonly string[];
  readonly patrons: readonly string[];
  /** Transactions that are new, or that stand otherwise than before. */
  readonly ids: readonly string[];
  readonly exceptionsChanged: boolean;
}

export interface Filter {
  readonly kind?: TransactionKind;
  readonly desk?: string;
  readonly patron?: string;
  readonly item?: string;
  /** Anything else; asked last. */
  readonly where?: (recorded: Recorded<Transaction>) => boolean;
}

/** Two runs of one desk identity at the same time, as the log found them (L1). */
export interface Twin {
  readonly outage: number;
  readonly desk: string;
  readonly runs: readonly string[];
}

export interface ExceptionOptions {
  /** Left out: `void-after-export` isn't looked for. */
  readonly exported?: ExportCheck;
  /** What retired desks wrote beyond their retirement, and lines that came late: they come from outside. */
  readonly cutOff?: readonly Found[];
}

export interface Fold {
  /** Takes in facts, in any order; entries that are in already are passed over. */
  add(recorded: readonly Recorded[]): Change;
  addTwin(twin: Twin): void;
  /** Forgets an outage, once a snapshot taken after its last load is in force (L17). Costs the whole log. */
  dropOutage(outage: number): void;
  /** Facts held, settlements and second copies too. */
  readonly size: number;
  /** Transactions that stand, each once: no voidings, nothing taken back, no second scans of one act. */
  countStanding(): number;
  /** The copy that counts: the first in order with that id. */
  recordedById(id: string): Recorded<Transaction> | undefined;
  /** All entries with that id in order; more than one where it came from two feeds. */
  copiesOf(id: string): readonly Recorded<Transaction>[];
  /** Ids that came more than once. */
  copiedIds(): readonly string[];
  /** `from`: the first outage that counts, here and below; those before it are in the snapshot (L17). */
  loanOf(item: string, from?: number): Loan | undefined;
  /** Oldest first. */
  loansOf(patron: string, from?: number): readonly Loan[];
  /** The log knows who has the item: what the snapshot says of its loan holds no longer. */
  touched(item: string, from?: number): boolean;
  /** Loans of a patron's that the log says were lent under this limit and are out still, but for one item. */
  lentUnder(patron: string, limit: LimitName, exceptItem: string | undefined): number;
  /** Loans of a patron's from before the outage that the log says are at an end, but for one item's. */
  endedLoansOf(patron: string, exceptItem: string | undefined): number;
  registrationOf(patron: string): Recorded<Registration> | undefined;
  registrations(): Iterable<Recorded<Registration>>;
  /** What took the transaction away: a voiding, or a supervisor's decision. */
  voidingOf(id: string): Recorded<Voiding | Settlement> | undefined;
  isVoided(id: string): boolean;
  /** The first scan of the act that this one repeats; undefined: it counts by itself. */
  repeatOf(id: string): string | undefined;
  isRepeat(id: string): boolean;
  /** With the right barcode where a decision corrected it. */
  corrected(recorded: Recorded<Transaction>): Recorded<Transaction>;
  /** What a person decided on a line that came late: it is left out of the file, or `load`. */
  lateDecision(id: string): Settlement | undefined;
  /** Ids of all that such a decision was made on. */
  lateDecided(): readonly string[];
  /** Something else may be true of it than where only what `isKnown` was heard of (`left-out.ts`). */
  mayHaveChanged(recorded: Recorded<Transaction>, isKnown: (position: Position) => boolean): boolean;
  /** In log order, voided ones too. */
  historyOf(item: string): readonly Recorded<Transaction>[];
  historyOfPatron(barcode: string): readonly Recorded<Transaction>[];
  /** Newest first, before a position if given; second copies left out, voided ones not. */
  latest(query: {
    readonly before?: Position;
    readonly limit: number;
    readonly filter?: Filter;
  }): readonly Recorded<Transaction>[];
  /** All facts in log order, as recorded. */
  all(): readonly Recorded[];
  /** Open and settled ones, in log order; those of desks first. */
  exceptions(options?: ExceptionOptions): readonly Exception[];
  exceptionsOf(transaction: string): readonly Exception[];
  /** Open ones. */
  counts(options?: ExceptionOptions): ExceptionCounts;
}

/** `hash`: text → short hex, the same on every desk; ids of exceptions are made with it. */
export function createFold(options: { readonly hash: (text: string) => string }): Fold {
  let world = createWorld(options.hash);
  let twins: readonly Twin[] = [];
  return {
    add: (recorded) => addFacts(world, recorded),
    addTwin(twin) {
      if (twins.some((each) => sameTwin(each, twin))) return;
      twins = [...twins, twin];
      raise(world.index, twinToFound(twin));
    },
    dropOutage(outage) {
      const kept = orderedFacts(world.timeline).filter((each) => each.position.outage !== outage);
      twins = twins.filter((each) => each.outage !== outage);
      world = createWorld(options.hash);
      addFacts(world, kept);
      for (const twin of twins) raise(world.index, twinToFound(twin));
    },
    get size() {
      return world.size;
    },
    countStanding: () => countStanding(world),
    recordedById: (id) => world.byId.get(id),
    copiesOf: (id) => copiesOf(world, id),
    copiedIds: () => [...world.copies.keys()],
    loanOf: (item, from) => loanOf(world, item, from),
    loansOf: (patron, from) => loansOf(world, patron, from),
    touched: (item, from = 1) => (world.items.get(item)?.touchedIn ?? 0) >= from,
    lentUnder: (patron, limit, exceptItem) => countLentUnder(world, patron, limit, exceptItem),
    endedLoansOf: (patron, exceptItem) => countEnded(world, patron, exceptItem),
    registrationOf: (patron) => registrationOf(world, patron),
    registrations: () => registrationsOf(world),
    voidingOf: (id) => voidingIn(world, id, "now") ?? world.amendments.get(id)?.leftOut,
    isVoided: (id) => !stands(world, id, "now"),
    repeatOf: (id) => world.repeats.get(id),
    isRepeat: (id) => world.repeats.has(id),
    corrected: (recorded) => amended(world, recorded),
    lateDecision: (id) => lateDecision(world, id)?.fact,
    lateDecided: () => [...world.decisionsOn.keys()].filter((id) => lateDecision(world, id) !== undefined),
    mayHaveChanged: (recorded, isKnown) => mayHaveChanged(world, recorded, isKnown),
    historyOf: (item) => historyOf(world, item),
    historyOfPatron: (barcode) => historyOfPatron(world, barcode),
    latest: (query) => latest(world, query),
    all: () => orderedFacts(world.timeline),
    exceptions: (asked) => exceptionsOf(world, asked),
    exceptionsOf: (transaction) => listExceptionsOf(world.index, transaction),
    counts: (asked) => countsOf(world, asked),
  };
}

function addFacts(world: World, recorded: readonly Recorded[]): Change {
  const dirty = createDirty();
  const version = world.index.version;
  for (const each of recorded) takeIn(world, each, dirty);
  refresh(world, dirty);
  return {
    items: [...dirty.items],
    patrons: [...dirty.patrons],
    ids: [...dirty.ids],
    exceptionsChanged: world.index.version !== version,
  };
}

function copiesOf(world: World, id: string): readonly Recorded<Transaction>[] {
  const counted = world.byId.get(id);
  return world.copies.get(id) ?? (counted === undefined ? [] : [counted]);
}

function registrationOf(world: World, patron: string): Recorded<Registration> | undefined {
  const first = world.patrons.get(patron)?.registrations[0];
  return first === undefined ? undefined : (amended(world, first) as Recorded<Registration>);
}

function* registrationsOf(world: World): Iterable<Recorded<Registration>> {
  for (const barcode of world.patrons.keys()) {
    const registration = registrationOf(world, barcode);
    if (registration !== undefined) yield registration;
  }
}

/** In order of the log, of all decisions on it that are about coming late. */
function lateDecision(world: World, id: string): Recorded<Settlement> | undefined {
  let last: Recorded<Settlement> | undefined;
  const exceptions = world.decisionsOn.get(id);
  if (exceptions === undefined) return undefined;
  for (const exception of exceptions) {
    const decision = world.index.settlements.get(exception)?.at(-1);
    if (decision?.fact.transaction !== id || !lateDecisions.has(decision.fact.decision)) continue;
    if (last === undefined || comparePositions(decision.position, last.position) > 0) last = decision;
  }
  return last;
}

const lateDecisions: ReadonlySet<string> = new Set(["leave-out", "by-hand", "load"]);

function historyOf(world: World, item: string): readonly Recorded<Transaction>[] {
  const facts = world.items.get(item)?.facts ?? [];
  return facts.filter((each) => itemOf(world, each, "now") === item);
}

function historyOfPatron(world: World, barcode: string): readonly Recorded<Transaction>[] {
  const facts = world.patrons.get(barcode)?.facts ?? [];
  return facts.filter((each) => patronOf(world, each, "now") === barcode);
}

function latest(
  world: World,
  query: { readonly before?: Position; readonly limit: number; readonly filter?: Filter },
): readonly Recorded<Transaction>[] {
  const { before, limit, filter = {} } = query;
  const facts = candidates(world, filter);
  const rows: Recorded<Transaction>[] = [];
  for (let i = (before === undefined ? facts.length : countBefore(facts, before)) - 1; i >= 0; i--) {
    if (rows.length >= limit) break;
    const recorded = facts[i];
    if (recorded === undefined || !counts(world, recorded)) continue;
    if (filter.kind !== undefined && recorded.fact.kind !== filter.kind) continue;
    if (filter.desk !== undefined && recorded.position.desk !== filter.desk) continue;
    if (filter.patron !== undefined && patronOf(world, recorded, "now") !== filter.patron) continue;
    if (filter.where?.(recorded) === false) continue;
    rows.push(recorded);
  }
  return rows;
}

function candidates(world: World, filter: Filter): readonly Recorded[] {
  if (filter.item !== undefined) return historyOf(world, filter.item);
  if (filter.patron !== undefined) return historyOfPatron(world, filter.patron);
  return orderedFacts(world.timeline);
}

function counts(world: World, recorded: Recorded): recorded is Recorded<Transaction> {
  return recorded.fact.kind !== "settlement" && world.byId.get(recorded.fact.id) === recorded;
}

function exceptionsOf(world: World, options: ExceptionOptions = {}): readonly Exception[] {
  return [...listExceptions(world.index), ...derivedOn(world, options)].sort(compareExceptions);
}

function countsOf(world: World, options: ExceptionOptions = {}): ExceptionCounts {
  const { mustDecide, lookAt } = world.index;
  const open = derivedOn(world, options).filter((each) => each.settlements.length === 0);
  return { mustDecide: mustDecide + open.length, lookAt };
}

/** Worked out on asking; all of them must be decided. */
function derivedOn(world: World, { exported, cutOff = [] }: ExceptionOptions): readonly Exception[] {
  const voided = exported === undefined ? [] : findVoidedAfterExport(world, exported);
  return [...voided, ...cutOff.map((found) => foundToException(world.index, found))];
}

function sameTwin(a: Twin, b: Twin): boolean {
  return a.outage === b.outage && a.desk === b.desk && sortedRuns(a) === sortedRuns(b);
}

function sortedRuns(twin: Twin): string {
  return [...twin.runs].sort().join(" ");
}

function twinToFound(twin: Twin): Found {
  const runs = [...twin.runs].sort();
  return { kind: "twin-desk", mustDecide: false, transactions: [], desk: twin.desk, runs };
}
