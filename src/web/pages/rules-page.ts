/** The loan rules as a table, and what they come to for one patron and one item. Asks; records nothing. */

import type { PolicyView, TryView } from "../../node/http/api.ts";
import { t } from "../language.ts";
import { html, nothing, type TemplateResult, View } from "../lit.ts";
import { sayAgain } from "../said.ts";
import { barcodeToTail, countToText } from "../words.ts";

const ROLES = { staff: t`staff, with a reason`, supervisor: t`a supervisor`, nobody: t`nobody` } as const;
const CLOSED_DAYS = {
  ignore: t`Closed days count, and may be due days.`,
  skip: t`Only open days are counted.`,
  push: t`A due date on a closed day moves to the next open day.`,
} as const;
const PAST_CLOSING = {
  shorten: t`An hourly loan ends at closing time at the latest.`,
  "next-opening": t`An hourly loan that would pass closing time is due when the library opens next.`,
} as const;

export class RulesPage extends View {
  protected override render(): TemplateResult {
    const { policy, tried } = this.model;
    return html`<div class="page wide">
      <h1 tabindex="-1">${t`Loan rules`}</h1>
      ${policy === undefined ? html`<p class="quiet" role="status">${t`Reading the rules…`}</p>` : this.#policy(policy, tried)}
    </div>`;
  }

  #policy(policy: PolicyView, tried: TryView | undefined): TemplateResult {
    return html`${this.#tryForm(tried)}
      ${
        policy.hasPolicy
          ? html`<p class="quiet">${t`The first rule that fits decides. ${CLOSED_DAYS[policy.closedDays]} ${PAST_CLOSING[policy.hourlyPastClosing]}`}</p>
            ${rulesTable(policy, tried?.rule)} ${limitsTable(policy)}`
          : html`<p>${t`The patron data have no loan rules: every loan is 21 days, or as long as staff say.`}</p>`
      }
      ${daysTable(policy)}
      ${policy.warnings.map((text) => html`<div class="note wait"><p>${text}</p></div>`)}`;
  }

  #tryForm(tried: TryView | undefined): TemplateResult {
    const outcome = this.model.outcome?.route === "rules" ? this.model.outcome : undefined;
    return html`<section class="sheet pad"><h2>${t`What if this patron takes this item now?`}</h2>
      <form class="form" @submit=${this.#ask}>
        <div class="field"><label for="try-patron">${t`Library card`}</label><input id="try-patron" name="patron" data-first dir="ltr" type="text" autocomplete="off" spellcheck="false" maxlength="80" /></div>
        <div class="field"><label for="try-item">${t`Item`}</label><input id="try-item" name="item" dir="ltr" type="text" autocomplete="off" spellcheck="false" maxlength="80" /></div>
        <div class="actions wide"><button class="button">${t`Show what would happen`}</button></div>
      </form>
      <div role="status">${outcome === undefined ? nothing : html`<p class="stop">${outcome.text}</p>`}${tried === undefined ? nothing : triedText(tried)}</div></section>`;
  }

  #ask = (event: Event): void => {
    event.preventDefault();
    const [patron, item] = [this.field("patron"), this.field("item")];
    if (patron === "") return;
    // A scanned card ends with Enter: the item comes next.
    if (item === "") this.querySelector<HTMLElement>('[name="item"]')?.focus();
    else this.send({ kind: "try-loan", patron, item });
  };
}

