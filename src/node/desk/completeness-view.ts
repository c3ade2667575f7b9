/** Whether all is here, desk by desk and run by run, with who holds what and what a supervisor said (log.md, L19). */
import { endedFeeds, isComplete } from "../../crdt/log/completeness.ts";
import { parseFeedKey } from "../../crdt/log/feed-name.ts";
import { joinFrontiers } from "../../crdt/log/frontier.ts";
import type { CompletenessView } from "../http/api.ts";
import type { Answer } from "./desk.ts";
import { listVerdicts } from "./desks-view.ts";
import { lateIsKnown } from "./late.ts";
import { outageDocument } from "./ledger-entries.ts";
import type { DeskParts } from "./parts.ts";
import { countWaiting } from "./waiting.ts";

type DeskRow = CompletenessView["desks"][number];

/** `asked`: the number of an outage; the current one if left out. */
export async function viewCompleteness(parts: DeskParts, asked?: number): Promise<Answer<CompletenessView>> {
  await lateIsKnown(parts);
  const { branch, books } = parts.ledger;
  const outage = asked ?? branch.current.number;
  const document = outageDocument(outage);
  if (!books.get(document)) {
    const text = branch.purges.purges.has(outage)
      ? `Outage ${outage} is purged.`
      : `There is no outage ${outage} here.`;
    return { kind: "not-found", text };
  }
  const verdicts = listVerdicts(parts, document);
  const runs = listRuns(parts, document);
  const desks = verdicts.map((verdict): DeskRow => {
    const said = branch.statements.findLast((one) => one.desk === verdict.desk && one.outage === outage);
    return {
      ...verdict,
      runs: runs.get(verdict.desk) ?? [],
      ...(said && {
        said: {
          says: said.says,
          reason: said.reason,
          ...(said.staff === undefined ? {} : { by: said.staff }),
          at: parts.times().rfc3339(said.at),
        },
      }),
    };
  });
  const complete = verdicts.every(({ verdict }) => isComplete(verdict));
  return { kind: "done", value: { outage, complete, waiting: countWaiting(parts, outage), desks } };
}

/** By desk, in order of their names; headers of runs aren't counted. */
function listRuns({ ledger, roster }: DeskParts, document: string): ReadonlyMap<string, DeskRow["runs"]> {
  const frontiers = roster.frontiers(document);
  const here = ledger.books.get(document)!.document;
  const held = here.frontier();
  const wanted = joinFrontiers([roster.wanted(document), ...frontiers.values()]);
  const ended = endedFeeds(here.feeds(), (feed) => ledger.finished.has(`${document} ${feed.key}`));
  const scans = (count: number | undefined): number => Math.max(0, (count ?? 0) - 1);
  const byDesk = new Map<string, DeskRow["runs"][number][]>();
  for (const [key, mark] of [...wanted].sort(([a], [b]) => (a < b ? -1 : 1))) {
    const { desk, run } = parseFeedKey(key)!;
    const heldBy = [...frontiers].flatMap(([holder, frontier]) => {
      const count = scans(frontier.get(key)?.count);
      return count > 0 ? [{ desk: holder, name: roster.nameOf(holder), count }] : [];
    });
    const row = {
      run,
      made: scans(mark.count),
      here: scans(held.get(key)?.count),
      ended: ended.has(key),
      heldBy,
    };
    byDesk.set(desk, [...(byDesk.get(desk) ?? []), row]);
  }
  return byDesk;
}
