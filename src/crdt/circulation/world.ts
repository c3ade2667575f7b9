/**
 * What the fold holds in memory, and the readings that all its parts share: which copy of an id counts, what is
 * voided, what a supervisor's decision left out or corrected. Two layers: `now` with those decisions, `recorded`
 * without them, so that an exception which a decision has mended can still be shown beside it.
 */
import { createExceptionIndex, type ExceptionIndex, type Found } from "./exceptions.ts";
import { createFeedPlaces, type FeedPlaces, take } from "./feed-places.ts";
import type { ItemHistory } from "./item-history.ts";
import type { PatronHistory } from "./patron-history.ts";
import { createTimeline, type Timeline } from "./timeline.ts";
import type { Position, Recorded, Registration, Settlement, Transaction, Voiding } from "./transaction.ts";

export type Layer = "now" | "recorded";

/** What the decisions in force do to one transaction. */
export interface Amendment {
  readonly leftOut?: Recorded<Settlement>;
  /** The right barcode: of the item where the transaction has one, else of the patron. */
  readonly barcode?: string;
}

export interface Lookalikes {
  registrations: Recorded<Registration>[];
  findings: readonly Found[];
}

export interface World {
  readonly index: ExceptionIndex;
  readonly timeline: Timeline;
  /** Which places of each feed are in. */
  readonly feeds: Map<string, FeedPlaces>;
  /** The feed that was met last, and as a rule is met next. */
  lastFeed: { readonly of: Position; readonly places: FeedPlaces } | undefined;
  /** The copy that counts of each transaction: the first in order (L6). */
  readonly byId: Map<string, Recorded<Transaction>>;
  /** All copies in order, of ids that came more than once. */
  readonly copies: Map<string, Recorded<Transaction>[]>;
  /** By the id that they void, in order. */
  readonly voidings: Map<string, Recorded<Voiding>[]>;
  readonly amendments: Map<string, Amendment>;
  /** Transaction → exceptions on which a decision ever named it. */
  readonly decisionsOn: Map<string, Set<string>>;
  readonly items: Map<string, ItemHistory>;
  readonly patrons: Map<string, PatronHistory>;
  readonly lookalikes: Map<string, Lookalikes>;
  /** Second scan of one act → the first, which counts. */
  readonly repeats: Map<string, string>;
  /** What was found in a transaction by itself. */
  readonly ownFindings: Map<string, readonly Found[]>;
  /** By desk and run. */
  readonly clocks: Map<string, Found>;
  size: number;
}

/** What one `add` has touched, and what of it must be worked out again. */
export interface Dirty {
  readonly ids: Set<string>;
  readonly items: Set<string>;
  readonly patrons: Set<string>;
  readonly lookalikes: Set<string>;
  /** Patrons whose limits must be looked at again. */
  readonly limits: Set<string>;
}

export function createWorld(hash: (text: string) => string): World {
  return {
    index: createExceptionIndex(hash),
    timeline: createTimeline(),
    feeds: new Map(),
    lastFeed: undefined,
    byId: new Map(),
    copies: new Map(),
    voidings: new Map(),
    amendments: new Map(),
    decisionsOn: new Map(),
    items: new Map(),
    patrons: new Map(),
    lookalikes: new Map(),
    repeats: new Map(),
    ownFindings: new Map(),
    clocks: new Map(),
    size: 0,
  };
}

/** False when the place was taken before: the same entry came twice. */
export function takePlace(world: World, position: Position): boolean {
  return take(placesOf(world, position), position.seq);
}

function placesOf(world: World, position: Position): FeedPlaces {
  const last = world.lastFeed;
  if (last?.of.run === position.run && last.of.desk === position.desk && last.of.outage === position.outage)
    return last.places;
  const key = `${position.outage} ${position.desk} ${position.run}`;
  const places = world.feeds.get(key) ?? createFeedPlaces();
  world.feeds.set(key, places);
  world.lastFeed = { of: position, places };
  return places;
}

/** The voiding in force of a transaction. A voiding itself can't be voided. */
export function voidingIn(world: World, id: string, layer: Layer): Recorded<Voiding> | undefined {
  const voidings = world.voidings.get(id);
  if (voidings === undefined || world.byId.get(id)?.fact.kind === "voiding") return undefined;
  if (layer === "recorded") return voidings[0];
  return voidings.find((each) => world.amendments.get(each.fact.id)?.leftOut === undefined);
}

/** Neither voided nor, in layer `now`, left out by a decision. */
export function stands(world: World, id: string, layer: Layer): boolean {
  if (world.voidings.size > 0 && voidingIn(world, id, layer) !== undefined) return false;
  return layer === "recorded" || world.amendments.get(id)?.leftOut === undefined;
}

export function itemOf(world: World, recorded: Recorded<Transaction>, layer: Layer): string | undefined {
  const { fact } = recorded;
  if (!("item" in fact)) return undefined;
  if (layer === "recorded" || world.amendments.size === 0) return fact.item;
  return world.amendments.get(fact.id)?.barcode ?? fact.item;
}

export function patronOf(world: World, recorded: Recorded<Transaction>, layer: Layer): string | undefined {
  const { fact } = recorded;
  if (!("patron" in fact)) return undefined;
  if ("item" in fact || layer === "recorded" || world.amendments.size === 0) return fact.patron;
  return world.amendments.get(fact.id)?.barcode ?? fact.patron;
}

/** The transaction as it counts: with the right barcode where a decision corrected it. */
export function amended(world: World, recorded: Recorded<Transaction>): Recorded<Transaction> {
  const { fact } = recorded;
  const barcode = world.amendments.get(fact.id)?.barcode;
  if (barcode === undefined) return recorded;
  if ("item" in fact) return { ...recorded, fact: { ...fact, item: barcode } };
  return "patron" in fact ? { ...recorded, fact: { ...fact, patron: barcode } } : recorded;
}

/** Has a decision changed anything among these? Then both layers must be worked out. */
export function hasAmended(world: World, facts: readonly Recorded<Transaction>[]): boolean {
  return world.amendments.size > 0 && facts.some((each) => isAmended(world, each));
}

function isAmended(world: World, recorded: Recorded<Transaction>): boolean {
  if (world.amendments.has(recorded.fact.id)) return true;
  // A voiding that a decision left out makes the layers differ on what it voids.
  const voidings = world.voidings.get(recorded.fact.id);
  return voidings?.some((each) => world.amendments.has(each.fact.id)) === true;
}

export function ownIsAmended(world: World, recorded: Recorded<Transaction>): boolean {
  return world.amendments.size > 0 && isAmended(world, recorded);
}
