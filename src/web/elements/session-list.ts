/** Rows of one sitting, newest first: when, what, until when, and where it is saved. */

import type { TransactionRow } from "../../node/http/api.ts";
import { t } from "../language.ts";
import { html, nothing, repeat, type TemplateResult } from "../lit.ts";
import { coverageToText, dueToText, instantToTime, rowToTitle } from "../words.ts";

export interface ListOptions {
  readonly timezone: string;
  readonly caption: string;
  readonly hasDue: boolean;
  /** The row that was scanned once more. */
  readonly again?: string | undefined;
  /** Who had what was brought back, where somebody asked. */
  readonly hadBy?: { readonly id: string; readonly name: string } | undefined;
  readonly onVoid: (row: TransactionRow, isKey: boolean) => void;
  readonly onTitle?: (row: TransactionRow) => void;
  readonly onWho?: (row: TransactionRow) => void;
}

export function sessionList(rows: readonly TransactionRow[], options: ListOptions): TemplateResult {
  const { hasDue } = options;
  return html`<div class="sheet list" tabindex="0" role="region" aria-label=${options.caption}>
    <table>
      <caption class="hidden">${options.caption}</caption>
      <thead><tr>
        <th scope="col">${t`Time`}</th><th scope="col">${t`Item`}</th>
        ${hasDue ? html`<th scope="col">${t`Due`}</th>` : nothing}
        <th scope="col">${t`State`}</th><th scope="col"><span class="hidden">${t`Change`}</span></th>
      </tr></thead>
      <tbody>${repeat(
        rows,
        (row) => row.id,
        (row) => listRow(row, options),
      )}</tbody>
    </table>
    ${rows.length === 0 ? html`<p class="empty">${t`Nothing scanned yet.`}</p>` : nothing}
  </div>`;
}

function listRow(row: TransactionRow, options: ListOptions): TemplateResult {
  const { timezone, hasDue, again, hadBy, onVoid, onTitle, onWho } = options;
  const isLive = row.voided === undefined && row.kind !== "voiding";
  const isNameless = isLive && row.kind === "checkout" && (row.title ?? "") === "";
  const classes = [isLive ? "" : "voided", again === row.id ? "again" : ""].filter((each) => each !== "");
  const what = row.item === undefined ? "" : ` ${row.item}`;
  return html`<tr class=${classes.join(" ")} data-row=${row.id} data-testid="row" tabindex="-1"
      @keydown=${(event: KeyboardEvent) => onRowKey(event, isLive ? () => onVoid(row, true) : undefined)}>
    <td class="time">${instantToTime(row.at, timezone)}</td>
    <td class="what"><span class="title">${rowToTitle(row)}</span><span class="code" dir="ltr">${row.item ?? row.patron ?? ""}</span>
      ${hadBy?.id === row.id ? html`<span class="small">${t`Was lent to ${hadBy.name}`}</span>` : nothing}</td>
    ${hasDue ? html`<td class="until">${row.due === undefined ? "" : dueToText(row.due, timezone, Date.now())}</td>` : nothing}
    <td class="state">${rowState(row)}</td>
    <td class="act">
      ${isNameless && onTitle !== undefined ? html`<button type="button" class="link" @click=${() => onTitle(row)}>${t`Note`}<span class="hidden">${t`, add a title to${what}`}</span></button>` : nothing}
      ${isLive && onWho !== undefined && hadBy?.id !== row.id ? html`<button type="button" class="link" @click=${() => onWho(row)}>${t`Who had it`}<span class="hidden">${what}</span></button>` : nothing}
      ${isLive ? html`<button type="button" class="link" @click=${() => onVoid(row, false)}>${t`Void`}<span class="hidden">${what}</span></button>` : nothing}
    </td>
  </tr>`;
}

/** Arrows walk through the list; Delete voids, after a question; Down at its end, End and Esc go back to the field. */
function onRowKey(event: KeyboardEvent, onDelete: (() => void) | undefined): void {
  const row = event.currentTarget as HTMLElement;
  if (event.target !== row) return;
  const step = { ArrowDown: row.nextElementSibling, ArrowUp: row.previousElementSibling }[event.key];
  if (step instanceof HTMLElement) step.focus();
  else if (event.key === "ArrowDown" || event.key === "End" || event.key === "Escape") {
    document.querySelector<HTMLElement>("#scan")?.focus();
  } else if (event.key === "Delete" && onDelete !== undefined) onDelete();
  else return;
  event.preventDefault();
  event.stopPropagation();
}

/** `✓ Saved · on 2 of 3 desks` until every desk has it: then `✓✓ on 3 of 3 desks`. */
export function rowState(row: TransactionRow): TemplateResult {
  if (row.voided !== undefined) {
    return html`<span class="plain">${t`voided${row.voided.by === undefined ? "" : t` by ${row.voided.by}`}`}</span>`;
  }
  const { desks, of } = row.coverage;
  const flagged =
    row.exceptions.length === 0 ? nothing : html`<span class="chip wait">${t`to look at`}</span>`;
  if (of > 1 && desks >= of) {
    return html`<span class="good" aria-hidden="true">✓✓</span><span class="hidden">${t`Saved`}</span> ${coverageToText(row.coverage)} ${flagged}`;
  }
  return html`<span class="good">✓ <b>${t`Saved`}</b></span> · ${coverageToText(row.coverage)} ${flagged}`;
}
