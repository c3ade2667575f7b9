/** One exception: its sides next to each other, what each choice does in the library system, the decision and its reason. */

import type { ChoiceView, ExceptionView, TransactionRow } from "../../node/http/api.ts";
import { instantToMoment } from "../banner.ts";
import { onlyCtrlEnter } from "../elements/form-keys.ts";
import { formatToName } from "../formats.ts";
import { nameOfIls } from "../ils.ts";
import { t } from "../language.ts";
import { html, nothing, type PropertyValues, type TemplateResult, View } from "../lit.ts";
import { timezoneOf } from "../store.ts";
import { barcodeToTail, dueToText, exceptionKindToWord, kindToWord, rowToTitle } from "../words.ts";

export class ExceptionDetail extends View {
  static override properties = {
    ...View.properties,
    exception: { attribute: false },
    chosen: { state: true },
  };
  declare exception: ExceptionView;
  /** `decision`, or `decision transaction`. */
  declare chosen: string;

  constructor() {
    super();
    this.chosen = "";
  }

  protected override willUpdate(changed: PropertyValues): void {
    const before = changed.get("exception") as ExceptionView | undefined;
    if (before !== undefined && before.id !== this.exception.id) this.chosen = "";
  }

  protected override render(): TemplateResult {
    const each = this.exception;
    const zone = timezoneOf(this.model);
    return html`<article class="sheet pad exception ${each.mustDecide && each.settled === undefined ? "must" : ""}" data-detail=${each.id}>
      <h2>${exceptionKindToWord(each.kind, nameOfIls(this.model))}</h2>
      <p>${each.text}</p>
      ${each.later === undefined ? nothing : html`<p><b>${t`In the file already:`}</b> ${each.later}</p>`}
      <div class="sides">${each.transactions.map((row, index) => side(row, index, zone))}</div>
      ${each.settlements.map(
        (
          one,
        ) => html`<p><b>${this.#decisionToWord(one.decision)}${one.transaction === undefined ? "" : ` ${letter(each.transactions.findIndex(({ id }) => id === one.transaction))}`}</b> · ${one.reason}
          <span class="quiet">${instantToMoment(one.at, zone)}${one.by === undefined ? "" : ` · ${one.by}`}</span></p>`,
      )}
      ${each.settled === undefined ? this.#form(each) : nothing}
    </article>`;
  }

  #form(each: ExceptionView): TemplateResult {
    const needsBarcode = this.chosen.startsWith("correct");
    return html`<form class="decide" @submit=${this.#settle} @keydown=${onlyCtrlEnter}>
      <fieldset class="choice-list"><legend class="strong">${t`What do you decide?`}</legend>
        ${each.choices.flatMap((choice) => this.#options(each, choice))}</fieldset>
      <p class="quiet small">${t`What it does is told for ${formatToName(this.model.office.draft.format)}; another one is chosen in step 3 of the export.`}</p>
      ${
        needsBarcode
          ? html`<div class="field"><label for="x-barcode">${t`The right barcode`}</label><input id="x-barcode" name="x-barcode" dir="ltr" required maxlength="80" autocomplete="off" spellcheck="false" /></div>`
          : nothing
      }
      <div class="row"><div class="field grow"><label for="x-reason">${t`Reason (goes into the record)`}</label>
        <input id="x-reason" name="x-reason" required minlength="3" maxlength="200" autocomplete="off" /></div>
        <button class="button main">${t`Decide`} <kbd>${t`Ctrl Enter`}</kbd></button></div>
    </form>`;
  }

  #options(each: ExceptionView, choice: ChoiceView): TemplateResult[] {
    const option = (
      value: string,
      words: string,
    ): TemplateResult => html`<label class="choice"><input type="radio" name="decision" value=${value} required
        .checked=${this.chosen === value} @change=${() => this.#choose(value)} /><span><b>${words}</b></span>
        ${choice.consequence === undefined ? nothing : html`<span class="small quiet">${choice.consequence}</span>`}</label>`;
    if (!choice.needsTransaction) return [option(choice.decision, choice.text)];
    const isOnly = each.transactions.length === 1;
    return each.transactions.flatMap((row, index) =>
      row.voided === undefined
        ? [option(`${choice.decision} ${row.id}`, isOnly ? choice.text : `${choice.text}: ${letter(index)}`)]
        : [],
    );
  }

  #choose(value: string): void {
    this.chosen = value;
  }

  #decisionToWord(decision: string): string {
    return (
      this.exception.choices.find((each) => each.decision === decision)?.text ?? decision.replaceAll("-", " ")
    );
  }

  #settle = (event: Event): void => {
    event.preventDefault();
    const [decision, transaction] = this.chosen.split(" ");
    const reason = this.field("x-reason");
    if (decision === undefined || decision === "" || reason.length < 3) return;
    const barcode = this.field("x-barcode");
    this.send({
      kind: "settle",
      id: this.exception.id,
      decision,
      reason,
      ...(transaction === undefined ? {} : { transaction }),
      ...(barcode === "" ? {} : { barcode }),
    });
    (event.target as HTMLFormElement).reset();
    this.chosen = "";
  };
}

function side(row: TransactionRow, index: number, zone: string): TemplateResult {
  const fact = (word: string, value: string | TemplateResult | undefined): unknown =>
    value === undefined || value === "" ? nothing : html`<dt>${word}</dt><dd>${value}</dd>`;
  return html`<section class="side ${row.voided === undefined ? "" : "voided"}" tabindex="-1" aria-label=${t`Side ${letter(index)}`}>
    <h3><span class="chip">${letter(index)}</span> ${t`${kindToWord(row.kind)} at ${row.desk.name}${row.voided === undefined ? "" : t` (voided)`}`}</h3>
    <dl class="facts">${fact(t`What`, rowToTitle(row))}
      ${fact(t`Item`, row.item === undefined ? undefined : html`<span class="code" dir="ltr">${row.item}</span>`)}
      ${fact(t`Card`, row.patron === undefined ? undefined : `${barcodeToTail(row.patron)}${row.patronName === undefined ? "" : ` · ${row.patronName}`}`)}
      ${fact(t`When`, instantToMoment(row.effective ?? row.at, zone))}
      ${fact(t`Due`, row.due === undefined ? undefined : dueToText(row.due, zone, Date.now()))}
      ${fact(t`By`, row.staff)} ${fact(t`File`, row.batch)} ${fact(t`Reason`, row.reason)}</dl></section>`;
}

function letter(index: number): string {
  return index < 0 ? "" : String.fromCharCode(65 + index);
}

customElements.define("dm-exception", ExceptionDetail);
