/**
 * Batches: the merged file of an outage between two frontiers (log.md, L20–L22). A batch is an entry of `branch`; its
 * files are rendered anew from the log wherever they are asked for, and held to the SHA-256 in that entry.
 */
import type { BatchFact } from "../../crdt/circulation/branch-fact.ts";
import { type Batch, lowerOf } from "../../crdt/circulation/branch-state.ts";
import type { FrontierCounts } from "../../crdt/circulation/frontier-counts.ts";
import { batchLines, type Line } from "../../crdt/circulation/lines.ts";
import { sha256Hex } from "../../crdt/log/digest.ts";
import { frontierCovers } from "../../crdt/log/frontier.ts";
import type { BatchLine, Format, RenderedBatch } from "../../export/batch.ts";
import { parseFormat, renderBatch } from "../../export/render.ts";
import type { BatchView } from "../http/api.ts";
import type { Snapshot } from "../snapshot/snapshot.ts";
import type { Answer, Desk, FileBytes } from "./desk.ts";
import { liesWithin } from "./exported.ts";
import { outageDocument } from "./ledger-entries.ts";
import type { DeskParts } from "./parts.ts";
import { fullName } from "./person-views.ts";

/** What a list shows of a batch; the bytes are kept of the one that was asked for last. */
type Summary = Pick<BatchView, "counts" | "files">;
const summaries = new WeakMap<BatchFact, Summary>();
const linesAtOnce = 1_000;
let latest: { readonly key: string; readonly files: RenderedBatch } | null = null;

export function linesOf(parts: DeskParts, outage: number, lower: FrontierCounts, upper: FrontierCounts) {
  return batchLines(parts.ledger.fold, {
    isUpper: (position) => liesWithin(parts.ledger, outage, upper, position),
    isLower: (position) => liesWithin(parts.ledger, outage, lower, position),
  });
}

/** Files of a batch between its lower frontier and its upper one. */
export async function render(
  parts: DeskParts,
  fact: BatchFact,
  lower: FrontierCounts,
  madeAt: number,
): Promise<RenderedBatch> {
  const snapshot = fact.snapshot === undefined ? null : await parts.library.open(fact.snapshot);
  const bare = linesOf(parts, fact.outage, lower, fact.upper);
  const lines: BatchLine[] = [];
  for (let i = 0; i < bare.length; i += linesAtOnce) {
    // Asked for together, they are one call to the database and not a thousand.
    const slice = bare.slice(i, i + linesAtOnce);
    lines.push(...(await Promise.all(slice.map((line) => toBatchLine(snapshot, line)))));
  }
  return renderBatch({
    id: fact.id,
    format: fact.format as Format,
    branchCode: fact.branchCode,
    timezone: fact.timezone,
    deskNames: fact.deskNames,
    generatorVersion: fact.generatorVersion,
    madeAt,
    partial: fact.partial,
    lines,
  });
}

async function toBatchLine(snapshot: Snapshot | null, line: Line): Promise<BatchLine> {
  const { fact } = line.recorded;
  const card = "patron" in fact ? fact.patron : undefined;
  const [item, patron] = await Promise.all([
    "item" in fact ? snapshot?.item(fact.item) : null,
    card === undefined ? null : snapshot?.patron(card),
  ]);
  const typed = fact.kind === "checkout" ? (fact.note ?? "") : "";
  return { ...line, title: item?.title ?? typed, patronName: patron ? fullName(patron) : "" };
}

/** Renders a batch from this desk's log; a conflict says what is not here (yet). */
async function renderHere(parts: DeskParts, batch: Batch): Promise<Answer<RenderedBatch>> {
  const { fact } = batch;
  const key = keyOf(parts, fact, batch.madeAt);
  if (latest?.key === key) return { kind: "done", value: latest.files };
  if (isPurged(parts, fact)) {
    const text = `Outage ${fact.outage} is purged: its scans are gone, and the file can't be made again.`;
    return { kind: "conflict", code: "purged", text };
  }
  const held = parts.ledger.books.get(outageDocument(fact.outage))?.document.frontier() ?? new Map();
  const lacks = [...fact.upper].some(([feed, count]) => (held.get(feed)?.count ?? 0) < count);
  if (lacks) {
    const text =
      "This desk does not hold all entries of that batch yet. Take the file from the desk that made it.";
    return { kind: "conflict", code: "not-here", text };
  }
  if (parseFormat(fact.format) === null) {
    const text = `The format ${fact.format} is not known to this version of the program.`;
    return { kind: "conflict", code: "unknown-format", text };
  }
  const files = await render(parts, fact, lowerOf(parts.ledger.branch, fact), batch.madeAt);
  const main = files.files.find(({ role }) => role === "main")!;
  if (sha256Hex(main.bytes) !== fact.sha256) {
    const text =
      "This desk renders other bytes than the desk that made the batch. Take the file from there, and tell the makers of Deskmesh.";
    return { kind: "conflict", code: "other-bytes", text };
  }
  latest = { key, files };
  return { kind: "done", value: files };
}

/** Whoever has just made a batch keeps its files: 100,000 lines aren't rendered twice. */
export function keepFiles(parts: DeskParts, fact: BatchFact, madeAt: number, files: RenderedBatch): void {
  latest = { key: keyOf(parts, fact, madeAt), files };
}

