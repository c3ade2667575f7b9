/**
 * A document out of what its store holds. Each segment is checked like anything else that comes in; what is damaged
 * is named, with the texts that can still be read, so that they are refilled by peers or carried (L15) by this desk.
 */

import type { CarriedSource } from "./carried.ts";
import { chainStart, hashesBefore, verifyStretch } from "./chain.ts";
import type { VerifyKey } from "./digest.ts";
import type { LogDocument } from "./document.ts";
import { parseEntry } from "./entry.ts";
import { feedKey, parseSegmentName, type SegmentName } from "./feed-name.ts";
import { guardUpdate } from "./guard.ts";
import { encoding, Y } from "./yjs.ts";

export interface StoredUpdates {
  readonly segment: string;
  /** In the order in which they were written. */
  readonly updates: readonly Uint8Array[];
}

export interface DamagedSegment {
  readonly segment: string;
  readonly why: string;
  /** The part before the damage, as one update; it is in the document, and must be stored anew. */
  readonly whole: Uint8Array | null;
  /** Entries behind the damage that can be read and, unless they are this desk's own, proven. */
  readonly salvage: readonly CarriedSource[];
  /** Texts behind it that can be read and not proven. */
  readonly unproven: number;
}

/** Fills an empty document; everything taken is marked durable. */
export function restoreDocument(
  document: LogDocument,
  stored: readonly StoredUpdates[],
  own: { readonly desk: string; readonly publicKey: string },
): readonly DamagedSegment[] {
  const damaged: DamagedSegment[] = [];
  const named = stored.map((segment) => ({ ...segment, name: parseSegmentName(segment.segment) }));
  named.sort((a, b) => (a.name?.segment ?? 0) - (b.name?.segment ?? 0));
  for (const { segment, updates, name } of named) {
    if (!name) {
      damaged.push({ segment, why: "no such segment name", whole: null, salvage: [], unproven: 0 });
      continue;
    }
    // A compacted segment is one update: it goes in as it is.
    const merged = updates.length === 1 ? { update: updates[0]!, damage: null } : mergeStored(updates);
    const why = merged.damage ?? takeUpdate(document, merged.update);
    if (why === null) continue;
    // What stands before the damage may still be whole: one update after the other, each ends with a signature.
    const broken = updates.findIndex((update) => takeUpdate(document, update) !== null);
    const prefix = updates.slice(0, broken === -1 ? updates.length : broken);
    const whole = prefix.length > 0 ? mergeStored(prefix).update : null;
    damaged.push({ segment, why, whole, ...salvageTexts(document, name, updates, own) });
  }
  return damaged;
}

/** The value that y-leveldb keeps beside a document's updates, so that the document is listed. */
export function stateVectorToStored(update: Uint8Array): Uint8Array {
  const encoder = encoding.createEncoder();
  encoding.writeVarUint(encoder, 0);
  encoding.writeVarUint8Array(encoder, Y.encodeStateVectorFromUpdate(update));
  return encoding.toUint8Array(encoder);
}

function takeUpdate(document: LogDocument, update: Uint8Array): string | null {
  const accepted = document.accept(update);
  if (accepted.kind === "advanced") document.markDurable(accepted.advance);
  if (accepted.kind === "refused") return `${accepted.code}: ${accepted.why}`;
  if (accepted.kind === "gap") return "it stands behind a hole";
  return accepted.kind === "forked" ? "another segment has its place" : null;
}

function mergeStored(updates: readonly Uint8Array[]): { update: Uint8Array; damage: string | null } {
  const doc = new Y.Doc({ gc: false });
  let damage: string | null = null;
  let count = 0;
  doc.transact(() => {
    for (const update of updates) {
      const guarded = guardUpdate(update);
      // A truncated update would be applied in part before Yjs throws: judge first.
      if (guarded.kind === "refused") damage ??= guarded.why;
      if (guarded.kind === "append" && guarded.clock > count) damage ??= "an update is missing";
      if (damage !== null) break;
      Y.applyUpdate(doc, update);
      if (guarded.kind === "append") count = Math.max(count, guarded.clock + guarded.texts.length);
    }
  });
  return { update: Y.encodeStateAsUpdate(doc), damage };
}

function salvageTexts(
  document: LogDocument,
  name: SegmentName,
  updates: readonly Uint8Array[],
  own: { readonly desk: string; readonly publicKey: string },
): { salvage: CarriedSource[]; unproven: number } {
  const texts = readTexts(updates);
  const first = texts.get(0);
  const parsed = first === undefined ? null : parseEntry(first);
  const before = parsed?.kind === "entry" ? parsed.entry.before : undefined;
  const feed = document.feed(feedKey(name.desk, name.run));
  const start = before?.count ?? name.segment * 1024;
  const place = { branch: document.branch, document: document.name, desk: name.desk, run: name.run };
  const source = { document: document.name, feed: feedKey(name.desk, name.run) };
  const contiguous = [...texts.keys()].sort((a, b) => a - b).filter((key, i) => key === i);
  const stretch = contiguous.map((key) => texts.get(key)!);
  const salvage: CarriedSource[] = [];
  /** Texts of the segment that the document holds. */
  const held = Math.max(0, (feed?.count ?? 0) - start);
  const isOwn = name.desk === own.desk;
  const key = feed?.verifyKey ?? (isOwn ? { publicKey: own.publicKey } : null);
  const hashBefore = before
    ? Buffer.from(before.hash, "base64url")
    : name.segment === 0
      ? chainStart(place)
      : null;
  const known = key && hashBefore ? judgeTexts(key, hashBefore, stretch) : { proven: 0, altered: 0 };
  if (key && hashBefore) {
    const hashes = hashesBefore(hashBefore, stretch.slice(0, known.proven));
    for (let i = held; i < known.proven; i++) {
      salvage.push({
        ...source,
        seq: start + i,
        publicKey: key.publicKey,
        before: hashes[i]!,
        text: stretch[i]!,
      });
    }
  }
  const from = Math.max(known.proven, held);
  const rest = [...texts].filter(([clock, text]) => clock >= from && parseEntry(text).kind === "entry");
  // What its own signature contradicts may say another barcode now: nobody vouches for it.
  const vouched = isOwn ? rest.filter(([clock]) => clock >= known.altered) : [];
  for (const [clock, text] of vouched) {
    salvage.push({ ...source, seq: start + clock, publicKey: own.publicKey, before: null, text });
  }
  return { salvage, unproven: rest.length - vouched.length };
}

/**
 * How many of the texts their signatures prove, a stretch at a time; and up to where the first stretch goes whose
 * signature fails, so that something in it is not what was written.
 */
function judgeTexts(
  key: VerifyKey,
  before: Buffer,
  texts: readonly string[],
): { readonly proven: number; readonly altered: number } {
  let hash = before;
  let proven = 0;
  for (const [i, text] of texts.entries()) {
    if (text.endsWith("}")) continue;
    const stretch = verifyStretch(key, hash, texts.slice(proven, i + 1));
    if (stretch.kind === "refused") return { proven, altered: i + 1 };
    hash = stretch.after;
    proven = i + 1;
  }
  return { proven, altered: proven };
}

function readTexts(updates: readonly Uint8Array[]): Map<number, string> {
  const texts = new Map<number, string>();
  for (const update of updates) {
    const guarded = guardUpdate(update);
    if (guarded.kind !== "append") continue;
    for (const [i, text] of guarded.texts.entries()) {
      // Two for one place: the second one's number is what was damaged, as they were written in order.
      if (!texts.has(guarded.clock + i)) texts.set(guarded.clock + i, text);
    }
  }
  return texts;
}
