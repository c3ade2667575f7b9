/** What happened to one row, step by step: its audit trail. */

import type { TrailView, TransactionRow } from "../../node/http/api.ts";
import { instantToMoment } from "../banner.ts";
import { t } from "../language.ts";
import { html, nothing, type TemplateResult } from "../lit.ts";
import { barcodeToTail, coverageToText, dueToText, kindToWord, rowToTitle } from "../words.ts";

export interface TrailActs {
  readonly close: () => void;
  readonly remove: () => void;
}

export function trailDialog(
  row: TransactionRow,
  trail: TrailView | undefined,
  zone: string,
  acts: TrailActs,
): TemplateResult {
  const mayVoid = row.voided === undefined && row.kind !== "voiding";
  const fact = (word: string, value: string | undefined): unknown =>
    value === undefined ? nothing : html`<dt>${word}</dt><dd>${value}</dd>`;
  return html`<dialog class="ask" aria-labelledby="trail-title" @close=${acts.close}>
    <h2 id="trail-title" tabindex="-1">${t`${kindToWord(row.kind)} at ${row.desk.name}`}</h2>
    <dl class="facts">${fact(t`What`, rowToTitle(row))}${fact(t`Item`, row.item)}${fact(t`Card`, row.patron === undefined ? undefined : barcodeToTail(row.patron))}
      ${fact(t`Due`, row.due === undefined ? undefined : dueToText(row.due, zone, Date.now()))}${fact(t`Saved`, coverageToText(row.coverage))}${fact(t`File`, row.batch ?? t`none yet`)}</dl>
    <h3>${t`What happened to it`}</h3>
    ${trail?.id === row.id ? html`<ol class="trail">${trail.steps.map((step) => html`<li><span class="quiet">${instantToMoment(step.at, zone)} · ${step.desk}${step.by === undefined ? "" : ` · ${step.by}`}</span><br />${step.text}</li>`)}</ol>` : html`<p class="quiet">${t`Reading…`}</p>`}
    <div class="actions">${mayVoid ? html`<button type="button" class="button" @click=${acts.remove}>${t`Void…`}</button>` : nothing}
      <button type="button" class="button main" @click=${acts.close}>${t`Close`} <kbd>${t`Esc`}</kbd></button></div></dialog>`;
}
