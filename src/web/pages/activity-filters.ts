/** The filters of the activity list. */

import type { DeskView } from "../../node/http/api.ts";
import { t } from "../language.ts";
import { html, type TemplateResult } from "../lit.ts";
import type { ActivityFilter } from "../store.ts";
import { ALL_KINDS, kindToWord } from "../words.ts";

export const FILTER_NAMES = ["text", "kind", "desk", "state", "from", "to", "patron", "item"] as const;

const STATES = [
  ["waiting", t`Waiting for a file`],
  ["exported", t`In a file`],
  ["voided", t`Voided`],
  ["look-at", t`To look at`],
] as const;

export function activityFilters(filter: ActivityFilter, desks: readonly DeskView[]): TemplateResult {
  const box = (
    name: "text" | "patron" | "item",
    label: string,
  ): TemplateResult => html`<div class="field"><label for=${`f-${name}`}>${label}</label>
    <input id=${`f-${name}`} name=${name} type="text" dir="ltr" maxlength="80" autocomplete="off" spellcheck="false" .value=${filter[name] ?? ""} /></div>`;
  const time = (
    name: "from" | "to",
    label: string,
  ): TemplateResult => html`<div class="field"><label for=${`f-${name}`}>${label}</label>
    <input id=${`f-${name}`} name=${name} type="datetime-local" .value=${filter[name] ?? ""} /></div>`;
  const choice = (
    name: "kind" | "desk" | "state",
    label: string,
    options: readonly (readonly [string, string])[],
  ): TemplateResult =>
    html`<div class="field"><label for=${`f-${name}`}>${label}</label><select id=${`f-${name}`} name=${name}><option value="">${t`All`}</option>
      ${options.map(([value, word]) => html`<option value=${value} ?selected=${filter[name] === value}>${word}</option>`)}</select></div>`;
  return html`${box("text", t`Number, staff, reason`)}
    ${choice(
      "kind",
      t`Kind`,
      ALL_KINDS.map((kind) => [kind, kindToWord(kind)] as const),
    )}
    ${choice(
      "desk",
      t`Desk`,
      desks.map((desk) => [desk.desk, desk.name] as const),
    )}
    ${choice("state", t`State`, STATES)} ${time("from", t`From`)} ${time("to", t`To`)}
    ${box("patron", t`Library card`)} ${box("item", t`Item`)}`;
}
