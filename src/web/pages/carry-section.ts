/**
 * On the Desks page: the scans of a PC that no network reaches, on a USB stick. Written there, taken in here; twice is the
 * same as once. The file is encrypted under the passphrase, and signed by the desk that wrote it.
 */
import { onlyCtrlEnter } from "../elements/form-keys.ts";
import { t } from "../language.ts";
import { html, type TemplateResult, View } from "../lit.ts";

const LEAST_CHARACTERS = 8;

export class CarrySection extends View {
  protected override render(): TemplateResult {
    return html`<section class="sheet pad" aria-labelledby="carry-title"><h2 id="carry-title">${t`By USB stick`}</h2>
      <p>${t`For a PC that no network reaches. There: write its scans onto a stick. At another desk: take them in. Then the other way round, so that both know it.`}</p>
      <form class="form" @submit=${this.#submit} @keydown=${onlyCtrlEnter}>
        <div class="field wide"><label for="carry-path">${t`File on the stick, with its whole path`}</label>
          <input id="carry-path" name="carry-path" dir="ltr" required maxlength="4096" autocomplete="off" spellcheck="false" /></div>
        <div class="field"><label for="carry-passphrase">${t`Passphrase (the same at both desks)`}</label>
          <input id="carry-passphrase" name="carry-passphrase" type="password" required minlength=${LEAST_CHARACTERS} maxlength="1000" autocomplete="off" /></div>
        <div class="actions wide"><button class="button" data-carry="out">${t`Write this desk’s scans`}</button>
          <button class="button" data-carry="in">${t`Take scans in`}</button></div></form>
      <p class="quiet">${t`Delete the file from the stick afterwards: it tells of patrons to whoever has the passphrase.`}</p></section>`;
  }

  #submit = (event: SubmitEvent): void => {
    event.preventDefault();
    const way = event.submitter?.dataset.carry;
    // Ctrl+Enter says neither of the two.
    if (way !== "out" && way !== "in") return;
    const secret = this.querySelector<HTMLInputElement>("#carry-passphrase");
    const passphrase = secret?.value ?? "";
    if (secret !== null) secret.value = "";
    this.send({ kind: "office-carry", way, path: this.field("carry-path"), passphrase });
  };
}

customElements.define("dm-carry", CarrySection);
