/** What is known of the open patron: messages, blocks, loans and holds, each with the age of the data. */
import type { PatronView } from "../../node/http/api.ts";
import { html, nothing, type TemplateResult } from "../lit.ts";
import { countToText, instantToShort, sinceToText } from "../words.ts";

export function patronPanel(patron: PatronView | undefined, timezone: string): TemplateResult {
  const now = Date.now();
  if (patron === undefined) {
    return html`<aside class="panel" aria-label="Patron"><p class="quiet">Scan a library card to see loans, messages and holds here.</p></aside>`;
  }
  const known = patron.asOf === undefined ? "" : sinceToText(patron.asOf, timezone, now);
  const here = patron.loans.filter((loan) => loan.from === "desk").length;
  const before = patron.loans.length - here;
  return html`<aside class="panel" aria-label="Patron" tabindex="0">
    ${patron.message === undefined || patron.message === "" ? nothing : html`<div class="note wait"><h2>Message</h2><p>${patron.message}</p></div>`}
    ${patron.blocks.map((block) => html`<div class="note stop"><h2>Blocked</h2><p>${block.text}</p>${known === "" ? nothing : html`<p class="small">Known at ${known}; may have changed.</p>`}</div>`)}
    ${patron.known === "registered" ? html`<div class="note info"><h2>New patron</h2><p>Registered at a desk in this outage. Ask for an ID.</p></div>` : nothing}
    <h2>On loan · ${patron.loans.length}</h2>
    <ul class="loans">${patron.loans.map(
      (loan) => html`<li><span class="title">${loan.title || loan.item}</span>
        <span class="when ${loan.overdue ? "late" : ""}">${loan.overdue ? html`<span class="hidden">overdue since </span>` : nothing}${instantToShort(loan.due, timezone, now)}</span></li>`,
    )}</ul>
    <p class="small quiet">${here} lent in this outage${before > 0 ? `, ${before} known ${known === "" ? "before" : `at ${known}`}` : ""}</p>
    ${
      patron.holds.length === 0
        ? nothing
        : html`<h2>${countToText(patron.holds.length, "hold", "holds")}</h2>
        <ul class="loans">${patron.holds.map(
          (hold) => html`<li><span class="title">${(hold.title || hold.item) ?? "A title"}</span>
          <span class="when">${hold.status}${hold.shelfUntil === undefined || hold.shelfUntil === "" ? "" : ` to ${hold.shelfUntil}`}</span></li>`,
        )}</ul>`
    }
  </aside>`;
}
