/**
 * A registration's answers to the branch's form, for formats that know only some of them. Which names a form uses is
 * the branch's business: what no column takes is gathered as text, never dropped.
 */

type Fields = Readonly<Record<string, string>>;

/** The answer, or empty. */
export function fieldOf(fields: Fields, name: string): string {
  return Object.hasOwn(fields, name) ? (fields[name] ?? "") : "";
}

/** `name: answer; name: answer` of what is not in `taken`, by name; empty answers left out. */
export function otherFields(fields: Fields, taken: ReadonlySet<string>): string {
  return Object.entries(fields)
    .filter(([name, answer]) => answer !== "" && !taken.has(name))
    .sort(([a], [b]) => (a < b ? -1 : a > b ? 1 : 0))
    .map(([name, answer]) => `${name}: ${answer}`)
    .join("; ");
}

/** `Surname, Given names` */
export function nameOf(fields: Fields): string {
  return [fieldOf(fields, "surname"), fieldOf(fields, "given_names")]
    .filter((part) => part !== "")
    .join(", ");
}

export function isDay(text: string): boolean {
  return /^\d{4}-(0[1-9]|1[0-2])-(0[1-9]|[12]\d|3[01])$/.test(text);
}
