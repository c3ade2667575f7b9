/**
 * What the node says, in the language of the page. The node speaks English, to pages, logs and the command line alike;
 * a catalogue lists its sentences with `{0}` where values stand, and what was filled in is found again by that. Values
 * that are sentences or days themselves are turned, too. What no catalogue knows stays as it is. Pure but for the
 * language in use.
 */
import { englishDayToText } from "./dates.ts";
import { fill, isEnglish, nodeTexts, parseTemplate } from "./language.ts";

interface Sentence {
  readonly pattern: RegExp;
  /** Which value each group of the pattern is. */
  readonly places: readonly number[];
  readonly template: readonly (string | number)[];
}

/** Fields of an answer that hold a sentence of the node; titles, names and reasons are people's. */
const SAID: ReadonlySet<string> = new Set([
  "text",
  "detail",
  "remedy",
  "tick",
  "advice",
  "what",
  "question",
  "later",
  "stopped",
  "notes",
]);
const SENTENCE_END = /(?<=[.?!]) (?=\p{Lu})/u;
/** How deep sentences stand in sentences. */
const DEEPEST = 3;

let known: Readonly<Record<string, string>> | undefined;
let sentences: readonly Sentence[] = [];

/** An answer or event of the node with its sentences in the language of the page. */
export function toOwnWords<T>(body: T): T {
  return isEnglish() ? body : (turn(body) as T);
}

/** One sentence, or several. */
export function sayAgain(text: string): string {
  return isEnglish() ? text : turnText(text, 0);
}

function turn(value: unknown, name = ""): unknown {
  if (typeof value === "string") return SAID.has(name) ? turnText(value, 0) : value;
  if (Array.isArray(value)) return value.map((each) => turn(each, name));
  if (typeof value !== "object" || value === null || value instanceof Blob) return value;
  // A readiness check and a field of a form are titled by the node; anything else by a cataloguer.
  const own = value as Readonly<Record<string, unknown>>;
  const isCheck = typeof own.level === "string" && typeof own.title === "string";
  return Object.fromEntries(
    Object.entries(own).map(([key, each]) =>
      key === "title" && isCheck ? [key, turnText(String(each), 0)] : [key, turn(each, key)],
    ),
  );
}

function turnText(text: string, depth: number): string {
  return (
    turnWhole(text, depth, true) ??
    turnSentences(text, depth) ??
    turnWhole(text, depth) ??
    turnParts(text, depth)
  );
}

/** `isTight`: no value reaches over the end of a sentence. */
function turnWhole(text: string, depth: number, isTight = false): string | undefined {
  prepare();
  const plain = known?.[text];
  if (plain !== undefined) return plain;
  const day = englishDayToText(text);
  if (day !== undefined) return day;
  for (const { pattern, places, template } of sentences) {
    const match = pattern.exec(text);
    if (match === null || (isTight && match.slice(1).some((value) => SENTENCE_END.test(value)))) continue;
    const values: string[] = [];
    for (const [index, place] of places.entries()) {
      const value = match[index + 1] ?? "";
      values[place] = depth < DEEPEST ? turnText(value, depth + 1) : value;
    }
    return fill(template, values);
  }
  return undefined;
}

/** Sentences one after the other, where each of them is known. */
function turnSentences(text: string, depth: number): string | undefined {
  const parts = text.split(SENTENCE_END);
  if (parts.length === 1) return undefined;
  const turned = parts.map((part) => turnWhole(part, depth));
  return turned.every((part) => part !== undefined) ? turned.join(" ") : undefined;
}

/** What is known of several sentences, and what stands in a list. */
function turnParts(text: string, depth: number): string {
  for (const border of [SENTENCE_END, /; /, /, /]) {
    const parts = text.split(border);
    if (parts.length === 1) continue;
    const turned = parts.map((part) => turnWhole(part, depth));
    if (turned.every((part) => part === undefined)) continue;
    const joint = border.source.startsWith(";") ? "; " : border.source.startsWith(",") ? ", " : " ";
    return parts.map((part, index) => turned[index] ?? turnParts(part, depth)).join(joint);
  }
  return text;
}

function prepare(): void {
  const texts = nodeTexts();
  if (known === texts) return;
  known = texts;
  // What says most by itself is tried first: of two that fit, it is the one that was meant.
  sentences = Object.entries(texts)
    .filter(([english]) => /\{\d+\}/.test(english))
    .map(([english, own]) => ({ english, own, size: english.replace(/\{\d+\}/g, "").length }))
    .toSorted((a, b) => b.size - a.size)
    .map(({ english, own }) => {
      const parts = parseTemplate(english);
      const source = parts.map((part) => (typeof part === "number" ? "([^]*?)" : literally(part))).join("");
      return {
        pattern: new RegExp(`^${source}$`),
        places: parts.filter((part) => typeof part === "number"),
        template: parseTemplate(own),
      };
    });
}

function literally(text: string): string {
  return text.replace(/[\\^$.*+?()[\]{}|]/g, "\\$&");
}
