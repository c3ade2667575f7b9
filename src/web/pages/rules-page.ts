/** The loan rules as a table, and what they come to for one patron and one item. Asks; records nothing. */
import type { PolicyView, TryView } from "../../node/http/api.ts";
import { html, nothing, type TemplateResult, View } from "../lit.ts";
import { barcodeToTail, countToText } from "../words.ts";

const ROLES = { staff: "staff, with a reason", supervisor: "a supervisor", nobody: "nobody" } as const;
const CLOSED_DAYS = {
  ignore: "Closed days count, and may be due days.",
  skip: "Only open days are counted.",
  push: "A due date on a closed day moves to the next open day.",
} as const;
const PAST_CLOSING = {
  shorten: "An hourly loan ends at closing time at the latest.",
  "next-opening": "An hourly loan that would pass closing time is due when the library opens next.",
} as const;

export class RulesPage extends View {
  protected override render(): TemplateResult {
    const { policy, tried } = this.model;
    return html`<div class="page wide">
      <h1 tabindex="-1">Loan rules</h1>
      ${policy === undefined ? html`<p class="quiet" role="status">Reading the rules…</p>` : this.#policy(policy, tried)}
    </div>`;
  }

  #policy(policy: PolicyView, tried: TryView | undefined): TemplateResult {
    return html`${this.#tryForm(tried)}
      ${
        policy.hasPolicy
          ? html`<p class="quiet">The first rule that fits decides. ${CLOSED_DAYS[policy.closedDays]} ${PAST_CLOSING[policy.hourlyPastClosing]}</p>
            ${rulesTable(policy, tried?.rule)} ${limitsTable(policy)}`
          : html`<p>The patron data have no loan rules: every loan is 21 days, or as long as staff say.</p>`
      }
      ${daysTable(policy)}
      ${policy.warnings.map((text) => html`<div class="note wait"><p>${text}</p></div>`)}`;
  }

  #tryForm(tried: TryView | undefined): TemplateResult {
    const outcome = this.model.outcome?.route === "rules" ? this.model.outcome : undefined;
    return html`<section class="sheet pad"><h2>What if this patron takes this item now?</h2>
      <form class="form" @submit=${this.#ask}>
        <div class="field"><label for="try-patron">Library card</label><input id="try-patron" name="patron" data-first dir="ltr" type="text" autocomplete="off" spellcheck="false" maxlength="80" /></div>
        <div class="field"><label for="try-item">Item</label><input id="try-item" name="item" dir="ltr" type="text" autocomplete="off" spellcheck="false" maxlength="80" /></div>
        <div class="actions wide"><button class="button">Show what would happen</button></div>
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
  return html`<p class="quiet">Card ${barcodeToTail(tried.patron)}, item ${tried.item}${about === "" ? "" : `: ${about}`}</p>
    ${refusal === undefined ? nothing : html`<p><b>It would be refused.</b> ${refusal.text}</p>`}
    ${due === undefined ? nothing : html`<p><b>Due ${due.words}</b>${due.why === "" ? "" : ` · ${due.why}`}</p>`}
    ${
      questions.length === 0
        ? nothing
        : html`<p>${questions.some(({ severity }) => severity === "stop") ? "It would be stopped:" : `Staff would be asked ${countToText(questions.length, "question", "questions")}:`}</p>
        <ul>${questions.map(({ text, role, severity }) => html`<li>${text} <span class="chip ${severity === "stop" ? "stop" : "wait"}">${severity === "stop" ? "no way on" : role}</span></li>`)}</ul>`
    }
    ${questions.length === 0 && refusal === undefined ? html`<p>Nothing would be asked.</p>` : nothing}`;
}

function rulesTable({ rules }: PolicyView, chosen: number | undefined): TemplateResult {
  return html`<div class="sheet scroll" tabindex="0" role="region" aria-label="Loan rules"><table>
    <caption class="hidden">Loan rules, in the order in which they are asked</caption>
    <thead><tr><th scope="col">Rule</th><th scope="col">Patron</th><th scope="col">Item type</th><th scope="col">Location</th><th scope="col">Loan</th><th scope="col">Renewals</th><th scope="col">Grace</th></tr></thead>
    <tbody>${rules.map(
      (rule) => html`<tr class=${rule.number === chosen ? "chosen" : ""}>
        <td>${rule.number}${rule.number === chosen ? html`<br /><b>decides</b>` : nothing}</td>
        <td>${names(rule.category)}</td><td>${names(rule.itemType)}</td><td>${names(rule.location)}</td>
        <td><b>${rule.length}</b>${rule.dueAt === undefined ? "" : `, due at ${rule.dueAt}`}${rule.hardDue === undefined ? "" : `, ${rule.hardDue}`} ${rule.limited ? html`<span class="chip wait">limited</span>` : nothing}</td>
        <td>${rule.renewals === 0 ? "none" : rule.renewals}</td><td>${rule.graceDays === 0 ? "none" : countToText(rule.graceDays, "day", "days")}</td></tr>`,
    )}</tbody></table></div>`;
}

function limitsTable({ limits }: PolicyView): TemplateResult | typeof nothing {
  if (limits.length === 0) return nothing;
  return html`<h2>At most so many at a time</h2><div class="sheet scroll" tabindex="0" role="region" aria-label="Limits"><table>
    <caption class="hidden">Limits</caption>
    <thead><tr><th scope="col">Patron</th><th scope="col">Item type</th><th scope="col">Items</th><th scope="col">More by</th></tr></thead>
    <tbody>${limits.map(({ category, itemType, items, role }) => html`<tr><td>${names(category)}</td><td>${names(itemType)}</td><td>${items}</td><td>${ROLES[role]}</td></tr>`)}</tbody></table></div>`;
}

function daysTable({ days, calendarOf }: PolicyView): TemplateResult {
  return html`<h2>Open${calendarOf === "" ? "" : ` · ${calendarOf}`}</h2><div class="sheet scroll" tabindex="0" role="region" aria-label="Opening hours"><table>
    <caption class="hidden">Opening hours of the next days</caption>
    <thead><tr><th scope="col">Day</th><th scope="col">Hours</th></tr></thead>
    <tbody>${days.map(({ day, open, reason }) => html`<tr><td>${day}</td><td>${reason ?? open.join(", ")}</td></tr>`)}</tbody></table></div>`;
}

function names(all: readonly string[]): string {
  return all.includes("*") ? "all" : all.join(", ");
}

customElements.define("dm-rules", RulesPage);
