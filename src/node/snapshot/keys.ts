/**
 * The keys of a snapshot's database. They stand unencrypted on the disk, so barcodes and ids are in them as keyed
 * hashes alone: equal ones are found, also by the first of several, and nothing is told by their order.
 */
import type { EncryptedLevel } from "../store/encrypted-levels.ts";
import type { KeyRange } from "../store/level.ts";

export type KeyKind = "loan-of-patron" | "hold-of-item" | "hold-of-patron" | "hours" | "closed-days";

/** The database's own hash: letters, digits, `-` and `_`, so below `~` and without `!`. */
export type Hasher = Pick<EncryptedLevel, "digest">;

/** `parts`: barcodes or ids, the one that is looked up first. No part can run into the next. */
export function keyOf(hasher: Hasher, kind: KeyKind, ...parts: readonly string[]): string {
  return `${recordPrefix}${kind}!${parts.map((part) => `${hasher.digest(part)}!`).join("")}`;
}

/** All keys of a kind that begin with these parts. */
export function rangeOf(hasher: Hasher, kind: KeyKind, ...parts: readonly string[]): KeyRange {
  const prefix = keyOf(hasher, kind, ...parts);
  return { gte: prefix, lt: `${prefix}~` };
}

/** Block `n` of the package, in the order of `n`. */
export function blockKey(n: number): string {
  return `block!${n.toString().padStart(8, "0")}`;
}

/** Part `n` of the list that says what each block begins with. */
export function beginsKey(n: number): string {
  return `begins!${n.toString().padStart(8, "0")}`;
}

/** How many of the blocks of a package on its way are here. */
export const cameKey = "came";
const recordPrefix = "record!";
/** Records that stand by themselves beside the package. */
export const recordRange: KeyRange = { gte: recordPrefix, lt: `${recordPrefix}~` };
/** Written last, with sync: a database without it is half-written. */
export const completeKey = "complete";