function triedText(tried: TryView): TemplateResult {
  const { due, questions, refusal, category, itemType, location } = tried;
  const about = [category, itemType, location].filter((part) => part !== "").join(" · ");
  return html`<p class="quiet">${t`Card ${barcodeToTail(tried.patron)}, item ${tried.item}${about === "" ? "" : `: ${about}`}`}</p>
    ${refusal === undefined ? nothing : html`<p><b>${t`It would be refused.`}</b> ${refusal.text}</p>`}
    ${due === undefined ? nothing : html`<p><b>${t`Due ${due.words}`}</b>${due.why === "" ? "" : ` · ${due.why}`}</p>`}
    ${
      questions.length === 0
        ? nothing
        : html`<p>${questions.some(({ severity }) => severity === "stop") ? t`It would be stopped:` : t`Staff would be asked ${countToText(questions.length, t`question`, t`questions`)}:`}</p>
        <ul>${questions.map(({ text, role, severity }) => html`<li>${text} <span class="chip ${severity === "stop" ? "stop" : "wait"}">${severity === "stop" ? t`no way on` : role}</span></li>`)}</ul>`
    }
    ${questions.length === 0 && refusal === undefined ? html`<p>${t`Nothing would be asked.`}</p>` : nothing}`;
}

function rulesTable({ rules }: PolicyView, chosen: number | undefined): TemplateResult {
  return html`<div class="sheet scroll" tabindex="0" role="region" aria-label=${t`Loan rules`}><table>
    <caption class="hidden">${t`Loan rules, in the order in which they are asked`}</caption>
    <thead><tr><th scope="col">${t`Rule`}</th><th scope="col">${t`Patron`}</th><th scope="col">${t`Item type`}</th><th scope="col">${t`Location`}</th><th scope="col">${t`Loan`}</th><th scope="col">${t`Renewals`}</th><th scope="col">${t`Grace`}</th></tr></thead>
    <tbody>${rules.map(
      (rule) => html`<tr class=${rule.number === chosen ? "chosen" : ""}>
        <td>${rule.number}${rule.number === chosen ? html`<br /><b>${t`decides`}</b>` : nothing}</td>
        <td>${names(rule.category)}</td><td>${names(rule.itemType)}</td><td>${names(rule.location)}</td>
        <td><b>${rule.length}</b>${rule.dueAt === undefined ? "" : t`, due at ${rule.dueAt}`}${rule.hardDue === undefined ? "" : `, ${rule.hardDue}`} ${rule.limited ? html`<span class="chip wait">${t`limited`}</span>` : nothing}</td>
        <td>${rule.renewals === 0 ? t`none` : rule.renewals}</td><td>${rule.graceDays === 0 ? t`none` : countToText(rule.graceDays, t`day`, t`days`)}</td></tr>`,
    )}</tbody></table></div>`;
}

function limitsTable({ limits }: PolicyView): TemplateResult | typeof nothing {
  if (limits.length === 0) return nothing;
  return html`<h2>${t`At most so many at a time`}</h2><div class="sheet scroll" tabindex="0" role="region" aria-label=${t`Limits`}><table>
    <caption class="hidden">${t`Limits`}</caption>
    <thead><tr><th scope="col">${t`Patron`}</th><th scope="col">${t`Item type`}</th><th scope="col">${t`Items`}</th><th scope="col">${t`More by`}</th></tr></thead>
    <tbody>${limits.map(({ category, itemType, items, role }) => html`<tr><td>${names(category)}</td><td>${names(itemType)}</td><td>${items}</td><td>${ROLES[role]}</td></tr>`)}</tbody></table></div>`;
}

function daysTable({ days, calendarOf }: PolicyView): TemplateResult {
  return html`<h2>${t`Open${calendarOf === "" ? "" : ` · ${calendarOf}`}`}</h2><div class="sheet scroll" tabindex="0" role="region" aria-label=${t`Opening hours`}><table>
    <caption class="hidden">${t`Opening hours of the next days`}</caption>
    <thead><tr><th scope="col">${t`Day`}</th><th scope="col">${t`Hours`}</th></tr></thead>
    <tbody>${days.map(({ day, open, reason }) => html`<tr><td>${day}</td><td>${sayAgain(reason ?? open.join(", "))}</td></tr>`)}</tbody></table></div>`;
}

function names(all: readonly string[]): string {
  return all.includes("*") ? t`all` : all.join(", ");
}

customElements.define("dm-rules", RulesPage);
