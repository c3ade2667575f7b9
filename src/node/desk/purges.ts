/**
 * Purging an outage: what stands against it, what it takes away and what stays, and the entry that every desk follows
 * (log.md, L24). Nothing is purged that isn't loaded.
 */
import type { Outage } from "../../crdt/circulation/branch-state.ts";
import type { DeskHourCount } from "../../crdt/circulation/purge-state.ts";
import { countByHour, toStatisticsFacts } from "../../crdt/circulation/statistics.ts";
import type { Aside } from "../../crdt/log/document.ts";
import type { PastOutageView, StatisticsRow } from "../http/api.ts";
import type { Answer, Conflict, NotFound } from "./desk.ts";
import { listExceptions } from "./exceptions-view.ts";
import { outageDocument } from "./ledger-entries.ts";
import type { DeskParts } from "./parts.ts";
import { dueForPurge } from "./retention.ts";
import { countWaiting } from "./waiting.ts";

/** `aside`: a supervisor may go over it with a reason. */
interface Obstacle {
  readonly code: "open" | "not-loaded" | "waiting" | "aside" | "newer";
  readonly text: string;
}

const doneWaitMs = 3_000;

/** Newest first, without one in which nothing happened yet. */
export function listOutages(parts: DeskParts): PastOutageView[] {
  const known = [...parts.ledger.branch.outages.values()].filter(({ state }) => state !== "standby");
  return known.toSorted((a, b) => b.number - a.number).map((outage) => viewPast(parts, outage));
}

export function readStatistics(parts: DeskParts, outage: number): Answer<readonly StatisticsRow[]> {
  if (!parts.ledger.branch.outages.has(outage)) return noSuchOutage;
  const cells = statisticsOf(parts, outage).toSorted((a, b) => a.hour - b.hour);
  const times = parts.times();
  const value = cells.map(({ desk, kind, hour, count }) => ({
    desk: parts.roster.nameOf(desk),
    kind,
    hour: times.rfc3339(hour * 3_600_000),
    count,
  }));
  return { kind: "done", value };
}

/** `reason`: why entries that count nowhere may go, too. Without `staff` it was due. */
export async function purgeOutage(
  parts: DeskParts,
  outage: number,
  reason: string | undefined,
  staff?: string,
): Promise<Answer<PastOutageView>> {
  const { ledger, holdings } = parts;
  await ledger.books.caughtUp();
  const known = ledger.branch.outages.get(outage);
  if (!known || known.state === "standby") return noSuchOutage;
  if (!ledger.branch.purges.purges.has(outage)) {
    const obstacle = objectToPurge(findObstacles(parts, known), reason);
    if (obstacle) return obstacle;
    const held = ledger.books.get(outageDocument(outage))?.document.frontier() ?? new Map();
    const upper = new Map([...held].map(([feed, { count }]) => [feed, count]));
    // Before the purge: who stops between the two has counted once too often, and lost nothing.
    for (const fact of toStatisticsFacts(outage, countByHour(ledger.fold, outage)))
      await ledger.appendBranch(fact, staff);
    await ledger.appendBranch(
      { kind: "purge", outage, upper, ...(reason === undefined ? {} : { reason: reason.trim() }) },
      staff,
    );
  }
  await holdings.settled();
  await waitForLinked(parts, outage);
  return { kind: "done", value: viewPast(parts, known) };
}

export function findObstacles(parts: DeskParts, { number, state }: Outage): readonly Obstacle[] {
  const obstacles: Obstacle[] = [];
  if (state !== "closed")
    obstacles.push({ code: "open", text: `Outage ${number} is ${state}: close it first.` });
  const open = parts.ledger.branch.batches.filter(
    (batch) => batch.fact.outage === number && (batch.state === "made" || batch.state === "failed"),
  );
  if (open.length > 0) {
    const text = `${open.map(({ fact }) => fact.id).join(", ")}: not marked as loaded yet.`;
    obstacles.push({ code: "not-loaded", text });
  }
  const waiting = countWaiting(parts, number);
  if (waiting > 0)
    obstacles.push({ code: "waiting", text: `${waiting} scans are in no file yet: export them first.` });
  const aside = listUndecided(parts, number);
  const newer = aside.filter(({ reason }) => reason === "unknown-kind").length;
  if (newer > 0) {
    const text = `${newer} entries are of a newer version: update this desk's program first.`;
    obstacles.push({ code: "newer", text });
  }
  if (aside.length > newer) {
    const text = `${aside.length - newer} entries are kept aside and in no file: of desks that were retired (decide them under Exceptions), or that nobody admitted. To let them go, give a reason.`;
    obstacles.push({ code: "aside", text });
  }
  return obstacles;
}

