/** The first four steps of the export wizard; the fifth is an element of its own, which the file's report shows too. */

import type { ExceptionView } from "../../node/http/api.ts";
import { stateToExportAnswer } from "../banner.ts";
import { capabilityTable } from "../elements/capability-table.ts";
import { deskTable } from "../elements/desk-table.ts";
import type { Gate } from "../export-gate.ts";
import { FORMATS, formatToName } from "../formats.ts";
import { nameOfIls } from "../ils.ts";
import { rich, t } from "../language.ts";
import { html, nothing, type TemplateResult } from "../lit.ts";
import type { Draft } from "../office.ts";
import { type Model, timezoneOf } from "../store.ts";
import { countToText, exceptionKindToWord, instantToShort } from "../words.ts";

export interface StepTools {
  readonly model: Model;
  readonly gate: Gate;
  readonly change: (change: Partial<Draft>) => void;
}

export function desksStep({ model, change }: StepTools): TemplateResult {
  const { state } = model;
  if (state === undefined) return html``;
  const { reasons } = stateToExportAnswer(state, Date.now());
  const { isPartial, reason } = model.office.draft;
  const off = state.desks.desks.filter((desk) => !desk.self && Math.abs(desk.offsetMs ?? 0) > 120_000);
  return html`<section class="sheet pad"><h2>${t`Is every desk’s work here?`}</h2>
    ${deskTable(state.desks.desks, timezoneOf(model), true)}
    ${off.map((desk) => html`<div class="note wait"><p>${rich`${html`<b>${t`${desk.name}’s clock is wrong.`}</b>`} Its times in the file were corrected; the order of scans doesn’t depend on clocks. Set it before the next scan.`}</p></div>`)}
    ${
      reasons.length === 0
        ? html`<p class="good">${rich`${html`<b>${t`Yes.`}</b>`} Everything that any desk made is on this PC.`}</p>`
        : html`${reasons.map((one) => html`<div class="note stop"><p><b>${one.lead}</b> ${one.text}</p></div>`)}
          <fieldset class="choice-list"><legend class="strong">${t`What now?`}</legend>
            <label class="choice"><input type="radio" name="partial" .checked=${!isPartial} @change=${() => change({ isPartial: false })} />
              <span><b>${t`Wait for it`}</b></span><span class="small quiet">${rich`Switch it on, bring it back on the network, or say on the ${html`<a href="#/export">${t`supervisor’s page`}</a>`} that it is lost or was off.`}</span></label>
            <label class="choice"><input type="radio" name="partial" .checked=${isPartial} @change=${() => change({ isPartial: true })} />
              <span><b>${t`Export a file named PARTIAL`}</b></span><span class="small quiet">${t`What is missing goes into the next file, once that desk is back. The name, the report and the sheet all say PARTIAL.`}</span></label>
          </fieldset>
          ${
            isPartial
              ? html`<div class="field"><label for="w-reason">${t`Why? (goes into the record)`}</label>
                <input id="w-reason" type="text" maxlength="200" autocomplete="off" .value=${reason}
                  @input=${(event: Event) => change({ reason: (event.target as HTMLInputElement).value })} /></div>`
              : nothing
          }`
    }</section>`;
}

export function exceptionsStep({ model }: StepTools): TemplateResult {
  const open = (model.exceptions ?? []).filter((each) => each.settled === undefined);
  const must = open.filter((each) => each.mustDecide);
  return html`<section class="sheet pad"><h2>${t`Exceptions`}</h2>
    ${
      model.exceptions === undefined
        ? html`<p class="quiet">${t`Reading…`}</p>`
        : must.length === 0
          ? html`<p class="good"><b>${t`Nothing must be decided.`}</b></p>`
          : html`<div class="note stop"><p><b>${t`${countToText(must.length, t`exception must`, t`exceptions must`)} be decided before a file is made.`}</b> <a href="#/exceptions">${t`Decide now`}</a></p>
            <ul>${kinds(must, nameOfIls(model))}</ul></div>`
    }
    ${
      open.length > must.length
        ? html`<h3>${t`To look at (these don’t hold up the file)`}</h3><ul>${kinds(
            open.filter((each) => !each.mustDecide),
            nameOfIls(model),
          )}</ul><p><a href="#/exceptions">${t`Look at them`}</a></p>`
        : nothing
    }
  </section>`;
}

