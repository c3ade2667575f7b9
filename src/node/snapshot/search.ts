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
    others: wordsOf(patron.givenNames),
    phone: toDigits(patron.phone),
    birthDate: patron.birthDate,
  }));
}

/** By title, author, call number and barcode. */
export function createItemIndex(): SearchIndex<ItemRecord> {
  return createIndex((item) => ({
    barcode: item.barcode,
    first: wordsOf(item.title),
    others: wordsOf(`${item.author} ${item.callNumber}`),
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
  const whole = toWords(plain.replaceAll(apostrophes, ""));
  if (plain.search(apostrophes) < 0) return whole;
  return whole + toWords(plain.replaceAll(apostrophes, " "));
}

interface Entry {
  readonly barcode: string;
  /** Words that count more: the surname, the title. */
  readonly first: string;
  readonly others: string;
  readonly phone: string;
  readonly birthDate: string;
}

/** Kept small: there is one for each record. */
interface Line {
  readonly barcode: string;
  /** The barcode in lower case. */
  readonly code: string;
  readonly words: string;
  /** The end of the words that count more. */
  readonly firstEnd: number;
  readonly phone: string;
  readonly birthDate: string;
}

/** One word of a query, with a blank before it. */
interface Word {
  readonly text: string;
  /** The same as it may be written without umlauts: Mueller and Müller find each other. */
  readonly loose: RegExp;
}

interface Term {
  /** Words that must all fit, unless the term fits as a number: `Müller-Lüdenscheidt` is two. */
  readonly words: readonly Word[];
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

const apostrophes = /['’ʼ`]/g;
const searchSlice = 2000;

function createIndex<T>(toEntry: (record: T) => Entry): SearchIndex<T> {
  const lines: Line[] = [];
  return {
    add(record) {
      const { barcode, first, others, phone, birthDate } = toEntry(record);
      const code = barcode.toLowerCase();
      lines.push({
        barcode,
        code: code === barcode ? barcode : code,
        words: first + others,
        firstEnd: first.length,
        phone,
        birthDate,
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
  for (const word of term.words) {
    const score = scoreOfWord(line, word);
    if (score === 0) return 0;
    sum += score;
  }
  return sum;
}

function scoreOfWord(line: Line, word: Word): number {
  const start = line.words.indexOf(word.text);
  if (start < 0) return word.loose.test(line.words) ? 1 : 0;
  const whole = `${line.words} `.includes(`${word.text} `) ? 4 : 2;
  return whole + (start < line.firstEnd ? 1 : 0);
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
  const words = toWords(plainText(part).replaceAll(apostrophes, "")).split(" ").slice(1).map(toWord);
  if (words.length === 0) return [];
  const digits = /^[\d()+/.-]+$/.test(part) ? toDigits(part).replace(/^0+/, "") : "";
  return [{ words, code: part.toLowerCase(), digits, dates: textToDates(part) }];
}

/** `text` holds letters and digits alone, so nothing in it has a meaning in a pattern. */
function toWord(text: string): Word {
  const bare = text.replaceAll(/([aou])e/g, "$1");
  return { text: ` ${text}`, loose: new RegExp(` ${bare.replaceAll(/[aou]/g, "$&e?")}`, "u") };
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

/** Each word with a blank before it. */
function toWords(plain: string): string {
  const parted = ` ${plain}`.replaceAll(/[^\p{L}\p{N}]+/gu, " ");
  return parted.endsWith(" ") ? parted.slice(0, -1) : parted;
}

/** Lower case, without accents; letters that have no accent to lose become their nearest plain ones. */
function plainText(text: string): string {
  if (/^[\x20-\x7e]*$/.test(text)) return text.toLowerCase();
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
