/**
 * Writing CSV by RFC 4180. Two kinds of file: *exact* ones that a program loads (the merged CSV, patron imports), in
 * which no character may be altered, and *sheets* that a person opens in a spreadsheet, in which text must never run
 * as a formula and a row is always one line.
 */

/** Numbers are written as they are; text is quoted where needed. */
export type Cell = string | number;

/** One row with its CRLF, every character kept. */
export function rowToCsv(cells: readonly Cell[]): string {
  return `${cells.map(quote).join(",")}\r\n`;
}

/**
 * One row with its CRLF for a spreadsheet: control characters become blanks, and text that a spreadsheet would take
 * for a formula gets an apostrophe in front.
 */
export function rowToSheet(cells: readonly Cell[]): string {
  return `${cells.map((cell) => quote(typeof cell === "number" ? cell : protect(cell))).join(",")}\r\n`;
}

function quote(cell: Cell): string {
  if (typeof cell === "number") return String(cell);
  return /[",\r\n]/.test(cell) ? `"${cell.replaceAll('"', '""')}"` : cell;
}

function protect(text: string): string {
  if (/^[\w]?[\w .:'()-]*$/.test(text)) return text;
  // biome-ignore lint/suspicious/noControlCharactersInRegex: control characters are what is looked for
  const line = text.replace(/[\u0000-\u001f\u007f\u0085\u2028\u2029]+/g, " ");
  // Blanks before the sign don't help: some spreadsheets trim. The wide forms are taken for signs in East Asian ones.
  return /^\s*[=+\-@\uff1d\uff0b\uff0d\uff20]/.test(line) ? `'${line}` : line;
}