/** Kept aside, and nobody has said what of it. */
function listUndecided(parts: DeskParts, outage: number): readonly Aside[] {
  const settled = listExceptions(parts).filter(
    (one) => one.kind === "retired-desk" && one.settlements.length > 0,
  );
  const decided = new Set(settled.flatMap(({ desk, runs = [] }) => runs.map((run) => `${desk}/${run}`)));
  const aside = parts.ledger.books.get(outageDocument(outage))?.document.aside() ?? [];
  return aside.filter(
    ({ entry, reason }) => reason !== "retired-desk" || !decided.has(`${entry.desk}/${entry.run}`),
  );
}

function objectToPurge(obstacles: readonly Obstacle[], reason: string | undefined): Conflict | null {
  const isReason = (reason ?? "").trim().length >= 3;
  const standing = obstacles.filter(({ code }) => code !== "aside" || !isReason);
  const [first] = standing;
  if (!first) return null;
  return { kind: "conflict", code: first.code, text: standing.map(({ text }) => text).join(" ") };
}

function viewPast(parts: DeskParts, outage: Outage): PastOutageView {
  const { number, state, since, changedAt } = outage;
  const { rfc3339 } = parts.times();
  const purge = parts.ledger.branch.purges.purges.get(number);
  const obstacles = purge ? [] : findObstacles(parts, outage);
  const due = purge || obstacles.length > 0 ? null : dueForPurge(parts, outage);
  return {
    number,
    state,
    ...(since === undefined ? {} : { since: rfc3339(since) }),
    ...(state === "closed" && changedAt !== undefined ? { closedAt: rfc3339(changedAt) } : {}),
    counts: countKinds(statisticsOf(parts, number)),
    obstacles: obstacles.map(({ text }) => text),
    needsReason: obstacles.some(({ code }) => code === "aside"),
    ...(due === null ? {} : { purgeAt: rfc3339(due) }),
    ...(purge ? { purged: viewReceipt(parts, number, purge) } : {}),
  };
}

function viewReceipt(
  parts: DeskParts,
  outage: number,
  { at, by, reason }: { readonly at: number; readonly by?: string; readonly reason?: string },
): NonNullable<PastOutageView["purged"]> {
  const done = parts.ledger.branch.purges.destroyed.get(outage);
  return {
    at: parts.times().rfc3339(at),
    ...(by === undefined ? {} : { by }),
    ...(reason === undefined ? {} : { reason }),
    desks: standingDesks(parts).map((desk) => ({
      desk,
      name: parts.roster.nameOf(desk),
      done: done?.has(desk) ?? false,
    })),
  };
}

/** Of a purged outage: what was counted before it went. */
function statisticsOf(parts: DeskParts, outage: number): readonly DeskHourCount[] {
  const { fold, branch } = parts.ledger;
  return branch.purges.purges.has(outage)
    ? (branch.purges.statistics.get(outage) ?? [])
    : countByHour(fold, outage);
}

function countKinds(cells: readonly DeskHourCount[]): PastOutageView["counts"] {
  const counts = new Map<DeskHourCount["kind"], number>();
  for (const { kind, count } of cells) counts.set(kind, (counts.get(kind) ?? 0) + count);
  return [...counts].map(([kind, count]) => ({ kind, count }));
}

function standingDesks(parts: DeskParts): readonly string[] {
  return [...parts.ledger.branch.desks.values()].flatMap(({ desk, retired }) => (retired ? [] : [desk]));
}

/** Whoever asked is told of the desks that are linked; the others follow when they come back. */
async function waitForLinked(parts: DeskParts, outage: number): Promise<void> {
  const until = parts.clock.monotonic() + doneWaitMs;
  const isDone = (desk: string): boolean =>
    parts.ledger.branch.purges.destroyed.get(outage)?.has(desk) ?? false;
  const isAwaited = (desk: string): boolean => desk !== parts.own.desk && parts.roster.isLinked(desk);
  while (standingDesks(parts).some((desk) => isAwaited(desk) && !isDone(desk))) {
    if (parts.clock.monotonic() > until) return;
    await new Promise<void>((resolve) => parts.clock.after(20, resolve));
  }
}

const noSuchOutage: NotFound = { kind: "not-found", text: "There is no such outage." };
