/** What must not be overlooked: the node is gone, nothing can be saved, nothing is real, a patron is about to be hidden. */

import type { Intent } from "../intent.ts";
import { rich, t } from "../language.ts";
import { html, nothing, type TemplateResult } from "../lit.ts";
import { countWaiting } from "../session.ts";
import type { Model } from "../store.ts";
import { countToText, dayToText } from "../words.ts";
import { icon } from "./icons.ts";
import { countLinked, erasesText } from "./pc-notes.ts";

type Send = (intent: Intent) => void;

export function alarms(model: Model, send: Send): TemplateResult {
  return html`<div role="alert">${model.link === "down" ? nodeDown(model, send) : nothing}${notSaved(model, send)}</div>`;
}

/** `node.down` */
function nodeDown({ session }: Model, send: Send): TemplateResult {
  const waiting = countWaiting(session);
  return html`<div class="alarm">${icon("stop")}<p>${rich`${html`<b>${t`STOP. The program on this PC stopped.`}</b>`} Nothing you scan now is recorded. ${waiting > 0 ? t`${countToText(waiting, t`scan is`, t`scans are`)} not confirmed yet and will be asked again.` : ""} Use another desk or the paper form. This page goes on by itself.`}</p>
    <div class="alarm-acts"><button type="button" class="button" @click=${() => send({ kind: "reconnect" })}>${t`Try again`}</button>
      <button type="button" class="button" @click=${() => send({ kind: "open-dialog", dialog: { kind: "help" } })}>${t`How to start it`}</button>
      <button type="button" class="button" @click=${() => send({ kind: "print-form" })}>${t`Print form`}</button></div></div>`;
}

/** `not.saved` */
function notSaved({ state, session }: Model, send: Send): TemplateResult | typeof nothing {
  const unsaved = session.unsaved.map((scan) => scan.barcode);
  if (state?.fault === undefined && unsaved.length === 0) return nothing;
  const other = state?.desks.desks.find((desk) => desk.linked && !desk.self)?.name ?? t`another desk`;
  return html`<div class="alarm">${icon("stop")}<p>${rich`${html`<b>${t`NOT SAVED.`}</b>`} ${state?.fault?.text ?? t`This PC could not write to its disk.`} Do not give the item out; use ${other} or the paper form.`}
    ${unsaved.length > 0 ? html`${rich`Not recorded: ${html`<span class="code" dir="ltr">${unsaved.join(", ")}</span>`}`}` : nothing}</p>
    <div class="alarm-acts"><button type="button" class="button" ?disabled=${unsaved.length === 0} @click=${() => send({ kind: "retry" })}>${t`Try again`}</button>
      <button type="button" class="button" @click=${() => send({ kind: "print-form" })}>${t`Print form`}</button></div></div>`;
}

/** `idle`: any key or click extends; the button is for those who look for one. */
export function hidingSoon({ hidingIn }: Model): TemplateResult {
  return html`<div role="alert">${
    hidingIn === undefined || hidingIn === 0
      ? nothing
      : html`<div class="alarm wait">${icon("attention")}<p>${rich`Hiding this patron in ${html`<span aria-hidden="true">${hidingIn}</span>`}${html`<span class="hidden">${t`a few`}</span>`} seconds.`}</p>
        <button type="button" class="button">${t`Keep open`}</button></div>`
  }</div>`;
}

/** `reload`, `practice`, `due.sticky`, `backdate`: what holds until somebody ends it. */
export function standing(model: Model, send: Send): TemplateResult {
  const { counter, session, route, state, version } = model;
  const { due, returnDay } = session;
  const isOld = version !== undefined && state !== undefined && state.version !== version;
  return html`${
    isOld
      ? html`<div class="bar"><p>${t`A new version is installed on this PC.`}</p>
        <button type="button" class="pill" @click=${() => location.reload()}>${t`Reload (your scans are saved)`}</button></div>`
      : nothing
  }${
    counter.isPractice
      ? html`<div class="bar practice"><p>${rich`${html`<b>${t`PRACTICE.`}</b>`} Nothing here is real and nothing is sent.`}</p>
        <button type="button" class="pill" @click=${() => send({ kind: "practice", isOn: false })}>${t`End practice`}</button></div>`
      : nothing
  }${
    state?.pc?.erases && state.waiting > 0 && countLinked(model) === 0
      ? html`<div class="bar"><p>${erasesText(model)}</p><a class="pill" href="#/readiness">${t`Details`}</a></div>`
      : nothing
  }${
    due?.isSticky && route === "out"
      ? html`<div class="bar"><p>${rich`Due date stays ${html`<b>${due.value.length === 10 ? dayToText(due.value) : dayToText(due.value.slice(0, 10))}</b>`} for every item until you change it.`}</p>
        <button type="button" class="pill" @click=${() => send({ kind: "set-due", isSticky: false })}>${t`Back to normal`}</button></div>`
      : nothing
  }${
    returnDay !== undefined && route === "in"
      ? html`<div class="bar"><p>${rich`Returns are counted as ${html`<b>${dayToText(returnDay.day)}</b>`}.`}</p>
        <button type="button" class="pill" @click=${() => send({ kind: "set-return-day" })}>${t`Back to today`}</button></div>`
      : nothing
  }`;
}
