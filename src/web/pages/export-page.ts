/**
 * The supervisor's page. It opens with the question that they came with, "May I export?", and the answer in words;
 * then the desks that prove it with the choices that remain, the outage and its files.
 */

import type { DeskView } from "../../node/http/api.ts";
import { type ExportAnswer, type ExportReason, stateToExportAnswer } from "../banner.ts";
import { deskTable } from "../elements/desk-table.ts";
import { onlyCtrlEnter } from "../elements/form-keys.ts";
import { outcomeNote } from "../elements/outcome-note.ts";
import { ilsOf, nameOfIls } from "../ils.ts";
import { rich, t } from "../language.ts";
import "../elements/staff-section.ts";
import { html, nothing, type TemplateResult, View } from "../lit.ts";
import { proofDetails } from "../pictures/proof.ts";
import { timezoneOf } from "../store.ts";
import { countToText } from "../words.ts";
import "./audit-section.ts";
import "./files-section.ts";
import "./lifecycle-section.ts";
import "./picture-section.ts";
import "./purge-section.ts";

type Choice = "stick" | "lost" | "was-off";

export class ExportPage extends View {
  static override properties = { ...View.properties, choice: { state: true } };
  /** Which way out of waiting stands open, and for which desk. */
  declare choice: { readonly desk: string; readonly way: Choice } | undefined;

  protected override render(): TemplateResult {
    const { state, outcome } = this.model;
    if (state === undefined) return html``;
    const answer = stateToExportAnswer(state, Date.now());
    const zone = timezoneOf(this.model);
    const { mustDecide, lookAt } = state.exceptions;
    return html`<div class="page wide">
      <div class="head-row"><div><h1 tabindex="-1">${t`May I export?`}</h1>
        <p class="lead ${answer.may ? "good" : ""}" role="status">${answer.text}
          ${mustDecide > 0 ? html`<a href="#/exceptions">${t`Decide now`}</a>` : nothing}
          ${mustDecide === 0 && lookAt > 0 ? html`<a href="#/exceptions">${t`${countToText(lookAt, t`exception`, t`exceptions`)} to look at`}</a>` : nothing}</p></div>
        <button type="button" class="button main" ?disabled=${!answer.may} @click=${() => this.#toWizard(false)}>${t`Export one file`}</button></div>
      ${answer.reasons.map((reason) => this.#reason(reason, answer))}
      ${outcomeNote(outcome, "export")}${outcomeNote(outcome, "desks")}
      ${this.#unanswered()}
      <div class="columns">
        <section class="sheet pad"><h2>${t`Desks`}</h2>${deskTable(state.desks.desks, zone, false)}
          ${proofDetails(state.desks, state.outage.state, zone, Date.now(), nameOfIls(this.model))}</section>
        <dm-picture .model=${this.model} .half=${"numbers"}></dm-picture>
      </div>
      <dm-picture .model=${this.model} .half=${"timeline"}></dm-picture>
      <dm-lifecycle .model=${this.model}></dm-lifecycle>
      <dm-files .model=${this.model}></dm-files>
      <dm-purges .model=${this.model}></dm-purges>
      <dm-staff .model=${this.model}></dm-staff>
      <dm-audit .model=${this.model}></dm-audit>
    </div>`;
  }

  #reason({ desk, lead, text }: ExportReason, answer: ExportAnswer): TemplateResult {
    const way = (word: string, what: Choice): TemplateResult =>
      html`<button type="button" class="button" data-way=${what} @click=${() => this.#choose(desk.desk, what)}>${word}</button>`;
    return html`<div class="note stop" data-reason=${desk.desk}><p><b>${lead}</b> ${text}</p>
      <p>${t`Wait for it: switch it on, or bring it back on the network. This page says when it is here.`}</p>
      <div class="row">${way(t`Bring its scans by USB stick…`, "stick")}${way(t`It is broken…`, "lost")}${way(t`It was off…`, "was-off")}
        ${answer.needsPartial ? html`<button type="button" class="button" @click=${() => this.#toWizard(true)}>${t`Export as PARTIAL…`}</button>` : nothing}</div>
      ${this.choice?.desk === desk.desk ? this.#way(desk, this.choice.way) : nothing}</div>`;
  }

  #way(desk: DeskView, way: Choice): TemplateResult {
    if (way === "stick")
      return html`<ol class="way" tabindex="-1" data-open-way><li>${rich`At ${desk.name}, with the stick in it: ${html`<span class="code">deskmesh carry out FILE</span>`}`}</li>
        <li>${rich`Here, with the stick in this PC: ${html`<span class="code">deskmesh carry in FILE</span>`}`}</li>
        <li>${t`This page then says what is here. Don’t erase that PC before.`}</li>
        <li>${rich`Or on the page of both: ${html`<a href="#/desks">${t`By USB stick`}</a>`}`}</li></ol>`;
    const words =
      way === "lost"
        ? t`Nothing more will come from ${desk.name}. What it alone had is lost, and the report says so.`
        : t`${desk.name} was off and made nothing that isn’t here. The report says so.`;
    return html`<form class="form" @submit=${(event: Event) => this.#state(event, desk, way)} @keydown=${onlyCtrlEnter}>
      <p class="wide">${words}</p>
      <div class="field wide"><label for="way-reason">${t`How do you know? (goes into the record)`}</label>
        <input id="way-reason" name="way-reason" required minlength="3" maxlength="200" autocomplete="off" /></div>
      <div class="actions wide"><button type="button" class="button" @click=${() => this.#choose(undefined)}>${t`Keep waiting`}</button>
        <button class="button">${way === "lost" ? t`It is lost` : t`It was off`} <kbd>${t`Ctrl Enter`}</kbd></button></div></form>`;
  }

  /** Files of which nobody has said yet what became of them. */
  #unanswered(): readonly TemplateResult[] {
    const open = (this.model.batches ?? []).filter(({ state }) => state === "made");
    return open.map(
      ({
        id,
      }) => html`<div class="note wait" data-asked=${id}><p>${rich`${html`<b>${t`Was file ${id} loaded into ${ilsOf(this.model)}?`}</b>`} Loading it twice would record its loans again.`}</p>
        <div class="row"><button type="button" class="button" @click=${() => this.send({ kind: "office-open-batch", id })}>${t`Say what became of it`}</button></div></div>`,
    );
  }

  #choose(desk: string | undefined, way: Choice = "lost"): void {
    this.choice = desk === undefined ? undefined : { desk, way };
    setTimeout(() => this.querySelector<HTMLElement>("#way-reason, [data-open-way]")?.focus());
  }

  #state(event: Event, desk: DeskView, what: "lost" | "was-off"): void {
    event.preventDefault();
    const reason = this.field("way-reason");
    if (reason.length < 3) return;
    this.choice = undefined;
    this.send({ kind: "state-desk", desk, what, reason });
  }

  #toWizard(isPartial: boolean): void {
    this.send({ kind: "office-draft", change: { step: 1, isPartial } });
    this.send({ kind: "go", route: "wizard" });
  }
}

customElements.define("dm-export", ExportPage);
