/**
 * Handing a file over: the files with their sums, the list of what to do in the library system, and "Was it loaded?".
 * The fifth step of the wizard and the report of a batch both show it.
 */

import type { BatchView } from "../../node/http/api.ts";
import { onlyCtrlEnter } from "../elements/form-keys.ts";
import { fileToPath, formatToName, roleToWord, sizeToText } from "../formats.ts";
import { nameOfIls, withIls } from "../ils.ts";
import { rich, t } from "../language.ts";
import { html, nothing, type TemplateResult, View } from "../lit.ts";
import { batchStateToWord } from "../words.ts";

type Answer = "loaded" | "errors" | "not-yet" | "failed";

const ANSWERS: readonly (readonly [Answer, string])[] = [
  ["loaded", t`Yes, all of it`],
  ["errors", t`Yes, with errors`],
  ["not-yet", t`Not yet`],
  ["failed", t`It failed`],
];

export class HandOverSection extends View {
  static override properties = { ...View.properties, answer: { state: true }, told: { state: true } };
  declare answer: Answer | undefined;
  /** How it is known that it is loaded. */
  declare told: "job" | "helpdesk" | "hand";

  constructor() {
    super();
    this.told = "job";
  }

  protected override render(): TemplateResult {
    const { batches, office } = this.model;
    const batch = batches?.find((each) => each.id === office.batch);
    if (batch === undefined)
      return html`<section class="sheet pad"><p class="quiet">${batches === undefined ? t`Reading…` : t`No file was made yet.`}</p></section>`;
    return html`<section class="sheet pad"><h2>${rich`File ${html`<span class="code" dir="ltr">${batch.id}</span>`} for ${formatToName(batch.format)}`}
        ${batch.partial ? html`<span class="chip stop">${t`PARTIAL`}</span>` : nothing}</h2>
      ${this.#check(batch)} ${this.#files(batch)}
      <p class="small">${rich`SHA-256 ${html`<span class="code hash" dir="ltr" data-testid="sha256">${batch.sha256}</span>`}`}</p>
      <div class="row"><button type="button" class="button" @click=${() => this.send({ kind: "office-sheet", sheet: "hand-over" })}>${t`Print the hand-over sheet`}</button></div>
    </section>
    ${batch.checklist.length === 0 ? nothing : this.#list(batch)}
    ${this.#loaded(batch)}`;
  }

