/**
 * Lines that wait for a next batch, and those among them that come late: something newer on their item went into a file
 * before them, or their outage is closed and the ILS is in use again. None of these goes into a main file by itself: a person
 * decides (formats.md, "Across batches"). Worked out once, in small steps, and then again only for what was touched.
 */
import type { Found } from "./exceptions.ts";
import type { Change, Fold } from "./fold.ts";
import type { Steps } from "./steps.ts";
import { comparePositions, type Position, type Recorded, type Transaction } from "./transaction.ts";

/** All of it holds as long as one `LateLines` is in use; where it changes, that is made anew. */
export interface LateCheck {
  /** Id of the batch that carries the transaction `id`, of which copies stand at these places. */
  readonly batchOf: (id: string, ...copies: readonly Position[]) => string | undefined;
  /** A batch of an outage that is purged carries a copy of it; left out: of none. */
  readonly wentBefore?: (id: string) => boolean;
  /** A batch knew it and left it out, for a reason that holds no longer; left out: there are no such ones. */
  readonly leftBehind?: LeftBehind;
  /** The outage that it was recorded in is closed. */
  readonly isClosed: (position: Position) => boolean;
}

export interface LeftBehind {
  /** No is certain and costs little; who is told yes asks the other. */
  mayBe(recorded: Recorded<Transaction>): boolean;
  is(recorded: Recorded<Transaction>): Steps<boolean>;
}

/** What a call of the fold's `add` was given, and what it touched. */
export interface Touched {
  readonly facts: readonly Recorded[];
  readonly change: Change;
}

export interface LateLines {
  touch(touched: Touched): void;
  /** Does a little, well below a millisecond; false: nothing is left to do, and what the others say is true now. */
  step(): boolean;
  /** What came late, in no order. What somebody decided on stays listed. */
  late(): readonly Found[];
  /** Ids of what would be a line of a next batch. */
  readonly waiting: ReadonlySet<string>;
}

const factsInStep = 50;

export function createLateLines(fold: Fold, check: LateCheck): LateLines {
  const waiting = new Set<string>();
  const late = new Map<string, Found>();
  let known: readonly Found[] | null = [];
  let touchedIds = new Set<string>();
  let touchedItems = new Set<string>();
  let touchedPatrons = new Set<string>();
  let isIdle = false;
  const work = workOn();

  /** Never ends; each value says whether something is left to do. */
  function* workOn(): Generator<number, never, void> {
    let n = 0;
    // What comes meanwhile is touched, and looked at behind this.
    for (const recorded of [...fold.all()]) {
      if (++n % factsInStep === 0) yield n;
      if (isTransaction(recorded) && fold.recordedById(recorded.fact.id) === recorded)
        yield* judge(recorded.fact.id);
    }
    for (;;) {
      const [ids, items, patrons] = [touchedIds, touchedItems, touchedPatrons];
      if (ids.size + items.size + patrons.size === 0) {
        isIdle = true;
        yield n;
        continue;
      }
      [touchedIds, touchedItems, touchedPatrons] = [new Set(), new Set(), new Set()];
      for (const id of listTouched(fold, ids, items, patrons)) {
        if (++n % factsInStep === 0) yield n;
        yield* judge(id);
      }
    }
  }

  function* judge(id: string): Steps<void> {
    const recorded = fold.recordedById(id);
    const isWaiting = recorded !== undefined && (yield* waits(fold, recorded, check));
    const found = recorded && findLate(fold, recorded, isWaiting, check);
    if (isWaiting) waiting.add(id);
    else waiting.delete(id);
    if (found === undefined && !late.has(id)) return;
    known = null;
    if (found === undefined) late.delete(id);
    else late.set(id, found);
  }

  return {
    touch({ facts, change }) {
      isIdle = false;
      // Also of what the fold had before: another place of it may be new.
      for (const { fact } of facts) if (fact.kind !== "settlement") touchedIds.add(fact.id);
      for (const id of change.ids) touchedIds.add(id);
      for (const item of change.items) touchedItems.add(item);
      for (const patron of change.patrons) touchedPatrons.add(patron);
    },
    step() {
      if (!isIdle) work.next();
      return !isIdle;
    },
    late() {
      known ??= [...late.values()];
      return known;
    },
    waiting,
  };
}

