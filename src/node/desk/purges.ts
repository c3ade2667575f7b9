/**
 * Purging an outage: what stands against it, what it takes away and what stays, and the entry that every desk follows
 * (log.md, L24). Nothing is purged that isn't loaded.
 */
import { inOneEntry, slices } from "../../crdt/circulation/batch-lists.ts";
import type { BranchFact } from "../../crdt/circulation/branch-fact.ts";
import { isOpenBatch, type Outage } from "../../crdt/circulation/branch-state.ts";
import type { FrontierCounts } from "../../crdt/circulation/frontier-counts.ts";
import type { DeskHourCount } from "../../crdt/circulation/purge-state.ts";
import { countInSteps } from "../../crdt/circulation/statistics.ts";
import { runThrough } from "../../crdt/circulation/steps.ts";
import type { Aside } from "../../crdt/log/document.ts";
import type { PastOutageView, StatisticsRow } from "../http/api.ts";
import { sayTodos, sayUndecided } from "./closing.ts";
import type { Answer, Conflict, NotFound } from "./desk.ts";
import { listExceptions } from "./exceptions-view.ts";
import { lateIsKnown } from "./late.ts";
import { outageDocument } from "./ledger-entries.ts";
import type { DeskParts } from "./parts.ts";
import { type Look, lookAt, vainFacts } from "./purge-facts.ts";
import { dueForPurge } from "./retention.ts";
import { inSlices } from "./slices.ts";
import { countOpenTodosAbout } from "./todos.ts";
import { countWaiting } from "./waiting.ts";

/** `aside`: a supervisor may go over it with a reason. */
interface Obstacle {
  readonly code: "open" | "not-loaded" | "waiting" | "undecided" | "todos" | "older" | "aside" | "newer";
  readonly text: string;
}

const doneWaitMs = 3_000;

/** Newest first, without one in which nothing happened yet. */
export async function listOutages(parts: DeskParts): Promise<PastOutageView[]> {
  const known = [...parts.ledger.branch.outages.values()].filter(({ state }) => state !== "standby");
  const views: PastOutageView[] = [];
  for (const outage of known.toSorted((a, b) => b.number - a.number))
    views.push(await viewPast(parts, outage));
  return views;
}

export async function readStatistics(
  parts: DeskParts,
  outage: number,
): Promise<Answer<readonly StatisticsRow[]>> {
  if (!parts.ledger.branch.outages.has(outage)) return noSuchOutage;
  const cells = (await statisticsOf(parts, outage)).toSorted((a, b) => a.hour - b.hour);
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
  const known = parts.ledger.branch.outages.get(outage);
  if (!known || known.state === "standby") return noSuchOutage;
  const objection = await sayPurge(parts, known, reason, staff);
  if (objection) return objection;
  await parts.holdings.settled();
  await waitForLinked(parts, outage);
  return { kind: "done", value: await viewPast(parts, known) };
}

/** Of a desk that is never at rest: the next one is in one step, and scans wait for it once. */
const triesInSlices = 3;

/**
 * Looks, works out in slices what is to be said with a purge, and looks again: what came meanwhile stands in its way like
 * anything else, and where it makes other facts they are worked out anew. The purge names what was here at the first look
 * and no more; whoever holds more carries that on (L24). Quiet where another desk purged it by then.
 */
async function sayPurge(
  parts: DeskParts,
  before: Outage,
  reason: string | undefined,
  staff: string | undefined,
): Promise<Conflict | null> {
  const { ledger, clock } = parts;
  const outage = before.number;
  let look: Look | null = null;
  let facts: readonly BranchFact[] = [];
  try {
    for (let tries = 0; ; tries++) {
      await ledger.settled();
      const todos = await countOpenTodosAbout(parts, outage);
      await lateIsKnown(parts);
      // From here to the entries' place in the log nothing else has its turn.
      const { outages, purges } = ledger.branch;
      if (purges.purges.has(outage)) return null;
      const obstacle = objectToPurge(findObstacles(parts, outages.get(outage) ?? before, todos), reason);
      if (obstacle) return obstacle;
      if (!look?.isSame()) {
        look?.end();
        look = lookAt(ledger, outage);
        if (tries < triesInSlices) {
          facts = await inSlices(clock, look.steps);
          continue;
        }
        facts = runThrough(look.steps);
      }
      const why = reason === undefined ? {} : { reason: reason.trim() };
      const words = divideUpper(look.upper).map((upper) => ({
        ...{ kind: "purge" as const, outage, upper },
        ...why,
      }));
      // In this order: wherever the power goes, nothing is purged that was not counted.
      const said = [...facts, ...vainFacts(ledger, outage, look.upper), ...words];
      await Promise.all(said.map((fact) => ledger.appendBranch(fact, staff)));
      return null;
    }
  } finally {
    look?.end();
  }
}

/** Several where an entry has no room for all: they are joined. */
function divideUpper(upper: FrontierCounts): readonly FrontierCounts[] {
  if (upper.size === 0) return [upper];
  return slices([...upper], inOneEntry.feeds).map((some) => new Map(some));
}

