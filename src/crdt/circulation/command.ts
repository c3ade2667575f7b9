/**
 * A request to record one transaction, not yet judged: what must be in it, said so that a person or a program can
 * mend it. `decide.ts` judges what comes through here.
 */
import {
  AMOUNT_MAX,
  BARCODE_MAX,
  FIELD_NAME_MAX,
  FIELDS_MAX,
  FIELDS_TEXT_MAX,
  hasControlCharacter,
  isBarcode,
  isCode,
  isCurrency,
  isFields,
  isIdentifier,
  isInstant,
  isIntegerWithin,
  isText,
  OVERRIDES_MAX,
  TEXT_MAX,
} from "./text-rules.ts";
import type { Source, TransactionKind } from "./transaction.ts";

/** Instants are ms. */
export interface Command {
  readonly id: string;
  readonly kind: TransactionKind;
  readonly patron?: string;
  readonly item?: string;
  readonly due?: number;
  readonly note?: string;
  readonly effective?: number;
  readonly source?: Source;
  readonly fields?: Readonly<Record<string, string>>;
  readonly count?: number;
  readonly type?: string;
  /** Cents. */
  readonly amount?: number;
  readonly currency?: string;
  readonly voids?: string;
  readonly reason?: string;
  readonly overrides?: readonly {
    readonly code: string;
    readonly ref: string;
    readonly reason?: string;
    readonly acknowledged?: boolean;
    /** The supervisor who lent authority to this answer; whoever calls has checked who it is. */
    readonly by?: string;
  }[];
}

/** Why a command can't be recorded; `text` is for staff and holds no patron data. */
export interface Refused {
  readonly kind: string;
  readonly text: string;
}

/** How far ahead of this desk's time a form's time may lie before it can't be meant. */
export const EFFECTIVE_AHEAD_MS = 600_000;

/**
 * Looks at the form of a command alone, whatever it is made of. `now`: this desk's wall time, ms.
 * Gives the first thing that is wrong, or null.
 */
export function checkCommand(command: Command, now: number): Refused | null {
  const kind: unknown = command.kind;
  const fields =
    typeof kind === "string" && Object.hasOwn(FIELDS_OF, kind) ? FIELDS_OF[command.kind] : undefined;
  if (fields === undefined) {
    return invalid(`kind: expected one of ${Object.keys(FIELDS_OF).join(", ")}. Nothing was recorded.`);
  }
  if (!isUuid(command.id)) return invalid("id: expected a UUID (version 7) in small letters.");
  for (const name of fields.needs) {
    if (command[name] === undefined) return invalid(`${name}: missing; a ${command.kind} needs it.`);
  }
  for (const name of CONTENT) {
    const value: unknown = command[name];
    if (value === undefined) continue;
    if (!fields.needs.includes(name) && !fields.may.includes(name)) {
      return invalid(`${name}: a ${command.kind} has no such field.`);
    }
    const wrong = RULES[name](value);
    if (wrong !== null) return invalid(`${name}: ${wrong}`);
  }
  return checkCommon(command, now);
}

/** One text for one content, whatever the order of fields: its hash tells a retry from other content (L6). */
export function canonicalCommand(command: Command): string {
  const { overrides: _overrides, ...content } = command;
  return canonicalJson(content);
}

type ContentName = (typeof CONTENT)[number];
type Rule = (value: unknown) => string | null;

const CONTENT = [
  "patron",
  "item",
  "due",
  "note",
  "fields",
  "count",
  "type",
  "amount",
  "currency",
  "voids",
  "reason",
] as const;

interface FieldsOf {
  readonly needs: readonly ContentName[];
  readonly may: readonly ContentName[];
}

const FIELDS_OF: Readonly<Record<TransactionKind, FieldsOf>> = {
  checkout: { needs: ["patron", "item"], may: ["due", "note"] },
  renewal: { needs: ["item"], may: ["patron", "due"] },
  checkin: { needs: ["item"], may: [] },
  registration: { needs: ["patron", "fields"], may: [] },
  "in-house-use": { needs: ["item", "count"], may: [] },
  "non-catalogued": { needs: ["patron", "type", "count"], may: ["due"] },
  payment: { needs: ["patron", "amount", "currency"], may: [] },
  voiding: { needs: ["voids", "reason"], may: [] },
};

