/** Whom the desk serves: a card is opened, another one takes its place, nobody is served; and what holds for them. Pure. */

import type { PatronView } from "../node/http/api.ts";
import { t } from "./language.ts";
import { unknownPatron } from "./recording.ts";
import type { Later, Notice, Scan, Session } from "./session.ts";
import { barcodeToTail, countToText, patronToName } from "./words.ts";

type Closed = Extract<Later["input"], { kind: "closed" }>;

/** Items that wait for a card go to this one. Whoever was served before is finished, and that is said. */
export function openPatron(session: Session, patron: PatronView, now: number): Session {
  const before = session.patron;
  if (before?.barcode === patron.barcode)
    return say({ ...session, patron }, "info", t`This patron is open already.`);
  const { notice: _, ...clean } = withoutPatron(session, now);
  const queue = [...session.pending, ...session.queue];
  const open: Session = { ...clean, pending: session.pending, queue, patron };
  const left = leftToText(session.unsaved);
  const severity = left === "" ? "info" : "stop";
  if (before === undefined) return left === "" ? open : say(open, severity, left);
  const saved = countToText(session.listed.out.length, t`item`, t`items`);
  const acts: Notice["acts"] = [
    { word: t`Go back`, intent: { kind: "open-patron", barcode: before.barcode } },
  ];
  const text = t`Now serving ${patronToName(patron)}. ${patronToName(before)} is finished (${saved} saved).`;
  return say(open, severity, left === "" ? text : `${text} ${left}`, { acts });
}

/** A card that is in no list is used as it is. */
export function takeAsCard(session: Session, scan: Scan, now: number): Session {
  return openPatron(session, unknownPatron(scan.barcode), now);
}

/** Nothing of a patron is left but their end, for F8. */
export function withoutPatron(session: Session, now: number): Session {
  const { patron, due, again: _, ...rest } = session;
  return {
    ...rest,
    pending: [],
    listed: { ...rest.listed, out: [] },
    unsaved: [],
    cardAnswers: [],
    slips: {},
    renewed: [],
    // Set before the card was scanned, it is meant for whoever comes now.
    ...(due !== undefined && (due.isSticky || patron === undefined) ? { due } : {}),
    ...(patron === undefined ? {} : { previous: { barcode: patron.barcode, endedAt: now } }),
  };
}

/** What staff did, now that all that was scanned before it has its answer. */
export function settle(
  session: Session,
  input: Exclude<Later["input"], { kind: "void-asked" }>,
  now: number,
): Session {
  switch (input.kind) {
    case "finished":
      return finish(session, now);
    case "opened": {
      const open = openPatron(session, input.patron, now);
      return input.notice === undefined ? open : { ...open, notice: input.notice };
    }
    case "closed": {
      // What came of the last scan may have been said to nobody: the screen was hidden.
      const said = session.notice?.severity === "stop" ? { notice: session.notice } : {};
      return close(session, { ...said, ...input }, now);
    }
    case "due-chosen": {
      const { due: _, ...rest } = session;
      return input.due === undefined ? rest : { ...rest, due: input.due };
    }
    case "return-day-chosen": {
      const { returnDay: _, ...rest } = session;
      return input.returnDay === undefined ? rest : { ...rest, returnDay: input.returnDay };
    }
  }
}

function finish(session: Session, now: number): Session {
  const { patron, pending, listed, unsaved } = session;
  if (patron === undefined && pending.length === 0) return session;
  const saved = countToText(listed.out.length, t`item`, t`items`);
  const done = patron === undefined ? t`Put aside.` : t`Finished. ${saved} saved.`;
  const left = leftToText(unsaved);
  const [severity, text] = left === "" ? (["info", done] as const) : (["stop", `${done} ${left}`] as const);
  return say(withoutPatron(session, now), severity, text);
}

/** Nobody is at the desk. An open question is answered with no, and what is not recorded is named. */
export function close(session: Session, { notice, isGone }: Closed, now: number): Session {
  const { phase, pending, unsaved } = session;
  const asked = phase.kind === "asking" ? phase.command.item : undefined;
  const isbn = phase.kind === "isbn" ? [phase.scan] : [];
  const left = leftToText([
    ...(asked === undefined ? [] : [{ barcode: asked }]),
    ...isbn,
    ...pending,
    ...unsaved,
  ]);
  const { notice: _, ...closed } = withoutPatron({ ...session, phase: { kind: "idle" } }, now);
  const quiet = notice === undefined ? closed : { ...closed, notice };
  const said = left === "" ? quiet : say(quiet, "stop", left);
  if (!isGone) return said;
  // Somebody else is at the desk: whom the one before served, and what they had set, is none of their business.
  const { due: _d, returnDay: _r, previous: _p, ...fresh } = said;
  return { ...fresh, listed: { out: [], in: [], renew: [] } };
}

/** What goes with its patron unrecorded must not go in silence; empty: nothing. Only items: no end of a card's number. */
function leftToText(items: readonly { readonly barcode: string }[]): string {
  if (items.length === 0) return "";
  const tails = items.map(({ barcode }) => barcodeToTail(barcode, 5)).join(", ");
  return t`Not recorded: ${tails}. Scan the card and these items again.`;
}

export function say(
  session: Session,
  severity: Notice["severity"],
  text: string,
  more: Partial<Notice> = {},
): Session {
  return { ...session, notice: { severity, text, ...more } };
}
