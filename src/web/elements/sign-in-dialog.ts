/**
 * Who is at this desk? Initials (typed, or a scanned staff card) and a PIN. The Enter at the end of a scan goes on to
 * the PIN and never signs anybody in. Sends `sign-in`, `cancel-sign-in` or `recover`.
 */

import { type Burst, burstAfter, isBarcodeShaped, isScan, noBurst } from "../keys.ts";
import { t } from "../language.ts";
import { html, nothing, type TemplateResult, View } from "../lit.ts";
import type { SignInAsk } from "../signing.ts";

export class SignInDialog extends View {
  static override properties = {
    ...View.properties,
    isRecovering: { state: true },
    wasScan: { state: true },
  };
  declare isRecovering: boolean;
  /** What came into the PIN was a scan, and is gone from it. */
  declare wasScan: boolean;
  #burst: Burst = noBurst;

  protected override willUpdate(): void {
    if (this.model.signIn !== undefined) return;
    this.isRecovering = false;
    this.wasScan = false;
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
    return html`<dialog data-form class="ask" aria-labelledby="sign-title" @cancel=${this.#cancel}>
      <h2 id="sign-title" tabindex="-1">${isSupervisor ? t`A supervisor must sign in` : t`Who is at this desk?`}</h2>
      ${this.isRecovering ? this.#recovery(ask) : this.#form(ask, mayDoWithout)}
    </dialog>`;
  }

  #form(ask: SignInAsk, mayDoWithout: boolean): TemplateResult {
    return html`<form @submit=${this.#submit} @keydown=${(event: KeyboardEvent) => this.#keydown(event, mayDoWithout)}>
      <p class="quiet">${mayDoWithout ? t`Your initials are enough to record. With your PIN you are signed in.` : t`Initials and PIN, as your supervisor gave them to you.`}</p>
      <label for="sign-user" class="strong">${t`Initials (or scan your staff card)`}</label>
      <input id="sign-user" name="sign-user" type="text" maxlength="20" required autocomplete="off" autocapitalize="off" spellcheck="false" />
      <label for="sign-pin" class="strong">${t`PIN${mayDoWithout ? t` (may be left out)` : ""}`}</label>
      <input id="sign-pin" name="sign-pin" type="password" maxlength="64" autocomplete="off" ?required=${!mayDoWithout} />
      <p class="ignored" role="alert">${this.wasScan ? t`That came as fast as a scan, so it was not tried. Type the PIN.` : (ask.error ?? "")}</p>
      <div class="actions">
        ${ask.needs === "supervisor" ? html`<button type="button" class="link" @click=${this.#toRecovery}>${t`Use the recovery code`}</button><span class="grow"></span>` : nothing}
        <button type="button" class="button" @click=${this.#cancel}>${t`Cancel`} <kbd>${t`Esc`}</kbd></button>
        <button class="button main">${mayDoWithout ? t`Go on` : t`Sign in`} <kbd>${t`Ctrl Enter`}</kbd></button>
      </div></form>`;
  }

  #recovery(ask: SignInAsk): TemplateResult {
    const { outcome } = this.model;
    const error = outcome?.route === "staff" && !outcome.isGood ? outcome.text : (ask.error ?? "");
    return html`<form @submit=${this.#recover} @keydown=${onlyCtrlEnter}>
      <p class="quiet">${t`The sealed code of this branch makes a supervisor, and is then used up: you get a new one.`}</p>
      <label for="sign-code" class="strong">${t`Recovery code`}</label>
      <input id="sign-code" name="sign-code" type="text" dir="ltr" maxlength="60" required autocomplete="off" spellcheck="false" />
      <label for="sign-new" class="strong">${t`Initials of the supervisor`}</label>
      <input id="sign-new" name="sign-new" type="text" maxlength="20" required autocomplete="off" spellcheck="false" />
      <label for="sign-new-pin" class="strong">${t`New PIN (4 to 64 characters)`}</label>
      <input id="sign-new-pin" name="sign-new-pin" type="password" minlength="4" maxlength="64" required autocomplete="new-password" />
      <p class="ignored" role="alert">${error}</p>
      <div class="actions"><button type="button" class="button" @click=${this.#cancel}>${t`Cancel`} <kbd>${t`Esc`}</kbd></button>
        <button class="button main">${t`Make this supervisor`} <kbd>${t`Ctrl Enter`}</kbd></button></div></form>`;
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
    if (!isUser && wasScanned && !event.ctrlKey) {
      // A book, scanned while the PIN was asked for: no try of a PIN.
      (event.target as HTMLInputElement).value = "";
      this.wasScan = true;
      return;
    }
    // Nobody's initials look like a barcode: that is a card, or a book, and wants a PIN.
    const isCode = wasScanned || isBarcodeShaped(this.field("sign-user"));
    if (event.ctrlKey || !isUser || (mayDoWithout && !isCode)) form.requestSubmit();
    else this.querySelector<HTMLElement>("#sign-pin")?.focus();
  }

  #submit = (event: Event): void => {
    event.preventDefault();
    const pin = this.querySelector<HTMLInputElement>("#sign-pin");
    const user = this.field("sign-user");
    if (pin === null || user === "") return;
    const given = pin.value;
    pin.value = "";
    this.wasScan = false;
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
