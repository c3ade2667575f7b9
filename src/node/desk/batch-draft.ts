/** What the next batch would hold: its frontiers, its lines, and what its entry must say beside them (log.md, L21). */
import { countedOf } from "../../crdt/circulation/admission.ts";
import type { BatchFact, Seen } from "../../crdt/circulation/batch-fact.ts";
import { standingIds } from "../../crdt/circulation/branch-state.ts";
import { type BatchContent, contentInSteps, type Line } from "../../crdt/circulation/lines.ts";
import type { Steps } from "../../crdt/circulation/steps.ts";
import type { Recorded, Transaction } from "../../crdt/circulation/transaction.ts";
import { parseFeedKey } from "../../crdt/log/feed-name.ts";
import { exportCheck, frontiersOf } from "./exported.ts";
import { lateIsKnown } from "./late.ts";
import type { Ledger } from "./ledger.ts";
import { outageDocument, outageOfDocument } from "./ledger-entries.ts";
import type { DeskParts } from "./parts.ts";
import { inSlices } from "./slices.ts";
import { listWaitingHere } from "./waiting.ts";

type Range = Pick<BatchFact, "outage" | "after" | "upper">;
type Waiting = readonly Recorded<Transaction>[];

export interface Draft extends Range {
  readonly seen: Seen;
  readonly content: BatchContent;
}

/** The oldest outage that has something new. */
export async function draftNext(parts: DeskParts): Promise<Draft | null> {
  const { ledger, clock } = parts;
  await lateIsKnown(parts);
  const waiting = isAsFrontiersSay(ledger) ? null : listWaitingHere(parts);
  return inSlices(clock, draftInSteps(ledger, waiting));
}

/** `waiting`: what would be a line by all that this desk knows; null: the frontiers say the same. */
export function* draftInSteps(ledger: Ledger, waiting: Waiting | null): Steps<Draft | null> {
  const outages = ledger.books.all().flatMap(({ document }) => outageOfDocument(document.name) ?? []);
  for (const outage of outages.toSorted((a, b) => a - b)) {
    const frontier = ledger.books.get(outageDocument(outage))!.document.frontier();
    const upper = new Map([...frontier].flatMap(([feed, { count }]) => boundOf(ledger, outage, feed, count)));
    const range = { outage, after: standingIds(ledger.branch, outage), upper };
    const ruled = yield* contentInSteps(ledger.fold, frontiersOf(ledger, range));
    const seen = waiting ? compare(ledger, range, waiting, ruled.lines) : {};
    const isAsRuled = !seen.elsewhere && !seen.voided && !seen.again;
    const wanted = frontiersOf(ledger, { ...range, ...seen });
    const content = isAsRuled ? ruled : yield* contentInSteps(ledger.fold, wanted);
    if (content.lines.length > 0) return { ...range, seen, content };
  }
  return null;
}

/** The first batch of the only outage: there is nothing that could say otherwise, and 100,000 lines aren't gone through twice. */
function isAsFrontiersSay({ branch, fold }: Ledger): boolean {
  const facts = fold.all();
  const isOne = facts[0]?.position.outage === facts.at(-1)?.position.outage;
  const { carryOvers, carried } = branch.purges;
  return isOne && branch.batches.length === 0 && carryOvers.length === 0 && carried.size === 0;
}

/**
 * Where what waits, by all that this desk knows, is not what the frontiers alone say: ids that stand in two outages, that
 * were taken back in another one, or that an earlier batch left out. Named in the entry, every desk makes the same of it.
 */
function compare(ledger: Ledger, range: Range, waiting: Waiting, ruled: readonly Line[]): Seen {
  const { fold } = ledger;
  const { carried } = ledger.branch.purges;
  const { batchOf } = exportCheck(ledger);
  const { isUpper } = frontiersOf(ledger, range);
  const isCarriedElsewhere = (id: string): boolean => {
    if (carried.has(id)) return true;
    const others = fold.copiesOf(id).filter(({ position }) => position.outage !== range.outage);
    return others.length > 0 && batchOf(id, ...others.map(({ position }) => position)) !== undefined;
  };
  const wanted = waiting.flatMap(({ fact, position }) => (isUpper(position) ? [fact.id] : []));
  const [wants, has] = [new Set(wanted), new Set(ruled.map(({ recorded }) => recorded.fact.id))];
  const unwanted = [...has].filter((id) => !wants.has(id));
  const elsewhere = unwanted.filter(isCarriedElsewhere).sort();
  const voided = unwanted.filter((id) => fold.isVoided(id) && !elsewhere.includes(id)).sort();
  const again = wanted.filter((id) => !has.has(id)).sort();
  const vain = ledger.vainBelow(range.outage, range.upper);
  return {
    ...(elsewhere.length > 0 && { elsewhere }),
    ...(voided.length > 0 && { voided }),
    ...(again.length > 0 && { again }),
    ...(vain.size > 0 && { vain }),
  };
}

/** What is aside is in no batch: it would be taken for exported once its desk is admitted. */
function boundOf(ledger: Ledger, outage: number, feed: string, held: number): [string, number][] {
  const { desk, run } = parseFeedKey(feed)!;
  const count = Math.min(held, countedOf(ledger.branch.desks, outageDocument(outage), desk, run));
  return count > 0 ? [[feed, count]] : [];
}
