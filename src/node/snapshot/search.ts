/**
 * Finding a patron or an item by what people say or what is left of a barcode. In memory: one line of text for each
 * record. Those of items are searched from end to end; for patrons an index says which lines to look at.
 */
import type { ItemRecord, PatronRecord } from "../../crdt/circulation/snapshot.ts";
import {
  blank,
  compareLines,
  createSegments,
  firstEnds,
  numbersOf,
  othersEnd,
  type Packed,
  type SearchedRecord,
  type Segment,
} from "./search-lines.ts";
import { queryToTerms, type Term, type Word } from "./search-query.ts";
import { bareText, toDigits, wordsOf } from "./search-text.ts";
import { breathe } from "./slices.ts";

export interface SearchIndex<T> {
  add(record: T): void;
  /** Barcodes, best first. An empty query finds none. */
  search(query: string, limit: number): Promise<readonly string[]>;
}

/** By name, barcode, phone and birth date. */
export function createPatronIndex(): SearchIndex<
  Pick<PatronRecord, "barcode" | "surname" | "givenNames" | "phone" | "birthDate">
> {
  return createIndex({ begins: true }, (patron) => ({
    barcode: patron.barcode,
    ...toWordFields(patron.surname, patron.givenNames),
    phone: toDigits(patron.phone),
    birthDate: patron.birthDate,
  }));
}

/** By title, author, call number and barcode. */
export function createItemIndex(): SearchIndex<ItemRecord> {
  return createIndex({ begins: false }, (item) => ({
    barcode: item.barcode,
    ...toWordFields(item.title, `${item.author} ${item.callNumber}`),
    phone: "",
    birthDate: "",
  }));
}

function toWordFields(first: string, others: string): Pick<SearchedRecord, "first" | "others" | "bare"> {
  const words = { first: wordsOf(first), others: wordsOf(others) };
  const all = words.first + words.others;
  if (!/[aou]e/.test(all)) return { ...words, bare: "" };
  const bare = all
    .split(" ")
    .filter((word) => /[aou]e/.test(word))
    .map((word) => ` ${bareText(word)}`);
  return { ...words, bare: bare.join("") };
}

interface Hit {
  readonly segment: Segment;
  readonly line: number;
  readonly score: number;
}

/** Segments that are searched before the event loop has its turn: about a millisecond. */
const searchSlice = 8;

/** Items have some ten words each, whose index would be a tenth of all that a city's library takes in memory. */
function createIndex<T>(
  options: Parameters<typeof createSegments>[0],
  toRecord: (record: T) => SearchedRecord,
): SearchIndex<T> {
  const lines = createSegments(options);
  return {
    add: (record) => lines.add(toRecord(record)),
    async search(query, limit) {
      const terms = queryToTerms(query);
      const [rarest, ...others] = terms.toSorted((a, b) => lengthOf(b) - lengthOf(a));
      const best: Hit[] = [];
      if (rarest === undefined || limit < 1) return [];
      for (const [n, segment] of lines.segments().entries()) {
        findLines(segment, rarest, (line, first) => {
          const score = addScores(segment, line, first, others);
          if (score > 0) keep(best, { segment, line, score }, limit);
        });
        if (n % searchSlice === searchSlice - 1) await breathe();
      }
      return best.map(({ segment, line }) => numbersOf(segment.numbers, line).barcode);
    },
  };
}

/** The longer what is looked for, the fewer lines hold it. */
function lengthOf({ words, code }: Term): number {
  return words.length > 1 ? Math.max(...words.map(({ bare }) => bare.length)) : code.length;
}

/**
 * Lines that a term fits, each once, with its score. A short prefix fits a tenth of all lines, so none of them is put
 * anywhere but those, few, that it fits as a number.
 */