const RULES: Readonly<Record<ContentName, Rule>> = {
  patron: barcodeRule,
  item: barcodeRule,
  due: (value) => (isInstant(value) ? null : "expected a date and time up to the year 9999."),
  note: textRule,
  reason: (value) => textRule(value) ?? ((value as string).trim() === "" ? "expected a few words." : null),
  type: (value) => textRule(value) ?? ((value as string).trim() === "" ? "expected a type." : null),
  fields: (value) =>
    isFields(value)
      ? null
      : `expected up to ${FIELDS_MAX} texts of up to ${TEXT_MAX} characters (${FIELDS_TEXT_MAX} together), names up to ${FIELD_NAME_MAX}, no control characters.`,
  count: (value) => (isIntegerWithin(value, 1, 99) ? null : "expected a whole number from 1 to 99."),
  amount: (value) =>
    isIntegerWithin(value, 1, AMOUNT_MAX) ? null : `expected whole cents from 1 to ${AMOUNT_MAX}.`,
  currency: (value) => (isCurrency(value) ? null : "expected three capital letters, such as EUR."),
  voids: (value) => (isIdentifier(value) ? null : "expected the id of a transaction."),
};

function checkCommon(command: Command, now: number): Refused | null {
  const { effective, source, overrides, due } = command;
  if (effective !== undefined) {
    if (!isInstant(effective)) return invalid("effective: expected a date and time up to the year 9999.");
    if (effective > now + EFFECTIVE_AHEAD_MS) {
      return invalid("effective: expected a time that is not later than now.");
    }
  }
  if (due !== undefined && due <= (effective ?? now)) {
    return invalid("due: expected a date and time after the loan.");
  }
  if (source !== undefined && source !== "scan" && source !== "typed" && source !== "paper") {
    return invalid("source: expected scan, typed or paper.");
  }
  if (overrides === undefined) return null;
  if (!Array.isArray(overrides) || overrides.length > OVERRIDES_MAX) {
    return invalid(`overrides: expected a list of up to ${OVERRIDES_MAX}.`);
  }
  return overrides.every(isOverride)
    ? null
    : invalid("overrides: expected code and ref as they came with the question, and a short reason.");
}

function isOverride(value: unknown): boolean {
  if (typeof value !== "object" || value === null) return false;
  const { code, ref, reason, acknowledged, by } = value as Record<string, unknown>;
  if (!isCode(code) || !isIdentifier(ref)) return false;
  if (by !== undefined && !isText(by, TEXT_MAX)) return false;
  if (reason !== undefined && !isText(reason, TEXT_MAX)) return false;
  return acknowledged === undefined || typeof acknowledged === "boolean";
}

function barcodeRule(value: unknown): string | null {
  if (isBarcode(value)) return null;
  if (typeof value !== "string") return "expected a barcode.";
  if (value === "") return "empty; expected a barcode.";
  if (value.length > BARCODE_MAX) return `too long; expected a barcode of up to ${BARCODE_MAX} characters.`;
  if (hasControlCharacter(value)) return "has control characters; expected a barcode.";
  if (value.startsWith(" ") || value.endsWith(" ")) return "has a blank at one end; expected a barcode.";
  return "expected a barcode of printable ASCII characters.";
}

function textRule(value: unknown): string | null {
  if (typeof value !== "string") return "expected text.";
  if (value.length > TEXT_MAX) return `too long; expected up to ${TEXT_MAX} characters.`;
  return hasControlCharacter(value) ? "has control characters; expected text." : null;
}

const UUID = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/;

function isUuid(value: unknown): boolean {
  return typeof value === "string" && UUID.test(value);
}

function invalid(text: string): Refused {
  return { kind: "invalid", text };
}

function canonicalJson(value: unknown): string {
  if (typeof value !== "object" || value === null) return JSON.stringify(value) ?? "null";
  if (Array.isArray(value)) return `[${value.map(canonicalJson).join(",")}]`;
  const entries = Object.entries(value)
    .filter(([, each]) => each !== undefined)
    .sort(([a], [b]) => (a < b ? -1 : a > b ? 1 : 0));
  return `{${entries.map(([name, each]) => `${JSON.stringify(name)}:${canonicalJson(each)}`).join(",")}}`;
}
