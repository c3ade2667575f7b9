/**
 * The report of one file: what is in it line by line, what the library system made of it, what is left to do by hand,
 * and the two acts that may send a line twice or never: guarded by the file's name typed again and a PIN.
 */

import type { BatchView } from "../../node/http/api.ts";
import { instantToMoment } from "../banner.ts";
import { capabilityTable } from "../elements/capability-table.ts";
import { linesTable } from "../elements/lines-table.ts";
import { outcomeNote } from "../elements/outcome-note.ts";
import { withIls } from "../ils.ts";
import { t } from "../language.ts";
import { html, nothing, type TemplateResult, View } from "../lit.ts";
import { timezoneOf } from "../store.ts";
import { batchStateToWord } from "../words.ts";
import "./answer-section.ts";
import { batchChip } from "./files-section.ts";
import "./guarded-section.ts";
import "./hand-over-section.ts";
import "./purge-section.ts";
import "./replay-section.ts";

export class BatchPage extends View {
  protected override render(): TemplateResult {
    const { batches, office, outcome } = this.model;
    const batch = batches?.find((each) => each.id === office.batch);
    return html`<div class="page wide">
      <div class="head-row"><div><h1 tabindex="-1">${t`File report`}${batch === undefined ? "" : html` <span class="code" dir="ltr">${batch.id}</span>`}</h1>
        ${batch === undefined ? nothing : this.#facts(batch)}</div><a class="button" href="#/export">${t`Back to the supervisor’s page`}</a></div>
      ${outcomeNote(outcome, "batch")}
      ${batch === undefined ? this.#choose(batches) : this.#report(batch)}</div>`;
  }

  #facts(batch: BatchView): TemplateResult {
    return html`<p class="quiet">${batchChip(batch)} ${batch.partial ? html`<span class="chip stop">${t`PARTIAL`}</span>` : nothing}
      ${t`Made ${instantToMoment(batch.madeAt, timezoneOf(this.model))}${batch.by === undefined ? "" : t` by ${batch.by}`}${batch.reason === undefined ? "" : `: ${batch.reason}`}`}</p>`;
  }

  /** After a reload nobody knows which one it was: an address never names anything. */
  #choose(batches: readonly BatchView[] | undefined): TemplateResult {
    if (batches === undefined) return html`<p class="quiet">${t`Reading…`}</p>`;
    return html`<section class="sheet pad"><p>${batches.length === 0 ? t`No file was made yet.` : t`Which file?`}</p>
      <div class="pick-list">${batches.map((batch) => html`<button type="button" class="pick" @click=${() => this.send({ kind: "office-open-batch", id: batch.id })}><span class="strong">${batch.id}</span><span class="small quiet">${batchStateToWord(batch.state)}</span></button>`)}</div></section>`;
  }

  #doubled(doubled: NonNullable<BatchView["doubled"]>): TemplateResult | typeof nothing {
    if (doubled.length === 0) return nothing;
    const others = [...new Set(doubled.map((one) => one.batch))].join(", ");
    return html`<div class="note stop"><p><b>${t`${doubled.length} records are in two files.`}</b> ${withIls(
      this.model,
      (name) =>
        t`They are also in ${others}. Where both files were loaded, take them back in ${name} by hand.`,
      t`They are also in ${others}. Where both files were loaded, take them back in the library system by hand.`,
    )}</p></div>`;
  }

  #report(batch: BatchView): TemplateResult {
    const { lines, todos } = this.model.office;
    return html`${this.#doubled(batch.doubled ?? [])}
      <dm-hand-over .model=${this.model}></dm-hand-over>
      <section class="sheet pad"><h2>${t`What is in it`}</h2>${capabilityTable(batch.counts, batch.reasons)}</section>
      <dm-replay .model=${this.model} .batch=${batch}></dm-replay>
      <dm-answer .model=${this.model} .batch=${batch}></dm-answer>
      <section class="sheet pad"><h2>${t`Line by line`}</h2>
        ${lines?.batch === batch.id ? linesTable(lines.rows, todos ?? []) : html`<p class="quiet">${t`For a supervisor.`} <button type="button" class="button" @click=${() => this.send({ kind: "office-open-batch", id: batch.id })}>${t`Read the lines`}</button></p>`}</section>
      <section class="sheet pad"><h2>${t`What was said of it`}</h2>${
        batch.outcomes.length === 0
          ? html`<p class="quiet">${t`Nothing yet.`}</p>`
          : html`<ul>${batch.outcomes.map((one) => html`<li>${instantToMoment(one.at, timezoneOf(this.model))}: ${batchStateToWord(one.state)}${one.job === undefined ? "" : t`, job ${one.job}`}${one.byHand ? t`, by hand` : ""}${one.note === undefined ? "" : `: ${one.note}`} <span class="quiet">${one.by ?? ""}</span></li>`)}</ul>`
      }</section>
      <dm-guarded .model=${this.model} .batch=${batch}></dm-guarded>
      <dm-purges .model=${this.model} .only=${batch.outage}></dm-purges>`;
  }
}

customElements.define("dm-batch", BatchPage);
