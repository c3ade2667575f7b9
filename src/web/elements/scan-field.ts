/**
 * The one field that everything is scanned into. It sends `scan` on Enter, Tab or a line feed, and `finish` on Enter
 * when it is empty; it is empty again before the answer comes, so that the next scan can follow at once.
 */

import { type Burst, burstAfter, isScan, noBurst, rawToBarcode } from "../keys.ts";
import { html, nothing, type PropertyValues, type TemplateResult, View } from "../lit.ts";
import type { Mode } from "../session.ts";
import { isReachable, timezoneOf } from "../store.ts";
import { dayOf, dayToText, instantToDay } from "../words.ts";

export class ScanField extends View {
  static override properties = { ...View.properties, mode: { attribute: false }, unsaved: { state: true } };
  declare mode: Mode;
  #burst: Burst = noBurst;
  #shownUnsaved: string | undefined;

  protected override updated(_changed: PropertyValues): void {
    // A scan that was not saved goes back into the field, once, so that it can't be overlooked.
    const first = this.model.session.unsaved[0];
    if (first?.id === this.#shownUnsaved) return;
    this.#shownUnsaved = first?.id;
    const input = this.querySelector("input");
    if (first !== undefined && input !== null && input.value === "") {
      input.value = first.barcode;
      input.select();
    }
  }

  protected override render(): TemplateResult {
    const isOpen = isReachable(this.model);
    return html`<form class="scan" autocomplete="off" @submit=${this.#submit}>
      <label class="hidden" for="scan">${this.#label()}</label>
      <input id="scan" class="scan-input" dir="ltr" name="code" type="text" inputmode="text" spellcheck="false"
        autocomplete="off" autocapitalize="off" maxlength="200" placeholder=${this.#label()}
        aria-describedby="said" ?readonly=${!isOpen} @keydown=${this.#keydown} @focus=${this.#closeDue} />
      ${this.mode === "out" ? this.#dueChip() : nothing}
    </form>`;
  }

  #label(): string {
    if (!isReachable(this.model)) return "Not recording";
    if (this.mode === "in") return "Scan a returned item";
    if (this.mode === "renew") return "Scan the item to renew";
    if (this.model.session.patron !== undefined) return "Scan the next item, or Enter to finish";
    return this.model.session.pending.length === 0 ? "Scan a library card" : "Scan the card for these items";
  }

  #dueChip(): TemplateResult {
    const { session, state } = this.model;
    const zone = timezoneOf(this.model);
    const chosen = session.dueDay;
    const normal = state?.defaultDue === undefined ? undefined : instantToDay(state.defaultDue, zone);
    const due = chosen === undefined ? normal : dayToText(chosen);
    const word = chosen === undefined ? "normal" : "for this patron";
    const today = dayOf(new Date().toISOString(), zone);
    return html`<details class="due ${chosen === undefined ? "" : "loud"}">
      <summary>${due === undefined ? "Due by the loan rules" : `Due ${due} · ${word}`}</summary>
      <div class="due-panel">
        <label for="due-day">Due day for this patron</label>
        <input id="due-day" type="date" min=${today} .value=${session.dueDay ?? ""} @change=${this.#chooseDue} />
        <button type="button" class="button" @click=${this.#normalDue}>Back to ${normal === undefined ? "the rules" : "normal"}</button>
      </div>
    </details>`;
  }

  /** Whoever is back at the field is done with the date: nothing may cover the rows. */
  #closeDue = (): void => {
    this.querySelector("details")?.removeAttribute("open");
  };

  #chooseDue = (event: Event): void => {
    const day = (event.target as HTMLInputElement).value;
    if (day !== "") this.send({ kind: "choose-due", day });
  };

  #normalDue = (): void => {
    this.querySelector("details")?.removeAttribute("open");
    this.send({ kind: "choose-due" });
  };

  #keydown = (event: KeyboardEvent): void => {
    this.#burst = burstAfter(this.#burst, event.key, event.timeStamp);
    const isEmpty = (event.target as HTMLInputElement).value === "";
    // Some scanners end with a Tab: with a code in the field it means "send", not "next control".
    if (event.key === "Tab" && !event.shiftKey && !isEmpty) this.#submit(event);
  };

  #submit = (event: Event): void => {
    event.preventDefault();
    const input = this.querySelector<HTMLInputElement>("#scan");
    if (input === null) return;
    const barcode = rawToBarcode(input.value);
    const atMs = event.timeStamp;
    if (barcode === "") {
      input.value = "";
      if (this.mode === "out") this.send({ kind: "finish", atMs, by: "enter" });
      return;
    }
    const source = isScan(this.#burst) ? "scan" : "typed";
    this.#burst = noBurst;
    // With no node to take it, the code stays where staff can see it.
    if (isReachable(this.model)) input.value = "";
    this.send({ kind: "scan", barcode, mode: this.mode, source, atMs });
  };
}

customElements.define("dm-scan-field", ScanField);
