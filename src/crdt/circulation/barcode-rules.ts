/** What is wrong with a barcode that nobody knows, by the branch's rules. A known barcode is right by itself. */
import type { BarcodeRule, Policy } from "./policy.ts";
import type { BarcodeFault } from "./transaction.ts";

export function findBarcodeFault(
  barcode: string,
  kind: "patron" | "item",
  policy: Policy,
): BarcodeFault | undefined {
  if (kind === "item" && policy.isbnGuard && isIsbn(barcode)) return "isbn";
  const rule = kind === "item" ? policy.itemBarcodes : policy.patronBarcodes;
  if (rule === undefined) return undefined;
  if (!isWithin(barcode, rule)) return "out-of-range";
  return rule.checkDigit && !hasRightCheckDigit(barcode) ? "check-digit" : undefined;
}

/** Of an inter-library system: its items are never recorded here. */
export function isInterlibrary(barcode: string, policy: Policy): boolean {
  return policy.illRanges.some((start) => barcode.startsWith(start));
}

/** Mod 10 with every second digit doubled, the check digit last: 30234000517861. */
export function hasRightCheckDigit(barcode: string): boolean {
  if (!/^\d{2,}$/.test(barcode)) return false;
  let sum = 0;
  for (let at = 0; at < barcode.length; at++) {
    const digit = barcode.charCodeAt(barcode.length - 1 - at) - 48;
    const value = at % 2 === 0 ? digit : digit * 2;
    sum += value > 9 ? value - 9 : value;
  }
  return sum % 10 === 0;
}

/** The EAN of a book: 978 or 979, thirteen digits, the last of them right. */
export function isIsbn(barcode: string): boolean {
  if (!/^97[89]\d{10}$/.test(barcode)) return false;
  let sum = 0;
  for (let at = 0; at < 13; at++) sum += (barcode.charCodeAt(at) - 48) * (at % 2 === 0 ? 1 : 3);
  return sum % 10 === 0;
}

function isWithin(barcode: string, { lengths, prefixes }: BarcodeRule): boolean {
  const isLong = lengths.length === 0 || lengths.includes(barcode.length);
  return isLong && (prefixes.length === 0 || prefixes.some((start) => barcode.startsWith(start)));
}
