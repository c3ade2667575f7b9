/** The patron's slip: what they have and until when. Black on white, for a roll of 80 or 58 mm. Without a name. */

import type { TransactionRow } from "../node/http/api.ts";
import type { Slip } from "./counter.ts";
import { t } from "./language.ts";
import { html, nothing, type TemplateResult } from "./lit.ts";
import type { Model } from "./store.ts";
import { timezoneOf } from "./store.ts";
import { barcodeToTail, dueToText, instantToDay, instantToTime, patronToName, rowToTitle } from "./words.ts";

export function slipSheet(model: Model, slip: Slip): TemplateResult {
  const zone = timezoneOf(model);
  const { state, counter } = model;
  const { slipHeader = "", slipFooter = "", slipTitles = true, helpDesk = "" } = state?.settings ?? {};
  const practice = counter.isPractice
    ? html`<p class="practice">${t`PRACTICE. Not a real loan.`}</p>`
    : nothing;
  const who = patronLine(model, slip);
  return html`<div class="slip">
    ${practice}
    <h1>${slipHeader || state?.branch?.name}</h1>
    <p>${instantToDay(slip.printedAt, zone)} ${slip.printedAt.slice(0, 4)}, ${instantToTime(slip.printedAt, zone)} · ${state?.desk?.name}</p>
    ${who === "" ? nothing : html`<p>${who}</p>`}
    <ol>${slip.rows.map(
      (
        row,
      ) => html`<li>${slipTitles ? html`<b>${rowToTitle(row)}</b>` : nothing}<span class="code" dir="ltr">${row.item}</span>
        ${linesOf(row, slip, zone, Date.now()).map((line) => html`<span>${line}</span>`)}</li>`,
    )}</ol>
    <p>${slip.rows.length} ${slip.rows.length === 1 ? t`item` : t`items`}</p>
    ${slipFooter === "" ? nothing : html`<p>${slipFooter}</p>`}
    ${helpDesk === "" ? nothing : html`<p>${helpDesk}</p>`}
    ${practice}
  </div>`;
}

/** Due, with its weekday, first: after a reload only the row itself is known. */
export function linesOf(row: TransactionRow, slip: Slip, zone: string, now: number): readonly string[] {
  const lines = slip.lines[row.id];
  if (lines !== undefined && lines.length > 0) return lines;
  return row.due === undefined ? [] : [t`Due ${dueToText(row.due, zone, now)}`];
}

/** What the branch wants to have on it: nothing, the end of the card, or the name. */
function patronLine({ state }: Model, { patron }: Slip): string {
  const says = state?.settings?.slipPatron ?? "card-end";
  if (patron === undefined || says === "nothing") return "";
  return says === "name" ? patronToName(patron) : t`Card ${barcodeToTail(patron.barcode)}`;
}
