/** On the report of a file: issuing it again, or withdrawing it. Each needs its name typed, a reason and a PIN. */

import type { BatchView } from "../../node/http/api.ts";
import { onlyCtrlEnter } from "../elements/form-keys.ts";
import { rich, t } from "../language.ts";
import { html, nothing, type TemplateResult, View } from "../lit.ts";

type Act = "reissue" | "withdraw";

const WORDS: Readonly<Record<Act, readonly [button: string, warning: string, confirm: string]>> = {
  reissue: [
    t`Issue a copy…`,
    t`The same lines come out again, in a file named -REISSUE. If both files are loaded, every loan in them is recorded twice. Do this only when the first file is lost and was never loaded.`,
    t`Issue the copy`,
  ],
  withdraw: [
    t`Withdraw it…`,
    t`It was never loaded and never will be: its lines go into the next file. If somebody loads it all the same, they are recorded twice.`,
    t`Withdraw the file`,
  ],
};

export class GuardedSection extends View {
  static override properties = { ...View.properties, batch: { attribute: false }, asked: { state: true } };
  declare batch: BatchView;
  declare asked: Act | undefined;

  protected override render(): TemplateResult | typeof nothing {
    const { state, id } = this.batch;
    const acts: readonly Act[] =
      state === "withdrawn" ? [] : state.startsWith("loaded") ? ["reissue"] : ["reissue", "withdraw"];
    if (acts.length === 0) return nothing;
    return html`<section class="sheet pad" aria-labelledby="guarded-title"><h2 id="guarded-title">${t`If the file is lost`}</h2>
      <p class="quiet">${rich`What is in ${html`<span class="code" dir="ltr">${id}</span>`} is in no other file, and a second one is not made by itself.`}</p>
      <div class="row">${acts.map((act) => html`<button type="button" class="button" data-act=${act} aria-expanded=${this.asked === act ? "true" : "false"} @click=${() => this.#ask(act)}>${WORDS[act][0]}</button>`)}</div>
      ${this.asked === undefined || !acts.includes(this.asked) ? nothing : this.#form(this.asked)}</section>`;
  }

  #form(act: Act): TemplateResult {
    const [, warning, confirm] = WORDS[act];
    return html`<form class="form" @submit=${(event: Event) => this.#act(event, act)} @keydown=${onlyCtrlEnter}>
      <div class="note stop wide"><p>${warning}</p></div>
      <div class="field"><label for="g-confirm">${t`Type ${this.batch.id} to confirm`}</label>
        <input id="g-confirm" name="g-confirm" dir="ltr" required autocomplete="off" spellcheck="false" /></div>
      <div class="field"><label for="g-reason">${t`Why? (goes into the record)`}</label>
        <input id="g-reason" name="g-reason" required minlength="3" maxlength="200" autocomplete="off" /></div>
      <div class="field"><label for="g-user">${t`Supervisor’s initials`}</label>
        <input id="g-user" name="g-user" required maxlength="20" autocomplete="off" spellcheck="false" .value=${this.model.signedIn?.user ?? ""} /></div>
      <div class="field"><label for="g-pin">${t`PIN`}</label>
        <input id="g-pin" name="g-pin" type="password" required maxlength="64" autocomplete="off" /></div>
      <div class="actions wide"><button type="button" class="button" @click=${() => this.#ask(undefined)}>${t`Leave it as it is`}</button>
        <button class="button">${confirm} <kbd>${t`Ctrl Enter`}</kbd></button></div></form>`;
  }

  #ask(act: Act | undefined): void {
    const before = this.asked;
    this.asked = act === this.asked ? undefined : act;
    const next = this.asked === undefined ? `[data-act="${before}"]` : "#g-confirm";
    setTimeout(() => this.querySelector<HTMLElement>(next)?.focus());
  }

  #act(event: Event, act: Act): void {
    event.preventDefault();
    const pin = this.querySelector<HTMLInputElement>("#g-pin")?.value ?? "";
    const proof = { user: this.field("g-user"), pin };
    const confirm = this.field("g-confirm");
    const reason = this.field("g-reason");
    (event.target as HTMLFormElement).reset();
    this.asked = undefined;
    this.send({ kind: "office-guarded", id: this.batch.id, act, confirm, reason, proof });
  }
}

customElements.define("dm-guarded", GuardedSection);
