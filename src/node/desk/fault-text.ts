/** What staff and the log are told when the disk fails. */

export function faultText(why: unknown): string {
  return `NOT SAVED. This PC could not write to its disk (${reasonOf(why)}). Do not give the item out; use another desk or the paper form.`;
}

/** It has joined, or been made, or become a new desk, and can't get at its log: what it has opened by then only an end frees. */
export function notOpenedText(why: unknown): string {
  return `This desk belongs to its branch, but its disk failed before it was open (${reasonOf(why)}). Make room on the disk, and start Deskmesh on this PC again.`;
}

/** Code or first words of an error; errors of the disk hold no patron data. */
export function reasonOf(why: unknown): string {
  if (!(why instanceof Error)) return "unknown reason";
  const causes = why.cause instanceof Error ? `: ${why.cause.message}` : "";
  return `${why.message}${causes}`.slice(0, 200);
}
