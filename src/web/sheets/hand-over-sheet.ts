/** The sheet that goes with a file: what it is, how many lines, its sum, what to do in which order, who did it. */

import { instantToMoment } from "../banner.ts";
import { formatToName, roleToWord, sizeToText } from "../formats.ts";
import { nameOfIls } from "../ils.ts";
import { rich, t } from "../language.ts";
import { html, nothing, type TemplateResult } from "../lit.ts";
import { type Model, timezoneOf } from "../store.ts";
import { kindToPlural } from "../words.ts";
import { sheetHead } from "./sheet-head.ts";

export function handOverSheet(model: Model, now: number): TemplateResult {
  const { batches, office } = model;
  const batch = batches?.find((each) => each.id === office.batch) ?? batches?.[0];
  if (batch === undefined)
    return html`${sheetHead(model, t`Hand-over sheet`, now)}<p>${t`No file was made yet.`}</p>`;
  return html`${sheetHead(model, t`Hand-over sheet`, now)}
    <p class="sheet-id">${rich`${html`<b dir="ltr">${batch.id}</b>`} for ${formatToName(batch.format)}`} ${batch.partial ? html`<b>${t`· PARTIAL: a desk’s scans are missing`}</b>` : nothing}</p>
    ${batch.reason === undefined ? nothing : html`<p>${batch.reason}</p>`}
    <p>${rich`Made ${instantToMoment(batch.madeAt, timezoneOf(model))}${batch.by === undefined ? "" : t` by ${batch.by}`}. ${html`<b>${t`${batch.lines} lines.`}</b>`} Load it once, and only once.`}</p>
    <h2>${t`What is in it`}</h2>
    <table><thead><tr><th scope="col">${t`Kind`}</th><th scope="col" class="number">${t`In the file`}</th><th scope="col" class="number">${t`By hand`}</th></tr></thead>
      <tbody>${batch.counts.filter((each) => each.written + each.extra > 0).map((each) => html`<tr><th scope="row">${kindToPlural(each.kind)}</th><td class="number">${each.written}</td><td class="number">${each.extra}</td></tr>`)}</tbody></table>
    <h2>${t`Files`}</h2>
    <table><thead><tr><th scope="col">${t`Name`}</th><th scope="col">${t`What`}</th><th scope="col" class="number">${t`Size`}</th></tr></thead>
      <tbody>${batch.files.map((file) => html`<tr><td class="code" dir="ltr">${file.name}</td><td>${roleToWord(file.role, nameOfIls(model))}</td><td class="number">${sizeToText(file.size)}</td></tr>`)}</tbody></table>
    <p class="small">${rich`SHA-256 of the file: ${html`<span class="code hash" dir="ltr">${batch.sha256}</span>`}`}</p>
    <h2>${t`In ${formatToName(batch.format)}`}</h2>
    <ol class="paper-list">${batch.checklist.map((step) => html`<li><span class="tick-box" aria-hidden="true"></span> ${step.text}</li>`)}</ol>
    <h2>${t`Done`}</h2>
    <div class="paper-lines"><p>${rich`Loaded by ${html`<span class="write-line"></span>`}`}</p><p>${rich`At ${html`<span class="write-line"></span>`}`}</p><p>${rich`Job id ${html`<span class="write-line"></span>`}`}</p><p>${rich`Lines refused ${html`<span class="write-line"></span>`}`}</p></div>
    <p>${t`Then say at any desk, under Supervisor, that it is loaded. Shred this sheet afterwards.`}</p>`;
}
