/**
 * Reads a transaction back from its body (`stored.ts` says how it is written). Gives the transaction, or a few words
 * on what is wrong, which never repeat what the field held: it may be patron data.
 */
import { parseJudged } from "./stored-judged.ts";
import {
  AMOUNT_MAX,
  isBarcode,
  isCode,
  isCurrency,
  isFields,
  isIdentifier,
  isInstant,
  isIntegerWithin,
  isText,
  OVERRIDES_MAX,
  TEXT_MAX,
} from "./text-rules.ts";
import type { ByRule, Checkout, JudgedAgainst, Override, Source, Transaction } from "./transaction.ts";

type Body = Record<string, unknown>;
type Mutable<T> = { -readonly [K in keyof T]: T[K] };

interface Start {
  id: string;
  digest: string;
  effective?: number;
  source?: Source;
  overrides?: readonly Override[];
  judged: JudgedAgainst;
}

export function parseTransaction(body: Body): Transaction | string {
  const start = parseStart(body);
  if (typeof start === "string") return start;
  const read = parseContent(body, start);
  if (typeof read === "string") return read;
  let present = 0;
  for (const name in body) if (body[name] !== undefined) present++;
  return present === read.fields ? read.transaction : "a field that this version does not know";
}

interface Content {
  readonly transaction: Transaction;
  /** How many fields of the body were read. */
  readonly fields: number;
}

function parseStart(body: Body): Start | string {
  const { i, d, e, s, o } = body;
  if (!isIdentifier(i)) return "i: not an id";
  if (!isIdentifier(d)) return "d: not a digest";
  const judged = parseJudged(body.j);
  if (typeof judged === "string") return judged;
  const start: Start = { id: i, digest: d, judged };
  if (e !== undefined) {
    if (!isInstant(e)) return "e: not an instant";
    start.effective = e;
  }
  if (s !== undefined) {
    if (s !== "scan" && s !== "typed" && s !== "paper") return "s: not a source";
    start.source = s;
  }
  if (o !== undefined) {
    const overrides = parseOverrides(o);
    if (typeof overrides === "string") return overrides;
    start.overrides = overrides;
  }
  return start;
}

function parseContent(body: Body, start: Start): Content | string {
  const common = 4 + count(start.effective) + count(start.source) + count(start.overrides);
  switch (body.k) {
    case "checkout":
    case "renewal":
      return parseLoan(body, start, common);
    case "checkin": {
      if (!isBarcode(body.b)) return "b: not a barcode";
      return { transaction: toCheckin(start, body.b), fields: common + 1 };
    }
    case "in-house-use": {
      const { b, c } = body;
      if (!isBarcode(b)) return "b: not a barcode";
      if (!isIntegerWithin(c, 1, 99)) return "c: not a count";
      return { transaction: { kind: "in-house-use", ...start, item: b, count: c }, fields: common + 2 };
    }
    case "registration": {
      const { p, m, w } = body;
      if (!isBarcode(p)) return "p: not a barcode";
      if (!isFields(m)) return "m: not a registration's fields";
      if (!isText(w, TEXT_MAX)) return "w: not a password";
      const transaction = {
        kind: "registration",
        ...start,
        patron: p,
        fields: m,
        initialPassword: w,
      } as const;
      return { transaction, fields: common + 3 };
    }
    case "non-catalogued":
      return parseNonCatalogued(body, start, common);
    case "payment": {
      const { p, a, y } = body;
      if (!isBarcode(p)) return "p: not a barcode";
      if (!isIntegerWithin(a, 1, AMOUNT_MAX)) return "a: not an amount";
      if (!isCurrency(y)) return "y: not a currency";
      return {
        transaction: { kind: "payment", ...start, patron: p, amount: a, currency: y },
        fields: common + 3,
      };
    }
    case "voiding": {
      const { v, r } = body;
      if (!isIdentifier(v)) return "v: not an id";
      if (!isText(r, TEXT_MAX)) return "r: not a reason";
      return { transaction: { kind: "voiding", ...start, voids: v, reason: r }, fields: common + 2 };
    }
    default:
      return "k: not a kind that this version knows";
  }
}

