/** What a supervisor does about desks: admit, rename, retire, say that one is lost or was off (log.md, L8, L16, L19). */
import type { BranchDesk } from "../../crdt/circulation/admission.ts";
import type { RetireFact } from "../../crdt/circulation/admission-fact.ts";
import { divideRetirement } from "../../crdt/circulation/retire-lists.ts";
import type { HybridTime } from "../../crdt/log/hybrid-clock.ts";
import type { DesksView } from "../http/api.ts";
import type { Applicant } from "../pairing/join-request.ts";
import type { Answer, Conflict, DeskAct, NotFound } from "./desk.ts";
import { listVerdicts, viewDesks } from "./desks-view.ts";
import type { Ledger } from "./ledger.ts";
import type { DeskParts } from "./parts.ts";

/** Durable when it resolves. A desk that is admitted already is told when it was: its answer may have been lost. */
export async function admitDesk(
  ledger: Ledger,
  { desk, name, fingerprint }: Applicant,
  staff?: string,
): Promise<{ readonly admittedAt: HybridTime } | string> {
  const known = ledger.branch.desks.get(desk);
  if (known?.retired)
    return "This desk is retired. It must be made a new desk first: join it with an empty identity folder.";
  if (known && known.fingerprint !== fingerprint) return "A desk of that key has another certificate.";
  if (known) return { admittedAt: known.admittedAt };
  if ([...ledger.branch.desks.values()].some((other) => other.fingerprint === fingerprint))
    return "Another desk has this certificate.";
  const { ms, n } = await ledger.appendBranch({ kind: "admit", desk, fingerprint, name }, staff);
  return { admittedAt: { ms, n } };
}

export async function actOnDesk(
  parts: DeskParts,
  id: string,
  act: DeskAct,
  staff?: string,
): Promise<Answer<DesksView>> {
  const found = findDesk(parts, id);
  if ("kind" in found) return found;
  const obstacle = objectTo(parts, found, act);
  if (obstacle) return obstacle;
  const { desk } = found;
  const { ledger } = parts;
  if (act.kind === "rename") await ledger.appendBranch({ kind: "rename", desk, name: act.name }, staff);
  else if (act.kind === "retire") {
    const reason = act.reason === undefined ? {} : { reason: act.reason };
    await appendRetirement(
      parts,
      { kind: "retire", desk, frontier: frontierOf(parts, desk), ...reason },
      staff,
    );
  } else {
    await ledger.appendBranch({ kind: "statement", desk, says: act.kind, reason: act.reason }, staff);
  }
  parts.emit("desk", viewDesks(parts));
  return { kind: "done", value: viewDesks(parts) };
}

async function appendRetirement({ ledger }: DeskParts, fact: RetireFact, staff?: string): Promise<void> {
  const { head, lists } = divideRetirement(fact);
  const entries = await Promise.all(lists.map((list) => ledger.appendBranch(list, staff)));
  const named = entries.length === 0 ? {} : { lists: entries.map(({ seq }) => seq) };
  await ledger.appendBranch({ ...head, ...named }, staff);
}

/** What an act needs to know of a desk; `unknown`: it wrote something, and nobody who counts has admitted it. */
type Known = Pick<BranchDesk, "desk" | "name" | "retired"> & { readonly unknown?: true };

/**
 * Desks of the branch, and those that only wrote something: let in by one that is retired, or by one whose disk was
 * wiped. What they made is waited for like any other's, so that a supervisor must be able to end the waiting.
 */
function listKnown(parts: DeskParts): readonly Known[] {
  const { books, branch } = parts.ledger;
  const written = books.all().flatMap(({ document }) => listVerdicts(parts, document.name));
  const unknown = new Map(
    written.filter(({ desk }) => !branch.desks.has(desk)).map((one) => [one.desk, one.name]),
  );
  return [
    ...branch.desks.values(),
    ...[...unknown].map(([desk, name]) => ({ desk, name, unknown: true as const })),
  ];
}

/** By its id, the beginning of it, or its name where that is one desk's alone. */
function findDesk(parts: DeskParts, id: string): Known | NotFound | Conflict {
  const all = listKnown(parts);
  const exact = all.find(({ desk }) => desk === id);
  if (exact) return exact;
  const wanted = id.toLowerCase();
  const meant = all.filter(
    ({ desk, name }) => name.toLowerCase() === wanted || (id.length >= 4 && desk.startsWith(wanted)),
  );
  const standing = meant.filter(({ retired }) => !retired);
  const named = standing.length > 0 ? standing : meant;
  if (named.length === 1) return named[0]!;
  if (named.length === 0) return { kind: "not-found", text: `There is no desk ${id} in this branch.` };
  const text = `${named.length} desks are called ${id}. Give its id, as \`deskmesh desks --json\` shows it.`;
  return { kind: "conflict", code: "which-desk", text };
}

function objectTo(parts: DeskParts, known: Known, act: DeskAct): Conflict | null {
  if (known.unknown && act.kind !== "lost") {
    const text = `${known.name} is not admitted, as far as this desk has heard. Let it in first, or say that it is lost.`;
    return { kind: "conflict", code: "not-admitted", text };
  }
  // What it was last known to have may be nowhere else: then only a supervisor's word ends the waiting for it (L16, L19).
  if (known.retired && act.kind !== "lost")
    return { kind: "conflict", code: "retired", text: `${known.name} is retired already.` };
  if (act.kind === "rename") return null;
  const isOwn = known.desk === parts.own.desk;
  if (isOwn)
    return { kind: "conflict", code: "own-desk", text: "This is this very desk. Do it at another one." };
  const isLinked = act.kind !== "retire" && parts.roster.isLinked(known.desk);
  if (!isLinked) return null;
  return { kind: "conflict", code: "linked", text: `${known.name} is on and linked at this moment.` };
}

/** What is durable here of that desk: all of it counts for good, everywhere (L16). */
function frontierOf(parts: DeskParts, desk: string): ReadonlyMap<string, ReadonlyMap<string, number>> {
  const frontier = new Map<string, Map<string, number>>();
  for (const { document } of parts.ledger.books.all()) {
    const runs = new Map<string, number>();
    for (const [feed, { count }] of document.frontier()) {
      const [writer, run] = feed.split("/") as [string, string];
      if (writer === desk) runs.set(run, count);
    }
    if (runs.size > 0) frontier.set(document.name, runs);
  }
  return frontier;
}
