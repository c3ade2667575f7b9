/** What ends an outage, as acts of a desk: moves, completeness, decisions, batches, purging. */
import { makeBatch, previewBatch } from "./batch-making.ts";
import { markBatch } from "./batch-outcomes.ts";
import { listBatches, readBatch, readBatchFile } from "./batches.ts";
import { viewCompleteness } from "./completeness-view.ts";
import type { Answer, Desk } from "./desk.ts";
import { settleException } from "./exceptions-view.ts";
import { moveOutage, tellOutage } from "./outages.ts";
import type { DeskParts } from "./parts.ts";
import { listOutages, purgeOutage, readStatistics } from "./purges.ts";

type ClosingActs = Pick<
  Desk,
  | "moveOutage"
  | "tellOutage"
  | "completeness"
  | "settle"
  | "makeBatch"
  | "batches"
  | "batch"
  | "previewBatch"
  | "batchFile"
  | "markBatch"
  | "outages"
  | "statistics"
  | "purge"
>;

export function createClosingActs(
  opened: () => DeskParts | null,
  inBranch: <T>(act: (parts: DeskParts) => Promise<Answer<T>>) => Promise<Answer<T>>,
): ClosingActs {
  async function list<T>(
    read: (parts: DeskParts) => readonly T[] | Promise<readonly T[]>,
  ): Promise<readonly T[]> {
    const parts = opened();
    return parts ? read(parts) : [];
  }

  return {
    moveOutage: (move, how, staff) => inBranch((all) => moveOutage(all, move, how, staff)),
    tellOutage: (word, staff) => inBranch((all) => tellOutage(all, word, staff)),
    completeness: (outage) => inBranch(async (all) => viewCompleteness(all, outage)),
    settle: (id, how, staff) => inBranch((all) => settleException(all, id, how, staff)),
    makeBatch: (request, staff) => inBranch((all) => makeBatch(all, request, staff)),
    batches: () => list(listBatches),
    batch: (id) => inBranch((all) => readBatch(all, id)),
    previewBatch: (request) => inBranch((all) => previewBatch(all, request)),
    batchFile: (id, role, part) => inBranch((all) => readBatchFile(all, id, role, part)),
    markBatch: (id, outcome, staff) => inBranch((all) => markBatch(all, id, outcome, staff)),
    outages: () => list(listOutages),
    statistics: (outage) => inBranch(async (all) => readStatistics(all, outage)),
    purge: (outage, reason, staff) => inBranch((all) => purgeOutage(all, outage, reason, staff)),
  };
}
