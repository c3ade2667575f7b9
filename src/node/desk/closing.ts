/**
 * What stands against closing an outage, in words, and the desks that it was closed over. Nothing that waits may be
 * forgotten by closing; only a desk that a supervisor gave up is left out, by name (contract.md, "Lifecycle").
 */
import { isOpenBatch, type Outage } from "../../crdt/circulation/branch-state.ts";
import { isComplete } from "../../crdt/log/completeness.ts";
import type { MissingDesk } from "../http/api.ts";
import { listVerdicts } from "./desks-view.ts";
import { listExceptions } from "./exceptions-view.ts";
import { ownIlsName } from "./judging.ts";
import { lateIsKnown } from "./late.ts";
import { outageDocument } from "./ledger-entries.ts";
import type { DeskParts } from "./parts.ts";
import { countOpenTodos } from "./todos.ts";
import { countWaiting } from "./waiting.ts";

export interface CloseObstacle {
  readonly code: "waiting" | "not-loaded" | "undecided" | "todos" | "incomplete";
  readonly text: string;
}

export interface Closing {
  readonly obstacles: readonly CloseObstacle[];
  /** Desks that are given up: closing names them. */
  readonly missing: readonly string[];
}

/** An outage in which nothing was done closes at once. */
export async function findObstacles(parts: DeskParts, { number }: Outage): Promise<Closing> {
  const obstacles: CloseObstacle[] = [];
  await lateIsKnown(parts);
  const waiting = countWaiting(parts, number);
  if (waiting > 0) {
    const text = `${waiting} ${waiting === 1 ? "scan is" : "scans are"} in no file yet. Export them first.`;
    obstacles.push({ code: "waiting", text });
  }
  const open = parts.ledger.branch.batches.filter(
    (batch) => batch.fact.outage === number && isOpenBatch(batch),
  );
  if (open.length > 0) {
    const text = `${open.map(({ fact }) => fact.id).join(", ")}: not marked as loaded yet.`;
    obstacles.push({ code: "not-loaded", text });
  }
  const undecided = countUndecided(parts, number);
  if (undecided > 0) obstacles.push(sayUndecided(undecided));
  const todos = await countOpenTodos(parts, number);
  if (todos > 0) obstacles.push(sayTodos(parts, todos));
  const verdicts = listVerdicts(parts, outageDocument(number));
  const hasHappened = verdicts.some(({ made }) => made > 0);
  const away = hasHappened ? verdicts.filter(({ verdict }) => !isComplete(verdict)) : [];
  if (away.length > 0) {
    const names = away.map(({ name, made, here }) => `${name} (${here} of ${made} scans here)`).join(", ");
    const text = `${names}: may have made scans that are not here. Wait for it, or say that it was off or that its PC is lost.`;
    obstacles.push({ code: "incomplete", text });
  }
  const missing = verdicts.flatMap(({ desk, verdict }) => (verdict === "lost" ? [desk] : []));
  return { obstacles, missing };
}

export function sayUndecided(undecided: number) {
  const text = `${undecided} ${undecided === 1 ? "exception" : "exceptions"} must be decided first.`;
  return { code: "undecided" as const, text };
}

export function sayTodos(parts: DeskParts, todos: number) {
  const ilsName = ownIlsName(parts);
  const are = todos === 1 ? "to-do is" : "to-dos are";
  const text =
    ilsName === undefined
      ? `${todos} ${are} open: do them in the library system, and tick them off.`
      : `${todos} ${are} open: do them in ${ilsName}, and tick them off.`;
  return { code: "todos" as const, text };
}

function countUndecided(parts: DeskParts, outage: number): number {
  return listExceptions(parts).filter(
    ({ mustDecide, settlements, position }) =>
      mustDecide && settlements.length === 0 && (position === undefined || position.outage === outage),
  ).length;
}

/** Of all closed outages that are still held: desks that they were closed over, and that have not come back since. */
export function listMissing(parts: DeskParts): readonly MissingDesk[] {
  const { outages, purges } = parts.ledger.branch;
  return [...outages.values()].flatMap(({ number, state, missing }) => {
    if (state !== "closed" || missing.length === 0 || purges.purges.has(number)) return [];
    const lost = listVerdicts(parts, outageDocument(number)).filter(({ verdict }) => verdict === "lost");
    return lost
      .filter(({ desk }) => missing.includes(desk))
      .map(({ desk, name }) => ({ outage: number, desk, name }));
  });
}
