/** Purges what is due. One desk says so for all, and none whose clock nobody can vouch for. */
import { CLOCK_TOLERANCE_MS } from "../../crdt/circulation/wall-time.ts";
import type { Soon } from "../mesh/soon.ts";
import { reasonOf } from "./fault-text.ts";
import { correctedNow } from "./judging.ts";
import type { DeskParts } from "./parts.ts";
import { findObstacles, purgeOutage } from "./purges.ts";
import { dueForPurge } from "./retention.ts";

const lookEveryMs = 3_600_000;
/** A clock that has just jumped is found out by then: links compare clocks every two seconds. */
const lookAgainMs = 10_000;

/** Looks now and then, until `soon` is stopped. */
export function watchDuePurges(parts: DeskParts, soon: Soon): void {
  soon("due purges", lookEveryMs, () => {
    watchDuePurges(parts, soon);
    if (listDue(parts).length > 0) soon("due again", lookAgainMs, () => void purgeDue(parts));
  });
}

/** One at each look: of several the next one's turn comes with the next. */
async function purgeDue(parts: DeskParts): Promise<void> {
  for (const outage of listDue(parts)) {
    try {
      if ((await purgeOutage(parts, outage, undefined)).kind === "done") return;
    } catch (why) {
      parts.log(`Outage ${outage} is due and could not be purged: ${reasonOf(why)}`);
      return;
    }
  }
}

/** To-dos aside: whoever purges it asks about them. */
function listDue(parts: DeskParts): readonly number[] {
  if (parts.fault() || !speaksForAll(parts) || !isClockVouched(parts)) return [];
  const { outages, purges } = parts.ledger.branch;
  return [...outages.values()].flatMap((outage) => {
    const due = purges.purges.has(outage.number) ? null : dueForPurge(parts, outage);
    const stays = due === null || due > correctedNow(parts) || findObstacles(parts, outage, 0).length > 0;
    return stays ? [] : [outage.number];
  });
}

/** Of the desks that are linked, the first by its id: more than one word would be no harm, but noise. */
function speaksForAll({ roster, own }: DeskParts): boolean {
  return !roster.desks().some((desk) => desk < own.desk && roster.isLinked(desk));
}

/** A PC that believes itself in 2038 must not purge what is in use: another desk agrees, or there is no other one. */
function isClockVouched({ clockCheck, mesh, roster }: DeskParts): boolean {
  if (clockCheck.question()) return false;
  if (roster.desks().length === 1) return true;
  const offset = mesh.othersOffsetMs();
  return offset !== undefined && Math.abs(offset) <= CLOCK_TOLERANCE_MS;
}
