/** What to do now, and every key: read from the table that the page listens to, and changed here. */

import { downSteps, stepsNow } from "../banner.ts";
import type { Intent } from "../intent.ts";
import {
  ACTIONS,
  type ActionName,
  isFreeCombo,
  type KeyProfile,
  keyTable,
  keyToCombo,
  PROFILE_NAMES,
  PROFILES,
} from "../keys.ts";
import { rich, t } from "../language.ts";
import { html, type TemplateResult } from "../lit.ts";
import { SHEET_COMMANDS } from "../scan-code.ts";
import type { DialogAsk, DialogContent } from "./dialog-content.ts";
import { phoneList } from "./phone-list.ts";

export function helpContent({ model, send }: DialogAsk): DialogContent {
  const { settings } = model.counter;
  const isDown = model.link === "down";
  const steps = isDown ? downSteps(model) : stepsNow(model, Date.now());
  const table = keyTable(settings.profile, settings.keys);
  const changeProfile = (event: Event): void => {
    const profile = (event.target as HTMLSelectElement).value as KeyProfile;
    send({ kind: "change-desk", change: { profile } });
  };
  const leaveTo = (intent: Intent): void => {
    send({ kind: "close-dialog" });
    send(intent);
  };
  return {
    title: isDown ? t`The program on this PC is not running` : t`What to do now, and keys`,
    body: html`<ol class="to-do-list">${steps.map((text) => html`<li>${text}</li>`)}</ol>
      <div class="row"><button type="button" class="button small" @click=${() => leaveTo({ kind: "office-sheet", sheet: "keys" })}>${t`Print this`}</button>
        <button type="button" class="button small" @click=${() => leaveTo({ kind: "go", route: "day" })}>${t`End of day`}</button>
        <button type="button" class="button small" @click=${() => leaveTo({ kind: "office-sheet", sheet: "paper-form" })}>${t`Paper form`}</button>
        <button type="button" class="button small" @click=${() => leaveTo({ kind: "go", route: "readiness" })}>${t`Is this PC ready?`}</button></div>
      <h3>${t`Whom to call`}</h3>${phoneList(model)}
      <h3>${t`Keys of this desk`}</h3>
      <div class="field"><label for="key-profile">${t`Keys as in`}</label><select id="key-profile" @change=${changeProfile}>
        ${PROFILES.map((name) => html`<option value=${name} ?selected=${name === settings.profile}>${PROFILE_NAMES[name]}</option>`)}</select></div>
      <div class="field"><label for="key-search">${t`Find a key`}</label><input id="key-search" type="text" inputmode="search" autocomplete="off" maxlength="40" @input=${searchKeys} /></div>
      <div class="scroll" tabindex="0" role="region" aria-label=${t`Keys`}><table class="keys"><caption class="hidden">${t`Keys`}</caption>
        <thead><tr><th scope="col">${t`What`}</th><th scope="col">${t`Keys`}</th><th scope="col">${t`Change`}</th></tr></thead>
        <tbody>${(Object.keys(ACTIONS) as ActionName[]).map((action) => keyRow(action, table, settings.keys, send))}</tbody></table></div>
      <p><button type="button" class="link" @click=${() => send({ kind: "change-desk", change: { keys: {} } })}>${t`All keys as they were`}</button></p>
      <h3>${t`Always the same`}</h3>
      <ul class="plain"><li><kbd>${t`Enter`}</kbd> ${t`in the empty field: finish this patron`}</li><li><kbd>${t`Esc`}</kbd>${t`: the safe choice; else clear the patron (all is saved)`}</li>
        <li><kbd>${t`Ctrl Enter`}</kbd>${rich`, ${html`<kbd>${t`Alt Y`}</kbd>`}: go ahead in a dialog; ${html`<kbd>${t`Alt N`}</kbd>`}: the safe choice`}</li>
        <li><kbd>↑</kbd> ${rich`from the empty field: into the list; there ${html`<kbd>${t`Del`}</kbd>`} voids, ${html`<kbd>${t`End`}</kbd>`} goes back`}</li>
        <li><kbd>${t`Esc`}</kbd> ${t`on the other pages: back to check out`}</li></ul>
      <h3>${t`How a scan is read`}</h3>
      <ul class="plain"><li>${t`A card first, then its items. An item first waits for its card.`}</li><li>${t`Another card: the patron before is finished, and all is saved.`}</li>
        <li>${t`The same item again: nothing is added.`}</li><li>${t`The ISBN on a cover is no barcode of the library: you are asked.`}</li>
        <li>${t`A scan while a question stands is ignored, and named.`}</li></ul>
      <h3>${t`Codes that can be scanned`}</h3>
      <p dir="ltr" class="code">${Object.keys(SHEET_COMMANDS).join("  ")}</p>`,
  };
}

/** Rows that say nothing of it go out of sight; the table stays one table. */
function searchKeys(event: Event): void {
  const input = event.target as HTMLInputElement;
  const wanted = input.value.trim().toLocaleLowerCase();
  for (const row of input.closest("dialog")?.querySelectorAll<HTMLElement>("[data-action]") ?? [])
    row.hidden = !(row.textContent ?? "").toLocaleLowerCase().includes(wanted);
}

function keyRow(
  action: ActionName,
  table: ReadonlyMap<string, ActionName>,
  changed: Readonly<Partial<Record<ActionName, string>>>,
  send: DialogAsk["send"],
): TemplateResult {
  const combos = [...table].flatMap(([combo, name]) => (name === action ? [combo] : []));
  const onKey = (event: KeyboardEvent): void => {
    const combo = keyToCombo({
      key: event.key,
      code: event.code,
      ctrl: event.ctrlKey,
      alt: event.altKey,
      shift: event.shiftKey,
    });
    if (combo === undefined || !isFreeCombo(combo)) return;
    event.preventDefault();
    event.stopPropagation();
    send({ kind: "change-desk", change: { keys: { ...changed, [action]: combo } } });
  };
  return html`<tr data-action=${action}><th scope="row">${ACTIONS[action]}</th><td>${combos.map((combo) => html`<kbd>${combo.replaceAll("+", " ")}</kbd> `)}</td>
    <td><input class="key-input" type="text" readonly aria-label=${t`New key for: ${ACTIONS[action]}`} placeholder=${t`Press a key`} @keydown=${onKey} /></td></tr>`;
}
