/** Types in what was written on the paper form while nothing worked: at the time that stands there. */

import { todayIn } from "../days.ts";
import { rich, t } from "../language.ts";
import { html, nothing, type TemplateResult, View } from "../lit.ts";
import { nextLine, type PaperLine, paperToCommand } from "../paper.ts";
import { timezoneOf } from "../store.ts";
import { dayToText, instantToTime } from "../words.ts";

/** Lines that were typed in at this desk: no barcode is kept, and no form is typed in twice unnoticed. */
const LINES_KEY = "deskmesh-paper-lines";
const LINES_MAX = 1_000;

function readLines(): readonly string[] {
  return (localStorage.getItem(LINES_KEY) ?? "").split("\n");
}

export class PaperPage extends View {
  static override properties = {
    ...View.properties,
    paper: { state: true },
    problem: { state: true },
    asksTwice: { state: true },
  };
  declare paper: PaperLine | undefined;
  declare problem: string;
  declare asksTwice: boolean;

  constructor() {
    super();
    this.problem = "";
    this.asksTwice = false;
  }

  protected override updated(): void {
    const dialog = this.querySelector("dialog");
    if (dialog === null || dialog.open) return;
    dialog.showModal();
    dialog.querySelector<HTMLElement>("h2")?.focus();
  }

  protected override render(): TemplateResult {
    const paper = this.#paper();
    const { notice } = this.model.session;
    const input = (
      name: keyof PaperLine,
      word: string,
      type: string,
      more = "",
    ): TemplateResult => html`<div class="field ${more}"><label for=${`paper-${name}`}>${word}</label>
      <input id=${`paper-${name}`} name=${name} ?data-first=${name === "item"} type=${type} dir="ltr" maxlength="200" autocomplete="off" spellcheck="false" .value=${paper[name]}
        @input=${(event: Event) => this.#set(name, (event.target as HTMLInputElement).value)} /></div>`;
    return html`<div class="page">
      <h1 tabindex="-1">${t`Type in from paper`}</h1>
      <div class="bar inline"><p>${rich`Counted as ${html`<b>${dayToText(paper.day)}, ${paper.time}</b>`}, from paper.`}</p></div>
      <form class="form sheet pad" @submit=${this.#submit} @keydown=${this.#keydown} novalidate>
        ${input("line", t`Number of the line`, "text")}
        <fieldset class="field"><legend>${t`Kind`}</legend>${(["out", "in"] as const).map(
          (kind) =>
            html`<label class="tick"><input type="radio" name="kind" value=${kind} .checked=${paper.kind === kind} @change=${() => this.#set("kind", kind)} /> ${kind === "out" ? t`Loan` : t`Return`}</label>`,
        )}</fieldset>
        ${input("day", t`Date`, "date")} ${input("time", t`Time on the form`, "time")}
        ${paper.kind === "out" ? input("card", t`Library card`, "text", "wide") : nothing}
        ${input("item", t`Item barcode`, "text", "wide")}
        <div class="said wide" role="status">${this.problem === "" ? (notice === undefined ? nothing : html`<p class=${notice.severity}><span>${notice.text}</span></p>`) : html`<p class="stop"><span>${t`${this.problem} Nothing was recorded.`}</span></p>`}</div>
        <div class="actions wide"><button type="button" class="button" @click=${() => this.send({ kind: "print-form" })}>${t`Print an empty form`}</button><span class="grow"></span>
          <a class="button" href="#/activity">${t`Leave`}</a><button class="button main">${t`Record this line`} <kbd>${t`Ctrl Enter`}</kbd></button></div>
      </form>
      ${this.asksTwice ? this.#twice(paper) : nothing}</div>`;
  }

  #twice(paper: PaperLine): TemplateResult {
    return html`<dialog class="ask" role="alertdialog" aria-labelledby="twice-title" @cancel=${this.#leave}>
      <h2 id="twice-title" tabindex="-1">${t`Line ${paper.line} was typed in already`}</h2>
      <p>${t`Is this another sheet with the same number?`}</p>
      <div class="actions"><button type="button" class="button" data-safe @click=${this.#leave}>${t`Leave it out`} <kbd>${t`Esc`}</kbd></button>
        <button type="button" class="button main" data-confirm @click=${() => this.#record(true)}>${t`Record it`} <kbd>${t`Ctrl Enter`}</kbd></button></div></dialog>`;
  }

  #paper(): PaperLine {
    const zone = timezoneOf(this.model);
    const now = new Date().toISOString();
    this.paper ??= {
      ...{
        line: "1",
        day: todayIn(zone, Date.now()),
        time: instantToTime(now, zone),
        kind: "out",
        card: "",
        item: "",
      },
    };
    return this.paper;
  }

  #set(name: keyof PaperLine, value: string): void {
    this.paper = { ...this.#paper(), [name]: value };
    this.problem = "";
  }

  /** Enter goes to the next field: a scanner ends with it. */
  #keydown = (event: KeyboardEvent): void => {
    if (event.key !== "Enter" || event.target instanceof HTMLButtonElement) return;
    event.preventDefault();
    if (event.ctrlKey) {
      this.#record(false);
      return;
    }
    const inputs = [...this.querySelectorAll<HTMLInputElement>("form input:not([type=radio])")];
    const at = inputs.indexOf(event.target as HTMLInputElement);
    if (at === inputs.length - 1) this.querySelector<HTMLElement>("form .main")?.focus();
    else inputs[at + 1]?.focus();
  };

  #submit = (event: Event): void => {
    event.preventDefault();
    this.#record(false);
  };

  #leave = (event: Event): void => {
    event.preventDefault();
    this.asksTwice = false;
  };

  #record(isMeant: boolean): void {
    const paper = this.#paper();
    const answer = paperToCommand(paper, timezoneOf(this.model), Date.now());
    this.asksTwice = false;
    if (answer.kind === "wrong") {
      this.problem = answer.text;
      this.querySelector<HTMLElement>(`#paper-${answer.field}`)?.focus();
      return;
    }
    const key = `${this.model.state?.outage.number} ${paper.day} ${paper.line}`;
    const lines = readLines();
    if (lines.includes(key) && !isMeant) {
      this.asksTwice = true;
      return;
    }
    localStorage.setItem(LINES_KEY, [...lines, key].slice(-LINES_MAX).join("\n"));
    this.send({ kind: "order", command: answer.command, mode: paper.kind });
    this.paper = nextLine(paper);
    setTimeout(() => this.querySelector<HTMLElement>("#paper-item")?.focus());
  }
}

customElements.define("dm-paper", PaperPage);
