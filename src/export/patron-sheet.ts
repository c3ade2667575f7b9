/**
 * `<batch>-patrons.csv`: new patrons for an ILS whose circulation file carries none. They must be created first.
 * A program loads it, so it is exact CSV.
 */
import type { Registration } from "../crdt/circulation/transaction.ts";
import { type Cell, rowToCsv } from "./csv-text.ts";
import { fieldOf, otherFields } from "./form-fields.ts";

export interface PatronSheet {
  readonly columns: readonly string[];
  patronToCells(registration: Registration, registeredOn: string): readonly Cell[];
}

export function patronsHeader(sheet: PatronSheet): string {
  return rowToCsv(sheet.columns);
}

/** `registeredOn`: local day (`YYYY-MM-DD`) of the registration. */
export function patronToRow(sheet: PatronSheet, registration: Registration, registeredOn: string): string {
  return rowToCsv(sheet.patronToCells(registration, registeredOn));
}

const FORM_FIELDS = [
  "surname",
  "given_names",
  "birth_date",
  "category",
  "branch",
  "expires",
  "phone",
  "email",
  "address",
  "street1",
  "street2",
  "city",
  "state",
  "post_code",
  "country",
  "message",
] as const;
const FORM_FIELD_SET: ReadonlySet<string> = new Set(FORM_FIELDS);

/** In our own words, for an ILS that publishes no layout of its own. `other` has the form's further answers. */
export const plainPatronSheet: PatronSheet = {
  columns: ["barcode", ...FORM_FIELDS, "initial_password", "registered_on", "other"],
  patronToCells(registration, registeredOn) {
    const { fields } = registration;
    return [
      registration.patron,
      ...FORM_FIELDS.map((name) => fieldOf(fields, name)),
      registration.initialPassword,
      registeredOn,
      otherFields(fields, FORM_FIELD_SET),
    ];
  },
};

const KOHA_FIELDS: readonly (readonly [column: string, field: string])[] = [
  ["surname", "surname"],
  ["firstname", "given_names"],
  ["dateofbirth", "birth_date"],
  ["categorycode", "category"],
  ["branchcode", "branch"],
  ["dateexpiry", "expires"],
  ["phone", "phone"],
  ["email", "email"],
  ["city", "city"],
  ["state", "state"],
  ["zipcode", "post_code"],
  ["country", "country"],
];
const KOHA_FIELD_SET: ReadonlySet<string> = new Set([
  ...KOHA_FIELDS.map(([, field]) => field),
  "address",
  "street1",
  "street2",
]);

/** In the column names of Koha's patron import (Tools > Import patrons); further answers go to the patron's notes. */
export const kohaPatronSheet: PatronSheet = {
  columns: [
    "cardnumber",
    ...KOHA_FIELDS.map(([column]) => column),
    "address",
    "address2",
    "dateenrolled",
    "userid",
    "password",
    "borrowernotes",
  ],
  patronToCells(registration, registeredOn) {
    const { fields } = registration;
    const street = [fieldOf(fields, "street1"), fieldOf(fields, "address")].filter((line) => line !== "");
    const second = [...street.slice(1), fieldOf(fields, "street2")].filter((line) => line !== "");
    return [
      registration.patron,
      ...KOHA_FIELDS.map(([, field]) => fieldOf(fields, field)),
      street[0] ?? "",
      second.join(", "),
      registeredOn,
      registration.patron,
      registration.initialPassword,
      otherFields(fields, KOHA_FIELD_SET),
    ];
  },
};
