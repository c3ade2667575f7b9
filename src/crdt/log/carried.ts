/**
 * Carried entries (L15): another entry's exact text as the body of an own one, for what can't continue in its own
 * feed. A reader unwraps it and checks the carried chain and signature as if it had come the usual way.
 */
import { chainNext, signedBytes } from "./chain.ts";
import { deskOfKey, isPublicKey, verifySignature } from "./digest.ts";
import { type Body, parseEntry } from "./entry.ts";
import { parseFeedKey } from "./feed-name.ts";
import type { LogEntry } from "./log-entry.ts";

/** An entry as it stood in its own feed. */
export interface CarriedSource {
  readonly document: string;
  /** `<desk>/<run>` */
  readonly feed: string;
  readonly seq: number;
  readonly publicKey: string;
  /** Hash before it, base64url; `null` when it was lost with a hole (then only its own desk may carry it). */
  readonly before: string | null;
  readonly text: string;
}

export function carriedToBody(source: CarriedSource): Body {
  return {
    k: "carried",
    d: source.document,
    f: source.feed,
    n: source.seq,
    y: source.publicKey,
    ...(source.before === null ? {} : { p: source.before }),
    e: source.text,
  };
}

export interface Unwrapper {
  /** Takes a carrier's entries in feed order; returns what is proven by now, as entries of their first desk. */
  unwrap(carrier: LogEntry): readonly LogEntry[];
}

interface Thread {
  /** Hash that the next carried entry must name. */
  expected: string | null;
  readonly waiting: LogEntry[];
}

/**
 * Unwraps in any order of feeds; per feed in order. What breaks the chain or its signature is never folded: it stays
 * in the log, and the count of such entries is the caller's to show.
 */
export function createUnwrapper(onRefused: (carrier: LogEntry, why: string) => void): Unwrapper {
  const threads = new Map<string, Thread>();

  return {
    unwrap(carrier) {
      const source = parseCarried(carrier.body);
      const place = source && parseFeedKey(source.feed);
      const parsed = source && parseEntry(source.text);
      if (!source || !place || !parsed || parsed.kind === "malformed") {
        onRefused(carrier, "it carries no entry");
        return [];
      }
      const inner: LogEntry = {
        document: carrier.document,
        desk: place.desk,
        run: place.run,
        seq: source.seq,
        clock: parsed.entry.clock,
        at: parsed.entry.at,
        ...(parsed.entry.offsetMs === undefined ? {} : { offsetMs: parsed.entry.offsetMs }),
        ...(parsed.entry.staff === undefined ? {} : { staff: parsed.entry.staff }),
        body: parsed.entry.body,
        carriedBy: { desk: carrier.desk, run: carrier.run, seq: carrier.seq },
      };
      // A desk vouches for itself: its own signature over the carrier covers the text.
      if (source.before === null) {
        if (carrier.desk === place.desk) return [inner];
        onRefused(carrier, "it carries another desk's entry without its chain");
        return [];
      }
      if (deskOfKey(source.publicKey) !== place.desk) {
        onRefused(carrier, "the key is not that desk's");
        return [];
      }
      const key = `${carrier.desk}/${carrier.run} ${source.document} ${source.feed}`;
      const thread = threads.get(key) ?? { expected: null, waiting: [] };
      threads.set(key, thread);
      if (thread.expected !== source.before) thread.waiting.length = 0;
      thread.waiting.push(inner);
      const before = Buffer.from(source.before, "base64url");
      thread.expected = chainNext(before, source.text).toString("base64url");
      if (!parsed.signature) return [];
      const proven = thread.waiting.splice(0);
      const signature = Buffer.from(parsed.signature, "base64url");
      const verifyKey = { publicKey: source.publicKey };
      if (verifySignature(verifyKey, signedBytes(before, parsed.json), signature)) return proven;
      onRefused(carrier, "the carried signature is not that desk's");
      return [];
    },
  };
}

function parseCarried(body: Body): CarriedSource | null {
  const { d, f, n, y, p, e } = body;
  if (typeof d !== "string" || typeof f !== "string" || typeof e !== "string" || !isPublicKey(y)) return null;
  if (!Number.isSafeInteger(n) || (n as number) < 0) return null;
  if (p !== undefined && (typeof p !== "string" || !/^[A-Za-z0-9_-]{43}$/.test(p))) return null;
  return { document: d, feed: f, seq: n as number, publicKey: y, before: p ?? null, text: e };
}
