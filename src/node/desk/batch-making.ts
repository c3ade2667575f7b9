/** Making a batch: what is new, what stands against it, and the entry that says what it holds (log.md, L20–L22). */
import type { BatchFact, Seen } from "../../crdt/circulation/batch-fact.ts";
import { divideBatch } from "../../crdt/circulation/batch-lists.ts";
import { unheardIds } from "../../crdt/circulation/branch-state.ts";
import type { FrontierCounts } from "../../crdt/circulation/frontier-counts.ts";
import { groupsOf } from "../../crdt/circulation/statistics-groups.ts";
import { isComplete } from "../../crdt/log/completeness.ts";
import { sha256Hex } from "../../crdt/log/digest.ts";
import type { RenderedBatch } from "../../export/batch.ts";
import { checklistOf } from "../../export/checklist.ts";
import type { BatchPreview, BatchView, DeskVerdict } from "../http/api.ts";
import { type Draft, draftNext } from "./batch-draft.ts";
import { keepFiles, render, sha256OfMain } from "./batch-files.ts";
import { findBatch, isReleased, joinCounts, viewBatch } from "./batches.ts";
import type { Answer, BatchRequest, Conflict, NotFound, Refusal } from "./desk.ts";
import { listVerdicts } from "./desks-view.ts";
import { listExceptions } from "./exceptions-view.ts";
import { ownIlsName } from "./judging.ts";
import type { Ledger } from "./ledger.ts";
import { outageDocument } from "./ledger-entries.ts";
import type { DeskParts } from "./parts.ts";
import { settingValues } from "./settings.ts";

const releaseWaitMs = 3_000;
/** A draft takes a second at the most, a decision as long as a person thinks. */
const mostDrafts = 50;

export async function makeBatch(
  parts: DeskParts,
  request: BatchRequest,
  staff?: string,
): Promise<Answer<BatchView>> {
  for (let tries = 0; tries < mostDrafts; tries++) {
    const decided = countDecisions(parts.ledger);
    const draft = await draftNext(parts);
    if (!draft) return nothingNew;
    const conflict = findUnfit(request) ?? findConflict(parts, draft.outage, request);
    if (conflict) return conflict;
    const madeAt = parts.clock.now();
    const { fact, files } = await completeDraft(parts, draft, request, madeAt);
    await parts.ledger.books.caughtUp();
    // Decided meanwhile, here or at another desk, it would not be in the file, and nobody would be asked again.
    if (countDecisions(parts.ledger) !== decided) continue;
    keepFiles(parts, fact, madeAt, files);
    await appendBatch(parts.ledger, fact, madeAt, staff);
    parts.emit("batch", { id: fact.id });
    await waitForRelease(parts, fact.id);
    const batch = findBatch(parts, fact.id);
    if (!batch) throw new Error("a batch that was just made is not in the branch document");
    return { kind: "done", value: await viewBatch(parts, batch) };
  }
  throw new Error(`something was decided during each of ${mostDrafts} drafts of a file`);
}

function countDecisions({ fold }: Ledger): number {
  return fold.all().filter(({ fact }) => fact.kind === "settlement").length;
}

/** What the next batch would hold, and what stands against it. */
export async function previewBatch(
  parts: DeskParts,
  { format, split = false }: Pick<BatchRequest, "format" | "split">,
): Promise<Answer<BatchPreview>> {
  const draft = await draftNext(parts);
  if (!draft) return nothingNew;
  const unfit = findUnfit({ format, split });
  if (unfit) return unfit;
  const { incomplete, undecided } = findLacking(parts, draft.outage);
  const request = { format, split, partial: incomplete.length > 0, reason: "preview" };
  const { fact, files } = await completeDraft(parts, draft, request, parts.clock.now());
  const value = {
    outage: draft.outage,
    format,
    lines: fact.lines,
    counts: joinCounts(draft.content.tally, files),
    reasons: files.reasons,
    files: files.files.map(({ role, name, part }) => ({ role, name, ...(part ? { part } : {}) })),
    incomplete,
    undecided,
    checklist: checklistOf({ ...files, format, ilsName: ownIlsName(parts) }),
  };
  return { kind: "done", value };
}

const nothingNew: NotFound = { kind: "not-found", text: "There is nothing new to export." };

/** Only Alma books all of a file at one desk. */
function findUnfit({ format, split }: Pick<BatchRequest, "format" | "split">): Refusal | null {
  if (!split || format === "alma") return null;
  const text = `split: the format ${format} is one file: only Alma's can be in parts.`;
  return { kind: "refused", refusal: { kind: "invalid", text } };
}

function findLacking(
  parts: DeskParts,
  outage: number,
): { readonly incomplete: readonly DeskVerdict[]; readonly undecided: readonly string[] } {
  const verdicts = listVerdicts(parts, outageDocument(outage));
  const open = listExceptions(parts).filter(
    ({ mustDecide, settlements }) => mustDecide && settlements.length === 0,
  );
  return {
    incomplete: verdicts.filter(({ verdict }) => !isComplete(verdict)),
    undecided: open.map(({ id }) => id),
  };
}

