/** What came late at this desk's log: asked about before it goes into any file, and said what overtook it. */
import type { Exception, Found } from "../../crdt/circulation/exceptions.ts";
import type { Fold } from "../../crdt/circulation/fold.ts";
import { createLateLines, type LateCheck, type LateLines } from "../../crdt/circulation/late-lines.ts";
import type { Position } from "../../crdt/circulation/transaction.ts";
import { countedTime } from "../../crdt/circulation/wall-time.ts";
import { exportCheck, frontiersOf } from "./exported.ts";
import { ilsToSay } from "./judging.ts";
import type { Ledger } from "./ledger.ts";
import { createLeftBehind, isWhole } from "./left-behind.ts";
import type { DeskParts } from "./parts.ts";
import { giveWay, sliceMs } from "./slices.ts";

interface Kept {
  readonly key: string;
  readonly fold: Fold;
  readonly lines: LateLines;
  /** As it was when there was last nothing left to do. */
  found: readonly Found[];
  waiting: number;
  /** Told once there is nothing left to do; null: nobody waits for that. */
  told: (() => void) | null;
}
const kept = new WeakMap<Ledger, Kept>();
const watched = new WeakSet<Ledger>();

/** Nothing has gone out, and nothing is over: then nothing is late, and all that stands waits. */
export function isCalm({ branch }: Ledger): boolean {
  if (branch.batches.length > 0 || branch.purges.purges.size > 0) return false;
  return ![...branch.outages.values()].some(isClosed);
}

/** What came late; true of all that is here now, whatever that takes. See `lateIsKnown`. */
export function listLate(parts: DeskParts): readonly Found[] {
  return isCalm(parts.ledger) ? [] : bringUp(parts, Infinity).found;
}

/**
 * The same for a page, which may be shown what was true a moment ago: then the rest is done a slice at a time, and `told` called
 * at its end.
 */
export function listLateSoon(parts: DeskParts, told: () => void): readonly Found[] {
  return isCalm(parts.ledger) ? [] : soon(parts, told).found;
}

/** Ids of what would be a line of a next batch, unless all is calm. */
export function waitingIds(parts: DeskParts): ReadonlySet<string> {
  return bringUp(parts, Infinity).lines.waiting;
}

/** Whether this is one of them, as far as that is known by now: for a row of a page. */
export function waitsHere(parts: DeskParts, id: string): boolean {
  return !isCalm(parts.ledger) && keep(parts).lines.waiting.has(id);
}

/** How many these are, for a page. */
export function countWaitingSoon(parts: DeskParts, told: () => void): number {
  return soon(parts, told).waiting;
}

/** Resolves when `listLate` and `waitingIds` have little left to do. To be awaited before them, so that no scan waits. */
export async function lateIsKnown(parts: DeskParts): Promise<void> {
  const { clock, ledger } = parts;
  while (!isCalm(ledger) && keep(parts).lines.step()) {
    bringUp(parts, clock.monotonic() + sliceMs);
    await giveWay(clock);
  }
}

function soon(parts: DeskParts, told: () => void): Kept {
  const known = bringUp(parts, parts.clock.monotonic() + sliceMs);
  if (!known.lines.step()) return known;
  if (known.told === null) parts.clock.after(0, () => goOn(parts, known));
  known.told = told;
  return known;
}

function goOn(parts: DeskParts, known: Kept): void {
  const { told } = known;
  // Where it was begun anew meanwhile, whoever is told asks again, and is told of that.
  if (keep(parts) === known) {
    bringUp(parts, parts.clock.monotonic() + sliceMs);
    if (known.lines.step()) {
      parts.clock.after(0, () => goOn(parts, known));
      return;
    }
    known.told = null;
  }
  told?.();
}

function bringUp(parts: DeskParts, until: number): Kept {
  const known = keep(parts);
  while (known.lines.step()) if (parts.clock.monotonic() >= until) return known;
  known.found = known.lines.late();
  known.waiting = known.lines.waiting.size;
  return known;
}

/** Begun anew where the fold is another one, or what it is held against. */
function keep({ ledger }: DeskParts): Kept {
  const { fold } = ledger;
  const before = kept.get(ledger);
  const key = keyOf(ledger);
  if (before?.fold === fold && before.key === key) return before;
  watch(ledger);
  const { found = [], waiting = 0 } = before ?? {};
  const next: Kept = {
    key,
    fold,
    lines: createLateLines(fold, lateCheckOf(ledger)),
    found,
    waiting,
    told: null,
  };
  kept.set(ledger, next);
  return next;
}

/** What is out, by all that this desk knows of batches. */
export function lateCheckOf(ledger: Ledger): LateCheck {
  const { carried } = ledger.branch.purges;
  return {
    batchOf: exportCheck(ledger).batchOf,
    wentBefore: (id) => carried.has(id),
    leftBehind: createLeftBehind(ledger),
    isClosed: isClosedAt(ledger),
  };
}

/** Changes with all of the branch's that lines are held against, and with nothing else of it. */
function keyOf(ledger: Ledger): string {
  const { batches, outages, purges } = ledger.branch;
  const ofBatches = batches.map(({ fact, state }) => {
    const lists = [fact.elsewhere, fact.voided, fact.again].map((ids) => ids?.length ?? 0);
    return [fact.id, state === "withdrawn", isWhole(ledger, fact), ...lists].join(" ");
  });
  const closed = [...outages.values()].filter(isClosed).map(({ number }) => number);
  return [...ofBatches, closed.join(" "), purges.purges.size, purges.carried.size].join("\n");
}

/** An entry that lies within a batch may make it have other lines than were gone through: then all begins anew. */
function watch(ledger: Ledger): void {
  if (watched.has(ledger)) return;
  watched.add(ledger);
  ledger.watch((touched) => {
    const known = kept.get(ledger);
    if (!known) return;
    const { batches } = ledger.branch;
    const isWithin = touched.facts.some(({ position }) =>
      batches.some(({ fact }) => frontiersOf(ledger, fact).isUpper(position)),
    );
    if (isWithin) kept.set(ledger, { ...known, key: "" });
    else known.lines.touch(touched);
  });
}

function isClosed({ state }: { readonly state: string }): boolean {
  return state === "closed";
}

/** The outage that it was recorded in, which may be purged: then others carry it on in a later one. */
function isClosedAt(ledger: Ledger): (position: Position) => boolean {
  const { outages } = ledger.branch;
  const closed = new Set([...outages.values()].filter(isClosed).map(({ number }) => number));
  return (position) => closed.has(ledger.originOf(position));
}

/** What overtook it, in words without patrons, for a decision and the file's reason. */
export function laterToText(parts: DeskParts, { later, position }: Exception): string {
  const { ledger, roster } = parts;
  const { rfc3339 } = parts.times();
  const event = later && ledger.fold.recordedById(later.transaction);
  if (later && event) {
    const at = rfc3339(countedTime(event));
    return `${kindWords[event.fact.kind]} of ${at} at ${roster.nameOf(event.position.desk)} is in ${later.batch}.`;
  }
  const outage = position && ledger.branch.outages.get(ledger.originOf(position));
  if (!outage || !isClosed(outage) || outage.changedAt === undefined) return "";
  return `Outage ${outage.number} was closed at ${rfc3339(outage.changedAt)}, and ${ilsToSay(parts)} has been in use since.`;
}

const kindWords = {
  checkout: "The loan",
  renewal: "The renewal",
  checkin: "The return",
  registration: "The registration",
  "in-house-use": "The in-house use",
  "non-catalogued": "The loan without a barcode",
  payment: "The payment",
  voiding: "The voiding",
} as const;
