/**
 * Corrections of what a batch has already carried: a to-do in the ILS, never a line (log.md, L23). They depend on the
 * batches and not on the facts alone, so they are worked out on asking. Voidings and decisions are few.
 */
import { type Exception, type Found, foundToException } from "./exceptions.ts";
import {
  comparePositions,
  type Position,
  type Recorded,
  type Settlement,
  type Transaction,
} from "./transaction.ts";
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
    const isUnknown = ({ position }: Recorded): boolean => isExported(world, target, position, exported);
    if (!isUnknown(decision)) continue;
    const again = changedAgainAt(changesUpTo(world, id, decision).filter(isUnknown));
    list.push(toException(world, [id], decision.position, again));
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
function lastDecision(world: World, id: string): Recorded<Settlement> | undefined {
  const inForce = [...(world.decisionsOn.get(id) ?? [])].flatMap(
    (exception) => world.index.settlements.get(exception)?.at(-1) ?? [],
  );
  return inForce
    .filter((one) => isChange(one, id))
    .sort(byPosition)
    .at(-1);
}

/** What was decided on it until then, in order of the log, in force or not: somebody may have mended it in the ILS. */
function changesUpTo(world: World, id: string, last: Recorded): readonly Recorded<Settlement>[] {
  const all = [...(world.decisionsOn.get(id) ?? [])].flatMap(
    (exception) => world.index.settlements.get(exception) ?? [],
  );
  return all.filter((one) => isChange(one, id) && byPosition(one, last) <= 0).sort(byPosition);
}

/**
 * Where the last of these was decided, if something else was before it: mended in the ILS once, it is to be mended again.
 * Said twice, it is one change.
 */
function changedAgainAt(changes: readonly Recorded<Settlement>[]): Position | undefined {
  const last = changes.at(-1);
  if (last === undefined) return undefined;
  const isOther = ({ fact }: Recorded<Settlement>): boolean =>
    fact.decision !== last.fact.decision || fact.barcode !== last.fact.barcode;
  const other = changes.findLastIndex(isOther);
  return other === -1 ? undefined : changes[other + 1]!.position;
}

function isChange({ fact }: Recorded<Settlement>, id: string): boolean {
  return fact.transaction === id && (fact.decision === "void" || fact.decision === "correct");
}

function byPosition(a: Recorded, b: Recorded): number {
  return comparePositions(a.position, b.position);
}

/** `again`: see `changedAgainAt`. Left out, it is what it always was. */
function toException(
  world: World,
  transactions: readonly string[],
  position: Position,
  again?: Position,
): Exception {
  const upTo = again && `${again.outage} ${again.desk}/${again.run} ${again.seq}`;
  const about = { transactions, position, ...(upTo === undefined ? {} : { upTo }) };
  const found: Found = { kind: "void-after-export", mustDecide: true, ...about };
  return foundToException(world.index, found);
}