function kinds(list: readonly ExceptionView[], ilsName: string | undefined): TemplateResult[] {
  const sums = new Map<string, number>();
  for (const { kind } of list) sums.set(kind, (sums.get(kind) ?? 0) + 1);
  return [...sums].map(([kind, count]) => html`<li>${exceptionKindToWord(kind, ilsName)}: ${count}</li>`);
}

export function formatStep({ model, change }: StepTools): TemplateResult {
  const { draft, preview } = model.office;
  return html`<section class="sheet pad"><h2>${t`Which library system is it for?`}</h2>
    <fieldset class="choice-list columns"><legend class="hidden">${t`Format`}</legend>${FORMATS.map(
      (
        each,
      ) => html`<label class="choice"><input type="radio" name="format" value=${each.format} .checked=${draft.format === each.format}
        @change=${() => change({ format: each.format, split: false })} /><span><b>${each.name}</b></span><span class="small quiet">${each.text}</span></label>`,
    )}</fieldset>
    ${
      draft.format === "alma"
        ? html`<fieldset class="choice-list"><legend class="strong">${t`How many files?`}</legend>
          <label class="choice"><input type="radio" name="split" .checked=${!draft.split} @change=${() => change({ split: false })} /><span><b>${t`One for the branch`}</b></span><span class="small quiet">${t`Alma books all of it at the circulation desk that you are at when you upload.`}</span></label>
          <label class="choice"><input type="radio" name="split" .checked=${draft.split} @change=${() => change({ split: true })} /><span><b>${t`One for each desk`}</b></span><span class="small quiet">${t`Set Alma’s “Currently at” before each upload.`}</span></label></fieldset>`
        : nothing
    }
    <h2>${t`What goes in, and what can’t`}</h2>
    ${preview === undefined || preview.format !== draft.format ? html`<p class="quiet">${t`Reading…`}</p>` : capabilityTable(preview.counts, preview.reasons)}
  </section>`;
}

export function writeStep({ model, gate }: StepTools): TemplateResult {
  const { draft, preview, check } = model.office;
  const { progress } = model;
  const made = (model.batches ?? []).filter(
    (batch) => batch.outage === model.state?.outage.number && batch.state !== "withdrawn",
  );
  const isBusy = check?.state === "writing" || check?.state === "reading";
  const zone = timezoneOf(model);
  return html`<section class="sheet pad"><h2>${t`Check, then write`}</h2>
    <dl class="facts"><dt>${t`For`}</dt><dd>${formatToName(draft.format)}${draft.split ? t`, one file for each desk` : ""}</dd>
      <dt>${t`Desks`}</dt><dd>${draft.isPartial ? html`<span class="chip stop">${t`PARTIAL`}</span> ${draft.reason}` : t`all here`}</dd>
      ${preview === undefined ? nothing : html`<dt>${t`Files`}</dt><dd>${preview.files.map((file) => html`<span class="code name" dir="ltr">${file.name}</span>`)}</dd>`}</dl>
    ${preview === undefined ? nothing : capabilityTable(preview.counts, [])}
    ${made.map((batch) => html`<p class="quiet">${rich`${countToText(batch.lines, t`line`, t`lines`)} went out in ${html`<span class="code" dir="ltr">${batch.id}</span>`} at ${instantToShort(batch.madeAt, zone, Date.now())}: they are not in this file.`}</p>`)}
    ${gate.isOpen || isBusy ? nothing : html`<div class="note stop"><p>${gate.why}</p></div>`}
    ${
      isBusy
        ? html`<div class="progress"><progress max="3" value=${check.state === "writing" ? 1 : 2} aria-label=${t`Making the file`}></progress>
          <p role="status">${check.text}</p>${progress?.task === "export" && progress.of !== undefined ? html`<p>${t`${progress.done} of ${progress.of}`}</p>` : nothing}</div>`
        : html`<p>${t`Each line is checked, put in order, written, read again and counted. Scans that come meanwhile go into the next file.`}</p>`
    }</section>`;
}
