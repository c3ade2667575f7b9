/** Frames of a link, byte by byte: a message number, then what belongs to it. Sync frames are y-protocols' own. */
import { type Frontier, frontierToJson, parseFrontier } from "./frontier.ts";
import { decoding, encoding, syncKinds, Y } from "./yjs.ts";

/** First number of a frame. 0–3 are y-websocket's; ours start at 4. */
export const frameKinds = {
  sync: 0,
  awareness: 1,
  hello: 4,
  frontier: 5,
  ping: 6,
  pong: 7,
  peers: 8,
  card: 9,
  join: 10,
} as const;

export type SyncFrame =
  | { readonly kind: "step1"; readonly stateVector: ReadonlyMap<number, number> }
  | { readonly kind: "step2"; readonly update: Uint8Array }
  | { readonly kind: "update"; readonly update: Uint8Array };

export type Frame =
  | { readonly kind: "sync"; readonly sync: SyncFrame }
  | { readonly kind: "frontier"; readonly frontier: Frontier }
  | { readonly kind: "json"; readonly message: number; readonly value: unknown }
  | { readonly kind: "ignored" }
  | { readonly kind: "undecodable"; readonly why: string };

/** An update without anything in it: ends a step 2. */
export const emptyUpdate = Uint8Array.of(0, 0);

export function syncFrame(kind: keyof typeof syncKinds, payload: Uint8Array): Uint8Array {
  const encoder = encoding.createEncoder();
  encoding.writeVarUint(encoder, frameKinds.sync);
  encoding.writeVarUint(encoder, syncKinds[kind]);
  encoding.writeVarUint8Array(encoder, payload);
  return encoding.toUint8Array(encoder);
}

export function step1Frame(stateVector: Uint8Array): Uint8Array {
  return syncFrame("step1", stateVector);
}

export function frontierFrame(frontier: Frontier): Uint8Array {
  return jsonFrame(frameKinds.frontier, frontierToJson(frontier));
}

export function jsonFrame(message: number, value: unknown): Uint8Array {
  const encoder = encoding.createEncoder();
  encoding.writeVarUint(encoder, message);
  encoding.writeVarString(encoder, JSON.stringify(value));
  return encoding.toUint8Array(encoder);
}

/** Total: any bytes give a frame, if only an undecodable one. */
export function parseFrame(bytes: Uint8Array): Frame {
  try {
    const decoder = decoding.createDecoder(bytes);
    const message = decoding.readVarUint(decoder);
    if (message === frameKinds.awareness) return { kind: "ignored" };
    const frame = message === frameKinds.sync ? parseSync(decoder) : parseJsonFrame(message, decoder);
    if (frame.kind !== "undecodable" && decoding.hasContent(decoder))
      return undecodable("bytes behind its end");
    return frame;
  } catch {
    // The decoder throws on whatever is cut off or not UTF-8: one answer for all of it.
    return undecodable("it is cut off or holds no such message");
  }
}

function parseSync(decoder: decoding.Decoder): Frame {
  const kind = decoding.readVarUint(decoder);
  const payload = decoding.readVarUint8Array(decoder);
  if (kind === syncKinds.step1) {
    return { kind: "sync", sync: { kind: "step1", stateVector: Y.decodeStateVector(payload) } };
  }
  if (kind === syncKinds.step2) return { kind: "sync", sync: { kind: "step2", update: payload } };
  if (kind === syncKinds.update) return { kind: "sync", sync: { kind: "update", update: payload } };
  return undecodable("no such sync message");
}

function parseJsonFrame(message: number, decoder: decoding.Decoder): Frame {
  const known: readonly number[] = Object.values(frameKinds);
  if (!known.includes(message)) return undecodable("no such message");
  const value: unknown = JSON.parse(decoding.readVarString(decoder));
  if (message !== frameKinds.frontier) return { kind: "json", message, value };
  const frontier = parseFrontier(value);
  return frontier ? { kind: "frontier", frontier } : undecodable("not a frontier");
}

function undecodable(why: string): Frame {
  return { kind: "undecodable", why };
}
