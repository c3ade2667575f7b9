/** Frames of a link, byte by byte: a message number, then what belongs to it. Sync frames are y-protocols' own. */
import { feedKey, parseFeedKey } from "./feed-name.ts";
import { type Frontier, type FrontierMark, frontierToJson, parseFrontier } from "./frontier.ts";
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
  /** Marks of a frontier that moved, in bytes; from protocol 2 on. */
  moved: 11,
} as const;

export type SyncFrame =
  | { readonly kind: "step1"; readonly stateVector: ReadonlyMap<number, number> }
  | { readonly kind: "step2"; readonly update: Uint8Array }
  | { readonly kind: "update"; readonly update: Uint8Array };

export type Frame =
  | { readonly kind: "sync"; readonly sync: SyncFrame }
  | { readonly kind: "frontier"; readonly frontier: Frontier }
  | { readonly kind: "moved"; readonly marks: Frontier }
  | { readonly kind: "json"; readonly message: number; readonly value: unknown }
  | { readonly kind: "ignored" }
  | { readonly kind: "undecodable"; readonly why: string };

const deskBytes = 16;
const runBytes = 8;
const hashBytes = 32;

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

/** Each mark as 16 bytes of desk, 8 of run, the count, 32 of hash: a frontier names every feed there is, these but one. */
export function movedFrame(marks: Frontier): Uint8Array {
  const encoder = encoding.createEncoder();
  encoding.writeVarUint(encoder, frameKinds.moved);
  encoding.writeVarUint(encoder, marks.size);
  for (const [key, { count, hash }] of marks) {
    const { desk, run } = parseFeedKey(key)!;
    encoding.writeUint8Array(encoder, Buffer.from(desk + run, "hex"));
    encoding.writeVarUint(encoder, count);
    encoding.writeUint8Array(encoder, Buffer.from(hash, "base64url"));
  }
  return encoding.toUint8Array(encoder);
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
    const frame = parseMessage(message, decoder);
    if (frame.kind !== "undecodable" && decoding.hasContent(decoder))
      return undecodable("bytes behind its end");
    return frame;
  } catch {
    // The decoder throws on whatever is cut off or not UTF-8: one answer for all of it.
    return undecodable("it is cut off or holds no such message");
  }
}

function parseMessage(message: number, decoder: decoding.Decoder): Frame {
  if (message === frameKinds.sync) return parseSync(decoder);
  return message === frameKinds.moved ? parseMoved(decoder) : parseJsonFrame(message, decoder);
}

function parseMoved(decoder: decoding.Decoder): Frame {
  const size = decoding.readVarUint(decoder);
  const marks = new Map<string, FrontierMark>();
  for (let i = 0; i < size; i++) {
    const desk = hexOf(decoding.readUint8Array(decoder, deskBytes));
    const run = hexOf(decoding.readUint8Array(decoder, runBytes));
    const count = decoding.readVarUint(decoder);
    if (count < 1) return undecodable("a mark of nothing");
    const hash = Buffer.from(decoding.readUint8Array(decoder, hashBytes)).toString("base64url");
    marks.set(feedKey(desk, run), { count, hash });
  }
  return { kind: "moved", marks };
}

function hexOf(bytes: Uint8Array): string {
  return Buffer.from(bytes).toString("hex");
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
