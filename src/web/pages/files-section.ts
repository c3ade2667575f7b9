/** On the supervisor's page: the files that were made, and what became of each. */

import type { BatchView } from "../../node/http/api.ts";
import { instantToMoment } from "../banner.ts";
import { rich, t } from "../language.ts";
import { html, nothing, type TemplateResult, View } from "../lit.ts";
import { timezoneOf } from "../store.ts";
import { batchStateToWord, countToText, kindCountToText } from "../words.ts";

export class FilesSection extends View {
  protected override render(): TemplateResult {
    const { batches } = this.model;
    return html`<section class="sheet pad" aria-labelledby="files-title"><h2 id="files-title">${t`Files made`}</h2>
      ${batches === undefined ? html`<p class="quiet">${t`Reading…`}</p>` : batches.length === 0 ? html`<p class="quiet">${t`No file was made yet.`}</p>` : batches.map((batch) => this.#batch(batch))}
      <div class="row"><button type="button" class="button" @click=${() => this.send({ kind: "office-sheet", sheet: "report" })}>${t`End-of-outage report`}</button>
        <button type="button" class="button" @click=${() => this.send({ kind: "office-sheet", sheet: "re-scan" })}>${t`Re-scan sheet`}</button></div>
    </section>`;
  }

  #batch(batch: BatchView): TemplateResult {
    const written = batch.counts.filter((each) => each.written > 0);
    const left = batch.counts.reduce((total, each) => total + each.extra, 0);
    return html`<article class="batch" data-batch=${batch.id}>
      <h3><span class="code" dir="ltr">${batch.id}</span> ${batch.partial ? html`<span class="chip stop">${t`PARTIAL`}</span>` : nothing}
        ${batchChip(batch)}</h3>
      <p>${rich`${countToText(batch.lines, t`line`, t`lines`)} for ${batch.format}${written.length === 0 ? "" : `: ${written.map((each) => kindCountToText(each.kind, each.written)).join(", ")}`}. ${left > 0 ? t`${left} can’t be in it: see the extra file.` : ""} ${html`<span class="quiet">${instantToMoment(batch.madeAt, timezoneOf(this.model))}${batch.by === undefined ? "" : ` · ${batch.by}`}${batch.reason === undefined ? "" : ` · ${batch.reason}`}</span>`}`}</p>
      <p><button type="button" class="button" data-open=${batch.id} @click=${() => this.send({ kind: "office-open-batch", id: batch.id })}>${t`Report, hand-over and loading`}<span class="hidden"> ${t`of ${batch.id}`}</span></button></p>
    </article>`;
  }
}

export function batchChip(batch: BatchView): TemplateResult {
  const tone = batch.state === "loaded" ? "good" : batch.state === "failed" ? "stop" : "wait";
  return html`<span class="chip ${tone}">${batchStateToWord(batch.state)}</span>`;
}

customElements.define("dm-files", FilesSection);
