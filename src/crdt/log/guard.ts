/**
 * The guard: what an update may contain at all, judged before it touches a document. An honest update holds strings
 * of one segment, one after the other, no deletions, no right neighbour, no map key (architecture.md, *The guard*).
 */
import { parseSegmentName, type SegmentName } from "./feed-name.ts";
import { decoding, Y } from "./yjs.ts";

/** Bytes that one frame may have on the wire (L12). */
export const maxUpdateBytes = 1024 * 1024;
export const maxSegmentEntries = 1024;
export const maxSegmentBytes = 512 * 1024;

export type GuardedUpdate =
  | {
      readonly kind: "append";
      /** The segment's writer: a clientID of its own. */
      readonly client: number;
      /** Place of the first text in its segment. */
      readonly clock: number;
      /** Given when the update starts its segment. */
      readonly segment?: SegmentName;
      readonly texts: readonly string[];
    }
  | { readonly kind: "empty" }
  | { readonly kind: "refused"; readonly code: GuardCode; readonly why: string };

export type GuardCode = "undecodable" | "not-append-only" | "too-large";

export function guardUpdate(update: Uint8Array): GuardedUpdate {
  if (update.length > maxUpdateBytes) return refuse("too-large", `more than ${maxUpdateBytes} bytes`);
  const decoded = decodeUpdate(update);
  if (!decoded) return refuse("undecodable", "not a Yjs update");
  if (decoded.ds.clients.size > 0) return refuse("not-append-only", "it deletes");
  return decoded.structs.length === 0 ? { kind: "empty" } : guardStructs(decoded.structs);
}

/** `null` for what is no Yjs update from its first byte to its last. */
function decodeUpdate(update: Uint8Array): ReturnType<typeof Y.decodeUpdate> | null {
  let rest: decoding.Decoder | undefined;
  class WatchedDecoder extends Y.UpdateDecoderV1 {
    constructor(decoder: decoding.Decoder) {
      super(decoder);
      rest = decoder;
    }
  }
  try {
    const decoded = Y.decodeUpdateV2(update, WatchedDecoder);
    return rest && decoding.hasContent(rest) ? null : decoded;
  } catch {
    // Whatever the decoder stumbled over, the answer is the same: its sender wrote no Yjs update.
    return null;
  }
}

function guardStructs(structs: readonly (Y.Item | Y.GC | Y.Skip)[]): GuardedUpdate {
  const texts: string[] = [];
  const first = structs[0]!;
  let segment: SegmentName | undefined;
  for (const struct of structs) {
    if (!(struct instanceof Y.Item)) return refuse("not-append-only", "it holds something else than items");
    const clock = first.id.clock + texts.length;
    if (struct.id.client !== first.id.client) return refuse("not-append-only", "it concerns two segments");
    if (struct.id.clock !== clock) return refuse("not-append-only", "it leaves something out");
    if (struct.parentSub !== null || struct.rightOrigin !== null)
      return refuse("not-append-only", "it inserts");
    const place = guardPlace(struct);
    if (place === null) return refuse("not-append-only", "it doesn't append to its own segment");
    if (place !== "after-own") segment = place;
    if (!(struct.content instanceof Y.ContentAny)) return refuse("not-append-only", "it holds no texts");
    if (struct.content.arr.length === 0) return refuse("not-append-only", "it holds nothing");
    for (const text of struct.content.arr) {
      if (typeof text !== "string") return refuse("not-append-only", "it holds something else than texts");
      texts.push(text);
    }
  }
  if (first.id.clock + texts.length > maxSegmentEntries)
    return refuse("too-large", "too many entries in a segment");
  return {
    kind: "append",
    client: first.id.client,
    clock: first.id.clock,
    texts,
    ...(segment ? { segment } : {}),
  };
}

/** Either the first of a segment, which names it, or right after the same writer's previous one. */
function guardPlace(item: Y.Item): SegmentName | "after-own" | null {
  if (item.origin === null) {
    // An item before it is integrated still has its parent as the name that was on the wire.
    const parent: unknown = item.parent;
    return item.id.clock === 0 && typeof parent === "string" ? parseSegmentName(parent) : null;
  }
  const { client, clock } = item.origin;
  return client === item.id.client && clock === item.id.clock - 1 && item.parent === null
    ? "after-own"
    : null;
}

function refuse(code: GuardCode, why: string): GuardedUpdate {
  return { kind: "refused", code, why };
}
