/** The end of a day: what was done, the cash in each drawer, and what to do before the lights go out. */

import { todayIn } from "../days.ts";
import { cashPerDesk, centsToText, dayCounts } from "../end-of-day.ts";
import { rich, t } from "../language.ts";
import { html, nothing, type TemplateResult, View } from "../lit.ts";
import { timezoneOf } from "../store.ts";
import { countToText, dayToText, kindCountToText } from "../words.ts";

export class DayPage extends View {
  protected override render(): TemplateResult {
    const { state, office } = this.model;
    const zone = timezoneOf(this.model);
    const day = todayIn(zone, Date.now());
    return html`<div class="page wide">
      <div class="head-row"><h1 tabindex="-1">${t`End of day`} · ${dayToText(day)}</h1>
        <button type="button" class="button no-print" @click=${() => window.print()}>${t`Print`}</button></div>
      <section class="sheet pad"><h2>${t`Recorded today`}</h2>
        ${
          office.timeline === undefined
            ? html`<p class="quiet">${t`Reading…`}</p>`
            : html`<table><caption class="hidden">${t`Recorded today, by desk`}</caption><thead><tr><th scope="col">${t`Desk`}</th><th scope="col">${t`What stands`}</th></tr></thead>
          <tbody>${dayCounts(office.timeline, day, zone).map(({ name, counts }) => html`<tr><th scope="row">${name}</th><td>${counts.map(({ kind, count }) => kindCountToText(kind, count)).join(", ") || t`nothing`}</td></tr>`)}</tbody></table>`
        }
        <p>${t`${countToText(state?.waiting ?? 0, t`scan waits`, t`scans wait`)} for the next file.`}</p></section>
      ${this.#cash()}
      <section class="sheet pad"><h2>${t`Before you leave`}</h2><ol class="to-do-list">
        <li>${rich`${html`<b>${t`Leave two desks on`}</b>`}, or see that each says “All copied” before it is switched off:`} ${this.#copied()}</li>
        <li>${t`Take a copy of today to a stick, and keep it away from the PCs:`} <code>deskmesh backup FOLDER</code></li>
        <li>${t`Empty the book drop tomorrow morning, at Check in: there choose “Counted as now”, and today’s date.`}</li>
        <li>${t`Put paper forms and slips with names on them away, or shred them.`}</li></ol></section>
    </div>`;
  }

  #copied(): string {
    const away = (this.model.state?.desks.desks ?? []).filter((desk) => !desk.self && !desk.linked);
    const own = this.model.state?.desks.desks.length ?? 1;
    if (own <= 1) return t`this is the only desk.`;
    return away.length === 0
      ? t`every desk is here now.`
      : t`${away.map((desk) => desk.name).join(", ")} ${away.length === 1 ? t`is` : t`are`} not here now.`;
  }

  #cash(): TemplateResult | typeof nothing {
    if ((this.model.state?.settings?.payments ?? "off") === "off") return nothing;
    const { payments } = this.model.office;
    const cash = cashPerDesk(payments ?? []);
    return html`<section class="sheet pad"><h2>${t`Cash`}</h2>
      ${
        payments === undefined
          ? html`<p class="quiet">${t`Reading…`}</p>`
          : cash.length === 0
            ? html`<p>${t`No payment was taken today.`}</p>`
            : html`<table><caption class="hidden">${t`Cash by desk`}</caption><thead><tr><th scope="col">${t`Desk`}</th><th scope="col" class="number">${t`Payments`}</th><th scope="col" class="number">${t`Cash`}</th></tr></thead>
          <tbody>${cash.map((one) => html`<tr><th scope="row">${one.desk}</th><td class="number">${one.payments}</td><td class="number">${centsToText(one.cents, one.currency)}</td></tr>`)}</tbody></table>`
      }</section>`;
  }
}

customElements.define("dm-day", DayPage);
