/** Whose entries count at this desk, and whether something that counted must be taken back (log.md, L11, L16). */
import { type BranchDesks, standingOf } from "../../crdt/circulation/admission.ts";
import type { FeedPosition } from "../../crdt/log/log-entry.ts";

export interface Place extends FeedPosition {
  readonly document: string;
}

/** Whether a change of the desks makes entries uncounted that have been counted already. */
export function takesBack(places: readonly Place[], before: BranchDesks, after: BranchDesks): boolean {
  const counts = (desks: BranchDesks, place: Place): boolean =>
    standingOf(desks, place.document, place) === null;
  return places.some((place) => counts(before, place) && !counts(after, place));
}
