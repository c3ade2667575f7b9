/** Takes a payment, where the branch says how it will get into the ILS. Two receipts; only a supervisor voids it. */
import { centsToText } from "../end-of-day.ts";
import { withIls } from "../ils.ts";
import { rich, t } from "../language.ts";
import { html, nothing, type TemplateResult, View } from "../lit.ts";
import { type Model, timezoneOf } from "../store.ts";
import { barcodeToTail, instantToTime, patronToName, sinceToText } from "../words.ts";

/** How it gets there. */
function howToText(model: Model, payments: string): string {
  return payments === "file"
    ? withIls(
        model,
        (name) => t`It goes into the file for ${name}.`,
        t`It goes into the file for the library system.`,
      )
    : withIls(
        model,
        (name) => t`It is entered in ${name} by hand, from the list of payments.`,
        t`It is entered in the library system by hand, from the list of payments.`,
      );
}

export class PaymentPage extends View {
  static override properties = { ...View.properties, problem: { state: true } };
  declare problem: string;

  constructor() {
    super();
    this.problem = "";
  }

  protected override render(): TemplateResult {
    const { session, state } = this.model;
    const { payments = "off", currency = "EUR" } = state?.settings ?? {};
    const { patron, notice } = session;
    if (payments === "off") return this.#none(t`Payments are off in this branch.`);
    if (patron === undefined) return this.#none(t`Open a patron first: scan the card at Check out.`);
    const known =
      patron.asOf === undefined
        ? ""
        : t` (as of ${sinceToText(patron.asOf, timezoneOf(this.model), Date.now())})`;
    return html`<div class="page"><h1 tabindex="-1">${t`Payment`}</h1>
      <p>${rich`From ${html`<b>${patronToName(patron)}</b>`}, card ${barcodeToTail(patron.barcode)}. ${howToText(this.model, payments)}`}</p>
      ${patron.blocks.length === 0 ? nothing : html`<p class="note wait">${patron.blocks.map((block) => block.text).join(", ")}${known}</p>`}
      <form class="form sheet pad" @submit=${this.#pay} @keydown=${this.#keydown} novalidate>
        <div class="field"><label for="pay-amount">${t`Amount in ${currency}`}</label>
          <input id="pay-amount" name="pay-amount" data-first type="text" inputmode="decimal" dir="ltr" maxlength="10" autocomplete="off" placeholder="12.40" /></div>
        <div class="said wide" role="status">${this.problem === "" ? (notice === undefined ? nothing : html`<p class=${notice.severity}><span>${notice.text}</span></p>`) : html`<p class="stop"><span>${this.problem}</span></p>`}</div>
        <div class="actions wide"><a class="button" href="#/out">${t`Leave`}</a><button class="button main">${t`Take the payment`} <kbd>${t`Ctrl Enter`}</kbd></button></div>
      </form>${this.#taken()}</div>`;
  }

  /** What this patron has just paid. */
  #taken(): TemplateResult | typeof nothing {
    const { rows, counter, session } = this.model;
    const row = rows[counter.receipt ?? ""];
    if (row === undefined || row.patron !== session.patron?.barcode) return nothing;
    const amount = centsToText(row.amount ?? 0, row.currency ?? "");
    if (row.voided !== undefined)
      return html`<p>${t`${amount} taken at ${instantToTime(row.at, timezoneOf(this.model))} was voided.`}</p>`;
    return html`<div class="row"><p>${t`${amount} taken at ${instantToTime(row.at, timezoneOf(this.model))}.`}</p>
      <button type="button" class="button" @click=${(event: Event) => this.send({ kind: "act", action: "print", atMs: event.timeStamp })}>${t`Print the receipt, two copies`} <kbd>F9</kbd></button></div>`;
  }

  #none(text: string): TemplateResult {
    return html`<div class="page"><h1 tabindex="-1">${t`Payment`}</h1><p>${text}</p><p><a class="button" href="#/out">${t`Check out`} <kbd>F1</kbd></a></p></div>`;
  }

  #keydown = (event: KeyboardEvent): void => {
    if (event.key !== "Enter" || event.target instanceof HTMLButtonElement) return;
    event.preventDefault();
    if (event.ctrlKey) this.#pay(event);
  };

  #pay = (event: Event): void => {
    event.preventDefault();
    const { patron } = this.model.session;
    const { currency = "EUR" } = this.model.state?.settings ?? {};
    const amount = textToCents(this.field("pay-amount"));
    this.problem = amount === undefined ? t`An amount such as 12.40. Nothing was recorded.` : "";
    if (patron === undefined || amount === undefined) return;
    this.send({ kind: "order", command: { kind: "payment", patron: patron.barcode, amount, currency } });
    this.querySelector("form")?.reset();
  };
}

/** `12.40`, `12,4`, `12` → cents; undefined: none of these, or nothing. */
export function textToCents(text: string): number | undefined {
  const found = /^(\d{1,5})(?:[.,](\d{1,2}))?$/.exec(text.trim());
  if (found === null) return undefined;
  const cents = Number(found[1]) * 100 + Number((found[2] ?? "").padEnd(2, "0"));
  return cents > 0 ? cents : undefined;
}

customElements.define("dm-payment", PaymentPage);
