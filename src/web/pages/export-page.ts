/**
 * The supervisor's page. It opens with the question that they came with, "May I export?", and the answer in words;
 * then the desks that prove it, the file itself, and what became of the files before.
 */
import type { BatchView, OutageState } from "../../node/http/api.ts";
import { type ExportAnswer, instantToMoment, stateToExportAnswer } from "../banner.ts";
import { deskTable, matrixTable } from "../elements/desk-table.ts";
import "../elements/staff-section.ts";
import "./purge-section.ts";
import type { OutageMove } from "../intent.ts";
import { html, nothing, type TemplateResult, View } from "../lit.ts";
import { timezoneOf } from "../store.ts";
import { countToText, kindCountToText } from "../words.ts";

const FORMATS = [
  ["evergreen", "Evergreen: pending.xacts"],
  ["koha", "Koha: .koc"],
  ["alma", "Alma: OffCirc.dat"],
  ["sierra", "Sierra / Millennium: rdy…"],
  ["csv", "CSV: everything, for people"],
  ["jsonl", "JSON Lines: everything, for programs"],
] as const;

const MOVES: Readonly<Record<OutageState, readonly (readonly [OutageMove, string])[]>> = {
  standby: [["open", "Start an outage"]],
  open: [
    ["closing", "The library system is back"],
    ["desk-done", "Done at this desk"],
  ],
  closing: [
    ["open-again", "It is down again"],
    ["desk-done", "Done at this desk"],
    ["close", "Close the outage"],
  ],
  loading: [
    ["open-again", "It is down again"],
    ["desk-done", "Done at this desk"],
    ["close", "Close the outage"],
  ],
  closed: [["open", "Start an outage"]],
};

/** Address of a file → its words. The main file's address is `file`. */
const ROLES: Readonly<Record<string, readonly [string, string]>> = {
  main: ["file", "The file"],
  lines: ["lines", "Line by line"],
  extra: ["extra", "What it can't carry"],
  patrons: ["patrons", "New patrons"],
  due: ["due", "Due dates to set"],
};

export class ExportPage extends View {
  static override properties = { ...View.properties, isPartial: { state: true } };
  declare isPartial: boolean;

  protected override render(): TemplateResult {
    const { state, outcome } = this.model;
    if (state === undefined) return html``;
    const answer = stateToExportAnswer(state, Date.now());
    const zone = timezoneOf(this.model);
    return html`<div class="page wide">
      <h1 tabindex="-1">May I export?</h1>
      <p class="lead ${answer.may ? "good" : ""}" role="status">${answer.text}
        ${state.exceptions.mustDecide > 0 ? html`<a href="#/exceptions">Decide now</a>` : nothing}</p>
      ${this.#reasons(answer)}
      ${
        outcome?.route === "export"
          ? html`<div class="note ${outcome.isGood ? "good" : "stop"}" role="status"><p>${outcome.text}</p>
            ${outcome.problem?.incomplete?.map((desk) => html`<p>${desk.name}: ${desk.made} made, ${desk.here} here.</p>`) ?? nothing}
            ${outcome.problem?.undecided === undefined ? nothing : html`<p>${countToText(outcome.problem.undecided.length, "decision is", "decisions are")} open: <a href="#/exceptions">Exceptions</a></p>`}</div>`
          : nothing
      }
      <div class="columns">
        <section class="sheet pad"><h2>Desks</h2>${deskTable(state.desks.desks, zone, false)}${matrixTable(state.desks)}</section>
        <section class="sheet pad"><h2>One file for the library system</h2>${this.#form(answer)}
          <h2>From scan to library system</h2>${this.#tiles()}</section>
      </div>
      <section class="sheet pad"><h2>Files made</h2>${this.#batches()}</section>
      <section class="sheet pad"><h2>The outage</h2><p class="quiet">Each step is an entry in the record, and every desk shows it.</p>
        <div class="row">${MOVES[state.outage.state].map(
          ([move, word]) =>
            html`<button type="button" class="button" @click=${() => this.send({ kind: "move-outage", move })}>${word}</button>`,
        )}</div></section>
      <dm-purges .model=${this.model}></dm-purges>
      <dm-staff .model=${this.model}></dm-staff>
    </div>`;
  }

