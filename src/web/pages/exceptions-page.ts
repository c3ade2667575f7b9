/**
 * What was recorded truthfully but needs a person: the list by how much it matters, and beside it the one that is
 * looked at, both sides next to each other. Up and Down go through the list, Left and Right to side A and B, Ctrl+Enter
 * decides; no letter does anything, since a scanner sends letters.
 */

import type { ExceptionView } from "../../node/http/api.ts";
import { onlyCtrlEnter } from "../elements/form-keys.ts";
import { outcomeNote } from "../elements/outcome-note.ts";
import { nameOfIls } from "../ils.ts";
import { t } from "../language.ts";
import { html, nothing, type TemplateResult, View } from "../lit.ts";
import { timezoneOf } from "../store.ts";
import { countToText, exceptionKindToWord, instantToShort, rowToTitle } from "../words.ts";
import "./exception-detail.ts";

const SHOWN_PER_KIND = 40;

export class ExceptionsPage extends View {
  static override properties = { ...View.properties, seeing: { state: true } };
  /** The kind of which all are about to be marked as seen. */
  declare seeing: string | undefined;

  protected override render(): TemplateResult {
    const all = this.model.exceptions;
    const { must, look, settled } = sorted(all ?? []);
    const chosen = this.#chosen();
    return html`<div class="page wide">
      <div><h1 tabindex="-1">${t`Exceptions`}</h1>
        <p class="quiet" role="status">${all === undefined ? t`Reading…` : must.length === 0 ? t`Nothing must be decided before the export.` : t`${countToText(must.length, t`exception must`, t`exceptions must`)} be decided before the export.`}</p></div>
      ${outcomeNote(this.model.outcome, "exceptions")}
      ${
        all === undefined
          ? nothing
          : all.length === 0
            ? html`<section class="sheet pad"><p>${t`Nothing is odd: every record fits the others.`}</p></section>`
            : html`<div class="split" @keydown=${this.#keydown}>
              <nav class="pick-list" aria-label=${t`Exceptions`}>
                ${must.length === 0 ? nothing : html`<h2>${t`Must decide · ${must.length}`}</h2>${must.map((each) => this.#pick(each, chosen))}`}
                ${look.length === 0 ? nothing : html`<h2>${t`Look at · ${look.length}`}</h2>${this.#byKind(look, chosen)}`}
                ${
                  settled.length === 0
                    ? nothing
                    : html`<details><summary>${t`Decided · ${settled.length}`}</summary>${settled
                        .slice(-SHOWN_PER_KIND)
                        .reverse()
                        .map((each) => this.#pick(each, chosen))}</details>`
                }
              </nav>
              <div>${chosen === undefined ? html`<section class="sheet pad"><p class="quiet">${t`Choose one from the list.`}</p></section>` : html`<dm-exception .model=${this.model} .exception=${chosen}></dm-exception>`}</div></div>`
      }
    </div>`;
  }

  /** What is looked at; without a choice the first that must be decided. */
  #chosen(): ExceptionView | undefined {
    const all = this.model.exceptions ?? [];
    const found = all.find((each) => each.id === this.model.office.chosen);
    const { must, look } = sorted(all);
    return found ?? must[0] ?? look[0];
  }

