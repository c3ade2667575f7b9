/** What is to be known of this very PC: its disk is set back at restarts, and a newer program is offered to it. */

import { rich, t } from "../language.ts";
import { html, nothing, type TemplateResult } from "../lit.ts";
import type { Model } from "../store.ts";
import { countToText } from "../words.ts";

/** On the Desks page and on Readiness. */
export function pcNotes(model: Model): TemplateResult | typeof nothing {
  const { pc } = model.state ?? {};
  if (pc === undefined) return nothing;
  const { erases, update } = pc;
  return html`${erases ? html`<div class="note ${countLinked(model) === 0 ? "stop" : "wait"}" data-testid="erases"><p>${erasesText(model)}</p></div>` : nothing}
    ${update === undefined ? nothing : html`<div class="note info" data-testid="update"><p><b>${t`Version ${update.version} is offered to this PC.`}</b> <a href="#/settings">${t`What to do`}</a></p></div>`}`;
}

/** `forget` */
export function erasesText(model: Model): TemplateResult {
  const linked = countLinked(model);
  if (linked === 0)
    return html`${rich`${html`<b>${t`This PC erases its disk at restart, and no other desk is here.`}</b>`} What is recorded here now is nowhere else. Do not switch this PC off or restart it before another desk is back.`}`;
  return html`${rich`${html`<b>${t`This PC erases its disk at restart.`}</b>`} It will be refilled from ${countToText(linked, t`other desk`, t`other desks`)}. Keep at least one of them on.`}`;
}

export function countLinked({ state }: Model): number {
  return (state?.desks.desks ?? []).filter((desk) => desk.linked && !desk.self).length;
}