  #check({ id }: BatchView): TemplateResult | typeof nothing {
    const { check } = this.model.office;
    if (check?.batch !== id || check.state === "writing" || check.state === "reading") return nothing;
    return html`<div class="note ${check.state === "good" ? "good" : "stop"}"><p>${check.text}</p></div>`;
  }

  #files(batch: BatchView): TemplateResult {
    if (!batch.released)
      return html`<p role="status">${t`Given out once every linked desk knows of it…`}</p>`;
    return html`<div class="scroll" tabindex="0" role="region" aria-label=${t`Files`}><table><caption class="hidden">${t`Files of ${batch.id}`}</caption>
      <thead><tr><th scope="col">${t`What`}</th><th scope="col">${t`Name`}</th><th scope="col" class="number">${t`Size`}</th><th scope="col"><span class="hidden">${t`Fetch`}</span></th></tr></thead>
      <tbody>${batch.files.map((file) => {
        const name = file.name.split("/").at(-1) ?? file.name;
        return html`<tr><th scope="row">${roleToWord(file.role, nameOfIls(this.model))}</th><td class="code" dir="ltr">${file.name}</td><td class="number">${sizeToText(file.size)}</td>
          <td class="act"><button type="button" class="button" @click=${() => this.send({ kind: "fetch-file", path: fileToPath(batch.id, file), name })}>${t`Save`}<span class="hidden"> ${name}</span></button></td></tr>`;
      })}</tbody></table></div>
      <p class="quiet small">${withIls(this.model, (name) => t`Your browser asks where to save, or puts it into Downloads: from there onto a USB stick, if ${name} is at another PC.`, t`Your browser asks where to save, or puts it into Downloads: from there onto a USB stick, if the library system is at another PC.`)}</p>`;
  }

  #list(batch: BatchView): TemplateResult {
    const { ticked } = this.model.office.draft;
    const tick = (code: string): void => {
      const key = `${batch.id} ${code}`;
      const next = ticked.includes(key) ? ticked.filter((each) => each !== key) : [...ticked, key];
      this.send({ kind: "office-draft", change: { ticked: next } });
    };
    return html`<section class="sheet pad"><h2>${t`In ${formatToName(batch.format)}, one after the other`}</h2>
      <ol class="choice-list checklist">${batch.checklist.map(
        (step) =>
          html`<li><label class="tick"><input type="checkbox" .checked=${ticked.includes(`${batch.id} ${step.code}`)} @change=${() => tick(step.code)} /> ${step.text}</label></li>`,
      )}</ol></section>`;
  }

  #loaded(batch: BatchView): TemplateResult {
    const isOpen = batch.state === "made" || batch.state === "failed";
    if (!isOpen) {
      const last = batch.outcomes.at(-1);
      return html`<section class="sheet pad"><h2>${t`Was it loaded?`}</h2><p><b>${sentence(batchStateToWord(batch.state))}.</b>
        ${last?.job === undefined ? "" : t`Job ${last.job}.`} ${last?.byHand ? t`Entered by hand.` : ""} ${last?.note ?? ""} <span class="quiet">${last?.by ?? ""}</span></p></section>`;
    }
    return html`<section class="sheet pad" aria-labelledby="loaded-title"><h2 id="loaded-title">${t`Was it loaded?`}</h2>
      <div class="row" role="group" aria-labelledby="loaded-title">${ANSWERS.map(
        ([answer, word]) =>
          html`<button type="button" class="button" aria-pressed=${this.answer === answer ? "true" : "false"} data-answer=${answer} @click=${() => this.#choose(answer)}>${word}</button>`,
      )}</div>
      ${this.answer === undefined ? nothing : this.#answered(batch, this.answer)}</section>`;
  }

  #answered(batch: BatchView, answer: Answer): TemplateResult {
    if (answer === "not-yet")
      return html`<p role="status">${t`Then it waits here. Load it once, and only this file. New scans go into the next one.`}</p>`;
    if (answer === "errors")
      return html`<p>${t`Give its list of errors to the report: what was refused becomes a list of what to do.`}</p>
        <button type="button" class="button" @click=${() => this.send({ kind: "office-open-batch", id: batch.id })}>${t`Enter the errors`}</button>`;
    const isFailed = answer === "failed";
    return html`<form class="form" @submit=${(event: Event) => this.#mark(event, batch, isFailed)} @keydown=${onlyCtrlEnter}>
      ${isFailed ? html`<p class="wide">${withIls(this.model, (name) => t`Nothing of it is in ${name}? Then load the same file again once the reason is mended.`, t`Nothing of it is in the library system? Then load the same file again once the reason is mended.`)}</p>` : this.#how()}
      ${
        !isFailed && this.told === "job"
          ? html`<div class="field"><label for="loaded-job">${withIls(this.model, (name) => t`Job id of ${name}`, t`Job id of the library system`)}</label>
            <input id="loaded-job" name="loaded-job" required maxlength="100" autocomplete="off" /></div>`
          : html`<div class="field wide"><label for="loaded-note">${isFailed ? t`What did it say?` : this.told === "hand" ? t`Who entered it?` : t`Who told you?`}</label>
            <input id="loaded-note" name="loaded-note" required minlength="2" maxlength="200" autocomplete="off" /></div>`
      }
      <div class="actions wide"><button class="button main">${isFailed ? t`Mark as failed` : t`Mark as loaded`} <kbd>${t`Ctrl Enter`}</kbd></button></div></form>`;
  }

  #how(): TemplateResult {
    const choice = (told: "job" | "helpdesk" | "hand", word: string): TemplateResult =>
      html`<label class="tick"><input type="radio" name="told" .checked=${this.told === told} @change=${() => this.#tell(told)} /> ${word}</label>`;
    return html`<fieldset class="wide"><legend class="strong">${t`How do you know?`}</legend>
      ${choice(
        "job",
        withIls(this.model, (name) => t`${name} gave a job id`, t`The library system gave a job id`),
      )}${choice("helpdesk", t`The help desk says so`)}${choice("hand", t`It was entered by hand`)}</fieldset>`;
  }

  #tell(told: "job" | "helpdesk" | "hand"): void {
    this.told = told;
  }

  #choose(answer: Answer): void {
    this.answer = answer;
    setTimeout(() => this.querySelector<HTMLElement>("#loaded-job, #loaded-note")?.focus());
  }

  #mark(event: Event, batch: BatchView, isFailed: boolean): void {
    event.preventDefault();
    const job = this.field("loaded-job");
    const note = this.field("loaded-note");
    this.answer = undefined;
    const { told } = this;
    this.send({
      kind: "mark-batch",
      id: batch.id,
      state: isFailed ? "failed" : "loaded",
      ...(job === "" ? {} : { job }),
      ...(note === "" ? {} : { note }),
      ...(isFailed || told !== "hand" ? {} : { byHand: true }),
      ...(isFailed || told !== "helpdesk" ? {} : { isHelpdesk: true }),
    });
  }
}

function sentence(word: string): string {
  return word.charAt(0).toUpperCase() + word.slice(1);
}

customElements.define("dm-hand-over", HandOverSection);
