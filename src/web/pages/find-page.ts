/** Find a patron by name, card, phone or date of birth. Enter opens a hit only when it was typed by hand. */

import type { PatronHit } from "../../node/http/api.ts";
import { keyOf } from "../desk-settings.ts";
import { type Burst, burstAfter, isScan, noBurst } from "../keys.ts";
import { rich, t } from "../language.ts";
import { html, nothing, type TemplateResult, View } from "../lit.ts";
import { barcodeToTail } from "../words.ts";

const TYPING_PAUSE_MS = 200;

export class FindPage extends View {
  static override properties = { ...View.properties, at: { state: true } };
  /** Highlighted hit; -1: none. */
  declare at: number;
  #burst: Burst = noBurst;
  #timer: ReturnType<typeof setTimeout> | undefined;

  constructor() {
    super();
    this.at = -1;
  }

  protected override render(): TemplateResult {
    const { query, hits, isDone } = this.model.find;
    return html`<div class="page">
      <h1 tabindex="-1">${t`Find patron`}</h1>
      <form role="search" class="row" @submit=${(event: Event) => event.preventDefault()}>
        <label for="query" class="hidden">${t`Name, card number, phone or date of birth`}</label>
        <input id="query" data-first class="scan-input" type="search" name="query" autocomplete="off" maxlength="100"
          placeholder=${t`Name, card, phone or date of birth`} .value=${query} @input=${this.#typed} @keydown=${this.#keydown} />
      </form>
      <p class="quiet" role="status">${this.#summary(query, hits.length, isDone)}</p>
      ${hits.length === 0 ? nothing : this.#hits(hits)}
      ${this.#chosen(hits)}
      ${isDone ? html`<p><a class="button" href="#/register">${t`Not found? Register`} <kbd>${keyOf(this.model.counter.settings, "register")}</kbd></a></p>` : nothing}
    </div>`;
  }

  #summary(query: string, count: number, isDone: boolean): string {
    if (query === "") return t`Arrows choose, Enter opens.`;
    if (!isDone) return t`Looking…`;
    return count === 0
      ? t`Nobody in our list matches.`
      : `${count} ${count === 1 ? t`patron` : t`patrons`}${count >= 20 ? t`, more may match` : ""}`;
  }

  #hits(hits: readonly PatronHit[]): TemplateResult {
    return html`<div class="sheet scroll" tabindex="0" role="region" aria-label=${t`Patrons found`}><table>
      <caption class="hidden">${t`Patrons found`}</caption>
      <thead><tr><th scope="col">${t`Name`}</th><th scope="col">${t`Born`}</th><th scope="col">${t`Card`}</th><th scope="col">${t`Kind`}</th><th scope="col"><span class="hidden">${t`Open`}</span></th></tr></thead>
      <tbody>${hits.map(
        (hit, index) => html`<tr class=${index === this.at ? "chosen" : ""}>
          <td><span class="title">${hit.name}</span></td><td>${hit.birthYear ?? ""}</td>
          <td class="code" dir="ltr">${barcodeToTail(hit.barcode)}</td>
          <td>${hit.category ?? ""} ${hit.known === "registered" ? html`<span class="chip info">${t`new here`}</span>` : nothing}</td>
          <td class="act"><button type="button" class="button" @click=${() => this.#open(hit)}>${t`Open`}<span class="hidden"> ${hit.name}</span></button></td>
        </tr>`,
      )}</tbody></table></div>`;
  }

  /** More of one patron only when somebody goes to their row: a list of addresses is nobody's business. */
  #chosen(hits: readonly PatronHit[]): TemplateResult | typeof nothing {
    const { peek } = this.model.counter;
    if (peek === undefined || hits[this.at]?.barcode !== peek.barcode) return nothing;
    const facts = [peek.address?.split(/[,\n]/)[0], peek.phone, peek.category].filter(
      (fact) => (fact ?? "") !== "",
    );
    return html`<div class="sheet pad" role="status"><p>${rich`${html`<b>${peek.name}</b>`} · card ${barcodeToTail(peek.barcode)}`}</p>
      <p class="quiet">${facts.length === 0 ? t`Nothing more is known.` : facts.join(" · ")}</p></div>`;
  }

  #open(hit: PatronHit): void {
    this.send({ kind: "peek" });
    this.send({ kind: "open-patron", barcode: hit.barcode });
  }

  #typed = (event: Event): void => {
    const query = (event.target as HTMLInputElement).value.trim();
    this.at = -1;
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => this.send({ kind: "find", query }), TYPING_PAUSE_MS);
  };

  #keydown = (event: KeyboardEvent): void => {
    this.#burst = burstAfter(this.#burst, event.key, event.timeStamp);
    const { hits, query } = this.model.find;
    const move = { ArrowDown: 1, ArrowUp: -1 }[event.key];
    if (move !== undefined && hits.length > 0) {
      event.preventDefault();
      this.at = Math.max(0, Math.min(hits.length - 1, this.at + move));
      this.send({ kind: "peek", barcode: hits[this.at]?.barcode ?? "" });
      return;
    }
    if (event.key === "Escape") this.send({ kind: "go", route: "out" });
    if (event.key !== "Enter") return;
    event.preventDefault();
    const typed = (event.target as HTMLInputElement).value.trim();
    // A scanned card is looked up but not opened: the Enter was the scanner's.
    if ((isScan(this.#burst) && !event.ctrlKey) || typed !== query) {
      clearTimeout(this.#timer);
      this.send({ kind: "find", query: typed });
      return;
    }
    const hit = hits[this.at] ?? (hits.length === 1 ? hits[0] : undefined);
    if (hit !== undefined) this.#open(hit);
  };
}

customElements.define("dm-find", FindPage);
