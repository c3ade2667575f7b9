/** The line at the foot of every page: this desk, the other desks, copies, clock, data, what waits. In words. */
import type { DeskView } from "../../node/http/api.ts";
import { html, nothing, type TemplateResult, View } from "../lit.ts";
import { type Model, timezoneOf } from "../store.ts";
import { offsetToText, sinceToText } from "../words.ts";

const CLOCK_LIMIT_MS = 120_000;
const OLD_DATA_HOURS = 24;

export class StatusBar extends View {
  protected override render(): TemplateResult {
    const { state, link } = this.model;
    const desk = state?.desk?.name ?? "This desk";
    return html`<footer class="status" aria-label="Status">
      <div class="item">${dot(link === "up" ? "good" : "stop")}<b>${desk}</b></div>
      ${this.#who()}
      ${this.#desks()} ${this.#copies()} ${this.#clock()} ${this.#data()}
      <div class="grow"></div>
      ${
        this.model.progress === undefined
          ? nothing
          : html`<div class="item">${this.model.progress.text}
            <progress aria-label=${this.model.progress.text} max=${this.model.progress.of ?? nothing} value=${
              this.model.progress.of === undefined ? nothing : this.model.progress.done
            }></progress></div>`
      }
      <a class="item" href="#/export">${state?.waiting ?? 0} waiting for export</a>
    </footer>`;
  }

  #who(): TemplateResult {
    const { staff, signedIn } = this.model;
    const who =
      signedIn === undefined
        ? staff || "Nobody named"
        : `${signedIn.user} · ${signedIn.role === "supervisor" ? "supervisor" : "signed in"}`;
    return html`<button type="button" class="item who" @click=${() => this.send({ kind: "change-staff" })}>
      <span>${who}</span> <span class="change">Change</span> <kbd>Ctrl ⇧ L</kbd></button>`;
  }

  #desks(): TemplateResult {
    const all = this.model.state?.desks.desks ?? [];
    const away = all.filter(
      (desk) => !desk.linked && !desk.self && desk.verdict !== "finished" && desk.verdict !== "lost",
    );
    const here = all.filter((desk) => desk.linked || desk.self).length;
    const text =
      all.length <= 1
        ? "No other desk"
        : away.length === 1
          ? `${away[0]?.name} away`
          : `${here} of ${all.length} desks`;
    return html`<a class="item" href="#/desks">${dot(away.length > 0 ? "wait" : "good")}${text}</a>`;
  }

  #copies(): TemplateResult {
    const { copying, isAlone } = countCopying(this.model);
    if (isAlone) {
      return html`<div class="item">${copying === 0 ? "Saved on this PC" : html`${dot("wait")}${copying} on this PC only`}</div>`;
    }
    return html`<div class="item">${copying === 0 ? "All copied" : `${copying} copying`}</div>`;
  }

  #clock(): TemplateResult {
    const off = (this.model.state?.desks.desks ?? []).filter(
      (desk) => !desk.self && Math.abs(desk.offsetMs ?? 0) > CLOCK_LIMIT_MS,
    );
    if (off.length === 0) return html`<div class="item">Clock agrees</div>`;
    const first = off[0] as DeskView;
    const text =
      off.length > 1
        ? "This PC's clock differs"
        : `${first.name}’s clock ${offsetToText(first.offsetMs ?? 0)}`;
    return html`<a class="item" href="#/desks">${dot("wait")}${text}</a>`;
  }

  #data(): TemplateResult {
    const snapshot = this.model.state?.snapshot;
    if (snapshot === undefined) return html`<div class="item">No patron data</div>`;
    if (snapshot.state !== "in-force") {
      return html`<div class="item">${dot("wait")}Patron data ${snapshot.state === "fetching" ? "on its way" : "missing here"}</div>`;
    }
    const isOld = snapshot.ageHours >= OLD_DATA_HOURS;
    const since = sinceToText(snapshot.takenAt, timezoneOf(this.model), Date.now());
    return html`<div class="item">${isOld ? dot("wait") : nothing}Patron data of ${since}</div>`;
  }
}

/** Own rows that a linked desk still lacks; alone: rows that are on this PC only. */
function countCopying(model: Model): { copying: number; isAlone: boolean } {
  const desks = model.state?.desks.desks ?? [];
  const linked = desks.filter((desk) => desk.linked || desk.self).length;
  const own = model.state?.desk?.id;
  const wanted = linked > 1 ? linked : 2;
  const rows = Object.values(model.rows).filter(
    (row) => row.position.desk === own && row.coverage.desks < wanted,
  );
  return { copying: rows.length, isAlone: linked <= 1 };
}

function dot(tone: "good" | "wait" | "stop"): TemplateResult {
  return html`<span class="dot ${tone}" aria-hidden="true"></span>`;
}

customElements.define("dm-status", StatusBar);
