/**
 * One entry as it is stored: a JSON text, and behind it, where the entry ends a group commit, a dot and the desk's
 * signature (L2, L3). Field names are short, since every desk keeps every entry as text.
 *
 *     {"c":[1795300000000,0],"t":1795300000000,"o":-1200,"s":"MS","b":{"k":"checkout",…}}.<86 characters>
 *
 * `p` and `q` stand in the first entry of a segment alone: hash and count of what came before it in its feed, so
 * that a sealed segment can be checked, and saved, behind a hole (docs/decisions).
 */
import { type HybridTime, isHybridTime } from "./hybrid-clock.ts";

export interface Entry {
  readonly clock: HybridTime;
  /** Wall time of the desk, ms. */
  readonly at: number;
  /** This desk's wall time minus the median of the linked desks', ms; left out when alone. */
  readonly offsetMs?: number;
  readonly staff?: string;
  readonly body: Body;
  /** Hash (base64url) and count of the entries before it; in a segment's first entry only, and not in a feed's first. */
  readonly before?: { readonly hash: string; readonly count: number };
}

/** What the entry says. `k` is its kind; the log knows `run`, `done` and `carried`, all else is its users' business. */
export interface Body {
  readonly k: string;
  readonly [field: string]: unknown;
}

export type ParsedEntry =
  | { readonly kind: "entry"; readonly entry: Entry; readonly json: string; readonly signature?: string }
  | { readonly kind: "malformed"; readonly why: string };

/** UTF-8 bytes an entry may have, signature included. */
export const maxEntryBytes = 8 * 1024;
const signatureLength = 86;
/** Its last character has four spare bits: they must be 0, or a relay could respell the text and so fork the feed. */
const signaturePattern = /^[A-Za-z0-9_-]{85}[AQgw]$/;

export function entryToJson(entry: Entry): string {
  return JSON.stringify({
    c: [entry.clock.ms, entry.clock.n],
    t: entry.at,
    ...(entry.offsetMs === undefined ? {} : { o: entry.offsetMs }),
    ...(entry.staff === undefined ? {} : { s: entry.staff }),
    ...(entry.before === undefined ? {} : { p: entry.before.hash, q: entry.before.count }),
    b: entry.body,
  });
}

/** The same text with another clock, of one that has nothing before it. */
export function withClock(json: string, clock: HybridTime): string {
  return `{"c":[${clock.ms},${clock.n}]${json.slice(json.indexOf("]") + 1)}`;
}

/** The entry that such a text says, of one that has nothing before it. */
export function atClock({ at, offsetMs, staff, body }: Entry, clock: HybridTime): Entry {
  const entry: Mutable<Entry> = { clock, at, body };
  if (offsetMs !== undefined) entry.offsetMs = offsetMs;
  if (staff !== undefined) entry.staff = staff;
  return entry;
}

/** What an entry may gain when it gets its place: a longer clock, hash and count before it, the signature. */
const placeBytes = 256;
/** What a carrier's entry has around the carried text, its own place included (L15). */
const carriedBytes = 1024;

/**
 * Whether an own entry may be appended: it must fit, and still fit when another desk has to carry it (L15). A
 * carrier itself is never carried again: its source is.
 */
export function entryFits(json: string, isCarrier: boolean): boolean {
  // No character takes more than 6 bytes, however often it is escaped: most entries needn't be written out to know.
  if (json.length * 6 + carriedBytes <= maxEntryBytes) return true;
  return isCarrier
    ? Buffer.byteLength(json) + placeBytes <= maxEntryBytes
    : Buffer.byteLength(JSON.stringify(json)) + carriedBytes <= maxEntryBytes;
}

export function joinSignature(json: string, signature: Uint8Array): string {
  return `${json}.${Buffer.from(signature).toString("base64url")}`;
}

export function parseEntry(text: string): ParsedEntry {
  if (
    text.length > maxEntryBytes ||
    (text.length * 3 > maxEntryBytes && Buffer.byteLength(text) > maxEntryBytes)
  ) {
    return malformed(`longer than ${maxEntryBytes} bytes`);
  }
  const split = splitSignature(text);
  if (!split) return malformed("neither ends with its JSON nor with a signature");
  const fields = parseJson(split.json);
  if (!isObject(fields)) return malformed("not a JSON object");
  const entry = fieldsToEntry(fields);
  if (typeof entry === "string") return malformed(entry);
  const { json, signature } = split;
  return signature ? { kind: "entry", entry, json, signature } : { kind: "entry", entry, json };
}

function splitSignature(text: string): { json: string; signature?: string } | null {
  if (text.endsWith("}")) return { json: text };
  const dot = text.length - signatureLength - 1;
  if (dot < 2 || text[dot] !== "." || text[dot - 1] !== "}") return null;
  const signature = text.slice(dot + 1);
  return signaturePattern.test(signature) ? { json: text.slice(0, dot), signature } : null;
}

function fieldsToEntry(fields: Record<string, unknown>): Entry | string {
  const { c, t, o, s, p, q, b } = fields;
  if (!Array.isArray(c) || c.length !== 2 || !isHybridTime(c[0], c[1])) return "its clock is not [ms, n]";
  if (!isCount(t)) return "its time is not in milliseconds";
  if (o !== undefined && !Number.isSafeInteger(o)) return "its offset is not in milliseconds";
  if (s !== undefined && (typeof s !== "string" || s.length > 80)) return "its staff is not a short text";
  if (!isObject(b) || typeof b.k !== "string") return "its body has no kind";
  if ((p === undefined) !== (q === undefined)) return "only one of hash and count before it";
  if (p !== undefined && (typeof p !== "string" || p.length !== 43 || !isCount(q)))
    return "its hash before is not one";
  // Field by field, here and in what is made of it: a start reads 100,000, and each spread costs as much as a parse.
  const entry: Mutable<Entry> = {
    clock: { ms: c[0] as number, n: asSmall(c[1] as number) },
    at: t as number,
    body: b as Body,
  };
  if (o !== undefined) entry.offsetMs = o as number;
  if (s !== undefined) entry.staff = s as string;
  if (p !== undefined) entry.before = { hash: p as string, count: q as number };
  return entry;
}

type Mutable<T> = { -readonly [K in keyof T]: T[K] };

function malformed(why: string): ParsedEntry {
  return { kind: "malformed", why };
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    // Not JSON: the caller answers for both cases with one word.
    return undefined;
  }
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

/** Milliseconds and counters: whole, not negative, and exact in a double. */
function isCount(value: unknown): boolean {
  return Number.isSafeInteger(value) && (value as number) >= 0;
}

/** JSON reads two numbers in a list as doubles, of which each takes 16 bytes of its own wherever it is kept. */
function asSmall(count: number): number {
  return count < 2 ** 30 ? count | 0 : count;
}
