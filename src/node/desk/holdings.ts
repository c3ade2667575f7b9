/**
 * Which outages this desk holds: opens those that `branch` knows of, and destroys those that it purges, at once or
 * when this desk comes back (log.md, L24). What is begun is gone on with at the next start.
 */
import { type BranchState, isOpenBatch, listHeldOutages } from "../../crdt/circulation/branch-state.ts";
import { standingBatches } from "../../crdt/circulation/purge-state.ts";
import type { Journal } from "../log/journal.ts";
import type { Mesh } from "../mesh/mesh.ts";
import { createSoon } from "../mesh/soon.ts";
import type { Clock } from "../ports.ts";
import { forgetFiles } from "./batch-files.ts";
import { reasonOf } from "./fault-text.ts";
import type { Ledger } from "./ledger.ts";
import { outageDocument } from "./ledger-entries.ts";

export interface Holdings {
  /** `branch` says something new. */
  follow(): void;
  /** Resolves when all that is to go now is gone, or could not be destroyed. */
  settled(): Promise<void>;
  close(): Promise<void>;
}

export interface HoldingsOptions {
  readonly own: string;
  readonly clock: Clock;
  readonly ledger: Ledger;
  readonly mesh: Mesh;
  /** The disk failed: nothing is begun any more. */
  readonly isFaulty: () => boolean;
  /** It was closed to others, and is not any more. */
  readonly onHeldAgain: (journal: Journal) => void;
  /** Nothing of it is left in the log; resolves when nothing is left elsewhere either. */
  readonly onDestroyed: (outage: number) => Promise<void>;
  readonly onTrouble: (text: string) => void;
}

/** Who was away hears of a purge and of what others carried in one breath: the second saves carrying it again. */
const destroyAfterMs = 200;

export function createHoldings(options: HoldingsOptions): Holdings {
  const { ledger, mesh, own, onTrouble } = options;
  const soon = createSoon(options.clock);
  const gone = new Set<number>();
  /** To all others. */
  const shut = new Set<number>();
  let turn: Promise<void> = Promise.resolve();
  let closed = false;

  /** Whose word purged one may count no longer, and count again later, as entries come: then it is here again. */
  function openHeld(): void {
    for (const outage of listHeldOutages(ledger.branch)) {
      gone.delete(outage);
      if (shut.delete(outage)) {
        mesh.allow(outageDocument(outage));
        const journal = ledger.books.get(outageDocument(outage));
        if (journal) options.onHeldAgain(journal);
      }
      ledger.books.open(outageDocument(outage)).catch((why: unknown) => {
        onTrouble(`The log of outage ${outage} can't be opened: ${reasonOf(why)}`);
      });
    }
  }

  async function destroyAll(): Promise<void> {
    for (const outage of ledger.branch.purges.purges.keys()) {
      if (closed || options.isFaulty()) return;
      // Its purge may have ceased to count while others were destroyed.
      if (!ledger.branch.purges.purges.has(outage)) continue;
      try {
        await destroyOne(outage);
      } catch (why) {
        onTrouble(
          `Outage ${outage} could not be destroyed here, and will be at the next start: ${reasonOf(why)}`,
        );
      }
    }
  }

  async function destroyOne(outage: number): Promise<void> {
    if (!gone.has(outage) && !mustStay(ledger.branch, outage)) {
      await ledger.destroyOutage(outage);
      forgetFiles(ledger);
      await options.onDestroyed(outage);
      gone.add(outage);
    }
    const { desks, purges } = ledger.branch;
    const mayWrite = desks.get(own)?.retired === undefined && desks.has(own);
    if (gone.has(outage) && mayWrite && !purges.destroyed.get(outage)?.has(own))
      await ledger.appendBranch({ kind: "destroyed", outage });
  }

  function destroyInTurn(): Promise<void> {
    turn = turn.then(destroyAll).then(() => {
      // What was being destroyed when its purge ceased to count could not be opened then.
      if (!closed && !options.isFaulty()) openHeld();
    });
    return turn;
  }

  return {
    follow() {
      // From the first word on nobody is offered it, nor heard about it.
      for (const outage of ledger.branch.purges.purges.keys()) {
        mesh.close(outageDocument(outage));
        shut.add(outage);
      }
      openHeld();
      if (ledger.branch.purges.purges.size > 0) soon("destroy", destroyAfterMs, () => void destroyInTurn());
    },
    settled: destroyInTurn,
    async close() {
      closed = true;
      soon.stop();
      await turn;
    },
  };
}

/**
 * What came before the purge may come after it: that the outage was closed; or, from a desk that had not heard of it, a
 * batch with more in it, whose file may be on its way into the ILS.
 */
function mustStay(branch: BranchState, outage: number): boolean {
  const purged = branch.purges.purges.get(outage)!.upper;
  const isMore = (feed: string, count: number): boolean => count > (purged.get(feed) ?? 0);
  return (
    branch.outages.get(outage)?.state !== "closed" ||
    standingBatches(branch, outage).some(
      (batch) => isOpenBatch(batch) && [...batch.fact.upper].some(([feed, count]) => isMore(feed, count)),
    )
  );
}
