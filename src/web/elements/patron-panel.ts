/**
 * What is known of the open patron: messages, blocks, loans and holds, each with the age of the data; renewals. It can be
 * folded away to its button, at this desk from then on.
 */

import type { LoanView, PatronView } from "../../node/http/api.ts";
import { t } from "../language.ts";
import { html, nothing, type TemplateResult } from "../lit.ts";
import type { RenewalOutcome } from "../session.ts";
import { countToText, dueToText, instantToShort, sinceToText } from "../words.ts";
import { icon } from "./icons.ts";

export interface PanelOptions {
  readonly timezone: string;
  /** What became of each, where all were renewed. */
  readonly renewed: readonly RenewalOutcome[];
  readonly onRenew: (item: string) => void;
  readonly onRenewAll: () => void;
  readonly isFolded: boolean;
  /** What folds it and shows it again; empty: no key does. */
  readonly key: string;
  readonly onFold: () => void;
}

export function patronPanel(patron: PatronView | undefined, options: PanelOptions): TemplateResult {
  const { isFolded, key, onFold } = options;
  const word = isFolded ? t`Loans and messages` : t`Fold away`;
  return html`<aside class="panel ${isFolded ? "folded" : ""}" aria-label=${t`Patron`} tabindex=${patron === undefined || isFolded ? nothing : "0"}>
    <button type="button" class="fold" aria-expanded=${isFolded ? "false" : "true"} @click=${onFold}>${icon(isFolded ? "unfold" : "fold")}<span>${word}</span>${key === "" ? nothing : html`<kbd>${key}</kbd>`}</button>
    ${isFolded ? nothing : inside(patron, options)}</aside>`;
}

function inside(patron: PatronView | undefined, options: PanelOptions): TemplateResult {
  if (patron === undefined)
    return html`<p class="quiet">${t`Scan a library card to see loans, messages and holds here.`}</p>`;
  const now = Date.now();
  const known = patron.asOf === undefined ? "" : sinceToText(patron.asOf, options.timezone, now);
  return html`${patron.message === undefined || patron.message === "" ? nothing : html`<div class="note wait"><h2>${t`Message`}</h2><p>${patron.message}</p></div>`}
    ${patron.blocks.map((block) => html`<div class="note stop"><h2>${t`Blocked`}</h2><p>${block.text}</p>${known === "" ? nothing : html`<p class="small">${t`Known at ${known}; may have changed.`}</p>`}</div>`)}
    ${patron.known === "registered" ? html`<div class="note info"><h2>${t`New patron`}</h2><p>${t`Registered at a desk in this outage. Ask for an ID.`}</p></div>` : nothing}
    ${loanList(patron, options, known, now)}
    ${
      patron.holds.length === 0
        ? nothing
        : html`<h2>${countToText(patron.holds.length, t`hold`, t`holds`)}</h2>
        <ul class="loans">${patron.holds.map(
          (hold) => html`<li><span class="title">${(hold.title || hold.item) ?? t`A title`}</span>
          <span class="when">${holdToText(hold)}</span></li>`,
        )}</ul>`
    }`;
}

function loanList(patron: PatronView, options: PanelOptions, known: string, now: number): TemplateResult {
  const { loans } = patron;
  const here = loans.filter((loan) => loan.from === "desk").length;
  const before = loans.length - here;
  return html`<div class="panel-head"><h2>${t`On loan · ${loans.length}`}</h2>
      ${loans.length > 1 ? html`<button type="button" class="link" @click=${options.onRenewAll}>${t`Renew all`}</button>` : nothing}</div>
    ${renewals(options, loans, now)}
    <ul class="loans">${loans.map((loan) => loanRow(loan, options, now))}</ul>
    <p class="small quiet">${t`${here} lent in this outage${before > 0 ? t`, ${before} known ${known === "" ? t`before` : t`at ${known}`}` : ""}`}</p>`;
}

function loanRow(loan: LoanView, options: PanelOptions, now: number): TemplateResult {
  const title = loan.title || loan.item;
  return html`<li data-loan=${loan.item}><span class="title" title=${title}>${title}</span>
    <span class="when ${loan.overdue ? "late" : ""}">${loan.overdue ? html`<span class="hidden">${t`overdue since`} </span>` : nothing}${instantToShort(loan.due, options.timezone, now)}</span>
    <button type="button" class="link" @click=${() => options.onRenew(loan.item)}>${t`Renew`}<span class="hidden"> ${title}</span></button></li>`;
}

/** What could not be renewed, and why: whoever is on the phone wants to know. */
function renewals(
  { renewed, timezone }: PanelOptions,
  loans: readonly LoanView[],
  now: number,
): TemplateResult | typeof nothing {
  if (renewed.length === 0) return nothing;
  const title = (item: string): string => loans.find((loan) => loan.item === item)?.title || item;
  const failed = renewed.filter((each) => !each.isRenewed);
  const done = renewed.filter((each) => each.isRenewed);
  return html`<div class="note ${failed.length > 0 ? "wait" : "good"}" data-testid="renewals"><h3>${t`${done.length} renewed${failed.length > 0 ? t`, ${failed.length} not` : ""}`}</h3>
    <ul class="plain">${failed.map((each) => html`<li><b>${title(each.item)}</b>: ${each.text}</li>`)}
    ${done.map((each) => html`<li>${t`${title(each.item)}: due ${dueToText(each.text, timezone, now)}`}</li>`)}</ul></div>`;
}

/** `on our shelf to Sat 28 Nov`, `queued` */
function holdToText({ status, shelfUntil }: PatronView["holds"][number]): string {
  const isHere = /^on[-_ ]?shelf$/i.test(status.trim());
  const until = shelfUntil === undefined || shelfUntil === "" ? "" : t` to ${shelfUntil}`;
  return `${isHere ? t`on our shelf` : status}${until}`;
}
