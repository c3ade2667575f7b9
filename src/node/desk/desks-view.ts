/** The desks as a page shows them: who is there, what each has made and holds, and whether everything is here. */
import type { DeskCompleteness } from "../../crdt/log/completeness.ts";
import { parseFeedKey } from "../../crdt/log/feed-name.ts";
import type { Frontier } from "../../crdt/log/frontier.ts";
import type { DesksView, DeskVerdict, DeskView } from "../http/api.ts";
import type { Link } from "../mesh/link.ts";
import { outageDocument } from "./ledger-entries.ts";
import { isTwin } from "./live-twins.ts";
import type { DeskParts } from "./parts.ts";

/** Verdicts of one document, desks by name. */
export function listVerdicts(parts: DeskParts, document: string): DeskVerdict[] {
  return parts.roster
    .completeness(document)
    .map((one) => toVerdict(parts, one))
    .sort((a, b) => a.name.localeCompare(b.name) || (a.desk < b.desk ? -1 : 1));
}

export function viewDesks(parts: DeskParts): DesksView {
  const document = outageDocument(parts.ledger.branch.current.number);
  const frontiers = parts.roster.frontiers(document);
  const verdicts = listVerdicts(parts, document);
  return {
    desks: verdicts.map((verdict) => toDeskView(parts, verdict)),
    matrix: verdicts.map(({ desk }) => ({
      made: desk,
      held: [...frontiers].map(([by, frontier]) => ({ by, count: countOf(frontier, desk) })),
    })),
  };
}

function toVerdict(parts: DeskParts, one: DeskCompleteness): DeskVerdict {
  const heardAt = lastHeard(parts, one.desk);
  return {
    desk: one.desk,
    name: parts.roster.nameOf(one.desk),
    made: one.made,
    here: one.here,
    ...(heardAt === undefined ? {} : { lastHeard: parts.times().rfc3339(heardAt) }),
    verdict: one.verdict,
  };
}

function toDeskView(parts: DeskParts, verdict: DeskVerdict): DeskView {
  const self = verdict.desk === parts.own.desk;
  const link = parts.mesh.desks().find((one) => one.peer.desk === verdict.desk);
  const version = self ? parts.version : (link?.peer.version ?? parts.roster.heard(verdict.desk)?.version);
  const heardFree = link?.peerFreeBytes ?? parts.roster.heard(verdict.desk)?.freeBytes;
  const freeBytes = self ? (parts.freeBytes() ?? undefined) : heardFree;
  const aside = countAside(parts, verdict.desk);
  const known = parts.ledger.branch.desks.get(verdict.desk);
  return {
    ...verdict,
    self,
    linked: self || link !== undefined,
    ...(link ? linkToFields(link) : {}),
    ...(version === undefined ? {} : { version }),
    ...(freeBytes === undefined ? {} : { freeBytes }),
    runs: listRuns(parts, verdict.desk),
    ...(aside ? { aside } : {}),
    twin: isTwin(parts, verdict.desk),
    standing: known === undefined ? "unknown" : known.retired ? "retired" : "admitted",
  };
}

function linkToFields(link: Link) {
  const address = `${link.address.host} ${link.address.port}`;
  return link.clock
    ? { address, offsetMs: link.clock.offsetMs, roundTripMs: Math.round(link.clock.roundTripMs * 10) / 10 }
    : { address };
}

function lastHeard(parts: DeskParts, desk: string): number | undefined {
  if (desk === parts.own.desk || parts.roster.isLinked(desk)) return parts.clock.now();
  return parts.roster.heard(desk)?.lastHeardAt;
}

function listRuns(parts: DeskParts, desk: string): string[] {
  const runs = new Set<string>();
  for (const { document } of parts.ledger.books.all()) {
    for (const feed of document.feeds()) if (feed.place.desk === desk) runs.add(feed.place.run);
  }
  return [...runs].sort();
}

function countAside(parts: DeskParts, desk: string): { count: number; reason: string } | null {
  const kept = parts.ledger.books
    .all()
    .flatMap(({ document }) => document.aside().filter(({ entry }) => entry.desk === desk));
  return kept.length > 0 ? { count: kept.length, reason: kept[0]!.reason } : null;
}

/** Entries of a desk that a frontier holds, run headers not counted. */
function countOf(frontier: Frontier, desk: string): number {
  let count = 0;
  for (const [key, mark] of frontier) if (parseFeedKey(key)?.desk === desk) count += mark.count - 1;
  return count;
}
