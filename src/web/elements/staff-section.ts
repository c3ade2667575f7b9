/** Who works at the desks: list, add, new PIN, disable, unlock; for a supervisor who is signed in. */

import type { StaffView } from "../../node/http/api.ts";
import { rich, t } from "../language.ts";
import { html, nothing, type TemplateResult, View } from "../lit.ts";
import { isSupervisor } from "../store.ts";
import { onlyCtrlEnter } from "./form-keys.ts";

export class StaffSection extends View {
  static override properties = { ...View.properties, renewing: { state: true } };
  /** The user whose new PIN is being typed. */
  declare renewing: string | undefined;

  protected override render(): TemplateResult {
    const { people, outcome, state } = this.model;
    return html`<section class="sheet pad" aria-labelledby="staff-title"><h2 id="staff-title">${t`Staff`}</h2>
      ${outcome?.route === "staff" ? html`<div class="note ${outcome.isGood ? "good" : "stop"}" role="status"><p>${outcome.text}</p></div>` : nothing}
      ${
        (state?.staff.supervisors ?? 0) < 2
          ? html`<div class="note wait"><p>${rich`${html`<b>${t`Only one supervisor.`}</b>`} Add another one: somebody must be able to export when this one is away.`}</p></div>`
          : nothing
      }
      ${isSupervisor(this.model) && people !== undefined ? this.#all(people) : this.#closed()}
    </section>`;
  }

  #closed(): TemplateResult {
    return html`<p><button type="button" class="button" @click=${() => this.send({ kind: "ask-supervisor" })}>${t`Sign in to see staff`}</button></p>`;
  }

  #all(people: readonly StaffView[]): TemplateResult {
    const isOpen = this.model.state?.staff.openDesks === true;
    return html`<div class="scroll" tabindex="0" role="region" aria-label=${t`Staff`}><table>
        <caption class="hidden">${t`Staff`}</caption>
        <thead><tr><th scope="col">${t`Initials`}</th><th scope="col">${t`Role`}</th><th scope="col">${t`State`}</th><th scope="col">${t`Change`}</th></tr></thead>
        <tbody>${people.map((one) => this.#row(one))}</tbody></table></div>
      ${this.renewing === undefined ? nothing : this.#renew(this.renewing)}
      <h3>${t`Add somebody`}</h3>
      <form class="form" @submit=${this.#add} @keydown=${onlyCtrlEnter}>
        <div class="field"><label for="new-user">${t`Initials`}</label><input id="new-user" name="new-user" type="text" maxlength="20" required autocomplete="off" spellcheck="false" /></div>
        <div class="field"><label for="new-role">${t`Role`}</label><select id="new-role" name="new-role"><option value="staff">${t`Staff`}</option><option value="supervisor">${t`Supervisor`}</option></select></div>
        <div class="field"><label for="new-pin">${t`PIN (4 to 64 characters)`}</label><input id="new-pin" name="new-pin" type="password" minlength="4" maxlength="64" required autocomplete="new-password" /></div>
        <div class="actions"><button class="button">${t`Add`} <kbd>${t`Ctrl Enter`}</kbd></button></div>
      </form>
      <label class="tick"><input type="checkbox" .checked=${isOpen} @change=${this.#setOpen} /> ${t`Initials are enough to record (a supervisor's acts always need the PIN)`}</label>
      <p><button type="button" class="link" @click=${() => this.send({ kind: "renew-code" })}>${t`Make a new recovery code`}</button></p>`;
  }

  #row(one: StaffView): TemplateResult {
    const { user, role, disabled, locked } = one;
    const state = disabled ? t`disabled` : locked ? t`locked` : t`active`;
    const change = (word: string, more: object): TemplateResult => html`<button type="button" class="link"
      @click=${() => this.send({ kind: "change-user", change: { user, ...more } })}>${word}<span class="hidden"> ${user}</span></button> `;
    return html`<tr data-user=${user}><th scope="row">${user}</th><td>${role === "supervisor" ? t`Supervisor` : t`Staff`}</td>
      <td><span class="chip ${disabled || locked ? "stop" : "good"}">${state}</span></td>
      <td>${change(disabled ? t`Enable` : t`Disable`, { disabled: !disabled })}
        ${locked ? change(t`Unlock`, { unlock: true }) : nothing}
        ${change(role === "supervisor" ? t`Make staff` : t`Make supervisor`, { role: role === "supervisor" ? "staff" : "supervisor" })}
        <button type="button" class="link" @click=${() => this.#open(user)}>${t`New PIN`}<span class="hidden"> ${t`for ${user}`}</span></button></td></tr>`;
  }

  #renew(user: string): TemplateResult {
    return html`<form class="form" @submit=${this.#setPin} @keydown=${onlyCtrlEnter}>
      <div class="field"><label for="renew-pin">${t`New PIN for ${user} (4 to 64 characters)`}</label>
        <input id="renew-pin" name="renew-pin" type="password" minlength="4" maxlength="64" required autocomplete="new-password" /></div>
      <div class="actions"><button type="button" class="button" @click=${() => this.#open(undefined)}>${t`Cancel`}</button>
        <button class="button">${t`Set the PIN`} <kbd>${t`Ctrl Enter`}</kbd></button></div></form>`;
  }

  #open(user: string | undefined): void {
    this.renewing = user;
    setTimeout(() => this.querySelector<HTMLElement>("#renew-pin")?.focus());
  }

  #setPin = (event: Event): void => {
    event.preventDefault();
    if (this.renewing === undefined) return;
    const pin = this.#secret("renew-pin");
    this.send({ kind: "change-user", change: { user: this.renewing, pin } });
    this.renewing = undefined;
  };

  #add = (event: Event): void => {
    event.preventDefault();
    const role = this.field("new-role") === "supervisor" ? "supervisor" : "staff";
    const change = { user: this.field("new-user"), role, pin: this.#secret("new-pin") } as const;
    (event.target as HTMLFormElement).reset();
    this.send({ kind: "change-user", change });
  };

  #setOpen = (event: Event): void => {
    this.send({ kind: "set-open-desks", openDesks: (event.target as HTMLInputElement).checked });
  };

  /** As typed: a blank may be part of a PIN. */
  #secret(name: string): string {
    return this.querySelector<HTMLInputElement>(`[name="${name}"]`)?.value ?? "";
  }
}

customElements.define("dm-staff", StaffSection);
