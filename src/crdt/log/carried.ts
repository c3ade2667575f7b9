/**
 * Carried entries (L15): another entry's exact text as the body of an own one, for what can't continue in its own
 * feed. A reader unwraps it and checks the carried chain and signature as if it had come the usual way.
 */
import { chainNext, chainStart, signedBytes } from "./chain.ts";
import { deskOfKey, isPublicKey, type VerifyKey, verifySignature } from "./digest.ts";
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
  /** It lies beyond its desk's retirement, and a supervisor has said that it counts (L16). */
  readonly accepted?: true;
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
    ...(source.accepted ? { a: 1 } : {}),
  };
}

export interface Unwrapper {
  /**
   * Takes a carrier's entry; returns what is proven by it, as entries of their first desk, in feed order. An entry
   * without a signature of its own waits for one after it: in whatever order carriers come, the same is proven.
   */
  unwrap(carrier: LogEntry): readonly LogEntry[];
  /** Carriers whose entry no signature covers yet. */
  waiting(): readonly LogEntry[];
}

interface Carried {
  readonly carrier: LogEntry;
  readonly inner: LogEntry;
  readonly before: string;
}

/** What is known of one feed that is carried. */
interface Thread {
  readonly key: VerifyKey;
  /** Hash before a proven entry → its place: whatever ends with that hash, one place before, is proven too. */
  readonly vouched: Map<string, number>;
  /** Hash after an entry → those that wait for somebody to vouch for it. */
  readonly waiting: Map<string, Carried[]>;
}

/** What breaks the chain or its signature is refused, and never folded: it stays in the log, and is shown. */
export function createUnwrapper(
  branch: string,
  onRefused: (carrier: LogEntry, why: string) => void,
): Unwrapper {
  const threads = new Map<string, Thread>();

  function prove(
    source: CarriedSource,
    before: string,
    carrier: LogEntry,
    inner: LogEntry,
  ): LogEntry[] | string {
    const threadKey = `${source.document} ${source.feed}`;
    const thread = threads.get(threadKey) ?? createThread(source.publicKey);
    threads.set(threadKey, thread);
    const parsed = parseEntry(source.text);
    const signature = parsed.kind === "entry" ? parsed.signature : undefined;
    const beforeBytes = Buffer.from(before, "base64url");
    const after = chainNext(beforeBytes, source.text).toString("base64url");
    if (parsed.kind === "entry" && signature !== undefined) {
      const bytes = signedBytes(beforeBytes, parsed.json);
      if (!verifySignature(thread.key, bytes, Buffer.from(signature, "base64url")))
        return "the carried signature is not that desk's";
    } else if (!thread.vouched.has(after)) {
      thread.waiting.set(after, [...(thread.waiting.get(after) ?? []), { carrier, inner, before }]);
      return [];
    }
    const stated = thread.vouched.get(after);
    if (stated !== undefined && stated !== source.seq + 1) return "its place is not where its chain has it";
    return [...releaseBefore(thread, { carrier, inner, before }), inner];
  }

  /** Everything that waited for the given entry, in feed order. */
  function releaseBefore(thread: Thread, proven: Carried): LogEntry[] {
    const released: LogEntry[] = [];
    let next: Carried | undefined = proven;
    while (next) {
      const place: number = next.inner.seq;
      const hash: string = next.before;
      thread.vouched.set(hash, place);
      const waited: readonly Carried[] = thread.waiting.get(hash) ?? [];
      thread.waiting.delete(hash);
      next = undefined;
      for (const one of waited) {
        if (one.inner.seq !== place - 1) {
          onRefused(one.carrier, "its place is not where its chain has it");
          continue;
        }
        released.unshift(one.inner);
        next = one;
      }
    }
    return released;
  }

  return {
    unwrap(carrier) {
      const source = parseCarried(carrier.body);
      const inner = source && sourceToEntry(source, carrier);
      const why = source && inner ? judgeSource(branch, source, inner, carrier) : "it carries no entry";
      if (!source || !inner || why !== null) {
        onRefused(carrier, why ?? "it carries no entry");
        return [];
      }
      // A desk vouches for itself: its own signature over the carrier covers the text.
      if (source.before === null) return [inner];
      const proven = prove(source, source.before, carrier, inner);
      if (typeof proven !== "string") return proven;
      onRefused(carrier, proven);
      return [];
    },
    waiting: () =>
      [...threads.values()].flatMap((thread) =>
        [...thread.waiting.values()].flatMap((carried) => carried.map((one) => one.carrier)),
      ),
  };
}

function createThread(publicKey: string): Thread {
  return { key: { publicKey }, vouched: new Map(), waiting: new Map() };
}

/** What can be said against it before its chain is looked at; `null` when nothing. */
function judgeSource(
  branch: string,
  source: CarriedSource,
  inner: LogEntry,
  carrier: LogEntry,
): string | null {
  if (inner.body.k === "carried") return "it carries a carrier: its source must be carried instead";
  if (source.before === null) {
    return carrier.desk === inner.desk ? null : "it carries another desk's entry without its chain";
  }
  if (deskOfKey(source.publicKey) !== inner.desk) return "the key is not that desk's";
  const place = { branch, document: source.document, desk: inner.desk, run: inner.run };
  const starts = chainStart(place).toString("base64url") === source.before;
  return starts === (source.seq === 0) ? null : "its place is not where its chain has it";
}

function sourceToEntry(source: CarriedSource, carrier: LogEntry): LogEntry | null {
  const place = parseFeedKey(source.feed);
  const parsed = parseEntry(source.text);
  if (!place || parsed.kind === "malformed") return null;
  const { clock, at, offsetMs, staff, body, before } = parsed.entry;
  // The first entry of a segment names its own place.
  if (before && (before.count !== source.seq || (source.before !== null && before.hash !== source.before))) {
    return null;
  }
  return {
    document: carrier.document,
    desk: place.desk,
    run: place.run,
    seq: source.seq,
    clock,
    at,
    ...(offsetMs === undefined ? {} : { offsetMs }),
    ...(staff === undefined ? {} : { staff }),
    body,
    carriedBy: {
      desk: carrier.desk,
      run: carrier.run,
      seq: carrier.seq,
      from: source.document,
      ...acceptedOf(source),
    },
  };
}

/** `null`: it carries nothing. */
export function parseCarried(body: Body): CarriedSource | null {
  const { d, f, n, y, p, e, a } = body;
  if (typeof d !== "string" || typeof f !== "string" || typeof e !== "string" || !isPublicKey(y)) return null;
  if (!Number.isSafeInteger(n) || (n as number) < 0) return null;
  if (p !== undefined && (typeof p !== "string" || !/^[A-Za-z0-9_-]{43}$/.test(p))) return null;
  return {
    document: d,
    feed: f,
    seq: n as number,
    publicKey: y,
    before: p ?? null,
    text: e,
    ...(a === 1 ? { accepted: true } : {}),
  };
}

function acceptedOf({ accepted }: CarriedSource): { accepted?: true } {
  return accepted ? { accepted } : {};
}
