/** What stands behind the verdicts on desks: who holds what, who is linked, whose clock is off; each as picture and table. */

import type { DesksView, OutageState } from "../../node/http/api.ts";
import { matrixTable } from "../elements/desk-table.ts";
import { t } from "../language.ts";
import { html, type TemplateResult } from "../lit.ts";
import { offsetToText } from "../words.ts";
import { clockPicture } from "./clock-picture.ts";
import { matrixPicture } from "./matrix-picture.ts";
import { meshPicture } from "./mesh-picture.ts";

export function proofDetails(
  view: DesksView,
  state: OutageState,
  timezone: string,
  now: number,
  ilsName: string | undefined,
  isOpen = false,
): TemplateResult {
  return html`<details class="proof" ?open=${isOpen}><summary>${t`Details: who holds what, links, clocks`}</summary>
    <h3>${t`Who holds what`}</h3>${matrixPicture(view)}${matrixTable(view)}
    <div class="columns"><div><h3>${t`Who is linked`}</h3>${meshPicture(view.desks, state, { timezone, now, ilsName })}</div>
      <div><h3>${t`Clocks against each other`}</h3>${clockPicture(view.desks)}</div></div>${linksTable(view)}
  </details>`;
}

function linksTable(view: DesksView): TemplateResult {
  return html`<details class="proof"><summary>${t`Links and clocks as a table`}</summary>
    <div class="scroll" tabindex="0" role="region" aria-label=${t`Links and clocks`}><table><caption class="hidden">${t`Links and clocks, as this desk sees them`}</caption>
      <thead><tr><th scope="col">${t`Desk`}</th><th scope="col">${t`Link`}</th><th scope="col" class="number">${t`There and back`}</th><th scope="col">${t`Clock`}</th></tr></thead>
      <tbody>${view.desks.map(
        (
          desk,
        ) => html`<tr><th scope="row">${desk.name}</th><td>${desk.self ? t`this desk` : desk.linked ? t`linked` : t`not linked`}</td>
        <td class="number">${desk.roundTripMs === undefined ? "" : t`${desk.roundTripMs} ms`}</td>
        <td>${desk.self ? t`this clock` : desk.offsetMs === undefined ? t`not known` : offsetToText(desk.offsetMs)}</td></tr>`,
      )}</tbody></table></div></details>`;
}
