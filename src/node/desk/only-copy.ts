/**
 * A scan that only this PC holds is safe from nothing that happens to this PC. Staff are told with each one, and a
 * desk that ends in order waits a moment until others have what it made.
 */
import type { Note } from "../../crdt/circulation/notes.ts";
import type { DeskParts } from "./parts.ts";

/** How long an end in order waits for others to hold what is here; the process has two seconds for all of it. */
const handOverMs = 1_000;

const onlyCopy: Note = {
  code: "rec.copy.none",
  severity: "info",
  text: "Saved on this PC only. No other desk can be reached right now. Keep working; it will be copied later. Do not switch this PC off.",
};

/** None while another desk is linked. */
export function onlyCopyNotes({ mesh }: Pick<DeskParts, "mesh">): readonly Note[] {
  return mesh.desks().length > 0 ? [] : [onlyCopy];
}

/** Resolves once some linked desk holds all that is durable here, when none is linked any more, or after a moment. */
export async function handOver(parts: DeskParts): Promise<void> {
  const until = parts.clock.monotonic() + handOverMs;
  while (isOnlyHere(parts) && parts.clock.monotonic() < until)
    await new Promise<void>((resolve) => parts.clock.after(10, resolve));
}

/** Does a linked desk lack something, and no linked desk have all of it? */
function isOnlyHere({ ledger, mesh }: DeskParts): boolean {
  return ledger.books.all().some(({ document }) => {
    const own = document.frontier();
    const links = mesh.links(document.name);
    if (links.length === 0) return false;
    return !links.some((link) =>
      [...own].every(([feed, { count }]) => (link.peerFrontier.get(feed)?.count ?? 0) >= count),
    );
  });
}
