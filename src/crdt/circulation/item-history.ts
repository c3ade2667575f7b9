/**
 * What happened to one item, and so who has it now. Facts are walked in log order; a newer fact is one step on, an
 * older one starts the walk of this item over and of no other. Voided facts are passed over as if never made.
 */
import { type Found, replaceFindings } from "./exceptions.ts";
import { beginLoan, type Lent, renewLoan, sawLoan } from "./loan.ts";
import type { Checkin, Checkout, InHouseUse, Recorded, Renewal, Transaction } from "./transaction.ts";
import { hasAmended, itemOf, type Layer, stands, type World } from "./world.ts";

export interface ItemHistory {
  readonly item: string;
  /** In log order, voided ones too. */
  facts: Recorded<Transaction>[];
  /** How many facts the walk has passed; 0: start over. */
  walked: number;
  /** Who has it. */
  lent: Lent | undefined;
  /** Last fact that stands; repeats aside. */
  last: Recorded<OnItem> | undefined;
  /** The last outage that says who has it, and so knows better than the snapshot; 0: none. */
  touchedIn: number;
  /** What the walk found; the index is told when it ends. */
  findings: readonly Found[];
}

type OnItem = Checkout | Renewal | Checkin | InHouseUse;

const NONE: readonly never[] = [];

export function createItemHistory(item: string): ItemHistory {
  return { item, facts: [], walked: 0, lent: undefined, last: undefined, touchedIn: 0, findings: NONE };
}

/** Brings the item up to date and the exceptions with it. */
export function walkItem(world: World, history: ItemHistory): void {
  const before = history.findings;
  const twoLayers = hasAmended(world, history.facts);
  if (twoLayers) history.walked = 0;
  if (history.walked === 0) startOver(world, history);
  for (; history.walked < history.facts.length; history.walked++) {
    const recorded = history.facts[history.walked];
    if (recorded !== undefined) step(world, history, recorded, "now");
  }
  if (twoLayers) {
    const asRecorded = { ...createItemHistory(history.item), facts: history.facts };
    for (const recorded of history.facts) step(world, asRecorded, recorded, "recorded");
    const mended = asRecorded.findings.map((found) => ({ ...found, asRecorded: true }));
    history.findings = [...history.findings, ...mended];
  }
  if (history.findings !== before) replaceFindings(world.index, before, history.findings);
}

function startOver(world: World, history: ItemHistory): void {
  history.lent = undefined;
  history.last = undefined;
  history.touchedIn = 0;
  history.findings = NONE;
  if (world.repeats.size === 0) return;
  for (const recorded of history.facts) {
    if (itemOf(world, recorded, "now") === history.item) world.repeats.delete(recorded.fact.id);
  }
}

function step(world: World, walk: ItemHistory, recorded: Recorded<Transaction>, layer: Layer): void {
  const { fact } = recorded;
  if (!stands(world, fact.id, layer) || itemOf(world, recorded, layer) !== walk.item) return;
  if (!isOnItem(recorded)) return;
  const first = repeatedBy(walk, recorded);
  if (first !== undefined) {
    if (layer === "now") world.repeats.set(fact.id, first);
    find(walk, "repeat", false, [first, fact.id], recorded);
    return;
  }
  if (hasOtherData(walk, recorded)) forgetLoan(walk);
  if (fact.kind === "checkout") lend(walk, recorded as Recorded<Checkout>);
  if (fact.kind === "renewal") renew(world, walk, recorded as Recorded<Renewal>, layer);
  if (fact.kind === "checkin") takeBack(walk, recorded as Recorded<Checkin>);
  walk.last = recorded;
}

/**
 * It was judged by patron data that had come since, which go before what an earlier outage says of the item (L17). A desk that
 * had only not heard of a loan had the data of that outage, or none.
 */
function hasOtherData({ last }: ItemHistory, { fact: { judged }, position }: Recorded<OnItem>): boolean {
  if (last === undefined || last.position.outage === position.outage) return false;
  if (judged.saw === undefined || judged.saw.kind === "transaction") return false;
  return judged.snapshot !== undefined && judged.snapshot !== last.fact.judged.snapshot;
}

/** As if nothing was known of it. */
function forgetLoan(walk: ItemHistory): void {
  walk.lent = undefined;
  walk.touchedIn = 0;
}

function isOnItem(recorded: Recorded<Transaction>): recorded is Recorded<OnItem> {
  return "item" in recorded.fact;
}

