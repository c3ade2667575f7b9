/**
 * An ILS's report on a batch, read and held against the batch's lines. Pure. A line is matched by our id, its number or
 * its barcodes, all that the report gives of it; what fits no line, or more than one, is said and never guessed. A
 * report of another batch, one that is cut off, or no report at all is an answer of its own, and changes nothing.
 */
import type { TransactionKind } from "../crdt/circulation/transaction.ts";
import type { Format } from "./batch.ts";
import type { Act, LineReader, Reply, ReportReader } from "./reply.ts";
import { readAlmaLine } from "./reply-alma.ts";
import { countOfFailed, readAnyLine, tokensOf } from "./reply-any.ts";
import { readEvergreenJson, readEvergreenTable } from "./reply-evergreen.ts";
import { readKohaLine } from "./reply-koha.ts";
import { readSip2Line } from "./reply-sip2.ts";

/** A line of the main file. */
export interface SentLine {
  readonly transaction: string;
  readonly kind: TransactionKind;
  readonly number: number;
  /** Of a main file in parts: each has lines of these numbers. */
  readonly part?: number;
  readonly item?: string;
  readonly patron?: string;
}

export interface Matched {
  readonly line: SentLine;
  readonly reply: Reply;
}

export interface Unmatched {
  /** 1-based line of the report. */
  readonly at: number;
  readonly words: string;
  /** Why no line is meant, for people. */
  readonly why: string;
}

export type ReportAnswer =
  | {
      readonly kind: "read";
      /** One for each line of the batch that is spoken of; a refusal counts more than a success. */
      readonly matched: readonly Matched[];
      readonly unmatched: readonly Unmatched[];
    }
  | {
      readonly kind: "refused";
      readonly code: "no-report" | "cut-off" | "other-batch";
      readonly text: string;
    };

export interface Report {
  readonly batch: string;
  readonly format: Format;
  readonly text: string;
  readonly lines: readonly SentLine[];
  /** As the branch calls its ILS; left out: it gave it no name. */
  readonly ilsName?: string | undefined;
}

const LINE_READERS: Readonly<Record<Format, readonly LineReader[]>> = {
  alma: [readAlmaLine, readSip2Line, readAnyLine],
  koha: [readKohaLine, readSip2Line, readAnyLine],
  evergreen: [readSip2Line, readAnyLine],
  sierra: [readSip2Line, readAnyLine],
  csv: [readSip2Line, readAnyLine],
  jsonl: [readSip2Line, readAnyLine],
};
const EVERGREEN_READERS: readonly ReportReader[] = [readEvergreenJson, readEvergreenTable];

export function readAnswer({
  batch,
  format,
  text,
  lines,
  ilsName = "the library system",
}: Report): ReportAnswer {
  const read = readReplies(format, text, ilsName);
  if ("kind" in read) return read;
  const { replies } = read;
  const other = otherBatch(batch, text);
  if (other !== null) {
    const said = `This report is about ${other}, not about ${batch}.`;
    return { kind: "refused", code: "other-batch", text: said };
  }
  const match = createMatcher(lines);
  const found = new Map<string, Matched>();
  const unmatched: Unmatched[] = [];
  let strange = 0;
  for (const reply of replies) {
    const answer = match(reply);
    if ("why" in answer) {
      unmatched.push({ at: reply.at, words: reply.words, why: answer.why });
      if (answer.strange) strange += 1;
      continue;
    }
    for (const line of answer.lines) {
      if (found.get(line.transaction)?.reply.outcome === "refused") continue;
      found.set(line.transaction, { line, reply });
    }
  }
  if (found.size === 0 || strange * 2 > replies.length) {
    const said = `${strange} of the ${replies.length} messages in it name lines or barcodes that are not in ${batch}: this looks like the report of another file.`;
    const none = `None of the ${replies.length} messages in it names a line of ${batch} for certain. Expected line numbers or barcodes of this file.`;
    return strange > 0
      ? { kind: "refused", code: "other-batch", text: said }
      : { kind: "refused", code: "no-report", text: none };
  }
  return { kind: "read", matched: [...found.values()], unmatched };
}

