/** What staff must answer before a command is recorded: all questions of one command are asked together. */
import type { Command } from "./command.ts";
import type { DecideContext } from "./decide-context.ts";
import { askItem } from "./item-questions.ts";
import { askLoan } from "./loan-questions.ts";
import { askPatron } from "./patron-questions.ts";
import { type Answer, ask, dataAge, type Question } from "./question.ts";
import { userKey } from "./staff-fact.ts";
import type { Terms } from "./terms.ts";

export interface Asked {
  /** Not answered yet; empty: go ahead. */
  readonly open: readonly Question[];
  /** Overrides that answered something; others say nothing and aren't recorded. */
  readonly answers: readonly Answer[];
}

const REASON_MIN = 3;

export function askStaff(command: Command, context: DecideContext, terms: Terms | undefined): Asked {
  const isRegistration = command.kind === "registration";
  const asked = [
    askOutage(context),
    ...(isRegistration ? [askRegistration(command, context)] : askPatron(command, context, terms)),
    ...askItem(command, context),
    ...askLoan(command, context, terms),
    command.kind === "voiding" ? askVoiding(command, context) : undefined,
  ];
  const open: Question[] = [];
  const answers: Answer[] = [];
  for (const question of asked) {
    if (question === undefined) continue;
    const answer = answerTo(question, command, context);
    if (answer === undefined) open.push(question);
    else answers.push(answer);
  }
  return { open, answers };
}

function answerTo(question: Question, command: Command, context: DecideContext): Answer | undefined {
  if (question.severity === "stop" || question.needsDue === true) return undefined;
  return command.overrides?.find((each) => {
    if (each.code !== question.code || each.ref !== question.ref) return false;
    if (question.role === "supervisor" && context.role === "staff" && each.by === undefined) return false;
    if (question.tick !== undefined && each.acknowledged !== true) return false;
    return question.severity === "acknowledge" || (each.reason ?? "").trim().length >= REASON_MIN;
  });
}

function askOutage(context: DecideContext): Question | undefined {
  if (context.outageState !== "standby" && context.outageState !== "closed") return undefined;
  const text =
    "No outage is on. Start one and record this here? Everything is then recorded here until it is loaded.";
  const facts = [context.outage];
  return ask({ code: "start-outage", text, facts, severity: "acknowledge" }, context);
}

function askRegistration(command: Command, context: DecideContext): Question | undefined {
  const patron = command.patron ?? "";
  const inList = context.known.patron !== undefined && context.known.patron !== null;
  const here = context.fold.registrationOf(patron);
  if (!inList && here === undefined) return undefined;
  const text = inList
    ? `This card number is already in our list (data from ${dataAge(context)}). Use another card, or record it for a check later.`
    : `This card number was registered at ${context.formatTime(here?.at ?? 0)} already. Use another card, or record it for a check later.`;
  const facts = [patron, inList ? 1 : 0, here?.fact.id ?? ""];
  return ask({ code: "patron-exists", text, facts, severity: "acknowledge" }, context);
}

/** Staff remove what they recorded themselves; another's record needs a supervisor's word. */
function askVoiding(command: Command, context: DecideContext): Question | undefined {
  if (context.role !== "staff") return undefined;
  const target = context.fold.recordedById(command.voids ?? "");
  if (target === undefined) return undefined;
  const { staff } = target;
  const isOwn =
    staff !== undefined && context.staff !== undefined && userKey(staff) === userKey(context.staff);
  if (isOwn) return undefined;
  const text = `This was recorded by ${staff ?? "somebody else"}. A supervisor may remove it.`;
  const facts = [target.fact.id];
  return ask({ code: "void-other", text, facts, role: "supervisor", severity: "acknowledge" }, context);
}
