/** Whom to call when the ILS is gone, as the branch has set it. */
import { ilsOf } from "../ils.ts";
import { t } from "../language.ts";
import { html, nothing, type TemplateResult } from "../lit.ts";
import type { Model } from "../store.ts";

export function phoneList(model: Model): TemplateResult {
  const { contacts = [], helpDesk = "" } = model.state?.settings ?? {};
  if (contacts.length === 0 && helpDesk === "")
    return html`<p>${t`Nobody is named yet: a supervisor does that in`} <a href="#/settings">${t`Settings`}</a>.</p>`;
  return html`<ul class="plain phones">${contacts.map(
    ({ who, reach, note }) =>
      html`<li><b>${who}</b> <span dir="ltr">${reach}</span>${note === "" ? nothing : html` · ${note}`}</li>`,
  )}${helpDesk === "" ? nothing : html`<li><b>${t`Help desk of ${ilsOf(model)}`}</b> ${helpDesk}</li>`}</ul>`;
}
