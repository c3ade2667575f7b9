/**
 * Koha's replies to the lines of a `.koc` (`ProcessOfflineIssue`, `ProcessOfflineReturn`, `ProcessOfflinePayment` in
 * its `C4/Circulation.pm`), as they stand behind each action in the list of pending offline circulation.
 */
import type { Advice } from "./advice.ts";
import type { LineReader, Reply } from "./reply.ts";
import { tokensOf } from "./reply-any.ts";

const REPLIES: readonly (readonly [RegExp, string, Advice | null])[] = [
  [/\bsuccess\.?\s*$/i, "Success", null],
  [/\bitem not found\.?\s*$/i, "Item not found", "item-unknown"],
  [/\bbarcode not found\.?\s*$/i, "Barcode not found", "item-unknown"],
  [/\bitem not issued\.?\s*$/i, "Item not issued", "not-on-loan"],
  [/\bborrower not found\.?\s*$/i, "Borrower not found", "patron-unknown"],
];

const ACTIONS: readonly (readonly [RegExp, NonNullable<Reply["act"]>])[] = [
  [/\b(?:issue|check-?out)\b/i, "loan"],
  [/\b(?:return|check-?in)\b/i, "return"],
  [/\bpayment\b/i, "payment"],
];

export const readKohaLine: LineReader = (text, at) => {
  const found = REPLIES.find(([said]) => said.test(text));
  if (!found) return null;
  const [said, words, advice] = found;
  const before = text.slice(0, said.exec(text)!.index);
  const tokens = tokensOf(before);
  if (tokens.length === 0) return null;
  const act = ACTIONS.find(([name]) => name.test(before))?.[1];
  return {
    at,
    outcome: advice === null ? "done" : "refused",
    ...(advice === null ? {} : { advice }),
    words,
    tokens,
    ...(act === undefined ? {} : { act }),
  };
};
