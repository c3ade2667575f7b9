/**
 * The one dialog that stands between staff and the next scan. Its heading has the focus; Enter does nothing, so the
 * Enter at the end of a stray scan can't answer it (`modal-guard.ts`). Esc is the safe choice; Ctrl+Enter or a click
 * goes ahead. Sends `confirm` or `decline`.
 */

import { type Ask, askToOverrides, isAnswered, sessionToAsk } from "../asking.ts";
import { ilsOf } from "../ils.ts";
import { t } from "../language.ts";
import { html, nothing, type PropertyValues, type TemplateResult, View } from "../lit.ts";
import { isSupervisor, timezoneOf } from "../store.ts";
import { dayOf, instantToDay, instantToTime, sinceToText } from "../words.ts";
import { ignoredLine } from "./ignored-line.ts";

export class QuestionDialog extends View {
  static override properties = {
    ...View.properties,
    reason: { state: true },
    ticked: { state: true },
    lender: { state: true },
    due: { state: true },
  };
  /** `YYYY-MM-DD`; empty: not set. */
  declare due: string;
  declare reason: string;
  declare ticked: ReadonlySet<string>;
  /** Initials and PIN of a supervisor, while they are typed. */
  declare lender: { readonly user: string; readonly pin: string };
  #key = "";

  constructor() {
    super();
    this.#clear();
  }

  protected override willUpdate(_changed: PropertyValues): void {
    const ask = this.#ask();
    const key = `${ask?.key ?? ""} ${ask?.error ?? ""}`;
    if (key === this.#key) return;
    this.#key = key;
    this.#clear();
  }

  protected override updated(_changed: PropertyValues): void {
    const dialog = this.querySelector("dialog");
    if (dialog === null || dialog.open) return;
    dialog.showModal();
    this.querySelector<HTMLElement>("#ask-title")?.focus();
  }

  protected override render(): TemplateResult | typeof nothing {
    const ask = this.#ask();
    if (ask === undefined) return nothing;
    const isStop = ask.confirm === undefined;
    return html`<dialog class="ask ${isStop ? "stop" : ""}" role="alertdialog" aria-labelledby="ask-title" aria-describedby="ask-text"
      @cancel=${this.#decline}>
      <h2 id="ask-title" tabindex="-1">${isStop ? html`<span class="stop-word">${t`STOP`}</span> ` : nothing}${ask.title}</h2>
      <p class="quiet" dir="ltr">${ask.subject}</p>
      <div id="ask-text" class="ask-text">${ask.questions.map((question) => this.#question(question, ask))}
        ${ask.due === undefined ? nothing : html`<div class="ask-block"><p class="strong">${ask.due}</p></div>`}
        ${ask.hint === undefined ? nothing : html`<p>${ask.hint}</p>`}</div>
      ${
        ask.needsReason
          ? html`<label for="ask-reason" class="strong">${ask.reasonLabel}</label>
            <input id="ask-reason" type="text" autocomplete="off" maxlength="200" required .value=${this.reason}
              @input=${(event: Event) => {
                this.reason = (event.target as HTMLInputElement).value;
              }} />`
          : nothing
      }
      ${ask.needsDue ? this.#dueField() : nothing}
      ${ask.needsLender ? this.#lending() : nothing}
      ${ignoredLine(this.model, ask.error)}
      ${this.#buttons(ask)}
    </dialog>`;
  }

  #buttons(ask: Ask): TemplateResult {
    const { other } = ask;
    return html`<div class="actions">
      ${
        other === undefined
          ? nothing
          : html`<button type="button" class="button" @click=${() => this.send({ kind: other.does === "rule" ? "take-rule" : "take-item" })}>${other.word}</button><span class="grow"></span>`
      }
      <button type="button" class="button" data-safe @click=${this.#decline}>${ask.safe} <kbd>${t`Esc`}</kbd></button>
      ${
        ask.confirm === undefined
          ? nothing
          : html`<button type="button" class="button main" data-confirm ?disabled=${!this.#isAnswered(ask)}
            @click=${() => this.#confirm(ask)}>${ask.confirm} <kbd>${t`Ctrl Enter`}</kbd></button>`
      }
    </div>`;
  }

  #ask(): Ask | undefined {
    const { model } = this;
    const taken = model.state?.snapshot?.takenAt;
    const zone = timezoneOf(model);
    return sessionToAsk(model.session, {
      isSupervisor: isSupervisor(model),
      ils: ilsOf(model),
      ...(taken === undefined
        ? {}
        : { dataOf: `${instantToDay(taken, zone)}, ${instantToTime(taken, zone)}` }),
    });
  }

  #isAnswered(ask: Ask): boolean {
    return isAnswered(ask, this.reason, this.ticked, this.lender, this.due);
  }

  #dueField(): TemplateResult {
    const today = dayOf(new Date().toISOString(), timezoneOf(this.model));
    return html`<label for="ask-due" class="strong">${t`Due back on`}</label>
      <input id="ask-due" type="date" required min=${today} .value=${this.due}
        @change=${(event: Event) => {
          this.due = (event.target as HTMLInputElement).value;
        }} />`;
  }

  /** For this one answer: nobody is signed in or out by it. */
  #lending(): TemplateResult {
    const typed = (name: "user" | "pin") => (event: Event) => {
      this.lender = { ...this.lender, [name]: (event.target as HTMLInputElement).value };
    };
    return html`<fieldset class="lend"><legend class="strong">${t`A supervisor, for this once`}</legend>
      <label for="lend-user">${t`Initials`}</label>
      <input id="lend-user" data-free type="text" autocomplete="off" maxlength="20" spellcheck="false" .value=${this.lender.user} @input=${typed("user")} />
      <label for="lend-pin">${t`PIN`}</label>
      <input id="lend-pin" data-free type="password" autocomplete="off" maxlength="64" .value=${this.lender.pin} @input=${typed("pin")} />
    </fieldset>`;
  }

  #question(question: Ask["questions"][number], ask: Ask): TemplateResult {
    const zone = timezoneOf(this.model);
    const { since, ref, text, tick } = question;
    return html`<div class="ask-block">
      <p>${text}</p>
      ${
        since === undefined
          ? nothing
          : html`<p class="quiet">${t`As known at ${sinceToText(since, zone, Date.now())}.`}</p>`
      }
      ${
        ask.ticks.includes(ref)
          ? html`<label class="tick"><input type="checkbox" .checked=${this.ticked.has(ref)}
            @change=${(event: Event) => this.#tick(ref, (event.target as HTMLInputElement).checked)} /> ${tick ?? t`I have read this`}</label>`
          : nothing
      }
    </div>`;
  }

  #clear(): void {
    this.reason = "";
    this.due = "";
    this.ticked = new Set();
    this.lender = { user: "", pin: "" };
  }

  #tick(ref: string, isOn: boolean): void {
    const next = new Set(this.ticked);
    if (isOn) next.add(ref);
    else next.delete(ref);
    this.ticked = next;
  }

  #decline = (event: Event): void => {
    event.preventDefault();
    this.send({ kind: "decline" });
  };

  #confirm(ask: Ask): void {
    if (!this.#isAnswered(ask)) return;
    const user = this.lender.user.trim();
    const overrides = askToOverrides(ask, this.reason, { user, pin: this.lender.pin });
    this.lender = { user: "", pin: "" };
    this.send({ kind: "confirm", overrides, ...(ask.needsDue ? { due: this.due } : {}) });
  }
}

customElements.define("dm-question", QuestionDialog);
