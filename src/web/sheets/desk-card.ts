/** The card that lies at the desk, for the day when nothing else works: one page, in large type. */

import { ilsOf } from "../ils.ts";
import { comboOf, keyTable } from "../keys.ts";
import { rich, t } from "../language.ts";
import { html, nothing, type TemplateResult } from "../lit.ts";
import type { Model } from "../store.ts";

export function deskCard(model: Model, address: string): TemplateResult {
  const { state, counter } = model;
  const ils = ilsOf(model);
  const table = keyTable(counter.settings.profile, counter.settings.keys);
  const key = (action: string): TemplateResult =>
    html`<kbd>${comboOf(table, action).replaceAll("+", " ")}</kbd>`;
  const { contacts = [], helpDesk = "" } = state?.settings ?? {};
  return html`<div class="desk-card">
    <header><h2>${t`When ${ils} does not answer`}</h2><p>${state?.branch?.name ?? ""} · <b>${state?.desk?.name ?? ""}</b></p></header>
    <p class="address">${t`Open`} <b dir="ltr">${address}</b></p>
    <ol>
      <li>${rich`${html`<b>${t`Scan the library card`}</b>`}, then the items. ${key("out")} brings you there.`}</li>
      <li>${rich`${t`The scan asks to`} ${html`<b>${t`start an outage`}</b>`}: say yes. All desks see it.`}</li>
      <li>${rich`Returns: ${key("in")}. Put every item into the ${html`<b>${t`RE-SCAN bin`}</b>`}.`}</li>
      <li>${rich`A wrong scan: ${key("void-last")}. Help: ${key("help")}. Finish a patron: ${html`<kbd>${t`Enter`}</kbd>`}.`}</li>
      <li>${t`Keep recording here until your supervisor tells you.`} <b>${t`Leave this PC on.`}</b></li>
    </ol>
    <p class="say">${t`Say: “We are having some network difficulties right now. I appreciate your patience.”`}</p>
    <div class="card-columns">
      <section><h3>${t`Also`}</h3><ul>
        <li>${t`Switch self-checks and sorters off, and hang the sign.`}</li>
        <li>${t`Clear RFID or magnetic tags by hand: gates may sound.`}</li>
        <li>${t`The page does not open? Use another desk, or the paper form.`}</li>
        <li>${t`The paper form lies:`} <span class="write-line"></span></li></ul></section>
      <section><h3>${t`Call`}</h3>${
        contacts.length === 0 && helpDesk === ""
          ? html`<p>${t`Supervisor`} <span class="write-line"></span></p><p>${t`IT`} <span class="write-line"></span></p>`
          : html`<ul>${contacts.map(({ who, reach, note }) => html`<li><b>${who}</b> ${reach}${note === "" ? "" : ` · ${note}`}</li>`)}${helpDesk === "" ? nothing : html`<li>${helpDesk}</li>`}</ul>`
      }</section>
    </div></div>`;
}
