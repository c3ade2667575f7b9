/**
 * Lines of text packed end to end, some thousand to a segment: a city's 800,000 records take 70 MB so, and 500 MB as
 * objects and strings. A byte sequence is found in a segment by Node's own search, and its line by where lines start.
 */

import { codeBeginKey, codeEndKey, createBegins, dateKey, wordBytes, wordKey } from "./search-begins.ts";

/** What one record is found by. No field holds a control character. */
export interface SearchedRecord {
  readonly barcode: string;
  /** Words that count more (the surname, the title) and others, each with a blank before it. */
  readonly first: string;
  readonly others: string;
  /** Those of them that are written otherwise without umlauts, so. */
  readonly bare: string;
  /** Digits alone. */
  readonly phone: string;
  /** `YYYY-MM-DD`, or empty. */
  readonly birthDate: string;
}

/** The numbers of one line. */
export interface LineNumbers {
  readonly barcode: string;
  /** The barcode in lower case. */
  readonly code: string;
  readonly phone: string;
  readonly birthDate: string;
}

export interface Segment {
  readonly words: Packed;
  readonly numbers: Packed;
  /** Lines that may hold a word that begins with the needle, in order, some of them more than once. */
  findWord(needle: Buffer): Iterable<number>;
  /** Lines that may hold it as their barcode, the beginning or the end of it, or their birth date. */
  findNumber(needle: Buffer): Iterable<number>;
  /** Lines whose phone number holds these digits. */
  findPhone(digits: Buffer): Iterable<number>;
}

export interface Packed {
  /** All lines end to end; line `n` from `starts[n]` on, its end mark before `starts[n + 1]`. */
  readonly bytes: Buffer;
  readonly starts: Uint32Array;
  /** Lines that hold the needle, each once and in order. */
  find(needle: Uint8Array): readonly number[];
}

/** Between the fields of a line: below any character that a field may hold. */
export const firstEnds = 1;
export const othersEnd = 2;
const lineEnds = 0x0a;
export const blank = 0x20;
const numberMark = "\u0001";
const numberEnds = 1;

/** Lines to a segment: searched in a fraction of a millisecond. */
const segmentLines = 4_096;

export interface SegmentWriter {
  add(record: SearchedRecord): void;
  /** All that were added. */
  segments(): readonly Segment[];
}

/** `begins`: with an index of words and numbers, which takes some 15 bytes more for each record. */
export function createSegments({ begins }: { readonly begins: boolean }): SegmentWriter {
  const sealed: Segment[] = [];
  let words: string[] = [];
  let numbers: string[] = [];
  let phones: string[] = [];
  function seal(): void {
    const [packedWords, packedNumbers] = [pack(words), pack(numbers)];
    if (words.length > 0)
      sealed.push(
        begins
          ? indexedSegment(packedWords, packedNumbers, pack(phones))
          : plainSegment(packedWords, packedNumbers),
      );
    words = [];
    numbers = [];
    phones = [];
  }
  return {
    add({ first, others, bare, ...record }) {
      // Of a name or title only letters and digits are left; these come as they are, from another desk too.
      const barcode = onOneLine(record.barcode);
      const rest = [onOneLine(record.phone), onOneLine(record.birthDate)];
      words.push(
        `${first}${String.fromCharCode(firstEnds)}${others}${String.fromCharCode(othersEnd)}${bare}\n`,
      );
      const code = barcode.toLowerCase();
      if (begins) phones.push(`${rest[0]}\n`);
      numbers.push(`${[code, ...rest, code === barcode ? "" : barcode].join(numberMark)}\n`);
      if (words.length === segmentLines) seal();
    },
    segments() {
      seal();
      return sealed;
    },
  };
}

function plainSegment(words: Packed, numbers: Packed): Segment {
  const findNumber = (needle: Buffer) => numbers.find(needle);
  return { words, numbers, findWord: (needle) => words.find(needle), findNumber, findPhone: findNumber };
}

function indexedSegment(words: Packed, numbers: Packed, phones: Packed): Segment {
  const count = words.starts.length - 1;
  const begins = createBegins(count, (n, give) => {
    giveWords(words, n, give);
    giveNumbers(numbers, n, give);
  });
  return {
    words,
    numbers,
    findWord: (needle) => (needle.length < wordBytes ? words.find(needle) : begins.find(wordKey(needle, 0))),
    findNumber: (needle) => [
      ...begins.find(codeBeginKey(needle, 0, needle.length)),
      ...begins.find(codeEndKey(needle, 0, needle.length)),
      ...begins.find(dateKey(needle, 0, needle.length)),
    ],
    findPhone: (digits) => phones.find(digits),
  };
}

function giveWords({ bytes, starts }: Packed, n: number, give: (key: number) => void): void {
  const end = starts[n + 1]! - wordBytes;
  for (let at = starts[n]!; at < end; at++) if (bytes[at] === blank) give(wordKey(bytes, at + 1));
}

/** As `numbersOf` reads them. */
function giveNumbers({ bytes, starts }: Packed, n: number, give: (key: number) => void): void {
  const start = starts[n]!;
  const codeEnd = bytes.indexOf(numberEnds, start);
  const phoneEnd = bytes.indexOf(numberEnds, codeEnd + 1);
  const dateEnd = bytes.indexOf(numberEnds, phoneEnd + 1);
  give(codeBeginKey(bytes, start, codeEnd));
  give(codeEndKey(bytes, start, codeEnd));
  if (dateEnd > phoneEnd + 1) give(dateKey(bytes, phoneEnd + 1, dateEnd));
}

function onOneLine(text: string): string {
  return text.replaceAll(/\p{Cc}/gu, " ");
}

export function numbersOf({ bytes, starts }: Packed, n: number): LineNumbers {
  const [code = "", phone = "", birthDate = "", barcode = ""] = bytes
    .toString("utf8", starts[n], starts[n + 1]! - 1)
    .split(numberMark);
  return { code, phone, birthDate, barcode: barcode || code };
}

/** In the order of their bytes. */
export function compareLines(a: Packed, n: number, b: Packed, m: number): number {
  return a.bytes.compare(b.bytes, b.starts[m], b.starts[m + 1]! - 1, a.starts[n], a.starts[n + 1]! - 1);
}

/** Each of `lines` ends with the only line end in it. */
function pack(lines: readonly string[]): Packed {
  // Below, nothing may hold on to the lines themselves.
  const count = lines.length;
  const bytes = Buffer.from(lines.join(""));
  const starts = new Uint32Array(count + 1);
  for (let n = 1; n <= count; n++) starts[n] = bytes.indexOf(lineEnds, starts[n - 1]) + 1;

  return {
    bytes,
    starts,
    find(needle) {
      const lines: number[] = [];
      let line = 0;
      for (let at = bytes.indexOf(needle); at >= 0; at = bytes.indexOf(needle, starts[line])) {
        while (starts[line + 1]! <= at) line++;
        lines.push(line);
        line++;
      }
      return lines;
    },
  };
}
