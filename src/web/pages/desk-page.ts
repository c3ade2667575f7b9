/** Check out, check in and renew: one field, one line that says what happened, the rows below it. */

import { keyOf } from "../desk-settings.ts";
import { icon } from "../elements/icons.ts";
import { patronPanel } from "../elements/patron-panel.ts";
import { sessionList } from "../elements/session-list.ts";
import type { ActionName } from "../keys.ts";
import { t } from "../language.ts";
import "../elements/scan-field.ts";
import { html, nothing, type PropertyValues, type TemplateResult, View } from "../lit.ts";
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
  out: t`Scan a library card, then the items.`,
  in: t`Scan each returned item. No card is needed.`,
  renew: t`Scan the item. No card is needed.`,
};

const NOTICE_ICONS = { success: "tick", info: "info", attention: "attention", stop: "stop" } as const;

export class DeskPage extends View {
  static override properties = { ...View.properties, mode: { attribute: false } };
  declare mode: Mode;
  #shownAgain = 0;

  /** A row that was scanned once more comes into sight and flashes. */
  protected override updated(_changed: PropertyValues): void {
    const { again } = this.model.session;
    if (again === undefined || again.count === this.#shownAgain) return;
    this.#shownAgain = again.count;
    const row = this.querySelector<HTMLElement>(`[data-row="${again.id}"]`);
    row?.scrollIntoView({ block: "nearest" });
    row?.classList.remove("again");
    requestAnimationFrame(() => row?.classList.add("again"));
  }

  protected override render(): TemplateResult {
    const { session } = this.model;
    const isOut = this.mode === "out";
    const { settings } = this.model.counter;
    const isFolded = settings.isPanelFolded;
    return html`<div class="desk ${isOut ? (isFolded ? "with-strip" : "with-panel") : ""}">
      <div class="work">
        ${this.#head()}
        <dm-scan-field .model=${this.model} .mode=${this.mode}></dm-scan-field>
        <div class="said" id="said">${this.#notice(session.notice)}</div>
        ${this.#list()}
        ${this.#foot()}
      </div>
      ${
        isOut
          ? patronPanel(session.patron, {
              timezone: timezoneOf(this.model),
              renewed: session.renewed,
              onRenew: (item) => this.send({ kind: "renew-loan", item }),
              onRenewAll: () => this.send({ kind: "renew-all" }),
              isFolded,
              key: keyOf(settings, "panel"),
              onFold: () => this.send({ kind: "change-desk", change: { isPanelFolded: !isFolded } }),
            })
          : nothing
      }
    </div>`;
  }

  #list(): TemplateResult {
    const { session, counter } = this.model;
    const isOut = this.mode === "out";
    return sessionList(rowsOf(this.model, session.listed[this.mode]), {
      timezone: timezoneOf(this.model),
      caption: isOut ? t`Items of this patron` : routeToWord(this.mode),
      hasDue: this.mode !== "in",
      again: session.again?.id,
      hadBy: counter.hadBy,
      onVoid: (row, isKey) => {
        if (isKey) this.send({ kind: "open-dialog", dialog: { kind: "void", id: row.id } });
        else this.send({ kind: "void", id: row.id, reason: t`Scanned by mistake` });
      },
      ...(isOut ? { onTitle: (row) => this.send({ kind: "add-title", id: row.id }) } : {}),
      ...(this.mode === "in"
        ? { onWho: (row) => this.send({ kind: "who-had", id: row.id, item: row.item ?? "" }) }
        : {}),
    });
  }

