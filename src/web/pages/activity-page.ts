/** Everything that this branch recorded in the outage, newest first, with filters; a row can be voided with a reason. */
import type { TransactionRow } from "../../node/http/api.ts";
import { rowState } from "../elements/session-list.ts";
import { html, nothing, repeat, type TemplateResult, View } from "../lit.ts";
import { type ActivityFilter, rowsOf, timezoneOf } from "../store.ts";
import { ALL_KINDS, barcodeToTail, instantToShort, instantToTime, kindToWord, rowToTitle } from "../words.ts";

export class ActivityPage extends View {
  static override properties = { ...View.properties, voiding: { state: true } };
  /** The row whose voiding waits for its reason. */
  declare voiding: TransactionRow | undefined;

  protected override updated(): void {
    const dialog = this.querySelector("dialog");
    if (dialog === null || dialog.open) return;
    dialog.showModal();
    this.querySelector<HTMLElement>("#void-title")?.focus();
  }

  protected override render(): TemplateResult {
    const { filter, ids, next, isLoaded } = this.model.activity;
    const rows = rowsOf(this.model, ids);
    const desks = this.model.state?.desks.desks ?? [];
    return html`<div class="page">
      <h1 tabindex="-1">Activity</h1>
      <form class="filters" @submit=${this.#filter} @change=${this.#filter}>
        <div class="field"><label for="f-kind">Kind</label><select id="f-kind" name="kind">
          <option value="">All</option>
          ${ALL_KINDS.map((kind) => html`<option value=${kind} ?selected=${filter.kind === kind}>${kindToWord(kind)}</option>`)}
        </select></div>
        <div class="field"><label for="f-desk">Desk</label><select id="f-desk" name="desk">
          <option value="">All</option>
          ${desks.map((desk) => html`<option value=${desk.desk} ?selected=${filter.desk === desk.desk}>${desk.name}</option>`)}
        </select></div>
        <div class="field"><label for="f-patron">Library card</label><input id="f-patron" name="patron" type="text" dir="ltr" maxlength="80" autocomplete="off" .value=${filter.patron ?? ""} /></div>
        <div class="field"><label for="f-item">Item</label><input id="f-item" name="item" type="text" dir="ltr" maxlength="80" autocomplete="off" .value=${filter.item ?? ""} /></div>
      </form>
      <p class="quiet" role="status">${isLoaded ? `${rows.length}${next === undefined ? "" : " or more"} rows` : "Reading…"}</p>
      ${this.#table(rows)}
      ${next === undefined ? nothing : html`<p><button type="button" class="button" @click=${() => this.send({ kind: "more-activity" })}>Older rows</button></p>`}
      ${this.voiding === undefined ? nothing : this.#dialog(this.voiding)}
    </div>`;
  }

  #table(rows: readonly TransactionRow[]): TemplateResult {
    const zone = timezoneOf(this.model);
    const now = Date.now();
    const when = (row: TransactionRow): string => {
      const short = instantToShort(row.at, zone, now);
      const time = instantToTime(row.at, zone);
      return short === time ? time : `${short} ${time}`;
    };
    return html`<div class="sheet scroll" tabindex="0" role="region" aria-label="Activity"><table>
      <caption class="hidden">Activity, newest first</caption>
      <thead><tr><th scope="col">Time</th><th scope="col">Kind</th><th scope="col">Item</th><th scope="col">Card</th>
        <th scope="col">Desk</th><th scope="col">State</th><th scope="col"><span class="hidden">Void</span></th></tr></thead>
      <tbody>${repeat(
        rows,
        (row) => row.id,
        (
          row,
        ) => html`<tr class=${row.voided === undefined ? "" : "voided"} data-row=${row.id} data-testid="row">
          <td class="time">${when(row)}</td><td class="kind">${kindToWord(row.kind)}</td>
          <td class="what"><span class="title">${rowToTitle(row)}</span><span class="code" dir="ltr">${row.item ?? ""}</span></td>
          <td class="code" dir="ltr">${row.patron === undefined ? "" : barcodeToTail(row.patron)}</td>
          <td class="who">${row.desk.name}${row.staff === undefined ? "" : ` · ${row.staff}`}</td>
          <td class="state">${rowState(row)}${row.batch === undefined ? nothing : html`<span class="small"> in ${row.batch}</span>`}</td>
          <td class="act">${
            row.voided === undefined && row.kind !== "voiding"
              ? html`<button type="button" class="link" @click=${() => this.#ask(row)}>Void<span class="hidden"> ${row.item ?? kindToWord(row.kind)}</span></button>`
              : nothing
          }</td></tr>`,
      )}</tbody></table>${rows.length === 0 ? html`<p class="empty">No rows.</p>` : nothing}</div>`;
  }

  #dialog(row: TransactionRow): TemplateResult {
    return html`<dialog class="ask" aria-labelledby="void-title" @close=${this.#close}>
      <form @submit=${this.#void} @keydown=${this.#keydown}>
        <h2 id="void-title" tabindex="-1">Void this row?</h2>
        <p>${kindToWord(row.kind)} · ${rowToTitle(row)}. It stays in the record as voided.</p>
        <label for="void-reason" class="strong">Why? (goes into the record)</label>
        <input id="void-reason" name="void-reason" type="text" required minlength="3" maxlength="200" autocomplete="off" />
        <div class="actions"><button type="button" class="button" @click=${this.#close}>Keep it <kbd>Esc</kbd></button>
          <button class="button main">Void it <kbd>Ctrl Enter</kbd></button></div>
      </form></dialog>`;
  }

  #ask(row: TransactionRow): void {
    this.voiding = row;
  }

  #close = (): void => {
    this.voiding = undefined;
  };

  /** A scanner's Enter must not void anything. */
  #keydown = (event: KeyboardEvent): void => {
    if (event.key !== "Enter") return;
    event.preventDefault();
    if (event.ctrlKey) this.querySelector<HTMLFormElement>("dialog form")?.requestSubmit();
  };

  #void = (event: Event): void => {
    event.preventDefault();
    const reason = this.field("void-reason");
    if (this.voiding === undefined || reason === "") return;
    this.send({ kind: "void", id: this.voiding.id, reason });
    this.voiding = undefined;
  };

  #filter = (event: Event): void => {
    event.preventDefault();
    const filter: Record<string, string> = {};
    for (const name of ["kind", "desk", "patron", "item"])
      if (this.field(name) !== "") filter[name] = this.field(name);
    this.send({ kind: "filter-activity", filter: filter as ActivityFilter });
  };
}

customElements.define("dm-activity", ActivityPage);