/** And destroyed here: as long as it isn't, its files can be made. */
function isPurged({ ledger }: DeskParts, { outage }: BatchFact): boolean {
  return ledger.branch.purges.purges.has(outage) && !ledger.books.get(outageDocument(outage));
}

/** Of an outage that is purged nothing stays, in memory neither. */
export function forgetFiles(): void {
  latest = null;
}

function keyOf(parts: DeskParts, fact: BatchFact, madeAt: number): string {
  return [parts.own.desk, fact.id, fact.sha256, fact.snapshot, madeAt].join(" ");
}

export function findBatch(parts: DeskParts, id: string): Batch | undefined {
  return parts.ledger.branch.batches.find(({ fact }) => fact.id === id);
}

/** Durable on every desk that is linked now (L22). */
export function isReleased(parts: DeskParts, batch: Batch): boolean {
  const { desk, run, seq } = batch.entry;
  return parts.mesh.links("branch").every((link) => frontierCovers(link.peerFrontier, `${desk}/${run}`, seq));
}

export async function viewBatch(parts: DeskParts, batch: Batch): Promise<BatchView> {
  const { fact } = batch;
  const { counts, files } = await summarize(parts, batch);
  return {
    id: fact.id,
    outage: fact.outage,
    format: fact.format,
    state: batch.state,
    madeAt: parts.times().rfc3339(batch.madeAt),
    ...(batch.madeBy === undefined ? {} : { by: batch.madeBy }),
    partial: fact.partial,
    ...(fact.reason === undefined ? {} : { reason: fact.reason }),
    lines: fact.lines,
    counts,
    sha256: fact.sha256,
    files,
    released: isReleased(parts, batch),
  };
}

/** Nothing where the batch can't be rendered here: asking for its file says why. */
async function summarize(parts: DeskParts, batch: Batch): Promise<Summary> {
  const known = summaries.get(batch.fact);
  const here = known ?? (await renderHere(parts, batch));
  if (isPurged(parts, batch.fact)) return { counts: known?.counts ?? [], files: [] };
  if (!("kind" in here)) return here;
  if (here.kind !== "done") return { counts: [], files: [] };
  const files = here.value.files.map(({ role, name, bytes }) => ({
    role,
    name,
    size: bytes.length,
    sha256: sha256Hex(bytes),
  }));
  const summary = { counts: here.value.counts, files };
  summaries.set(batch.fact, summary);
  return summary;
}

export async function listBatches(parts: DeskParts): Promise<BatchView[]> {
  return Promise.all([...parts.ledger.branch.batches].reverse().map((batch) => viewBatch(parts, batch)));
}

export async function readBatch(parts: DeskParts, id: string): Promise<Answer<BatchView>> {
  const batch = findBatch(parts, id);
  if (!batch) return { kind: "not-found", text: "There is no such batch." };
  return { kind: "done", value: await viewBatch(parts, batch) };
}

export async function readBatchFile(
  parts: DeskParts,
  id: string,
  role: Parameters<Desk["batchFile"]>[1],
): Promise<Answer<FileBytes>> {
  const batch = findBatch(parts, id);
  if (!batch) return { kind: "not-found", text: "There is no such batch." };
  if (batch.state === "withdrawn") {
    const over = batch.overlaps === undefined ? "" : ` It holds lines of ${batch.overlaps}.`;
    return { kind: "conflict", code: "withdrawn", text: `This batch was withdrawn.${over} Make a new one.` };
  }
  if (!isReleased(parts, batch)) {
    const text = "A linked desk does not know of this batch yet. Wait a moment and ask again.";
    return { kind: "conflict", code: "not-released", text };
  }
  const needed = batch.fact.snapshot;
  if (role !== "main" && needed !== undefined && (await parts.library.open(needed)) === null) {
    const text =
      "This desk does not hold the patron data that the batch was made with, so titles and names would be missing. Take this file from the desk that made it.";
    return { kind: "conflict", code: "no-snapshot", text };
  }
  const here = await renderHere(parts, batch);
  if (here.kind !== "done") return here;
  const file = here.value.files.find((one) => one.role === role);
  if (!file) return { kind: "not-found", text: `This batch has no ${role} file.` };
  return { kind: "done", value: { name: file.name, mediaType: file.mediaType, bytes: file.bytes } };
}

export async function markBatch(
  parts: DeskParts,
  id: string,
  outcome: Parameters<Desk["markBatch"]>[1],
  staff?: string,
): Promise<Answer<BatchView>> {
  const batch = findBatch(parts, id);
  if (!batch) return { kind: "not-found", text: "There is no such batch." };
  if (batch.state === "withdrawn" || (batch.state === "loaded" && outcome.state !== "loaded")) {
    return { kind: "conflict", code: batch.state, text: `This batch is ${batch.state}.` };
  }
  const { state, job, byHand, note } = outcome;
  await parts.ledger.appendBranch(
    {
      kind: "outcome",
      batch: id,
      state,
      ...(job === undefined ? {} : { job }),
      ...(byHand === undefined ? {} : { byHand }),
      ...(note === undefined ? {} : { note }),
    },
    staff,
  );
  parts.emit("batch", { id });
  return readBatch(parts, id);
}
