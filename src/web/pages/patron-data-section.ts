/** On the Desks page: what the library system told of patrons and items, and bringing a newer extract. */

import type { ImportReport } from "../../node/http/api.ts";
import { instantToMoment } from "../banner.ts";
import { t } from "../language.ts";
import { html, nothing, type TemplateResult, View } from "../lit.ts";
import { timezoneOf } from "../store.ts";

export class PatronDataSection extends View {
  protected override render(): TemplateResult {
    const snapshot = this.model.state?.snapshot;
    const { progress } = this.model;
    const isReading = progress?.task === "import";
    return html`<section class="sheet pad"><h2>${t`Patron data`}</h2>
      ${
        snapshot === undefined
          ? html`<p>${t`No list of patrons and items on this PC. The desk records all the same.`}</p>`
          : html`<p>${t`From ${instantToMoment(snapshot.takenAt, timezoneOf(this.model))}: ${snapshot.patrons} patrons, ${snapshot.items} items, ${snapshot.loans} loans, ${snapshot.holds} holds. ${snapshot.state === "fetching" ? t`It is on its way to this desk.` : ""}`}</p>`
      }
      <form class="form" @submit=${this.#send}>
        <div class="field wide"><label for="p-zip">${t`A newer extract: the CSV files in one zip file, a block list, or Koha’s borrowers.db`}</label>
          <input id="p-zip" type="file" accept=".zip,.db,.txt,application/zip" required /></div>
        <div class="actions wide"><button class="button" ?disabled=${isReading}>${t`Read it in`}</button></div>
      </form>
      ${this.model.imported === undefined ? nothing : reportOf(this.model.imported)}
      <p class="quiet" role="status">${isReading ? progress.text : t`Every desk gets it from here. A supervisor does this.`}</p>
    </section>`;
  }

  #send = (event: Event): void => {
    event.preventDefault();
    const input = this.querySelector<HTMLInputElement>("#p-zip");
    const file = input?.files?.[0];
    if (file) this.send({ kind: "import-zip", file });
  };
}

/** Each file, with the rows that were refused and why; nothing of what stood in them. */
function reportOf({ files, warnings }: ImportReport): TemplateResult {
  return html`<div role="region" aria-label=${t`What was read`}><h3>${t`What was read`}</h3>
    <ul>${files.map(
      (one) => html`<li>${t`${one.name}: ${one.kept} of ${one.read} rows kept, ${one.refused} refused`}
        ${
          one.refused === 0
            ? nothing
            : html`<ul>${one.reasons.map(({ line, reason }) => html`<li>${t`line ${line}: ${reason}`}</li>`)}
            ${one.refused > one.reasons.length ? html`<li>${t`… and ${one.refused - one.reasons.length} more`}</li>` : nothing}</ul>`
        }</li>`,
    )}</ul>
    ${warnings.map((text) => html`<div class="note wait"><p>${text}</p></div>`)}</div>`;
}

customElements.define("dm-patron-data", PatronDataSection);
