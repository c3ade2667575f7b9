/**
 * Takes facts into the fold, in any order of arrival and however often: files each under its item and patron, and
 * works out again only what it touched. Which copy of an id counts, and what decisions do to it, is settled here.
 */
import { settle } from "./exceptions.ts";
import { createItemHistory, walkItem } from "./item-history.ts";
import type { Lent } from "./loan.ts";
import { fileLimits, judgeLimits, takeOutLimits, touchLimits } from "./loan-limits.ts";
import { judgeClock, judgeTransaction } from "./own-findings.ts";
import {
  addLookalike,
  createPatronHistory,
  judgeLookalikes,
  lookalikeKey,
  removeLookalike,
  walkPatron,
} from "./patron-history.ts";
import { insertByPosition, pushFact } from "./timeline.ts";
import {
  comparePositions,
  type Fact,
  type Recorded,
  type Registration,
  type Settlement,
  type Transaction,
  type Voiding,
} from "./transaction.ts";
import { type Amendment, type Dirty, itemOf, patronOf, takePlace, type World } from "./world.ts";

export function createDirty(): Dirty {
  return { ids: new Set(), items: new Set(), patrons: new Set(), lookalikes: new Set(), limits: new Set() };
}

export function takeIn(world: World, recorded: Recorded, dirty: Dirty): void {
  if (!takePlace(world, recorded.position)) return;
  world.size++;
  pushFact(world.timeline, recorded);
  judgeClock(world, recorded);
  if (isSettlement(recorded)) takeSettlement(world, recorded, dirty);
  else if (isTransaction(recorded)) takeTransaction(world, recorded, dirty);
}

/** Works out again what was touched: patrons first, since items ask whether a barcode is a card. */
export function refresh(world: World, dirty: Dirty): void {
  for (const barcode of dirty.patrons) {
    const history = world.patrons.get(barcode);
    if (history === undefined) continue;
    const change = walkPatron(world, history);
    if (change.registered) for (const { fact } of history.facts) dirty.ids.add(fact.id);
    if (change.card) for (const { fact } of world.items.get(barcode)?.facts ?? []) dirty.ids.add(fact.id);
  }
  for (const barcode of dirty.items) {
    const history = world.items.get(barcode);
    if (history === undefined) continue;
    const before = history.lent;
    walkItem(world, history);
    touchLimits(history.facts, dirty);
    if (before !== history.lent) moveLoan(world, barcode, before, history.lent, dirty);
  }
  for (const barcode of dirty.limits) judgeLimits(world, barcode);
  for (const key of dirty.lookalikes) judgeLookalikes(world, key);
  for (const id of dirty.ids) judgeTransaction(world, id);
}

function takeTransaction(world: World, recorded: Recorded<Transaction>, dirty: Dirty): void {
  const id = recorded.fact.id;
  dirty.ids.add(id);
  const counted = world.byId.get(id);
  if (counted === undefined) {
    world.byId.set(id, recorded);
    link(world, recorded, dirty);
    return;
  }
  world.copies.set(id, insertByPosition(world.copies.get(id) ?? [counted], recorded));
  if (comparePositions(counted.position, recorded.position) < 0) return;
  unlink(world, counted, dirty);
  world.byId.set(id, recorded);
  link(world, recorded, dirty);
}

function takeSettlement(world: World, recorded: Recorded<Settlement>, dirty: Dirty): void {
  const { exception, transaction } = recorded.fact;
  settle(world.index, recorded);
  if (transaction !== undefined) {
    const exceptions = world.decisionsOn.get(transaction) ?? new Set();
    world.decisionsOn.set(transaction, exceptions.add(exception));
  }
  const named = new Set<string>();
  for (const { fact } of world.index.settlements.get(exception) ?? []) {
    if (fact.transaction !== undefined) named.add(fact.transaction);
  }
  for (const id of named) {
    amend(world, id, dirty);
    // Also where it amends nothing: what came late is loaded or left out by it.
    if (world.byId.has(id)) dirty.ids.add(id);
  }
}

/** Files a transaction anew when the decisions in force say otherwise of it than before. */
function amend(world: World, id: string, dirty: Dirty): void {
  const next = amendmentOf(world, id);
  const before = world.amendments.get(id);
  if (before === undefined && next === undefined) return;
  const counted = world.byId.get(id);
  if (counted !== undefined) unlink(world, counted, dirty);
  if (next === undefined) world.amendments.delete(id);
  else world.amendments.set(id, next);
  if (counted !== undefined) link(world, counted, dirty);
  touch(world, id, dirty);
}

/** Of several decisions on one exception the last holds; of those on several exceptions all do. */
function amendmentOf(world: World, id: string): Amendment | undefined {
  let leftOut: Recorded<Settlement> | undefined;
  let corrected: Recorded<Settlement> | undefined;
  for (const exception of world.decisionsOn.get(id) ?? []) {
    const last = world.index.settlements.get(exception)?.at(-1);
    if (last === undefined || last.fact.transaction !== id) continue;
    if (last.fact.decision === "void" && isLater(last, leftOut)) leftOut = last;
    if (last.fact.decision === "correct" && isLater(last, corrected)) corrected = last;
  }
  const barcode = corrected?.fact.barcode;
  if (leftOut === undefined && barcode === undefined) return undefined;
  return { ...(leftOut !== undefined && { leftOut }), ...(barcode !== undefined && { barcode }) };
}

function isLater(a: Recorded, b: Recorded | undefined): boolean {
  return b === undefined || comparePositions(a.position, b.position) > 0;
}

