/**
 * Which transactions a batch carries, and at what time each: a pure function of the facts up to the batch's upper
 * frontier and of its lower one, so that every desk renders the same file whenever it does (log.md, L20, L21, L26).
 */
import { createFold, type Fold } from "./fold.ts";
import { runThrough, type Steps } from "./steps.ts";
import type { Position, Recorded, Transaction } from "./transaction.ts";
import { countedTime } from "./wall-time.ts";

/** One line in log order; the exporter's `BatchLine` adds what the snapshot knows. */
export interface Line {
  /** With corrected barcodes. */
  readonly recorded: Recorded<Transaction>;
  /** ms; lines on one item have rising whole seconds, counting what earlier batches carried. */
  readonly time: number;
  /** A person decided that it stays out of the main file, since it came late: why, in words. */
  readonly leftOut?: string;
}

export interface Frontiers {
  /** At or below the upper frontier of the batch: the facts that it knows. */
  readonly isUpper: (position: Position) => boolean;
  /** What earlier batches of this outage carry; `id`: of the transaction there. */
  readonly isLower: (position: Position, id: string) => boolean;
  /** What its maker saw beside them: `BatchFact` says of each. */
  readonly elsewhere?: ReadonlySet<string>;
  readonly voided?: ReadonlySet<string>;
  readonly again?: ReadonlySet<string>;
}

/** What a batch is about: its lines, and what became of all that it knew and no earlier batch did. */
export interface BatchContent {
  readonly lines: readonly Line[];
  readonly tally: readonly KindTally[];
}

/**
 * Transactions that the batch knows, whose id no earlier batch knew, that nothing in it voids, repeats or leaves
 * out; corrected barcodes applied. Facts beyond the upper frontier change nothing.
 */
export function batchLines(fold: Fold, frontiers: Frontiers): readonly Line[] {
  return runThrough(contentInSteps(fold, frontiers)).lines;
}

/** Counts what the batch of these frontiers is about, line or not, by kind. */
export function tallyLines(fold: Fold, frontiers: Frontiers): readonly KindTally[] {
  return runThrough(contentInSteps(fold, frontiers)).tally;
}

/** Both, of the log as it was at the first step, whatever is taken into the fold meanwhile. */
export function* contentInSteps(fold: Fold, frontiers: Frontiers): Steps<BatchContent> {
  const facts = [...fold.all()];
  const known: Recorded[] = [];
  for (let n = 0; n < facts.length; n++) {
    if (n % factsInStep === 0) yield 0;
    if (frontiers.isUpper(facts[n]!.position)) known.push(facts[n]!);
  }
  // The fold itself, as long as there is nothing in it that the batch doesn't know.
  if (known.length === facts.length) {
    const content = yield* readContent(fold, known, frontiers);
    if (fold.size === facts.length) return content;
  }
  // Ids of exceptions play no part in lines, so no hash is needed.
  const upper = createFold({ hash: (text) => text });
  for (let n = 0; n < known.length; n += factsInStep) {
    upper.add(known.slice(n, n + factsInStep));
    yield 0;
  }
  return yield* readContent(upper, known, frontiers);
}

/** Some 0.2 ms each, measured. */
const factsInStep = 100;

/** `facts`: all of `known`. What grows meanwhile may be in what is returned: then it is of no use. */
function* readContent(known: Fold, facts: readonly Recorded[], frontiers: Frontiers): Steps<BatchContent> {
  const carried = yield* listCarried(known, facts, frontiers);
  const lastSecondByItem = new Map<string, number>();
  const lines: Line[] = [];
  const tally = new Map<Transaction["kind"], KindTally>();
  for (let n = 0; n < facts.length; n++) {
    if (n % factsInStep === 0) yield lines.length;
    const recorded = facts[n]!;
    if (!isTransaction(recorded)) continue;
    const isLine = isLineOf(known, recorded, carried, frontiers);
    note(tally, known, recorded, isLine, carried, frontiers);
    // What an earlier batch knew keeps its place in time on its item, whether or not it was a line there.
    if (!isLine && !frontiers.isLower(recorded.position, recorded.fact.id)) continue;
    const line = known.corrected(recorded);
    const time = raiseTime(lastSecondByItem, line);
    if (!isLine) continue;
    const leftOut = leftOutOf(known, recorded.fact.id);
    lines.push(leftOut === undefined ? { recorded: line, time } : { recorded: line, time, leftOut });
  }
  return { lines, tally: [...tally.values()] };
}