function findConflict(parts: DeskParts, outage: number, request: BatchRequest): Conflict | null {
  // A desk that was wiped and let in again has the outage's document before the branch's own.
  if (!parts.ledger.branch.branch) {
    const text =
      "This desk has not heard yet what its branch is called. Wait until it is linked to another desk.";
    return { kind: "conflict", code: "branch", text };
  }
  const { incomplete: lacking, undecided } = findLacking(parts, outage);
  if (lacking.length > 0 && !request.partial) {
    const names = lacking.map(({ name }) => name).join(", ");
    const text = `Not everything is here: ${names} may have made scans that this desk lacks. Wait for it, or export as PARTIAL with a reason.`;
    return { kind: "conflict", code: "incomplete", text, incomplete: lacking };
  }
  const unheard = unheardIds(parts.ledger.branch, outage);
  if (unheard.length > 0 && !request.partial) {
    const text = `This desk has not heard yet of ${unheard.join(", ")}, which other files come after. Wait until it is linked to the desk that made it, or export as PARTIAL with a reason.`;
    return { kind: "conflict", code: "incomplete", text, incomplete: [] };
  }
  if (request.partial && (request.reason ?? "").trim().length < 3) {
    return {
      kind: "conflict",
      code: "reason",
      text: "A PARTIAL file needs a reason of at least 3 characters.",
    };
  }
  if (undecided.length > 0) {
    const text = `${undecided.length} exceptions must be decided first.`;
    return { kind: "conflict", code: "undecided", text, undecided };
  }
  return null;
}

async function completeDraft(
  parts: DeskParts,
  draft: Draft,
  request: BatchRequest,
  madeAt: number,
): Promise<{ readonly fact: BatchFact; readonly files: RenderedBatch }> {
  const { ledger, library } = parts;
  const branch = ledger.branch.branch!;
  const number = ledger.branch.batches.filter(({ fact }) => fact.outage === draft.outage).length + 1;
  const lacking = listVerdicts(parts, outageDocument(draft.outage)).some(
    ({ verdict }) => !isComplete(verdict),
  );
  const partial = request.partial === true && lacking;
  const bounds = [draft.after.join(" "), countsToText(draft.upper), request.format, String(partial)];
  if (request.split) bounds.push("split");
  bounds.push(...seenToText(draft.seen));
  const writers = new Set([...draft.upper.keys()].map((feed) => feed.split("/")[0]!));
  const deskNames = Object.fromEntries(
    [...writers].sort().map((desk) => [desk, parts.roster.nameOf(desk)] as const),
  );
  const { statisticsGroups: set } = settingValues(parts);
  const groups = request.format === "sierra" ? groupsOf(set, deskNames) : undefined;
  // Made with other ones it is another file, and so another batch.
  if (groups) bounds.push(`groups ${JSON.stringify(groups)}`);
  const id = `${branch.code}-${draft.outage}-${number}-${sha256Hex(bounds.join("\n")).slice(0, 4)}`;
  const fact: BatchFact = {
    kind: "batch",
    outage: draft.outage,
    id,
    format: request.format,
    after: draft.after,
    ...draft.seen,
    upper: draft.upper,
    lines: 0,
    sha256: "0".repeat(64),
    ...(library.current ? { snapshot: library.current.meta.sha256 } : {}),
    branchCode: branch.code,
    timezone: branch.timezone,
    deskNames,
    generatorVersion: parts.version,
    partial,
    ...(request.split ? { split: true as const } : {}),
    ...(groups ? { statisticsGroups: groups } : {}),
    ...(partial ? { reason: request.reason!.trim() } : {}),
  };
  const { lines: bare, tally } = draft.content;
  const files = await render(parts, fact, madeAt, false, bare);
  joinCounts(tally, files);
  const lines = files.counts.reduce((sum, { written }) => sum + written, 0);
  return { fact: { ...fact, lines, tally, sha256: await sha256OfMain(parts, files) }, files };
}

async function appendBatch(ledger: Ledger, fact: BatchFact, madeAt: number, staff?: string): Promise<void> {
  const { head, lists } = divideBatch(fact);
  const entries = await Promise.all(lists.map((list) => ledger.appendBranch(list, staff)));
  const named = entries.length === 0 ? {} : { lists: entries.map(({ seq }) => seq) };
  await ledger.appendBranch({ ...head, ...named }, staff, madeAt);
}

async function waitForRelease(parts: DeskParts, id: string): Promise<void> {
  const until = parts.clock.monotonic() + releaseWaitMs;
  for (;;) {
    const batch = findBatch(parts, id);
    if (!batch || isReleased(parts, batch) || parts.clock.monotonic() > until) return;
    await new Promise<void>((resolve) => parts.clock.after(20, resolve));
  }
}

/** Nothing for nothing, so that an id is what it always was. */
function seenToText({ elsewhere = [], voided = [], again = [], vain = new Map() }: Seen): readonly string[] {
  const texts = [...elsewhere, ...voided.map((id) => `voided ${id}`), ...again.map((id) => `again ${id}`)];
  return vain.size === 0 ? texts : [...texts, `vain ${JSON.stringify([...vain])}`];
}

function countsToText(counts: FrontierCounts): string {
  return [...counts]
    .map(([feed, count]) => `${feed} ${count}`)
    .sort()
    .join("\n");
}
