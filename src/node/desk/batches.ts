/**
 * Batches: the merged file of an outage between two frontiers (log.md, L20–L22). A batch is an entry of `branch`; here is
 * what a page is shown of it, and the way to its files.
 */
import { type Batch, isReissued } from "../../crdt/circulation/batch-state.ts";
import type { BatchFact } from "../../crdt/circulation/branch-fact.ts";
import type { KindTally } from "../../crdt/circulation/lines.ts";
import { frontierCovers } from "../../crdt/log/frontier.ts";
import type { BatchCount, Format, RenderedBatch } from "../../export/batch.ts";
import { checklistOf } from "../../export/checklist.ts";
import type { BatchCountView, BatchView } from "../http/api.ts";
import { contentOf, isPurged, renderHere, sha256OfFiles } from "./batch-files.ts";
import type { Answer, BatchRole, FileBytes } from "./desk.ts";
import { exportCheckOf, frontiersOf } from "./exported.ts";
import { ownIlsName } from "./judging.ts";
import type { Ledger } from "./ledger.ts";
import type { DeskParts } from "./parts.ts";
import { isReplayed, viewReplay } from "./replay-view.ts";

/** What a list shows of a batch; it is kept, the bytes aren't. */
type Summary = Pick<BatchView, "counts" | "reasons" | "files" | "checklist">;
interface KeptSummary {
  readonly reissued: boolean;
  /** Its checklist says it. */
  readonly ilsName: string | undefined;
  readonly summary: Summary;
}
const summaries = new WeakMap<BatchFact, KeptSummary>();
const nothing: Summary = { counts: [], reasons: [], files: [], checklist: [] };

export function findBatch(parts: DeskParts, id: string): Batch | undefined {
  return parts.ledger.branch.batches.find(({ fact }) => fact.id === id);
}

/** Durable on every desk that is linked now (L22). */
export function isReleased(parts: DeskParts, batch: Batch): boolean {
  const { desk, run, seq } = batch.entry;
  return parts.mesh.links("branch").every((link) => frontierCovers(link.peerFrontier, `${desk}/${run}`, seq));
}

export async function viewBatch(parts: DeskParts, batch: Batch): Promise<BatchView> {
  const { fact, overlaps } = batch;
  const { rfc3339 } = parts.times();
  const doubled = await doubledOf(parts, batch);
  const answers = parts.ledger.branch.answers.batches.get(fact.id)?.lines.values() ?? [];
  const refused = [...answers].filter(({ outcome }) => outcome !== "done").length;
  const summary = await summarize(parts, batch);
  const replay = await viewReplay(parts, batch);
  return {
    id: fact.id,
    outage: fact.outage,
    format: fact.format,
    state: batch.state === "loaded" && refused > 0 ? "loaded-with-errors" : batch.state,
    madeAt: rfc3339(batch.madeAt),
    ...(batch.madeBy === undefined ? {} : { by: batch.madeBy }),
    partial: fact.partial,
    ...(fact.reason === undefined ? {} : { reason: fact.reason }),
    ...(fact.split === true && { split: true }),
    lines: fact.lines,
    ...summary,
    sha256: fact.sha256,
    ...(refused === 0 ? {} : { refused }),
    released: isReleased(parts, batch),
    ...(replay === undefined ? {} : { replay }),
    ...(overlaps === undefined ? {} : { overlaps }),
    ...(doubled.length === 0 && overlaps === undefined ? {} : { doubled }),
    outcomes: batch.outcomes.map(({ at, ...outcome }) => ({ ...outcome, at: rfc3339(at) })),
  };
}

/** Its lines that are in another file, too. */
export async function doubledOf(parts: DeskParts, batch: Batch): Promise<NonNullable<BatchView["doubled"]>> {
  return mayBeDoubled(parts, batch) ? await listDoubled(parts, batch) : [];
}

/**
 * It was loaded or sent though it overlaps, or was withdrawn and its lines went on; or a copy of what it knew is in another file,
 * which was made apart, or by a desk that had lost what the other one holds.
 */
function mayBeDoubled({ ledger }: DeskParts, batch: Batch): boolean {
  const { fact, state } = batch;
  if (state === "withdrawn" || ledger.branch.purges.purges.has(fact.outage)) return false;
  if (standsBesideAnother(ledger, batch)) return true;
  const { isUpper } = frontiersOf(ledger, fact);
  const others = exportCheckOf(ledger, (one) => one.fact !== fact);
  return ledger.fold.copiedIds().some((id) => {
    const isKnown = ledger.fold.copiesOf(id).some(({ position }) => isUpper(position));
    return isKnown && others.batchOfId(id) !== undefined;
  });
}

/** Another file of its outage stands, and neither was made after the other: what both hold is in the ILS twice. */
function standsBesideAnother({ branch }: Pick<Ledger, "branch">, { fact, overlaps }: Batch): boolean {
  if (overlaps !== undefined) return true;
  return branch.batches.some(({ fact: other, state }) => {
    if (other === fact || other.outage !== fact.outage || state === "withdrawn") return false;
    return !other.after.includes(fact.id) && !fact.after.includes(other.id);
  });
}

/** Lines of a batch that another one carries as well, the two made apart; with that other one. */
async function listDoubled(parts: DeskParts, batch: Batch): Promise<NonNullable<BatchView["doubled"]>> {
  const { lines } = await contentOf(parts, batch.fact);
  const others = exportCheckOf(parts.ledger, ({ fact }) => fact !== batch.fact);
  const isBeside = standsBesideAnother(parts.ledger, batch);
  return lines.flatMap(({ recorded: { fact } }) => {
    if (!isBeside && parts.ledger.fold.copiesOf(fact.id).length < 2) return [];
    const other = others.batchOfId(fact.id);
    return other === undefined ? [] : [{ transaction: fact.id, batch: other }];
  });
}

