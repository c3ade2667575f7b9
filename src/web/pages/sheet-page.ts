/**
 * Sheets for paper: the hand-over sheet of a file, the end-of-outage report, the list of items to scan again, the desk card,
 * the paper form, codes and keys. What is seen here is what is printed; frame and buttons stay on the screen.
 */
import { t } from "../language.ts";
import { html, type TemplateResult, View } from "../lit.ts";
import type { SheetName } from "../office-intent.ts";
import { paperForm } from "../paper-form.ts";
import { codesSheet } from "../sheets/codes-sheet.ts";
import { deskCard } from "../sheets/desk-card.ts";
import { handOverSheet } from "../sheets/hand-over-sheet.ts";
import { keysSheet } from "../sheets/keys-sheet.ts";
import { reportSheet } from "../sheets/report-sheet.ts";
import { rescanSheet } from "../sheets/rescan-sheet.ts";

const NAMES: readonly (readonly [SheetName, string])[] = [
  ["hand-over", t`Hand-over sheet`],
  ["report", t`End-of-outage report`],
  ["re-scan", t`Re-scan sheet`],
  ["desk-card", t`Desk card`],
  ["paper-form", t`Paper form`],
  ["codes", t`Codes to scan`],
  ["keys", t`Keys and help`],
];

export class SheetPage extends View {
  protected override render(): TemplateResult {
    const { sheet } = this.model.office;
    return html`<div class="page wide">
      <div class="head-row no-print"><div><h1 tabindex="-1">${t`Print`}</h1>
        <div class="row" role="group" aria-label=${t`Which sheet`}>${NAMES.map(
          ([name, word]) =>
            html`<button type="button" class="button" data-sheet=${name} aria-pressed=${name === sheet ? "true" : "false"} @click=${() => this.send({ kind: "office-sheet", sheet: name })}>${word}</button>`,
        )}</div></div>
        <button type="button" class="button main" @click=${() => window.print()}>${t`Print`}</button></div>
      <article class="paper" lang="en">${this.#sheet(sheet)}</article></div>`;
  }

  #sheet(sheet: SheetName): TemplateResult {
    const now = Date.now();
    switch (sheet) {
      case "hand-over":
        return handOverSheet(this.model, now);
      case "report":
        return reportSheet(this.model, now);
      case "desk-card":
        return deskCard(this.model, `${location.origin}/`);
      case "paper-form":
        return paperForm(this.model.state).content;
      case "codes":
        return codesSheet(this.model, now);
      case "keys":
        return keysSheet(this.model, now);
      default:
        return rescanSheet(this.model, now);
    }
  }
}

customElements.define("dm-sheet", SheetPage);
