/**
 * How values are kept on this desk's disk: AES-256-GCM under a key of their database alone (log.md, L28).
 * Stored: one byte that says how, 12 random bytes, the encrypted value, 16 bytes that prove it.
 *
 * Random nonces of 96 bits are good for 2³² values under one key, a thousand times what an outage writes; a counter
 * would have to be right after every crash and restored backup.
 */
import { createCipheriv, createDecipheriv, createSecretKey, hash, hkdfSync } from "node:crypto";
import { deflateRawSync, inflateRawSync } from "node:zlib";
import type { Random } from "../ports.ts";

export interface Cipher {
  /** `place` isn't stored: it must be given again to decrypt. */
  encrypt(value: Uint8Array, place: string): Buffer;
  /** `null`: these bytes aren't what this key encrypted for that place; damaged, or tampered with. */
  decrypt(stored: Uint8Array, place: string): Buffer | null;
  /** A keyed hash of a text, other in each database: 22 letters, digits, `-` and `_`. */
  digest(text: string): string;
}

export const keyLength = 32;
const nonceLength = 12;
const tagLength = 16;
const noncesAtOnce = 64;
/** High half: the version. */
const plainKind = 0x10;
const deflatedKind = 0x11;
/** Below this, deflating costs twice what encrypting does and saves a fifth; what is full is merged and deflated. */
const deflateFrom = 1_024;

export function createCipher(key: Uint8Array, random: Pick<Random, "bytes">): Cipher {
  if (key.length !== keyLength) throw new Error(`a key has ${keyLength} bytes`);
  const hmac = createHmac(Buffer.from(hkdfSync("sha256", key, "", "deskmesh look-up", keyLength)));
  const nextNonce = createNonces(random);
  // Bytes would be made a key anew for each value.
  const secret = createSecretKey(key);
  return {
    encrypt(value, place) {
      const kind = value.length < deflateFrom ? plainKind : deflatedKind;
      // Ciphertext doesn't compress, so this is the place for it. Level 1: a 512 KiB segment in 2 ms rather than 4.
      const packed = kind === plainKind ? value : deflateRawSync(value, { level: 1 });
      const nonce = nextNonce();
      const cipher = createCipheriv("aes-256-gcm", secret, nonce);
      cipher.setAAD(placeToBytes(kind, place));
      const body = cipher.update(packed);
      cipher.final();
      const stored = Buffer.allocUnsafe(1 + nonceLength + body.length + tagLength);
      stored[0] = kind;
      stored.set(nonce, 1);
      stored.set(body, 1 + nonceLength);
      stored.set(cipher.getAuthTag(), 1 + nonceLength + body.length);
      return stored;
    },
    decrypt(stored, place) {
      const [kind] = stored;
      if (stored.length < 1 + nonceLength + tagLength) return null;
      if (kind !== plainKind && kind !== deflatedKind) return null;
      const body = stored.subarray(1 + nonceLength, -tagLength);
      const nonce = stored.subarray(1, 1 + nonceLength);
      const decipher = createDecipheriv("aes-256-gcm", secret, nonce, { authTagLength: tagLength });
      decipher.setAAD(placeToBytes(kind, place));
      decipher.setAuthTag(stored.subarray(-tagLength));
      const packed = decipher.update(body);
      try {
        decipher.final();
      } catch {
        // The one thing that `final` can find wrong here is the proof.
        return null;
      }
      return kind === plainKind ? packed : inflateRawSync(packed);
    },
    digest: (text) => Buffer.from(hmac(text).slice(0, 16), "latin1").toString("base64url"),
  };
}

const blockLength = 64;
const hashLength = 32;

/**
 * HMAC-SHA-256 (RFC 2104) out of two one-shot hashes: `node:crypto`'s is a stream, and each scan asks for some that
 * cost more than all else it looks up. Gives a letter for each byte: a buffer takes as long to make as the hash.
 */
function createHmac(key: Buffer): (text: string) => string {
  const padded = Buffer.concat([key, Buffer.alloc(blockLength - key.length)]);
  const inner = padded.map((byte) => byte ^ 0x36);
  const outer = Buffer.concat([padded.map((byte) => byte ^ 0x5c), Buffer.alloc(hashLength)]);
  return (text) => {
    outer.write(hash("sha256", Buffer.concat([inner, Buffer.from(text)]), "binary"), blockLength, "binary");
    return hash("sha256", outer, "binary");
  };
}

function placeToBytes(kind: number, place: string): Buffer {
  return Buffer.from(String.fromCharCode(kind) + place);
}

/** Drawn many at a time: each call for randomness costs as much as encrypting a value. */
function createNonces(random: Pick<Random, "bytes">): () => Uint8Array {
  let drawn: Uint8Array = new Uint8Array(0);
  let used = 0;
  return () => {
    if (used === drawn.length) {
      drawn = random.bytes(noncesAtOnce * nonceLength);
      used = 0;
    }
    used += nonceLength;
    return drawn.subarray(used - nonceLength, used);
  };
}
