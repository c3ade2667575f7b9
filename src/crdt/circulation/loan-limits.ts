/**
 * Limits over all desks: each desk keeps to them by what it has seen, and two desks apart may pass one together
 * (`over-limit`). Found from what the entries carry alone: every loan says which limits it counts for, how much its
 * desk had counted, and how much of that was from this log. What was lent elsewhere and not seen is the difference.
 */
import { type Found, replaceFindings } from "./exceptions.ts";
import { createPatronHistory, type PatronHistory } from "./patron-history.ts";
import { countBefore, insertByPosition } from "./timeline.ts";
import {
  type Checkout,
  comparePositions,
  type LimitSeen,
  type Position,
  type Recorded,
  type Transaction,
} from "./transaction.ts";
import { type Dirty, itemOf, type Layer, patronOf, stands, type World } from "./world.ts";

/** A limit is known by its place and its number: another policy may have another at that place. */
export type LimitName = Pick<LimitSeen, "place" | "items">;

const NONE: readonly never[] = [];

/** Files what a transaction says of limits, beside its item and patron. */
export function fileLimits(world: World, recorded: Recorded<Transaction>, dirty: Dirty): void {
  const { fact, position } = recorded;
  const owner = ownerOfKnown(recorded);
  if (owner !== undefined) {
    const history = historyOf(world, owner);
    history.before = insertByPosition(history.before, recorded);
    dirty.limits.add(owner);
  }
  if (fact.kind !== "checkout" || fact.judged.limits === undefined) return;
  const history = historyOf(world, fact.patron);
  history.limitRuns ??= new Set();
  history.limitRuns.add(`${position.desk} ${position.run}`);
  dirty.limits.add(fact.patron);
}

export function takeOutLimits(world: World, recorded: Recorded<Transaction>, dirty: Dirty): void {
  const owner = ownerOfKnown(recorded);
  const history = owner === undefined ? undefined : world.patrons.get(owner);
  if (owner !== undefined && history !== undefined) {
    history.before = history.before.filter((each) => each !== recorded);
    dirty.limits.add(owner);
  }
  const { fact } = recorded;
  if (fact.kind === "checkout" && fact.judged.limits !== undefined) dirty.limits.add(fact.patron);
}

/** When an item's loans begin and end otherwise than before, its borrowers' limits do too. */
export function touchLimits(facts: readonly Recorded<Transaction>[], dirty: Dirty): void {
  for (const recorded of facts) {
    const { fact } = recorded;
    if (fact.kind === "checkout" && fact.judged.limits !== undefined) dirty.limits.add(fact.patron);
    const owner = ownerOfKnown(recorded);
    if (owner !== undefined) dirty.limits.add(owner);
  }
}

/** At the end of the log. */
export function countLentUnder(
  world: World,
  patron: string,
  limit: LimitName,
  exceptItem: string | undefined,
): number {
  const history = world.patrons.get(patron);
  if (history?.limitRuns === undefined) return 0;
  return lentUnder(world, lendingsOf(world, history, "now"), limit, exceptItem, undefined, "now").length;
}

/** At the end of the log. */
export function countEnded(world: World, patron: string, exceptItem: string | undefined): number {
  const history = world.patrons.get(patron);
  return history === undefined ? 0 : endedBefore(world, history, exceptItem, undefined, "now");
}

export function judgeLimits(world: World, barcode: string): void {
  const history = world.patrons.get(barcode);
  if (history === undefined) return;
  const before = history.limitFindings;
  const next = findPassed(world, history);
  if (before.length === 0 && next.length === 0) return;
  history.limitFindings = next;
  replaceFindings(world.index, before, next);
}

/** One desk alone has seen all that it lent. */
function findPassed(world: World, history: PatronHistory): readonly Found[] {
  if (history.limitRuns === undefined || history.limitRuns.size < 2) return NONE;
  const now = findPassedIn(world, history, "now");
  if (world.amendments.size === 0) return now;
  const mended = findPassedIn(world, history, "recorded");
  return [...now, ...mended.map((found) => ({ ...found, asRecorded: true }))];
}

