/**
 * What is to be said of one transaction by itself, and of the clock of the desk that wrote it: unknown patron or
 * item, a card scanned as an item, an override, one id with two contents.
 */
import { type ExceptionKind, type Found, raise, replaceFindings, retract } from "./exceptions.ts";
import { comparePositions, type Recorded, type Transaction } from "./transaction.ts";
import { isClockOff } from "./wall-time.ts";
import { itemOf, type Layer, ownIsAmended, patronOf, stands, type World } from "./world.ts";

/** Answers that overrode nothing: staff read a message, confirmed a card, or said what the log says anyway. */
const PLAIN_ANSWERS: ReadonlySet<string> = new Set([
  "start-outage",
  "patron-unknown",
  "patron-exists",
  "item-message",
  "item-out",
  "item-known-out",
  "isbn",
  "check-digit",
  "return-before-loan",
  "void-other",
]);

const NONE: readonly never[] = [];

/** Brings the findings on one transaction up to date. */
export function judgeTransaction(world: World, id: string): void {
  const recorded = world.byId.get(id);
  const before = world.ownFindings.get(id) ?? NONE;
  const next = recorded === undefined ? NONE : findingsOf(world, recorded);
  if (before.length === 0 && next.length === 0) return;
  if (next.length > 0) world.ownFindings.set(id, next);
  else world.ownFindings.delete(id);
  replaceFindings(world.index, before, next);
}

/** One exception per run whose clock was off, not one per scan. */
export function judgeClock(world: World, recorded: Recorded): void {
  if (!isClockOff(recorded)) return;
  const { desk, run } = recorded.position;
  const key = `${desk} ${run}`;
  const before = world.clocks.get(key);
  const offsetMs = worst(before?.offsetMs, recorded.offsetMs ?? 0);
  const earlier = before?.position === undefined || comparePositions(recorded.position, before.position) < 0;
  if (!earlier && offsetMs === before?.offsetMs) return;
  const position = earlier ? recorded.position : before?.position;
  const found: Found = {
    kind: "clock",
    mustDecide: false,
    transactions: NONE,
    desk,
    runs: [run],
    offsetMs,
    ...(position !== undefined && { position }),
  };
  world.clocks.set(key, found);
  raise(world.index, found);
  if (before !== undefined) retract(world.index, before);
}

function worst(a: number | undefined, b: number): number {
  if (a === undefined) return b;
  const larger = Math.abs(b) - Math.abs(a);
  return larger > 0 || (larger === 0 && b > a) ? b : a;
}

function findingsOf(world: World, recorded: Recorded<Transaction>): readonly Found[] {
  const kinds = kindsOf(world, recorded, "now");
  const kindsBefore = ownIsAmended(world, recorded) ? kindsOf(world, recorded, "recorded") : NONE;
  const twoContents = hasOtherContent(world, recorded);
  if (kinds.length === 0 && kindsBefore.length === 0 && !twoContents) return NONE;
  const findings = kinds.map((kind) => found(kind, recorded));
  for (const kind of kindsBefore) findings.push({ ...found(kind, recorded), asRecorded: true });
  if (twoContents) findings.push(found("two-contents", recorded));
  return findings;
}

function kindsOf(world: World, recorded: Recorded<Transaction>, layer: Layer): readonly ExceptionKind[] {
  const { fact } = recorded;
  const item = itemOf(world, recorded, layer);
  const patron = patronOf(world, recorded, layer);
  const isCard = item !== undefined && world.patrons.get(item)?.card === true;
  const { itemKnown, patronKnown, barcode, hold } = fact.judged;
  const isPlain = itemKnown !== false && patronKnown !== false && barcode === undefined && hold === undefined;
  const promised = "ilsDue" in fact && fact.ilsDue !== undefined;
  if (!isCard && isPlain && !promised && fact.overrides === undefined) return NONE;
  if (!stands(world, fact.id, layer)) return NONE;
  const kinds: ExceptionKind[] = [];
  if (isCard) kinds.push("card-as-item");
  // What the desk knew was about the barcode that it scanned, not about the right one.
  const asScanned = "item" in fact ? item === fact.item : true;
  if (itemKnown === false && asScanned) kinds.push("unknown-item");
  if (barcode !== undefined && asScanned)
    kinds.push(barcode === "check-digit" ? "failed-check-digit" : barcode);
  if (hold === true && fact.kind === "checkin") kinds.push("hold-at-checkin");
  if (patronKnown === false && fact.kind !== "registration" && patron !== undefined) {
    const patronAsScanned = "patron" in fact && fact.patron === patron;
    const registered = (world.patrons.get(patron)?.registrations.length ?? 0) > 0;
    if (patronAsScanned && !registered) kinds.push("unknown-patron");
  }
  if (fact.overrides?.some((each) => !PLAIN_ANSWERS.has(each.code)) === true) kinds.push("override-used");
  if (promised) kinds.push("date-promised");
  return kinds;
}

function hasOtherContent(world: World, recorded: Recorded<Transaction>): boolean {
  const copies = world.copies.get(recorded.fact.id);
  return copies?.some((each) => each.fact.digest !== recorded.fact.digest) === true;
}

function found(kind: ExceptionKind, recorded: Recorded<Transaction>): Found {
  const mustDecide = kind === "card-as-item" || kind === "two-contents";
  return { kind, mustDecide, transactions: [recorded.fact.id], position: recorded.position };
}
