/**
 * The one dialog that stands between staff and the next scan. Its heading has the focus; Enter does nothing, so the
 * Enter at the end of a stray scan can't answer it. Esc is the safe choice; Ctrl+Enter or a click goes ahead.
 * Sends `confirm` or `decline`.
 */
import { type Ask, askToOverrides, isAnswered, sessionToAsk } from "../asking.ts";
import { BURST_GAP_MS, type Burst, burstAfter, isScan, noBurst } from "../keys.ts";
import { html, nothing, type PropertyValues, type TemplateResult, View } from "../lit.ts";
import { isSupervisor, timezoneOf } from "../store.ts";
import { barcodeToTail, dayOf, sinceToText } from "../words.ts";

/** A key on a button counts only after so much quiet: a scanner's Tab and Enter come faster. */
const BUTTON_QUIET_MS = 300;

/** Typed into as they are: a scanned staff card is welcome there. */
const TYPED_FIELDS: ReadonlySet<string> = new Set(["lend-user", "lend-pin", "ask-due"]);

export class QuestionDialog extends View {
  static override properties = {
    ...View.properties,
    reason: { state: true },
    ticked: { state: true },
    lender: { state: true },
    ignored: { state: true },
    due: { state: true },
  };
  /** `YYYY-MM-DD`; empty: not set. */
  declare due: string;
  declare reason: string;
  declare ticked: ReadonlySet<string>;
  declare ignored: string;
  /** Initials and PIN of a supervisor, while they are typed. */
  declare lender: { readonly user: string; readonly pin: string };
  #burst: Burst = noBurst;
  #stray = "";
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
    return html`<dialog class="ask" role="alertdialog" aria-labelledby="ask-title" aria-describedby="ask-text"
      @cancel=${this.#decline} @keydown=${(event: KeyboardEvent) => this.#keydown(event, ask)} @keyup=${this.#keyup}>
      <h2 id="ask-title" tabindex="-1">${ask.title}</h2>
      <p class="quiet" dir="ltr">${ask.subject}</p>
      <div id="ask-text" class="ask-text">${ask.questions.map((question) => this.#question(question, ask))}</div>
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
      <p class="ignored" role="alert">${this.ignored || ask.error || ""}</p>
      <div class="actions">
        <button type="button" class="button" @click=${this.#decline}>${ask.safe} <kbd>Esc</kbd></button>
        ${
          ask.confirm === undefined
            ? nothing
            : html`<button type="button" class="button main" ?disabled=${!this.#isAnswered(ask)}
              @click=${() => this.#confirm(ask)}>${ask.confirm} <kbd>Ctrl Enter</kbd></button>`
        }
      </div>
    </dialog>`;
  }

  #ask(): Ask | undefined {
    return sessionToAsk(this.model.session, isSupervisor(this.model));
  }

  #isAnswered(ask: Ask): boolean {
    return isAnswered(ask, this.reason, this.ticked, this.lender, this.due);
  }

  #dueField(): TemplateResult {
    const today = dayOf(new Date().toISOString(), timezoneOf(this.model));
    return html`<label for="ask-due" class="strong">Due back on</label>
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
    return html`<fieldset class="lend"><legend class="strong">A supervisor, for this once</legend>
      <label for="lend-user">Initials</label>
      <input id="lend-user" type="text" autocomplete="off" maxlength="20" spellcheck="false" .value=${this.lender.user} @input=${typed("user")} />
      <label for="lend-pin">PIN</label>
      <input id="lend-pin" type="password" autocomplete="off" maxlength="64" .value=${this.lender.pin} @input=${typed("pin")} />
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
          : html`<p class="quiet">As known at ${sinceToText(since, zone, Date.now())}.</p>`
      }
      ${
        ask.ticks.includes(ref)
          ? html`<label class="tick"><input type="checkbox" .checked=${this.ticked.has(ref)}
            @change=${(event: Event) => this.#tick(ref, (event.target as HTMLInputElement).checked)} /> ${tick ?? "I have read this"}</label>`
          : nothing
      }
    </div>`;
  }

  #clear(): void {
    this.reason = "";
    this.due = "";
    this.ticked = new Set();
    this.ignored = "";
    this.lender = { user: "", pin: "" };
    this.#stray = "";
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

  #keydown(event: KeyboardEvent, ask: Ask): void {
    const target = event.target as HTMLElement;
    const quietMs = event.timeStamp - this.#burst.lastMs;
    this.#burst = burstAfter(this.#burst, event.key, event.timeStamp);
    if (event.key === "Enter") {
      event.preventDefault();
      if (event.ctrlKey) {
        this.#confirm(ask);
      } else {
        this.#ignore(this.#stray);
        this.#stray = "";
      }
      return;
    }
    if (event.key === "Tab") {
      if (quietMs < BURST_GAP_MS) event.preventDefault();
      return;
    }
    if (event.key.length !== 1 || event.ctrlKey || event.altKey) return;
    if (TYPED_FIELDS.has(target.id)) return;
    if (target.id === "ask-reason") {
      this.#keyInReason(event, target as HTMLInputElement);
      return;
    }
    if (event.key === " " && target.matches("button, input") && quietMs >= BUTTON_QUIET_MS) return;
    event.preventDefault();
    this.#stray += event.key;
    if (isScan(this.#burst)) this.#ignore(this.#stray);
  }

  /** Space presses a button when it goes up: a swallowed one must not. */
  #keyup = (event: KeyboardEvent): void => {
    if (event.key === " " && this.#stray !== "") event.preventDefault();
  };

  /** A scan that lands in the reason is taken out again. */
  #keyInReason(event: KeyboardEvent, input: HTMLInputElement): void {
    if (!isScan(this.#burst)) return;
    event.preventDefault();
    const typed = this.#burst.text.slice(0, -1);
    if (input.value.endsWith(typed)) input.value = input.value.slice(0, -typed.length);
    this.reason = input.value;
    this.#ignore(this.#burst.text);
  }

  #ignore(text: string): void {
    if (text === "") return;
    this.ignored = `Scan ignored: ${barcodeToTail(text)}. Answer first, then scan it again.`;
  }
}

customElements.define("dm-question", QuestionDialog);