function findLines(segment: Segment, term: Term, give: (line: number, score: number) => void): void {
  const byNumber = new Map<number, number>();
  const takeNumbers = (lines: Iterable<number>): void => {
    for (const line of lines) {
      const score = scoreOfNumber(segment, line, term);
      if (score > (byNumber.get(line) ?? 0)) byNumber.set(line, score);
    }
  };
  for (const needle of term.numbers) takeNumbers(segment.findNumber(needle));
  if (term.phone) takeNumbers(segment.findPhone(term.phone));
  const longest = term.words.reduce((a, b) => (b.bare.length > a.bare.length ? b : a));
  let before = -1;
  for (const line of segment.findWord(longest.bare)) {
    if (line === before) continue;
    before = line;
    const score = Math.max(scoreOfWords(segment, line, term), byNumber.get(line) ?? 0);
    byNumber.delete(line);
    if (score > 0) give(line, score);
  }
  for (const [line, score] of byNumber) give(line, score);
}

/** 0 when one doesn't fit. */
function addScores(segment: Segment, line: number, first: number, others: readonly Term[]): number {
  let sum = first;
  for (const term of others) {
    const score = Math.max(scoreOfWords(segment, line, term), scoreOfNumber(segment, line, term));
    if (score === 0) return 0;
    sum += score;
  }
  return sum;
}

function scoreOfWords({ words }: Segment, n: number, term: Term): number {
  let sum = 0;
  for (const word of term.words) {
    const score = scoreOfWord(words, n, word);
    if (score === 0) return 0;
    sum += score;
  }
  return sum;
}

/**
 * More for whole words and for those that count more; 1 where only umlauts differ. Byte by byte: a short prefix fits
 * thousands of lines, and each call into Node costs as much as a line of this.
 */
function scoreOfWord({ bytes, starts }: Packed, n: number, { plain, bare, isBareLikePlain }: Word): number {
  const end = starts[n + 1]! - 1;
  let isFirst = true;
  let score = 0;
  let fitsBare = false;
  for (let at = starts[n]!; at < end; at++) {
    const byte = bytes[at]!;
    if (byte === firstEnds) isFirst = false;
    // Behind it stand the words without umlauts alone.
    if (byte === othersEnd && score > 0) return score;
    if (byte === othersEnd) return fitsBare || holdsWord(bytes, at, end, bare) ? 1 : 0;
    if (byte !== blank) continue;
    fitsBare ||= !isBareLikePlain && fits(bytes, at + 1, bare);
    if (!fits(bytes, at + 1, plain)) continue;
    if (score === 0) score = isFirst ? 3 : 2;
    if (bytes[at + 1 + plain.length]! <= blank) return score + 2;
  }
  return score;
}

function holdsWord(bytes: Buffer, from: number, end: number, needle: Buffer): boolean {
  for (let at = from; at < end; at++) if (bytes[at] === blank && fits(bytes, at + 1, needle)) return true;
  return false;
}

/** No needle holds a line's end, so none runs on into the next. */
function fits(bytes: Buffer, from: number, needle: Buffer): boolean {
  for (let i = 0; i < needle.length; i++) if (bytes[from + i] !== needle[i]) return false;
  return true;
}

function scoreOfNumber({ numbers }: Segment, n: number, term: Term): number {
  if (!mayHoldNumber(numbers, n, term)) return 0;
  const { code, birthDate, phone } = numbersOf(numbers, n);
  if (code === term.code) return 100;
  if (birthDate !== "" && term.dates.includes(birthDate)) return 10;
  if (term.code.length < 4) return 0;
  if (code.startsWith(term.code) || code.endsWith(term.code)) return 8;
  return term.digits.length >= 4 && phone.includes(term.digits) ? 6 : 0;
}

/** Looked at byte by byte, since most lines hold none: to read a line's numbers takes longer than all of its words. */
function mayHoldNumber({ bytes, starts }: Packed, n: number, { numbers, phone }: Term): boolean {
  const [from, end] = [starts[n]!, starts[n + 1]! - 1];
  return (
    numbers.some((needle) => holds(bytes, from, end, needle)) ||
    (phone !== undefined && holds(bytes, from, end, phone))
  );
}

function holds(bytes: Buffer, from: number, end: number, needle: Buffer): boolean {
  const last = end - needle.length;
  for (let at = from; at <= last; at++) if (fits(bytes, at, needle)) return true;
  return false;
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
  if (a.score !== b.score) return b.score - a.score;
  const byWords = compareLines(a.segment.words, a.line, b.segment.words, b.line);
  return byWords || compareLines(a.segment.numbers, a.line, b.segment.numbers, b.line);
}
