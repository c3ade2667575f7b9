/** Where a page of activity ended, as a text that a client hands back. */
import type { Position } from "../../crdt/circulation/transaction.ts";

export function positionToCursor(position: Position): string {
  const { outage, ms, n, desk, run, seq } = position;
  return Buffer.from(JSON.stringify([outage, ms, n, desk, run, seq])).toString("base64url");
}

/** Undefined for what isn't one of ours: then the list starts at its beginning. */
export function parseCursor(text: string): Position | undefined {
  let value: unknown;
  try {
    value = JSON.parse(Buffer.from(text, "base64url").toString());
  } catch {
    // Somebody else's cursor; see above.
    return undefined;
  }
  if (!Array.isArray(value) || value.length !== 6) return undefined;
  const [outage, ms, n, desk, run, seq] = value as unknown[];
  const numbers = [outage, ms, n, seq].every((one) => Number.isSafeInteger(one));
  if (!numbers || typeof desk !== "string" || typeof run !== "string") return undefined;
  return { outage, ms, n, desk, run, seq } as Position;
}
