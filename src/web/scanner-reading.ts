/**
 * What a scanner does, read from the keys that it sent for a code that is known: how it ends a code, what it puts
 * around it, whether keyboard layout and Caps Lock fit; and what cards and items look like, from a few of each. Pure.
 */

export interface SentKey {
  readonly key: string;
  readonly ctrl: boolean;
}

export type Suffix = "enter" | "tab" | "enter-line-feed" | "none";
export type Layout = "fits" | "azerty" | "qwertz";

export interface Reading {
  /** The test code was in it, once layout and Caps Lock are allowed for. */
  readonly isRead: boolean;
  /** As it arrived, without what ends it. */
  readonly text: string;
  readonly suffix: Suffix;
  /** What stands around the code; empty: nothing. */
  readonly before: string;
  readonly after: string;
  readonly around: "nothing" | "aim" | "start-stop" | "other";
  readonly layout: Layout;
  readonly isCapsLock: boolean;
}

/** The printed test codes, by symbology: what each symbology can hold. */
export const TEST_CODES = {
  code128: "Deskmesh-yz-0123456789",
  code39: "DESKMESH-YZ-0123456789",
  codabar: "0123456789",
} as const;

/** What a PC with that keyboard makes of the keys of a scanner that believes in a US one. */
const LAYOUTS: readonly { readonly layout: Layout; readonly from: string; readonly to: string }[] = [
  { layout: "fits", from: "", to: "" },
  { layout: "azerty", from: "aqzwmAQZWM-0123456789", to: "qawz,QAWZ?)à&é\"'(-è_ç" },
  { layout: "qwertz", from: "yzYZ-", to: "zyZYß" },
];

export function readTest(keys: readonly SentKey[]): Reading {
  const { text, suffix } = readKeys(keys);
  for (const code of Object.values(TEST_CODES)) {
    for (const { layout, from, to } of LAYOUTS) {
      for (const isCapsLock of [false, true]) {
        const looked = mapped(isCapsLock ? swapCase(code) : code, from, to);
        const at = text.indexOf(looked);
        // Digits alone have no case.
        if (at < 0 || (isCapsLock && looked === mapped(code, from, to))) continue;
        const [before, after] = [text.slice(0, at), text.slice(at + looked.length)];
        const around = aroundOf(before, after);
        return { isRead: true, text, suffix, before, after, around, layout, isCapsLock };
      }
    }
  }
  const nothing = { before: "", after: "", around: "nothing", layout: "fits" } as const;
  return { isRead: false, text, suffix, isCapsLock: false, ...nothing };
}

function readKeys(keys: readonly SentKey[]): { readonly text: string; readonly suffix: Suffix } {
  const text = keys.map(({ key, ctrl }) => (key.length === 1 && !ctrl ? key : "")).join("");
  const ends = keys.filter(
    ({ key, ctrl }) => key === "Enter" || key === "Tab" || (ctrl && /^[jm]$/i.test(key)),
  );
  if (ends.length === 0) return { text, suffix: "none" };
  if (ends[0]?.key === "Tab") return { text, suffix: "tab" };
  return { text, suffix: ends.length > 1 ? "enter-line-feed" : "enter" };
}

function aroundOf(before: string, after: string): Reading["around"] {
  if (before === "" && after === "") return "nothing";
  if (/^\][A-Za-z][0-9A-Za-z]$/.test(before) && after === "") return "aim";
  if (/^(?:[A-Da-d]|\*)$/.test(before) && /^(?:[A-Da-d]|\*)$/.test(after)) return "start-stop";
  return "other";
}

function mapped(text: string, from: string, to: string): string {
  return [...text].map((char) => to[from.indexOf(char)] ?? char).join("");
}

function swapCase(text: string): string {
  return [...text]
    .map((char) => (char === char.toUpperCase() ? char.toLowerCase() : char.toUpperCase()))
    .join("");
}

/** What a few codes of one kind have in common. */
export interface CodeRule {
  /** Ascending. */
  readonly lengths: readonly number[];
  /** What all of them begin with, at most four characters. */
  readonly prefix: string;
  readonly isDigits: boolean;
}

const PREFIX_MAX = 4;

/** `undefined`: no code was given. */
export function learnRule(codes: readonly string[]): CodeRule | undefined {
  const [first] = codes;
  if (first === undefined) return undefined;
  let length = Math.min(PREFIX_MAX, first.length - 1);
  while (length > 0 && !codes.every((code) => code.startsWith(first.slice(0, length)))) length--;
  return {
    lengths: [...new Set(codes.map((code) => code.length))].toSorted((a, b) => a - b),
    prefix: first.slice(0, Math.max(0, length)),
    isDigits: codes.every((code) => /^\d+$/.test(code)),
  };
}

/** True when a code of one kind could be one of the other. */
export function overlaps(one: CodeRule, other: CodeRule): boolean {
  if (!one.lengths.some((length) => other.lengths.includes(length))) return false;
  return one.prefix.startsWith(other.prefix) || other.prefix.startsWith(one.prefix);
}
