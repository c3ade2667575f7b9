/**
 * What the one dialog says and needs: all questions at once, the safe choice, and when going ahead is allowed. Pure.
 */

import type { Question } from "../node/http/api.ts";
import { t } from "./language.ts";
import type { Command, OverrideAnswer, Session } from "./session.ts";
import { barcodeToTail } from "./words.ts";

export interface Ask {
  /** Changes with each new question, so that a dialog never keeps the reason of the one before. */
  readonly key: string;
  readonly title: string;
  readonly subject: string;
  readonly questions: readonly Question[];
  readonly needsReason: boolean;
  /** A supervisor must lend their authority: initials and PIN. */
  readonly needsLender: boolean;
  /** What was wrong with the answer before. */
  readonly error?: string;
  /** What the text field asks for. */
  readonly reasonLabel: string;
  /** Refs that need a tick. */
  readonly ticks: readonly string[];
  /** No rule gives a due date: staff set it here. */
  readonly needsDue: boolean;
  /** When it is due. */
  readonly due?: string;
  /** Said below the questions. */
  readonly hint?: string;
  /** A third way: the rule's own date, or the other meaning of a code. */
  readonly other?: { readonly word: string; readonly does: "rule" | "item" };
  readonly safe: string;
  /** Left out: nobody may go on here. */
  readonly confirm?: string;
}

type Lender = NonNullable<OverrideAnswer["by"]>;

const REASON_LENGTH = 3;
const PIN_LENGTH = 4;

/** What the words of a dialog depend on beside the question. */
export interface AskAround {
  readonly isSupervisor: boolean;
  /** What staff call their ILS. */
  readonly ils: string;
  /** How old the list of patrons is, `21 Nov, 06:00`; left out: there is none. */
  readonly dataOf?: string;
}

const nobody: AskAround = { isSupervisor: false, ils: t`the library system` };

/** The dialog that stands now, if any. */
export function sessionToAsk(session: Session, around: AskAround = nobody): Ask | undefined {
  const { phase } = session;
  switch (phase.kind) {
    case "unknown-card": {
      const from = around.dataOf === undefined ? "" : t` (data from ${around.dataOf})`;
      return plainAsk({
        key: phase.scan.id,
        title: TITLES["patron-unknown"] ?? "",
        subject: t`Card ${phase.scan.barcode}`,
        text: t`This card is not in our list${from}. You can still lend: the card will be checked when ${around.ils} is back.`,
        hint: t`Is it an item? Then scan the library card first.`,
        safe: t`Cancel`,
        confirm: t`Use this card`,
      });
    }
    case "isbn":
      return plainAsk({
        key: phase.scan.id,
        title: TITLES.isbn ?? "",
        subject: t`Scanned ${phase.scan.barcode}`,
        text: t`That looks like the ISBN on the cover. Scan the library's own barcode.`,
        safe: "OK",
        confirm: t`Use it anyway`,
      });
    case "ambiguous":
      return plainAsk({
        key: phase.scan.id,
        title: t`Card or item?`,
        subject: t`Scanned ${phase.scan.barcode}`,
        text: t`A library card and an item have this number. Which one did you scan?`,
        safe: t`Neither`,
        confirm: t`The library card`,
        other: { word: t`The item`, does: "item" },
      });
    case "asking":
      return questionsToAsk(phase, around, session.misreads);
    default:
      return undefined;
  }
}

function plainAsk(words: {
  readonly key: string;
  readonly title: string;
  readonly subject: string;
  readonly text: string;
  readonly hint?: string;
  readonly safe: string;
  readonly confirm: string;
  readonly other?: Ask["other"];
}): Ask {
  const { text, other, hint, ...rest } = words;
  return {
    ...rest,
    questions: [{ code: "plain", ref: "", role: "staff", severity: "info", text }],
    needsReason: false,
    needsLender: false,
    reasonLabel: "",
    ticks: [],
    needsDue: false,
    ...(hint === undefined ? {} : { hint }),
    ...(other === undefined ? {} : { other }),
  };
}

function questionsToAsk(
  phase: Extract<Session["phase"], { kind: "asking" }>,
  { isSupervisor }: AskAround,
  misreads: number,
): Ask {
  const { command, questions, byRule, error } = phase;
  // Asked again though a supervisor answered: then the sign-in no longer counts, and the PIN is needed.
  const wasGiven = (ref: string): boolean => command.overrides?.some((each) => each.ref === ref) === true;
  const isStopped = questions.some((question) => question.severity === "stop");
  const isPlain = (code: string): boolean =>
    PLAIN.has(code) || (code === MESSAGE && questions.every((each) => each.code === MESSAGE));
  const hint =
    misreads >= MISREADS_MAX && questions.some(({ code }) => code === "check-digit")
      ? {
          hint: t`${misreads} barcodes in a row did not add up. Wipe the scanner's window, or test the scanner.`,
        }
      : {};
  const isLonger = questions.some(({ code }) => code === LONGER);
  return {
    key: `${command.id} ${questions.map((question) => question.ref).join(" ")}`,
    title: questionsToTitle(questions),
    subject: commandToSubject(command),
    questions,
    ...(byRule === undefined ? {} : { due: t`Due ${byRule.words} by the rule.` }),
    ...hint,
    needsReason: questions.some((question) => question.severity === "override"),
    needsLender: questions.some(({ role, ref }) => role === "supervisor" && (!isSupervisor || wasGiven(ref))),
    ...(error === undefined ? {} : { error }),
    reasonLabel: questions.some(({ code }) => code === CLOCK)
      ? t`Date and time now, like 2026-11-21 10:04`
      : t`Why all the same? (goes into the record)`,
    ticks: questions
      .filter(
        ({ severity, tick, code }) => tick !== undefined || (severity === "acknowledge" && !isPlain(code)),
      )
      .map((question) => question.ref),
    needsDue: questions.some((question) => question.needsDue === true),
    ...(isLonger && byRule !== undefined
      ? { other: { word: t`Lend by the rule`, does: "rule" as const } }
      : {}),
    safe: questionsToSafe(command, questions, isStopped),
    ...(isStopped ? {} : { confirm: questionsToConfirm(command, questions) }),
  };
}

