/**
 * The files of a batch, rendered from its entry, the log and the snapshot that it names, wherever they are asked for,
 * and held to the SHA-256 in that entry (log.md, L20).
 */
import { type Batch, isReissued } from "../../crdt/circulation/batch-state.ts";
import type { BatchFact } from "../../crdt/circulation/branch-fact.ts";
import { type BatchContent, contentInSteps, type Line } from "../../crdt/circulation/lines.ts";
import type { Steps } from "../../crdt/circulation/steps.ts";
import { startSha256 } from "../../crdt/log/digest.ts";
import type { BatchLine, Format, RenderedBatch } from "../../export/batch.ts";
import { parseFormat, renderInSteps } from "../../export/render.ts";
import { withRoom } from "../heap.ts";
import type { Clock } from "../ports.ts";
import type { Snapshot } from "../snapshot/snapshot.ts";
import type { Answer } from "./desk.ts";
import { frontiersOf } from "./exported.ts";
import type { Ledger } from "./ledger.ts";
import { outageDocument } from "./ledger-entries.ts";
import type { DeskParts } from "./parts.ts";
import { fullName } from "./person-views.ts";
import { giveWay, inSlices } from "./slices.ts";

const linesAtOnce = 1_000;
/** The files of the batch that was asked for last, for each desk that is open here: a practising one is another. */
const latest = new WeakMap<Ledger, { readonly key: string; readonly files: RenderedBatch }>();

/** Lines and counts between these frontiers, of the log as it is now. */
export function contentOf(
  { ledger, clock }: DeskParts,
  range: Parameters<typeof frontiersOf>[1],
): Promise<BatchContent> {
  return inSlices(clock, contentInSteps(ledger.fold, frontiersOf(ledger, range)));
}

/** Files of a batch. `reissued`: their names say that they are a copy; `known`: its lines, where they are known already. */
export function render(...asked: Parameters<typeof nameAndRender>): Promise<RenderedBatch> {
  return withRoom("some", () => nameAndRender(...asked));
}

async function nameAndRender(
  parts: DeskParts,
  fact: BatchFact,
  madeAt: number,
  reissued = false,
  known?: readonly Line[],
): Promise<RenderedBatch> {
  const bare = known ?? (await contentOf(parts, fact)).lines;
  const snapshot = fact.snapshot === undefined ? null : await parts.library.open(fact.snapshot);
  /** Each line is named, and then written. */
  const tell = (done: number): void => {
    // A short one is there before anybody could read how far it is.
    if (bare.length <= linesAtOnce) return;
    const half = Math.floor(done / 2);
    parts.emit("progress", { task: "export", done: half, of: bare.length, text: "Making the file" });
  };
  // In memory each look-up takes a tenth: after a start, or with a new snapshot, that is worth the moment's wait.
  if (bare.length > linesAtOnce) await snapshot?.lookUpsPrepared();
  const naming = createNaming(snapshot);
  for (let i = 0; i < bare.length; i += linesAtOnce) {
    const slice = bare.slice(i, i + linesAtOnce);
    await naming.learn(slice);
    tell(i + slice.length);
    await giveWay(parts.clock);
  }
  const steps = renderInSteps({
    id: fact.id,
    format: fact.format as Format,
    branchCode: fact.branchCode,
    timezone: fact.timezone,
    deskNames: fact.deskNames,
    generatorVersion: fact.generatorVersion,
    madeAt,
    partial: fact.partial,
    ...(fact.split === true && { split: true }),
    ...(fact.statisticsGroups !== undefined && { statisticsGroups: fact.statisticsGroups }),
    ...(reissued && { reissued: true }),
    lines: {
      length: bare.length,
      at: (n) => (bare[n] === undefined ? undefined : naming.toBatchLine(bare[n])),
    },
  });
  return inSlices(parts.clock, steps, (written) => tell(bare.length + written));
}

/** Of the main file; of all its parts, one after the other. */
export function sha256OfMain({ clock }: DeskParts, { files }: RenderedBatch): Promise<string> {
  const mains = files.filter(({ role }) => role === "main").map(({ bytes }) => bytes);
  return sha256OfFiles(clock, mains);
}

