/** Rows of one sitting, newest first: when, what, until when, and where it is saved. */
import type { TransactionRow } from "../../node/http/api.ts";
import { html, nothing, repeat, type TemplateResult } from "../lit.ts";
import { coverageToText, dueToText, instantToTime, rowToTitle } from "../words.ts";

export interface ListOptions {
  readonly timezone: string;
  readonly caption: string;
  readonly hasDue: boolean;
  readonly onVoid: (row: TransactionRow) => void;
}

export function sessionList(rows: readonly TransactionRow[], options: ListOptions): TemplateResult {
  const { timezone, hasDue } = options;
  return html`<div class="sheet list" tabindex="0" role="region" aria-label=${options.caption}>
    <table>
      <caption class="hidden">${options.caption}</caption>
      <thead><tr>
        <th scope="col">Time</th><th scope="col">Item</th>
        ${hasDue ? html`<th scope="col">Due</th>` : nothing}
        <th scope="col">State</th><th scope="col"><span class="hidden">Void</span></th>
      </tr></thead>
      <tbody>${repeat(
        rows,
        (row) => row.id,
        (
          row,
        ) => html`<tr class=${row.voided === undefined ? "" : "voided"} data-row=${row.id} data-testid="row">
          <td class="time">${instantToTime(row.at, timezone)}</td>
          <td class="what"><span class="title">${rowToTitle(row)}</span><span class="code" dir="ltr">${row.item ?? row.patron ?? ""}</span></td>
          ${hasDue ? html`<td class="until">${row.due === undefined ? "" : dueToText(row.due, timezone, Date.now())}</td>` : nothing}
          <td class="state">${rowState(row)}</td>
          <td class="act">${
            row.voided === undefined && row.kind !== "voiding"
              ? html`<button type="button" class="link" @click=${() => options.onVoid(row)}>Void<span class="hidden"> ${row.item ?? ""}</span></button>`
              : nothing
          }</td>
        </tr>`,
      )}</tbody>
    </table>
    ${rows.length === 0 ? html`<p class="empty">Nothing scanned yet.</p>` : nothing}
  </div>`;
}

/** `✓ Saved · on 2 of 3 desks` until every desk has it: then `✓✓ on 3 of 3 desks`. */
export function rowState(row: TransactionRow): TemplateResult {
  if (row.voided !== undefined) {
    return html`<span class="plain">voided${row.voided.by === undefined ? "" : ` by ${row.voided.by}`}</span>`;
  }
  const { desks, of } = row.coverage;
  const flagged = row.exceptions.length === 0 ? nothing : html`<span class="chip wait">to look at</span>`;
  if (of > 1 && desks >= of) {
    return html`<span class="good" aria-hidden="true">✓✓</span><span class="hidden">Saved</span> ${coverageToText(row.coverage)} ${flagged}`;
  }
  return html`<span class="good">✓ <b>Saved</b></span> · ${coverageToText(row.coverage)} ${flagged}`;
}
