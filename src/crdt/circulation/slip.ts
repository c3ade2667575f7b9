/** What the patron's slip says of a loan: when it is due, what the item's public message is, what an exception costs. */
import { type DecideContext, ilsNameOf, policyOf } from "./decide-context.ts";
import { limitedWarning } from "./loan-questions.ts";
import { dueToWords } from "./notes.ts";
import type { Terms } from "./terms.ts";
import type { Transaction } from "./transaction.ts";

/** Lines; none for what isn't a loan. Staff messages and the patron's name are never among them. */
export function slipFor(
  transaction: Transaction,
  context: DecideContext,
  terms: Terms | undefined,
): readonly string[] {
  if (!("due" in transaction)) return [];
  const policy = policyOf(context);
  const lines = [`Due ${dueToWords(transaction.due, context, terms)}`];
  const message = publicMessageOf(context);
  if (message !== "") lines.push(message);
  const wasLonger = transaction.overrides?.some(({ code }) => code === "loan-longer" || code === "loan-none");
  if (wasLonger === true) lines.push(limitedWarning);
  if (!policy.ils.keepsDueDates) {
    lines.push(`${ilsNameOf(context) ?? "The library system"} may set another due date later.`);
  }
  return lines;
}

/** In words, where the policy knows the code. */
export function publicMessageOf(context: Pick<DecideContext, "lending" | "known">): string {
  const message = context.known.item?.opacMessage.trim() ?? "";
  const { publicMessages } = policyOf(context);
  return (Object.hasOwn(publicMessages, message) ? publicMessages[message] : undefined) ?? message;
}
