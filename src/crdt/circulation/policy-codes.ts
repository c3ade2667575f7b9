/** Words of the ILS that its loader wants of each new patron, and that nobody will have told it: found here, not at the load. */
import { type Policy, plainCode } from "./policy.ts";
import { defaultForm, type FormField } from "./registration-form.ts";

/** ILS, by how staff call it → form fields, with what it calls them. */
const wanted: readonly (readonly [ils: RegExp, fields: Readonly<Record<string, string>>])[] = [
  [/evergreen/i, { category: "a permission group (profile)", branch: "a home library (home_ou)" }],
  [/koha/i, { category: "a patron category (categorycode)", branch: "a home library (branchcode)" }],
];

/** `categories`: those of the patrons that are known; empty where none are. */
export function findMissingCodes(
  policy: Policy,
  categories: readonly string[],
  nearest: (name: string, known: readonly string[]) => string | undefined,
): readonly string[] {
  const form = policy.registration ?? defaultForm;
  const [, fields = {}] = wanted.find(([ils]) => ils.test(policy.ils.name ?? "")) ?? [];
  const missing = Object.entries(fields).flatMap(([name, what]) => {
    const field = form.find((each) => each.name === name);
    if (field !== undefined && (field.required || (field.default ?? "") !== "")) return [];
    const why = field === undefined ? "has no such field" : "lets it be left out and has no default";
    return [`registration: ${policy.ils.name} wants ${what} of each new patron as ${name}; the form ${why}.`];
  });
  return [...missing, ...form.flatMap((field) => findUnknownCodes(field, categories, nearest))];
}

function findUnknownCodes(
  { name, choices = [], default: first = "" }: FormField,
  categories: readonly string[],
  nearest: (name: string, known: readonly string[]) => string | undefined,
): readonly string[] {
  const known = new Set(categories.map(plainCode));
  if (name !== "category" || !categories.some((category) => category !== "")) return [];
  const codes = new Set([...choices.map(({ code }) => code), first].filter((code) => code !== ""));
  return [...codes]
    .filter((code) => !known.has(plainCode(code)))
    .map((code) => {
      const near = nearest(code, categories);
      const hint = near === undefined ? "" : ` Did you mean ${near}?`;
      return `registration.category: no patron has the category ${JSON.stringify(code)}.${hint}`;
    });
}