/**
 * The same act scanned under two ids: same kind, item and patron in one outage with nothing between (L6). A
 * renewal to another date is another act, and so is each in-house use: these add up.
 */
function repeatedBy(walk: ItemHistory, recorded: Recorded<OnItem>): string | undefined {
  const last = walk.last;
  const { fact } = recorded;
  if (last === undefined || last.fact.kind !== fact.kind) return undefined;
  if (last.position.outage !== recorded.position.outage) return undefined;
  if (fact.kind === "checkin") return last.fact.id;
  if (fact.kind === "in-house-use" || last.fact.kind === "in-house-use") return undefined;
  if (last.fact.kind === "checkin" || last.fact.patron !== fact.patron) return undefined;
  return fact.kind === "checkout" || last.fact.due === fact.due ? last.fact.id : undefined;
}

function lend(walk: ItemHistory, recorded: Recorded<Checkout>): void {
  const { fact } = recorded;
  const { lent } = walk;
  if (lent !== undefined && lent.patron !== fact.patron) {
    if (sawLoan(lent, fact.judged.saw)) closeDoubles(walk);
    else find(walk, "double-loan", true, [lent.origin.fact.id, fact.id], recorded);
  }
  walk.lent = beginLoan(recorded, fact.patron, false);
  walk.touchedIn = recorded.position.outage;
}

function renew(world: World, walk: ItemHistory, recorded: Recorded<Renewal>, layer: Layer): void {
  const { fact } = recorded;
  const { saw: seen, loansKnown } = fact.judged;
  const { lent } = walk;
  if (lent !== undefined) {
    if (fact.patron !== undefined && fact.patron !== lent.patron) {
      find(walk, "renewal-of-other", true, [lent.origin.fact.id, fact.id], recorded);
      return;
    }
    walk.lent = renewLoan(lent, recorded);
    walk.touchedIn = recorded.position.outage;
    return;
  }
  const ofSnapshot = seen?.kind === "snapshot";
  const ofVoided = seen?.kind === "transaction" && wasVoidedHere(world, walk, seen.id, layer);
  if (ofVoided) {
    find(walk, "loan-after-void", true, [seen.id, fact.id], recorded);
  } else if (walk.touchedIn > 0) {
    // Returned here before: whoever renewed had not seen that it came back.
    if (seen?.kind === "transaction" || loansKnown === true) {
      find(walk, "renewal-without-loan", false, [fact.id], recorded);
    }
    return;
  } else if (!ofSnapshot && loansKnown === true) {
    find(walk, "renewal-without-loan", false, [fact.id], recorded);
  } else if (ofSnapshot && fact.patron !== undefined && fact.patron !== seen.patron) {
    find(walk, "renewal-of-other", true, [fact.id], recorded);
  }
  const patron = fact.patron ?? (ofSnapshot ? seen.patron : undefined);
  if (patron === undefined) return;
  walk.lent = beginLoan(recorded, patron, ofSnapshot);
  walk.touchedIn = recorded.position.outage;
}

function takeBack(walk: ItemHistory, recorded: Recorded<Checkin>): void {
  const { fact } = recorded;
  const without = walk.lent === undefined && (walk.touchedIn > 0 || fact.judged.saw?.kind !== "snapshot");
  if (without && fact.judged.loansKnown === true) {
    find(walk, "checkin-without-loan", false, [fact.id], recorded);
  }
  closeDoubles(walk);
  walk.lent = undefined;
  walk.touchedIn = recorded.position.outage;
}

function wasVoidedHere(world: World, walk: ItemHistory, id: string, layer: Layer): boolean {
  const seen = world.byId.get(id);
  if (seen === undefined || itemOf(world, seen, layer) !== walk.item) return false;
  return !stands(world, id, layer);
}

/** The item was in staff's hands again, so it isn't out twice any more: look-at. */
function closeDoubles(walk: ItemHistory): void {
  if (!walk.findings.some((found) => found.kind === "double-loan" && found.mustDecide)) return;
  walk.findings = walk.findings.map((found) =>
    found.kind === "double-loan" && found.mustDecide ? { ...found, mustDecide: false } : found,
  );
}

function find(
  walk: ItemHistory,
  kind: Found["kind"],
  mustDecide: boolean,
  transactions: readonly string[],
  recorded: Recorded,
): void {
  const found: Found = { kind, mustDecide, transactions, position: recorded.position };
  walk.findings = [...walk.findings, found];
}
