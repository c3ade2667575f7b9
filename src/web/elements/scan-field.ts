/**
 * The one field that everything is scanned into. It sends `scan` on Enter, Tab or a line feed, and `finish` on Enter
 * when it is empty; it is empty again before the answer comes, so that the next scan can follow at once.
 */

import { keyOf } from "../desk-settings.ts";
import { type Burst, burstAfter, isScan, noBurst } from "../keys.ts";
import { t } from "../language.ts";
import { html, nothing, type PropertyValues, type TemplateResult, View } from "../lit.ts";
import { readCode, type SheetCommand } from "../scan-code.ts";
import type { Mode } from "../session.ts";
import { isReachable, timezoneOf } from "../store.ts";
import { dayToText, dueToText, instantToDay } from "../words.ts";

/** A scanner without a suffix is done after so much silence. */
const SILENCE_MS = 80;

export class ScanField extends View {
  static override properties = { ...View.properties, mode: { attribute: false } };
  declare mode: Mode;
  #burst: Burst = noBurst;
  #shownUnsaved: string | undefined;
  #silence: ReturnType<typeof setTimeout> | undefined;

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
        aria-describedby="said" ?readonly=${!isOpen} @keydown=${this.#keydown} />
      ${this.mode === "out" ? this.#dueChip() : nothing}
      ${this.mode === "in" ? this.#returnChip() : nothing}
    </form>`;
  }

  #label(): string {
    if (!isReachable(this.model)) return t`Not recording`;
    if (this.mode === "in") return t`Scan a returned item`;
    if (this.mode === "renew") return t`Scan the item to renew`;
    if (this.model.session.patron !== undefined) return t`Scan the next item, or Enter to finish`;
    return this.model.session.pending.length === 0
      ? t`Scan patron card, then items`
      : t`Scan the card for these items`;
  }

  #dueChip(): TemplateResult {
    const { session, state } = this.model;
    const zone = timezoneOf(this.model);
    const { due } = session;
    const normal =
      state?.defaultDue === undefined
        ? t`by the rules (normal)`
        : t`${instantToDay(state.defaultDue, zone)} (normal)`;
    const set =
      due === undefined
        ? ""
        : due.value.length === 10
          ? dayToText(due.value)
          : dueToText(due.value, zone, Date.now());
    const scope = due?.isSticky ? t`until changed` : t`for this patron`;
    return html`<button type="button" class="chip-button ${due === undefined ? "" : "loud"}" data-testid="due-chip"
      aria-haspopup="dialog" @click=${() => this.send({ kind: "open-dialog", dialog: { kind: "due" } })}>
      ${due === undefined ? t`Due ${normal}` : t`Due ${set} · ${scope}`} <kbd>${keyOf(this.model.counter.settings, "due")}</kbd></button>`;
  }

  #returnChip(): TemplateResult {
    const { returnDay } = this.model.session;
    return html`<button type="button" class="chip-button ${returnDay === undefined ? "" : "loud"}" aria-haspopup="dialog"
      @click=${() => this.send({ kind: "open-dialog", dialog: { kind: "return-day" } })}>
      ${returnDay === undefined ? t`Counted as now` : t`Counted as ${dayToText(returnDay.day)}`}</button>`;
  }

  #keydown = (event: KeyboardEvent): void => {
    this.#burst = burstAfter(this.#burst, event.key, event.timeStamp);
    clearTimeout(this.#silence);
    const input = event.target as HTMLInputElement;
    // Some scanners end with a Tab: with a code in the field it means "send", not "next control".
    if (event.key === "Tab" && !event.shiftKey && input.value !== "") this.#submit(event);
    else if (event.key === "Escape" && input.value === "") this.#escape();
    else if (event.key === "Escape") input.value = "";
    else if (event.key === "ArrowUp" && input.value === "") {
      document.querySelector<HTMLElement>(".list [data-row]")?.focus();
      event.preventDefault();
    }
    if (this.model.counter.settings.silence && isScan(this.#burst)) {
      this.#silence = setTimeout(() => this.#submit(event), SILENCE_MS);
    }
  };

  /** What was recorded stays; what is cleared is only what is in sight. */
  #escape(): void {
    if (this.mode === "in" && this.model.session.returnDay !== undefined)
      this.send({ kind: "set-return-day" });
    else if (this.mode === "out") this.send({ kind: "finish", atMs: 0, by: "button" });
    else this.send({ kind: "clear-list", mode: this.mode });
  }

  #submit = (event: Event): void => {
    event.preventDefault();
    clearTimeout(this.#silence);
    const input = this.querySelector<HTMLInputElement>("#scan");
    if (input === null) return;
    const { startStop } = this.model.counter.settings;
    const code = readCode(input.value, { startStop });
    const atMs = event.timeStamp;
    // With no node to take it, the code stays where staff can see it.
    if (isReachable(this.model) || code.kind === "empty") input.value = "";
    const { text } = this.#burst;
    const source = isScan(this.#burst) ? "scan" : "typed";
    this.#burst = noBurst;
    if (code.kind === "empty" && text !== "" && !isReachable(this.model)) {
      // The field takes nothing now: what was scanned into it must not pass in silence.
      this.send({ kind: "scan", barcode: text, mode: this.mode, source, atMs });
      return;
    }
    switch (code.kind) {
      case "empty":
        if (this.mode !== "in") this.send({ kind: "finish", atMs, by: "enter" });
        return;
      case "command":
        this.#command(code.command, atMs);
        return;
      case "junk":
        this.send({ kind: "junk", text: code.text });
        return;
      case "code":
        this.send({ kind: "scan", barcode: code.barcode, mode: this.mode, source, atMs });
    }
  };

  #command(command: SheetCommand, atMs: number): void {
    if (command === "void") this.send({ kind: "void-last", mode: this.mode });
    else if (command === "finish") this.send({ kind: "finish", atMs, by: "button" });
    else if (command === "print") this.send({ kind: "act", action: "print", atMs });
    else this.send({ kind: "go", route: command });
  }
}

customElements.define("dm-scan-field", ScanField);
