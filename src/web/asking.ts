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
  /** Refs that need a tick. */
  readonly ticks: readonly string[];
  readonly safe: string;
  /** Left out: nobody may go on here. */
  readonly confirm?: string;
}

const REASON_LENGTH = 3;

/** The dialog that stands now, if any. */
export function sessionToAsk(session: Session): Ask | undefined {
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
      ticks: [],
      safe: "Do not use it",
      confirm: "Use this card",
    };
  }
  if (phase.kind !== "asking") return undefined;
  const { command, questions } = phase;
  const needing = questions.filter((question) => question.code !== START_OUTAGE);
  const isStopped = questions.some((question) => question.severity === "stop");
  return {
    key: `${command.id} ${questions.map((question) => question.ref).join(" ")}`,
    title: questionsToTitle(questions),
    subject: commandToSubject(command),
    questions,
    needsReason: needing.some((question) => question.severity === "override"),
    ticks: needing.filter((question) => question.severity === "acknowledge").map((question) => question.ref),
    safe: SAFE[command.kind],
    ...(isStopped ? {} : { confirm: questionsToConfirm(command, questions) }),
  };
}

/** True when what the dialog needs is filled in. */
export function isAnswered(ask: Ask, reason: string, ticked: ReadonlySet<string>): boolean {
  const hasReason = !ask.needsReason || reason.trim().length >= REASON_LENGTH;
  return ask.confirm !== undefined && hasReason && ask.ticks.every((ref) => ticked.has(ref));
}

/** The answers that go with the command when staff go ahead. */
export function askToOverrides(ask: Ask, reason: string): readonly OverrideAnswer[] {
  return ask.questions.map(({ code, ref, severity }) => {
    const why = code === START_OUTAGE ? "The library system cannot be reached" : reason.trim();
    return { code, ref, acknowledged: true, ...(severity === "override" ? { reason: why } : {}) };
  });
}

const START_OUTAGE = "start-outage";

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
  "on-loan": "On loan to another patron",
  hold: "Held for another patron",
  expired: "This card has expired",
  block: "This patron is blocked",
};

function questionsToTitle(questions: readonly Question[]): string {
  const first = questions.find((question) => question.code !== START_OUTAGE) ?? questions[0];
  return TITLES[first?.code ?? ""] ?? "Please check this first";
}

function questionsToConfirm(command: Command, questions: readonly Question[]): string {
  if (questions.every((question) => question.code === START_OUTAGE)) return "Start an outage and record";
  return CONFIRM[command.kind];
}

function commandToSubject(command: Command): string {
  const card = command.patron === undefined ? undefined : `Card ${barcodeToTail(command.patron)}`;
  const item = command.item === undefined ? undefined : `Item ${command.item}`;
  return [item, card].filter((part) => part !== undefined).join(" · ");
}
