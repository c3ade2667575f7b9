/** Used in the house, and lent without a barcode of its own: both are counted. */
import { keyOf } from "../desk-settings.ts";
import { rich, t } from "../language.ts";
import { html, nothing, type TemplateResult, View } from "../lit.ts";
import { readCode } from "../scan-code.ts";
import { patronToName } from "../words.ts";

/** What branches lend without cataloguing it; whatever else it is can be typed. */
/** As recorded, in every language, with what the button says. */
const TYPES = [
  ["Paperback", t`Paperback`],
  ["Magazine", t`Magazine`],
  ["Newspaper", t`Newspaper`],
  ["Leaflet", t`Leaflet`],
] as const;
const COUNT_MAX = 99;

export class InHousePage extends View {
  static override properties = {
    ...View.properties,
    tab: { state: true },
    count: { state: true },
    type: { state: true },
  };
  declare tab: "in-house" | "uncatalogued";
  declare count: number;
  declare type: string;

  constructor() {
    super();
    this.tab = "in-house";
    this.count = 1;
    this.type = TYPES[0][0];
  }

  protected override render(): TemplateResult {
    const { notice } = this.model.session;
    const tab = (
      name: InHousePage["tab"],
      word: string,
    ): TemplateResult => html`<button type="button" role="tab" id=${`tab-${name}`} aria-controls="tab-panel"
      aria-selected=${this.tab === name ? "true" : "false"} class="tab" @click=${() => this.#open(name)}>${word}</button>`;
    return html`<div class="page">
      <h1 tabindex="-1">${t`In-house and not catalogued`}</h1>
      <div class="tabs" role="tablist" aria-label=${t`Kind`}>${tab("in-house", t`Used in the house`)}${tab("uncatalogued", t`Lent without a barcode`)}</div>
      <div id="tab-panel" role="tabpanel" aria-labelledby=${`tab-${this.tab}`} class="sheet pad">${this.tab === "in-house" ? this.#inHouse() : this.#uncatalogued()}</div>
      <div class="said">${notice === undefined ? nothing : html`<p class=${notice.severity}><span>${notice.text}</span></p>`}</div>
    </div>`;
  }

  #inHouse(): TemplateResult {
    return html`<form class="form" @submit=${this.#recordUse} @keydown=${this.#keydown}>
      <div class="field wide"><label for="use-item">${t`Item barcode (scan it)`}</label>
        <input id="use-item" name="use-item" data-first type="text" dir="ltr" maxlength="200" autocomplete="off" spellcheck="false" /></div>
      ${this.#stepper()}
      <div class="actions wide"><button class="button main">${t`Record`} <kbd>${t`Enter`}</kbd></button></div></form>`;
  }

  #uncatalogued(): TemplateResult {
    const { patron } = this.model.session;
    if (patron === undefined)
      return html`<p>${t`Open a patron first: scan the card at Check out.`}</p><p><a class="button" href="#/out">${t`Check out`} <kbd>${keyOf(this.model.counter.settings, "out")}</kbd></a></p>`;
    return html`<form class="form" @submit=${this.#lend} @keydown=${this.#keydown}>
      <p class="wide">${rich`For ${html`<b>${patronToName(patron)}</b>`}`}</p>
      <div class="wide choices" role="group" aria-label=${t`Kind of item`}>${TYPES.map(
        ([name, word]) =>
          html`<button type="button" class="button" aria-pressed=${this.type === name ? "true" : "false"} @click=${() => this.#choose(name)}>${word}</button>`,
      )}</div>
      <div class="field"><label for="use-type">${t`Kind`}</label><input id="use-type" data-first type="text" maxlength="80" autocomplete="off" .value=${this.type}
        @input=${(event: Event) => this.#choose((event.target as HTMLInputElement).value)} /></div>
      ${this.#stepper()}
      <div class="actions wide"><button class="button main">${t`Lend`} <kbd>${t`Ctrl Enter`}</kbd></button></div></form>`;
  }

  #stepper(): TemplateResult {
    const set = (count: number) => () => {
      this.count = Math.max(1, Math.min(COUNT_MAX, count));
    };
    return html`<div class="field"><label for="use-count">${t`How many`}</label><div class="stepper">
      <button type="button" class="button" aria-label=${t`One less`} @click=${set(this.count - 1)}>−</button>
      <input id="use-count" type="number" min="1" max=${COUNT_MAX} .value=${String(this.count)} @change=${(event: Event) => set(Number((event.target as HTMLInputElement).value) || 1)()} />
      <button type="button" class="button" aria-label=${t`One more`} @click=${set(this.count + 1)}>+</button></div></div>`;
  }

  #open(tab: InHousePage["tab"]): void {
    this.tab = tab;
    this.count = 1;
    setTimeout(() => this.querySelector<HTMLElement>("[data-first]")?.focus());
  }

  #choose(type: string): void {
    this.type = type;
  }

  /** Enter is a scanner's, too: it records a use, which can be voided, but never a loan. */
  #keydown = (event: KeyboardEvent): void => {
    if (event.key === "Escape") this.send({ kind: "go", route: "out" });
    if (event.key !== "Enter" || event.target instanceof HTMLButtonElement) return;
    event.preventDefault();
    if (this.tab === "in-house" || event.ctrlKey) this.querySelector("form")?.requestSubmit();
    if (this.tab === "in-house" && event.ctrlKey) this.send({ kind: "go", route: "out" });
  };

  #recordUse = (event: Event): void => {
    event.preventDefault();
    const code = readCode(this.field("use-item"), { startStop: this.model.counter.settings.startStop });
    if (code.kind === "junk") this.send({ kind: "junk", text: code.text });
    if (code.kind !== "code") return;
    this.send({ kind: "order", command: { kind: "in-house-use", item: code.barcode, count: this.count } });
    (event.target as HTMLFormElement).reset();
    this.count = 1;
    this.querySelector<HTMLElement>("#use-item")?.focus();
  };

  #lend = (event: Event): void => {
    event.preventDefault();
    const { patron } = this.model.session;
    if (patron === undefined || this.type.trim() === "") return;
    const command = {
      kind: "non-catalogued",
      patron: patron.barcode,
      type: this.type.trim(),
      count: this.count,
    } as const;
    this.send({ kind: "order", command, mode: "out" });
    this.count = 1;
  };
}

customElements.define("dm-in-house", InHousePage);
