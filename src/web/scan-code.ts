/**
 * The grammar of one scan: from what arrived in the field to what it can be. Strips what scanners add around a code
 * and never touches what is inside of it. What the code is (a card, an item, both, nobody's) is the node's answer.
 * Pure.
 */

import { isIsbn } from "../crdt/circulation/barcode-rules.ts";
import { t } from "./language.ts";

/** What this desk's scanner adds. */
export interface ScannerRules {
  /** Codabar's start and stop letters around the number, `A…B`, or the stars of Code 39, are no part of it. */
  readonly startStop: boolean;
}

export type SheetCommand = "finish" | "void" | "out" | "in" | "renew" | "print";

export type ScanCode =
  | { readonly kind: "empty" }
  /** One of the codes of the command sheet, for hands in gloves. */
  | { readonly kind: "command"; readonly command: SheetCommand }
  /** `isIsbn`: the thirteen digits of a book's cover, whatever the node says of them. */
  | { readonly kind: "code"; readonly barcode: string; readonly isIsbn: boolean }
  /** Not a barcode: what is wrong with it, in words. */
  | { readonly kind: "junk"; readonly text: string };

/** Longest barcode that can be recorded. */
const LONGEST = 80;
/** `]F0`: Codabar, `]A0`: Code 39, `]C1`: GS1-128 and so on. */
const AIM = /^\][A-Za-z][0-9A-Za-z]/;
const START_STOP = /^(?:[A-Da-d](\d[\d\-$:/.+]*)[A-Da-d]|\*([^*]+)\*)$/;
const BARCODE = /^[!-~](?:[ -~]*[!-~])?$/;

export const SHEET_COMMANDS: Readonly<Record<string, SheetCommand>> = {
  "%FINISH%": "finish",
  "%VOID%": "void",
  "%OUT%": "out",
  "%IN%": "in",
  "%RENEW%": "renew",
  "%PRINT%": "print",
};

/** What arrived in the field, read. */
export function readCode(raw: string, rules: ScannerRules): ScanCode {
  const plain = withoutControls(raw).trim();
  const bare = AIM.test(plain) ? plain.slice(3).trim() : plain;
  const framed = rules.startStop ? START_STOP.exec(bare) : null;
  const code = framed?.[1] ?? framed?.[2] ?? bare;
  if (code === "") return { kind: "empty" };
  const command = Object.hasOwn(SHEET_COMMANDS, code.toUpperCase())
    ? SHEET_COMMANDS[code.toUpperCase()]
    : undefined;
  if (command !== undefined) return { kind: "command", command };
  if (code.length > LONGEST) {
    return {
      kind: "junk",
      text: t`That is no barcode: it has ${code.length} characters, at most ${LONGEST} are possible.`,
    };
  }
  if (!BARCODE.test(code)) {
    return { kind: "junk", text: t`That is no barcode: only plain letters, digits and signs are possible.` };
  }
  return { kind: "code", barcode: code, isIsbn: isIsbn(code) };
}

/** True for what can be recorded as it is: whoever sends it, the desk takes nothing else. */
export function isBarcodeText(text: string): boolean {
  return text.length <= LONGEST && BARCODE.test(text);
}

/** Without control characters, as some scanners send them before and after. */
export function withoutControls(raw: string): string {
  let clean = "";
  for (const char of raw) if (char >= " " && char !== "\u007f") clean += char;
  return clean;
}
