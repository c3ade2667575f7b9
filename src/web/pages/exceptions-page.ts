/** What was recorded truthfully but needs a person: each with its sides, a decision and its reason. */
import type { ExceptionView } from "../../node/http/api.ts";
import { instantToMoment } from "../banner.ts";
import { html, nothing, type TemplateResult, View } from "../lit.ts";
import { timezoneOf } from "../store.ts";
import { barcodeToTail, countToText, kindToWord, rowToTitle } from "../words.ts";

export class ExceptionsPage extends View {
  protected override render(): TemplateResult {
    const all = this.model.exceptions;
    const open = (all ?? []).filter((each) => each.settled === undefined);
    const must = open.filter((each) => each.mustDecide);
    const look = open.filter((each) => !each.mustDecide);
    const settled = (all ?? []).filter((each) => each.settled !== undefined);
    const { outcome } = this.model;
    return html`<div class="page">
      <h1 tabindex="-1">Exceptions</h1>
      <p class="quiet" role="status">${all === undefined ? "Reading…" : must.length === 0 ? "Nothing must be decided before the export." : `${countToText(must.length, "exception must", "exceptions must")} be decided before the export.`}</p>
      ${outcome?.route === "exceptions" ? html`<div class="note ${outcome.isGood ? "good" : "stop"}" role="status"><p>${outcome.text}</p></div>` : nothing}
      ${group("Must decide", must, (each) => this.#card(each))}
      ${group("Look at", look, (each) => this.#card(each))}
      ${group("Decided", settled, (each) => this.#card(each))}
    </div>`;
  }

  #card(each: ExceptionView): TemplateResult {
    const zone = timezoneOf(this.model);
    return html`<article class="sheet pad exception ${each.mustDecide && each.settled === undefined ? "must" : ""}" data-exception=${each.id}>
      <h3>${each.text}</h3>
      <div class="sides">${each.transactions.map(
        (
          row,
          index,
        ) => html`<div class="side"><p class="strong">${side(index)} · ${kindToWord(row.kind)} at ${row.desk.name}</p>
          <p>${rowToTitle(row)} <span class="code" dir="ltr">${row.item ?? ""}</span></p>
          <p class="quiet">${instantToMoment(row.at, zone)}${row.patron === undefined ? "" : ` · card ${barcodeToTail(row.patron)}`}${row.patronName === undefined ? "" : ` · ${row.patronName}`}${row.staff === undefined ? "" : ` · by ${row.staff}`}</p></div>`,
      )}</div>
      ${
        each.settled === undefined
          ? this.#form(each)
          : html`<p><b>${decisionToWord(each.settled.decision)}</b> · ${each.settled.reason}
            <span class="quiet">${instantToMoment(each.settled.at, zone)}${each.settled.by === undefined ? "" : ` · ${each.settled.by}`}</span></p>`
      }
    </article>`;
  }

  #form(each: ExceptionView): TemplateResult {
    const name = `d-${each.id}`;
    const rows = each.transactions.filter((row) => row.voided === undefined);
    const choice = (value: string, word: string): TemplateResult =>
      html`<label class="tick"><input type="radio" name=${name} value=${value} required /> ${word}</label>`;
    return html`<form class="decide" @submit=${(event: Event) => this.#settle(event, each)} @keydown=${onlyCtrlEnter}>
      <fieldset><legend class="hidden">Decision</legend>
        ${each.kind === "retired-desk" ? choice("accept", "Accept all of it: it counts") : sided(each, rows, choice)}
        ${choice("note", each.kind === "retired-desk" ? "Leave it out, with a note" : "Leave it, with a note")}</fieldset>
      <div class="row"><div class="field grow"><label for=${`r-${each.id}`}>Reason (goes into the record)</label>
        <input id=${`r-${each.id}`} name="reason" type="text" required minlength="3" maxlength="200" autocomplete="off" /></div>
        <button class="button main">Decide <kbd>Ctrl Enter</kbd></button></div>
    </form>`;
  }

  #settle(event: Event, each: ExceptionView): void {
    event.preventDefault();
    const form = new FormData(event.target as HTMLFormElement);
    const [decision, transaction] = String(form.get(`d-${each.id}`)).split(" ");
    const reason = String(form.get("reason")).trim();
    if (decision !== "keep-both" && decision !== "void" && decision !== "note" && decision !== "accept")
      return;
    const which = decision === "void" && transaction !== undefined ? { transaction } : {};
    this.send({ kind: "settle", id: each.id, decision, reason, ...which });
  }
}

function sided(
  each: ExceptionView,
  rows: ExceptionView["transactions"],
  choice: (value: string, word: string) => TemplateResult,
): unknown {
  return [
    each.transactions.length > 1 ? choice("keep-both", "Keep both") : nothing,
    rows.map((row) => choice(`void ${row.id}`, `Void ${side(each.transactions.indexOf(row))}`)),
  ];
}

function group(
  title: string,
  list: readonly ExceptionView[],
  card: (each: ExceptionView) => TemplateResult,
): TemplateResult | typeof nothing {
  if (list.length === 0) return nothing;
  return html`<section><h2>${title} · ${list.length}</h2>${list.map(card)}</section>`;
}

/** A stray scan ends with Enter: a decision needs Ctrl+Enter or a click. */
function onlyCtrlEnter(event: KeyboardEvent): void {
  if (event.key !== "Enter") return;
  event.preventDefault();
  if (event.ctrlKey) (event.currentTarget as HTMLFormElement).requestSubmit();
}

function side(index: number): string {
  return String.fromCharCode(65 + index);
}

function decisionToWord(decision: string): string {
  const words: Readonly<Record<string, string>> = {
    "keep-both": "Kept both",
    void: "Voided one",
    correct: "Corrected",
    note: "Noted",
    accept: "Accepted",
  };
  return words[decision] ?? decision;
}

customElements.define("dm-exceptions", ExceptionsPage);
