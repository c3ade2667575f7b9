/** What a patron gets for a payment, and the same once more for the library: two copies, one below the other. */
import type { TransactionRow } from "../node/http/api.ts";
import { centsToText } from "./end-of-day.ts";
import { ilsOf } from "./ils.ts";
import { t } from "./language.ts";
import { html, nothing, type TemplateResult } from "./lit.ts";
import { type Model, timezoneOf } from "./store.ts";
import { barcodeToTail, instantToDay, instantToTime } from "./words.ts";

/** Of the last characters of its id: enough to find it in the list of a day. */
const NUMBER_LENGTH = 8;

export function receiptSheet(model: Model, row: TransactionRow): TemplateResult {
  return html`${[t`For the patron`, t`For the library`].map((whose) => copy(model, row, whose))}`;
}

function copy(model: Model, row: TransactionRow, whose: string): TemplateResult {
  const { state, counter } = model;
  const zone = timezoneOf(model);
  const { slipHeader = "", slipFooter = "" } = state?.settings ?? {};
  const practice = counter.isPractice
    ? html`<p class="practice">${t`PRACTICE. No payment was made.`}</p>`
    : nothing;
  const who = row.staff === undefined ? "" : ` · ${row.staff}`;
  return html`<div class="slip receipt">
    ${practice}
    <h1>${slipHeader || state?.branch?.name}</h1>
    <p><b>${t`Receipt`}</b> · ${whose}</p>
    <p>${instantToDay(row.at, zone)} ${row.at.slice(0, 4)}, ${instantToTime(row.at, zone)} · ${row.desk.name}${who}</p>
    <p>${t`Card ${barcodeToTail(row.patron ?? "")}`}</p>
    <p class="amount">${t`Paid`} <b>${centsToText(row.amount ?? 0, row.currency ?? "")}</b></p>
    <p>${t`No. ${row.id.slice(-NUMBER_LENGTH)}. It will be entered in ${ilsOf(model)} when that is back.`}</p>
    ${slipFooter === "" ? nothing : html`<p>${slipFooter}</p>`}
    ${practice}
  </div>`;
}
