/**
 * Between a scan and its request: what is sent for it, what staff's answers add to it, and what is said once it is
 * recorded. Pure pieces of `scanning.ts`.
 */
import type { PatronView, Question } from "../node/http/api.ts";
import type { Command, Mode, Notice, OverrideAnswer, Scan, Session, Surroundings } from "./session.ts";
import { barcodeToTail, dueToText } from "./words.ts";

export function scanToCommand(scan: Scan, session: Session): Command {
  const { id, barcode, source } = scan;
  const dated = session.dueDay === undefined ? {} : { due: session.dueDay };
  if (scan.mode === "in") return { id, kind: "checkin", item: barcode, source };
  if (scan.mode === "renew") return { id, kind: "renewal", item: barcode, source };
  return { id, kind: "checkout", patron: session.patron?.barcode ?? "", item: barcode, source, ...dated };
}

export function commandToScans(command: Command, mode: Mode | undefined): readonly Scan[] {
  if (mode === undefined || command.item === undefined) return [];
  return [{ kind: "scan", id: command.id, barcode: command.item, mode, source: command.source ?? "scan" }];
}

export function recordedNotice(
  command: Command,
  due: string | undefined,
  timezone: string,
  now: number,
): Notice {
  const until = due === undefined ? "" : ` Due ${dueToText(due, timezone, now)}.`;
  if (command.kind === "checkout") return { severity: "success", text: `Checked out.${until}` };
  if (command.kind === "renewal") return { severity: "success", text: `Renewed.${until}` };
  if (command.kind === "checkin") return { severity: "info", text: "Returned. Put it in the RE-SCAN bin." };
  if (command.kind === "voiding")
    return { severity: "info", text: "Removed. It stays in the record as voided." };
  return { severity: "success", text: "Registered. The patron may borrow at once." };
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

export function answerOnce(session: Session, question: Question): OverrideAnswer | undefined {
  const { code, ref } = question;
  const before = session.cardAnswers.find((each) => each.code === code && each.ref === ref);
  if (before !== undefined) return before;
  // "Use this card" was said when the card was scanned.
  const isAccepted = code === "patron-unknown" && session.patron?.known === "unknown";
  return isAccepted ? { code, ref, acknowledged: true } : undefined;
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

export function findRepeat(session: Session, scan: Scan, around: Surroundings): string | undefined {
  const ids = scan.mode === "out" ? session.listed.out : session.listed[scan.mode].slice(0, 1);
  const isSame = ids.some((id) => {
    const row = around.rows[id];
    return row !== undefined && row.item === scan.barcode && row.voided === undefined;
  });
  return isSame ? `Already scanned: ${barcodeToTail(scan.barcode)}. Nothing was added.` : undefined;
}

/** A refusal always says that nothing was recorded, and says it once. */
export function withNothing(text: string): string {
  return text.includes("Nothing was recorded") ? text : `${text} Nothing was recorded.`;
}
