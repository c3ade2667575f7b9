/**
 * The export wizard: five steps, each with its gate. Back is always there, what was chosen is kept, nothing goes on by
 * itself. Alt+Left and Alt+Right are Back and Next; Ctrl+Enter is Next where the step is valid; Esc asks to leave.
 */

import { outcomeNote } from "../elements/outcome-note.ts";
import { draftToGate, type Gate } from "../export-gate.ts";
import { t } from "../language.ts";
import { html, nothing, type TemplateResult, View } from "../lit.ts";
import { STEPS } from "../office.ts";
import "./hand-over-section.ts";
import { desksStep, exceptionsStep, formatStep, type StepTools, writeStep } from "./wizard-steps.ts";

export class WizardPage extends View {
  #undo: () => void = () => undefined;

  override connectedCallback(): void {
    super.connectedCallback();
    const onKey = (event: KeyboardEvent): void => this.#keydown(event);
    document.addEventListener("keydown", onKey);
    this.#undo = () => document.removeEventListener("keydown", onKey);
  }

  override disconnectedCallback(): void {
    this.#undo();
    super.disconnectedCallback();
  }

  protected override render(): TemplateResult {
    const { state, office, outcome } = this.model;
    if (state === undefined) return html``;
    const { step } = office.draft;
    const gate = draftToGate(this.model, Date.now());
    return html`<div class="page wide">
      <div><h1 tabindex="-1">${t`Export`}</h1><p class="quiet">${t`Step ${step} of ${STEPS.length}: ${STEPS[step - 1] ?? ""}`}</p></div>
      <ol class="steps" aria-label=${t`Steps`}>${STEPS.map(
        (word, index) =>
          html`<li class=${index + 1 < step ? "done" : ""} aria-current=${index + 1 === step ? "step" : nothing}><b>${index + 1 < step ? "✓" : index + 1}</b>${word}</li>`,
      )}</ol>
      ${outcomeNote(outcome, "wizard")}
      ${this.#step(step, gate)}
      ${this.#foot(step, gate)}
      ${this.#leaving()}
    </div>`;
  }

  #step(step: number, gate: Gate): TemplateResult {
    const tools: StepTools = {
      model: this.model,
      gate,
      change: (change) => this.send({ kind: "office-draft", change }),
    };
    switch (step) {
      case 1:
        return desksStep(tools);
      case 2:
        return exceptionsStep(tools);
      case 3:
        return formatStep(tools);
      case 4:
        return writeStep(tools);
      default:
        return html`<dm-hand-over .model=${this.model}></dm-hand-over>`;
    }
  }

  #foot(step: number, gate: Gate): TemplateResult {
    const isLast = step === STEPS.length;
    const word = step === 4 ? t`Write the file` : t`Next`;
    return html`<div class="foot-bar">
      <button type="button" class="button" ?disabled=${step === 1} @click=${this.#back}>${t`Back`} <kbd>${t`Alt ←`}</kbd></button>
      <span class="grow"></span>
      <p class="quiet" role="status" id="gate">${gate.isOpen || isLast ? "" : gate.why}</p>
      <a class="button" href="#/export">${t`Leave`}</a>
      ${isLast ? nothing : html`<button type="button" class="button main" data-next ?disabled=${!gate.isOpen} aria-describedby="gate" @click=${this.#next}>${word} <kbd>${t`Ctrl Enter`}</kbd></button>`}</div>`;
  }

  #leaving(): TemplateResult {
    return html`<dialog class="ask" id="leave" aria-labelledby="leave-title"><h2 id="leave-title" tabindex="-1">${t`Leave the export?`}</h2>
      <p>${t`Nothing is lost: what you chose is kept for when you come back.`}</p>
      <div class="actions"><button type="button" class="button" data-safe @click=${this.#stay}>${t`Stay`} <kbd>${t`Esc`}</kbd></button>
        <button type="button" class="button main" data-confirm @click=${this.#leave}>${t`Leave`} <kbd>${t`Ctrl Enter`}</kbd></button></div></dialog>`;
  }

  #back = (): void => this.#to(this.model.office.draft.step - 1);

  #next = (): void => {
    if (!draftToGate(this.model, Date.now()).isOpen) return;
    const { step } = this.model.office.draft;
    if (step === 4) this.send({ kind: "office-write" });
    else this.#to(step + 1);
  };

  #to(step: number): void {
    if (step < 1 || step > STEPS.length) return;
    this.send({ kind: "office-draft", change: { step } });
    // Later: the step is rendered after this.
    setTimeout(() => this.querySelector<HTMLElement>("h1")?.focus());
  }

  #stay = (): void => this.querySelector<HTMLDialogElement>("#leave")?.close();

  #leave = (): void => {
    this.#stay();
    this.send({ kind: "go", route: "export" });
  };

  #keydown(event: KeyboardEvent): void {
    const leave = this.querySelector<HTMLDialogElement>("#leave");
    if (leave?.open) {
      if (event.key === "Enter" && event.ctrlKey) this.#leave();
      return;
    }
    if (document.querySelector("dialog[open]") !== null) return;
    if (event.key === "Escape") {
      event.preventDefault();
      leave?.showModal();
      this.querySelector<HTMLElement>("#leave-title")?.focus();
    } else if (event.altKey && (event.key === "ArrowLeft" || event.key === "ArrowRight")) {
      event.preventDefault();
      if (event.key === "ArrowLeft") this.#back();
      else if (this.model.office.draft.step < 4) this.#next();
    } else if (event.key === "Enter" && event.ctrlKey && this.model.office.draft.step < STEPS.length) {
      event.preventDefault();
      this.#next();
    }
  }
}

customElements.define("dm-wizard", WizardPage);
