/** What the last act on a page came to, and all that stood against it. */
import { rich, t } from "../language.ts";
import { html, nothing, type TemplateResult } from "../lit.ts";
import type { Outcome } from "../store.ts";
import { countToText } from "../words.ts";

export function outcomeNote(
  outcome: Outcome | undefined,
  route: Outcome["route"],
): TemplateResult | typeof nothing {
  if (outcome?.route !== route) return nothing;
  const { incomplete, undecided, errors } = outcome.problem ?? {};
  return html`<div class="note ${outcome.isGood ? "good" : "stop"}" role=${outcome.isGood ? "status" : "alert"}><p>${outcome.text}</p>
    ${errors?.map((error) => html`<p>${error.text}</p>`) ?? nothing}
    ${incomplete?.map((desk) => html`<p>${t`${desk.name}: ${desk.made} made, ${desk.here} here.`}</p>`) ?? nothing}
    ${undecided === undefined || undecided.length === 0 ? nothing : html`<p>${rich`${countToText(undecided.length, t`decision is`, t`decisions are`)} open: ${html`<a href="#/exceptions">${t`Exceptions`}</a>`}`}</p>`}</div>`;
}
