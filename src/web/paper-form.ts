/** The form for when nothing works: numbered lines, typed in later as they stand. Printed while something still does. */

import type { StateView } from "../node/http/api.ts";
import { t } from "./language.ts";
import { html } from "./lit.ts";
import type { PrintJob } from "./printing.ts";

export const FORM_LINES = 22;

export function formWords(state: StateView | undefined): {
  readonly title: string;
  readonly where: string;
  readonly how: string;
  readonly columns: readonly string[];
} {
  return {
    title: t`Loans and returns on paper`,
    where: t`${state?.branch?.name ?? ""} · ${state?.desk?.name ?? ""} · Date: ____________ Sheet: ____ Initials: ________`,
    how: t`Write every digit. OUT: card and item. IN: item alone. Keep the sheet: it is typed in later, then shredded.`,
    columns: [t`No.`, t`Time`, t`Out / In`, t`Library card`, t`Item barcode`, t`Title`],
  };
}

export function paperForm(state: StateView | undefined): PrintJob {
  const { title, where, how, columns } = formWords(state);
  const lines = Array.from({ length: FORM_LINES }, (_, index) => index + 1);
  const content = html`<div class="form-sheet">
    <h1>${title}</h1>
    <p>${where}</p>
    <p>${how}</p>
    <table><thead><tr>${columns.map((column) => html`<th>${column}</th>`)}</tr></thead>
    <tbody>${lines.map((line) => html`<tr><td>${line}</td>${columns.slice(1).map(() => html`<td></td>`)}</tr>`)}</tbody></table>
  </div>`;
  return { content, paper: "page" };
}
