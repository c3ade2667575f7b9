/** Keys and help on paper: what to do now, the keys of this desk, whom to call. */

import { stepsNow } from "../banner.ts";
import { phoneList } from "../elements/phone-list.ts";
import { ACTIONS, type ActionName, comboOf, keyTable } from "../keys.ts";
import { t } from "../language.ts";
import { html, type TemplateResult } from "../lit.ts";
import type { Model } from "../store.ts";
import { sheetHead } from "./sheet-head.ts";

export function keysSheet(model: Model, now: number): TemplateResult {
  const { profile, keys } = model.counter.settings;
  const table = keyTable(profile, keys);
  const steps = stepsNow(model, now);
  return html`${sheetHead(model, t`Keys and help`, now)}
    <ol class="paper-list">${steps.map((text) => html`<li>${text}</li>`)}</ol>
    <h2>${t`Keys of this desk`}</h2>
    <table class="keys-sheet"><thead><tr><th scope="col">${t`What`}</th><th scope="col">${t`Key`}</th></tr></thead><tbody>
      ${(Object.keys(ACTIONS) as ActionName[])
        .filter((action) => comboOf(table, action) !== "")
        .map(
          (action) =>
            html`<tr><th scope="row">${ACTIONS[action]}</th><td><kbd>${comboOf(table, action).replaceAll("+", " ")}</kbd></td></tr>`,
        )}</tbody></table>
    <h2>${t`Whom to call`}</h2>${phoneList(model)}`;
}
