/** The choice of the language, each in its own words. The pages are loaded anew in it; what is in hand stays. */
import type { Intent } from "../intent.ts";
import { LANGUAGE_NAMES, type Language, languageTag, t } from "../language.ts";
import { html, type TemplateResult } from "../lit.ts";

export function languageField(send: (intent: Intent) => void): TemplateResult {
  const choose = (event: Event): void => {
    send({ kind: "choose-language", language: (event.target as HTMLSelectElement).value as Language });
  };
  return html`<div class="field"><label for="language">${t`Language of this desk`}</label><select id="language" autocomplete="off" @change=${choose}>
    ${Object.entries(LANGUAGE_NAMES).map(([tag, name]) => html`<option value=${tag} lang=${tag} ?selected=${tag === languageTag()}>${name}</option>`)}</select></div>`;
}
