/** The lifecycle of outages: standby → open → closing → loading → closed, each move an entry of `branch` (L18). */

import type { OutageMove as Move } from "../../crdt/circulation/branch-fact.ts";
import { nextState, type Outage } from "../../crdt/circulation/branch-state.ts";
import type { OutageView } from "../http/api.ts";
import type { Answer, OutageMove, OutageOptions } from "./desk.ts";
import { outageDocument } from "./ledger-entries.ts";
import type { DeskParts } from "./parts.ts";
import { countWaiting } from "./waiting.ts";

export function viewOutage(parts: DeskParts, outage: Outage = parts.ledger.branch.current): OutageView {
  const times = parts.times();
  return {
    number: outage.number,
    state: outage.state,
    ...(outage.since === undefined ? {} : { since: times.rfc3339(outage.since) }),
    ...(outage.scope === undefined ? {} : { scope: outage.scope }),
  };
}

/** Writes the move and waits until it is durable. */
export async function moveTo(
  parts: DeskParts,
  outage: number,
  to: Move,
  options: OutageOptions,
  staff?: string,
): Promise<void> {
  const { scope, ...details } = options;
  const hasDetails = Object.values(details).some((value) => value !== undefined);
  await parts.ledger.appendBranch(
    {
      kind: "outage",
      outage,
      to,
      ...(scope === undefined ? {} : { scope }),
      ...(hasDetails ? { details: JSON.stringify(details) } : {}),
    },
    staff,
  );
}

export async function moveOutage(
  parts: DeskParts,
  move: OutageMove,
  options: OutageOptions,
  staff?: string,
): Promise<Answer<OutageView>> {
  const outage = parts.ledger.branch.current;
  if (move === "open" && outage.state === "open") return { kind: "done", value: viewOutage(parts) };
  if (nextState(outage.state, move) === null) {
    const text = `The outage is ${outage.state}: ${move} is not possible from there.`;
    return { kind: "conflict", code: "lifecycle", text };
  }
  if (move === "close") {
    const obstacle = findObstacle(parts, outage);
    if (obstacle) return obstacle;
  }
  const { number } = outage;
  await moveTo(parts, number, move, options, staff);
  return { kind: "done", value: viewOutage(parts, parts.ledger.branch.outages.get(number)) };
}

/** Close needs every batch loaded or withdrawn, and nothing waiting. */
function findObstacle(parts: DeskParts, outage: Outage): Extract<Answer<never>, { kind: "conflict" }> | null {
  const waiting = countWaiting(parts, outage.number);
  if (waiting > 0) {
    const text = `${waiting} scans are in no file yet. Export them first.`;
    return { kind: "conflict", code: "waiting", text };
  }
  const open = parts.ledger.branch.batches.filter(
    ({ fact, state }) => fact.outage === outage.number && (state === "made" || state === "failed"),
  );
  if (open.length > 0) {
    const text = `${open.map(({ fact }) => fact.id).join(", ")}: not marked as loaded yet.`;
    return { kind: "conflict", code: "not-loaded", text };
  }
  return null;
}

/** Ends this desk's run of the outage in order; scanning after it starts a new run. */
export async function finishRun(parts: DeskParts, staff?: string): Promise<void> {
  const at = parts.clock.now();
  for (const journal of parts.ledger.books.all()) {
    if (journal.document.name === "branch") continue;
    await journal.finishRun({ at, ...(staff === undefined ? {} : { staff }) });
  }
}

/** "Done at this desk". */
export async function endRun(parts: DeskParts, staff?: string): Promise<Answer<OutageView>> {
  await finishRun(parts, staff);
  return { kind: "done", value: viewOutage(parts) };
}

export function currentDocument(parts: DeskParts): string {
  return outageDocument(parts.ledger.branch.current.number);
}