const bytesInStep = 256 * 1024;

export function sha256OfFiles(clock: Clock, files: readonly Uint8Array[]): Promise<string> {
  function* steps(): Steps<string> {
    const running = startSha256();
    for (const bytes of files)
      for (let at = 0; at < bytes.length; at += bytesInStep) {
        running.update(bytes.subarray(at, at + bytesInStep));
        yield at;
      }
    return running.close();
  }
  return inSlices(clock, steps());
}

interface Naming {
  /** To be awaited before these lines are asked about. */
  learn(lines: readonly Line[]): Promise<void>;
  toBatchLine(line: Line): BatchLine;
}

/** Titles and names as the snapshot has them, asked for once of each item and patron of a batch. */
function createNaming(snapshot: Snapshot | null): Naming {
  const titles = new Map<string, string | null>();
  const names = new Map<string, string>();

  async function learnTitle(item: string): Promise<void> {
    titles.set(item, (await snapshot?.item(item))?.title ?? null);
  }
  async function learnName(card: string): Promise<void> {
    const patron = await snapshot?.patron(card);
    names.set(card, patron ? fullName(patron) : "");
  }

  return {
    async learn(lines) {
      const items = new Set<string>();
      const cards = new Set<string>();
      for (const { recorded } of lines) {
        const { fact } = recorded;
        if ("item" in fact && !titles.has(fact.item)) items.add(fact.item);
        if ("patron" in fact && fact.patron !== undefined && !names.has(fact.patron)) cards.add(fact.patron);
      }
      // Asked for together, they are one call to the database and not a thousand.
      await Promise.all([...[...items].map(learnTitle), ...[...cards].map(learnName)]);
    },
    toBatchLine({ recorded, time, leftOut }) {
      const { fact } = recorded;
      const typed = fact.kind === "checkout" ? (fact.note ?? "") : "";
      const title = ("item" in fact ? titles.get(fact.item) : null) ?? typed;
      const patronName = ("patron" in fact && fact.patron !== undefined && names.get(fact.patron)) || "";
      return leftOut === undefined
        ? { recorded, time, title, patronName }
        : { recorded, time, title, patronName, leftOut };
    },
  };
}

/** Renders a batch from this desk's log; a conflict says what is not here (yet). */
export async function renderHere(parts: DeskParts, batch: Batch): Promise<Answer<RenderedBatch>> {
  const { fact } = batch;
  const reissued = isReissued(batch);
  const key = keyOf(fact, batch.madeAt, reissued);
  const kept = latest.get(parts.ledger);
  if (kept?.key === key) return { kind: "done", value: kept.files };
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
  const files = await render(parts, fact, batch.madeAt, reissued);
  if ((await sha256OfMain(parts, files)) !== fact.sha256) {
    const text =
      "This desk renders other bytes than the desk that made the batch. Take the file from there, and tell the makers of Deskmesh.";
    return { kind: "conflict", code: "other-bytes", text };
  }
  latest.set(parts.ledger, { key, files });
  return { kind: "done", value: files };
}

/** Whoever has just made a batch keeps its files: 100,000 lines aren't rendered twice. */
export function keepFiles(parts: DeskParts, fact: BatchFact, madeAt: number, files: RenderedBatch): void {
  latest.set(parts.ledger, { key: keyOf(fact, madeAt, false), files });
}

/** And destroyed here: as long as it isn't, its files can be made. */
export function isPurged({ ledger }: DeskParts, { outage }: BatchFact): boolean {
  return ledger.branch.purges.purges.has(outage) && !ledger.books.get(outageDocument(outage));
}

/** Of an outage that is purged nothing stays, in memory neither. */
export function forgetFiles(ledger: Ledger): void {
  latest.delete(ledger);
}

function keyOf(fact: BatchFact, madeAt: number, reissued: boolean): string {
  return [fact.id, fact.sha256, fact.snapshot, madeAt, reissued].join(" ");
}
