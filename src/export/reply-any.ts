/**
 * The reader for whatever else is pasted: a line number or barcodes, and words. It knows no ILS.
 */
import { adviceOf, saysDone, saysFailed } from "./advice.ts";
import type { LineReader } from "./reply.ts";

const NUMBERED = /\b(?:line|row|record|transaction|entry)\s*(?:no\.?|nr\.?|number|#)?\s*:?\s*(\d{1,7})\b/i;

export const readAnyLine: LineReader = (text, at) => {
  const number = NUMBERED.exec(text)?.[1];
  const tokens = tokensOf(text);
  const fails = saysFailed(text);
  const done = !fails && saysDone(text);
  if (number === undefined && tokens.length === 0) {
    // "12 failed" is a count, which the whole report is held to.
    return fails && !COUNT.test(text) ? { at, outcome: "refused", words: text.trim() } : null;
  }
  if (!fails && !done && !/\p{L}{3}/u.test(text.replace(NUMBERED, ""))) return null;
  const advice = done ? null : adviceOf(text);
  return {
    at,
    outcome: done ? "done" : "refused",
    ...(done ? {} : { advice: advice ?? "other" }),
    words: text.trim(),
    ...(number === undefined ? {} : { number: Number(number) }),
    tokens,
  };
};

const COUNT = /^\D*(?<![\p{L}\d])\d{1,7}(?!\p{L})\D*$/u;

/** "Failed: 12", "12 errors", and nothing else: how many refusals the whole report must have. */
export function countOfFailed(text: string): number | null {
  if (!/\b(?:failed|unsuccessful(?:ly)?|errors?|exceptions|rejected)\b/i.test(text) || !COUNT.test(text))
    return null;
  return Number(/\d+/.exec(text)![0]);
}

/** Words that may be barcodes or ids. Shorter ones are too often numbers of something else. */
export function tokensOf(text: string): readonly string[] {
  const words = text.split(/[\s,;"'()<>|[\]{}]+/).map((word) => word.replace(/^[:=#]+|[.:!?]+$/g, ""));
  return [...new Set(words.filter((word) => word.length >= 5 && word.length <= 80 && /\d/.test(word)))];
}
