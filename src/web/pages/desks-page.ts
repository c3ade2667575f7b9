/** The desks of the branch: who is here, whose clock is off, and who holds what. */

import { deskTable, matrixTable } from "../elements/desk-table.ts";
import { html, type TemplateResult, View } from "../lit.ts";
import { timezoneOf } from "../store.ts";
import { countToText, instantToTime, offsetToText } from "../words.ts";

export class DesksPage extends View {
  protected override render(): TemplateResult {
    const { state } = this.model;
    const view = state?.desks ?? { desks: [], matrix: [] };
    const here = view.desks.filter((desk) => desk.linked || desk.self).length;
    const zone = timezoneOf(this.model);
    const ahead = view.desks.filter((desk) => !desk.self && Math.abs(desk.offsetMs ?? 0) > 120_000);
    return html`<div class="page wide">
      <h1 tabindex="-1">Desks</h1>
      <p class="quiet" role="status">${view.desks.length <= 1 ? "No other desk has been heard. This one works alone." : `${here} of ${countToText(view.desks.length, "desk", "desks")} here now.`}</p>
      ${view.desks
        .filter((desk) => desk.verdict === "away")
        .map(
          (
            desk,
          ) => html`<div class="note wait"><p><b>${desk.name} has not been heard${desk.lastHeard === undefined ? "" : ` since ${instantToTime(desk.lastHeard, zone)}`}.</b>
          Scans made there since may be on that PC only. Do not erase or restart it.</p></div>`,
        )}
      ${ahead.map((desk) => html`<div class="note wait"><p><b>${desk.name}’s clock is ${offsetToText(desk.offsetMs ?? 0)}</b> of this PC's. Times in the file may be wrong: look at both, set the wrong one.</p></div>`)}
      <section class="sheet pad">${deskTable(view.desks, zone, true)}${matrixTable(view)}</section>
      <dm-desk-acts .model=${this.model}></dm-desk-acts>
      <dm-patron-data .model=${this.model}></dm-patron-data>
    </div>`;
  }
}

customElements.define("dm-desks", DesksPage);
