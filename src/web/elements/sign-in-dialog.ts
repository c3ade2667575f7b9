/**
 * Who is at this desk? Initials (typed, or a scanned staff card) and a PIN. The Enter at the end of a scan goes on to
 * the PIN and never signs anybody in. Sends `sign-in`, `cancel-sign-in` or `recover`.
 */
import { type Burst, burstAfter, isScan, noBurst } from "../keys.ts";
import { html, nothing, type TemplateResult, View } from "../lit.ts";
import type { SignInAsk } from "../signing.ts";

export class SignInDialog extends View {
  static override properties = { ...View.properties, isRecovering: { state: true } };
  declare isRecovering: boolean;
  #burst: Burst = noBurst;

  protected override willUpdate(): void {
    if (this.model.signIn === undefined) this.isRecovering = false;
  }

  protected override updated(): void {
    const dialog = this.querySelector("dialog");
    if (dialog === null || dialog.open) return;
    dialog.showModal();
    this.querySelector<HTMLElement>("#sign-user")?.focus();
  }

  protected override render(): TemplateResult | typeof nothing {
    const ask = this.model.signIn;
    if (ask === undefined) return nothing;
    const isSupervisor = ask.needs === "supervisor";
    const mayDoWithout = !isSupervisor && this.model.state?.staff.openDesks === true;
    return html`<dialog class="ask" aria-labelledby="sign-title" @cancel=${this.#cancel}>
      <h2 id="sign-title" tabindex="-1">${isSupervisor ? "A supervisor must sign in" : "Who is at this desk?"}</h2>
      ${this.isRecovering ? this.#recovery(ask) : this.#form(ask, mayDoWithout)}
    </dialog>`;
  }

  #form(ask: SignInAsk, mayDoWithout: boolean): TemplateResult {
    return html`<form @submit=${this.#submit} @keydown=${(event: KeyboardEvent) => this.#keydown(event, mayDoWithout)}>
      <p class="quiet">${mayDoWithout ? "Your initials are enough to record. With your PIN you are signed in." : "Initials and PIN, as your supervisor gave them to you."}</p>
      <label for="sign-user" class="strong">Initials (or scan your staff card)</label>
      <input id="sign-user" name="sign-user" type="text" maxlength="20" required autocomplete="off" autocapitalize="off" spellcheck="false" />
      <label for="sign-pin" class="strong">PIN${mayDoWithout ? " (may be left out)" : ""}</label>
      <input id="sign-pin" name="sign-pin" type="password" maxlength="64" autocomplete="off" ?required=${!mayDoWithout} />
      <p class="ignored" role="alert">${ask.error ?? ""}</p>
      <div class="actions">
        ${ask.needs === "supervisor" ? html`<button type="button" class="link" @click=${this.#toRecovery}>Use the recovery code</button><span class="grow"></span>` : nothing}
        <button type="button" class="button" @click=${this.#cancel}>Cancel <kbd>Esc</kbd></button>
        <button class="button main">${mayDoWithout ? "Go on" : "Sign in"} <kbd>Ctrl Enter</kbd></button>
      </div></form>`;
  }

  #recovery(ask: SignInAsk): TemplateResult {
    const { outcome } = this.model;
    const error = outcome?.route === "staff" && !outcome.isGood ? outcome.text : (ask.error ?? "");
    return html`<form @submit=${this.#recover} @keydown=${onlyCtrlEnter}>
      <p class="quiet">The sealed code of this branch makes a supervisor, and is then used up: you get a new one.</p>
      <label for="sign-code" class="strong">Recovery code</label>
      <input id="sign-code" name="sign-code" type="text" dir="ltr" maxlength="60" required autocomplete="off" spellcheck="false" />
      <label for="sign-new" class="strong">Initials of the supervisor</label>
      <input id="sign-new" name="sign-new" type="text" maxlength="20" required autocomplete="off" spellcheck="false" />
      <label for="sign-new-pin" class="strong">New PIN (4 to 64 characters)</label>
      <input id="sign-new-pin" name="sign-new-pin" type="password" minlength="4" maxlength="64" required autocomplete="new-password" />
      <p class="ignored" role="alert">${error}</p>
      <div class="actions"><button type="button" class="button" @click=${this.#cancel}>Cancel <kbd>Esc</kbd></button>
        <button class="button main">Make this supervisor <kbd>Ctrl Enter</kbd></button></div></form>`;
  }

  #toRecovery = (): void => {
    this.isRecovering = true;
  };

  #cancel = (event: Event): void => {
    event.preventDefault();
    this.send({ kind: "cancel-sign-in" });
  };

  #keydown(event: KeyboardEvent, mayDoWithout: boolean): void {
    this.#burst = burstAfter(this.#burst, event.key, event.timeStamp);
    if (event.key !== "Enter" || event.target instanceof HTMLButtonElement) return;
    event.preventDefault();
    const form = event.currentTarget as HTMLFormElement;
    const isUser = (event.target as HTMLElement).id === "sign-user";
    const wasScanned = isScan(this.#burst);
    this.#burst = noBurst;
    if (event.ctrlKey || !isUser || (mayDoWithout && !wasScanned)) form.requestSubmit();
    else this.querySelector<HTMLElement>("#sign-pin")?.focus();
  }

  #submit = (event: Event): void => {
    event.preventDefault();
    const pin = this.querySelector<HTMLInputElement>("#sign-pin");
    const user = this.field("sign-user");
    if (pin === null || user === "") return;
    const given = pin.value;
    pin.value = "";
    this.send({ kind: "sign-in", user, pin: given });
  };

  #recover = (event: Event): void => {
    event.preventDefault();
    const pin = this.querySelector<HTMLInputElement>("#sign-new-pin")?.value ?? "";
    this.send({ kind: "recover", code: this.field("sign-code"), user: this.field("sign-new"), pin });
  };
}

function onlyCtrlEnter(event: KeyboardEvent): void {
  if (event.key !== "Enter" || event.target instanceof HTMLButtonElement) return;
  event.preventDefault();
  if (event.ctrlKey) (event.currentTarget as HTMLFormElement).requestSubmit();
}

customElements.define("dm-sign-in", SignInDialog);
