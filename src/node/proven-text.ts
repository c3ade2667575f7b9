/**
 * Small texts of the identity folder with a sum behind them. In a key, or in the branch's id, a changed bit makes
 * another valid one, and the desk would take its whole log for somebody else's: it must say "damaged" and stop instead.
 */
import { sha256Hex } from "../crdt/log/digest.ts";

const sumLength = 8;

/** `text` is one line without a dot at its end that looks like a sum. */
export function proveText(text: string): string {
  return `${text}.${sumOf(text)}\n`;
}

/** `null`: not as it was written; without its sum it is cut off. */
export function readProvenText(stored: string): string | null {
  const line = stored.trim();
  const found = /^(.*)\.([0-9a-f]{8})$/s.exec(line);
  const [, text = "", sum] = found ?? [];
  return sum === sumOf(text) ? text : null;
}

function sumOf(text: string): string {
  return sha256Hex(text).slice(0, sumLength);
}
