/**
 * What is set for all desks of the branch, and for this desk alone: each with how it came, and who changed it and when.
 * A supervisor changes the branch's; whoever is at the desk changes the desk's.
 */

import type { SettingsView } from "../../node/http/api.ts";
import { instantToMoment } from "../banner.ts";
import { type BranchField, FIELD_GROUPS, fieldToText } from "../branch-fields.ts";
import { onlyCtrlEnter } from "../elements/form-keys.ts";
import { outcomeNote } from "../elements/outcome-note.ts";
import { rich, t } from "../language.ts";
import { html, nothing, type TemplateResult, View } from "../lit.ts";
import { timezoneOf } from "../store.ts";
import "./desk-settings-section.ts";
import "./update-section.ts";

const SPARE_CONTACTS = 2;

export class SettingsPage extends View {
  protected override render(): TemplateResult {
    const { settings } = this.model;
    return html`<div class="page wide">
      <h1 tabindex="-1">${t`Settings`}</h1>
      ${outcomeNote(this.model.outcome, "settings")}
      <dm-desk-settings .model=${this.model}></dm-desk-settings>
      ${settings === undefined ? html`<p class="quiet" role="status">${t`Reading the settings of the branch…`}</p>` : this.#branch(settings)}
      <dm-updates .model=${this.model}></dm-updates>
      <section class="sheet pad"><h2>${t`Set elsewhere`}</h2><ul class="plain">
        <li>${rich`${html`<a href="#/rules">${t`Loan rules, opening hours, barcodes, registration form`}</a>`}: they come with the patron data.`}</li>
        <li><a href="#/desks">${t`Names of desks, patron data`}</a></li>
        <li><a href="#/export">${t`Staff and PINs`}</a></li>
        <li>${t`Network, ports and folders of this PC:`} <code>deskmesh config get</code></li></ul></section>
    </div>`;
  }

  #branch(settings: SettingsView): TemplateResult {
    return html`<form class="settings" @submit=${this.#save} @keydown=${onlyCtrlEnter} novalidate>
      ${FIELD_GROUPS.map(
        ({
          title,
          fields,
        }) => html`<section class="sheet pad"><h2>${title} <span class="chip">${t`all desks`}</span></h2>
          <div class="form">${fields.map((field) => this.#field(field, settings))}</div></section>`,
      )}
      ${this.#contacts(settings)}
      <div class="actions save"><button class="button main">${t`Save for all desks`} <kbd>${t`Ctrl Enter`}</kbd></button></div>
    </form>`;
  }

  #field(field: BranchField, settings: SettingsView): TemplateResult {
    const { name, word, help, type } = field;
    const id = `set-${name}`;
    const said = html`<p class="small quiet" id=${`${id}-said`}>${help === undefined ? "" : `${help} `}${this.#changed(name, settings, fieldToText(field, settings.standard[name]))}</p>`;
    if (type === "tick")
      return html`<div class="field" data-setting=${name}><label class="tick"><input id=${id} name=${name} type="checkbox" .checked=${settings[name] === true} aria-describedby=${`${id}-said`} /> ${word}</label>${said}</div>`;
    const control =
      type === "choice"
        ? html`<select id=${id} name=${name} aria-describedby=${`${id}-said`}>${field.choices?.map(([value, text]) => html`<option value=${value} ?selected=${value === settings[name]}>${text}</option>`)}</select>`
        : html`<input id=${id} name=${name} type=${type} maxlength=${type === "text" ? (field.most ?? nothing) : nothing} min=${type === "number" ? (field.least ?? nothing) : nothing}
            max=${type === "number" ? (field.most ?? nothing) : nothing} autocomplete="off" .value=${String(settings[name])} aria-describedby=${`${id}-said`} />`;
    return html`<div class="field" data-setting=${name}><label for=${id}>${word}</label>${control}${said}</div>`;
  }

  #changed(name: string, { changed }: SettingsView, standard: string): string {
    const change = changed[name];
    if (change === undefined) return t`As it came.`;
    const when = instantToMoment(change.at, timezoneOf(this.model));
    return t`${change.by === undefined ? t`Set ${when}` : t`Set by ${change.by}, ${when}`}. It came as: ${standard}.`;
  }

  #contacts(settings: SettingsView): TemplateResult {
    const rows = [
      ...settings.contacts,
      ...Array.from({ length: SPARE_CONTACTS }, () => ({ who: "", reach: "", note: "" })),
    ].slice(0, 10);
    const input = (
      row: number,
      name: "who" | "reach" | "note",
      word: string,
      value: string,
    ): TemplateResult =>
      html`<td><input name=${`contact-${row}-${name}`} type="text" maxlength=${name === "note" ? 120 : 80} autocomplete="off" aria-label=${t`${word}, line ${row + 1}`} .value=${value} /></td>`;
    return html`<section class="sheet pad" data-setting="contacts"><h2>${t`Whom to call`} <span class="chip">${t`all desks`}</span></h2>
      <div class="scroll" tabindex="0" role="region" aria-label=${t`Whom to call`}><table class="contacts"><caption class="hidden">${t`Whom to call`}</caption>
        <thead><tr><th scope="col">${t`Who`}</th><th scope="col">${t`Number`}</th><th scope="col">${t`When, what for`}</th></tr></thead>
        <tbody>${rows.map(({ who, reach, note }, row) => html`<tr>${input(row, "who", t`Who`, who)}${input(row, "reach", t`Number`, reach)}${input(row, "note", t`When, what for`, note)}</tr>`)}</tbody></table></div>
      <p class="small quiet">${this.#changed("contacts", settings, t`nobody`)} ${t`It stands in help and on the desk card. An empty line goes.`}</p></section>`;
  }

  #save = (event: Event): void => {
    event.preventDefault();
    const { settings } = this.model;
    if (settings === undefined) return;
    const change: Record<string, unknown> = {};
    for (const field of FIELD_GROUPS.flatMap(({ fields }) => fields)) {
      const value = this.#value(field);
      if (value !== settings[field.name]) change[field.name] = value;
    }
    const contacts = this.#readContacts();
    if (JSON.stringify(contacts) !== JSON.stringify(settings.contacts)) change.contacts = contacts;
    this.send({ kind: "change-settings", change });
  };

  #value({ name, type }: BranchField): unknown {
    if (type === "tick") return this.querySelector<HTMLInputElement>(`[name="${name}"]`)?.checked === true;
    const text = this.field(name);
    // What is no number goes out as it stands: the node says what it expects.
    return type === "number" && /^\d+$/.test(text) ? Number(text) : text;
  }

  #readContacts(): readonly object[] {
    const rows = [...this.querySelectorAll(".contacts tbody tr")].map((_, row) => ({
      who: this.field(`contact-${row}-who`),
      reach: this.field(`contact-${row}-reach`),
      note: this.field(`contact-${row}-note`),
    }));
    return rows.filter(({ who, reach, note }) => `${who}${reach}${note}` !== "");
  }
}

customElements.define("dm-settings", SettingsPage);
