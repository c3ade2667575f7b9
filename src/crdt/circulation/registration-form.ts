/**
 * The form by which a branch registers patrons: its fields, in its order, and what an answer must look like. Part of
 * the policy, since the ILS says what it wants to be told; without one the form below is shown and nothing is checked.
 */
import { textToDay } from "./calendar-day.ts";

export type FieldType = "text" | "date" | "phone" | "email" | "choice";

export interface FormField {
  /** As the answer is recorded: `given_names`. */
  readonly name: string;
  /** As staff read it. */
  readonly label: string;
  readonly type: FieldType;
  readonly required: boolean;
  /** The whole answer must fit it: a regular expression, as `pattern` of HTML has it. */
  readonly pattern?: string | undefined;
  /** Shown with the field, and where an answer doesn't fit. */
  readonly help?: string | undefined;
  /** What stands in the field at first, and is recorded where the answer is left out. */
  readonly default?: string | undefined;
  /** For `choice`: the ILS's codes, with what staff read. */
  readonly choices?: readonly { readonly code: string; readonly text: string }[] | undefined;
}

export type RegistrationForm = readonly FormField[];

type Fields = Readonly<Record<string, string>>;

export interface FieldFault {
  readonly field: string;
  /** A sentence; it never repeats the answer. */
  readonly text: string;
}

function field(name: string, label: string, type: FieldType = "text", required = false): FormField {
  return { name, label, type, required };
}

/** The form while the branch has none of its own. Names are those of the snapshot's columns. */
export const defaultForm: RegistrationForm = [
  field("surname", "Surname", "text", true),
  field("given_names", "Given names", "text", true),
  field("birth_date", "Date of birth", "date"),
  field("phone", "Phone", "phone"),
  field("email", "E-mail", "email"),
  field("street", "Street and number"),
  field("post_code", "Post code"),
  field("city", "City"),
];

/** Answers with the form's defaults for what was left out. */
export function fillIn(form: RegistrationForm | undefined, fields: Fields): Fields {
  const defaults = (form ?? []).flatMap(({ name, default: value }) =>
    value === undefined || Object.hasOwn(fields, name) ? [] : [[name, value] as const],
  );
  return defaults.length === 0 ? fields : { ...fields, ...Object.fromEntries(defaults) };
}

/** All that doesn't fit, in the form's order. Answers beyond the form are named last. */
export function checkFields(form: RegistrationForm, fields: Fields): readonly FieldFault[] {
  const filled = fillIn(form, fields);
  const faults = form.flatMap((each) => {
    const text = Object.hasOwn(filled, each.name) ? (filled[each.name] ?? "") : "";
    const expected = expectedOf(each, text.trim());
    return expected === undefined ? [] : [{ field: each.name, text: `${each.label}: expected ${expected}.` }];
  });
  const known = new Set(form.map(({ name }) => name));
  const unknown = Object.keys(fields).filter((name) => !known.has(name));
  return [
    ...faults,
    ...unknown.map((name) => ({
      field: name,
      text: `${/^[a-z][a-z0-9_]{0,39}$/.test(name) ? name : "A field"} is not in this branch's form. Known: ${[...known].join(", ")}.`,
    })),
  ];
}

/** What was expected instead; undefined: the answer fits. */
function expectedOf(field: FormField, answer: string): string | undefined {
  if (answer === "") return field.required ? "an answer" : undefined;
  const hint = field.help === undefined ? "" : ` (${field.help})`;
  switch (field.type) {
    case "date":
      if (answer.length !== 10 || textToDay(answer) === null) return `a day as YYYY-MM-DD${hint}`;
      break;
    case "email":
      if (!/^[^\s@]+@[^\s@]+$/.test(answer)) return `an e-mail address, such as name@example.org${hint}`;
      break;
    case "phone":
      if (!/^(?=.*\d)[\d\s()+/.x-]+$/i.test(answer)) return `a phone number${hint}`;
      break;
    case "choice": {
      const codes = (field.choices ?? []).map(({ code }) => code);
      if (!codes.includes(answer)) return `one of ${codes.join(", ")}${hint}`;
      break;
    }
    case "text":
      break;
  }
  if (field.pattern === undefined) return undefined;
  const pattern = compilePattern(field.pattern);
  return pattern?.test(answer) === false ? (field.help ?? "another form of answer") : undefined;
}

const compiled = new Map<string, RegExp>();

/** Null: not a pattern, or one that could take for ever on some answer. */
export function compilePattern(text: string): RegExp | null {
  const known = compiled.get(text);
  if (known !== undefined) return known;
  if (text.length > 200 || mayTakeForEver(text)) return null;
  try {
    const pattern = new RegExp(`^(?:${text})$`, "v");
    if (compiled.size >= 100) compiled.clear();
    compiled.set(text, pattern);
    return pattern;
  } catch {
    return null;
  }
}

/** References back, and repeating what itself repeats or has alternatives: `(a+)+`. Forms don't need it. */
function mayTakeForEver(text: string): boolean {
  const bare = text.replace(/\\[^1-9k]/g, "x").replace(/\[[^\]]*\]/g, "x");
  if (/\\[1-9k]|\(\?</.test(bare)) return true;
  const repeats = (bare.match(/[*+]|\{\d+,\d*\}/g) ?? []).length;
  return (
    repeats > 6 || /\([^()]*[*+|{?][^()]*\)\s*(?:[*+]|\{\d)/.test(bare) || /\).*\)\s*(?:[*+]|\{\d)/.test(bare)
  );
}
