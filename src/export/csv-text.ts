/**
 * Writing CSV by RFC 4180. Two kinds of file: *exact* ones that a program loads (the merged CSV, patron imports), in
 * which no character may be altered, and *sheets* that a person opens in a spreadsheet, in which text must never run
 * as a formula and a row is always one line.
 */

/** Numbers are written as they are; text is quoted where needed. */
export type Cell = string | number;

/** One row with its CRLF, every character kept. */
export function rowToCsv(cells: readonly Cell[]): string {
  let row = "";
  for (const cell of cells) row += `,${cellToCsv(cell)}`;
  return `${row.slice(1)}\r\n`;
}

/** One cell for a row that is put together elsewhere, every character kept. */
export function cellToCsv(cell: Cell): string {
  if (typeof cell === "number") return String(cell);
  return /[",\r\n]/.test(cell) ? `"${cell.replaceAll('"', '""')}"` : cell;
}

/** One row with its CRLF for a spreadsheet: each cell as `cellToSheet` has it. */
export function rowToSheet(cells: readonly Cell[]): string {
  let row = "";
  for (const cell of cells) row += `,${cellToSheet(cell)}`;
  return `${row.slice(1)}\r\n`;
}

/**
 * One cell for a spreadsheet: control characters become blanks, and text that a spreadsheet would take for a formula
 * gets an apostrophe in front.
 */
export function cellToSheet(cell: Cell): string {
  if (typeof cell === "number") return String(cell);
  // Nearly all cells are plain words: one look is enough.
  return /^(?:\w[\w .:'()-]*)?$/.test(cell) ? cell : cellToCsv(protect(cell));
}

function protect(text: string): string {
  // biome-ignore lint/suspicious/noControlCharactersInRegex: control characters are what is looked for
  const line = text.replace(/[\u0000-\u001f\u007f\u0085\u2028\u2029]+/g, " ");
  // Blanks before the sign don't help: some spreadsheets trim. The wide forms are taken for signs in East Asian ones.
  return /^\s*[=+\-@\uff1d\uff0b\uff0d\uff20]/.test(line) ? `'${line}` : line;
}
