/** Making a batch: what is new, what stands against it, and the entry that says what it holds (log.md, L20–L22). */
import { countedOf } from "../../crdt/circulation/admission.ts";
import type { BatchFact } from "../../crdt/circulation/branch-fact.ts";
import { lowerFrontier } from "../../crdt/circulation/branch-state.ts";
import type { FrontierCounts } from "../../crdt/circulation/frontier-counts.ts";
import { isComplete } from "../../crdt/log/completeness.ts";
import { sha256Hex } from "../../crdt/log/digest.ts";
import { parseFeedKey } from "../../crdt/log/feed-name.ts";
import type { BatchView } from "../http/api.ts";
import { findBatch, isReleased, keepFiles, linesOf, render, viewBatch } from "./batches.ts";
import type { Answer, BatchRequest, Conflict } from "./desk.ts";
import { listVerdicts } from "./desks-view.ts";
import { listExceptions } from "./exceptions-view.ts";
import type { Ledger } from "./ledger.ts";
import { outageDocument } from "./ledger-entries.ts";
import type { DeskParts } from "./parts.ts";

const releaseWaitMs = 3_000;

export async function makeBatch(
  parts: DeskParts,
  request: BatchRequest,
  staff?: string,
): Promise<Answer<BatchView>> {
  const draft = draftNext(parts);
  if (!draft) return { kind: "not-found", text: "There is nothing new to export." };
  const conflict = findConflict(parts, draft.outage, request);
  if (conflict) return conflict;
  const madeAt = parts.clock.now();
  const fact = await completeDraft(parts, draft, request, madeAt);
  await parts.ledger.appendBranch(fact, staff, madeAt);
  parts.emit("batch", { id: fact.id });
  await waitForRelease(parts, fact.id);
  const batch = findBatch(parts, fact.id);
  if (!batch) throw new Error("a batch that was just made is not in the branch document");
  return { kind: "done", value: await viewBatch(parts, batch) };
}

interface Draft {
  readonly outage: number;
  readonly after: readonly string[];
  readonly lower: FrontierCounts;
  readonly upper: FrontierCounts;
}

/** The oldest outage that has something new. */
function draftNext(parts: DeskParts): Draft | null {
  const { ledger } = parts;
  const outages = ledger.books
    .all()
    .flatMap(({ document }) => Number(/^outage-(\d+)$/.exec(document.name)?.[1] ?? 0));
  for (const outage of outages.filter((n) => n > 0).sort((a, b) => a - b)) {
    const { after, counts: lower } = lowerFrontier(ledger.branch, outage);
    const frontier = ledger.books.get(outageDocument(outage))!.document.frontier();
    const upper = new Map([...frontier].flatMap(([feed, { count }]) => boundOf(ledger, outage, feed, count)));
    const draft = { outage, after, lower, upper };
    if (linesOf(parts, outage, lower, upper).length > 0) return draft;
  }
  return null;
}

/** What is aside is in no batch: it would be taken for exported once its desk is admitted. */
function boundOf(ledger: Ledger, outage: number, feed: string, held: number): [string, number][] {
  const { desk, run } = parseFeedKey(feed)!;
  const count = Math.min(held, countedOf(ledger.branch.desks, outageDocument(outage), desk, run));
  return count > 0 ? [[feed, count]] : [];
}

function findConflict(parts: DeskParts, outage: number, request: BatchRequest): Conflict | null {
  const lacking = listVerdicts(parts, outageDocument(outage)).filter(({ verdict }) => !isComplete(verdict));
  if (lacking.length > 0 && !request.partial) {
    const names = lacking.map(({ name }) => name).join(", ");
    const text = `Not everything is here: ${names} may have made scans that this desk lacks. Wait for it, or export as PARTIAL with a reason.`;
    return { kind: "conflict", code: "incomplete", text, incomplete: lacking };
  }
  if (request.partial && (request.reason ?? "").trim().length < 3) {
    return {
      kind: "conflict",
      code: "reason",
      text: "A PARTIAL file needs a reason of at least 3 characters.",
    };
  }
  const undecided = listExceptions(parts).filter(
    ({ mustDecide, settlements }) => mustDecide && settlements.length === 0,
  );
  if (undecided.length > 0) {
    const text = `${undecided.length} exceptions must be decided first.`;
    return { kind: "conflict", code: "undecided", text, undecided: undecided.map(({ id }) => id) };
  }
  return null;
}

async function completeDraft(
  parts: DeskParts,
  draft: Draft,
  request: BatchRequest,
  madeAt: number,
): Promise<BatchFact> {
  const { ledger, library } = parts;
  const branch = ledger.branch.branch!;
  const number = ledger.branch.batches.filter(({ fact }) => fact.outage === draft.outage).length + 1;
  const lacking = listVerdicts(parts, outageDocument(draft.outage)).some(
    ({ verdict }) => !isComplete(verdict),
  );
  const partial = request.partial === true && lacking;
  const bounds = [countsToText(draft.lower), countsToText(draft.upper), request.format, String(partial)];
  const id = `${branch.code}-${draft.outage}-${number}-${sha256Hex(bounds.join("\n")).slice(0, 4)}`;
  const writers = new Set([...draft.upper.keys()].map((feed) => feed.split("/")[0]!));
  const fact: BatchFact = {
    kind: "batch",
    outage: draft.outage,
    id,
    format: request.format,
    after: draft.after,
    upper: draft.upper,
    lines: 0,
    sha256: "0".repeat(64),
    ...(library.current ? { snapshot: library.current.meta.sha256 } : {}),
    branchCode: branch.code,
    timezone: branch.timezone,
    deskNames: Object.fromEntries([...writers].sort().map((desk) => [desk, parts.roster.nameOf(desk)])),
    generatorVersion: parts.version,
    partial,
    ...(partial ? { reason: request.reason!.trim() } : {}),
  };
  const files = await render(parts, fact, draft.lower, madeAt);
  const main = files.files.find(({ role }) => role === "main")!;
  const lines = files.counts.reduce((sum, { written }) => sum + written, 0);
  const complete = { ...fact, lines, sha256: sha256Hex(main.bytes) };
  keepFiles(parts, complete, madeAt, files);
  return complete;
}

async function waitForRelease(parts: DeskParts, id: string): Promise<void> {
  const until = parts.clock.monotonic() + releaseWaitMs;
  for (;;) {
    const batch = findBatch(parts, id);
    if (!batch || isReleased(parts, batch) || parts.clock.monotonic() > until) return;
    await new Promise<void>((resolve) => parts.clock.after(20, resolve));
  }
}

function countsToText(counts: FrontierCounts): string {
  return [...counts]
    .map(([feed, count]) => `${feed} ${count}`)
    .sort()
    .join("\n");
}