  #pick(each: ExceptionView, chosen: ExceptionView | undefined, hasKind = true): TemplateResult {
    const [row] = each.transactions;
    const isMust = each.mustDecide && each.settled === undefined;
    return html`<button type="button" class="pick ${isMust ? "must" : ""}" data-exception=${each.id} aria-current=${each.id === chosen?.id ? "true" : nothing}
      @click=${() => this.send({ kind: "office-choose", id: each.id })}>
      ${hasKind || row === undefined ? html`<span class="strong">${exceptionKindToWord(each.kind, nameOfIls(this.model))}</span>` : nothing}
      ${row === undefined ? nothing : html`<span class="small">${rowToTitle(row)} <span class="code" dir="ltr">${row.item ?? ""}</span></span>`}
      <span class="small quiet">${row === undefined ? "" : `${instantToShort(row.at, timezoneOf(this.model), Date.now())} · ${[...new Set(each.transactions.map(({ desk }) => desk.name))].join(", ")}`}</span></button>`;
  }

  #byKind(look: readonly ExceptionView[], chosen: ExceptionView | undefined): TemplateResult[] {
    const kinds = new Map<string, ExceptionView[]>();
    for (const each of look) kinds.set(each.kind, [...(kinds.get(each.kind) ?? []), each]);
    return [...kinds].map(
      ([
        kind,
        list,
      ]) => html`<details ?open=${list.some((each) => each.id === chosen?.id)}><summary>${exceptionKindToWord(kind, nameOfIls(this.model))} · ${list.length}</summary>
        ${this.seeing === kind ? this.#seeForm(kind, list) : html`<p><button type="button" class="link" data-see=${kind} @click=${() => this.#see(kind)}>${t`Seen all ${list.length}…`}<span class="hidden"> ${exceptionKindToWord(kind, nameOfIls(this.model))}</span></button></p>`}
        ${list.slice(0, SHOWN_PER_KIND).map((each) => this.#pick(each, chosen, false))}
        ${list.length > SHOWN_PER_KIND ? html`<p class="quiet small">${t`and ${list.length - SHOWN_PER_KIND} more`}</p>` : nothing}</details>`,
    );
  }

  #seeForm(kind: string, list: readonly ExceptionView[]): TemplateResult {
    const submit = (event: Event): void => {
      event.preventDefault();
      const reason = this.field("see-reason");
      if (reason.length < 3) return;
      this.seeing = undefined;
      this.send({ kind: "office-seen", ids: list.map(({ id }) => id), reason });
    };
    return html`<form @submit=${submit} @keydown=${onlyCtrlEnter}><div class="field"><label for="see-reason">${t`What did you see? (goes into the record of all ${list.length})`}</label>
        <input id="see-reason" name="see-reason" required minlength="3" maxlength="200" autocomplete="off" /></div>
      <div class="actions"><button type="button" class="button" @click=${() => this.#see(undefined)}>${t`Cancel`}</button><button class="button">${t`Seen all ${list.length}`}<span class="hidden"> ${exceptionKindToWord(kind, nameOfIls(this.model))}</span></button></div></form>`;
  }

  #see(kind: string | undefined): void {
    this.seeing = kind;
    setTimeout(() => this.querySelector<HTMLElement>("#see-reason")?.focus());
  }

  #keydown = (event: KeyboardEvent): void => {
    const target = event.target as HTMLElement;
    const isPick = target.classList.contains("pick");
    if (isPick && (event.key === "ArrowDown" || event.key === "ArrowUp")) {
      event.preventDefault();
      const picks = [...this.querySelectorAll<HTMLElement>(".pick")].filter(
        (each) => each.offsetParent !== null,
      );
      const next = picks[picks.indexOf(target) + (event.key === "ArrowDown" ? 1 : -1)];
      next?.focus();
      const id = next?.dataset.exception;
      if (id !== undefined) this.send({ kind: "office-choose", id });
    }
    if (event.key !== "ArrowLeft" && event.key !== "ArrowRight") return;
    // In a field they move the cursor, among choices they choose.
    if (target.matches("input, textarea, select")) return;
    event.preventDefault();
    const sides = this.querySelectorAll<HTMLElement>(".side");
    sides[event.key === "ArrowLeft" ? 0 : sides.length - 1]?.focus();
  };
}

function sorted(all: readonly ExceptionView[]): {
  readonly must: readonly ExceptionView[];
  readonly look: readonly ExceptionView[];
  readonly settled: readonly ExceptionView[];
} {
  const open = all.filter((each) => each.settled === undefined);
  return {
    must: open.filter((each) => each.mustDecide),
    look: open.filter((each) => !each.mustDecide),
    settled: all.filter((each) => each.settled !== undefined),
  };
}

customElements.define("dm-exceptions", ExceptionsPage);