type Replies = { readonly replies: readonly Reply[] } | Extract<ReportAnswer, { kind: "refused" }>;

function readReplies(format: Format, text: string, ils: string): Replies {
  const clean = text.replace(/^\uFEFF/, "");
  const nothing = `Expected the report of ${ils}: its messages, a line each, as text, CSV or JSON.`;
  // biome-ignore lint/suspicious/noControlCharactersInRegex: bytes that no report of text has
  if (/[\u0000\ufffd]/.test(clean))
    return { kind: "refused", code: "no-report", text: `This is no text. ${nothing}` };
  if (isOwnFile(clean)) {
    const own = `This is a file that Deskmesh made for ${ils}, not its report on that. ${nothing}`;
    return { kind: "refused", code: "no-report", text: own };
  }
  for (const reader of format === "evergreen" ? EVERGREEN_READERS : []) {
    const found = reader(clean);
    if (found === null) continue;
    if ("broken" in found)
      return {
        kind: "refused",
        code: "cut-off",
        text: `The report can't be used: ${found.broken}. Get it again.`,
      };
    return found.length > 0
      ? { replies: found }
      : { kind: "refused", code: "no-report", text: `It holds no results. ${nothing}` };
  }
  const readers = LINE_READERS[format];
  const replies: Reply[] = [];
  let stated = 0;
  for (const [i, line] of clean.split(/\r\n|\r|\n/).entries()) {
    const reply = readLine(readers, line, i + 1);
    if (reply === null) stated = Math.max(stated, countOfFailed(line) ?? 0);
    // Whatever else the message names must fit too.
    else replies.push({ tokens: tokensOf(line), ...reply });
  }
  const refused = replies.filter(({ outcome }) => outcome === "refused").length;
  if (stated > refused) {
    const cut = `The report says that ${stated} failed, but lists only ${refused}. Copy all of it, to its end.`;
    return { kind: "refused", code: "cut-off", text: cut };
  }
  const isSaid = replies.some(({ outcome, advice }) => outcome === "done" || (advice ?? "other") !== "other");
  return isSaid
    ? { replies }
    : { kind: "refused", code: "no-report", text: `No message in it is known. ${nothing}` };
}

function readLine(readers: readonly LineReader[], line: string, at: number): Reply | null {
  for (const reader of readers) {
    const reply = reader === readAnyLine && countOfFailed(line) !== null ? null : reader(line, at);
    if (reply !== null) return reply;
  }
  return null;
}

