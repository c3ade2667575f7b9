/** What is behind each word of the status bar, in full. */

import { countCopying } from "../copying.ts";
import type { StatusPart } from "../counter.ts";
import { withIls } from "../ils.ts";
import { rich, t } from "../language.ts";
import { html, nothing, type TemplateResult } from "../lit.ts";
import { type Model, timezoneOf } from "../store.ts";
import { countToText, instantToDay, instantToTime, offsetToText, sinceToText } from "../words.ts";
import { deskTable } from "./desk-table.ts";
import type { DialogAsk, DialogContent } from "./dialog-content.ts";
import { languageField } from "./language-field.ts";
import { erasesText } from "./pc-notes.ts";

export function statusContent(ask: DialogAsk, part: StatusPart): DialogContent {
  return { title: TITLES[part], body: BODIES[part](ask) };
}

const TITLES: Readonly<Record<StatusPart, string>> = {
  desk: t`This desk`,
  desks: t`Desks`,
  copies: t`Copies of what was scanned here`,
  clock: t`Clocks`,
  data: t`Patron data`,
  waiting: t`Waiting for export`,
  sound: t`Sound`,
  practice: t`Practice`,
};

const BODIES: Readonly<Record<StatusPart, (ask: DialogAsk) => TemplateResult>> = {
  desk: deskBody,
  desks: ({ model }) =>
    html`${deskTable(model.state?.desks.desks ?? [], timezoneOf(model), false)}<p><a href="#/desks">${t`All about desks`}</a></p>`,
  copies: ({ model }) => copiesBody(model),
  clock: ({ model }) => clockBody(model),
  data: ({ model }) => dataBody(model),
  waiting: ({ model }) =>
    html`<p>${waitingText(model)}</p><p><a href="#/export">${t`To the supervisor's page`}</a></p>`,
  sound: soundBody,
  practice: practiceBody,
};

function waitingText(model: Model): string {
  const count = countToText(model.state?.waiting ?? 0, t`scan waits`, t`scans wait`);
  return withIls(
    model,
    (name) => t`${count} for the next file. A supervisor makes it when ${name} is back.`,
    t`${count} for the next file. A supervisor makes it when the library system is back.`,
  );
}

function deskBody({ model, send }: DialogAsk): TemplateResult {
  const { state, staff, counter } = model;
  const { paper, startStop, silence, reopen } = counter.settings;
  const tick = (
    name: "startStop" | "silence" | "reopen",
    isOn: boolean,
    text: string,
  ): TemplateResult => html`<p><label class="tick">
    <input type="checkbox" .checked=${isOn} @change=${(event: Event) => send({ kind: "change-desk", change: { [name]: (event.target as HTMLInputElement).checked } })} /> ${text}</label></p>`;
  return html`<dl class="facts"><div><dt>${t`Desk`}</dt><dd>${state?.desk?.name}</dd></div><div><dt>${t`Branch`}</dt><dd>${state?.branch?.name}</dd></div>
      <div><dt>${t`At the desk`}</dt><dd>${staff || t`nobody named`}</dd></div><div><dt>${t`Version`}</dt><dd>${state?.version}</dd></div></dl>
    ${state?.pc?.erases ? html`<p class="note wait">${erasesText(model)}</p>` : nothing}
    ${languageField(send)}
    <div class="field"><label for="desk-paper">${t`Slips`}</label><select id="desk-paper" @change=${(event: Event) => send({ kind: "change-desk", change: { paper: (event.target as HTMLSelectElement).value as "80" | "58" | "none" } })}>
      <option value="80" ?selected=${paper === "80"}>${t`Printer with 80 mm paper`}</option><option value="58" ?selected=${paper === "58"}>${t`Printer with 58 mm paper`}</option>
      <option value="none" ?selected=${paper === "none"}>${t`No printer: show due dates large`}</option></select></div>
    ${tick("startStop", startStop, t`The scanner sends start and stop letters (A…B, *…*): leave them out`)}
    ${tick("silence", silence, t`The scanner sends no Enter: a code ends after 80 ms of silence`)}
    ${tick("reopen", reopen, t`F8 opens the patron before, also after the screen was hidden`)}`;
}

