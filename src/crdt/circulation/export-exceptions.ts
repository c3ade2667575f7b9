/**
 * Corrections of what a batch has already carried: a to-do in the ILS, never a line (log.md, L23). They depend on the
 * batches and not on the facts alone, so they are worked out on asking. Voidings and decisions are few.
 */
import { type Exception, type Found, foundToException } from "./exceptions.ts";
import { comparePositions, type Position, type Recorded, type Transaction } from "./transaction.ts";
import { voidingIn, type World } from "./world.ts";

/**
 * True when a batch that isn't withdrawn carried the transaction `id` at `line` (in its upper frontier and not in its
 * lower one) and did not know of the change at `change` (beyond its upper frontier).
 */
export type ExportCheck = (line: Position, change: Position, id: string) => boolean;

export function findVoidedAfterExport(world: World, exported: ExportCheck): Exception[] {
  const list: Exception[] = [];
  for (const id of world.voidings.keys()) {
    const target = world.byId.get(id);
    const voiding = voidingIn(world, id, "now");
    if (target === undefined || voiding === undefined) continue;
    if (!isExported(world, target, voiding.position, exported)) continue;
    list.push(toException(world, [id, voiding.fact.id], voiding.position));
  }
  for (const id of world.amendments.keys()) {
    const target = world.byId.get(id);
    const decision = lastDecision(world, id);
    if (target === undefined || decision === undefined) continue;
    if (isExported(world, target, decision, exported)) list.push(toException(world, [id], decision));
  }
  return list;
}

/** One id may stand in two feeds: a batch carried whichever copy it knew, though another one counts now. */
function isExported(
  world: World,
  target: Recorded<Transaction>,
  change: Position,
  exported: ExportCheck,
): boolean {
  const copies = world.copies.get(target.fact.id) ?? [target];
  return copies.some(({ position }) => exported(position, change, target.fact.id));
}

/** In order of the log, whichever exception it decided on, and whenever it came here. */
function lastDecision(world: World, id: string): Position | undefined {
  let last: Position | undefined;
  for (const exception of world.decisionsOn.get(id) ?? []) {
    const decision = world.index.settlements.get(exception)?.at(-1);
    if (decision?.fact.transaction !== id) continue;
    if (decision.fact.decision !== "void" && decision.fact.decision !== "correct") continue;
    if (last === undefined || comparePositions(decision.position, last) > 0) last = decision.position;
  }
  return last;
}

function toException(world: World, transactions: readonly string[], position: Position): Exception {
  const found: Found = { kind: "void-after-export", mustDecide: true, transactions, position };
  return foundToException(world.index, found);
}
