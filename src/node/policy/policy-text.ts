/**
 * Reads `policy.json`: text in, the policy or what is wrong with it out. What is wrong names the place, what was
 * expected there and the nearest known name. A policy holds no patron data, and still no value is repeated.
 */
import {
  defaultPolicy,
  type LoanRule,
  type Policy,
  parseLength,
  plainCode,
} from "../../crdt/circulation/policy.ts";
import { explainIssues } from "../http/explain.ts";
import { findJsonError } from "../http/json-error.ts";
import { type PolicyFile, policySchema } from "./policy-schema.ts";

export type ParsedPolicy =
  | {
      readonly kind: "policy";
      readonly policy: Policy;
      /** The file's content in one line, as the snapshot's package carries it: `parsePolicy` reads it again. */
      readonly canonical: string;
    }
  | { readonly kind: "problems"; readonly problems: readonly string[] };

/** Largest file, bytes. */
export const largestPolicyBytes = 512 * 1024;
/** A policy needs six. */
const deepestNesting = 32;

export function parsePolicy(text: string): ParsedPolicy {
  if (text.length > largestPolicyBytes)
    return problem(`policy.json: expected at most ${largestPolicyBytes / 1024} KiB.`);
  const bare = text.replace(/^\ufeff/, "");
  const wrong = findJsonError(bare);
  if (wrong !== null) {
    const { line, column, expected } = wrong;
    return problem(`policy.json: expected ${expected} at line ${line}, column ${column}.`);
  }
  if (isTooDeep(bare))
    return problem(`policy.json: expected at most ${deepestNesting} brackets within each other.`);
  // -0 is 0 to whoever wrote it, and is written so.
  const input: unknown = JSON.parse(bare, (_key, value: unknown) => (value === 0 ? 0 : value));
  const read = policySchema.safeParse(input);
  if (!read.success) {
    const found = explainIssues(read.error.issues, input, "policy.json");
    return { kind: "problems", problems: found.map((each) => each.text) };
  }
  return { kind: "policy", policy: fileToPolicy(read.data), canonical: JSON.stringify(input) };
}

/** Of valid JSON. What is read by recursion afterwards would take the stack. */
function isTooDeep(text: string): boolean {
  let [depth, isString] = [0, false];
  for (let i = 0; i < text.length && depth <= deepestNesting; i++) {
    const char = text[i];
    if (isString && char === "\\") i += 1;
    else if (char === '"') isString = !isString;
    else if (!isString && (char === "[" || char === "{")) depth += 1;
    else if (!isString && (char === "]" || char === "}")) depth -= 1;
  }
  return depth > deepestNesting;
}

function problem(text: string): ParsedPolicy {
  return { kind: "problems", problems: [text] };
}

function fileToPolicy(file: PolicyFile): Policy {
  const { calendar, barcodes, ils } = file;
  return {
    loanRules: file.loanRules.map(toRule),
    limits: file.limits.map(({ category, itemType, items, role }) => ({
      category,
      itemType,
      items,
      role: role ?? (items === 0 ? "nobody" : "staff"),
    })),
    closedDays: calendar.closedDays,
    hourlyPastClosing: calendar.hourlyPastClosing,
    statuses: { ...defaultPolicy.statuses, ...plainKeys(file.statuses) },
    itemMessages: { ...defaultPolicy.itemMessages, ...file.itemMessages },
    publicMessages: { ...defaultPolicy.publicMessages, ...file.publicMessages },
    blocks: Object.fromEntries(
      Object.entries(file.blocks).map(([code, { text, role }]) => [
        code,
        { role, ...(text === undefined ? {} : { text }) },
      ]),
    ),
    shelve: file.shelve,
    ...(barcodes.patron === undefined ? {} : { patronBarcodes: barcodes.patron }),
    ...(barcodes.item === undefined ? {} : { itemBarcodes: barcodes.item }),
    ...(file.registration === undefined ? {} : { registration: file.registration }),
    illRanges: barcodes.interlibrary,
    isbnGuard: barcodes.isbnGuard,
    ils: {
      keepsDueDates: ils.keepsDueDates,
      codes: ils.codes,
      ...(ils.name === undefined ? {} : { name: ils.name }),
      ...(ils.branch === undefined ? {} : { branch: ils.branch }),
    },
  };
}

function toRule(rule: PolicyFile["loanRules"][number]): LoanRule {
  const { hardDue, dueAt } = rule;
  const length = parseLength(rule.length);
  if (length === null) throw new Error("a length that the schema let through can't be read");
  const hard = typeof hardDue === "string" ? ({ on: hardDue, when: "latest" } as const) : hardDue;
  return {
    category: rule.category,
    itemType: rule.itemType,
    location: rule.location,
    length,
    renewals: rule.renewals,
    graceDays: rule.graceDays,
    ...(hard === undefined ? {} : { hardDue: hard }),
    ...(dueAt === undefined ? {} : { dueAtMinute: Number(dueAt.slice(0, 2)) * 60 + Number(dueAt.slice(3)) }),
  };
}

function plainKeys<T>(table: Readonly<Record<string, T>>): Record<string, T> {
  return Object.fromEntries(Object.entries(table).map(([key, value]) => [plainCode(key), value]));
}
