/**
 * What `policy.json` must look like: the schema that checks it is the one that is published (`deskmesh policy
 * schema`). Every message says what was expected, as the end of "loanRules.3.length: expected …".
 */

import { textToDay } from "../../crdt/circulation/calendar-day.ts";
import { parseLength } from "../../crdt/circulation/policy.ts";
import { checkFields, compilePattern } from "../../crdt/circulation/registration-form.ts";
import { z } from "../http/hono.ts";

const most = 1000;

function text(longest: number, expected = `text of 1 to ${longest} characters without control characters`) {
  return z
    .string({ error: expected })
    .regex(new RegExp(`^[^\\p{Cc}\\p{Cs}]{1,${longest}}$`, "u"), { error: expected });
}

function whole(from: number, to: number) {
  const error = `a whole number from ${from} to ${to}`;
  return z.int({ error }).min(from, error).max(to, error);
}

function oneOf<const T extends readonly [string, ...string[]]>(values: T) {
  return z.enum(values, { error: `one of ${values.join(", ")}` });
}

/** The message of an unknown name lists the known ones for `http/explain.ts`. */
function closed<S extends z.ZodRawShape>(shape: S) {
  const names = Object.keys(shape).join(",");
  return z.strictObject(shape, {
    error: (issue) => (issue.code === "unrecognized_keys" ? names : "an object"),
  });
}

function list<T extends z.ZodType>(of: T, what: string) {
  return z.array(of, { error: `a list of ${what}` }).max(most, { error: `at most ${most} ${what}` });
}

const fieldError = "a field name of small letters, digits and underscores, such as given_names";
const patternError =
  "a regular expression of at most 200 characters, without references back and without repeating what itself repeats";
const word = text(80);
const nameError = 'a name, a list of names, or "*"';
const names = z
  .union([word, z.array(word, { error: nameError }).min(1, nameError).max(most, nameError)], {
    error: nameError,
  })
  .default("*")
  .transform((value): readonly string[] => (typeof value === "string" ? [value] : value));

const lengthError = "a length such as 21 days, 1 week, 2 hours, or none";
const length = z
  .string({ error: lengthError })
  .regex(/^\s*(?:none|[1-9]\d{0,4} (?:hour|day|week)s?)\s*$/i, { error: lengthError })
  .refine((value) => parseLength(value) !== null, {
    error: "a length of at most 3650 days, such as 21 days, 1 week, 2 hours, or none",
  });

const dayError = "a day as YYYY-MM-DD";
const day = z
  .string({ error: dayError })
  .regex(/^\d{4}-\d{2}-\d{2}$/, { error: dayError })
  .refine((value) => textToDay(value) !== null, { error: dayError });
const timeError = "a time of day as HH:MM";
const time = z.string({ error: timeError }).regex(/^(?:[01]\d|2[0-3]):[0-5]\d$/, { error: timeError });

const loanRule = closed({
  category: names,
  itemType: names,
  location: names,
  length,
  renewals: whole(0, 999).default(0),
  graceDays: whole(0, 365).default(0),
  hardDue: z
    .union([day, closed({ on: day, when: oneOf(["latest", "always"]) })], {
      error: 'a day as YYYY-MM-DD, or {"on": day, "when": "latest" or "always"}',
    })
    .optional(),
  dueAt: time.optional(),
  note: text(200).optional(),
}).refine(({ dueAt, length }) => dueAt === undefined || mayBeDueAt(length), {
  path: ["dueAt"],
  error: "it on loans of 4 hours to 1 day alone",
});

const role = oneOf(["staff", "supervisor", "nobody"]);
const limit = closed({
  category: names,
  itemType: names,
  items: whole(0, 9999),
  role: role.optional(),
});

const barcodes = closed({
  lengths: list(whole(1, 80), "lengths").default([]),
  prefixes: list(text(40), "beginnings of barcodes").default([]),
  checkDigit: z.boolean({ error: "true or false" }).default(false),
});

const nameOfField = z.string({ error: fieldError }).regex(/^[a-z][a-z0-9_]{0,39}$/, { error: fieldError });
const choice = closed({ code: text(80), text: text(120) });
const formField = closed({
  name: nameOfField,
  label: text(80),
  type: oneOf(["text", "date", "phone", "email", "choice"]).default("text"),
  required: z.boolean({ error: "true or false" }).default(false),
  pattern: z
    .string({ error: patternError })
    .refine((value) => compilePattern(value) !== null, { error: patternError })
    .optional(),
  help: text(200).optional(),
  default: text(200).optional(),
  choices: list(choice, "choices").optional(),
})
  .refine(({ type, choices = [] }) => type !== "choice" || choices.length > 0, {
    path: ["choices"],
    error: "the choices of this field, each with code and text",
  })
  .refine(({ type, choices }) => type === "choice" || choices === undefined, {
    path: ["choices"],
    error: "it on fields of type choice alone",
  })
  .refine((field) => field.default === undefined || checkFields([field], {}).length === 0, {
    path: ["default"],
    error: "an answer that the field itself takes",
  });
const form = z
  .array(formField, { error: "a list of fields" })
  .min(1, "at least one field")
  .max(40, "at most 40 fields")
  .refine((fields) => new Set(fields.map(({ name }) => name)).size === fields.length, {
    error: "each field once",
  });

function table<T extends z.ZodType>(of: T, what: string) {
  return z
    .record(z.string().regex(/^[^\p{Cc}\p{Cs}]{0,80}$/u, { error: "a name of up to 80 characters" }), of, {
      error: `an object of ${what}`,
    })
    .refine((value) => Object.keys(value).length <= most, { error: `at most ${most} ${what}` });
}

export const policySchema = closed({
  $schema: text(500).optional(),
  loanRules: list(loanRule, "loan rules"),
  limits: list(limit, "limits").default([]),
  calendar: closed({
    closedDays: oneOf(["ignore", "skip", "push"]).default("push"),
    hourlyPastClosing: oneOf(["shorten", "next-opening"]).default("shorten"),
  }).prefault({}),
  statuses: table(oneOf(["lend", "ask", "supervisor", "never"]), "statuses").default({}),
  itemMessages: table(text(200), "texts").default({}),
  publicMessages: table(text(200), "texts").default({}),
  blocks: table(closed({ text: text(200).optional(), role: role.default("staff") }), "blocks").default({}),
  shelve: list(word, "item types").default([]),
  barcodes: closed({
    patron: barcodes.optional(),
    item: barcodes.optional(),
    interlibrary: list(text(40), "beginnings of barcodes").default([]),
    isbnGuard: z.boolean({ error: "true or false" }).default(true),
  }).prefault({}),
  registration: form.optional(),
  ils: closed({
    name: text(80).optional(),
    branch: text(80).optional(),
    keepsDueDates: z.boolean({ error: "true or false" }).default(true),
    codes: table(text(200), "codes").default({}),
  }).prefault({}),
});

export type PolicyFile = z.output<typeof policySchema>;

/** The schema as others use it: an editor, or a program that writes policies. */
export function policyJsonSchema(): Readonly<Record<string, unknown>> {
  const schema = z.toJSONSchema(policySchema, { io: "input", unrepresentable: "any" });
  return { ...schema, title: "Deskmesh policy", description: "Loan rules of a branch: policy.json" };
}

function mayBeDueAt(text: string): boolean {
  const length = parseLength(text);
  if (length?.kind === "hours") return length.hours >= 4 && length.hours <= 24;
  return length?.kind === "days" && length.days === 1;
}