  #foot(): TemplateResult {
    const { session, counter } = this.model;
    const kept = rowsOf(this.model, session.listed[this.mode]).filter(
      (row) => row.voided === undefined,
    ).length;
    const waiting = countWaiting(session);
    const act = (action: "print" | "reprint") => (event: Event) =>
      this.send({ kind: "act", action, atMs: event.timeStamp });
    return html`<div class="foot">
      <span class="kept"><b>${countToText(kept, t`item`, t`items`)}</b>
        ${waiting > 0 ? html`<span class="quiet small">${t`${waiting} not saved yet`}</span>` : nothing}</span>
      <button type="button" class="link" @click=${() => this.send({ kind: "open-dialog", dialog: { kind: "find-item" } })}>${t`No barcode? Find the item`}</button>
      <span class="grow"></span>
      ${this.mode === "in" ? html`<button type="button" class="button" @click=${() => this.send({ kind: "office-sheet", sheet: "re-scan" })}>${t`Print re-scan list`}</button>` : nothing}
      <button type="button" class="button" ?disabled=${kept === 0}
        @click=${() => this.send({ kind: "void-last", mode: this.mode })}>${t`Void last`} ${this.#key("void-last")}</button>
      ${
        this.mode !== "out"
          ? nothing
          : html`${counter.slip === undefined ? nothing : html`<button type="button" class="button" @click=${act("reprint")}>${t`Print the last slip`} ${this.#key("reprint")}</button>`}
          ${counter.slip !== undefined && kept === 0 ? nothing : html`<button type="button" class="button" ?disabled=${kept === 0} @click=${act("print")}>${t`Print slip`} ${this.#key("print")}</button>`}
          <button type="button" class="button main" ?disabled=${session.patron === undefined}
            @click=${(event: Event) => this.send({ kind: "finish", atMs: event.timeStamp, by: "button" })}>${t`Finish`} <kbd>${t`Enter`}</kbd></button>`
      }
    </div>`;
  }

  #key(action: ActionName): TemplateResult | typeof nothing {
    const key = keyOf(this.model.counter.settings, action);
    return key === "" ? nothing : html`<kbd>${key}</kbd>`;
  }

  #head(): TemplateResult {
    const { counter } = this.model;
    const { patron } = this.model.session;
    if (this.mode !== "out" || patron === undefined) {
      return html`<div class="head"><span class="badge ${this.mode}">${icon(this.mode)}</span>
        <div><h1 tabindex="-1">${routeToWord(this.mode)}</h1><p class="quiet">${SUBTITLES[this.mode]}</p></div>
        ${this.mode === "out" ? html`<span class="grow"></span><span class="if-room">${this.#register()}</span>` : nothing}</div>`;
    }
    const overdue = patron.loans.filter((loan) => loan.overdue).length;
    const facts = [
      t`Card ${barcodeToTail(patron.barcode)}`,
      patron.category ?? "",
      patron.expires === undefined || patron.expires === ""
        ? ""
        : `${patron.expired ? t`ended` : t`to`} ${yearly(patron.expires)}`,
      counter.settings.isPanelFolded && patron.loans.length > 0 ? t`${patron.loans.length} on loan` : "",
    ].filter((fact) => fact !== "");
    const pays = (this.model.state?.settings?.payments ?? "off") !== "off";
    return html`<div class="head"><span class="badge out" aria-hidden="true">${nameToInitials(patronToName(patron))}</span>
      <div class="who-open"><h1 tabindex="-1">${patronToName(patron)}</h1><p class="quiet">${facts.join(" · ")}</p></div>
      <div class="chips">
        ${patron.known === "unknown" ? html`<span class="chip wait">${t`Not checked`}</span>` : nothing}
        ${patron.known === "registered" ? html`<span class="chip info">${t`New: ask for an ID`}</span>` : nothing}
        ${patron.expired ? html`<span class="chip stop">${t`Card expired`}</span>` : nothing}
        ${counter.settings.isPanelFolded && (patron.message ?? "") !== "" ? html`<span class="chip wait">${t`Message`}</span>` : nothing}
        ${patron.blocks.length > 0 ? html`<span class="chip stop">${t`Blocked`}</span>` : nothing}
        ${overdue > 0 ? html`<span class="chip wait">${t`${overdue} overdue`}${this.#asOf(patron.asOf)}</span>` : nothing}
      </div>
      <span class="grow"></span>
      ${patron.known === "unknown" ? this.#register() : nothing}
      ${pays ? html`<a class="button" href="#/payment">${t`Payment`}</a>` : nothing}
      <a class="button" href="#/find">${t`Change patron`} ${this.#key("find")}</a></div>`;
  }

  #register(): TemplateResult {
    return html`<a class="button" href="#/register">${t`Register`} ${this.#key("register")}</a>`;
  }

  #asOf(asOf: string | undefined): string {
    return asOf === undefined ? "" : t` at ${instantToShort(asOf, timezoneOf(this.model), Date.now())}`;
  }

  #notice(said: Notice | undefined): TemplateResult {
    if (said === undefined) return html`<p>&nbsp;</p>`;
    const { severity, text, more, isMoreLoud, acts = [] } = said;
    return html`<p class=${severity}>${icon(NOTICE_ICONS[severity])}<span>${severity === "stop" ? html`<b class="stop-word">${t`STOP`}</b> ` : nothing}${text}</span>
        ${acts.map(({ word, intent }) => html`<button type="button" class="link" @click=${() => this.send(intent)}>${word}</button>`)}</p>
      ${more === undefined ? nothing : html`<p class="more ${isMoreLoud ? "attention" : ""}">${isMoreLoud ? icon("attention") : nothing}<span>${more}</span></p>`}`;
  }
}

function yearly(day: string): string {
  return `${dayToText(day.slice(0, 10)).split(" ")[2] ?? ""} ${day.slice(0, 4)}`;
}

customElements.define("dm-desk", DeskPage);
