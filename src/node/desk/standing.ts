/** Whose entries count at this desk, and whether something that counted must be taken back (log.md, L11, L16). */
import { type BranchDesks, standingOf } from "../../crdt/circulation/admission.ts";
import type { Journal } from "../log/journal.ts";

/** Whether a change of the desks makes entries uncounted that have been counted already. */
export function takesBack(journals: readonly Journal[], before: BranchDesks, after: BranchDesks): boolean {
  return journals.some(({ document }) =>
    [...document.feeds()].some(({ place: { desk, run }, count }) => {
      const last = { desk, run, seq: count - 1 };
      const counted = standingOf(before, document.name, last) === null;
      return counted && standingOf(after, document.name, last) !== null;
    }),
  );
}