function parseLoan(body: Body, start: Start, common: number): Content | string {
  const { p, b, u, f, n } = body;
  if (!isBarcode(b)) return "b: not a barcode";
  if (!isInstant(u)) return "u: not an instant";
  if (f !== "given" && f !== "default" && f !== "rule") return "f: not known";
  if (p !== undefined && !isBarcode(p)) return "p: not a barcode";
  const by = parseByRule(body);
  if (typeof by === "string") return by;
  const fields = common + 3 + count(body.r) + count(body.l) + count(body.x) + count(body.g);
  if (body.k === "renewal") {
    const renewal = { kind: "renewal", ...start, item: b, due: u, dueFrom: f, ...by } as const;
    if (p === undefined) return { transaction: renewal, fields };
    return {
      transaction: { kind: "renewal", patron: p, ...start, item: b, due: u, dueFrom: f, ...by },
      fields: fields + 1,
    };
  }
  if (p === undefined) return "p: missing";
  const patron = shareText(p);
  const checkout = toCheckout(start, { patron, item: b, due: u, dueFrom: f }, by);
  if (n === undefined) return { transaction: checkout, fields: fields + 1 };
  if (!isText(n, TEXT_MAX)) return "n: not a note";
  return { transaction: { note: n, ...checkout }, fields: fields + 2 };
}

/**
 * What nearly every transaction is, as one literal: it is kept as long as its outage, and of an object that others are
 * spread into a part lies in an array of its own, 24 bytes more for each.
 */
function toCheckin(start: Start, item: string): Transaction {
  const { id, digest, judged, source } = start;
  if (source === undefined || !isPlain(start)) return { kind: "checkin", ...start, item };
  return { kind: "checkin", id, digest, judged, source, item };
}

function toCheckout(
  start: Start,
  { patron, item, due, dueFrom }: Pick<Checkout, "patron" | "item" | "due" | "dueFrom">,
  by: ByRule,
): Checkout {
  const { id, digest, judged, source } = start;
  const { rule, limited, capped, ilsDue } = by;
  if (source === undefined || !isPlain(start) || limited || capped !== undefined || ilsDue !== undefined)
    return { kind: "checkout", ...start, patron, item, due, dueFrom, ...by };
  if (rule === undefined) return { kind: "checkout", id, digest, judged, source, patron, item, due, dueFrom };
  return { kind: "checkout", id, digest, judged, source, patron, item, due, dueFrom, rule };
}

function isPlain({ effective, overrides }: Start): boolean {
  return effective === undefined && overrides === undefined;
}

/** One text for a patron's whole pile, not one for each book of it. */
function shareText(text: string): string {
  if (text !== lastPatron) lastPatron = text;
  return lastPatron;
}

let lastPatron = "";

function parseByRule({ r, l, x, g }: Body): ByRule | string {
  if (r === undefined && l === undefined && x === undefined && g === undefined) return NO_RULE;
  const by: Mutable<ByRule> = {};
  if (r !== undefined) {
    if (!isIntegerWithin(r, 1, 100_000)) return "r: not a rule";
    by.rule = r;
  }
  if (l !== undefined) {
    if (l !== 1) return "l: not 1";
    by.limited = true;
  }
  if (x !== undefined) {
    if (x !== "expiry" && x !== "hard-due") return "x: not known";
    by.capped = x;
  }
  if (g !== undefined) {
    if (!isInstant(g)) return "g: not an instant";
    by.ilsDue = g;
  }
  return by;
}

const NO_RULE: ByRule = {};

function parseNonCatalogued(body: Body, start: Start, common: number): Content | string {
  const { p, u, f, t, c } = body;
  if (!isBarcode(p)) return "p: not a barcode";
  if (!isInstant(u)) return "u: not an instant";
  if (f !== "given" && f !== "default" && f !== "rule") return "f: not known";
  if (t === "" || !isText(t, TEXT_MAX)) return "t: not a type";
  if (!isIntegerWithin(c, 1, 99)) return "c: not a count";
  const transaction = {
    kind: "non-catalogued",
    ...start,
    patron: p,
    type: t,
    count: c,
    due: u,
    dueFrom: f,
  } as const;
  return { transaction, fields: common + 5 };
}

function parseOverrides(value: unknown): readonly Override[] | string {
  if (!Array.isArray(value) || value.length > OVERRIDES_MAX) return "o: not overrides";
  const overrides: Override[] = [];
  for (const each of value as readonly unknown[]) {
    if (typeof each !== "object" || each === null) return "o: not an override";
    const { c, r, w, a, b } = each as Body;
    if (!isCode(c) || !isIdentifier(r)) return "o: no code or no ref";
    const override: Mutable<Override> = { code: c, ref: r };
    if (w !== undefined) {
      if (!isText(w, TEXT_MAX)) return "o.w: not a reason";
      override.reason = w;
    }
    if (a !== undefined) {
      if (a !== 0 && a !== 1) return "o.a: not 0 or 1";
      override.acknowledged = a === 1;
    }
    if (b !== undefined) {
      if (!isText(b, TEXT_MAX)) return "o.b: not a name";
      override.by = b;
    }
    if (Object.keys(each).length !== 2 + count(w) + count(a) + count(b)) return "o: an unknown field";
    overrides.push(override);
  }
  return overrides;
}

function count(value: unknown): number {
  return value === undefined ? 0 : 1;
}
