/** The head of every sheet: what it is, of which branch, when and by whom it was printed. */

import { dayIn } from "../dates.ts";
import { t } from "../language.ts";
import { html, type TemplateResult } from "../lit.ts";
import { type Model, timezoneOf } from "../store.ts";
import { instantToTime } from "../words.ts";

export function sheetHead(model: Model, title: string, now: number): TemplateResult {
  const { branch, desk } = model.state ?? {};
  const [instant, zone] = [new Date(now).toISOString(), timezoneOf(model)];
  // With the year: it may lie in a file for long.
  const at = `${dayIn(instant, zone, { weekday: true, year: true })}, ${instantToTime(instant, zone)}`;
  return html`<header><h2>${title}</h2>
    <p>${t`${branch?.name ?? ""} (${branch?.code ?? ""}) · printed ${at} at ${desk?.name ?? ""}${model.staff === "" ? "" : t` by ${model.staff}`}`}</p></header>`;
}
