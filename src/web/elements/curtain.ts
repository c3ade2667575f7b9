/** Hides everything at once: nobody is at the desk. A dialog, so that nothing behind it takes a key. */
import { t } from "../language.ts";
import { html, nothing, type TemplateResult, View } from "../lit.ts";
import { curtainToText } from "../privacy.ts";
import { ignoredLine } from "./ignored-line.ts";

export class Curtain extends View {
  protected override updated(): void {
    const dialog = this.querySelector("dialog");
    if (dialog === null || dialog.open) return;
    dialog.showModal();
    this.querySelector<HTMLElement>("h2")?.focus();
  }

  protected override render(): TemplateResult | typeof nothing {
    if (!this.model.counter.isHidden) return nothing;
    return html`<dialog class="curtain" aria-labelledby="curtain-title" @cancel=${this.#show}><div>
      <h2 id="curtain-title" tabindex="-1">${t`Hidden`}</h2>
      <p>${curtainToText(this.model)}</p>
      ${ignoredLine(this.model)}
      <button type="button" class="button large" data-confirm data-safe @click=${this.#show}>${t`Show the desk`} <kbd>${t`Esc`}</kbd></button></div></dialog>`;
  }

  #show = (event: Event): void => {
    event.preventDefault();
    this.send({ kind: "show-again" });
  };
}

customElements.define("dm-curtain", Curtain);
