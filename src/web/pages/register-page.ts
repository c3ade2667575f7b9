/** Register a new patron. Enter goes to the next field, never saves: a scanner ends with it. Ctrl+Enter saves. */
import { rawToBarcode } from "../keys.ts";
import { html, nothing, type TemplateResult, View } from "../lit.ts";
import type { Notice } from "../session.ts";

interface FormField {
  readonly name: string;
  readonly label: string;
  readonly type: string;
  readonly isRequired: boolean;
  readonly autocomplete: string;
}

/** The form while the branch has no form of its own. Names are those of the snapshot's columns. */
const FORM: readonly FormField[] = [
  { name: "surname", label: "Surname", type: "text", isRequired: true, autocomplete: "off" },
  { name: "given_names", label: "Given names", type: "text", isRequired: true, autocomplete: "off" },
  { name: "birth_date", label: "Date of birth", type: "date", isRequired: false, autocomplete: "off" },
  { name: "phone", label: "Phone", type: "tel", isRequired: false, autocomplete: "off" },
  { name: "email", label: "E-mail", type: "email", isRequired: false, autocomplete: "off" },
  { name: "street", label: "Street and number", type: "text", isRequired: false, autocomplete: "off" },
  { name: "post_code", label: "Post code", type: "text", isRequired: false, autocomplete: "off" },
  { name: "city", label: "City", type: "text", isRequired: false, autocomplete: "off" },
];

export class RegisterPage extends View {
  protected override render(): TemplateResult {
    const said: Notice | undefined = this.model.session.notice;
    return html`<div class="page">
      <h1 tabindex="-1">Register</h1>
      <p class="quiet">The new patron may borrow at once, and is checked when the library system is back.</p>
      <form class="form sheet pad" @submit=${this.#save} @keydown=${this.#keydown} novalidate>
        <div class="field wide"><label for="reg-card">New library card (scan it) <span class="need">required</span></label>
          <input id="reg-card" data-first name="card" type="text" dir="ltr" required maxlength="80" autocomplete="off" spellcheck="false" /></div>
        ${FORM.map(
          (
            field,
          ) => html`<div class="field"><label for=${`reg-${field.name}`}>${field.label}${field.isRequired ? html` <span class="need">required</span>` : nothing}</label>
            <input id=${`reg-${field.name}`} name=${field.name} type=${field.type} maxlength="200" ?required=${field.isRequired} autocomplete=${field.autocomplete} /></div>`,
        )}
        <div class="said wide" role="status">${said?.severity === "stop" ? html`<p class="stop">${said.text}</p>` : nothing}</div>
        <div class="actions wide"><a class="button" href="#/out">Leave</a>
          <button class="button main">Save and lend <kbd>Ctrl Enter</kbd></button></div>
      </form></div>`;
  }

  #keydown = (event: KeyboardEvent): void => {
    if (event.key !== "Enter") return;
    const target = event.target as HTMLElement;
    if (event.ctrlKey) {
      event.preventDefault();
      this.querySelector("form")?.requestSubmit();
    } else if (target instanceof HTMLInputElement) {
      event.preventDefault();
      const inputs = [...this.querySelectorAll<HTMLInputElement>("form input")];
      inputs[inputs.indexOf(target) + 1]?.focus();
    }
  };

  #save = (event: Event): void => {
    event.preventDefault();
    const form = this.querySelector("form");
    if (form === null || !form.reportValidity()) return;
    const fields: Record<string, string> = {};
    for (const { name } of FORM) if (this.field(name) !== "") fields[name] = this.field(name);
    this.send({ kind: "register", patron: rawToBarcode(this.field("card")), fields });
  };
}

customElements.define("dm-register", RegisterPage);
