/** PINs and what proves them: scrypt, off the event loop's thread. A PIN itself is kept nowhere. */
import { scrypt, timingSafeEqual } from "node:crypto";
import type { PinProof } from "../../crdt/circulation/staff-fact.ts";
import type { Random } from "../ports.ts";

const hashBytes = 32;
/** 32 MiB and about 80 ms a check: a person doesn't notice it, and ten thousand PINs take a quarter of an hour. */
const costNow = { cost: 15, blockSize: 8 } as const;
/** What an unknown name is checked against: it takes as long as a known one, and no PIN fits. */
const nobody: PinProof = { ...costNow, salt: "nobody-has-this-salt--", hash: "A".repeat(43) };

/** 4–64 characters without control characters; several ways to write one letter are one PIN. */
export function isPin(text: string): boolean {
  const { length } = [...text];
  return length >= 4 && length <= 64 && !/[\p{Cc}\p{Cs}]/u.test(text);
}

export async function provePin(pin: string, random: Random): Promise<PinProof> {
  const salt = Buffer.from(random.bytes(16)).toString("base64url");
  const hash = await derive(pin, { ...costNow, salt });
  return { ...costNow, salt, hash: hash.toString("base64url") };
}

/** `null`: there is no such user; false, and it takes just as long. */
export async function checkPin(pin: string, proof: PinProof | null): Promise<boolean> {
  const held = proof ?? nobody;
  const derived = await derive(pin, held);
  const wanted = Buffer.from(held.hash, "base64url");
  const fits = wanted.length === derived.length && timingSafeEqual(wanted, derived);
  return fits && proof !== null;
}

/** 32 bytes from a secret that people remember, as slowly as `cost` says (a power of two). */
export function derive(
  pin: string,
  { cost, blockSize, salt }: Pick<PinProof, "cost" | "blockSize" | "salt">,
): Promise<Buffer> {
  const N = 2 ** cost;
  const options = { N, r: blockSize, p: 1, maxmem: 256 * N * blockSize };
  return new Promise((resolve, reject) => {
    scrypt(pin.normalize("NFKC"), salt, hashBytes, options, (error, key) =>
      error ? reject(error) : resolve(key),
    );
  });
}