/** Our own files, uploaded in place of the report. */
function isOwnFile(text: string): boolean {
  if (/^(?:line,written_as,|reason,transaction_id,|Version=1\.0\tGenerator=)/.test(text)) return true;
  const lines = text.split(/\r?\n/).filter((line) => line !== "");
  const isData = (line: string): boolean => /^\d{12}[LR].{80}/.test(line) || /^[oi]:\d{10}:b/.test(line);
  const isCommand = (line: string): boolean => /^\{"type":"/.test(line);
  return lines.length > 0 && lines.every((line) => isData(line) || isCommand(line));
}

/** Another batch that the report names, and not this one too. */
function otherBatch(batch: string, text: string): string | null {
  if (text.includes(batch)) return null;
  const code = batch.slice(0, batch.indexOf("-"));
  return new RegExp(`\\b${code}-\\d{1,6}-\\d{1,6}-[0-9a-f]{4}\\b`).exec(text)?.[0] ?? null;
}

type Meant = { readonly lines: readonly SentLine[] } | { readonly why: string; readonly strange: boolean };

const ACT_OF_KIND: Readonly<Partial<Record<TransactionKind, Act>>> = {
  checkout: "loan",
  renewal: "loan",
  "non-catalogued": "loan",
  checkin: "return",
  "in-house-use": "use",
  registration: "registration",
  payment: "payment",
};

function createMatcher(lines: readonly SentLine[]): (reply: Reply) => Meant {
  const byId = new Map(lines.map((line) => [line.transaction, line] as const));
  const byNumber = groupBy(lines, ({ number }) => number);
  const byItem = groupBy(lines, ({ item }) => item);
  const byPatron = groupBy(lines, ({ patron }) => patron);

  /** Tokens that the batch knows, as what they are. */
  function withTokens(reply: Reply): Reply | { readonly why: string } {
    const { tokens = [], item, patron, transaction } = reply;
    const ids = tokens.filter((token) => byId.has(token));
    const items = tokens.filter((token) => byItem.has(token));
    const patrons = tokens.filter((token) => byPatron.has(token) && !byItem.has(token));
    if (ids.length > 1 || items.length > 1 || patrons.length > 1)
      return { why: "it names more than one line" };
    return {
      ...reply,
      ...(transaction === undefined && ids[0] !== undefined ? { transaction: ids[0] } : {}),
      ...(item === undefined && items[0] !== undefined ? { item: items[0] } : {}),
      ...(patron === undefined && patrons[0] !== undefined ? { patron: patrons[0] } : {}),
    };
  }

  return (given) => {
    const reply = withTokens(given);
    if ("why" in reply) return { ...reply, strange: false };
    const { transaction, number, item, patron, act, advice } = reply;
    const named = candidatesOf(reply);
    if (named === null) {
      const isBarcode = (token: string): boolean => /\d{6}/.test(token);
      const strange = (given.tokens ?? []).some(isBarcode);
      return {
        why: strange ? "no line of this file has that barcode" : "it names no line and no barcode",
        strange,
      };
    }
    const fits = named.filter(
      (line) =>
        (transaction === undefined || line.transaction === transaction) &&
        (number === undefined || line.number === number) &&
        (item === undefined || line.item === item) &&
        (patron === undefined || line.patron === undefined || line.patron === patron) &&
        (act === undefined || ACT_OF_KIND[line.kind] === act) &&
        strangerOf(given, line) === undefined,
    );
    if (fits.length === 0) return { why: "no line of this file has all that it names", strange: true };
    // Whoever isn't known, every line of theirs was refused; and so every one on an item that isn't known.
    const isOfAll = advice === "patron-unknown" || advice === "item-unknown";
    // Of one number there are several lines in a file in parts, and one of them is meant.
    if (fits.length === 1 || (isOfAll && number === undefined)) return { lines: fits };
    const numbers = fits.slice(0, 5).map((line) => `${line.part ? `${line.part}:` : ""}${line.number}`);
    return { why: `it may mean any of the lines ${numbers.join(", ")}`, strange: false };
  };

  /** Something like a barcode that stands beside a line's number, and isn't of that line. */
  function strangerOf({ tokens = [], number }: Reply, line: SentLine): string | undefined {
    if (number === undefined) return undefined;
    const own = [line.item, line.patron, line.transaction];
    return tokens.find((token) => /^[A-Za-z]{0,4}\d{6,}[A-Za-z]?$/.test(token) && !own.includes(token));
  }

  function candidatesOf({ transaction, number, item, patron, advice }: Reply): readonly SentLine[] | null {
    if (transaction !== undefined) return listOf(byId.get(transaction));
    if (number !== undefined) return byNumber.get(number) ?? [];
    if (item !== undefined && !(advice === "patron-unknown" && !byItem.has(item)))
      return byItem.get(item) ?? [];
    return patron === undefined ? null : (byPatron.get(patron) ?? []);
  }
}

function listOf(line: SentLine | undefined): readonly SentLine[] {
  return line === undefined ? [] : [line];
}

function groupBy<K extends string | number>(
  lines: readonly SentLine[],
  keyOf: (line: SentLine) => K | undefined,
): ReadonlyMap<K, readonly SentLine[]> {
  const groups = new Map<K, SentLine[]>();
  for (const line of lines) {
    const key = keyOf(line);
    if (key === undefined) continue;
    const group = groups.get(key);
    if (group) group.push(line);
    else groups.set(key, [line]);
  }
  return groups;
}