/** `todos`: open ones about it; they can't be counted at once. */
export function findObstacles(
  parts: DeskParts,
  { number, state }: Outage,
  todos: number,
): readonly Obstacle[] {
  const obstacles: Obstacle[] = [];
  if (state !== "closed")
    obstacles.push({ code: "open", text: `Outage ${number} is ${state}: close it first.` });
  const open = parts.ledger.branch.batches.filter(
    (batch) => batch.fact.outage === number && isOpenBatch(batch),
  );
  if (open.length > 0) {
    const text = `${open.map(({ fact }) => fact.id).join(", ")}: not marked as loaded yet.`;
    obstacles.push({ code: "not-loaded", text });
  }
  const waiting = countWaiting(parts, number);
  if (waiting > 0) {
    const many = `${waiting} scans are in no file yet: export them first.`;
    const text = waiting === 1 ? "1 scan is in no file yet: export it first." : many;
    obstacles.push({ code: "waiting", text });
  }
  const undecided = countUndecided(parts, number);
  if (undecided > 0) obstacles.push(sayUndecided(undecided));
  if (todos > 0) obstacles.push(sayTodos(parts, todos));
  const older = listOlder(parts, number);
  if (older.length > 0) {
    const text = `Scans of outage ${older.join(", ")} were taken back or decided in outage ${number}, and would stand again: purge outage ${older.join(", ")} first.`;
    obstacles.push({ code: "older", text });
  }
  const aside = listUndecided(parts, number);
  const newer = aside.filter(({ reason }) => reason === "unknown-kind").length;
  if (newer > 0) {
    const many = `${newer} entries are of a newer version: update this desk's program first.`;
    const one = "1 entry is of a newer version: update this desk's program first.";
    obstacles.push({ code: "newer", text: newer === 1 ? one : many });
  }
  if (aside.length > newer) {
    const many = `${aside.length - newer} entries are kept aside and in no file: of desks that were retired (decide them under Exceptions), or that nobody admitted. To let them go, give a reason.`;
    const one =
      "1 entry is kept aside and in no file: of a desk that was retired (decide it under Exceptions), or that nobody admitted. To let it go, give a reason.";
    obstacles.push({ code: "aside", text: aside.length - newer === 1 ? one : many });
  }
  return obstacles;
}

/** About a scan of it, wherever they were found: what is kept aside has an obstacle of its own. */
function countUndecided(parts: DeskParts, outage: number): number {
  const { fold } = parts.ledger;
  const open = listExceptions(parts).filter(
    ({ kind, mustDecide, settlements }) => mustDecide && settlements.length === 0 && kind !== "retired-desk",
  );
  const isOfIt = (id: string): boolean => fold.recordedById(id)?.position.outage === outage;
  return open.filter(({ transactions }) => transactions.some(isOfIt)).length;
}

/** Earlier outages of which a voiding or a decision stands in this one; without it they would say something else. */
function listOlder({ ledger: { fold, branch } }: DeskParts, outage: number): readonly number[] {
  const older = new Set<number>();
  for (const { fact, position } of fold.all()) {
    if (position.outage !== outage || (fact.kind !== "voiding" && fact.kind !== "settlement")) continue;
    const about = fact.kind === "voiding" ? fact.voids : (fact.transaction ?? "");
    const target = fold.recordedById(about)?.position.outage ?? outage;
    if (target < outage && !branch.purges.purges.has(target)) older.add(target);
  }
  return [...older].sort((a, b) => a - b);
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

async function viewPast(parts: DeskParts, before: Outage): Promise<PastOutageView> {
  const { number } = before;
  const counts = countKinds(await statisticsOf(parts, number));
  // Closing asks about its own by itself, and what is purged has none.
  const isPurgeable = before.state === "closed" && !parts.ledger.branch.purges.purges.has(number);
  const todos = isPurgeable ? await countOpenTodosAbout(parts, number) : 0;
  const outage = parts.ledger.branch.outages.get(number) ?? before;
  const { state, since, changedAt } = outage;
  const { rfc3339 } = parts.times();
  const purge = parts.ledger.branch.purges.purges.get(number);
  const obstacles = purge ? [] : findObstacles(parts, outage, todos);
  const due = purge || obstacles.length > 0 ? null : dueForPurge(parts, outage);
  return {
    number,
    state,
    ...(since === undefined ? {} : { since: rfc3339(since) }),
    ...(state === "closed" && changedAt !== undefined ? { closedAt: rfc3339(changedAt) } : {}),
    counts,
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
async function statisticsOf({ ledger, clock }: DeskParts, outage: number): Promise<readonly DeskHourCount[]> {
  const isPurged = (): boolean => ledger.branch.purges.purges.has(outage);
  const counted = isPurged() ? [] : await inSlices(clock, countInSteps(ledger.fold, outage));
  return isPurged() ? (ledger.branch.purges.statistics.get(outage) ?? []) : counted;
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