function copiesBody(model: Model): TemplateResult {
  const { copying, isAlone } = countCopying(model);
  if (!isAlone && copying === 0)
    return html`<p>${t`Everything scanned here is saved on this PC and on every other desk that is here.`}</p>`;
  if (!isAlone)
    return html`<p>${t`${countToText(copying, t`scan is`, t`scans are`)} on the way to the other desks. Keep working.`}</p>`;
  return html`<p>${rich`${html`<b>${t`Saved on this PC only.`}</b>`} No other desk can be reached right now. Keep working; it will be copied later. Do not switch this PC off.`}</p>`;
}

function clockBody(model: Model): TemplateResult {
  const others = (model.state?.desks.desks ?? []).filter((desk) => !desk.self);
  if (others.length === 0) return html`<p>${t`There is no other desk to compare with.`}</p>`;
  return html`<ul class="plain">${others.map((desk) => html`<li><b>${desk.name}</b>: ${desk.offsetMs === undefined ? t`not here now` : offsetToText(desk.offsetMs)}</li>`)}</ul>
    <p>${t`More than two minutes apart? Set the wrong clock: times in the file may be wrong until then.`}</p>`;
}

function dataBody(model: Model): TemplateResult {
  const snapshot = model.state?.snapshot;
  if (snapshot === undefined)
    return html`<p>${withIls(
      model,
      (name) =>
        t`This branch has imported no list of patrons and items. You can lend: cards and items are checked when ${name} is back.`,
      t`This branch has imported no list of patrons and items. You can lend: cards and items are checked when the library system is back.`,
    )}</p>`;
  const zone = timezoneOf(model);
  const days = Math.floor(snapshot.ageHours / 24);
  return html`<p>${t`Taken ${instantToDay(snapshot.takenAt, zone)}, ${instantToTime(snapshot.takenAt, zone)}${days > 0 ? t` (${countToText(days, t`day`, t`days`)} ago)` : ""}.`}</p>
    <p>${t`${snapshot.patrons} patrons, ${snapshot.items} items, ${snapshot.loans} loans, ${snapshot.holds} holds.`}</p>
    ${days >= 2 ? html`<p class="note wait">${t`Patron data is ${days} days old. Blocks may be out of date.`}</p>` : nothing}
    <p class="quiet">${t`Last look: ${sinceToText(new Date().toISOString(), zone, Date.now())}`}</p>`;
}

function soundBody({ model, send }: DialogAsk): TemplateResult {
  const { volume, isMuted } = model.counter.settings;
  return html`<p><label class="tick"><input type="checkbox" .checked=${isMuted} @change=${(event: Event) => send({ kind: "change-desk", change: { isMuted: (event.target as HTMLInputElement).checked } })} /> ${t`Muted: no sound at this desk`}</label></p>
    <div class="field"><label for="volume">${t`Volume`}</label><input id="volume" type="range" min="0" max="1" step="0.1" .value=${String(volume)}
      @change=${(event: Event) => send({ kind: "change-desk", change: { volume: Number((event.target as HTMLInputElement).value) } })} /></div>
    <p><button type="button" class="button" @click=${() => send({ kind: "test-sound" })}>${t`Test the sound`}</button></p>
    <ul class="plain"><li>${t`One short high: recorded`}</li><li>${t`Two short: recorded, with something to read`}</li><li>${t`Two falling: a question`}</li><li>${t`One low and long: STOP, nothing was recorded`}</li></ul>`;
}

function practiceBody({ model, send }: DialogAsk): TemplateResult {
  if (model.counter.isPractice)
    return html`<p>${t`Nothing here is real and nothing is sent.`}</p><p><button type="button" class="button" @click=${() => send({ kind: "practice", isOn: false })}>${t`End practice`}</button></p>`;
  const isOutage = model.state?.outage.state !== "standby" && model.state?.outage.state !== "closed";
  return isOutage
    ? html`<p>${t`There is an outage: practice is off until it is over.`}</p>`
    : html`<p>${t`A library that was made up, on this PC alone. Nothing there is real, nothing is sent, and all of it is gone at the end.`}</p>
      <p><button type="button" class="button" @click=${() => send({ kind: "practice", isOn: true })}>${t`Practise`}</button></p>`;
}
