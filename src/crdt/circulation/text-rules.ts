/**
 * What may stand in a field of a transaction: one set of limits, held at the desk (`command.ts`) and again by every
 * reader of the log (`stored.ts`), so that nothing is recorded that another desk would not accept.
 */

/** Longest barcode, characters. */
export const BARCODE_MAX = 80;
/** Longest reason, note, field value, characters. */
export const TEXT_MAX = 500;
/** Most fields of a registration, and the most characters they have together: an entry holds 8 KiB (L2). */
export const FIELDS_MAX = 40;
export const FIELDS_TEXT_MAX = 3_000;
export const FIELD_NAME_MAX = 40;
export const OVERRIDES_MAX = 12;
/** Most limits that one loan is said to count for; the nearest are kept. */
export const LIMITS_MAX = 8;
/** Last instant that all exporters can write: the end of the year 9999, ms. */
export const INSTANT_MAX = 253_402_300_799_999;
/** Cents. */
export const AMOUNT_MAX = 100_000_000;

const CONTROL_OR_LONE_SURROGATE = /[\p{Cc}\p{Cs}]/u;
const IDENTIFIER = /^[0-9A-Za-z-]{1,64}$/;
const CURRENCY = /^[A-Z]{3}$/;
const CODE = /^[a-z][a-z0-9.-]{0,39}$/;

/** 1–80 printable ASCII characters, no blank at either end. */
export function isBarcode(value: unknown): value is string {
  if (typeof value !== "string" || value.length === 0 || value.length > BARCODE_MAX) return false;
  for (let i = 0; i < value.length; i++) {
    const code = value.charCodeAt(i);
    if (code < 0x20 || code > 0x7e) return false;
  }
  return value.charCodeAt(0) !== 0x20 && value.charCodeAt(value.length - 1) !== 0x20;
}

/** Up to `max` characters without control characters. */
export function isText(value: unknown, max: number): value is string {
  return typeof value === "string" && value.length <= max && !CONTROL_OR_LONE_SURROGATE.test(value);
}

export function hasControlCharacter(value: string): boolean {
  return CONTROL_OR_LONE_SURROGATE.test(value);
}

/** Ids of transactions and exceptions, as they stand in the log. */
export function isIdentifier(value: unknown): value is string {
  return typeof value === "string" && IDENTIFIER.test(value);
}

export function isIds(value: unknown): value is readonly string[] {
  return Array.isArray(value) && value.every((one) => isIdentifier(one));
}

/** Code of a question. */
export function isCode(value: unknown): value is string {
  return typeof value === "string" && CODE.test(value);
}

export function isCurrency(value: unknown): value is string {
  return typeof value === "string" && CURRENCY.test(value);
}

/** ms since 1970, up to the year 9999. */
export function isInstant(value: unknown): value is number {
  return isIntegerWithin(value, 0, INSTANT_MAX);
}

export function isIntegerWithin(value: unknown, min: number, max: number): value is number {
  return Number.isSafeInteger(value) && (value as number) >= min && (value as number) <= max;
}

/** A registration's answers: names and values bounded, one by one and together. */
export function isFields(value: unknown): value is Readonly<Record<string, string>> {
  if (typeof value !== "object" || value === null || Array.isArray(value)) return false;
  const names = Object.keys(value);
  if (names.length > FIELDS_MAX) return false;
  let total = 0;
  for (const name of names) {
    const text: unknown = (value as Record<string, unknown>)[name];
    if (name === "" || !isText(name, FIELD_NAME_MAX) || !isText(text, TEXT_MAX)) return false;
    total += name.length + text.length;
  }
  return total <= FIELDS_TEXT_MAX;
}
