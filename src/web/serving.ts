/** Whom the desk serves: a card is opened, another one takes its place, nobody is served. Pure. */

import type { PatronView } from "../node/http/api.ts";
import { t } from "./language.ts";
import { say, withoutPatron } from "./moving.ts";
import { unknownPatron } from "./recording.ts";
import type { Notice, Scan, Session } from "./session.ts";
import { countToText, patronToName } from "./words.ts";

/** Items that wait for a card go to this one. Whoever was served before is finished, and that is said. */
export function openPatron(session: Session, patron: PatronView, now: number): Session {
  const before = session.patron;
  if (before?.barcode === patron.barcode)
    return say({ ...session, patron }, "info", t`This patron is open already.`);
  const { notice: _, ...clean } = withoutPatron(session, now);
  const queue = [...session.pending, ...session.queue];
  const open: Session = { ...clean, pending: session.pending, queue, patron };
  if (before === undefined) return open;
  const saved = countToText(session.listed.out.length, t`item`, t`items`);
  const acts: Notice["acts"] = [
    { word: t`Go back`, intent: { kind: "open-patron", barcode: before.barcode } },
  ];
  const text = t`Now serving ${patronToName(patron)}. ${patronToName(before)} is finished (${saved} saved).`;
  return say(open, "info", text, { acts });
}

/** A card that is in no list is used as it is. */
export function takeAsCard(session: Session, scan: Scan, now: number): Session {
  return openPatron(session, unknownPatron(scan.barcode), now);
}
