/**
 * What was recorded comes before names and titles: a desk that joins takes in a library for a second or more, and would
 * have its entries later by that, though anybody may ask it meanwhile who has what.
 */
import { type BranchState, listHeldOutages } from "../../crdt/circulation/branch-state.ts";
import type { Mesh } from "../mesh/mesh.ts";
import type { Clock } from "../ports.ts";
import { outageDocument } from "./ledger-entries.ts";

export interface EntriesFirst {
  readonly clock: Clock;
  readonly branch: () => BranchState;
  readonly mesh: () => Pick<Mesh, "desks" | "links"> | null;
}

/** A peer that never answers must not keep the library away. */
const patienceMs = 5_000;
const lookMs = 20;

/** Resolves when some linked desk has answered for each outage, when none is linked, when it `isOver`, or after a moment. */
export async function waitForEntries(options: EntriesFirst, isOver: () => boolean): Promise<void> {
  const { clock } = options;
  const until = clock.monotonic() + patienceMs;
  while (!haveCome(options) && !isOver() && clock.monotonic() < until)
    await new Promise<void>((resolve) => clock.after(lookMs, resolve));
}

function haveCome({ branch, mesh }: EntriesFirst): boolean {
  const linked = mesh();
  if (!linked || linked.desks().length === 0) return true;
  const documents = listHeldOutages(branch()).map(outageDocument);
  return documents.every((document) => linked.links(document).some(({ caughtUp }) => caughtUp));
}
