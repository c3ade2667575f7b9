/** What every dialog says of a scan that it kept out. */
import { html, type TemplateResult } from "../lit.ts";
import { ignoredToText } from "../scanning.ts";
import type { Model } from "../store.ts";

/** `error`: what was wrong with the answer before, while no scan was ignored. */
export function ignoredLine({ counter }: Model, error = ""): TemplateResult {
  return html`<p class="ignored" role="alert">${counter.ignored === undefined ? error : ignoredToText(counter.ignored)}</p>`;
}
