/**
 * What an ILS's refusal of a line comes down to. The ILSs' own words live in the `reply-…` files; here are the few things
 * that they all mean. What staff do about each is in `advice-text.ts`.
 */
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
