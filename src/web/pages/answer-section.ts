/** On the report of a file: what the library system said of it, pasted or as a file, and what is left to do by hand. */

import type { BatchView, TodoView } from "../../node/http/api.ts";
import { withIls } from "../ils.ts";
import { rich, t } from "../language.ts";
import { html, nothing, type TemplateResult, View } from "../lit.ts";
import { countToText, rowToTitle } from "../words.ts";

export class AnswerSection extends View {
  static override properties = { ...View.properties, batch: { attribute: false } };
  declare batch: BatchView;

  protected override render(): TemplateResult {
    const { answer } = this.model.office;
    return html`<section class="sheet pad" aria-labelledby="answer-title"><h2 id="answer-title">${withIls(this.model, (name) => t`What ${name} said`, t`What the library system said`)}</h2>
      <form class="form" @submit=${this.#take}>
        <div class="field wide"><label for="a-report">${t`Its report or list of errors, pasted`}</label>
          <textarea id="a-report" name="a-report" rows="5" dir="ltr" spellcheck="false" autocomplete="off"></textarea></div>
        <div class="field"><label for="a-file">${t`Or its file`}</label><input id="a-file" type="file" accept=".txt,.csv,.log,.html,.json,text/plain" /></div>
        <div class="actions"><button class="button">${t`Read it`}</button></div></form>
      ${answer?.batch.id === this.batch.id ? this.#read(answer) : nothing}
      ${this.#todos()}</section>`;
  }

  #read({ done, refused, unmatched }: NonNullable<View["model"]["office"]["answer"]>): TemplateResult {
    return html`<div class="note ${refused > 0 || unmatched.length > 0 ? "wait" : "good"}" role="status">
      <p><b>${t`${countToText(done, t`line`, t`lines`)} accepted, ${refused} refused.`}</b> ${refused > 0 ? t`What was refused is below.` : ""}</p>
      ${
        unmatched.length === 0
          ? nothing
          : html`<p>${this.#strange(unmatched.length)}</p>
        <ul>${unmatched.map((one) => html`<li>${rich`Line ${one.line} of the report: ${one.words} ${html`<span class="quiet">${one.why}</span>`}`}</li>`)}</ul>`
      }</div>`;
  }

  /** Of messages that fit no line. */
  #strange(count: number): string {
    const fit = countToText(count, t`message fits`, t`messages fit`);
    const them = count === 1 ? t`it` : t`them`;
    return withIls(
      this.model,
      (name) => t`${fit} no line: look at ${them} in ${name}.`,
      t`${fit} no line: look at ${them} in the library system.`,
    );
  }

  #todos(): TemplateResult {
    const { todos } = this.model.office;
    if (todos === undefined) return html`<p class="quiet">${t`Reading what is left to do…`}</p>`;
    const own = todos.filter((todo) => todo.batch === this.batch.id);
    const open = own.filter((todo) => todo.done === undefined);
    const done = own.filter((todo) => todo.done !== undefined);
    return html`<h3 id="todo-title">${withIls(this.model, (name) => t`To do in ${name} · ${open.length}`, t`To do in the library system · ${open.length}`)}</h3>
      ${open.length === 0 ? html`<p class="good">${t`Nothing is left to do by hand for this file.`}</p>` : html`<div role="list" aria-labelledby="todo-title">${open.map((todo) => this.#todo(todo))}</div>`}
      ${done.length === 0 ? nothing : html`<details class="proof"><summary>${t`Done · ${done.length}`}</summary><div role="list">${done.map((todo) => this.#todo(todo))}</div></details>`}`;
  }

  #todo(todo: TodoView): TemplateResult {
    const { row } = todo;
    return html`<div class="todo" role="listitem" data-todo=${todo.id}>
      <input type="checkbox" id=${`todo-${todo.id}`} .checked=${todo.done !== undefined}
        @change=${(event: Event) => this.#tick(todo, event.target as HTMLInputElement)} />
      <label for=${`todo-${todo.id}`}><b>${row === undefined ? "" : rowToTitle(row)}</b> ${todo.text}${todo.words === undefined ? "" : html` <span class="quiet">“${todo.words}”</span>`}
        ${todo.line === undefined ? nothing : html`<span class="quiet small">${t`Line ${todo.line}.`}</span>`}</label>
      <span></span><span class="code" dir="ltr">${row?.item ?? row?.patron ?? ""}</span>
      ${todo.kind === "not-here" && todo.done === undefined ? html`<span></span><div class="field wide"><label for=${noteField(todo)}>${t`What was done about it`}</label><input id=${noteField(todo)} name=${noteField(todo)} autocomplete="off" maxlength="200" /></div>` : nothing}</div>`;
  }

  #tick(todo: TodoView, box: HTMLInputElement): void {
    const isDone = box.checked;
    const isNoted = todo.kind === "not-here" && isDone;
    // The node may want more of a word: until it has taken this, nothing is done.
    if (isNoted) box.checked = false;
    const note = isNoted ? this.field(noteField(todo)) : "";
    this.send({ kind: "office-tick", todo: todo.id, isDone, ...(note === "" ? {} : { note }) });
  }

  #take = (event: Event): void => {
    event.preventDefault();
    const file = this.querySelector<HTMLInputElement>("#a-file")?.files?.[0];
    const report = this.field("a-report");
    if (file === undefined && report === "") return;
    this.send({ kind: "office-answer", id: this.batch.id, report: file ?? report });
    (event.target as HTMLFormElement).reset();
  };
}

/** What is to do for a file that nobody holds any more is ticked off with a word on what was done instead. */
function noteField(todo: TodoView): string {
  return `note-${todo.id}`;
}

customElements.define("dm-answer", AnswerSection);
