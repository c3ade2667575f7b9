/** The settings of the branch as a page shows them: in groups, each with its words and its choices. */

import type { SettingsView } from "../node/http/api.ts";
import { t } from "./language.ts";

export type FieldName = Exclude<keyof SettingsView, "changed" | "contacts" | "standard">;

export interface BranchField {
  readonly name: FieldName;
  readonly word: string;
  readonly help?: string;
  /** What may be chosen, with its words; without them it is typed. */
  readonly choices?: readonly (readonly [value: string, word: string])[];
  readonly type: "text" | "number" | "tick" | "choice";
  /** Most characters, or the highest number. */
  readonly most?: number;
  readonly least?: number;
}

export interface FieldGroup {
  readonly title: string;
  readonly fields: readonly BranchField[];
}

/** As its pages call the library systems. */
export const ILS_CHOICES = [
  ["evergreen", t`Evergreen`],
  ["koha", t`Koha`],
  ["alma", t`Alma`],
  ["sierra", t`Sierra`],
  ["csv", t`Another one: a table (CSV)`],
  ["jsonl", t`Another one: JSON lines`],
] as const;

export const FIELD_GROUPS: readonly FieldGroup[] = [
  {
    title: t`Library system`,
    fields: [
      { name: "ilsName", word: t`What staff call it`, type: "text", least: 1, most: 40 },
      { name: "ilsProfile", word: t`Which one it is`, type: "choice", choices: ILS_CHOICES },
      {
        name: "helpDesk",
        word: t`Its help desk`,
        help: t`Name, number and hours in one line. It stands on slips, in help and on the desk card.`,
        type: "text",
        most: 200,
      },
      {
        name: "statisticsGroups",
        word: t`Statistics groups of the desks`,
        help: t`For Sierra’s file. One number for all desks, or one for each by its name: Desk 1=101; Desk 2=102. A number alone is for all others. Empty: 0.`,
        type: "text",
        most: 600,
      },
    ],
  },
  {
    title: t`Slip`,
    fields: [
      {
        name: "slipHeader",
        word: t`First line`,
        help: t`Empty: the branch’s name.`,
        type: "text",
        most: 120,
      },
      { name: "slipFooter", word: t`Last line`, type: "text", most: 200 },
      {
        name: "slipPatron",
        word: t`What it says of the patron`,
        type: "choice",
        choices: [
          ["card-end", t`The last digits of the card`],
          ["nothing", t`Nothing`],
          ["name", t`The name`],
        ],
      },
      { name: "slipTitles", word: t`Titles are on it`, type: "tick" },
    ],
  },
  {
    title: t`Returns and payments`,
    fields: [
      {
        name: "returnsTo",
        word: t`What comes back is put`,
        type: "choice",
        choices: [
          ["re-scan", t`into the RE-SCAN bin`],
          ["shelf", t`on the shelf`],
        ],
      },
      {
        name: "payments",
        word: t`Payments`,
        type: "choice",
        choices: [
          ["off", t`are not taken`],
          ["file", t`go into the file`],
          ["by-hand", t`are entered by hand`],
        ],
      },
      {
        name: "currency",
        word: t`Currency`,
        help: t`Three letters, such as EUR.`,
        type: "text",
        least: 3,
        most: 3,
      },
    ],
  },
  {
    title: t`Privacy and staff`,
    fields: [
      {
        name: "privacyMinutes",
        word: t`An empty desk hides its patron after (minutes)`,
        type: "number",
        least: 1,
        most: 60,
      },
      {
        name: "retentionDays",
        word: t`A loaded outage is forgotten after (days)`,
        help: t`0: the longest loan and a week.`,
        type: "number",
        least: 0,
        most: 400,
      },
      { name: "openDesks", word: t`Initials are enough to record`, type: "tick" },
    ],
  },
  {
    title: t`Sound and barcodes`,
    fields: [
      { name: "sound", word: t`Desks can be heard`, type: "tick" },
      {
        name: "symbology",
        word: t`Barcodes that are printed here`,
        type: "choice",
        choices: [
          ["code128", t`Code 128`],
          ["code39", t`Code 39`],
          ["codabar", t`Codabar`],
        ],
      },
    ],
  },
];

/** What a field holds now, as staff would say it. */
export function fieldToText(field: BranchField, value: unknown): string {
  if (field.type === "tick") return value === true ? t`yes` : t`no`;
  const chosen = field.choices?.find(([each]) => each === value)?.[1];
  return chosen ?? (value === "" ? t`empty` : String(value));
}
