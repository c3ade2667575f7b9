/** On the supervisor's page: who did what, for a supervisor who is signed in. */

import { instantToMoment } from "../banner.ts";
import { t } from "../language.ts";
import { html, type TemplateResult, View } from "../lit.ts";
import { isSupervisor, timezoneOf } from "../store.ts";

const SUBJECTS: Readonly<Record<string, string>> = {
  outage: t`Outage`,
  file: t`File`,
  desk: t`Desk`,
  staff: t`Staff`,
  data: t`Data`,
  decision: t`Decision`,
  override: t`Went ahead`,
  void: t`Void`,
};
const ROWS_SHOWN = 100;

export class AuditSection extends View {
  static override properties = { ...View.properties, subject: { state: true } };
  declare subject: string;

  constructor() {
    super();
    this.subject = "";
  }

  protected override render(): TemplateResult {
    return html`<section class="sheet pad" aria-labelledby="audit-title"><h2 id="audit-title">${t`Who did what`}</h2>
      ${isSupervisor(this.model) ? this.#table() : html`<p><button type="button" class="button" @click=${() => this.send({ kind: "ask-supervisor" })}>${t`Sign in to see who did what`}</button></p>`}
    </section>`;
  }

  #table(): TemplateResult {
    const { audit } = this.model.office;
    if (audit === undefined) return html`<p class="quiet">${t`Reading…`}</p>`;
    const found = audit.filter((row) => this.subject === "" || row.subject === this.subject);
    const rows = found.slice(0, ROWS_SHOWN);
    const zone = timezoneOf(this.model);
    return html`<div class="row"><div class="field"><label for="audit-subject">${t`About`}</label>
        <select id="audit-subject" @change=${this.#pick}><option value="">${t`Everything`}</option>
          ${Object.entries(SUBJECTS).map(([value, word]) => html`<option value=${value}>${word}</option>`)}</select></div>
        <p class="quiet" role="status">${t`${found.length > rows.length ? t`The newest ${rows.length} of ${found.length}` : `${rows.length}`} entries. Nobody can change or remove one.`}</p></div>
      <div class="scroll" tabindex="0" role="region" aria-label=${t`Who did what`}><table><caption class="hidden">${t`Who did what, newest first`}</caption>
        <thead><tr><th scope="col">${t`When`}</th><th scope="col">${t`About`}</th><th scope="col">${t`What`}</th><th scope="col">${t`Who`}</th></tr></thead>
        <tbody>${rows.map(
          (
            row,
          ) => html`<tr><td class="time">${instantToMoment(row.at, zone)}</td><td>${SUBJECTS[row.subject] ?? row.subject}</td>
          <td>${row.text}</td><td class="who">${row.by ?? ""}${row.by === undefined ? "" : " · "}${row.desk}</td></tr>`,
        )}</tbody></table></div>`;
  }

  #pick = (event: Event): void => {
    this.subject = (event.target as HTMLSelectElement).value;
  };
}

customElements.define("dm-audit", AuditSection);