  #reasons(answer: ExportAnswer): TemplateResult[] {
    return answer.reasons.map(
      (reason) => html`<div class="note stop"><p><b>${reason.lead}</b> ${reason.text}
        Bring it back on the network and wait, or export a file named PARTIAL.</p></div>`,
    );
  }

  #form(answer: ExportAnswer): TemplateResult {
    const isPartial = this.isPartial || answer.needsPartial;
    return html`<form class="form" @submit=${this.#export} @keydown=${onlyCtrlEnter}>
      <div class="field wide"><label for="format">Format</label><select id="format" name="format">
        ${FORMATS.map(([value, word]) => html`<option value=${value}>${word}</option>`)}</select></div>
      ${
        answer.needsPartial
          ? html`<div class="field wide"><label for="reason">Why PARTIAL? (goes into the record)</label>
            <input id="reason" name="reason" type="text" required minlength="3" maxlength="200" autocomplete="off" /></div>`
          : nothing
      }
      <div class="actions wide"><button class="button main" ?disabled=${!answer.may && !answer.needsPartial}>
        ${isPartial ? "Export as PARTIAL" : "Export one file"} <kbd>Ctrl Enter</kbd></button></div>
    </form>`;
  }

  #tiles(): TemplateResult {
    const { state, batches = [] } = this.model;
    const desks = state?.desks.desks ?? [];
    const sum = (list: readonly number[]): number => list.reduce((total, each) => total + each, 0);
    const inFile = batches.filter((batch) => batch.state === "made").map((batch) => batch.lines);
    const loaded = batches.filter((batch) => batch.state === "loaded").map((batch) => batch.lines);
    const tiles: readonly (readonly [string, number, string])[] = [
      ["recorded", sum(desks.map((desk) => desk.made)), ""],
      ["here", sum(desks.map((desk) => desk.here)), ""],
      ["waiting", state?.waiting ?? 0, "now"],
      ["in a file", sum(inFile), ""],
      ["loaded", sum(loaded), ""],
    ];
    return html`<dl class="tiles">${tiles.map(([word, count, tone]) => html`<div class=${tone}><dt>${word}</dt><dd>${count}</dd></div>`)}</dl>`;
  }

  #batches(): TemplateResult {
    const { batches } = this.model;
    if (batches === undefined) return html`<p class="quiet">Reading…</p>`;
    if (batches.length === 0) return html`<p class="quiet">No file was made yet.</p>`;
    return html`${batches.map((batch) => this.#batch(batch))}`;
  }

  #batch(batch: BatchView): TemplateResult {
    const zone = timezoneOf(this.model);
    const counts = batch.counts
      .filter((each) => each.written > 0)
      .map((each) => {
        const converted = each.converted > 0 ? ` (${each.converted} written as loans)` : "";
        return kindCountToText(each.kind, each.written) + converted;
      });
    const left = batch.counts.reduce((total, each) => total + each.extra, 0);
    return html`<article class="batch" data-batch=${batch.id}>
      <h3><span class="code" dir="ltr">${batch.id}</span> ${batch.partial ? html`<span class="chip stop">PARTIAL</span>` : nothing}
        <span class="chip ${batch.state === "loaded" ? "good" : batch.state === "made" ? "wait" : "stop"}">${batch.state === "made" ? "not loaded yet" : batch.state}</span></h3>
      <p>${countToText(batch.lines, "line", "lines")} for ${batch.format}: ${counts.join(", ")}. ${left > 0 ? `${left} can't be in it: see the extra file.` : ""}
        <span class="quiet">${instantToMoment(batch.madeAt, zone)}${batch.by === undefined ? "" : ` · ${batch.by}`}${batch.reason === undefined ? "" : ` · ${batch.reason}`}</span></p>
      <p class="small quiet">SHA-256 <span class="code hash" dir="ltr">${batch.sha256}</span></p>
      ${
        batch.released
          ? html`<p class="links">${batch.files.map((file) => {
              const [path, word] = ROLES[file.role] ?? [file.role, file.role];
              const name = file.name.split("/").at(-1) ?? file.name;
              const from = `batches/${encodeURIComponent(batch.id)}/${path}`;
              return html`<button type="button" class="link" @click=${() => this.send({ kind: "fetch-file", path: from, name })}>${word} <span class="small">(${file.name}, ${size(file.size)})</span></button>`;
            })}</p>`
          : html`<p class="quiet">Given out once every linked desk holds its entry…</p>`
      }
      ${batch.state === "made" ? this.#mark(batch) : nothing}
    </article>`;
  }

  #mark(batch: BatchView): TemplateResult {
    return html`<form class="row" @submit=${(event: Event) => this.#loaded(event, batch)} @keydown=${onlyCtrlEnter}>
      <div class="field"><label for=${`job-${batch.id}`}>Job id of the library system</label>
        <input id=${`job-${batch.id}`} name="job" type="text" maxlength="100" autocomplete="off" required /></div>
      <button class="button">Mark as loaded</button>
      <button type="button" class="button" @click=${() => this.send({ kind: "mark-batch", id: batch.id, state: "failed" })}>It failed</button>
    </form>`;
  }

  #export = (event: Event): void => {
    event.preventDefault();
    const reason = this.field("reason");
    this.send({
      kind: "export",
      format: this.field("format"),
      ...(reason === "" ? {} : { partialReason: reason }),
    });
  };

  #loaded(event: Event, batch: BatchView): void {
    event.preventDefault();
    const job = String(new FormData(event.target as HTMLFormElement).get("job")).trim();
    if (job !== "") this.send({ kind: "mark-batch", id: batch.id, state: "loaded", job });
  }
}

/** A stray scan ends with Enter: a file is made by Ctrl+Enter or a click. */
function onlyCtrlEnter(event: KeyboardEvent): void {
  if (event.key !== "Enter" || event.target instanceof HTMLAnchorElement) return;
  event.preventDefault();
  if (event.ctrlKey) (event.currentTarget as HTMLFormElement).requestSubmit();
}

function size(bytes: number): string {
  return bytes < 1024 ? `${bytes} B` : `${Math.round(bytes / 1024)} kB`;
}

customElements.define("dm-export", ExportPage);
