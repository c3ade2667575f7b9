/**
 * Register a new patron by the branch's own form. Enter goes to the next field, never saves: a scanner ends with it.
 * Ctrl+Enter saves. While somebody types, the node looks who may be in the list already.
 */

import type { FormCheckView, FormView } from "../../node/http/api.ts";
import { withIls } from "../ils.ts";
import { rich, t } from "../language.ts";
import { html, nothing, type TemplateResult, View } from "../lit.ts";
import { sayAgain } from "../said.ts";
import { withoutControls } from "../scan-code.ts";

const TYPING_PAUSE_MS = 300;
type FormField = FormView["fields"][number];

const INPUTS: Readonly<Record<Exclude<FormField["type"], "choice">, string>> = {
  text: "text",
  date: "date",
  phone: "tel",
  email: "email",
};

export class RegisterPage extends View {
  static override properties = { ...View.properties, isLeaving: { state: true } };
  declare isLeaving: boolean;
  #timer: ReturnType<typeof setTimeout> | undefined;

  constructor() {
    super();
    this.isLeaving = false;
  }

  override connectedCallback(): void {
    super.connectedCallback();
    // Later: the model comes with the first render.
    setTimeout(() => this.send({ kind: "load-form" }));
  }

  protected override updated(): void {
    const dialog = this.querySelector("dialog");
    if (dialog === null || dialog.open) return;
    dialog.showModal();
    dialog.querySelector<HTMLElement>("h2")?.focus();
  }

  protected override render(): TemplateResult {
    const { form, formCheck } = this.model.counter;
    const { notice } = this.model.session;
    const problem = (name: string): string | undefined =>
      formCheck?.problems.find((each) => each.field === name)?.text;
    return html`<div class="page">
      <h1 tabindex="-1">${t`Register`}</h1>
      <p class="quiet">${withIls(this.model, (name) => t`The new patron may borrow at once, and is checked when ${name} is back.`, t`The new patron may borrow at once, and is checked when the library system is back.`)}</p>
      <div class="register">
      <form class="form sheet pad" @submit=${this.#save} @keydown=${this.#keydown} @input=${this.#typed} novalidate>
        <div class="field wide"><label for="reg-card">${rich`New library card (scan it) ${html`<span class="need">${t`required`}</span>`}`}</label>
          <input id="reg-card" data-first name="card" type="text" dir="ltr" required maxlength="80" autocomplete="off" spellcheck="false" /></div>
        ${(form?.fields ?? []).map((field) => this.#field(field, problem(field.name)))}
        ${form === undefined ? html`<p role="status">${t`Loading the form…`}</p>` : nothing}
        <div class="said wide" role="status">${notice?.severity === "stop" ? html`<p class="stop"><span>${notice.text}</span></p>` : nothing}</div>
        <div class="actions wide"><button type="button" class="button" @click=${this.#leave}>${t`Leave`} <kbd>${t`Esc`}</kbd></button>
          <button type="button" class="button" @click=${this.#print}>${t`Print the application`}</button>
          <button class="button main">${t`Save and lend`} <kbd>${t`Ctrl Enter`}</kbd></button></div>
      </form>
      ${this.#similar(formCheck)}</div>
      ${this.isLeaving ? this.#leaving() : nothing}</div>`;
  }

