/** What a format makes of what was recorded, kind by kind: nothing is dropped, so each row adds up to the screen. */
import { t } from "../language.ts";
import { html, nothing, type TemplateResult } from "../lit.ts";
import { countToText, kindToPlural } from "../words.ts";

export interface CapabilityCount {
  readonly kind: string;
  readonly onScreen: number;
  readonly written: number;
  readonly converted: number;
  readonly extra: number;
  readonly voided: number;
  readonly repeated: number;
}

export interface CapabilityReason {
  readonly kind: string;
  readonly into: string;
  readonly reason: string;
  readonly count: number;
}

export function capabilityTable(
  counts: readonly CapabilityCount[],
  reasons: readonly CapabilityReason[],
): TemplateResult {
  const rows = counts.filter((each) => each.onScreen > 0 || each.written > 0 || each.extra > 0);
  const sum = (pick: (count: CapabilityCount) => number): number =>
    rows.reduce((total, each) => total + pick(each), 0);
  return html`<div class="scroll" tabindex="0" role="region" aria-label=${t`What goes in`}><table class="capability">
    <caption class="hidden">${t`What goes into the file, by kind`}</caption>
    <thead><tr><th scope="col">${t`Kind`}</th><th scope="col" class="number">${t`On the screen`}</th><th scope="col" class="number">${t`In the file`}</th>
      <th scope="col" class="number">${t`Elsewhere, by hand`}</th><th scope="col" class="number">${t`Voided`}</th><th scope="col" class="number">${t`Scanned twice`}</th></tr></thead>
    <tbody>${rows.map(
      (
        each,
      ) => html`<tr data-kind=${each.kind}><th scope="row">${kindToPlural(each.kind)}</th><td class="number">${each.onScreen}</td>
      <td class="number">${each.written}${each.converted > 0 ? html` <span class="small quiet">${t`(${each.converted} as loans)`}</span>` : nothing}</td>
      <td class="number ${each.extra > 0 ? "wait" : ""}">${each.extra}</td><td class="number">${each.voided}</td><td class="number">${each.repeated}</td></tr>`,
    )}
      <tr class="sum"><th scope="row">${t`All`}</th><td class="number">${sum((each) => each.onScreen)}</td><td class="number">${sum((each) => each.written)}</td>
        <td class="number">${sum((each) => each.extra)}</td><td class="number">${sum((each) => each.voided)}</td><td class="number">${sum((each) => each.repeated)}</td></tr></tbody></table></div>
    ${
      reasons.length === 0
        ? nothing
        : html`<ul class="reasons">${reasons.map((each) => html`<li><b>${countToText(each.count, t`record`, t`records`)}</b> (${kindToPlural(each.kind).toLowerCase()}): ${each.reason} <span class="quiet">${INTO[each.into] ?? ""}</span></li>`)}</ul>`
    }`;
}

const INTO: Readonly<Record<string, string>> = {
  converted: t`In the file as a loan.`,
  extra: t`In the extra file.`,
  patrons: t`In the file of new patrons.`,
  due: t`In the file; the due date is to be set by hand.`,
};
