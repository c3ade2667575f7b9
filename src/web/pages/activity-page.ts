/**
 * Everything that this branch recorded, newest first, with filters. Only rows in sight are drawn and more are read as
 * somebody scrolls, so that 50,000 are as quick as 50. A row opens to what happened to it; one can be voided, with a reason.
 */

import type { TransactionRow } from "../../node/http/api.ts";
import { onlyCtrlEnter } from "../elements/form-keys.ts";
import { rowState } from "../elements/session-list.ts";
import { type RowWindow, rowsInSight } from "../elements/windowed-rows.ts";
import { t } from "../language.ts";
import { html, nothing, repeat, type TemplateResult, View } from "../lit.ts";
import { type ActivityFilter, rowsOf, timezoneOf } from "../store.ts";
import {
  barcodeToTail,
  countToText,
  instantToShort,
  instantToTime,
  kindToWord,
  rowToTitle,
} from "../words.ts";
import { activityFilters, FILTER_NAMES } from "./activity-filters.ts";
import { trailDialog } from "./trail-dialog.ts";

/** As in office.css. */
const ROW_PX = 60;
const READ_AHEAD_ROWS = 100;
/** Rows are drawn anew only when so many have gone by: there are more around those in sight. */
const STEP_PX = 5 * ROW_PX;

const COLUMNS = ["time", "kind", "what", "card", "who", "state", "act"] as const;

export class ActivityPage extends View {
  static override properties = {
    ...View.properties,
    voiding: { state: true },
    opened: { state: true },
    sight: { state: true },
  };
  /** The row whose voiding waits for its reason. */
  declare voiding: TransactionRow | undefined;
  /** The row that is looked into. */
  declare opened: string | undefined;
  declare sight: { readonly scrolled: number; readonly height: number };
  #asked: string | undefined;

  constructor() {
    super();
    this.sight = { scrolled: 0, height: 800 };
  }

  protected override updated(): void {
    const { next, ids } = this.model.activity;
    const view = this.#window(ids.length);
    if (next !== undefined && next !== this.#asked && view.to + READ_AHEAD_ROWS > ids.length) {
      this.#asked = next;
      this.send({ kind: "more-activity" });
    }
    for (const spacer of this.querySelectorAll<HTMLElement>("[data-space]"))
      spacer.style.blockSize = `${spacer.dataset.space}px`;
    const dialog = this.querySelector("dialog");
    if (dialog === null || dialog.open) return;
    dialog.showModal();
    dialog.querySelector<HTMLElement>("h2")?.focus();
  }

  protected override render(): TemplateResult {
    const { filter, ids, next, isLoaded } = this.model.activity;
    const desks = this.model.state?.desks.desks ?? [];
    const opened = this.opened === undefined ? undefined : this.model.rows[this.opened];
    return html`<div class="page activity">
      <div class="head-row"><div><h1 tabindex="-1">${t`Activity`}</h1>
        <p class="quiet" role="status">${isLoaded ? `${countToText(ids.length, t`row`, t`rows`)}${next === undefined ? "" : t` or more`}` : t`Reading…`}</p></div>
        <button type="button" class="button" @click=${this.#save}>${t`Save as CSV`}</button></div>
      <form class="filters" @submit=${this.#filter} @change=${this.#filter} @keydown=${this.#enter}>${activityFilters(filter, desks)}</form>
      ${this.#table(ids)}
      ${this.voiding === undefined ? nothing : this.#dialog(this.voiding)}
      ${opened === undefined || this.voiding !== undefined ? nothing : trailDialog(opened, this.model.office.trail, timezoneOf(this.model), { close: this.#shut, remove: () => this.#ask(opened) })}
    </div>`;
  }

