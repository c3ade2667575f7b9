/** Finds out what this desk's scanner does, from one test code; then what cards and items look like, from three of each. */

import { onlyCtrlEnter } from "../elements/form-keys.ts";
import { icon } from "../elements/icons.ts";
import { t } from "../language.ts";
import { html, nothing, type TemplateResult, View } from "../lit.ts";
import { readCode } from "../scan-code.ts";
import {
  type CodeRule,
  learnRule,
  overlaps,
  type Reading,
  readTest,
  type SentKey,
  TEST_CODES,
} from "../scanner-reading.ts";
import { scannerAdvice } from "../scanner-words.ts";

/** After the last key the scan is over: also of a scanner that ends with nothing. */
const QUIET_MS = 200;
const SAMPLES = 3;

type SampleKind = "patron" | "item";

export class ScannerPage extends View {
  static override properties = { ...View.properties, reading: { state: true }, samples: { state: true } };
  declare reading: Reading | undefined;
  declare samples: Readonly<Record<SampleKind, readonly string[]>>;
  #keys: SentKey[] = [];
  /** So many were looked at. */
  #scans = 0;
  #quiet: ReturnType<typeof setTimeout> | undefined;

  constructor() {
    super();
    this.samples = { patron: [], item: [] };
  }

  override disconnectedCallback(): void {
    clearTimeout(this.#quiet);
    super.disconnectedCallback();
  }

  protected override render(): TemplateResult {
    const symbology = this.model.state?.settings?.symbology ?? "code128";
    return html`<div class="page wide">
      <h1 tabindex="-1">${t`Scanner set-up`}</h1>
      <section class="sheet pad"><h2>${t`1 · Scan this code`}</h2>
        <p class="bars test-code"><img src=${`codes/test-${symbology}.svg`} alt=${t`Barcode of the test code`} /><span class="code" dir="ltr">${TEST_CODES[symbology]}</span></p>
        <p class="quiet">${t`Does the scanner not read from a screen?`} <button type="button" class="link" @click=${() => this.send({ kind: "office-sheet", sheet: "codes" })}>${t`Print the codes`}</button></p>
        <div class="field"><label for="test-scan">${t`The test code lands here`}</label>
          <input id="test-scan" name="test-scan" data-first dir="ltr" type="text" autocomplete="off" autocapitalize="off" spellcheck="false" maxlength="200" @keydown=${this.#sent} /></div>
        <div role="status" data-scans=${this.#scans}>${this.reading === undefined ? nothing : this.#read(this.reading)}</div>
      </section>
      <section class="sheet pad"><h2>${t`2 · Scan ${SAMPLES} library cards and ${SAMPLES} items`}</h2>
        <p class="quiet">${t`Nothing is recorded here. It shows whether a card can be mistaken for an item.`}</p>
        <form class="form" @keydown=${onlyCtrlEnter}>${this.#sample("patron", t`Library cards`)}${this.#sample("item", t`Items`)}</form>
        <div role="status">${this.#learned()}</div>
      </section>
      <div class="actions"><a class="button" href="#/readiness">${t`Readiness`}</a></div>
    </div>`;
  }

  #read(reading: Reading): TemplateResult {
    const lines = scannerAdvice(reading, this.model.counter.settings);
    const isFine = lines.every((line) => line.isGood);
    return html`<ul class="plain findings">${lines.map(
      ({ isGood, text }) =>
        html`<li class=${isGood ? "good" : "wait"}>${icon(isGood ? "tick" : "attention")}<span>${text}</span></li>`,
    )}</ul>
      <div class="actions">${reading.isRead ? this.#take(reading) : nothing}
        ${isFine ? html`<button type="button" class="button main" @click=${() => this.send({ kind: "note-test", test: "scanner" })}>${t`It scans: note it`}</button>` : nothing}</div>
      ${this.model.outcome?.route === "readiness" ? html`<p>${this.model.outcome.text}</p>` : nothing}`;
  }

  /** What this desk can do about it by itself. */
  #take({ around, suffix }: Reading): TemplateResult | typeof nothing {
    const { startStop, silence } = this.model.counter.settings;
    const wanted = { startStop: startStop || around === "start-stop", silence: suffix === "none" };
    if (wanted.startStop === startStop && wanted.silence === silence) return nothing;
    return html`<button type="button" class="button" @click=${() => this.send({ kind: "change-desk", change: wanted })}>${t`Set this desk to it`}</button>`;
  }

  #sent = (event: KeyboardEvent): void => {
    const { key } = event;
    if (key.length > 1 && key !== "Enter" && key !== "Tab") return;
    // Whoever walks through the page with Tab has scanned nothing.
    if (key === "Tab" && this.#keys.length === 0) return;
    if (key.length > 1 || event.ctrlKey) event.preventDefault();
    this.#keys.push({ key, ctrl: event.ctrlKey });
    clearTimeout(this.#quiet);
    this.#quiet = setTimeout(() => this.#done(), QUIET_MS);
  };

  #done(): void {
    const keys = this.#keys;
    this.#keys = [];
    // Somebody who types has pauses: that is no scan yet.
    if (keys.length < SAMPLES) return;
    this.#scans += 1;
    this.reading = readTest(keys);
    const input = this.querySelector<HTMLInputElement>("#test-scan");
    if (input !== null) input.value = "";
  }

  #sample(kind: SampleKind, word: string): TemplateResult {
    const codes = this.samples[kind];
    const onKey = (event: KeyboardEvent): void => {
      const input = event.target as HTMLInputElement;
      if (event.key !== "Enter" && (event.key !== "Tab" || input.value === "")) return;
      event.preventDefault();
      const code = readCode(input.value, { startStop: this.model.counter.settings.startStop });
      input.value = "";
      if (code.kind !== "code" || codes.includes(code.barcode)) return;
      this.samples = { ...this.samples, [kind]: [...codes, code.barcode].slice(-SAMPLES) };
    };
    return html`<div class="field"><label for=${`sample-${kind}`}>${word} ${t`(${codes.length} of ${SAMPLES})`}</label>
      <input id=${`sample-${kind}`} type="text" dir="ltr" autocomplete="off" autocapitalize="off" spellcheck="false" maxlength="80" @keydown=${onKey} /></div>`;
  }

  #learned(): TemplateResult | typeof nothing {
    const patron = learnRule(this.samples.patron);
    const item = learnRule(this.samples.item);
    if (patron === undefined && item === undefined) return nothing;
    return html`<dl class="facts">${ruleFact(t`Cards`, patron)}${ruleFact(t`Items`, item)}</dl>
      ${
        patron === undefined || item === undefined
          ? nothing
          : overlaps(patron, item)
            ? html`<p class="note wait">${t`A card and an item can look alike here. The branch’s own list decides; of codes that it doesn’t know, staff are asked.`}</p>`
            : html`<p class="note good">${t`A card can’t be mistaken for an item.`}</p>`
      }`;
  }
}

function ruleFact(word: string, rule: CodeRule | undefined): TemplateResult | typeof nothing {
  if (rule === undefined) return nothing;
  const signs = rule.isDigits ? t`digits` : t`characters`;
  const begins = rule.prefix === "" ? "" : t`, beginning with ${rule.prefix}`;
  return html`<div><dt>${word}</dt><dd>${rule.lengths.join(t` or `)} ${signs}${begins}</dd></div>`;
}

customElements.define("dm-scanner", ScannerPage);
