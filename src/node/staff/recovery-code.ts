/**
 * The recovery code: 130 random bits in 26 letters and digits that nobody mistakes for each other, two more that tell
 * a slip of the pen from a wrong code. Shown once; the branch document has its hash alone, which needs no slow
 * hashing, since nobody guesses 130 bits.
 */
import { createHash } from "node:crypto";
import type { Random } from "../ports.ts";

/** Crockford's base 32: no I, L, O, U. */
const alphabet = "0123456789ABCDEFGHJKMNPQRSTVWXYZ";
const length = 26;

/** `XXXX-XXXX-…`: seven groups of four. */
export function drawRecoveryCode(random: Random): string {
  // 256 is a multiple of 32: the low bits of a random byte are uniform.
  const body = [...random.bytes(length)].map((byte) => alphabet[byte & 31]).join("");
  return `${body}${checkOf(body)}`.replace(/(.{4})(?!$)/g, "$1-");
}

/** Hex; `null`: what was typed is no recovery code, whatever its branch. */
export function recoveryCodeToHash(typed: string): string | null {
  const plain = typed.toUpperCase().replace(/[\s-]/g, "").replace(/O/g, "0").replace(/[IL]/g, "1");
  const body = plain.slice(0, length);
  if (plain.length !== length + 2 || [...plain].some((char) => !alphabet.includes(char))) return null;
  if (plain.slice(length) !== checkOf(body)) return null;
  return createHash("sha256").update(`deskmesh-recovery-1\n${body}`).digest("hex");
}

function checkOf(body: string): string {
  const digest = createHash("sha256").update(`deskmesh-recovery-check-1\n${body}`).digest();
  return [0, 1].map((i) => alphabet[digest[i]! & 31]).join("");
}
