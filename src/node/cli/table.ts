/** Columns of text for a terminal: plain characters, so that they survive pipes and logs. */

/** Header and rows, columns padded to the widest cell and two blanks apart; nothing trails at a line's end. */
export function tableLines(
  header: readonly string[],
  rows: readonly (readonly string[])[],
): readonly string[] {
  const all = [header, ...rows];
  const widths = header.map((_, column) => Math.max(...all.map((row) => row[column]?.length ?? 0)));
  return all.map((row) =>
    header
      .map((_, column) => (row[column] ?? "").padEnd(widths[column]!))
      .join("  ")
      .trimEnd(),
  );
}
