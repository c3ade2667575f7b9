/** Find a patron by name, card, phone or date of birth. Enter opens a hit only when it was typed by hand. */
import type { PatronHit } from "../../node/http/api.ts";
import { type Burst, burstAfter, isScan, noBurst } from "../keys.ts";
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
      <h1 tabindex="-1">Find patron</h1>
      <form role="search" class="row" @submit=${(event: Event) => event.preventDefault()}>
        <label for="query" class="hidden">Name, card number, phone or date of birth</label>
        <input id="query" data-first class="scan-input" type="search" name="query" autocomplete="off" maxlength="100"
          placeholder="Name, card, phone or date of birth" .value=${query} @input=${this.#typed} @keydown=${this.#keydown} />
      </form>
      <p class="quiet" role="status">${this.#summary(query, hits.length, isDone)}</p>
      ${hits.length === 0 ? nothing : this.#hits(hits)}
      ${isDone ? html`<p><a class="button" href="#/register">Not found? Register <kbd>⇧F1</kbd></a></p>` : nothing}
    </div>`;
  }

  #summary(query: string, count: number, isDone: boolean): string {
    if (query === "") return "Arrows choose, Enter opens.";
    if (!isDone) return "Looking…";
    return count === 0
      ? "Nobody in our list matches."
      : `${count} ${count === 1 ? "patron" : "patrons"}${count >= 20 ? ", more may match" : ""}`;
  }

  #hits(hits: readonly PatronHit[]): TemplateResult {
    return html`<div class="sheet scroll" tabindex="0" role="region" aria-label="Patrons found"><table>
      <caption class="hidden">Patrons found</caption>
      <thead><tr><th scope="col">Name</th><th scope="col">Born</th><th scope="col">Card</th><th scope="col">Kind</th><th scope="col"><span class="hidden">Open</span></th></tr></thead>
      <tbody>${hits.map(
        (hit, index) => html`<tr class=${index === this.at ? "chosen" : ""}>
          <td><span class="title">${hit.name}</span></td><td>${hit.birthYear ?? ""}</td>
          <td class="code" dir="ltr">${barcodeToTail(hit.barcode)}</td>
          <td>${hit.category ?? ""} ${hit.known === "registered" ? html`<span class="chip info">new here</span>` : nothing}</td>
          <td class="act"><button type="button" class="button" @click=${() => this.#open(hit)}>Open<span class="hidden"> ${hit.name}</span></button></td>
        </tr>`,
      )}</tbody></table></div>`;
  }

  #open(hit: PatronHit): void {
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
      return;
    }
    if (event.key === "Escape") this.send({ kind: "go", route: "out" });
    if (event.key !== "Enter") return;
    event.preventDefault();
    const typed = (event.target as HTMLInputElement).value.trim();
    // A scanned card is looked up but not opened: the Enter was the scanner's.
    if (isScan(this.#burst) || typed !== query) {
      clearTimeout(this.#timer);
      this.send({ kind: "find", query: typed });
      return;
    }
    const hit = hits[this.at] ?? (hits.length === 1 ? hits[0] : undefined);
    if (hit !== undefined) this.#open(hit);
  };
}

customElements.define("dm-find", FindPage);