function findPassedIn(world: World, history: PatronHistory, layer: Layer): readonly Found[] {
  const lendings = lendingsOf(world, history, layer);
  return lendings.flatMap((recorded) => {
    const { fact, position } = recorded;
    const others = new Set<string>();
    const item = itemOf(world, recorded, layer);
    const unseenEnds = endedBefore(world, history, item, position, layer) - (fact.judged.ended ?? 0);
    for (const limit of fact.judged.limits ?? []) {
      if (limit.count + 1 > limit.items) continue;
      const out = lentUnder(world, lendings, limit, item, position, layer);
      if (limit.count + 1 + (out.length - limit.here) - unseenEnds <= limit.items) continue;
      for (const each of out) if (!isSameRun(each.position, position)) others.add(each.fact.id);
    }
    if (others.size === 0) return [];
    const transactions = lendings.flatMap(({ fact: { id } }) => (others.has(id) ? [id] : []));
    return [{ kind: "over-limit", mustDecide: false, transactions: [...transactions, fact.id], position }];
  });
}

/** What counted for a limit at a place in the log. */
function lentUnder(
  world: World,
  lendings: readonly Recorded<Checkout>[],
  limit: LimitName,
  exceptItem: string | undefined,
  at: Position | undefined,
  layer: Layer,
): readonly Recorded<Checkout>[] {
  return lendings.filter((recorded) => {
    if (at !== undefined && comparePositions(recorded.position, at) >= 0) return false;
    const counts = recorded.fact.judged.limits?.some(
      ({ place, items }) => place === limit.place && items === limit.items,
    );
    if (counts !== true) return false;
    const item = itemOf(world, recorded, layer);
    return item !== exceptItem && isOut(world, item ?? "", recorded.position, at, layer);
  });
}

/** No return and no other loan of the item between. */
function isOut(world: World, item: string, from: Position, at: Position | undefined, layer: Layer): boolean {
  const facts = world.items.get(item)?.facts ?? NONE;
  for (let i = countBefore(facts, from); i < facts.length; i++) {
    const next = facts[i];
    if (next === undefined || comparePositions(next.position, from) <= 0) continue;
    if (at !== undefined && comparePositions(next.position, at) >= 0) return true;
    if (next.fact.kind !== "checkin" && next.fact.kind !== "checkout") continue;
    if (itemOf(world, next, layer) === item && stands(world, next.fact.id, layer)) return false;
  }
  return true;
}

function endedBefore(
  world: World,
  history: PatronHistory,
  exceptItem: string | undefined,
  at: Position | undefined,
  layer: Layer,
): number {
  const items = new Set<string>();
  for (const recorded of history.before) {
    if (at !== undefined && comparePositions(recorded.position, at) >= 0) break;
    const item = itemOf(world, recorded, layer);
    if (item === undefined || item === exceptItem) continue;
    // A loan that was renewed goes on, and so does one whose end was voided, until another fact ends it.
    const isEnd = recorded.fact.kind !== "renewal" && stands(world, recorded.fact.id, layer);
    const goesOn = !isEnd && isOut(world, item, recorded.position, at, layer);
    if (!goesOn) items.add(item);
  }
  return items.size;
}

function lendingsOf(world: World, history: PatronHistory, layer: Layer): readonly Recorded<Checkout>[] {
  return history.facts.filter(
    (recorded): recorded is Recorded<Checkout> =>
      recorded.fact.kind === "checkout" &&
      recorded.fact.judged.limits !== undefined &&
      patronOf(world, recorded, layer) === history.barcode &&
      stands(world, recorded.fact.id, layer),
  );
}

/** Whose loan from before the outage the transaction was about. */
function ownerOfKnown({ fact }: Recorded<Transaction>): string | undefined {
  if (fact.kind !== "checkin" && fact.kind !== "checkout" && fact.kind !== "renewal") return undefined;
  return fact.judged.saw?.kind === "snapshot" ? fact.judged.saw.patron : undefined;
}

function isSameRun(a: Position, b: Position): boolean {
  return a.desk === b.desk && a.run === b.run;
}

function historyOf(world: World, barcode: string): PatronHistory {
  const history = world.patrons.get(barcode) ?? createPatronHistory(barcode);
  world.patrons.set(barcode, history);
  return history;
}
