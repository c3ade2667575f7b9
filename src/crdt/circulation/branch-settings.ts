/**
 * What a branch has set for all its desks: each setting with its standard value and what it may be. A value travels as
 * an entry of `branch` (`setting-fact.ts`); whatever stands there, a reader of today falls back to the standard value
 * where it doesn't know the form.
 */
import { SETTING_TEXT_MAX } from "./setting-fact.ts";
import { parseStatisticsGroups } from "./statistics-groups.ts";
import { hasControlCharacter, isCurrency, isIntegerWithin } from "./text-rules.ts";

/** Somebody to call when the ILS is gone. */
export interface Contact {
  /** A name or a function, 1–80 characters. */
  readonly who: string;
  /** Number or address, 1–80. */
  readonly reach: string;
  /** When, or what for; up to 120. */
  readonly note: string;
}

export interface SettingValues {
  /** What staff call the ILS. */
  readonly ilsName: string;
  /** The export format that the pages offer first, and whose instructions they show. */
  readonly ilsProfile: (typeof PROFILES)[number];
  /** Desks are heard unless somebody at the desk switches it off. */
  readonly sound: boolean;
  /** Above the due dates of a slip; empty: the branch's name. */
  readonly slipHeader: string;
  readonly slipFooter: string;
  /** What a slip says of the patron. */
  readonly slipPatron: (typeof SLIP_PATRONS)[number];
  readonly slipTitles: boolean;
  /** Of the ILS: name, number and hours in a line; empty: none is known. */
  readonly helpDesk: string;
  readonly contacts: readonly Contact[];
  /** Minutes until an empty desk hides its patron. */
  readonly privacyMinutes: number;
  /** Where staff put what comes back, unless a rule of the policy says more. */
  readonly returnsTo: (typeof DESTINATIONS)[number];
  /** How payments get into the ILS: in its file, or typed in by hand; `off`: none are taken. */
  readonly payments: (typeof PAYMENT_WAYS)[number];
  /** Of payments, such as EUR. */
  readonly currency: string;
  /** Of the barcodes that are printed for scanning again. */
  readonly symbology: (typeof SYMBOLOGIES)[number];
  /** Of desks, for Sierra's file: see `statistics-groups.ts`. */
  readonly statisticsGroups: string;
}

export type SettingName = keyof SettingValues;

const PROFILES = ["evergreen", "koha", "alma", "sierra", "csv", "jsonl"] as const;
const SLIP_PATRONS = ["nothing", "card-end", "name"] as const;
const DESTINATIONS = ["re-scan", "shelf"] as const;
const SYMBOLOGIES = ["code128", "code39", "codabar"] as const;
const PAYMENT_WAYS = ["off", "file", "by-hand"] as const;
const CONTACTS_MAX = 10;
const GROUPS_MAX = 600;

export interface Setting<T> {
  readonly standard: T;
  /** In words, for whoever gave something else. */
  readonly expected: string;
  /** `undefined`: not what was expected. */
  read(value: unknown): T | undefined;
}

export const branchSettings: { readonly [Name in SettingName]: Setting<SettingValues[Name]> } = {
  ilsName: line("the library system", 1, 40),
  ilsProfile: oneOf(PROFILES, "csv"),
  sound: yesOrNo(true),
  slipHeader: line("", 0, 120),
  slipFooter: line("", 0, 200),
  slipPatron: oneOf(SLIP_PATRONS, "card-end"),
  slipTitles: yesOrNo(true),
  helpDesk: line("", 0, 200),
  contacts: {
    standard: [],
    expected: `a list of at most ${CONTACTS_MAX} contacts, each with who, reach and, if need be, note, together ${SETTING_TEXT_MAX} characters`,
    read: readContacts,
  },
  privacyMinutes: {
    standard: 3,
    expected: "a whole number of minutes from 1 to 60",
    read: (value) => (isIntegerWithin(value, 1, 60) ? value : undefined),
  },
  returnsTo: oneOf(DESTINATIONS, "re-scan"),
  payments: oneOf(PAYMENT_WAYS, "off"),
  currency: {
    standard: "EUR",
    expected: "three capital letters, such as EUR",
    read: (value) => (isCurrency(value) ? value : undefined),
  },
  symbology: oneOf(SYMBOLOGIES, "code128"),
  statisticsGroups: {
    standard: "",
    expected: `a number of 1 to 5 digits for all desks, or one for each by name, such as "Desk 1=101; Desk 2=102", at most ${GROUPS_MAX} characters; empty: none`,
    read: (value) =>
      isLine(value, 0, GROUPS_MAX) && parseStatisticsGroups(value) !== null ? value : undefined,
  },
};

export const settingNames = Object.keys(branchSettings) as readonly SettingName[];

/** All settings, from what was given of them: what is missing or of another form has its standard value. */
export function readSettings(given: (name: SettingName) => unknown): SettingValues {
  return Object.fromEntries(
    settingNames.map((name) => {
      const { read, standard } = branchSettings[name];
      return [name, read(given(name)) ?? standard];
    }),
  ) as unknown as SettingValues;
}

function line(standard: string, least: number, most: number): Setting<string> {
  return {
    standard,
    expected: `a line of ${least} to ${most} characters`,
    read: (value) => (isLine(value, least, most) ? value : undefined),
  };
}

function yesOrNo(standard: boolean): Setting<boolean> {
  return {
    standard,
    expected: "true or false",
    read: (value) => (typeof value === "boolean" ? value : undefined),
  };
}

function oneOf<T extends string>(values: readonly T[], standard: T): Setting<T> {
  return {
    standard,
    expected: `one of ${values.join(", ")}`,
    read: (value) => values.find((one) => one === value),
  };
}

function readContacts(value: unknown): readonly Contact[] | undefined {
  if (!Array.isArray(value) || value.length > CONTACTS_MAX) return undefined;
  if (JSON.stringify(value).length > SETTING_TEXT_MAX) return undefined;
  const contacts: Contact[] = [];
  for (const one of value as readonly unknown[]) {
    if (typeof one !== "object" || one === null || Array.isArray(one)) return undefined;
    const { who, reach, note = "", ...more } = one as Record<string, unknown>;
    if (Object.keys(more).length > 0) return undefined;
    if (!isLine(who, 1, 80) || !isLine(reach, 1, 80) || !isLine(note, 0, 120)) return undefined;
    contacts.push({ who, reach, note });
  }
  return contacts;
}

function isLine(value: unknown, least: number, most: number): value is string {
  if (typeof value !== "string" || value.length > most || hasControlCharacter(value)) return false;
  return value.trim().length >= least;
}