/** Nothing where the batch can't be rendered here: asking for its file says why. */
async function summarize(parts: DeskParts, batch: Batch): Promise<Summary> {
  const kept = summaries.get(batch.fact);
  const ilsName = ownIlsName(parts);
  const isAsKept = kept?.reissued === isReissued(batch) && kept.ilsName === ilsName;
  const known = isAsKept ? kept.summary : undefined;
  const here = known ?? (await renderHere(parts, batch));
  if (isPurged(parts, batch.fact)) return { ...nothing, counts: kept?.summary.counts ?? [] };
  if (!("kind" in here)) return here;
  if (here.kind !== "done") return nothing;
  const { fact } = batch;
  const isOneMain = here.value.files.filter(({ role }) => role === "main").length === 1;
  const files: BatchView["files"][number][] = [];
  for (const { role, name, bytes, part } of here.value.files) {
    // What is rendered here was held to the entry's hash already.
    const isHashed = role === "main" && isOneMain;
    const sha256 = isHashed ? fact.sha256 : await sha256OfFiles(parts.clock, [bytes]);
    files.push({ role, name, size: bytes.length, sha256, ...(part === undefined ? {} : { part }) });
  }
  const summary = {
    counts: countWhatIsOut(fact.tally ?? [], here.value),
    reasons: here.value.reasons,
    files,
    checklist: checklistOf({ ...here.value, format: fact.format as Format, ilsName }),
  };
  summaries.set(fact, { reissued: isReissued(batch), ilsName, summary });
  return summary;
}

/** What was on the screen against what the files hold. Throws where the two don't add up: no such file goes out. */
export function joinCounts(tally: readonly KindTally[], rendered: Pick<RenderedBatch, "counts">): Counts {
  const wrong = tally.find((one) => !addsUp(one, rendered));
  if (wrong) {
    const { kind, onScreen, lines } = wrong;
    throw new Error(`the counts of ${kind} don't add up: ${onScreen} on screen, ${lines} for the files`);
  }
  const unseen = rendered.counts.find(({ kind }) => !tally.some((one) => one.kind === kind));
  if (unseen) throw new Error(`the counts of ${unseen.kind} don't add up: none on screen`);
  return tally.map(({ kind, onScreen, voided, repeated }) => {
    return { onScreen, ...countOf(kind, rendered), voided, repeated };
  });
}

/** The same of a file that is out: by what it holds where its maker saw something else, or a failure would hide all others. */
export function countWhatIsOut(tally: readonly KindTally[], rendered: Pick<RenderedBatch, "counts">): Counts {
  const isSeen = rendered.counts.every(({ kind }) => tally.some((one) => one.kind === kind));
  if (isSeen && tally.every((one) => addsUp(one, rendered))) return joinCounts(tally, rendered);
  return rendered.counts.map((count) => {
    return { onScreen: count.written + count.extra, ...count, voided: 0, repeated: 0 };
  });
}

type Counts = readonly BatchCountView[];

function addsUp(one: KindTally, rendered: Pick<RenderedBatch, "counts">): boolean {
  const { written, extra } = countOf(one.kind, rendered);
  return written + extra === one.lines && one.lines + one.voided + one.repeated === one.onScreen;
}

function countOf(kind: KindTally["kind"], { counts }: Pick<RenderedBatch, "counts">): BatchCount {
  return counts.find((one) => one.kind === kind) ?? { kind, written: 0, converted: 0, extra: 0, patrons: 0 };
}

export async function listBatches(parts: DeskParts): Promise<BatchView[]> {
  const views: BatchView[] = [];
  // One after the other: files that are made side by side are in memory side by side.
  for (const batch of parts.ledger.branch.batches.toReversed()) views.push(await viewBatch(parts, batch));
  return views;
}

export async function readBatch(parts: DeskParts, id: string): Promise<Answer<BatchView>> {
  const batch = findBatch(parts, id);
  if (!batch) return { kind: "not-found", text: "There is no such batch." };
  return { kind: "done", value: await viewBatch(parts, batch) };
}

export async function readBatchFile(
  parts: DeskParts,
  id: string,
  role: BatchRole,
  part?: number,
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
  // A guarded re-issue is a person's word that the file is wanted all the same.
  if (role === "main" && batch.state !== "re-issued" && isReplayed(parts, batch)) {
    const text =
      "Lines of this batch were sent over SIP2: its file would load them twice. Go on with the replay.";
    return { kind: "conflict", code: "replayed", text };
  }
  const needed = batch.fact.snapshot;
  if (role !== "main" && needed !== undefined && (await parts.library.open(needed)) === null) {
    const text =
      "This desk does not hold the patron data that the batch was made with, so titles and names would be missing. Take this file from the desk that made it.";
    return { kind: "conflict", code: "no-snapshot", text };
  }
  const here = await renderHere(parts, batch);
  if (here.kind !== "done") return here;
  const files = here.value.files.filter((one) => one.role === role);
  if (files.length === 0) return { kind: "not-found", text: `This batch has no ${role} file.` };
  const file = part === undefined && files.length === 1 ? files[0] : files.find((one) => one.part === part);
  if (!file) {
    const text =
      files.length > 1
        ? `part: expected one of 1 to ${files.length}: this batch is in parts.`
        : "This batch is not in parts.";
    return { kind: "refused", refusal: { kind: "invalid", text } };
  }
  return { kind: "done", value: { name: file.name, mediaType: file.mediaType, bytes: file.bytes } };
}
