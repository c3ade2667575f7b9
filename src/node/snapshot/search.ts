/**
 * Finding a patron or an item by what people say or what is left of a barcode. In memory: one line of text for each
 * record, searched from end to end in slices. Simple, and quick enough: 100,000 records take some ten milliseconds.
 */
import type { ItemRecord, PatronRecord } from "../../crdt/circulation/snapshot.ts";
import { breathe } from "./slices.ts";

export interface SearchIndex<T> {
  add(record: T): void;
  /** Barcodes, best first. An empty query finds none. */
  search(query: string, limit: number): Promise<readonly string[]>;
}

/** By name, barcode, phone and birth date. */
export function createPatronIndex(): SearchIndex<PatronRecord> {
  return createIndex((patron) => ({
    barcode: patron.barcode,
    first: wordsOf(patron.surname),
    words: wordsOf(`${patron.surname} ${patron.givenNames}`),
    phone: toDigits(patron.phone),
    birthDate: patron.birthDate,
  }));
}

/** By title, author, call number and barcode. */
export function createItemIndex(): SearchIndex<ItemRecord> {
  return createIndex((item) => ({
    barcode: item.barcode,
    first: wordsOf(item.title),
    words: wordsOf(`${item.title} ${item.author} ${item.callNumber}`),
    phone: "",
    birthDate: "",
  }));
}

/**
 * The words of a text, lower case, without accents, each after a blank. A name with an apostrophe is one word and
 * also its parts, so that `obrien` and `brien` find O'Brien.
 */
export function wordsOf(text: string): string {
  const plain = plainText(text);
  const whole = plain.replaceAll(/['’ʼ`]/g, "").split(nonWord);
  const parts = /['’ʼ`]/.test(plain)
    ? plain
        .split(/['’ʼ`]/)
        .join(" ")
        .split(nonWord)
    : [];
  return [...new Set([...whole, ...parts])]
    .filter((word) => word !== "")
    .map((word) => ` ${word}`)
    .join("");
}

/** As German names are written without umlauts: Mueller and Müller are both `muller`. */
export function withoutUmlauts(words: string): string {
  return words.replaceAll(/([aou])e/g, "$1");
}

interface Entry {
  readonly barcode: string;
  /** Words that count more: the surname, the title. */
  readonly first: string;
  readonly words: string;
  readonly phone: string;
  readonly birthDate: string;
}

interface Line extends Entry {
  readonly code: string;
  /** `words` without umlauts; the same text where there are none. */
  readonly bare: string;
}

interface Term {
  /** Words that must all fit, unless the term fits as a number: `Müller-Lüdenscheidt` is two. */
  readonly words: readonly { readonly word: string; readonly bare: string }[];
  /** Lower case, as a barcode may be. */
  readonly code: string;
  /** Of a phone number, without leading zeros; empty when the term is none. */
  readonly digits: string;
  /** Dates that it may mean, `YYYY-MM-DD`. */
  readonly dates: readonly string[];
}

interface Hit {
  readonly line: Line;
  readonly score: number;
}

const nonWord = /[^\p{L}\p{N}]+/u;
const searchSlice = 2000;

function createIndex<T>(toEntry: (record: T) => Entry): SearchIndex<T> {
  const lines: Line[] = [];
  return {
    add(record) {
      const entry = toEntry(record);
      const bare = withoutUmlauts(entry.words);
      lines.push({
        ...entry,
        code: entry.barcode.toLowerCase(),
        bare: bare === entry.words ? entry.words : bare,
      });
    },
    async search(query, limit) {
      const terms = queryToTerms(query);
      const best: Hit[] = [];
      if (terms.length === 0 || limit < 1) return [];
      for (let from = 0; from < lines.length; from += searchSlice) {
        for (const line of lines.slice(from, from + searchSlice)) {
          const score = scoreOf(line, terms);
          if (score > 0) keep(best, { line, score }, limit);
        }
        await breathe();
      }
      return best.map((hit) => hit.line.barcode);
    },
  };
}

/** `best` stays sorted and no longer than `limit`: a query of one letter may fit every record. */
function keep(best: Hit[], hit: Hit, limit: number): void {
  const last = best[limit - 1];
  if (last !== undefined && compareHits(last, hit) <= 0) return;
  const place = best.findIndex((each) => compareHits(hit, each) < 0);
  best.splice(place < 0 ? best.length : place, 0, hit);
  best.length = Math.min(best.length, limit);
}

function compareHits(a: Hit, b: Hit): number {
  return (
    b.score - a.score || compareText(a.line.words, b.line.words) || compareText(a.line.code, b.line.code)
  );
}

function compareText(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}

/** 0 when a term doesn't fit; else more for whole words, surnames, and barcodes. */
function scoreOf(line: Line, terms: readonly Term[]): number {
  let sum = 0;
  for (const term of terms) {
    const score = Math.max(scoreOfWords(line, term), scoreOfNumber(line, term));
    if (score === 0) return 0;
    sum += score;
  }
  return sum;
}

function scoreOfWords(line: Line, term: Term): number {
  let sum = 0;
  for (const { word, bare } of term.words) {
    const score = scoreOfWord(line, word, bare);
    if (score === 0) return 0;
    sum += score;
  }
  return sum;
}

function scoreOfWord(line: Line, word: string, bare: string): number {
  if (!line.words.includes(word)) return line.bare.includes(bare) ? 1 : 0;
  const whole = `${line.words} `.includes(`${word} `) ? 4 : 2;
  return whole + (line.first.includes(word) ? 1 : 0);
}

function scoreOfNumber(line: Line, term: Term): number {
  if (line.code === term.code) return 100;
  if (line.birthDate !== "" && term.dates.includes(line.birthDate)) return 10;
  if (term.code.length < 4) return 0;
  if (line.code.startsWith(term.code) || line.code.endsWith(term.code)) return 8;
  return term.digits.length >= 4 && line.phone.includes(term.digits) ? 6 : 0;
}

function queryToTerms(query: string): readonly Term[] {
  const text = query.slice(0, 200).trim();
  // A phone number is one term, however it is grouped; but a date is a date.
  const isNumber = /^[\d\s()+/.-]+$/.test(text) && textToDates(text).length === 0;
  const parts = isNumber ? [text.replaceAll(/\s/g, "")] : text.split(/\s+/);
  return parts.slice(0, 10).flatMap(partToTerms);
}

function partToTerms(part: string): readonly Term[] {
  const words = plainText(part)
    .replaceAll(/['’ʼ`]/g, "")
    .split(nonWord)
    .filter((word) => word !== "")
    .map((word) => ({ word: ` ${word}`, bare: withoutUmlauts(` ${word}`) }));
  if (words.length === 0) return [];
  const digits = /^[\d()+/.-]+$/.test(part) ? toDigits(part).replace(/^0+/, "") : "";
  return [{ words, code: part.toLowerCase(), digits, dates: textToDates(part) }];
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

function toDigits(text: string): string {
  return text.replaceAll(/\D/g, "");
}

/** Lower case, without accents; letters that have no accent to lose become their nearest plain ones. */
function plainText(text: string): string {
  return text
    .normalize("NFKD")
    .replaceAll(/\p{M}/gu, "")
    .toLowerCase()
    .replaceAll(/[ßæœøłđðþı]/g, (letter) => plainLetters[letter] ?? letter);
}

const plainLetters: Readonly<Record<string, string>> = {
  ß: "ss",
  æ: "ae",
  œ: "oe",
  ø: "o",
  ł: "l",
  đ: "d",
  ð: "d",
  þ: "th",
  ı: "i",
};
