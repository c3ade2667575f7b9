/**
 * Between a scan and its request: what is sent for it, what staff's answers add to it, and what is said once it is
 * recorded. Pure pieces of `scanning.ts`.
 */

import type { PatronView, Question, RecordedAnswer, TransactionRow } from "../node/http/api.ts";
import { t } from "./language.ts";
import type { Command, Kept, Mode, Notice, OverrideAnswer, Scan, Session, Surroundings } from "./session.ts";
import { dueToText, instantToTime } from "./words.ts";

export function scanToCommand(scan: Scan, session: Session): Command {
  const { id, barcode, source } = scan;
  const { due, returnDay } = session;
  const dated = scan.sent ?? (due === undefined ? {} : { due: due.value });
  if (scan.mode === "in") {
    const counted = scan.sent ?? (returnDay === undefined ? {} : { effective: returnDay.effective });
    return { id, kind: "checkin", item: barcode, source, ...counted };
  }
  if (scan.mode === "renew") return { id, kind: "renewal", item: barcode, source };
  return { id, kind: "checkout", patron: session.patron?.barcode ?? "", item: barcode, source, ...dated };
}

export function commandToScans(command: Command, mode: Mode | undefined): readonly Scan[] {
  if (mode === undefined || command.item === undefined) return [];
  return [{ kind: "scan", id: command.id, barcode: command.item, mode, source: command.source ?? "scan" }];
}

/** What the node keeps of a sitting. */
export function sessionToKept(session: Session): Kept {
  const { phase, queue, patron, listed, pending, due, returnDay } = session;
  const underWay =
    phase.kind === "looking"
      ? [phase.scan]
      : phase.kind === "posting"
        ? commandToScans(phase.command, phase.mode).map((scan) => ({ ...scan, sent: sentOf(phase.command) }))
        : [];
  const scans = [...underWay, ...queue.flatMap((job) => (job.kind === "order" ? [] : [job]))];
  return {
    listed,
    scans,
    pending,
    ...(patron === undefined ? {} : { patron: patron.barcode }),
    ...(due === undefined ? {} : { due }),
    ...(returnDay === undefined ? {} : { returnDay }),
  };
}

/** One id has one content: what may be recorded already goes out again with the date that it had. */
function sentOf({ due, effective }: Command): NonNullable<Scan["sent"]> {
  return { ...(due === undefined ? {} : { due }), ...(effective === undefined ? {} : { effective }) };
}

type Notes = RecordedAnswer["view"]["notes"];

/** What the node tells of a record, as one thing to read; of several the first is what happened. */
export function notesToNotice(
  command: Command,
  row: TransactionRow,
  notes: Notes,
  around: Surroundings,
  now: number,
): Notice {
  const [first, ...rest] = notes;
  if (first === undefined) return recordedNotice(command, row.due, around.timezone, now);
  const more = rest.map(noteToText).join(" ");
  // A loan that nobody can name is hard to find again.
  const isNameless = command.kind === "checkout" && rest.some((note) => note.code === "item.unknown");
  return {
    severity: first.severity,
    text: first.text,
    ...(more === "" ? {} : { more }),
    ...(rest.some((note) => note.severity === "attention") ? { isMoreLoud: true as const } : {}),
    ...(isNameless
      ? { acts: [{ word: t`Add title`, intent: { kind: "add-title" as const, id: row.id } }] }
      : {}),
  };
}

/** What holds for every scan of a lone desk is said shortly at each; the status bar has it in full. */
function noteToText({ code, text }: Notes[number]): string {
  return code === "rec.copy.none" ? t`Saved on this PC only: do not switch it off.` : text;
}

/** Where the node says nothing: a receipt given a second time has no notes. */
function recordedNotice(command: Command, due: string | undefined, timezone: string, now: number): Notice {
  const until = due === undefined ? "" : t` Due ${dueToText(due, timezone, now)}.`;
  if (command.kind === "checkout") return { severity: "success", text: t`Checked out.${until}` };
  if (command.kind === "renewal") return { severity: "success", text: t`Renewed.${until}` };
  if (command.kind === "checkin") return { severity: "info", text: t`Returned. Put it in the RE-SCAN bin.` };
  if (command.kind === "voiding")
    return { severity: "info", text: t`Removed. It stays in the record as voided.` };
  if (command.kind === "registration")
    return { severity: "success", text: t`Registered. The patron may borrow at once.` };
  return { severity: "success", text: t`Recorded.` };
}

export function unknownPatron(barcode: string): PatronView {
  return {
    barcode,
    name: "",
    expired: false,
    blocks: [],
    known: "unknown",
    loans: [],
    holds: [],
  };
}

/** `isItem`: staff said so of this code, when it was scanned before its card. */
export function answerOnce(
  session: Session,
  question: Question,
  isItem: boolean,
): OverrideAnswer | undefined {
  const { code, ref } = question;
  const before = session.cardAnswers.find((each) => each.code === code && each.ref === ref);
  if (before !== undefined) return before;
  // "Use this card" was said when the card was scanned.
  const isAccepted = code === "patron-unknown" && session.patron?.known === "unknown";
  return isAccepted || (isItem && code === "isbn") ? { code, ref, acknowledged: true } : undefined;
}

/** `due`: the day that staff set in answer to a question, `YYYY-MM-DD`. */
export function answered(command: Command, overrides: readonly OverrideAnswer[], due?: string): Command {
  if (overrides.length === 0) return command;
  const dated = due === undefined ? command : { ...command, due };
  return { ...dated, overrides: [...(command.overrides ?? []), ...overrides] };
}

/** Without the answers whose authority didn't count: the node then asks them again. */
export function withoutAuthority(command: Command): Command | undefined {
  const overrides = command.overrides ?? [];
  const own = overrides.filter((each) => each.by === undefined);
  return own.length === overrides.length ? undefined : { ...command, overrides: own };
}

/** A PIN is for one answer: what is remembered of it for the next item has none. */
export function forgetAuthority(answers: readonly OverrideAnswer[]): readonly OverrideAnswer[] {
  return answers.filter((each) => each.by === undefined);
}

/** A row of this sitting that has the same item: `dup`. Of returns only the last, since an item may come back twice. */
export function findRepeat(
  session: Session,
  scan: Scan,
  around: Surroundings,
): { readonly id: string; readonly text: string } | undefined {
  const ids = scan.mode === "out" ? session.listed.out : session.listed[scan.mode].slice(0, 1);
  for (const id of ids) {
    const row = around.rows[id];
    if (row === undefined || row.item !== scan.barcode || row.voided !== undefined) continue;
    if (Object.values(around.rows).some((other) => isSince(other, row))) return undefined;
    const at = instantToTime(row.at, around.timezone);
    const who = scan.mode === "out" ? t` for this patron` : "";
    return { id, text: t`Already scanned${who} at ${at}. Nothing was added.` };
  }
  return undefined;
}

/** The item has come back since, or gone out: this scan is no repetition. */
function isSince(other: TransactionRow, row: TransactionRow): boolean {
  if (other.item !== row.item || other.id === row.id || other.voided !== undefined) return false;
  // Of a loan the node says that it stands already: another desk's clock needn't be believed.
  const isElsewhere = row.kind === "checkout" && other.desk.id !== row.desk.id;
  return isElsewhere || Date.parse(other.at) > Date.parse(row.at);
}

/** A refusal always says that nothing was recorded, and says it once. */
export function withNothing(text: string): string {
  return text.includes(t`Nothing was recorded.`) ? text : t`${text} Nothing was recorded.`;
}
