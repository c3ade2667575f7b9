/**
 * What the one dialog says and needs: all questions at once, the safe choice, and when going ahead is allowed. Pure.
 */
import type { Question } from "../node/http/api.ts";
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
  readonly safe: string;
  /** Left out: nobody may go on here. */
  readonly confirm?: string;
}

type Lender = NonNullable<OverrideAnswer["by"]>;

const REASON_LENGTH = 3;
const PIN_LENGTH = 4;

/** The dialog that stands now, if any. */
export function sessionToAsk(session: Session, isSupervisor = false): Ask | undefined {
  const { phase } = session;
  if (phase.kind === "unknown-card") {
    return {
      key: phase.scan.id,
      title: "This card is not in our list",
      subject: `Card ${phase.scan.barcode}`,
      questions: [
        {
          code: "unknown-card",
          ref: "",
          role: "staff",
          severity: "info",
          text: "You can still lend: the card will be checked when the library system is back. If this is an item, scan the card first.",
        },
      ],
      needsReason: false,
      needsLender: false,
      reasonLabel: "",
      ticks: [],
      needsDue: false,
      safe: "Do not use it",
      confirm: "Use this card",
    };
  }
  if (phase.kind !== "asking") return undefined;
  const { command, questions, error } = phase;
  // Asked again though a supervisor answered: then the sign-in no longer counts, and the PIN is needed.
  const wasGiven = (ref: string): boolean => command.overrides?.some((each) => each.ref === ref) === true;
  const isStopped = questions.some((question) => question.severity === "stop");
  return {
    key: `${command.id} ${questions.map((question) => question.ref).join(" ")}`,
    title: questionsToTitle(questions),
    subject: commandToSubject(command),
    questions,
    needsReason: questions.some((question) => question.severity === "override"),
    needsLender: questions.some(({ role, ref }) => role === "supervisor" && (!isSupervisor || wasGiven(ref))),
    ...(error === undefined ? {} : { error }),
    reasonLabel: questions.some(({ code }) => code === CLOCK)
      ? "Date and time now, like 2026-11-21 10:04"
      : "Why all the same? (goes into the record)",
    ticks: questions
      .filter(
        ({ severity, tick, code }) => tick !== undefined || (severity === "acknowledge" && !PLAIN.has(code)),
      )
      .map((question) => question.ref),
    needsDue: questions.some((question) => question.needsDue === true),
    safe: SAFE[command.kind],
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
const CLOCK = "clock";

const SAFE: Readonly<Record<Command["kind"], string>> = {
  checkout: "Do not lend",
  renewal: "Do not renew",
  checkin: "Do not record it",
  registration: "Do not register",
  voiding: "Keep it",
};

const CONFIRM: Readonly<Record<Command["kind"], string>> = {
  checkout: "Lend it all the same",
  renewal: "Renew all the same",
  checkin: "Record the return",
  registration: "Register all the same",
  voiding: "Void it",
};

const TITLES: Readonly<Record<string, string>> = {
  "start-outage": "Start an outage?",
  "patron-unknown": "This card is not in our list",
  "patron-exists": "This card number is taken",
  "patron-blocked": "This patron is blocked",
  "patron-expired": "This card has ended",
  "item-out": "Lent to another patron",
  "item-known-out": "On loan to another patron",
  "item-status": "Not meant to be lent",
  "item-message": "Message on this item",
  "item-held": "Somebody waits for this item",
  "patron-limit": "As much as this card may have",
  "loan-longer": "Longer than the rule gives",
  "loan-none": "Not lent by the rules",
  "renewal-none-left": "No renewal left",
  "return-before-loan": "Returned before it was lent?",
  isbn: "That looks like an ISBN",
  "check-digit": "This barcode does not add up",
  "void-other": "Recorded by somebody else",
  clock: "What is the date and time now?",
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
  return TITLES[first?.code ?? ""] ?? "Please check this first";
}

function questionsToConfirm(command: Command, questions: readonly Question[]): string {
  if (questions.every((question) => question.code === START_OUTAGE)) return "Start an outage and record";
  if (questions.some(({ code }) => code === CLOCK)) return "Work with this time";
  const isOut = questions.some(({ code }) => code === "item-out" || code === "item-known-out");
  if (command.kind === "checkout" && isOut) return "Return it and lend it here";
  return CONFIRM[command.kind];
}

function commandToSubject(command: Command): string {
  const card = command.patron === undefined ? undefined : `Card ${barcodeToTail(command.patron)}`;
  const item = command.item === undefined ? undefined : `Item ${command.item}`;
  return [item, card].filter((part) => part !== undefined).join(" · ");
}
