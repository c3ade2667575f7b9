/**
 * The report at the end of an outage, for the director: when, how much, at which desk, what was decided and why, which
 * files. It names no patron. Three questions at its end are for people.
 */

import type { BatchView } from "../../node/http/api.ts";
import { instantToMoment } from "../banner.ts";
import { formatToName } from "../formats.ts";
import { nameOfIls, withIls } from "../ils.ts";
import { t } from "../language.ts";
import { html, nothing, type TemplateResult } from "../lit.ts";
import { timelinePicture } from "../pictures/timeline-picture.ts";
import { type Model, timezoneOf } from "../store.ts";
import {
  batchStateToWord,
  countToText,
  exceptionKindToWord,
  kindCountToText,
  moveToWord,
  spanToText,
  verdictToWord,
} from "../words.ts";
import { sheetHead } from "./sheet-head.ts";

export function reportSheet(model: Model, now: number): TemplateResult {
  const { outage } = model.state ?? {};
  const { timeline } = model.office;
  const zone = timezoneOf(model);
  const number = timeline?.number ?? outage?.number ?? 1;
  return html`${sheetHead(model, t`Report of outage ${number}`, now)}
    ${
      timeline === undefined
        ? html`<p>${t`Reading…`}</p>`
        : html`<p>${spanText(model, now)}</p>
      <h2>${t`What was done`}</h2>${desksTable(model)}
      <h2>${t`When`}</h2>${timelinePicture(timeline, zone, now)}`
    }
    <h2>${t`Exceptions and decisions`}</h2>${decisions(model, zone)}
    <h2>${t`Files`}</h2>${files(model, zone)}
    ${moves(model, zone)}${calls(model, zone)}
    <h2>${t`To be answered by people`}</h2>
    <ol class="paper-list"><li>${t`Was Deskmesh used at every desk? If not, why?`} <div class="write-line"></div></li><li>${withIls(model, (name) => t`What was used instead (paper, the own tool of ${name})?`, t`What was used instead (paper, the library system’s own tool)?`)} <div class="write-line"></div></li><li>${t`What should be otherwise next time?`} <div class="write-line"></div></li></ol>
    <p class="small">${t`No patron is named here. Counts are of what stands: what was voided or scanned twice is left out.`}</p>`;
}

function spanText(model: Model, now: number): string {
  const moves = model.office.timeline?.moves ?? [];
  const zone = timezoneOf(model);
  const from = moves.find((move) => move.to === "open");
  const to = moves.findLast((move) => move.to === "close");
  if (from === undefined) return t`The outage has not begun.`;
  const end = to === undefined ? now : Date.parse(to.at);
  const span = spanToText(end - Date.parse(from.at));
  return t`From ${instantToMoment(from.at, zone)} ${to === undefined ? t`until now` : t`to ${instantToMoment(to.at, zone)}`}: ${span}.`;
}

function desksTable(model: Model): TemplateResult {
  return html`<table><thead><tr><th scope="col">${t`Desk`}</th><th scope="col">${t`What`}</th><th scope="col">${t`At the end`}</th></tr></thead>
    <tbody>${(model.office.timeline?.desks ?? []).map((desk) => {
      const sums = new Map<string, number>();
      for (const { kind, count } of desk.ticks) sums.set(kind, (sums.get(kind) ?? 0) + count);
      const said =
        desk.said === undefined
          ? ""
          : `: ${desk.said.reason}${desk.said.by === undefined ? "" : ` (${desk.said.by})`}`;
      return html`<tr><th scope="row">${desk.name}</th><td>${[...sums].map(([kind, count]) => kindCountToText(kind, count)).join(", ") || t`nothing`}</td>
        <td>${verdictToWord(desk.verdict)}${said}</td></tr>`;
    })}</tbody></table>`;
}

