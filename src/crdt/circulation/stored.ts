/**
 * Facts as they stand in the log: short field names, JSON-safe, always in the same order. Written by hand, since
 * every desk reads every entry of every other desk: parsing is total on any JSON value and takes a microsecond or two.
 * `k` is the kind; the log itself uses `run`, `done` and `carried`, which are no facts.
 */
import { parseTransaction } from "./stored-transaction.ts";
import { isBarcode, isIdentifier, isText, TEXT_MAX } from "./text-rules.ts";
import {
  decisions,
  type Fact,
  type JudgedAgainst,
  type Override,
  type Settlement,
  type Transaction,
} from "./transaction.ts";

export type ParsedFact =
  | { readonly kind: "fact"; readonly fact: Fact }
  /** Of a newer version, or wrong: kept aside, never a reason to part (L11). */
  | { readonly kind: "unknown"; readonly why: string };

export type Body = Record<string, unknown>;

/** Body of the entry that records the fact. Field by field: under a name that is a variable each takes ten times as long. */
export function factToBody(fact: Fact): Body {
  if (fact.kind === "settlement") return settlementToBody(fact);
  const body: Body = { k: fact.kind, i: fact.id, d: fact.digest };
  if (fact.effective !== undefined) body.e = fact.effective;
  if (fact.source !== undefined) body.s = fact.source;
  if (fact.overrides !== undefined) body.o = fact.overrides.map(overrideToBody);
  body.j = judgedToBody(fact.judged);
  contentToBody(fact, body);
  return body;
}

/** The fact in a body; total on any JSON value. Fields that this version doesn't know make it unknown. */
export function parseFact(body: unknown): ParsedFact {
  if (typeof body !== "object" || body === null || Array.isArray(body)) return unknown("not an object");
  const fields = body as Body;
  const fact = fields.k === "settlement" ? parseSettlement(fields) : parseTransaction(fields);
  return typeof fact === "string" ? unknown(fact) : { kind: "fact", fact };
}

function unknown(why: string): ParsedFact {
  return { kind: "unknown", why };
}

function overrideToBody(override: Override): Body {
  const body: Body = { c: override.code, r: override.ref };
  if (override.reason !== undefined) body.w = override.reason;
  if (override.acknowledged !== undefined) body.a = Number(override.acknowledged);
  if (override.by !== undefined) body.b = override.by;
  return body;
}

function judgedToBody(judged: JudgedAgainst): Body {
  const body: Body = {};
  if (judged.snapshot !== undefined) body.s = judged.snapshot;
  if (judged.patronKnown !== undefined) body.p = Number(judged.patronKnown);
  if (judged.itemKnown !== undefined) body.i = Number(judged.itemKnown);
  if (judged.loansKnown !== undefined) body.l = Number(judged.loansKnown);
  const saw = judged.saw;
  if (saw?.kind === "none") body.w = 0;
  if (saw?.kind === "transaction") body.w = saw.id;
  if (saw?.kind === "snapshot") body.w = { p: saw.patron };
  if (judged.hold !== undefined) body.h = 1;
  if (judged.limit !== undefined) body.c = [judged.limit.items, judged.limit.count];
  if (judged.barcode !== undefined) body.b = judged.barcode;
  if (judged.limits !== undefined)
    body.m = judged.limits.map(({ place, items, count, here }) => [place, items, count, here]);
  if (judged.ended !== undefined) body.e = judged.ended;
  return body;
}

function contentToBody(fact: Transaction, body: Body): void {
  if (fact.kind === "voiding") {
    body.v = fact.voids;
    body.r = fact.reason;
    return;
  }
  if ("patron" in fact && fact.patron !== undefined) body.p = fact.patron;
  if ("item" in fact) body.b = fact.item;
  if ("due" in fact) {
    body.u = fact.due;
    body.f = fact.dueFrom;
  }
  if (fact.kind === "checkout" || fact.kind === "renewal") {
    if (fact.rule !== undefined) body.r = fact.rule;
    if (fact.limited !== undefined) body.l = 1;
    if (fact.capped !== undefined) body.x = fact.capped;
    if (fact.ilsDue !== undefined) body.g = fact.ilsDue;
  }
  if (fact.kind === "checkout" && fact.note !== undefined) body.n = fact.note;
  if (fact.kind === "in-house-use") body.c = fact.count;
  if (fact.kind === "non-catalogued") {
    body.t = fact.type;
    body.c = fact.count;
  }
  if (fact.kind === "payment") {
    body.a = fact.amount;
    body.y = fact.currency;
  }
  if (fact.kind === "registration") {
    // Sorted, so that one registration has one body whatever order the form was filled in.
    body.m = Object.fromEntries(Object.entries(fact.fields).sort(([a], [b]) => (a < b ? -1 : a > b ? 1 : 0)));
    body.w = fact.initialPassword;
  }
}

function settlementToBody(fact: Settlement): Body {
  const body: Body = { k: fact.kind, x: fact.exception, h: fact.decision };
  if (fact.transaction !== undefined) body.v = fact.transaction;
  if (fact.barcode !== undefined) body.b = fact.barcode;
  if (fact.later !== undefined) body.l = fact.later;
  body.r = fact.reason;
  return body;
}

function parseSettlement(body: Body): Settlement | string {
  const { x, h, v, b, l, r } = body;
  if (!isIdentifier(x)) return "x: not an exception's id";
  const decision = decisions.find((one) => one === h);
  if (decision === undefined) return "h: not a decision";
  if (v !== undefined && !isIdentifier(v)) return "v: not an id";
  if (b !== undefined && !isBarcode(b)) return "b: not a barcode";
  if (l !== undefined && !isText(l, TEXT_MAX)) return "l: not words";
  if (!isText(r, TEXT_MAX)) return "r: not a reason";
  const known = 4 + [v, b, l].filter((field) => field !== undefined).length;
  if (Object.keys(body).length !== known) return "a field that this version does not know";
  return {
    kind: "settlement",
    exception: x,
    decision,
    ...(v !== undefined && { transaction: v }),
    ...(b !== undefined && { barcode: b }),
    ...(l !== undefined && { later: l }),
    reason: r,
  };
}
