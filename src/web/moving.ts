/**
 * The queue of the desk: one thing is under way at a time, the rest waits in order. Pure pieces that `scanning.ts`
 * and `answering.ts` share.
 */
import { findRepeat, scanToCommand } from "./recording.ts";
import { say, settle } from "./serving.ts";
import type { Command, Job, Later, Mode, Scan, Session, Step, Surroundings } from "./session.ts";

/** Starts the next job, if nothing is under way. */
export function advance(session: Session, around: Surroundings, now: number): Step {
  if (session.phase.kind !== "idle" || session.isRestoring) return still(session);
  const [job, ...queue] = session.queue;
  if (job === undefined) return still(session);
  const next: Session = { ...session, queue };
  if (job.kind === "later") return onLater(next, job.input, around, now);
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

function onLater(session: Session, input: Later["input"], around: Surroundings, now: number): Step {
  if (input.kind !== "void-asked") return advance(settle(session, input, now), around, now);
  const next = advance(session, around, now);
  const { mode, id } = input;
  // It may have been refused, or staff have said no: then the scan before it isn't meant.
  if (id !== undefined && !session.listed[mode].includes(id)) return next;
  const effect = { kind: "void-last" as const, mode, ...(id === undefined ? {} : { id }) };
  return { session: next.session, effects: [effect, ...next.effects] };
}

/** True while something is under way or waits: what staff do then is done behind it. */
export function isBusy({ phase, queue, isRestoring }: Session): boolean {
  return phase.kind !== "idle" || queue.length > 0 || isRestoring === true;
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

export function still(session: Session): Step {
  return { session, effects: [] };
}

/** "Returned" is not said again over the next page's field; that items wait for their card is. */
export function withoutOldWords(session: Session): Session {
  const { notice: _, ...rest } = session;
  return session.pending.length > 0 ? session : rest;
}
