/** The recovery code, shown once: nothing closes it but the word that it is written down. Sends `code-written`. */
import { t } from "../language.ts";
import { html, nothing, type TemplateResult, View } from "../lit.ts";

export class RecoveryCode extends View {
  protected override updated(): void {
    const dialog = this.querySelector("dialog");
    if (dialog === null || dialog.open) return;
    dialog.showModal();
    this.querySelector<HTMLElement>("#code-title")?.focus();
  }

  protected override render(): TemplateResult | typeof nothing {
    const { recoveryCode } = this.model;
    if (recoveryCode === undefined) return nothing;
    return html`<dialog class="ask" aria-labelledby="code-title" aria-describedby="code-text"
      @cancel=${(event: Event) => event.preventDefault()} @keydown=${this.#keydown}>
      <h2 id="code-title" tabindex="-1">${t`Write this recovery code down`}</h2>
      <p id="code-text">${t`It makes a new supervisor when all PINs are forgotten or locked. It is not shown again. Write it on paper, put it into a sealed envelope, and keep that away from this PC.`}</p>
      <p class="recovery" dir="ltr" data-testid="recovery-code">${recoveryCode}</p>
      <div class="actions"><button type="button" class="button" @click=${this.#look}>${t`It is written down: is this PC ready?`}</button><button type="button" class="button main" data-confirm @click=${this.#written}>${t`I have written it down`} <kbd>${t`Ctrl Enter`}</kbd></button></div>
    </dialog>`;
  }

  #written = (): void => {
    this.send({ kind: "code-written" });
  };

  #look = (): void => {
    this.#written();
    this.send({ kind: "go", route: "readiness" });
  };

  /** Neither Esc nor a scanner's Enter takes the only copy away. */
  #keydown = (event: KeyboardEvent): void => {
    if (event.key === "Escape" || event.key === "Enter") event.preventDefault();
    if (event.key === "Enter" && event.ctrlKey) this.#written();
  };
}

customElements.define("dm-recovery-code", RecoveryCode);
