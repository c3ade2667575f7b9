/** Check out, check in and renew: one field, one line that says what happened, the rows below it. */
import { icon } from "../elements/icons.ts";
import { patronPanel } from "../elements/patron-panel.ts";
import { sessionList } from "../elements/session-list.ts";
import "../elements/scan-field.ts";
import { html, nothing, type TemplateResult, View } from "../lit.ts";
import { routeToWord } from "../routes.ts";
import type { Mode, Notice } from "../session.ts";
import { countWaiting } from "../session.ts";
import { rowsOf, timezoneOf } from "../store.ts";
import {
  barcodeToTail,
  countToText,
  dayToText,
  instantToShort,
  nameToInitials,
  patronToName,
} from "../words.ts";

const SUBTITLES: Readonly<Record<Mode, string>> = {
  out: "Scan a library card, then the items.",
  in: "Scan each returned item. No card is needed.",
  renew: "Scan the item. No card is needed.",
};

const NOTICE_ICONS = { success: "tick", info: "info", attention: "attention", stop: "stop" } as const;

export class DeskPage extends View {
  static override properties = { ...View.properties, mode: { attribute: false } };
  declare mode: Mode;

  protected override render(): TemplateResult {
    const { session } = this.model;
    const rows = rowsOf(this.model, session.listed[this.mode]);
    const kept = rows.filter((row) => row.voided === undefined).length;
    const waiting = countWaiting(session);
    const isOut = this.mode === "out";
    return html`<div class="desk ${isOut ? "with-panel" : ""}">
      <div class="work">
        ${this.#head()}
        <dm-scan-field .model=${this.model} .mode=${this.mode}></dm-scan-field>
        <div class="said" id="said" aria-live="polite">${notice(session.notice)}</div>
        ${sessionList(rows, {
          timezone: timezoneOf(this.model),
          caption: isOut ? "Items of this patron" : routeToWord(this.mode),
          hasDue: this.mode !== "in",
          onVoid: (row) => this.send({ kind: "void", id: row.id, reason: "Scanned by mistake" }),
        })}
        <div class="foot">
          <b>${countToText(kept, "item", "items")}</b>
          ${waiting > 0 ? html`<span class="quiet">${waiting} not saved yet</span>` : nothing}
          <span class="grow"></span>
          <button type="button" class="button" ?disabled=${kept === 0}
            @click=${() => this.send({ kind: "void-last", mode: this.mode })}>Void last <kbd>F7</kbd></button>
          ${
            isOut
              ? html`<button type="button" class="button main" ?disabled=${session.patron === undefined}
                @click=${(event: Event) => this.send({ kind: "finish", atMs: event.timeStamp, by: "button" })}>Finish <kbd>Enter</kbd></button>`
              : nothing
          }
        </div>
      </div>
      ${isOut ? patronPanel(session.patron, timezoneOf(this.model)) : nothing}
    </div>`;
  }

  #head(): TemplateResult {
    const { patron } = this.model.session;
    if (this.mode !== "out" || patron === undefined) {
      return html`<div class="head"><span class="badge ${this.mode}">${icon(this.mode)}</span>
        <div><h1 tabindex="-1">${routeToWord(this.mode)}</h1><p class="quiet">${SUBTITLES[this.mode]}</p></div></div>`;
    }
    const overdue = patron.loans.filter((loan) => loan.overdue).length;
    const facts = [
      `Card ${barcodeToTail(patron.barcode)}`,
      patron.category ?? "",
      patron.expires === undefined || patron.expires === ""
        ? ""
        : `${patron.expired ? "ended" : "to"} ${yearly(patron.expires)}`,
    ].filter((fact) => fact !== "");
    return html`<div class="head"><span class="badge out" aria-hidden="true">${nameToInitials(patronToName(patron))}</span>
      <div><h1 tabindex="-1">${patronToName(patron)}</h1><p class="quiet">${facts.join(" · ")}</p></div>
      <div class="chips">
        ${patron.known === "unknown" ? html`<span class="chip wait">Not checked</span>` : nothing}
        ${patron.expired ? html`<span class="chip stop">Card expired</span>` : nothing}
        ${patron.blocks.length > 0 ? html`<span class="chip stop">Blocked</span>` : nothing}
        ${overdue > 0 ? html`<span class="chip wait">${overdue} overdue${this.#asOf(patron.asOf)}</span>` : nothing}
      </div>
      <span class="grow"></span>
      <a class="button" href="#/find">Change patron <kbd>F4</kbd></a></div>`;
  }

  #asOf(asOf: string | undefined): string {
    return asOf === undefined ? "" : ` at ${instantToShort(asOf, timezoneOf(this.model), Date.now())}`;
  }
}

function yearly(day: string): string {
  return `${dayToText(day.slice(0, 10)).split(" ")[2] ?? ""} ${day.slice(0, 4)}`;
}

function notice(said: Notice | undefined): TemplateResult {
  if (said === undefined) return html`<p>&nbsp;</p>`;
  return html`<p class=${said.severity}>${icon(NOTICE_ICONS[said.severity])}<span>${said.text}</span></p>${said.more === undefined ? nothing : html`<p class="more">${said.more}</p>`}`;
}

customElements.define("dm-desk", DeskPage);
