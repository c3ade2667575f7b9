/**
 * The policy of a branch: what `policy.json` of a snapshot says, and what holds where it is silent. Shapes only; the
 * node reads the file and holds it to a schema, `lending.ts` compiles it for the desk.
 */
import type { RegistrationForm } from "./registration-form.ts";

/** `hours`: to the minute; `days`: to the end of a day (weeks are days); `none`: not lent. */
export type LoanLength =
  | { readonly kind: "hours"; readonly hours: number }
  | { readonly kind: "days"; readonly days: number }
  | { readonly kind: "none" };

export interface LoanRule {
  /** Any of these, whatever their case; `*` is all. */
  readonly category: readonly string[];
  readonly itemType: readonly string[];
  readonly location: readonly string[];
  readonly length: LoanLength;
  readonly renewals: number;
  /** Days after the due date that cost nothing; shown, never reckoned with. */
  readonly graceDays: number;
  readonly hardDue?: HardDue;
  /** Minute of the day at which loans of 4 hours to 1 day are due. */
  readonly dueAtMinute?: number;
}

/** `latest`: no loan is due after that day; `always`: all are due on it. Behind it, it counts no longer. */
export interface HardDue {
  /** `YYYY-MM-DD` */
  readonly on: string;
  readonly when: "latest" | "always";
}

/** At most so many items at a time; 0: nothing at all. */
export interface Limit {
  readonly category: readonly string[];
  readonly itemType: readonly string[];
  readonly items: number;
  /** Who may lend over it all the same. */
  readonly role: OverrideRole;
}

export type OverrideRole = "staff" | "supervisor" | "nobody";

/** `ignore`: closed days count and may be due days; `skip`: only open days are counted; `push`: to the next open day. */
export type ClosedDays = "ignore" | "skip" | "push";

export type StatusRule = "lend" | "ask" | "supervisor" | "never";

export interface BlockRule {
  /** In words for staff; left out: the code as written. */
  readonly text?: string;
  readonly role: OverrideRole;
}

/** What barcodes of one kind look like; anything else is recorded with a warning. */
export interface BarcodeRule {
  readonly lengths: readonly number[];
  readonly prefixes: readonly string[];
  readonly checkDigit: boolean;
}

export interface Policy {
  /** The first that fits decides. */
  readonly loanRules: readonly LoanRule[];
  readonly limits: readonly Limit[];
  readonly closedDays: ClosedDays;
  /** An hourly loan that would pass closing time. */
  readonly hourlyPastClosing: "shorten" | "next-opening";
  /** By status, in small letters with hyphens. */
  readonly statuses: Readonly<Record<string, StatusRule>>;
  /** Staff messages and public messages by code. */
  readonly itemMessages: Readonly<Record<string, string>>;
  readonly publicMessages: Readonly<Record<string, string>>;
  /** By block code as written. */
  readonly blocks: Readonly<Record<string, BlockRule>>;
  /** Item types whose returns may be shelved; all others go to the re-scan bin. */
  readonly shelve: readonly string[];
  readonly patronBarcodes?: BarcodeRule;
  readonly itemBarcodes?: BarcodeRule;
  /** Beginnings of barcodes of an inter-library system: never recorded. */
  readonly illRanges: readonly string[];
  /** Ask when an item's barcode is the ISBN on its cover. */
  readonly isbnGuard: boolean;
  readonly ils: IlsCodes;
  /** How patrons are registered; left out: any answers are taken. */
  readonly registration?: RegistrationForm;
}

/** The words of the ILS for what its loader wants to be told. */
export interface IlsCodes {
  /** What staff call it. */
  readonly name?: string;
  /** Its code for this branch: hours and closed days are looked up by it; left out: the branch's own code. */
  readonly branch?: string;
  /** False: its file carries no due dates, and the slip says that they may change. */
  readonly keepsDueDates: boolean;
  /** Everything else that its loader wants, by name. */
  readonly codes: Readonly<Record<string, string>>;
}

/** Loans are this long where no rule fits. */
export const defaultLoanDays = 21;
export const anything = "*";

const defaultStatuses: Policy["statuses"] = {
  "": "lend",
  available: "lend",
  reshelving: "lend",
  "library-use-only": "supervisor",
  "ask-reference": "never",
};

const defaultItemMessages: Policy["itemMessages"] = {
  u: "use at library only",
  r: "restricted use",
  b: "building use only",
  s: "shared print",
};

const defaultPublicMessages: Policy["publicMessages"] = {
  "1": "1-day loan",
  "2": "2-hour loan",
  w: "1-week loan",
  r: "restricted",
  b: "use at library",
};

/** What holds without a `policy.json`. */
export const defaultPolicy: Policy = {
  loanRules: [],
  limits: [],
  closedDays: "ignore",
  hourlyPastClosing: "shorten",
  statuses: defaultStatuses,
  itemMessages: defaultItemMessages,
  publicMessages: defaultPublicMessages,
  blocks: {},
  shelve: [],
  illRanges: [],
  isbnGuard: true,
  ils: { keepsDueDates: true, codes: {} },
};

/** A loan of 7 days or less: no grace, no renewal beyond the rule, billed at once. */
export const limitedDays = 7;

export function isLimited(length: LoanLength): boolean {
  return length.kind === "hours" || (length.kind === "days" && length.days <= limitedDays);
}

/** Longest loan that a rule may give, days. */
export const longestLoanDays = 3650;

/** `21 days`, `1 week`, `2 hours`, `none`; null: not a length. */
export function parseLength(text: string): LoanLength | null {
  if (text.trim().toLowerCase() === "none") return { kind: "none" };
  const found = /^([1-9]\d{0,4}) (hour|day|week)s?$/i.exec(text.trim());
  if (found === null) return null;
  const [, digits, unit] = found;
  const count = Number(digits);
  if (unit?.toLowerCase() === "hour")
    return count <= longestLoanDays * 24 ? { kind: "hours", hours: count } : null;
  const days = unit?.toLowerCase() === "week" ? count * 7 : count;
  return days <= longestLoanDays ? { kind: "days", days } : null;
}

/** `21 days`, `1 day`, `2 hours`, `not lent` */
export function lengthToWords(length: LoanLength): string {
  if (length.kind === "none") return "not lent";
  const [count, unit] = length.kind === "hours" ? [length.hours, "hour"] : [length.days, "day"];
  return `${count} ${unit}${count === 1 ? "" : "s"}`;
}

/** As words and codes are compared: `Ask Reference`, `ask_reference` → `ask-reference`. */
export function plainCode(text: string): string {
  return text
    .trim()
    .toLowerCase()
    .replace(/[\s_]+/g, "-");
}