/** Whatever may wait or come late otherwise than before: all on an item of which something is said. */
function* listTouched(
  fold: Fold,
  ids: ReadonlySet<string>,
  items: ReadonlySet<string>,
  patrons: ReadonlySet<string>,
): Iterable<string> {
  const onItems = new Set(items);
  for (const id of ids) {
    const recorded = fold.recordedById(id);
    if (recorded === undefined) continue;
    const { fact } = fold.corrected(recorded);
    if ("item" in fact) onItems.add(fact.item);
    yield id;
  }
  for (const item of onItems) for (const { fact } of fold.historyOf(item)) yield fact.id;
  // Of a patron's, only registrations say something about each other.
  for (const patron of patrons)
    for (const { fact } of fold.historyOfPatron(patron)) if (fact.kind === "registration") yield fact.id;
}

/** Would be a line of a next batch, as `lines.ts` says it. */
function* waits(fold: Fold, recorded: Recorded<Transaction>, check: LateCheck): Steps<boolean> {
  const { id, kind } = recorded.fact;
  if (kind === "voiding" || fold.isVoided(id) || fold.isRepeat(id)) return false;
  if (check.wentBefore?.(id) === true || (yield* isCarried(recorded, check))) return false;
  for (const other of others(fold, recorded)) if (yield* isCarried(other, check)) return false;
  return true;
}

function* isCarried(recorded: Recorded<Transaction>, { batchOf, leftBehind }: LateCheck): Steps<boolean> {
  if (batchOf(recorded.fact.id, recorded.position) === undefined) return false;
  return leftBehind?.mayBe(recorded) !== true || !(yield* leftBehind.is(recorded));
}

/** Its other copies, and those of what repeats it: an act goes out once. */
function* others(fold: Fold, recorded: Recorded<Transaction>): Iterable<Recorded<Transaction>> {
  const { id } = recorded.fact;
  for (const copy of fold.copiesOf(id)) if (copy !== recorded) yield copy;
  const { fact } = fold.corrected(recorded);
  const beside =
    "item" in fact
      ? fold.historyOf(fact.item)
      : fact.kind === "registration"
        ? fold.historyOfPatron(fact.patron)
        : [];
  for (const other of beside) if (fold.repeatOf(other.fact.id) === id) yield* fold.copiesOf(other.fact.id);
}

function findLate(
  fold: Fold,
  recorded: Recorded<Transaction>,
  isWaiting: boolean,
  check: LateCheck,
): Found | undefined {
  const isDecided = fold.lateDecision(recorded.fact.id) !== undefined;
  const later = isWaiting ? findLater(fold, recorded, check) : undefined;
  const isLate = isWaiting && (later !== undefined || check.isClosed(recorded.position));
  return isLate || isDecided ? toFound(recorded, later) : undefined;
}

/** The last event on its item after it that a batch has carried, with that batch. */
function findLater(fold: Fold, recorded: Recorded<Transaction>, { batchOf }: LateCheck): Found["later"] {
  const { fact } = fold.corrected(recorded);
  if (!("item" in fact)) return undefined;
  const history = fold.historyOf(fact.item);
  for (let i = history.length - 1; i >= 0; i--) {
    const other = history[i]!;
    if (comparePositions(other.position, recorded.position) <= 0) return undefined;
    if (fold.isVoided(other.fact.id)) continue;
    const batch = batchOf(other.fact.id, ...fold.copiesOf(other.fact.id).map(({ position }) => position));
    if (batch !== undefined) return { transaction: other.fact.id, batch };
  }
  return undefined;
}

function toFound({ fact, position }: Recorded<Transaction>, later: Found["later"]): Found {
  const found: Found = { kind: "overtaken", mustDecide: true, transactions: [fact.id], position };
  return later === undefined ? found : { ...found, later };
}

function isTransaction(recorded: Recorded): recorded is Recorded<Transaction> {
  return recorded.fact.kind !== "settlement";
}
