/** What is asked about the loan itself: longer than a short rule gives, by a rule that gives none, renewed too often. */
import type { Command } from "./command.ts";
import { type DecideContext, loanHere, touchedHere } from "./decide-context.ts";
import { limitedToWords } from "./due-date.ts";
import { ask, type Question } from "./question.ts";
import type { Terms } from "./terms.ts";

/** Staff tick it where the patron must know what an exception costs. */
export const told = "I have told the patron";
/** Said to the patron, and printed on the slip. */
export const limitedWarning =
  "It must come back as soon as it is due: no grace, no renewal; billed and blocked at once, with a processing charge that is not refunded.";

export function askLoan(
  command: Command,
  context: DecideContext,
  terms: Terms | undefined,
): readonly (Question | undefined)[] {
  if (terms?.match === undefined) return [];
  return [
    askNotLent(command, context, terms),
    askLonger(command, context, terms),
    askRenewals(command, context, terms),
  ];
}

/** The rule gives no loan: a supervisor may lend once, and sets the date. */
function askNotLent(command: Command, context: DecideContext, terms: Terms): Question | undefined {
  if (terms.byRule !== null) return undefined;
  const text = `Not lent, by rule ${terms.match?.number}. A supervisor may lend it once, and sets the date. Tell the patron: ${lower(limitedWarning)}`;
  const needsDue = terms.due === undefined;
  const facts = [command.item ?? command.type ?? "", terms.match?.number ?? 0];
  const draft = { code: "loan-none", text, facts, role: "supervisor", severity: "override" } as const;
  return ask({ ...draft, tick: told, needsDue }, context);
}

function askLonger(command: Command, context: DecideContext, terms: Terms): Question | undefined {
  const { match, byRule, isLonger, due } = terms;
  if (!isLonger || match?.isLimited !== true || byRule === null) return undefined;
  const text = `Longer than this item's rule (${limitedToWords(match.rule)}, due ${byRule.words}). Tell the patron: ${lower(limitedWarning)}`;
  const facts = [command.item ?? "", byRule.words, due ?? 0];
  const draft = { code: "loan-longer", text, facts, role: "supervisor", severity: "override" } as const;
  return ask({ ...draft, tick: told }, context);
}

function askRenewals(command: Command, context: DecideContext, terms: Terms): Question | undefined {
  if (command.kind !== "renewal" || terms.byRule === null) return undefined;
  const left = renewalsLeft(command.item ?? "", context, terms);
  if (left === undefined || left > 0) return undefined;
  const isLimited = terms.match?.isLimited === true;
  const text = isLimited
    ? `A ${limitedToWords(terms.match?.rule)} has no renewal left.`
    : "This loan has no renewal left.";
  const role = isLimited ? "supervisor" : "staff";
  const facts = [command.item ?? "", left];
  return ask({ code: "renewal-none-left", text, facts, role, severity: "override" }, context);
}

/** By the snapshot's loan where it says so, else by the rule; less what was renewed here. Undefined: no rule says. */
export function renewalsLeft(item: string, context: DecideContext, terms: Terms): number | undefined {
  const loan = loanHere(item, context);
  const before = context.known.loan;
  const ofSnapshot = loan === undefined ? !touchedHere(item, context) : loan.fromSnapshot;
  const known = ofSnapshot ? before?.renewalsLeft : undefined;
  const allowed = known ?? terms.match?.rule?.renewals;
  return allowed === undefined ? undefined : allowed - (loan?.renewals.length ?? 0);
}

function lower(text: string): string {
  return text.charAt(0).toLowerCase() + text.slice(1);
}
