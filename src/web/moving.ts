/**
 * The queue of the desk: one thing is under way at a time, the rest waits in order. Pure pieces that `scanning.ts`
 * and `answering.ts` share.
 */
import { findRepeat, scanToCommand } from "./recording.ts";
import type { Command, Job, Mode, Notice, Scan, Session, Step, Surroundings } from "./session.ts";

/** Starts the next job, if nothing is under way. */
export function advance(session: Session, around: Surroundings, now: number): Step {
  if (session.phase.kind !== "idle" || session.isRestoring) return still(session);
  const [job, ...queue] = session.queue;
  if (job === undefined) return still(session);
  const next: Session = { ...session, queue };
  if (job.kind === "order") {
    const { command, mode, isOfMany } = job;
    return post(next, command, {
      ...(mode === undefined ? {} : { mode }),
      ...(isOfMany ? { isOfMany } : {}),
    });
  }
  const repeat = findRepeat(next, job, around);
  if (repeat !== undefined) {
    const again = { id: repeat.id, count: (session.again?.count ?? 0) + 1 };
    return advance(say({ ...next, again }, "info", repeat.text), around, now);
  }
  if (job.mode !== "out") return post(next, scanToCommand(job, next), { mode: job.mode });
  // An item that waited for its card is known to be an item: no second look.
  if (next.patron !== undefined && (job.isItem || next.pending.some((each) => each.id === job.id))) {
    const pending = next.pending.filter((each) => each.id !== job.id);
    const known = next.pending.find((each) => each.id === job.id) ?? job;
    const isItem = known.isItem ? { isItem: true as const } : {};
    return post({ ...next, pending }, scanToCommand(job, next), { mode: job.mode, ...isItem });
  }
  return look(next, job);
}

export function look(session: Session, scan: Scan): Step {
  return {
    session: { ...session, phase: { kind: "looking", scan } },
    effects: [{ kind: "look", barcode: scan.barcode }],
  };
}

export function post(
  session: Session,
  command: Command,
  how: {
    readonly mode?: Mode;
    readonly isOfMany?: true;
    readonly isItem?: true;
    readonly error?: string;
  },
): Step {
  const phase = { kind: "posting" as const, command, ...how };
  return { session: { ...session, phase }, effects: [{ kind: "post", command }] };
}

export function enqueue(session: Session, ...jobs: readonly Job[]): Session {
  return { ...session, queue: [...session.queue, ...jobs] };
}

export function say(
  session: Session,
  severity: Notice["severity"],
  text: string,
  more: Partial<Notice> = {},
): Session {
  return { ...session, notice: { severity, text, ...more } };
}

export function still(session: Session): Step {
  return { session, effects: [] };
}

/** "Returned" is not said again over the next page's field; that items wait for their card is. */
export function withoutOldWords(session: Session): Session {
  const { notice: _, ...rest } = session;
  return session.pending.length > 0 ? session : rest;
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
