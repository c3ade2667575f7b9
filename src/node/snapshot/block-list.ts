/**
 * An Evergreen block list: `barcode L|E|B|D`, a line each: the card is lost, has expired, its patron is barred or has
 * penalties. It only adds to what the patron data say and lifts nothing: a block too many costs a question, one too few a
 * loan. No text of this file repeats what stands in a line.
 */
import { SourceUnreadable } from "./source-file.ts";

export const blockCodes = { L: "lost", E: "expired", B: "barred", D: "penalties" } as const;
type Letter = keyof typeof blockCodes;

export interface BlockList {
  /** Barcode → codes, each once, in the order of the list. */
  readonly blocks: ReadonlyMap<string, readonly string[]>;
  readonly read: number;
  readonly refused: number;
  /** The first refused lines. */
  readonly reasons: readonly { readonly line: number; readonly reason: string }[];
}

const longestLine = 400;
const reasonsAtMost = 20;
const linePattern = /^([!-~](?:[ -~]{0,78}[!-~])?)[ \t]+([A-Za-z])$/;
const known = Object.keys(blockCodes).join(", ");

/** Text: why the list as a whole can't be read. */
export async function readBlockList(chunks: AsyncIterable<Uint8Array>): Promise<BlockList | string> {
  const blocks = new Map<string, string[]>();
  const reasons: { line: number; reason: string }[] = [];
  let read = 0;
  let refused = 0;
  try {
    for await (const { line, text } of splitLines(chunks)) {
      if (text.trim() === "") continue;
      read += 1;
      const parsed = parseBlockLine(text);
      if (typeof parsed === "string") {
        refused += 1;
        if (reasons.length < reasonsAtMost) reasons.push({ line, reason: parsed });
        continue;
      }
      const codes = blocks.get(parsed.barcode) ?? [];
      if (!codes.includes(parsed.code)) codes.push(parsed.code);
      blocks.set(parsed.barcode, codes);
    }
  } catch (error) {
    if (error instanceof SourceUnreadable) return `it ${error.message}`;
    throw error;
  }
  if (read > 0 && refused === read) {
    return `no line can be read; line ${reasons[0]?.line}: ${reasons[0]?.reason}`;
  }
  return { blocks, read, refused, reasons };
}

/** What is wrong, in words, or what the line says. */
export function parseBlockLine(text: string): { readonly barcode: string; readonly code: string } | string {
  if (text.length > longestLine) return `longer than ${longestLine} characters`;
  const found = linePattern.exec(text.trim());
  if (found === null) return `expected a barcode, a blank and one of ${known}`;
  const [, barcode = "", letter = ""] = found;
  if (!isLetter(letter)) return `expected one of ${known} after the barcode`;
  return { barcode, code: blockCodes[letter] };
}

function isLetter(letter: string): letter is Letter {
  return Object.hasOwn(blockCodes, letter);
}

/** Does a file that nobody has named look like a block list? Its first line with anything in it says so. */
export function looksLikeBlockList(start: Uint8Array): boolean {
  const first = Buffer.from(start)
    .toString("latin1")
    .replace(/^\xef\xbb\xbf/, "")
    .split(/\r\n|\n|\r/)
    .find((line) => line.trim() !== "");
  return first !== undefined && typeof parseBlockLine(first) !== "string";
}

/** Lines from 1; of one that is too long no more than shows that it is. */
async function* splitLines(
  chunks: AsyncIterable<Uint8Array>,
): AsyncGenerator<{ readonly line: number; readonly text: string }> {
  let rest = "";
  let line = 1;
  for await (const chunk of chunks) {
    // Byte by byte: a barcode is ASCII, and whatever isn't must not be mended by a decoder.
    const parts = (rest + Buffer.from(chunk).toString("latin1")).split("\n");
    rest = (parts.pop() ?? "").slice(0, longestLine + 2);
    for (const part of parts) yield { line, text: bare(part, line++) };
  }
  if (rest !== "") yield { line, text: bare(rest, line) };
}

function bare(text: string, line: number): string {
  return (line === 1 ? text.replace(/^\xef\xbb\xbf/, "") : text).replace(/\r$/, "");
}