/** True when what the dialog needs is filled in; `due`: `YYYY-MM-DD`, empty while it isn't set. */
export function isAnswered(
  ask: Ask,
  reason: string,
  ticked: ReadonlySet<string>,
  lender?: Lender,
  due = "",
): boolean {
  if (ask.needsDue && due === "") return false;
  if (ask.needsLender && (lender === undefined || lender.user === "" || lender.pin.length < PIN_LENGTH))
    return false;
  const hasReason = !ask.needsReason || reason.trim().length >= REASON_LENGTH;
  return ask.confirm !== undefined && hasReason && ask.ticks.every((ref) => ticked.has(ref));
}

/** The answers that go with the command when staff go ahead. */
export function askToOverrides(ask: Ask, reason: string, by?: Lender): readonly OverrideAnswer[] {
  return ask.questions.map(({ code, ref, severity, role }) => {
    const lent = ask.needsLender && role === "supervisor" && by !== undefined ? { by } : {};
    const why = severity === "override" ? { reason: reason.trim() } : {};
    return { code, ref, acknowledged: true, ...why, ...lent };
  });
}

const START_OUTAGE = "start-outage";
const LONGER = "loan-longer";
const MESSAGE = "item-message";
/** So many misread barcodes in a row are the scanner's fault. */
const MISREADS_MAX = 3;
const CLOCK = "clock";

const SAFE: Readonly<Record<Command["kind"], string>> = {
  checkout: t`Do not lend`,
  renewal: t`Do not renew`,
  checkin: t`Do not record it`,
  registration: t`Do not register`,
  voiding: t`Keep it`,
  "in-house-use": t`Do not record it`,
  "non-catalogued": t`Do not lend`,
  payment: t`Do not record it`,
};

const CONFIRM: Readonly<Record<Command["kind"], string>> = {
  checkout: t`Lend anyway`,
  renewal: t`Renew anyway`,
  checkin: t`Record the return`,
  registration: t`Register anyway`,
  voiding: t`Void it`,
  "in-house-use": t`Record it`,
  "non-catalogued": t`Lend anyway`,
  payment: t`Record it`,
};

const TITLES: Readonly<Record<string, string>> = {
  "start-outage": t`Start an outage?`,
  "patron-unknown": t`This card is not in our list`,
  "patron-exists": t`This card number is taken`,
  "patron-blocked": t`This patron is blocked`,
  "patron-expired": t`This card has ended`,
  "item-out": t`Lent to another patron`,
  "item-known-out": t`On loan to another patron`,
  "item-status": t`Not meant to be lent`,
  "item-message": t`Message on this item`,
  "item-held": t`Somebody waits for this item`,
  "patron-limit": t`As much as this card may have`,
  "loan-longer": t`Longer than the rule gives`,
  "loan-none": t`Not lent by the rules`,
  "renewal-none-left": t`No renewal left`,
  "return-before-loan": t`Returned before it was lent?`,
  isbn: t`That looks like an ISBN`,
  "check-digit": t`This barcode does not add up`,
  "void-other": t`Recorded by somebody else`,
  clock: t`What is the date and time now?`,
};

/** The button itself is the answer to these: a tick would only be one more click. */
const PLAIN: ReadonlySet<string> = new Set([
  "start-outage",
  "patron-unknown",
  "patron-exists",
  "item-out",
  "item-known-out",
  "void-other",
  "return-before-loan",
  "isbn",
  "check-digit",
]);

function questionsToTitle(questions: readonly Question[]): string {
  const stop = questions.find((question) => question.severity === "stop");
  const first = stop ?? questions.find((question) => question.code !== START_OUTAGE) ?? questions[0];
  return TITLES[first?.code ?? ""] ?? t`Please check this first`;
}

function questionsToConfirm(command: Command, questions: readonly Question[]): string {
  const isAll = (code: string): boolean => questions.every((question) => question.code === code);
  if (isAll(START_OUTAGE)) return t`Start an outage and record`;
  if (questions.some(({ code }) => code === CLOCK)) return t`Work with this time`;
  if (isAll(MESSAGE)) return t`I have read this`;
  if (isAll("isbn") || isAll("check-digit")) return t`Use it anyway`;
  if (questions.some(({ code }) => code === LONGER)) return t`Lend longer`;
  const isOut = questions.some(({ code }) => code === "item-out" || code === "item-known-out");
  if (command.kind === "checkout" && isOut) return t`Return it and lend it here`;
  return CONFIRM[command.kind];
}

function questionsToSafe(command: Command, questions: readonly Question[], isStopped: boolean): string {
  if (isStopped || questions.every(({ code }) => code === "isbn")) return "OK";
  return questions.every(({ code }) => code === "check-digit") ? t`Scan again` : SAFE[command.kind];
}

function commandToSubject(command: Command): string {
  const card = command.patron === undefined ? undefined : t`Card ${barcodeToTail(command.patron)}`;
  const item = command.item === undefined ? undefined : t`Item ${command.item}`;
  return [item, card].filter((part) => part !== undefined).join(" · ");
}
