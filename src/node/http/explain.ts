/**
 * What a request lacks, in words: the field, and what was expected there. Values are never repeated, since they may
 * be a patron's data; names of unknown fields are, where they look like names.
 */
import type { Issue } from "./hono.ts";
import { nearestName } from "./nearest.ts";

/** One text for each thing that is wrong with `input`. `whole` is what to call `input` itself ("body", "query"). */
export function explainIssues(
  issues: readonly Issue[],
  input: unknown,
  whole: string,
): readonly { readonly field: string; readonly text: string }[] {
  const byField = new Map<string, { field: string; text: string }>();
  for (const issue of issues) {
    for (const error of explainIssue(issue, input, whole)) {
      if (!byField.has(error.field)) byField.set(error.field, error);
    }
  }
  return [...byField.values()].slice(0, mostErrors);
}

const mostErrors = 20;
const plainName = /^[A-Za-z_][A-Za-z0-9_-]{0,39}$/;

function explainIssue(issue: Issue, input: unknown, whole: string): { field: string; text: string }[] {
  const path = issue.path.map(String);
  if (issue.code === "unrecognized_keys") {
    return issue.keys.map((key) => explainUnknown(key, path, issue.message.split(",")));
  }
  const shown = path.map((part) => (plainName.test(part) || /^\d{1,3}$/.test(part) ? part : "…"));
  const field = shown.join(".") || whole;
  // A bad key of a record: what is wrong is the name, and the message of its schema is inside.
  const expected = issue.code === "invalid_key" ? (issue.issues[0]?.message ?? issue.message) : issue.message;
  const missing = path.length > 0 && valueAt(input, path) === undefined;
  return [{ field, text: `${field}${missing ? " is missing" : ""}: expected ${expected}.` }];
}

function explainUnknown(key: string, path: readonly string[], known: readonly string[]) {
  const names = known.filter((name) => name !== "");
  const field = plainName.test(key) ? [...path, key].join(".") : "…";
  const nearest = plainName.test(key) ? nearestName(key, names) : undefined;
  const hint = nearest
    ? ` Did you mean ${nearest}?`
    : names.length > 0
      ? ` Known here: ${names.join(", ")}.`
      : " None is known here.";
  return { field, text: `${field} is not a known field.${hint}` };
}

function valueAt(input: unknown, path: readonly string[]): unknown {
  let value = input;
  for (const part of path) {
    if (typeof value !== "object" || value === null || !Object.hasOwn(value, part)) return undefined;
    value = (value as Record<string, unknown>)[part];
  }
  return value;
}
