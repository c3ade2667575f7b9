/**
 * What an ILS's refusal of a line comes down to, and what staff do about it, in plain words. The ILSs' own words live in
 * the `reply-…` files; here are the few things that they all mean.
 */
import type { TransactionKind } from "../crdt/circulation/transaction.ts";

export type Advice =
  | "item-unknown"
  | "patron-unknown"
  | "not-on-loan"
  | "on-loan"
  | "later-action"
  | "blocked"
  | "limit"
  | "expired"
  | "not-for-loan"
  | "reserved"
  | "exists"
  | "malformed"
  | "not-sent"
  | "other-due"
  | "unknown"
  | "other";

/** In order: the first that fits is meant. Patrons come before items, since "card not found" may name a barcode too. */
const SAID: readonly (readonly [Advice, RegExp])[] = [
  ["later-action", /\b(?:later|newer|more recent) (?:action|transaction)\b/i],
  [
    "patron-unknown",
    /\b(?:user|patron|borrower|reader|member|card(?:holder)?|actor_(?:user|card))[^.;]{0,24}?(?:\bnot[ _](?:be )?(?:found|known|exist)|_not_found|\bunknown|\binvalid|\bdoes(?:n't| not) exist)|\b(?:unknown|invalid|no such) (?:user|patron|borrower|card)\b/i,
  ],
  [
    "not-on-loan",
    /\b(?:was|is|were)?\s*(?:not|n't) (?:currently )?(?:on loan|checked out|issued|loaned|out)\b|\bno (?:open )?(?:loan|circulation|checkout)\b|\bitem not issued\b/i,
  ],
  [
    "item-unknown",
    /\b(?:item|copy|barcode|volume)\b[^.;]{0,24}?(?:\bnot (?:be )?(?:found|known|catalogu?ed|exist)|\bunknown|\binvalid|\bdoes(?:n't| not) exist)|\b(?:unknown|invalid|no such) (?:item|copy|barcode)\b/i,
  ],
  [
    "on-loan",
    /\b(?:already |currently )?(?:on loan|checked out|issued|loaned) (?:to|by)\b|\balready (?:on loan|checked out|issued|loaned)\b/i,
  ],
  [
    "expired",
    /\b(?:card|account|patron|user|borrower|membership)[^.;]{0,24}expired\b|\bexpired (?:card|account|patron)\b/i,
  ],
  ["limit", /\b(?:too many|limit|maximum|exceed(?:s|ed)?)\b/i],
  ["blocked", /\b(?:blocked|barred|debarred|suspended|inactive|fines?|owes|restricted|restriction)\b/i],
  ["reserved", /\b(?:on hold|hold for|reserved|requested|needed for (?:a )?hold)\b/i],
  [
    "not-for-loan",
    /\b(?:not for loan|non-?circulating|reference|library use only|may not circulate|not loanable|cannot be (?:loaned|checked out|issued))\b/i,
  ],
  ["exists", /\b(?:already exists|duplicate|in use already|already in use)\b/i],
  [
    "malformed",
    /\b(?:parse error|malformed|bad (?:date|line|format)|invalid (?:date|line|format|record))\b/i,
  ],
];

/** Of free words; `null`: nothing that is known here. */
export function adviceOf(words: string): Advice | null {
  return SAID.find(([, said]) => said.test(words))?.[0] ?? null;
}

const DONE =
  /\b(?:success(?:ful(?:ly)?)?|succeeded|ok|done|checked (?:in|out)|returned|renewed|loaded|processed)\b/i;
const FAILED =
  /\b(?:fail(?:ed|ure|s)?|error|refused|rejected|denied|not|cannot|can't|couldn't|unable|exception)\b/i;

/** The words tell of success, and of nothing else. */
export function saysDone(words: string): boolean {
  return DONE.test(words) && !FAILED.test(words) && adviceOf(words) === null;
}

export function saysFailed(words: string): boolean {
  return FAILED.test(words) || adviceOf(words) !== null;
}

const isReturn = (kind: TransactionKind): boolean => kind === "checkin";

/** What to do now, a sentence or two; `advice` may come from a later version. */
export function adviceToText(advice: string | undefined, kind: TransactionKind): string {
  switch (advice) {
    case "item-unknown":
      return "The ILS does not know this item barcode. Look at the item: correct the barcode or catalogue it, then enter this there.";
    case "patron-unknown":
      return "The ILS does not know this card. Find the patron or create them first, then enter this there.";
    case "not-on-loan":
      return isReturn(kind)
        ? "The ILS did not have it on loan. Scan it in there once, so that its status and holds are right."
        : "The ILS does not have it on loan. Check it out there to this patron, if they still have it.";
    case "on-loan":
      return "The ILS has it on loan to somebody. Find out who has it; return it there, then check it out to this patron if they have it.";
    case "later-action":
      return "Something was done with this item in the ILS since. Look at the item there: mostly nothing is left to do.";
    case "blocked":
      return "The patron is blocked in the ILS. Enter this there with an override, or speak with the patron.";
    case "limit":
      return "The patron has reached a limit of the ILS. Enter this there with an override.";
    case "expired":
      return "The card has expired in the ILS. Renew the card, then enter this there.";
    case "not-for-loan":
      return "The ILS does not lend this item. Enter the loan there with an override, or ask for the item back.";
    case "reserved":
      return isReturn(kind)
        ? "Somebody waits for this item. Scan it in in the ILS and put it on the hold shelf."
        : "Somebody else waits for this item. Enter the loan in the ILS with an override, and tell the one who waits.";
    case "exists":
      return "The ILS has this card or name already. Compare the two, and merge or correct them there.";
    case "malformed":
      return "The ILS could not read this line. Enter it there by hand, and tell the makers of Deskmesh.";
    case "unknown":
      return "It was sent and no answer came. Look in the ILS whether it is there; enter it by hand if it is not.";
    case "other-due":
      return "The ILS took it with another due date than was promised. Set the promised date there.";
    case "not-sent":
      return "This cannot be sent. Enter it in the ILS by hand.";
    default:
      return "The ILS refused it. Read its words, and enter this there by hand.";
  }
}
