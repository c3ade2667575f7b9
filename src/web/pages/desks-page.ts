/** The desks of the branch: who is here, whose clock is off, and who holds what. */

import { deskTable } from "../elements/desk-table.ts";
import { nameOfIls } from "../ils.ts";
import { rich, t } from "../language.ts";
import { html, type TemplateResult, View } from "../lit.ts";
import { proofDetails } from "../pictures/proof.ts";
import { timezoneOf } from "../store.ts";
import { countToText, instantToTime, offsetToText } from "../words.ts";
import "./carry-section.ts";
import "./desk-acts-section.ts";
import "./patron-data-section.ts";
import { pcNotes } from "../elements/pc-notes.ts";

export class DesksPage extends View {
  protected override render(): TemplateResult {
    const { state } = this.model;
    const view = state?.desks ?? { desks: [], matrix: [] };
    const here = view.desks.filter((desk) => desk.linked || desk.self).length;
    const zone = timezoneOf(this.model);
    const off = view.desks.filter((desk) => !desk.self && Math.abs(desk.offsetMs ?? 0) > 120_000);
    return html`<div class="page wide">
      <h1 tabindex="-1">${t`Desks`}</h1>
      <p class="quiet" role="status">${view.desks.length <= 1 ? t`No other desk has been heard. This one works alone.` : t`${here} of ${countToText(view.desks.length, t`desk`, t`desks`)} here now.`}</p>
      ${pcNotes(this.model)}
      ${view.desks
        .filter((desk) => desk.verdict === "away")
        .map(
          (desk) =>
            html`<div class="note wait"><p>${rich`${html`<b>${t`${desk.name} has not been heard${desk.lastHeard === undefined ? "" : t` since ${instantToTime(desk.lastHeard, zone)}`}.`}</b>`} Scans made there since may be on that PC only. Do not erase or restart it. ${html`<a href="#/export">${t`What you can do`}</a>`}`}</p></div>`,
        )}
      ${off.map((desk) => html`<div class="note wait"><p>${rich`${html`<b>${t`${desk.name}’s clock is ${offsetToText(desk.offsetMs ?? 0)}`}</b>`} of this PC’s. Times in the file may be wrong: look at both, set the wrong one.`}</p></div>`)}
      <section class="sheet pad">${deskTable(view.desks, zone, true)}
        ${proofDetails(view, state?.outage.state ?? "standby", zone, Date.now(), nameOfIls(this.model), true)}</section>
      <dm-desk-acts .model=${this.model}></dm-desk-acts>
      <dm-carry .model=${this.model}></dm-carry>
      <dm-patron-data .model=${this.model}></dm-patron-data>
    </div>`;
  }
}

customElements.define("dm-desks", DesksPage);