  #window(count: number): RowWindow {
    return rowsInSight(count, ROW_PX, this.sight.scrolled, this.sight.height);
  }

  #table(ids: readonly string[]): TemplateResult {
    const view = this.#window(ids.length);
    const rows = rowsOf(this.model, ids.slice(view.from, view.to));
    const { isLoaded } = this.model.activity;
    return html`<div class="sheet list windowed" tabindex="0" role="region" aria-label=${t`Activity`} @scroll=${this.#scroll}><table aria-rowcount=${ids.length + 1}>
      <caption class="hidden">${t`Activity, newest first`}</caption>
      <colgroup>${COLUMNS.map((name) => html`<col class=${name} />`)}</colgroup>
      <thead><tr aria-rowindex="1"><th scope="col">${t`Time`}</th><th scope="col">${t`Kind`}</th><th scope="col">${t`Item`}</th><th scope="col">${t`Card`}</th>
        <th scope="col">${t`Desk`}</th><th scope="col">${t`State`}</th><th scope="col"><span class="hidden">${t`Details`}</span></th></tr></thead>
      <tbody>${space(view.before)}${repeat(
        rows,
        (row) => row.id,
        (row, index) => this.#row(row, view.from + index),
      )}${space(view.after)}</tbody></table>
      ${isLoaded && ids.length === 0 ? html`<p class="empty">${t`No rows.`}</p>` : nothing}</div>`;
  }

  #row(row: TransactionRow, index: number): TemplateResult {
    return html`<tr class=${row.voided === undefined ? "" : "voided"} data-row=${row.id} data-testid="row" aria-rowindex=${index + 2}>
      <td class="time">${this.#when(row)}</td><td class="kind">${kindToWord(row.kind)}</td>
      <td class="what"><span class="title">${rowToTitle(row)}</span><span class="code" dir="ltr">${row.item ?? ""}</span></td>
      <td class="code" dir="ltr">${row.patron === undefined ? "" : barcodeToTail(row.patron)}</td>
      <td class="who">${row.desk.name}${row.staff === undefined ? "" : ` · ${row.staff}`}</td>
      <td class="state">${rowState(row)}${row.batch === undefined ? nothing : html`<span class="small"> ${t`in ${row.batch}`}</span>`}</td>
      <td class="act"><button type="button" class="link" @click=${() => this.#open(row.id)}>${t`Details`}<span class="hidden"> ${t`of ${row.item ?? kindToWord(row.kind)}`}</span></button></td></tr>`;
  }

  #when(row: TransactionRow): string {
    const zone = timezoneOf(this.model);
    const short = instantToShort(row.at, zone, Date.now());
    const time = instantToTime(row.at, zone);
    return short === time ? time : `${short} ${time}`;
  }

  #dialog(row: TransactionRow): TemplateResult {
    return html`<dialog class="ask" aria-labelledby="void-title" @close=${this.#keep}>
      <form @submit=${this.#void} @keydown=${onlyCtrlEnter}>
        <h2 id="void-title" tabindex="-1">${t`Void this row?`}</h2>
        <p>${t`${kindToWord(row.kind)} · ${rowToTitle(row)}. It stays in the record as voided.`}</p>
        <label for="void-reason" class="strong">${t`Why? (goes into the record)`}</label>
        <input id="void-reason" name="void-reason" type="text" required minlength="3" maxlength="200" autocomplete="off" />
        <div class="actions"><button type="button" class="button" data-safe @click=${this.#keep}>${t`Keep it`} <kbd>${t`Esc`}</kbd></button>
          <button class="button main" data-confirm>${t`Void it`} <kbd>${t`Ctrl Enter`}</kbd></button></div>
      </form></dialog>`;
  }

  #open(id: string): void {
    this.opened = id;
    this.send({ kind: "office-open-trail", id });
  }

  #shut = (): void => {
    this.opened = undefined;
    this.send({ kind: "office-open-trail" });
  };

  #ask(row: TransactionRow): void {
    this.opened = undefined;
    this.voiding = row;
  }

  #keep = (): void => {
    this.voiding = undefined;
  };

  #void = (event: Event): void => {
    event.preventDefault();
    const reason = this.field("void-reason");
    if (this.voiding === undefined || reason === "") return;
    this.send({ kind: "void", id: this.voiding.id, reason });
    this.voiding = undefined;
  };

  #scroll = (event: Event): void => {
    const { scrollTop, clientHeight } = event.currentTarget as HTMLElement;
    const scrolled = Math.floor(scrollTop / STEP_PX) * STEP_PX;
    const height = clientHeight + STEP_PX;
    if (scrolled !== this.sight.scrolled || height !== this.sight.height) this.sight = { scrolled, height };
  };

  /** In a filter Enter asks at once; it changes nothing. */
  #enter = (event: KeyboardEvent): void => {
    if (event.key === "Enter") this.#filter(event);
  };

  #filter = (event: Event): void => {
    event.preventDefault();
    this.send({ kind: "filter-activity", filter: this.#read() });
  };

  #read(): ActivityFilter {
    const filter: Record<string, string> = {};
    for (const name of FILTER_NAMES) if (this.field(name) !== "") filter[name] = this.field(name);
    return filter as ActivityFilter;
  }

  #save = (): void => {
    const query = new URLSearchParams(Object.entries(this.#read()));
    this.send({ kind: "fetch-file", path: `activity?${query}`, name: "activity.csv" });
  };
}

/** The height is set by script: the content policy forbids it in the page's text. */
function space(px: number): TemplateResult | typeof nothing {
  return px === 0
    ? nothing
    : html`<tr class="space" aria-hidden="true"><td colspan="7" data-space=${px}></td></tr>`;
}

customElements.define("dm-activity", ActivityPage);
