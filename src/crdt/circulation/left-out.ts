/**
 * Whether something else may be true of a transaction now than a batch knew that lies behind: a voiding, a decision, another
 * copy, or another scan of the same act that the batch had not heard of. Costs next to nothing; who is told yes looks closer.
 * Not asked: whether an earlier batch, for whose sake it left the transaction out, has it still.
 */
import type { Position, Recorded, Transaction } from "./transaction.ts";
import { itemOf, patronOf, type World } from "./world.ts";

type IsKnown = (position: Position) => boolean;

/** `isKnown`: the batch had heard of what stands there. May say yes too often, and never no wrongly. */
export function mayHaveChanged(world: World, recorded: Recorded<Transaction>, isKnown: IsKnown): boolean {
  const { fact } = recorded;
  if (!isCertain(world, fact.id, isKnown) || hasLostItsFirst(world, fact, isKnown)) return true;
  // It may have been the second scan of one act: then something about the first, or between the two, has changed.
  if (fact.kind === "registration")
    return barcodesOf(fact.patron, patronOf(world, recorded, "now")).some((patron) => {
      const { facts = [] } = world.patrons.get(patron) ?? {};
      const earlier = facts.slice(0, facts.indexOf(recorded)).filter((one) => one.fact.kind === fact.kind);
      return !earlier.every((one) => isCertain(world, one.fact.id, isKnown));
    });
  if (!("item" in fact)) return false;
  return barcodesOf(fact.item, itemOf(world, recorded, "now")).some((item) =>
    isDoubtfulBefore(world, item, recorded, isKnown),
  );
}

/** As scanned, and as a decision corrected it. */
function barcodesOf(scanned: string, now: string | undefined): readonly string[] {
  return now === undefined || now === scanned ? [scanned] : [scanned, now];
}

/** As far back as the same act may reach: to a certain one of another kind. Of three scans each repeats the first. */
function isDoubtfulBefore(
  world: World,
  item: string,
  { fact, position }: Recorded<Transaction>,
  isKnown: IsKnown,
): boolean {
  const { facts = [] } = world.items.get(item) ?? {};
  let doubtful = false;
  for (let i = facts.findIndex((one) => one.position === position) - 1; i >= 0; i--) {
    const before = facts[i]!;
    if (before.position.outage !== position.outage) return false;
    const certain = isCertain(world, before.fact.id, isKnown);
    doubtful ||= !certain;
    if (doubtful && before.fact.kind === fact.kind) return true;
    if (certain && before.fact.kind !== fact.kind && stood(world, before.fact.id)) return false;
  }
  return false;
}

function isCertain(world: World, id: string, isKnown: IsKnown): boolean {
  const counted = world.byId.get(id);
  const copies = world.copies.get(id) ?? (counted === undefined ? [] : [counted]);
  if (!copies.every(({ position }) => isKnown(position)) || !areDecisionsKnown(world, id, isKnown))
    return false;
  const voidings = world.voidings.get(id) ?? [];
  for (const { fact, position } of voidings)
    if (!isKnown(position) || !areDecisionsKnown(world, fact.id, isKnown)) return false;
  // What counted as its voiding may be another thing since an earlier copy of that came.
  for (const others of world.copies.values())
    if (others.some((one) => one.fact.kind === "voiding" && one.fact.voids === id)) return false;
  return true;
}

/** What counted as the first scan of its act: an earlier copy of that came, or its barcode is corrected no more. */
function hasLostItsFirst(world: World, fact: Transaction, isKnown: IsKnown): boolean {
  for (const copies of world.copies.values()) {
    if (copies.every(({ position }) => isKnown(position))) continue;
    // Not asked of which item or patron: either may have been corrected, and such copies are rare.
    if (copies.some((one) => one.fact.kind === fact.kind)) return true;
  }
  for (const said of world.index.settlements.values()) {
    if (said.every(({ position }) => isKnown(position))) continue;
    const corrected = said.flatMap((one) =>
      one.fact.decision === "correct" ? [one.fact.transaction ?? ""] : [],
    );
    if (corrected.some((id) => world.byId.get(id)?.fact.kind === fact.kind)) return true;
  }
  return false;
}

function areDecisionsKnown(world: World, id: string, isKnown: IsKnown): boolean {
  for (const exception of world.decisionsOn.get(id) ?? [])
    for (const { position } of world.index.settlements.get(exception) ?? [])
      if (!isKnown(position)) return false;
  return true;
}

/** Nothing ever took it back. */
function stood(world: World, id: string): boolean {
  return !world.voidings.has(id) && !world.decisionsOn.has(id);
}
