/** The first run: four fields that are filled in already, the first supervisor with a PIN, and the desk lends. */
import { languageField } from "../elements/language-field.ts";
import { t } from "../language.ts";
import "./join-section.ts";
import { ILS_CHOICES } from "../branch-fields.ts";
import { html, nothing, type TemplateResult, View } from "../lit.ts";

export class FirstRunPage extends View {
  static override properties = { ...View.properties, error: { state: true } };
  declare error: string | undefined;

  protected override render(): TemplateResult {
    const first = this.model.state?.firstRun ?? {
      name: t`Library`,
      code: "LIB",
      timezone: browserZone(),
      desk: t`Desk 1`,
    };
    const { outcome } = this.model;
    return html`<main class="alone" id="content">
      <h1 tabindex="-1">${t`Welcome to Deskmesh`}</h1>
      <p>${t`This PC belongs to no branch yet. Check the lines, say who its first supervisor is, and create one: this desk can lend at once.`}</p>
      ${outcome?.route === "first-run" && !outcome.isGood ? html`<div class="note stop" role="alert"><p>${outcome.text}</p></div>` : nothing}
      ${this.error === undefined ? nothing : html`<div class="note stop" role="alert"><p>${this.error}</p></div>`}
      ${languageField((intent) => this.send(intent))}
      <form class="sheet pad form" @submit=${this.#create}>
        <div class="field wide"><label for="b-name">${t`Name of the branch`}</label><input id="b-name" name="name" required maxlength="80" autocomplete="off" .value=${first.name} /></div>
        <div class="field"><label for="b-code">${t`Short code (2 to 8 letters)`}</label><input id="b-code" name="code" required pattern="[A-Za-z]{2,8}" maxlength="8" autocomplete="off" .value=${first.code} /></div>
        <div class="field"><label for="b-desk">${t`Name of this desk`}</label><input id="b-desk" name="desk" required maxlength="40" autocomplete="off" .value=${first.desk} /></div>
        <div class="field wide"><label for="b-zone">${t`Time zone (can't be changed later)`}</label><input id="b-zone" name="timezone" required maxlength="60" autocomplete="off" .value=${first.timezone} /></div>
        <div class="field"><label for="b-ils">${t`Your library system`}</label><select id="b-ils" name="ils">${ILS_CHOICES.map(([value, word]) => html`<option value=${value} ?selected=${value === "csv"}>${word}</option>`)}</select></div>
        <div class="field"><label for="b-ils-name">${t`What staff call it`}</label><input id="b-ils-name" name="ilsName" required maxlength="40" autocomplete="off" .value=${t`the library system`} /></div>
        <div class="field wide"><label for="b-user">${t`Initials of the first supervisor`}</label><input id="b-user" name="supervisor" required maxlength="20" pattern="[\\p{L}\\p{N}._\\-]{1,20}" autocomplete="off" spellcheck="false" /></div>
        <div class="field"><label for="b-pin">${t`PIN (4 to 64 characters)`}</label><input id="b-pin" name="pin" type="password" required minlength="4" maxlength="64" autocomplete="new-password" /></div>
        <div class="field"><label for="b-again">${t`The PIN once more`}</label><input id="b-again" name="again" type="password" required minlength="4" maxlength="64" autocomplete="new-password" /></div>
        <label class="tick wide"><input type="checkbox" name="openDesks" checked /> ${t`Initials are enough to record at the desks. A supervisor's acts always need the PIN.`}</label>
        <div class="actions wide"><button class="button main large">${t`Create this branch`}</button></div>
      </form>
      <p>${t`Does another desk run Deskmesh already? Do not create a second branch: join it.`}</p>
      <dm-join .model=${this.model}></dm-join>
    </main>`;
  }

  #create = (event: Event): void => {
    event.preventDefault();
    const secret = (name: string): string =>
      this.querySelector<HTMLInputElement>(`[name="${name}"]`)?.value ?? "";
    const pin = secret("pin");
    this.error = pin === secret("again") ? undefined : t`The two PINs are not the same. Type them again.`;
    if (this.error !== undefined) return;
    const form = {
      name: this.field("name"),
      code: this.field("code").toUpperCase(),
      timezone: this.field("timezone"),
      desk: this.field("desk"),
      supervisor: this.field("supervisor"),
      pin,
      ilsProfile: this.field("ils"),
      ilsName: this.field("ilsName"),
      openDesks: this.querySelector<HTMLInputElement>('[name="openDesks"]')?.checked !== false,
    };
    this.send({ kind: "create-branch", form });
  };
}

function browserZone(): string {
  return Intl.DateTimeFormat().resolvedOptions().timeZone;
}

customElements.define("dm-first-run", FirstRunPage);
