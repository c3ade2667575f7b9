/**
 * An ILS's words as they may stay in the log, which keeps them for good: without the barcodes and names of the line that
 * they are about, and without any other number or address that may tell of somebody. What can't be known to be a name
 * (that of another patron, in free words) can't be masked: readers give an ILS's known phrases, not its whole lines.
 */
import { WORDS_MAX } from "../crdt/circulation/answer-fact.ts";

export function maskWords(words: string, tellsOf: readonly string[]): string {
  // Control characters and halves of characters don't pass the log.
  let masked = words.replace(/[\p{Cc}\p{Cs}]+/gu, " ");
  const parts = tellsOf.flatMap((text) => [text, ...text.split(/[\s,]+/)]).filter((text) => text.length >= 3);
  for (const part of [...new Set(parts)].sort((a, b) => b.length - a.length))
    masked = masked.replaceAll(new RegExp(escapePattern(part), "giu"), "…");
  masked = masked
    .replace(/\S+@\S+/g, "…")
    .replace(/\S*\d(?:[\s.-]?\d){3,}\S*/g, "…")
    .replace(/\s+/g, " ")
    .trim();
  return [...masked].slice(0, WORDS_MAX / 2).join("");
}

function escapePattern(text: string): string {
  return text.replace(/[\\^$.*+?()[\]{}|/-]/g, "\\$&");
}