function leftOutOf(known: Fold, id: string): string | undefined {
  const decided = known.lateDecision(id);
  if (decided === undefined || decided.decision === "load") return undefined;
  const what = decided.decision === "by-hand" ? "Do this by hand" : "Left out";
  return `${what}, since it came late. ${decided.later ?? ""}`.trimEnd();
}

/** What becomes of one kind of record between two frontiers: onScreen = lines + voided + repeated. */
export interface KindTally {
  readonly kind: Transaction["kind"];
  onScreen: number;
  lines: number;
  /** Taken back; a voiding takes something back, and is itself never a line. */
  voided: number;
  repeated: number;
}

function note(
  tally: Map<Transaction["kind"], KindTally>,
  known: Fold,
  recorded: Recorded<Transaction>,
  isLine: boolean,
  carried: Carried,
  frontiers: Frontiers,
): void {
  const { id, kind } = recorded.fact;
  if (known.recordedById(id) !== recorded) return;
  if (carried.ids.has(id) && frontiers.again?.has(id) !== true) return;
  const count = tally.get(kind) ?? { kind, onScreen: 0, lines: 0, voided: 0, repeated: 0 };
  tally.set(kind, count);
  count.onScreen += 1;
  if (isLine) count.lines += 1;
  else if ((known.isRepeat(id) || carried.acts.has(id)) && !isTakenBack(known, id, frontiers))
    count.repeated += 1;
  else count.voided += 1;
}

interface Carried {
  /** What an earlier batch knew, by any copy. */
  readonly ids: ReadonlySet<string>;
  /** First scans of acts whose repeat an earlier batch knew: an act goes out once. */
  readonly acts: ReadonlySet<string>;
}

function* listCarried(
  known: Fold,
  facts: readonly Recorded[],
  { isLower, elsewhere }: Frontiers,
): Steps<Carried> {
  const ids = new Set<string>(elsewhere);
  const acts = new Set<string>();
  for (let n = 0; n < facts.length; n++) {
    if (n % factsInStep === 0) yield 0;
    const recorded = facts[n]!;
    if (!isTransaction(recorded) || !isLower(recorded.position, recorded.fact.id)) continue;
    ids.add(recorded.fact.id);
    const first = known.repeatOf(recorded.fact.id);
    if (first !== undefined) acts.add(first);
  }
  return { ids, acts };
}

function isLineOf(
  known: Fold,
  recorded: Recorded<Transaction>,
  carried: Carried,
  frontiers: Frontiers,
): boolean {
  const { id, kind } = recorded.fact;
  if (kind === "voiding" || known.recordedById(id) !== recorded) return false;
  if (frontiers.again?.has(id)) return true;
  if (carried.ids.has(id) || carried.acts.has(id)) return false;
  return !isTakenBack(known, id, frontiers) && !known.isRepeat(id);
}

function isTakenBack(known: Fold, id: string, { voided }: Frontiers): boolean {
  return known.isVoided(id) || voided?.has(id) === true;
}

function isTransaction(recorded: Recorded): recorded is Recorded<Transaction> {
  return recorded.fact.kind !== "settlement";
}

function raiseTime(lastSecondByItem: Map<string, number>, line: Recorded<Transaction>): number {
  const time = countedTime(line);
  if (!("item" in line.fact)) return time;
  const last = lastSecondByItem.get(line.fact.item);
  const second = Math.floor(time / 1000);
  const raised = last !== undefined && second <= last;
  lastSecondByItem.set(line.fact.item, raised ? last + 1 : second);
  return raised ? (last + 1) * 1000 : time;
}
