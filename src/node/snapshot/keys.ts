/**
 * The keys of a snapshot's database. Each key that names a patron or an item is made by `keyOf` alone, so that a
 * keyed hash can take the place of the clear barcode without touching a caller.
 */
import type { KeyRange } from "../store/level.ts";

export type KeyKind =
  | "patron"
  | "item"
  | "loan"
  | "loan-of-patron"
  | "hold-of-item"
  | "hold-of-patron"
  | "hours"
  | "closed-days";

/** `parts`: barcodes or ids, the one that is looked up first. No part can run into the next. */
export function keyOf(kind: KeyKind, ...parts: readonly string[]): string {
  return `${recordPrefix}${kind}!${parts.map((part) => `${partToKey(part)}!`).join("")}`;
}

/** All keys of a kind that begin with these parts. */
export function rangeOf(kind: KeyKind, ...parts: readonly string[]): KeyRange {
  const prefix = keyOf(kind, ...parts);
  return { gte: prefix, lt: `${prefix}~` };
}

/** Chunk `n` of the package, in the order of `n`. */
export function chunkKey(n: number): string {
  return `chunk!${n.toString().padStart(8, "0")}`;
}

export const chunkRange: KeyRange = { gte: "chunk!", lt: "chunk!~" };
const recordPrefix = "record!";
/** Everything that was made from the package. */
export const recordRange: KeyRange = { gte: recordPrefix, lt: `${recordPrefix}~` };
/** Written last, with sync: a database without it is half-written. */
export const completeKey = "complete";

/** Only characters below `~` that are not `!`; never throws, whatever text a package holds. */
function partToKey(part: string): string {
  return Buffer.from(part, "utf8").toString("base64url");
}
