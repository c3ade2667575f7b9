/** The files of a branch without its desks: what each maker has heard of the log, and what became of each batch. */
import type { BatchFact } from "../../../src/crdt/circulation/batch-fact.ts";
import type { Batch } from "../../../src/crdt/circulation/batch-state.ts";
import type { Fold } from "../../../src/crdt/circulation/fold.ts";
import type { FrontierCounts } from "../../../src/crdt/circulation/frontier-counts.ts";
import { createLateLines } from "../../../src/crdt/circulation/late-lines.ts";
import { contentInSteps } from "../../../src/crdt/circulation/lines.ts";
import { runThrough } from "../../../src/crdt/circulation/steps.ts";
import type { Position, Recorded } from "../../../src/crdt/circulation/transaction.ts";
import { draftInSteps } from "../../../src/node/desk/batch-draft.ts";
import { frontiersOf } from "../../../src/node/desk/exported.ts";
import { lateCheckOf } from "../../../src/node/desk/late.ts";
import type { Ledger } from "../../../src/node/desk/ledger.ts";
import { foldOf } from "../../crdt/circulation/world-arbitrary.ts";

/** Somebody who has heard of these facts, and of all batches, makes the next one; or one of those made is withdrawn. */
export type Act = { readonly make: (position: Position) => boolean } | { readonly withdraw: number };

export interface Made {
  readonly batch: Batch;
  /** What its maker had heard of. */
  readonly heard: readonly Recorded[];
  readonly ids: readonly string[];
}

/** The branch as one sees it who has heard of everything. */
export interface Branch {
  readonly fold: Fold;
  readonly made: readonly Made[];
  /** Ids of what is in no file. */
  readonly waiting: readonly string[];
  /** The same to one who has heard of these batches alone. */
  waitingBeside(batches: readonly Batch[]): readonly string[];
  /** Lines of a batch, made anew by what is known at the end. */
  idsOf(batch: Batch): readonly string[];
}

const mostAtTheEnd = 5;

/** Whoever has heard of everything makes batches at the end, until nothing waits. */
export function play(facts: readonly Recorded[], acts: readonly Act[]): Branch {
  const log = facts.map(asInLog);
  const made: Made[] = [];
  const batchesOf = (): Batch[] => made.map(({ batch }) => batch);
  const make = (heard: readonly Recorded[]): boolean => {
    const next = makeNext(heard, batchesOf());
    if (next) made.push(next);
    return next !== null;
  };
  for (const act of acts) {
    if ("make" in act) make(log.filter((_, n) => act.make(facts[n]!.position)));
    else if (made[act.withdraw]) made[act.withdraw]!.batch.state = "withdrawn";
  }
  for (let n = 0; n < mostAtTheEnd && make(log); n++);
  const ledger = ledgerOf(log, batchesOf());
  const idsOf = ({ fact }: Batch): readonly string[] => linesOf(ledger, fact);
  const waitingBeside = (some: readonly Batch[]): readonly string[] => [...listWaiting(ledgerOf(log, some))];
  return { fold: ledger.fold, made, waiting: waitingBeside(batchesOf()), waitingBeside, idsOf };
}

function makeNext(heard: readonly Recorded[], batches: readonly Batch[]): Made | null {
  const ledger = ledgerOf(heard, batches);
  const waiting = [...listWaiting(ledger)].map((id) => ledger.fold.recordedById(id)!);
  const draft = runThrough(draftInSteps(ledger, waiting));
  if (!draft) return null;
  const { outage, after, upper, seen, content } = draft;
  const fact = { kind: "batch", id: `B-${batches.length}`, outage, after, upper, ...seen };
  const batch = { fact: fact as unknown as BatchFact, state: "made", outcomes: [] } as unknown as Batch;
  return { batch, heard, ids: content.lines.map(({ recorded }) => recorded.fact.id) };
}

function linesOf(ledger: Ledger, fact: BatchFact): readonly string[] {
  const { lines } = runThrough(contentInSteps(ledger.fold, frontiersOf(ledger, fact)));
  return lines.map(({ recorded }) => recorded.fact.id);
}

function listWaiting(ledger: Ledger): ReadonlySet<string> {
  const late = createLateLines(ledger.fold, lateCheckOf(ledger));
  while (late.step());
  return late.waiting;
}

/** Names of desks and runs as the log has them. */
function asInLog(recorded: Recorded): Recorded {
  const { desk, run } = recorded.position;
  return { ...recorded, position: { ...recorded.position, desk: toHex(desk, 32), run: toHex(run, 16) } };
}

function toHex(name: string, length: number): string {
  return Buffer.from(name).toString("hex").padEnd(length, "0").slice(0, length);
}

/** As much of one as batches are made of. */
function ledgerOf(facts: readonly Recorded[], batches: readonly Batch[]): Ledger {
  const journals = [...countFeeds(facts)].map(([outage, counts]) => {
    const frontier = new Map([...counts].map(([feed, count]) => [feed, { count }]));
    return { document: { name: `outage-${outage}`, frontier: () => frontier } };
  });
  const ledger = {
    fold: foldOf(facts),
    branch: {
      batches,
      outages: new Map(),
      desks: new Map(facts.map(({ position }) => [position.desk, {}])),
      purges: { purges: new Map(), carryOvers: [], carried: new Map(), vain: new Map() },
    },
    books: {
      all: () => journals,
      get: (name: string) => journals.find(({ document }) => document.name === name),
    },
    placesOf: ({ desk, run, seq }: Position) => [{ feed: `${desk}/${run}`, seq }],
    originOf: ({ outage }: Position) => outage,
    vainBelow: () => new Map(),
  };
  return ledger as unknown as Ledger;
}

function countFeeds(facts: readonly Recorded[]): ReadonlyMap<number, FrontierCounts> {
  const byOutage = new Map<number, Map<string, number>>();
  for (const { position } of facts) {
    const { outage, desk, run, seq } = position;
    const counts = byOutage.get(outage) ?? new Map<string, number>();
    byOutage.set(outage, counts);
    counts.set(`${desk}/${run}`, Math.max(counts.get(`${desk}/${run}`) ?? 0, seq + 1));
  }
  return byOutage;
}
