/** What somebody typed to find a patron or an item: terms that must all fit, each as words or as a number. */
import { bareText, toDigits, wordsOfQuery } from "./search-text.ts";

/** One word of a query: the beginning of a word, in UTF-8. */
export interface Word {
  readonly plain: Buffer;
  readonly bare: Buffer;
  /** Of `aee` the bare form is `ae`, as a plain word may be, whose own bare form is `a`. */
  readonly isBareLikePlain: boolean;
}

export interface Term {
  /** Words that must all fit, unless the term fits as a number: `Müller-Lüdenscheidt` is two. */
  readonly words: readonly Word[];
  /** Lower case, as a barcode may be. */
  readonly code: string;
  /** Of a phone number, without leading zeros; empty when the term is none. */
  readonly digits: string;
  /** Dates that it may mean, `YYYY-MM-DD`. */
  readonly dates: readonly string[];
  /** Code and dates once more, in UTF-8. */
  readonly numbers: readonly Buffer[];
  /** Its digits, where they are enough to be a part of a phone number. */
  readonly phone?: Buffer;
}

const phoneDigits = 4;

export function queryToTerms(query: string): readonly Term[] {
  const text = query.slice(0, 200).trim();
  // A phone number is one term, however it is grouped; but a date is a date.
  const isNumber = /^[\d\s()+/.-]+$/.test(text) && textToDates(text).length === 0;
  const parts = isNumber ? [text.replaceAll(/\s/g, "")] : text.split(/\s+/);
  return parts.slice(0, 10).flatMap(partToTerms);
}

function partToTerms(part: string): readonly Term[] {
  const words = wordsOfQuery(part).map((word) => {
    const bare = bareText(word);
    return {
      plain: Buffer.from(word),
      bare: Buffer.from(bare),
      isBareLikePlain: bareText(bare) !== bare,
    };
  });
  if (words.length === 0) return [];
  const digits = /^[\d()+/.-]+$/.test(part) ? toDigits(part).replace(/^0+/, "") : "";
  const code = part.toLowerCase();
  const dates = textToDates(part);
  const numbers = [...new Set([code, ...dates])].map((number) => Buffer.from(number));
  const phone = digits.length >= phoneDigits ? { phone: Buffer.from(digits) } : {};
  return [{ words, code, digits, dates, numbers, ...phone }];
}

/** `1969-02-14`, `14.02.1969`, `14/2/1969` and `2/14/1969`; day and month both ways where both may be meant. */
function textToDates(text: string): readonly string[] {
  const iso = /^(\d{4})-(\d{1,2})-(\d{1,2})$/.exec(text);
  if (iso) return [toDay(iso[1], iso[2], iso[3])];
  const other = /^(\d{1,2})([./-])(\d{1,2})\2(\d{4})$/.exec(text);
  if (!other) return [];
  const [, first, mark, second, year] = other;
  return mark === "."
    ? [toDay(year, second, first)]
    : [toDay(year, second, first), toDay(year, first, second)];
}

function toDay(year = "", month = "", day = ""): string {
  return `${year}-${month.padStart(2, "0")}-${day.padStart(2, "0")}`;
}
