/**
 * What the ILS made of a batch, line by line, as facts of `branch`: its answers, what staff have done about them, and a
 * replay's steps (log.md, L25). `branch` is never purged, so nothing here tells of a patron: lines are named by the id
 * of their transaction, and the ILS's words come without barcodes and names (`export/masking.ts`).
 */
import { isRecord } from "./frontier-counts.ts";
import { isBarcode, isCode, isIdentifier, isIntegerWithin, isText } from "./text-rules.ts";

/**
 * `unknown`: it was sent, and nobody knows whether it arrived. `unsent`: it was about to be sent and certainly wasn't,
 * so that nothing is known of it again.
 */
export type LineOutcome = "done" | "refused" | "unknown" | "unsent";

export interface LineResult {
  readonly transaction: string;
  readonly outcome: LineOutcome;
  /** What the refusal comes down to, in a word of `export/advice.ts`. */
  readonly advice?: string;
  /** The ILS's own words, masked; at most `WORDS_MAX` characters. */
  readonly words?: string;
}

export const WORDS_MAX = 200;

export type AnswerFact =
  | { readonly kind: "answer"; readonly batch: string; readonly results: readonly LineResult[] }
  /** To-dos that somebody has done, or (`undone`) hasn't after all. */
  | {
      readonly kind: "ticked";
      readonly outage: number;
      readonly todos: readonly string[];
      readonly note?: string;
      readonly undone?: true;
    }
  /** Its author's desk replays the batch now, or has stopped. */
  | { readonly kind: "replay"; readonly batch: string; readonly act: "begin" | "end" }
  /** Durable before the line goes out: whatever comes, the program doesn't send it again. */
  | {
      readonly kind: "sending";
      readonly batch: string;
      readonly transaction: string;
      /** A person has said that this one shall go again. */
      readonly again?: true;
    };

const answerKinds: ReadonlySet<unknown> = new Set(["answer", "ticked", "replay", "sending"]);

export function isAnswerFact(fact: { readonly kind: string }): fact is AnswerFact {
  return answerKinds.has(fact.kind);
}

type Body = Readonly<Record<string, unknown>>;

const outcomeLetters = { done: "d", refused: "r", unknown: "u", unsent: "n" } as const;
const lettersOutcome: Readonly<Record<string, LineOutcome>> = {
  d: "done",
  r: "refused",
  u: "unknown",
  n: "unsent",
};

export function answerFactToBody(fact: AnswerFact): {
  readonly k: string;
  readonly [field: string]: unknown;
} {
  switch (fact.kind) {
    case "answer":
      return { k: fact.kind, b: fact.batch, r: fact.results.map(resultToBody) };
    case "ticked":
      return {
        k: fact.kind,
        o: fact.outage,
        t: fact.todos,
        ...(fact.note === undefined ? {} : { n: fact.note }),
        ...(fact.undone ? { u: 1 } : {}),
      };
    case "replay":
      return { k: fact.kind, b: fact.batch, a: fact.act };
    case "sending":
      return { k: fact.kind, b: fact.batch, t: fact.transaction, ...(fact.again ? { a: 1 } : {}) };
  }
}

/** `null`: a kind or a form that this version doesn't know. */
export function parseAnswerFact(body: Body): AnswerFact | null {
  const { k, b, r, o, t, n, u, a } = body;
  if (k === "answer") {
    if (!isBarcode(b) || !Array.isArray(r) || r.length === 0) return null;
    const results = r.map(parseResult);
    return results.every((one) => one !== null) ? { kind: k, batch: b, results } : null;
  }
  if (k === "ticked") {
    if (!isIntegerWithin(o, 1, 999_999) || !Array.isArray(t) || !t.every(isIdentifier)) return null;
    if (n !== undefined && !isText(n, 500)) return null;
    return {
      kind: k,
      outage: o,
      todos: t,
      ...(n === undefined ? {} : { note: n }),
      ...(u === 1 ? { undone: true } : {}),
    };
  }
  if (k === "replay")
    return isBarcode(b) && (a === "begin" || a === "end") ? { kind: k, batch: b, act: a } : null;
  if (k === "sending" && isBarcode(b) && isIdentifier(t))
    return { kind: k, batch: b, transaction: t, ...(a === 1 ? { again: true } : {}) };
  return null;
}

/** Bytes that a result takes in its entry. */
export function resultBytes(result: LineResult): number {
  return new TextEncoder().encode(JSON.stringify(resultToBody(result))).length + 1;
}

function resultToBody({ transaction, outcome, advice, words }: LineResult): Body {
  return {
    t: transaction,
    s: outcomeLetters[outcome],
    ...(advice === undefined ? {} : { a: advice }),
    ...(words === undefined ? {} : { w: words }),
  };
}

function parseResult(value: unknown): LineResult | null {
  if (!isRecord(value)) return null;
  const { t, s, a, w } = value;
  const outcome = typeof s === "string" && Object.hasOwn(lettersOutcome, s) ? lettersOutcome[s] : undefined;
  if (!isIdentifier(t) || outcome === undefined) return null;
  if ((a !== undefined && !isCode(a)) || (w !== undefined && !isText(w, WORDS_MAX))) return null;
  return {
    transaction: t,
    outcome,
    ...(a === undefined ? {} : { advice: a }),
    ...(w === undefined ? {} : { words: w }),
  };
}