function decisions(model: Model, zone: string): TemplateResult {
  const number = model.office.timeline?.number;
  const ilsName = nameOfIls(model);
  // A decision belongs to the outage of what it is about; one about nothing that is here any more is shown.
  const all = (model.exceptions ?? []).filter(
    ({ transactions }) =>
      transactions.length === 0 || transactions.some(({ position }) => position.outage === number),
  );
  const decided = all.filter((each) => each.settled !== undefined && each.mustDecide);
  const sums = new Map<string, number>();
  for (const { kind } of all) sums.set(kind, (sums.get(kind) ?? 0) + 1);
  return html`${all.length === 0 ? html`<p>${t`There was none.`}</p>` : html`<p>${[...sums].map(([kind, count]) => `${exceptionKindToWord(kind, ilsName)}: ${count}`).join(". ")}.</p>`}
    ${
      decided.length === 0
        ? nothing
        : html`<table><thead><tr><th scope="col">${t`What`}</th><th scope="col">${t`Decision and reason`}</th><th scope="col">${t`Who`}</th></tr></thead>
      <tbody>${decided.map(
        (
          each,
        ) => html`<tr><th scope="row">${exceptionKindToWord(each.kind, ilsName)}${each.transactions[0]?.item === undefined ? "" : html` <span class="code" dir="ltr">${each.transactions[0].item}</span>`}</th>
        <td>${each.choices.find((choice) => choice.decision === each.settled?.decision)?.text ?? each.settled?.decision}: ${each.settled?.reason}</td>
        <td>${each.settled?.by ?? ""} ${each.settled === undefined ? "" : instantToMoment(each.settled.at, zone)}</td></tr>`,
      )}</tbody></table>`
    }`;
}

function jobOf(batch: BatchView): string | undefined {
  return batch.outcomes.at(-1)?.job;
}

function files(model: Model, zone: string): TemplateResult {
  const number = model.office.timeline?.number;
  const own = (model.batches ?? []).filter((batch) => batch.outage === number);
  if (own.length === 0) return html`<p>${t`No file was made.`}</p>`;
  return html`<table><thead><tr><th scope="col">${t`File`}</th><th scope="col">${t`For`}</th><th scope="col" class="number">${t`Lines`}</th><th scope="col">${t`Made`}</th><th scope="col">${t`What became of it`}</th></tr></thead>
    <tbody>${own.map((batch) => {
      const left = batch.counts.reduce((sum, each) => sum + each.extra, 0);
      return html`<tr><th scope="row"><span class="code" dir="ltr">${batch.id}</span>${batch.partial ? t` PARTIAL` : ""}${batch.reason === undefined ? "" : `: ${batch.reason}`}</th><td>${formatToName(batch.format)}</td>
        <td class="number">${batch.lines}</td><td>${instantToMoment(batch.madeAt, zone)}${batch.by === undefined ? "" : ` · ${batch.by}`}</td>
        <td>${batchStateToWord(batch.state)}${jobOf(batch) === undefined ? "" : t`, job ${jobOf(batch) ?? ""}`}${left === 0 ? "" : t`; ${countToText(left, t`record`, t`records`)} by hand`}</td></tr>`;
    })}</tbody></table>`;
}

function moves(model: Model, zone: string): TemplateResult | typeof nothing {
  const said = model.office.timeline?.moves ?? [];
  if (said.length === 0) return nothing;
  return html`<h2>${t`Who said what`}</h2><table><thead><tr><th scope="col">${t`When`}</th><th scope="col">${t`What`}</th><th scope="col">${t`Who`}</th></tr></thead>
    <tbody>${said.map((move) => html`<tr><td>${instantToMoment(move.at, zone)}</td><td>${moveToWord(move.to, nameOfIls(model))}${move.said === undefined ? "" : `: ${move.said}`}</td><td>${move.by ?? ""}</td></tr>`)}</tbody></table>`;
}

function calls(model: Model, zone: string): TemplateResult {
  const made = model.office.timeline?.calls ?? [];
  return html`<h2>${t`Who was called`}</h2>${
    made.length === 0
      ? html`<p>${t`Nobody wrote down a call.`}</p>`
      : html`<table><thead><tr><th scope="col">${t`When`}</th><th scope="col">${t`Whom`}</th><th scope="col">${t`By`}</th></tr></thead>
    <tbody>${made.map((call) => html`<tr><td>${call.at === undefined ? "" : callTime(call.at, zone)}</td><td>${call.who}</td><td>${call.by ?? ""}</td></tr>`)}</tbody></table>`
  }`;
}

/** Times of calls are typed by people. */
function callTime(at: string, zone: string): string {
  return Number.isNaN(Date.parse(at)) ? at : instantToMoment(at, zone);
}
