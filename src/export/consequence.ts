/**
 * What each ILS will do with an exception once the file is loaded, by what was decided: for staff, before they decide. By
 * the systems' own sources or the vendors' pages (see the formats); Sierra's was never tried with a real system.
 */
import type { ExceptionKind } from "../crdt/circulation/exceptions.ts";
import type { Decision } from "../crdt/circulation/transaction.ts";
import type { Format } from "./batch.ts";

type Loader = Exclude<Format, "csv" | "jsonl">;
type Words = Readonly<Record<Loader, string>>;

const names: Words = { evergreen: "Evergreen", koha: "Koha", alma: "Alma", sierra: "Sierra" };

function same(text: (name: string) => string): Words {
  return {
    evergreen: text(names.evergreen),
    koha: text(names.koha),
    alma: text(names.alma),
    sierra: text(names.sierra),
  };
}

const unknownItem: Words = {
  evergreen: "Evergreen lists the line as an error of the session (no such copy) and loads the rest.",
  koha: "Koha refuses the line (“Barcode not found”) and deletes it: note it at once.",
  alma: "Alma skips the line and names it in the job's report.",
  sierra: "Sierra lists the line as an error when the file is processed.",
};

const unknownPatron: Words = {
  evergreen: "Evergreen lists the line as an error of the session (no such card) and loads the rest.",
  koha: "Koha refuses the line (“Borrower not found”) and deletes it: note it at once.",
  alma: "Alma skips the line and names it in the job's report.",
  sierra: "Sierra lists the line as an error when the file is processed.",
};

const notOnLoan: Words = {
  evergreen: "Evergreen checks the item in all the same; with nothing to change it says so for that line.",
  koha: "Koha refuses the line (“Item not issued”): nothing has to be done.",
  alma: "Alma scans the item in, and sends it on where somebody waits for it.",
  sierra: "Sierra lists the line as an error when the file is processed: nothing has to be done.",
};

const secondLoan: Words = {
  evergreen:
    "Evergreen lends the item to the first patron, and lists the second loan as an error of the session (the item is still out).",
  koha: "Koha returns the item for the first patron and lends it to the second: the first is free of it, though they may have it.",
  alma: "Alma stops at the second loan (on loan by another patron) and names it in the job's report, unless that block is handled automatically.",
  sierra: "Sierra lists the second loan as an error when the file is processed.",
};

const renewals: Words = {
  evergreen: "Evergreen renews for whoever has the item there, or lists the line as an error of the session.",
  koha: "Koha's file has no renewals: it is written as a loan, which takes the item from whoever has it there.",
  alma: "Alma's file has no renewals: it is written as a loan, and stops where another patron has the item.",
  sierra: "Sierra's file writes it as a loan: it is listed as an error where another patron has the item.",
};

const registrations: Words = {
  evergreen:
    "Evergreen creates the first patron with this card, and refuses the second as a user that exists.",
  koha: "New patrons are created by hand from the patron sheet: Koha takes one card number once.",
  alma: "New patrons are created by hand from the patron sheet: Alma takes one identifier once.",
  sierra:
    "New patrons are created by hand from the patron sheet before the file is loaded: Sierra takes one barcode once.",
};

const blocks: Words = {
  evergreen:
    "Evergreen lends all the same where the account may override (CIRC_PERMIT_OVERRIDE), or lists the line as an error.",
  koha: "Koha's offline loading asks about no block and no limit: the loan is made.",
  alma: "Alma applies its own blocks: lines that they stop are named in the job's report.",
  sierra: "Sierra applies its own blocks: lines that they stop are listed as errors.",
};

const dates: Words = {
  evergreen: "Evergreen takes the date of the file where the account may (CIRC_OVERRIDE_DUE_DATE).",
  koha: "Koha sets the date by its own rules: the date that was promised is in the due-date sheet, to be set by hand.",
  alma: "Alma sets the date by its own rules: the date that was promised is in the due-date sheet, to be set by hand.",
  sierra: "Sierra takes the date of the file.",
};

const inOrder = same(
  (name) => `${name} gets the lines in the order in which they happened, with corrected times.`,
);
const once = same((name) => `${name} gets it once.`);
const alreadyThere = same(
  (name) => `${name} has it already: what was loaded stays until somebody corrects it there.`,
);
const older = same((name) => `${name} would take it for newer than what was loaded before, and undo that.`);

const kept: Readonly<Record<ExceptionKind, Words>> = {
  "double-loan": secondLoan,
  "loan-after-void": renewals,
  "renewal-without-loan": renewals,
  "renewal-of-other": renewals,
  "checkin-without-loan": notOnLoan,
  "duplicate-registration": registrations,
  "over-limit": blocks,
  "unknown-patron": unknownPatron,
  "unknown-item": unknownItem,
  "failed-check-digit": unknownItem,
  isbn: unknownItem,
  "out-of-range": unknownItem,
  "hold-at-checkin": {
    evergreen:
      "Evergreen captures the item for the first hold at the time of loading: scan it again to see where it goes.",
    koha: "Koha's offline return tells nobody of the hold: check the item in again.",
    alma: "Alma puts it on its way to the hold shelf: scan it in again to print the slip.",
    sierra: "Sierra tells of the hold when the item is checked in again.",
  },
  "card-as-item": unknownItem,
  "override-used": blocks,
  "date-promised": dates,
  "twin-desk": inOrder,
  repeat: once,
  clock: inOrder,
  "two-contents": same((name) => `${name} gets the first of the two alone.`),
  "void-after-export": alreadyThere,
  overtaken: older,
  "retired-desk": same((name) => `${name} never hears of it.`),
};

const decided: Readonly<Partial<Record<Decision, (name: string) => string>>> = {
  void: (name) => `It is left out of the file: ${name} never hears of it.`,
  correct: (name) => `${name} gets it with the right barcode.`,
  "leave-out": (name) => `It is left out of the file: ${name} never hears of it.`,
  "by-hand": (name) => `It is left out of the file: somebody does it in ${name} by hand.`,
  accept: (name) => `${name} gets it, with all else of that desk.`,
};

/** Undefined: the format is for people and loads nothing. */
export function consequenceOf(kind: ExceptionKind, decision: Decision, format: Format): string | undefined {
  if (format === "csv" || format === "jsonl") return undefined;
  // What a file carried already can't be left out of it.
  if (kind === "void-after-export") return kept[kind][format];
  return decided[decision]?.(names[format]) ?? kept[kind][format];
}