function link(world: World, recorded: Recorded<Transaction>, dirty: Dirty): void {
  const { fact } = recorded;
  for (const item of keys(itemOf(world, recorded, "recorded"), itemOf(world, recorded, "now"))) {
    let history = world.items.get(item);
    if (history === undefined) {
      history = createItemHistory(item);
      world.items.set(item, history);
    }
    file(world, history, recorded);
    dirty.items.add(item);
  }
  for (const patron of keys(patronOf(world, recorded, "recorded"), patronOf(world, recorded, "now"))) {
    let history = world.patrons.get(patron);
    if (history === undefined) {
      history = createPatronHistory(patron);
      world.patrons.set(patron, history);
    }
    file(world, history, recorded);
    dirty.patrons.add(patron);
  }
  fileLimits(world, recorded, dirty);
  if (isRegistration(recorded)) {
    const key = lookalikeKey(recorded.fact);
    if (key !== undefined) {
      addLookalike(world, recorded, key);
      dirty.lookalikes.add(key);
    }
  }
  if (isVoiding(recorded)) {
    const voidings = world.voidings.get(recorded.fact.voids) ?? [];
    world.voidings.set(recorded.fact.voids, insertByPosition(voidings, recorded));
    touch(world, recorded.fact.voids, dirty);
    // What this was under another content may have been voidable.
    if (world.voidings.has(fact.id)) touch(world, fact.id, dirty);
  }
}

function unlink(world: World, recorded: Recorded<Transaction>, dirty: Dirty): void {
  for (const item of keys(itemOf(world, recorded, "recorded"), itemOf(world, recorded, "now"))) {
    const history = world.items.get(item);
    if (history !== undefined) takeOut(history, recorded);
    dirty.items.add(item);
  }
  for (const patron of keys(patronOf(world, recorded, "recorded"), patronOf(world, recorded, "now"))) {
    const history = world.patrons.get(patron);
    if (history !== undefined) takeOut(history, recorded);
    dirty.patrons.add(patron);
  }
  takeOutLimits(world, recorded, dirty);
  if (isRegistration(recorded)) {
    const key = lookalikeKey(recorded.fact);
    if (key !== undefined) {
      removeLookalike(world, recorded, key);
      dirty.lookalikes.add(key);
    }
  }
  if (isVoiding(recorded)) {
    const left = world.voidings.get(recorded.fact.voids)?.filter((each) => each !== recorded) ?? [];
    if (left.length > 0) world.voidings.set(recorded.fact.voids, left);
    else world.voidings.delete(recorded.fact.voids);
    touch(world, recorded.fact.voids, dirty);
  }
  world.repeats.delete(recorded.fact.id);
}

interface History {
  facts: Recorded<Transaction>[];
  walked: number;
}

/** A plain fact at the end is one step on; anything else starts the walk of this history over. */
function file(world: World, history: History, recorded: Recorded<Transaction>): void {
  history.facts = insertByPosition(history.facts, recorded);
  const { id } = recorded.fact;
  const plain = !world.voidings.has(id) && !world.amendments.has(id);
  if (!plain || history.facts.at(-1) !== recorded) history.walked = 0;
}

function takeOut(history: History, recorded: Recorded<Transaction>): void {
  history.facts = history.facts.filter((each) => each !== recorded);
  history.walked = 0;
}

/** What stands of a transaction has changed: its histories start over, and what it voids with it. */
function touch(world: World, id: string, dirty: Dirty): void {
  const recorded = world.byId.get(id);
  if (recorded === undefined) return;
  dirty.ids.add(id);
  for (const item of keys(itemOf(world, recorded, "recorded"), itemOf(world, recorded, "now"))) {
    const history = world.items.get(item);
    if (history !== undefined) history.walked = 0;
    dirty.items.add(item);
  }
  for (const patron of keys(patronOf(world, recorded, "recorded"), patronOf(world, recorded, "now"))) {
    const history = world.patrons.get(patron);
    if (history !== undefined) history.walked = 0;
    dirty.patrons.add(patron);
  }
  if (isRegistration(recorded)) {
    const key = lookalikeKey(recorded.fact);
    if (key !== undefined) dirty.lookalikes.add(key);
  }
  if (isVoiding(recorded) && recorded.fact.voids !== id) {
    const target = world.byId.get(recorded.fact.voids);
    if (target?.fact.kind !== "voiding") touch(world, recorded.fact.voids, dirty);
  }
}

function moveLoan(
  world: World,
  item: string,
  before: Lent | undefined,
  after: Lent | undefined,
  dirty: Dirty,
): void {
  if (before !== undefined) {
    world.patrons.get(before.patron)?.loans?.delete(item);
    dirty.patrons.add(before.patron);
  }
  if (after === undefined) return;
  const history = world.patrons.get(after.patron) ?? createPatronHistory(after.patron);
  world.patrons.set(after.patron, history);
  history.loans ??= new Set();
  history.loans.add(item);
  dirty.patrons.add(after.patron);
}

function keys(a: string | undefined, b: string | undefined): readonly string[] {
  if (a === undefined) return [];
  return b === undefined || a === b ? [a] : [a, b];
}

function isSettlement(recorded: Recorded<Fact>): recorded is Recorded<Settlement> {
  return recorded.fact.kind === "settlement";
}

function isTransaction(recorded: Recorded<Fact>): recorded is Recorded<Transaction> {
  return recorded.fact.kind !== "settlement";
}

function isRegistration(recorded: Recorded<Transaction>): recorded is Recorded<Registration> {
  return recorded.fact.kind === "registration";
}

function isVoiding(recorded: Recorded<Transaction>): recorded is Recorded<Voiding> {
  return recorded.fact.kind === "voiding";
}
