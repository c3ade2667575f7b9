/** A new patron's application on paper: what was typed, to be looked through and signed. It is the patron's, or shredded. */

import { t } from "./language.ts";
import { html, nothing } from "./lit.ts";
import type { PrintJob } from "./printing.ts";
import { sayAgain } from "./said.ts";
import { type Model, timezoneOf } from "./store.ts";
import { instantToDayOf } from "./words.ts";

export function applicationSheet(
  model: Model,
  { patron, fields }: { readonly patron: string; readonly fields: Readonly<Record<string, string>> },
  now: number,
): PrintJob {
  const { state, counter } = model;
  const day = instantToDayOf(new Date(now).toISOString(), timezoneOf(model), now);
  const content = html`<div class="form-sheet application">
    ${counter.isPractice ? html`<p class="practice">${t`PRACTICE. Not a real application.`}</p>` : nothing}
    <h1>${t`Application for a library card`}</h1>
    <p>${state?.branch?.name ?? ""} · ${state?.desk?.name ?? ""} · ${day}</p>
    <table><tbody>
      <tr><th scope="row">${t`Library card`}</th><td dir="ltr">${patron}</td></tr>
      ${(counter.form?.fields ?? []).map((field) => html`<tr><th scope="row">${sayAgain(field.label)}</th><td>${toText(field, fields[field.name])}</td></tr>`)}
    </tbody></table>
    <p>${t`I have read this, and it is right.`}</p>
    <p>${t`Date: ____________ Signature: ______________________________`}</p>
  </div>`;
  return { content, paper: "page" };
}

type Field = NonNullable<Model["counter"]["form"]>["fields"][number];

/** Of a choice its words, not its code. */
function toText({ choices }: Field, value = ""): string {
  return choices?.find(({ code }) => code === value)?.text ?? value;
}