  #field(field: FormField, problem: string | undefined): TemplateResult {
    const { name, label, required, help, pattern } = field;
    const id = `reg-${name}`;
    const notes = help === undefined && problem === undefined ? nothing : `${id}-notes`;
    const input =
      field.type === "choice"
        ? html`<select id=${id} name=${name} ?required=${required} aria-describedby=${notes}><option value=""></option>
          ${(field.choices ?? []).map(({ code, text }) => html`<option value=${code} ?selected=${code === field.default}>${text}</option>`)}</select>`
        : html`<input id=${id} name=${name} type=${INPUTS[field.type]} maxlength="200" ?required=${required} pattern=${pattern ?? nothing}
          value=${field.default ?? nothing} autocomplete="off" aria-describedby=${notes} aria-invalid=${problem === undefined ? nothing : "true"} />`;
    return html`<div class="field"><label for=${id}>${sayAgain(label)}${required ? html` <span class="need">${t`required`}</span>` : nothing}</label>${input}
      ${notes === nothing ? nothing : html`<p id=${`${id}-notes`} class="small ${problem === undefined ? "quiet" : "problem"}">${problem ?? help}</p>`}</div>`;
  }

  /** Who may be the same person: nobody is registered twice unnoticed. */
  #similar(check: FormCheckView | undefined): TemplateResult {
    const found = check?.similar ?? [];
    return html`<aside class="sheet pad" aria-label=${t`In the list already?`}><h2>${t`In the list already?`}</h2>
      <div role="status">${
        found.length === 0
          ? html`<p class="quiet">${t`Nobody who looks the same.`}</p>`
          : html`<ul class="plain">${found.map(
              (
                one,
              ) => html`<li class="note wait"><p><b>${one.name}</b>${one.birthYear === undefined ? "" : t`, born ${one.birthYear}`}</p><p class="small">${one.text}</p>
              <button type="button" class="link" @click=${() => this.send({ kind: "open-patron", barcode: one.barcode })}>${t`Open this patron`}</button></li>`,
            )}</ul>`
      }</div></aside>`;
  }

  #leaving(): TemplateResult {
    const stay = (event: Event): void => {
      event.preventDefault();
      this.isLeaving = false;
    };
    return html`<dialog class="ask" role="alertdialog" aria-labelledby="leave-title" @cancel=${stay}>
      <h2 id="leave-title" tabindex="-1">${t`Leave without saving?`}</h2><p>${t`What was typed is lost.`}</p>
      <div class="actions"><button type="button" class="button" data-safe @click=${stay}>${t`Go on typing`} <kbd>${t`Esc`}</kbd></button>
        <button type="button" class="button main" data-confirm @click=${() => this.send({ kind: "go", route: "out" })}>${t`Leave`} <kbd>${t`Ctrl Enter`}</kbd></button></div></dialog>`;
  }

  #answers(): Readonly<Record<string, string>> {
    const fields: Record<string, string> = {};
    for (const { name } of this.model.counter.form?.fields ?? []) {
      const value = this.field(name);
      if (value !== "") fields[name] = value;
    }
    return fields;
  }

  #card(): string {
    return withoutControls(this.field("card")).trim();
  }

  #typed = (): void => {
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => {
      const patron = this.#card();
      this.send({ kind: "check-form", fields: this.#answers(), ...(patron === "" ? {} : { patron }) });
    }, TYPING_PAUSE_MS);
  };

  #keydown = (event: KeyboardEvent): void => {
    if (event.key === "Escape") {
      // Else the same key would close the question that it opens.
      event.preventDefault();
      this.#leave();
    }
    if (event.key !== "Enter" || event.target instanceof HTMLButtonElement) return;
    event.preventDefault();
    if (event.ctrlKey) {
      this.querySelector("form")?.requestSubmit();
      return;
    }
    const inputs = [...this.querySelectorAll<HTMLElement>("form input, form select")];
    inputs[inputs.indexOf(event.target as HTMLElement) + 1]?.focus();
  };

  #leave = (): void => {
    const isTyped = this.#card() !== "" || Object.keys(this.#answers()).length > 0;
    if (isTyped) this.isLeaving = true;
    else this.send({ kind: "go", route: "out" });
  };

  #print = (): void => {
    this.send({ kind: "print-application", patron: this.#card(), fields: this.#answers() });
  };

  #save = (event: Event): void => {
    event.preventDefault();
    const form = this.querySelector("form");
    if (form === null || !form.reportValidity()) return;
    this.send({ kind: "register", patron: this.#card(), fields: this.#answers() });
  };
}

customElements.define("dm-register", RegisterPage);
