/**
 * The hash chain of a feed. Branch, document, desk and run are bound into the first hash, the place of each entry
 * into the next, so nothing of that is repeated in the entries, and one signature proves all before it (L2, L3).
 */
import { type Signer, sha256, type VerifyKey, verifySignature } from "./digest.ts";
import { type Entry, joinSignature, parseEntry } from "./entry.ts";

export interface FeedPlace {
  readonly branch: string;
  readonly document: string;
  readonly desk: string;
  readonly run: string;
}

const signaturePrefix = Buffer.from("deskmesh-entry-1\n");

/** The hash before a feed's first entry. */
export function chainStart(place: FeedPlace): Buffer {
  return sha256(`deskmesh-feed-1\n${place.branch}\n${place.document}\n${place.desk}\n${place.run}\n`);
}

export function chainNext(before: Buffer, storedText: string): Buffer {
  return sha256(before, storedText);
}

/** The hash before each of consecutive texts, base64url. */
export function hashesBefore(before: Buffer, texts: readonly string[]): string[] {
  let hash = before;
  return texts.map((text) => {
    const here = hash.toString("base64url");
    hash = chainNext(hash, text);
    return here;
  });
}

/** Stored texts of a group commit: as given, the last one signed. Returns them with the hash after the last. */
export function signGroup(
  signer: Signer,
  before: Buffer,
  jsons: readonly string[],
): { texts: string[]; after: Buffer } {
  let hash = before;
  const texts = jsons.map((json, i) => {
    const last = i === jsons.length - 1;
    const text = last ? joinSignature(json, signer.sign(signedBytes(hash, json))) : json;
    hash = chainNext(hash, text);
    return text;
  });
  return { texts, after: hash };
}

export type Stretch =
  | { readonly kind: "verified"; readonly entries: readonly Entry[]; readonly after: Buffer }
  | {
      readonly kind: "refused";
      readonly code: "malformed" | "unsigned" | "bad-signature";
      readonly why: string;
    };

/**
 * Checks consecutive stored texts of one feed: form of each, and the signature of the last, which covers them all.
 * A stretch that doesn't end with a signature is refused: honest group commits end with one (docs/decisions).
 */
export function verifyStretch(key: VerifyKey, before: Buffer, texts: readonly string[]): Stretch {
  let hash = before;
  const entries: Entry[] = [];
  for (let i = 0; i < texts.length; i++) {
    const parsed = parseEntry(texts[i]!);
    if (parsed.kind === "malformed") return { kind: "refused", code: "malformed", why: parsed.why };
    entries.push(parsed.entry);
    if (i === texts.length - 1) {
      if (!parsed.signature)
        return { kind: "refused", code: "unsigned", why: "the last entry has no signature" };
      const signature = Buffer.from(parsed.signature, "base64url");
      if (!verifySignature(key, signedBytes(hash, parsed.json), signature)) {
        return {
          kind: "refused",
          code: "bad-signature",
          why: "the signature is not that desk's over this chain",
        };
      }
    }
    hash = chainNext(hash, texts[i]!);
  }
  return { kind: "verified", entries, after: hash };
}

export function signedBytes(before: Buffer, json: string): Buffer {
  return Buffer.concat([signaturePrefix, before, Buffer.from(json)]);
}
