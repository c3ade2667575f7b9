/**
 * Hashes and signatures: SHA-256 and Ed25519, pure functions of their input. Keys are made elsewhere, from the
 * Random port's bytes. A desk id is the hash of its public key (L1).
 */
import {
  createHash,
  createPrivateKey,
  createPublicKey,
  hash,
  type KeyObject,
  sign,
  verify,
} from "node:crypto";

export interface Signer {
  /** 32 lower-case hex characters: the first half of SHA-256 of the public key. */
  readonly desk: string;
  /** Raw Ed25519 public key, base64url. */
  readonly publicKey: string;
  sign(bytes: Uint8Array): Uint8Array;
}

const pkcs8Prefix = Buffer.from("302e020100300506032b657004220420", "hex");
const spkiPrefix = Buffer.from("302a300506032b6570032100", "hex");
/** 32 bytes as base64url; its last character has two spare bits, which must be 0, so that a key has one spelling. */
const publicKeyPattern = /^[A-Za-z0-9_-]{42}[AEIMQUYcgkosw048]$/;

/** SHA-256 of what comes in pieces: hex. */
export interface RunningHash {
  update(bytes: Uint8Array): void;
  close(): string;
}

export function startSha256(): RunningHash {
  const running = createHash("sha256");
  return {
    update: (bytes) => void running.update(bytes),
    close: () => running.digest("hex"),
  };
}

/** A signer from 32 secret bytes. The same bytes give the same desk. */
export function createSigner(seed: Uint8Array): Signer {
  if (seed.length !== 32) throw new Error(`a signing seed has 32 bytes, not ${seed.length}`);
  const privateKey = createPrivateKey({
    key: Buffer.concat([pkcs8Prefix, seed]),
    format: "der",
    type: "pkcs8",
  });
  const raw = createPublicKey(privateKey).export({ format: "der", type: "spki" }).subarray(spkiPrefix.length);
  const publicKey = raw.toString("base64url");
  return {
    desk: deskOfKey(publicKey),
    publicKey,
    sign: (bytes) => sign(null, bytes, privateKey),
  };
}

export function deskOfKey(publicKey: string): string {
  return sha256Hex("deskmesh-desk-1\n", publicKey).slice(0, 32);
}

export function isPublicKey(text: unknown): text is string {
  return typeof text === "string" && publicKeyPattern.test(text);
}

const parsedKeys = new WeakMap<VerifyKey, KeyObject>();
/** A public key, parsed at its first use. */
export interface VerifyKey {
  readonly publicKey: string;
}

export function verifySignature(key: VerifyKey, bytes: Uint8Array, signature: Uint8Array): boolean {
  let parsed = parsedKeys.get(key);
  if (!parsed) {
    // As a JWK, since OpenSSL's decoder of DER takes as long as a signature: each run of a desk names its key anew.
    parsed = createPublicKey({ key: { kty: "OKP", crv: "Ed25519", x: key.publicKey }, format: "jwk" });
    parsedKeys.set(key, parsed);
  }
  return verify(null, bytes, parsed, signature);
}

/** SHA-256 of the parts one after the other. */
export function sha256(...parts: (Uint8Array | string)[]): Buffer {
  return hash("sha256", joinParts(parts), "buffer");
}

export function sha256Hex(...parts: (Uint8Array | string)[]): string {
  return hash("sha256", joinParts(parts), "hex");
}

/**
 * One call with all: a hash as a stream costs several times what it hashes here. What is returned holds until the next
 * call only, since buffers of their own for each entry cost half as much as hashing it.
 */
function joinParts(parts: readonly (Uint8Array | string)[]): Uint8Array | string {
  if (parts.length === 1) return parts[0]!;
  let most = 0;
  for (const part of parts) most += typeof part === "string" ? part.length * bytesAtMost : part.length;
  const joined = most <= scratch.length ? scratch : Buffer.allocUnsafe(most);
  let length = 0;
  for (const part of parts) {
    if (typeof part === "string") length += joined.write(part, length);
    else {
      joined.set(part, length);
      length += part.length;
    }
  }
  return joined.subarray(0, length);
}

const scratch = Buffer.allocUnsafeSlow(32 * 1024);
/** Of UTF-8, for one unit of a text. */
const bytesAtMost = 3;
